# SPDX-License-Identifier: Apache-2.0
# dockerd with ocirun as its default runtime: Docker starts a containerd of its own, both live in the
# world of this file, without a bridge and without firewall rules.
#
# shellcheck disable=SC2016,SC2034,SC2154

load helpers

setup_file() {
	lacks dockerd docker containerd && return
	world_begin
	make_image
	inw_background dockerd --host unix:///run/d/sock --data-root /run/d/data --exec-root /run/d/exec \
		--pidfile /run/d/pid --bridge=none --iptables=false --ip6tables=false --ip-forward=false \
		--storage-driver vfs --cgroup-parent "/$(group)" --exec-opt native.cgroupdriver=cgroupfs \
		--add-runtime "ocirun=$OCIRUN" --default-runtime ocirun
	for ((try = 0; try < 300; try++)); do
		! docker version >/dev/null 2>&1 || break
		sleep 0.1
	done
	docker import "$W/image.tar" bb >"$W/import.log" 2>&1 || {
		cat "$W/import.log"
		tail "$W/background.log"
		return 1
	}
}

teardown_file() { world_end; }

docker() { inw docker --host unix:///run/d/sock "$@"; }
d() { capture docker "$@"; }
run_with() { capture docker run --security-opt seccomp=unconfined "$@"; }
run() { run_with --network none "$@"; }
none_left() {
	local all
	mapfile -t all < <(docker ps --all --quiet)
	[[ ${#all[@]} == 0 ]] || docker rm --force "${all[@]}" >/dev/null
	nothing_left /run/d/exec/runtime-runc/moby
}

@test "docker runs a container and passes its output and exit code" {
	run --rm bb sh -c 'echo out; echo err >&2; exit 42'
	exits 42
	is out
	says err
}

@test "docker passes stdin" {
	echo data >"$T/in"
	STDIN=$T/in
	run --rm --interactive bb cat
	ok data
}

@test "docker takes 125, 126 and 127 from ocirun's messages" {
	run --rm bb nosuch
	exits 127
	says 'executable file not found in $PATH'
	run --rm bb /etc/data
	exits 126
	says 'exec /etc/data: permission denied'
	run --rm bb /etc
	exits 126
	run --rm -v /etc/passwd:/tmp bb true
	says 'not a directory'
	says 'Are you trying to mount a directory onto a file'
	none_left
}

@test "docker: what a container can be asked for" {
	run --rm --hostname foo --read-only --tmpfs /t --cap-drop ALL --cap-add CHOWN --user 1000:1000 \
		--workdir /var -e A=b -v "$T:/host:ro" --ulimit nofile=100:200 --oom-score-adj 100 \
		--sysctl kernel.msgmax=65536 bb sh -c 'id -u; pwd; hostname; echo $A; ulimit -n
			grep CapBnd /proc/self/status; cat /proc/sys/kernel/msgmax; touch /t/x && echo yes
			touch /x; touch /host/x'
	exits 1
	is $'1000\n/var\nfoo\nb\n100\nCapBnd:\t0000000000000001\n65536\nyes'
	says 'touch: /x: Read-only file system'
	says 'touch: /host/x: Read-only file system'
}

@test "docker: volumes" {
	run --rm -v named:/var/www bb cat /var/www/index.html
	ok hello
	run --rm -v "$T:/v:rslave" bb sh -c 'echo new >/v/f'
	exits 0
	[[ $(<"$T/f") == new ]]
}

@test "docker: an init in the container" {
	run --rm --init bb ps -o pid,args
	matches '1 .*init'
}

@test "docker: namespaces of the host and of another container" {
	local ns
	for ns in ipc uts pid; do
		run --rm --$ns host bb readlink /proc/self/ns/$ns
		ok "$(inw readlink /proc/self/ns/$ns)"
	done
	run_with --rm --network host --cgroupns host bb sh -c 'tail -1 /proc/self/cgroup'
	has "0::/$(group)/"
	run --detach --name shared bb sleep 100
	run_with --rm --network container:shared --pid container:shared bb ps -o pid,args
	has '1 sleep 100'
	none_left
}

@test "docker: a privileged container" {
	# Docker asks for every capability the kernel knows
	[[ $((0x$(grep -o '[0-9a-f]*$' <<<"$(grep CapEff /proc/self/status)") + 1)) == \
		$((1 << ($(</proc/sys/kernel/cap_last_cap) + 1))) ]] || cannot "root lacks a capability here"
	run --rm --privileged bb sh -c 'test -e /dev/kmsg && grep CapEff /proc/self/status'
	ok "$(grep CapEff /proc/self/status)"
}

@test "docker: a terminal" {
	run --rm --tty bb tty
	ok $'/dev/pts/0\r'
}

@test "docker: the life of a container in the background" {
	run --detach --name web bb sh -c 'trap "exit 3" TERM; echo up; while :; do sleep 0.1; done'
	exits 0
	d ps --format '{{.Names}} {{.Status}}'
	has 'web Up'
	wait_until logs_have up
	d stop --time 10 web
	d wait web
	ok 3
	d start web
	exits 0
	d restart --time 0 web
	exits 0
	d kill web
	d wait web
	ok 137
	d rm web
	exits 0
	none_left
}
logs_have() { [[ $(docker logs web) == *"$1"* ]]; }

@test "docker: output of one megabyte is whole" {
	run --rm bb sh -c 'head -c 1000000 /dev/zero | tr "\0" x; echo END'
	[[ ${#output} == 1000003 && $output == *xEND ]]
}

@test "docker: default seccomp profile" {
	needs_feature SECCOMP
	d run --rm --network none bb grep Seccomp: /proc/self/status
	ok $'Seccomp:\t2'
}

@test "docker: exec" {
	needs_command exec
	run --detach --name ex bb sleep 100
	d exec -e A=b -w /var ex sh -c 'echo $A; pwd; exit 7'
	exits 7
	is $'b\n/var'
	none_left
}

@test "docker: top" {
	needs_command ps
	run --detach --name top bb sleep 100
	d top top
	has 'sleep 100'
	none_left
}

@test "docker: pause and unpause" {
	needs_command pause
	run --detach --name pa bb sleep 100
	d pause pa
	d inspect --format '{{.State.Status}}' pa
	ok paused
	d unpause pa
	exits 0
	none_left
}

@test "docker: update" {
	needs_command update
	run --detach --name up bb sleep 100
	d update --restart no --pids-limit 100 up
	exits 0
	none_left
}
