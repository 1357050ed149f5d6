# SPDX-License-Identifier: Apache-2.0
# containerd with ocirun as the runtime of its shim io.containerd.runc.v2, driven by ctr.
#
# shellcheck disable=SC2016,SC2154

load helpers

setup_file() {
	lacks containerd ctr containerd-shim-runc-v2 && return
	world_begin
	make_image
	make_archive
	containerd_config >"$W/config.toml"
	# the daemon lives in the world, and ends with it
	inw_background containerd --config "$W/config.toml"
	wait_until inw ctr --address /run/c/sock version
	ctr image import --snapshotter native "$W/archive.tar" >"$W/import.log" 2>&1 || {
		cat "$W/import.log"
		return 1
	}
}

teardown_file() { world_end; }

containerd_config() {
	cat <<-'END'
		version = 2
		root = "/run/c/root"
		state = "/run/c/state"
		disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images",
		  "io.containerd.cri.v1.runtime", "io.containerd.snapshotter.v1.btrfs",
		  "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper",
		  "io.containerd.snapshotter.v1.overlayfs"]
		[grpc]
		  address = "/run/c/sock"
		[ttrpc]
		  address = "/run/c/sock.ttrpc"
	END
}

# A containerd namespace names the parent cgroup.
ctr() { inw ctr --address /run/c/sock --namespace "$(group)" "$@"; }
c() { capture ctr "$@"; }
run() { # OPTION... -- ID COMMAND...
	local options=()
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	capture ctr run --runc-binary "$OCIRUN" --snapshotter native "${options[@]}" "$IMAGE" "$@"
}
no_containers() {
	c task ls --quiet
	[[ -z $output ]] || show "left tasks"
	nothing_left "/run/containerd/runc/$(group)"
}

@test "containerd runs a container and passes its output and exit code" {
	run --rm -- r1 sh -c 'echo out; echo err >&2; exit 42'
	exits 42
	is out
	says err
	no_containers
}

@test "containerd passes stdin" {
	echo data >"$T/in"
	STDIN=$T/in
	run --rm -- r1 cat
	ok data
}

@test "containerd shows ocirun's message" {
	run --rm -- r1 nosuch
	exits 1
	says 'OCI runtime create failed: ocirun: create r1: config.json:'
	says 'exec: "nosuch": executable file not found in $PATH'
	run --rm --mount type=bind,src=/nosuch,dst=/x,options=rbind -- r1 true
	exits 1
	says '/nosuch'
	says 'no such file or directory'
	no_containers
}

@test "containerd: environment, directory, read-only root, mounts" {
	run --rm --env A=b --cwd /var --read-only --mount type=bind,src=/run,dst=/mnt,options=rbind:ro \
		-- r1 sh -c 'echo $A; pwd; touch /x; touch /mnt/x; test -d /mnt/c'
	exits 0
	is $'b\n/var'
	says 'touch: /x: Read-only file system'
	says 'touch: /mnt/x: Read-only file system'
}

@test "containerd: capabilities, privileged" {
	run --rm --cap-drop CAP_CHOWN -- r1 grep -E 'CapEff|NoNewPrivs' /proc/self/status
	ok $'CapEff:\t00000000a80425fa\nNoNewPrivs:\t1'
	run --rm --privileged -- r1 grep CapEff /proc/self/status
	ok "$(grep CapEff /proc/self/status)"
}

@test "containerd: namespaces of others, by path" {
	run --rm --net-host -- r1 readlink /proc/self/ns/net
	ok "$(inw readlink /proc/self/ns/net)"
	run --rm --with-ns pid:/proc/1/ns/pid -- r1 readlink /proc/self/ns/pid
	ok "$(inw readlink /proc/self/ns/pid)"
	no_containers
}

@test "containerd: the life of a task" {
	run -d -- t1 sleep 100
	exits 0
	c task ls
	matches 't1 +[0-9]+ +RUNNING'
	c task kill -s SIGKILL t1
	exits 0
	wait_until task_is t1 STOPPED
	c task delete t1
	c container delete t1
	exits 0
	no_containers
}
task_is() { [[ $(ctr task ls) =~ $1\ +[0-9]+\ +$2 ]]; }

@test "containerd: a task that handles a signal" {
	run -d -- t2 sh -c 'trap "exit 3" TERM; while :; do sleep 0.1; done'
	sleep 0.3
	c task kill t2
	wait_until task_is t2 STOPPED
	c task delete t2
	says 'exit code 3'
	c container delete t2
	no_containers
}

@test "containerd: killing all processes of a task without a pid namespace" {
	run -d --with-ns pid:/proc/1/ns/pid -- t3 sh -c 'sleep 1234 & sleep 1233'
	wait_until in_world_ps 'sleep 1234'
	c task kill -a -s SIGKILL t3
	wait_until task_is t3 STOPPED
	capture inw ps ax -o args
	hasnt 'sleep 123'
	c task delete t3
	c container delete t3
	no_containers
}
in_world_ps() { [[ $(inw ps ax -o args) == *"$1"* ]]; }

@test "containerd: a terminal and its size" {
	command -v script >/dev/null || cannot "script is not installed"
	cat >"$T/run" <<-END
		stty rows 31 cols 97
		exec ctr --address /run/c/sock --namespace $(group) run --rm --tty --runc-binary $OCIRUN \
			--snapshotter native $IMAGE tty sh -c 'sleep 1; stty size; exit 5'
	END
	capture inw script -qec "sh $T/run" /dev/null
	exits 5
	has '31 97'
}

@test "containerd: output of one megabyte is whole" {
	run --rm -- r1 sh -c 'head -c 1000000 /dev/zero | tr "\0" x; echo END'
	[[ ${#output} == 1000003 && $output == *xEND ]]
}

@test "containerd: the pid file" {
	run -d --pid-file /run/t4.pid -- t4 sleep 100
	capture inw sh -c 'tr "\0" " " <"/proc/$(cat /run/t4.pid)/cmdline"'
	has 'sleep 100'
	c task kill -s SIGKILL t4
	wait_until task_is t4 STOPPED
	c task delete t4
	c container delete t4
	no_containers
}

@test "containerd: default seccomp profile" {
	needs_feature SECCOMP
	run --rm --seccomp -- r1 grep Seccomp: /proc/self/status
	ok $'Seccomp:\t2'
}

@test "containerd: exec" {
	needs_command exec
	run -d -- t5 sleep 100
	c task exec --exec-id e1 t5 sh -c 'echo in; exit 7'
	exits 7
	is in
	c task kill -s SIGKILL t5
	wait_until task_is t5 STOPPED
	c task delete t5
	c container delete t5
	no_containers
}

@test "containerd: processes of a task" {
	needs_command ps
	run -d -- t6 sleep 100
	c task ps t6
	exits 0
	c task rm --force t6
	c container delete t6
}

@test "containerd: pause and resume" {
	needs_command pause
	run -d -- t7 sleep 100
	c task pause t7
	wait_until task_is t7 PAUSED
	c task resume t7
	wait_until task_is t7 RUNNING
	c task rm --force t7
	c container delete t7
	no_containers
}
