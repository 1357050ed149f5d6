# SPDX-License-Identifier: Apache-2.0
# podman with --runtime ocirun: conmon calls create, podman start, kill and delete.  Everything
# of podman is in the world of this file: storage, volumes, cgroups below a group of our own.
#
# shellcheck disable=SC2016,SC2034,SC2154

load helpers

setup_file() {
	lacks podman conmon && return
	world_begin
	make_image
	contrib_conf
	podman import "$W/image.tar" bb >"$W/import.log" 2>&1 || { cat "$W/import.log"; return 1; }
}

teardown_file() { world_end; }

# The drop-in that is installed with ocirun, with the path of the one under test.
contrib_conf() {
	sed "s|^ocirun = .*|ocirun = [\"$OCIRUN\"]|" \
		"$ENGINES_DIR/../../contrib/containers.conf.d/ocirun.conf" >"$W/containers.conf"
}

podman_args() {
	PODMAN=(podman --root "$W/storage" --runroot /run/storage --tmpdir /run/libpod
		--storage-driver vfs --cgroup-manager cgroupfs --events-backend file
		--runtime "${RT:-ocirun}")
	INW_ENV=(CONTAINERS_CONF="${CONF:-$W/containers.conf}")
}
podman() { podman_args && inw "${PODMAN[@]}" "$@"; }
# What this version cannot do yet is switched off for all of them.
OFF=(--security-opt seccomp=unconfined --ulimit=host)
p() { capture podman "$@"; }
run_with() { capture podman run --cgroup-parent "/$(group)" "${OFF[@]}" "$@"; }
run() { run_with --net=none "$@"; }
rm_run() { run --rm "$@"; }
none_left() {
	p rm --all --force --time 0
	nothing_left /run/ocirun
}

@test "podman runs a container and passes its output and exit code" {
	rm_run bb sh -c 'echo out; echo err >&2; exit 42'
	exits 42
	is out
	says err
	none_left
}

@test "podman passes stdin" {
	echo data >"$T/in"
	STDIN=$T/in
	rm_run -i bb cat
	ok data
}

@test "podman takes 125, 126 and 127 from ocirun's messages" {
	rm_run bb nosuch
	exits 127
	says 'executable file not found in $PATH'
	rm_run bb /bin/nosuch
	exits 127
	says 'exec /bin/nosuch: no such file or directory'
	rm_run bb /etc/data
	exits 126
	says 'exec /etc/data: permission denied'
	rm_run bb /etc
	exits 126
	rm_run -v /etc/passwd:/tmp bb true
	exits 126
	says 'not a directory'
	rm_run -v /nosuch:/x bb true
	exits 125
	none_left
}

@test "podman shows the same message with and without JSON in the log" {
	RT=$OCIRUN rm_run -v /etc/passwd:/tmp bb true
	says 'attach "/etc/passwd" at "/tmp": not a directory'
	RT=ocirun rm_run -v /etc/passwd:/tmp bb true
	says 'attach "/etc/passwd" at "/tmp": not a directory'
	[[ $stderr != *'{'* ]] || show "JSON in the message"
}

@test "podman: environment, directory, user, groups, umask" {
	rm_run -e A=b -w /var --umask 0077 bb sh -c 'echo $A $container; pwd; umask'
	ok $'b podman\n/var\n0077'
	rm_run -u user bb id
	has 'uid=1000(user)'
	rm_run -u 5:6 --group-add 7 bb id
	matches '^uid=5.* gid=6.* groups=(6.*,7|7,6)'
}

@test "podman: hostname, hosts, sysctl, shm, oom score, personality" {
	rm_run --hostname foo --add-host h:192.0.2.1 --sysctl kernel.msgmax=65536 --shm-size 1m \
		--oom-score-adj 500 --personality=LINUX32 bb sh -c \
		'hostname; grep -w h /etc/hosts; cat /proc/sys/kernel/msgmax
		df -k /dev/shm | tail -1 | tr -s " " | cut -d " " -f 2; cat /proc/self/oom_score_adj
		uname -m | sed "s/i.86/i686/"'
	[[ $(uname -m) != x86_64 ]] || ok $'foo\n192.0.2.1\th\n65536\n1024\n500\ni686'
}

@test "podman: volumes rw, ro, with propagation, named, overlaid" {
	mkdir "$W/vol"
	echo in >"$W/vol/f"
	rm_run -v "$W/vol:/v" bb sh -c 'cat /v/f; echo new >/v/g'
	ok in
	[[ $(<"$W/vol/g") == new ]]
	rm_run -v "$W/vol:/v:ro" bb sh -c 'cat /v/f; echo new >/v/h'
	exits 1
	says 'Read-only file system'
	rm_run -v "$W/vol:/v:rw,rslave,nosuid,nodev,noexec" bb grep ' /v ' /proc/self/mountinfo
	has 'rw,nosuid,nodev,noexec'
	# podman fills a new volume with what the image has there
	rm_run -v data:/var/www bb cat /var/www/index.html
	ok hello
	rm_run -v "$W/vol:/v:O" bb sh -c 'cat /v/f && echo changed >/v/f'
	ok in
	[[ $(<"$W/vol/f") == in ]]
}

@test "podman: tmpfs and a read-only root" {
	rm_run --tmpfs /t:size=64k,mode=1777 bb grep ' /t ' /proc/self/mountinfo
	has 'size=64k'
	# podman asks for a tmpfs with what the image has there
	rm_run --tmpfs /etc bb cat /etc/data
	ok data
	rm_run --read-only bb sh -c 'touch /tmp/x /dev/shm/x /run/x && echo yes; touch /x'
	exits 1
	is yes
	says 'Read-only file system'
	rm_run --read-only --read-only-tmpfs=false bb touch /tmp/x
	exits 1
}

@test "podman: capabilities and no-new-privileges" {
	rm_run --cap-drop all bb grep -E 'Cap(Bnd|Eff)' /proc/self/status
	ok $'CapEff:\t0000000000000000\nCapBnd:\t0000000000000000'
	rm_run --cap-drop all --cap-add NET_ADMIN bb grep CapEff /proc/self/status
	ok $'CapEff:\t0000000000001000'
	rm_run -u user bb grep CapEff /proc/self/status
	ok $'CapEff:\t0000000000000000'
	rm_run --security-opt no-new-privileges bb grep NoNewPrivs /proc/self/status
	ok $'NoNewPrivs:\t1'
	rm_run --privileged bb sh -c 'test -e /dev/kmsg && grep CapEff /proc/self/status'
	ok "$(grep CapEff /proc/self/status)"
}

@test "podman: namespaces of the host" {
	local ns
	for ns in ipc uts pid; do
		rm_run --$ns=host bb readlink /proc/self/ns/$ns
		ok "$(inw readlink /proc/self/ns/$ns)"
		rm_run bb readlink /proc/self/ns/$ns
		[[ $output != "$(inw readlink /proc/self/ns/$ns)" ]]
	done
	run_with --rm --net=host bb readlink /proc/self/ns/net
	ok "$(inw readlink /proc/self/ns/net)"
	rm_run --cgroupns=host bb sh -c 'tail -1 /proc/self/cgroup'
	has "0::/$(group)/libpod-"
	rm_run --cgroupns=private bb sh -c 'tail -1 /proc/self/cgroup'
	ok '0::/'
}

@test "podman: namespaces of another container" {
	run -d --name shared --ipc=shareable bb sleep 100
	run_with --rm --net=container:shared --pid=container:shared --ipc=container:shared bb ps -o pid,args
	has '1 sleep 100'
	none_left
}

@test "podman: masked paths, and none of them" {
	rm_run bb sh -c 'ls /sys/firmware; touch /proc/sys/kernel/msgmax'
	exits 1
	is ''
	says 'Read-only file system'
	rm_run --security-opt mask=/etc/data bb cat /etc/data
	ok ''
	rm_run --security-opt unmask=ALL bb ls /sys/firmware
	[[ ! -e /sys/firmware/acpi ]] || has acpi
}

@test "podman: descriptors are preserved" {
	echo three >"$T/three"
	exec 5<"$T/three"
	# inw closes 3, which is bats's; "5" becomes 3 behind it
	podman_args
	capture inw sh -c 'exec 3<&5 5<&-; exec "$@"' - "${PODMAN[@]}" run --rm \
		--cgroup-parent "/$(group)" "${OFF[@]}" --net=none --preserve-fds 1 bb sh -c 'cat <&3'
	exec 5<&-
	ok three
}

@test "podman: systemd mode leaves a writable cgroup" {
	rm_run --systemd=always bb sh -c 'mkdir /sys/fs/cgroup/sub && rmdir /sys/fs/cgroup/sub && echo yes'
	ok yes
}

@test "podman: no cgroups" {
	capture podman run --rm "${OFF[@]}" --net=none --cgroups=disabled bb sh -c 'tail -1 /proc/self/cgroup'
	exits 0
	[[ $output != *libpod* ]] || show "a cgroup"
	rm_run --cgroups=no-conmon bb echo yes
	ok yes
}

@test "podman: a terminal" {
	rm_run -t bb sh -c 'tty; test -t 0 && test -t 1 && test -t 2; exit $((4 + $?))'
	exits 4
	is $'/dev/pts/0\r'
	run -dt --name tty bb sh
	exits 0
	p inspect tty --format '{{.State.Status}}'
	ok running
	none_left
}

@test "podman: the window's size reaches the container" {
	command -v script >/dev/null || cannot "script is not installed"
	podman_args
	cat >"$T/run" <<-END
		stty rows 31 cols 97
		exec ${PODMAN[*]} run --rm --cgroup-parent "/$(group)" ${OFF[*]} --net=none -it bb \
			sh -c 'sleep 1; stty size'
	END
	capture inw script -qec "sh $T/run" /dev/null
	has '31 97'
}

@test "podman: the life of a container in the background" {
	run -d --name web bb httpd -f -p 8080 -h /var/www
	exits 0
	p ps --format '{{.Names}} {{.Status}}'
	has 'web Up '
	p top web pid args
	has 'httpd -f'
	p kill --signal USR2 web
	exits 0
	p stop --time 0 web
	exits 0
	p inspect web --format '{{.State.Status}} {{.State.ExitCode}}'
	ok 'exited 137'
	p start web
	p restart --time 0 web
	exits 0
	p rm web
	[[ $status != 0 ]]
	p rm --force --time 0 web
	exits 0
	nothing_left /run/ocirun
}

@test "podman: a container that handles its stop signal" {
	run -d --name traps bb sh -c 'trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.1; done'
	wait_until logs_have traps up
	p stop --time 10 traps
	p wait traps
	ok 3
	p logs traps
	ok $'up\nbye'
	none_left
}
logs_have() { [[ $(podman logs "$1") == *"$2"* ]]; }

@test "podman: create, start --attach, logs, wait" {
	p create --name later --cgroup-parent "/$(group)" "${OFF[@]}" --net=none bb sh -c 'echo out; exit 5'
	exits 0
	p start --attach later
	exits 5
	is out
	p wait later
	ok 5
	p logs later
	ok out
	p start --attach later
	exits 5
	none_left
}

@test "podman: output of one megabyte is whole" {
	rm_run bb sh -c 'head -c 1000000 /dev/zero | tr "\0" x; echo END'
	[[ ${#output} == 1000003 && $output == *xEND ]]
	rm_run -t bb sh -c 'head -c 1000000 /dev/zero | tr "\0" x; echo END'
	[[ ${#output} == 1000004 ]]
}

@test "podman: a pod without an infra container" {
	p pod create --infra=false --cgroup-parent "/$(group)" bare
	run --pod bare -d bb sleep 100
	exits 0
	p pod stop --time 0 bare
	exits 0
	p pod rm --force bare
	exits 0
	nothing_left /run/ocirun
}

@test "podman: a pod with an infra container shares its namespaces" {
	local ns one
	# Seccomp of an infra container can be switched off in containers.conf alone.
	CONF=$T/containers.conf
	printf '[containers]\nseccomp_profile = "unconfined"\n' | cat - "$W/containers.conf" >"$CONF"
	p pod create --name pod --infra-image bb --infra-command '/bin/sleep 1000' --net none \
		--share net,ipc,uts --cgroup-parent "/$(group)"
	exits 0
	run_in_pod -d --name one bb sleep 100
	exits 0
	for ns in net ipc uts; do
		run_in_pod --rm bb readlink /proc/self/ns/$ns
		exits 0
		one=$(podman inspect one --format '{{.State.Pid}}')
		is "$(inw readlink "/proc/$one/ns/$ns")"
	done
	p pod rm --force --time 0 pod
	exits 0
	nothing_left /run/ocirun
}
run_in_pod() { capture podman run --pod pod "${OFF[@]}" "$@"; }

@test "podman: default seccomp profile" {
	needs_feature SECCOMP
	capture podman run --rm --cgroup-parent "/$(group)" --net=none bb grep Seccomp: /proc/self/status
	ok $'Seccomp:\t2'
}

@test "podman: user namespace" {
	needs_feature USERNS
	rm_run --uidmap 0:100000:1000 --gidmap 0:100000:1000 bb cat /proc/self/uid_map
	matches '^ *0 +100000 +1000$'
}

@test "podman: exec" {
	needs_command exec
	run -d --name ex bb sleep 100
	p exec -e A=b -w /var ex sh -c 'echo $A; pwd; exit 7'
	exits 7
	is $'b\n/var'
	p exec ex nosuch
	exits 127
	none_left
}

@test "podman: pause and unpause" {
	needs_command pause
	run -d --name pa bb sleep 100
	p pause pa
	exits 0
	p inspect pa --format '{{.State.Status}}'
	ok paused
	p unpause pa
	exits 0
	none_left
}

@test "podman: update" {
	needs_command update
	run -d --name up bb sleep 100
	p update --pids-limit 100 up
	exits 0
	none_left
}

@test "podman shows the version of ocirun" {
	p info --format '{{.Host.OCIRuntime.Version}}'
	has "$("$OCIRUN" --version | head -1)"
}
