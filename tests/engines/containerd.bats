# SPDX-License-Identifier: Apache-2.0
# containerd with ocirun as the runtime of its shim io.containerd.runc.v2, driven by ctr.
#
# shellcheck disable=SC2016,SC2034,SC2154

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

setup() {
	engine_setup
	ID=task$BATS_TEST_NUMBER
}
teardown() {
	[[ -z $BATS_TEST_SKIPPED && ! -e $W/skip ]] || return 0
	ctr task rm --force "$ID" >/dev/null 2>&1 || true
	ctr container rm "$ID" >/dev/null 2>&1 || true
}

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
ctr_run() { # OPTION... -- COMMAND...
	local options=()
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	ctr run --runc-binary "$OCIRUN" --snapshotter native "${options[@]}" "$IMAGE" "$ID" "$@"
}
run() { capture ctr_run "$@"; }
# A task that was started with -d
end_task() {
	c task kill -s SIGKILL "$ID"
	wait_until task_is STOPPED
	c task delete "$ID"
	c container delete "$ID"
	exits 0
}
task_is() { [[ $(ctr task ls) =~ $ID\ +[0-9]+\ +$1 ]]; }
no_containers() {
	c task ls --quiet
	[[ -z $output ]] || show "left tasks"
	nothing_left "/run/containerd/runc/$(group)"
}

@test "containerd runs a container and passes its output and exit code" {
	run --rm -- sh -c 'echo out; echo err >&2; exit 42'
	exits 42
	is out
	says err
	no_containers
}

@test "containerd passes stdin" {
	# ctr loses an end of file that comes before the start
	late_data() { (sleep 0.5 && echo data) | ctr_run --rm -- cat; }
	capture late_data
	ok data
}

@test "containerd shows ocirun's message" {
	run --rm -- nosuch
	exits 1
	says "OCI runtime create failed: ocirun: create $ID: config.json:"
	says 'exec: "nosuch": executable file not found in $PATH'
	run --rm --mount type=bind,src=/nosuch,dst=/x,options=rbind -- true
	exits 1
	says '/nosuch'
	says 'no such file or directory'
	no_containers
}

@test "containerd: environment, directory, read-only root, mounts" {
	run --rm --env A=b --cwd /var --read-only --mount type=bind,src=/run,dst=/mnt,options=rbind:ro \
		-- sh -c 'echo $A; pwd; touch /x; touch /mnt/x; test -d /mnt/c'
	exits 0
	is $'b\n/var'
	says 'touch: /x: Read-only file system'
	says 'touch: /mnt/x: Read-only file system'
}

@test "containerd: capabilities, privileged" {
	run --rm --cap-drop CAP_CHOWN -- grep -E 'CapEff|NoNewPrivs' /proc/self/status
	ok $'CapEff:\t00000000a80425fa\nNoNewPrivs:\t1'
	run --rm --privileged -- grep CapEff /proc/self/status
	ok "$(grep CapEff /proc/self/status)"
}

@test "containerd: namespaces of others, by path" {
	run --rm --net-host -- readlink /proc/self/ns/net
	ok "$(inw readlink /proc/self/ns/net)"
	run --rm --with-ns pid:/proc/1/ns/pid -- readlink /proc/self/ns/pid
	ok "$(inw readlink /proc/self/ns/pid)"
	no_containers
}

@test "containerd: the life of a task" {
	run -d -- sleep 100
	exits 0
	task_is RUNNING
	c task kill -s SIGKILL "$ID"
	exits 0
	wait_until task_is STOPPED
	c task delete "$ID"
	c container delete "$ID"
	exits 0
	no_containers
}

@test "containerd: a task that handles a signal" {
	run -d -- sh -c 'trap "exit 3" TERM; while :; do sleep 0.1; done'
	sleep 0.3
	c task kill "$ID"
	wait_until task_is STOPPED
	c task delete "$ID"
	says 'exit code 3'
	c container delete "$ID"
	no_containers
}

@test "containerd: killing all processes of a task without a pid namespace" {
	run -d --with-ns pid:/proc/1/ns/pid -- sh -c 'sleep 1234 & sleep 1233'
	wait_until in_world_ps 'sleep 1234'
	c task kill -a -s SIGKILL "$ID"
	wait_until task_is STOPPED
	capture inw ps ax -o args
	hasnt 'sleep 123'
	c task delete "$ID"
	c container delete "$ID"
	no_containers
}
in_world_ps() { [[ $(inw ps ax -o args) == *"$1"* ]]; }

@test "containerd: a terminal and its size" {
	command -v script >/dev/null || cannot "script is not installed"
	cat >"$T/run" <<-END
		stty rows 31 cols 97
		exec ctr --address /run/c/sock --namespace $(group) run --rm --tty --runc-binary $OCIRUN \
			--snapshotter native $IMAGE $ID sh -c 'sleep 1; stty size; exit 5'
	END
	capture inw script -qec "sh $T/run" /dev/null
	exits 5
	has '31 97'
}

@test "containerd: output of one megabyte is whole" {
	run --rm -- sh -c 'head -c 1000000 /dev/zero | tr "\0" x; echo END'
	[[ ${#output} == 1000003 && $output == *xEND ]]
}

@test "containerd: the pid file" {
	run -d --pid-file /run/t4.pid -- sleep 100
	capture inw sh -c 'tr "\0" " " <"/proc/$(cat /run/t4.pid)/cmdline"'
	has 'sleep 100'
	end_task
	no_containers
}

@test "containerd: default seccomp profile" {
	needs_feature SECCOMP
	run --rm --seccomp -- grep Seccomp: /proc/self/status
	ok $'Seccomp:\t2'
}

@test "containerd: exec" {
	needs_command exec
	run -d -- sleep 100
	c task exec --exec-id e1 "$ID" sh -c 'echo in; exit 7'
	exits 7
	is in
	end_task
	no_containers
}

@test "containerd: processes of a task" {
	needs_command ps
	run -d -- sleep 100
	c task ps "$ID"
	exits 0
	end_task
}

@test "containerd: pause and resume" {
	needs_command pause
	run -d -- sleep 100
	c task pause "$ID"
	wait_until task_is PAUSED
	c task resume "$ID"
	wait_until task_is RUNNING
	end_task
	no_containers
}
