# SPDX-License-Identifier: Apache-2.0
# cgroups: where the container's cgroup is, that the process is in it from its
# first instruction, and that it goes away.  Seen in a private mount namespace
# where /sys/fs/cgroup is cgroup2 alone, as on today's distributions; limits
# need controllers and are tested where the machine has them in cgroup2.
#
# shellcheck disable=SC2016,SC2154

load helpers

setup_file() {
	# A process that keeps the private view; setup() enters it.
	unshare --mount --propagation private sh -c \
		'umount -R /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup && touch "$0" && exec sleep 600' \
		"$BATS_FILE_TMPDIR/ready" </dev/null >/dev/null 2>&1 3>&- 4>&- &
	export VIEW=$!
	local try
	for ((try = 0; try < 100; try++)); do
		[[ ! -e $BATS_FILE_TMPDIR/ready ]] || return 0
		sleep 0.02
	done
}

teardown_file() { kill "$VIEW" 2>/dev/null || true; }

setup() {
	[[ -e $BATS_FILE_TMPDIR/ready ]] || cannot "no private cgroup2 view on this machine"
	ocirun_only "1.1 cannot here"
	setup_bundle
	PREFIX=(nsenter --mount="/proc/$VIEW/ns/mnt" --wd="$BUNDLE")
	GROUP=/sys/fs/cgroup
	config ".linux.cgroupsPath = \"/$TAG\""
}

teardown() {
	[[ -z ${T:-} ]] || teardown_bundle
}

# The same view for a command of ours
view() { nsenter --mount="/proc/$VIEW/ns/mnt" "$@"; }
own() { awk -F: '$1 == 0 { print $3 }' /proc/self/cgroup; }
cgroup_of() { awk -F: '$1 == 0 { print $3 }' "/proc/$1/cgroup"; }
controller() {
	[[ " $(view cat $GROUP/cgroup.controllers) " == *" $1 "* ]] ||
		cannot "the controller $1 is not in cgroup2 on this machine"
}
knob() { view cat "$GROUP/$TAG/$1"; }

@test "cgroupsPath: absolute" {
	running_ct
	equal "$(cgroup_of "$(init_pid)")" "/$TAG"
}

@test "cgroupsPath: several parts" {
	config ".linux.cgroupsPath = \"/$TAG-a/b/c\""
	running_ct
	equal "$(cgroup_of "$(init_pid)")" "/$TAG-a/b/c"
	quiet delete --force "$ID"
	[[ ! -d /sys/fs/cgroup/unified/$TAG-a/b/c ]]
	view rmdir "$GROUP/$TAG-a/b" "$GROUP/$TAG-a" 2>/dev/null || true
}

@test "cgroupsPath: relative is beside our own" {
	config ".linux.cgroupsPath = \"$TAG-rel/x\""
	running_ct
	[[ $(cgroup_of "$(init_pid)") == *"/$TAG-rel/x" ]]
	quiet delete --force "$ID"
	view rmdir "$GROUP/$TAG-rel" 2>/dev/null || true
}

@test "cgroupsPath: absent, named after the container" {
	config 'del(.linux.cgroupsPath)'
	running_ct
	[[ $(cgroup_of "$(init_pid)") == *"$ID"* ]]
}

@test "cgroupsPath: .. does not leave the hierarchy" {
	config ".linux.cgroupsPath = \"/../../../$TAG\""
	args sleep 60
	apply_config
	capture ocirun_create
	if [[ $status -eq 0 ]]; then
		equal "$(cgroup_of "$(init_pid)")" "/$TAG"
	else
		failed 1 cgroupsPath
	fi
}

@test "cgroupsPath: the cgroup of somebody else is not emptied" {
	view mkdir "$GROUP/$TAG-other"
	config ".linux.cgroupsPath = \"/$TAG-other\""
	background nsenter --mount="/proc/$VIEW/ns/mnt" \
		sh -c "echo \$\$ >$GROUP/$TAG-other/cgroup.procs; exec sleep 60"
	wait_until eval '[[ -n $(view cat $GROUP/$TAG-other/cgroup.procs) ]]'
	args sleep 60
	apply_config
	capture ocirun_create
	failed 1 "not empty"
	[[ -n $(view cat "$GROUP/$TAG-other/cgroup.procs") ]]
	kill -KILL "${BACKGROUND[-1]}"
	wait_until view rmdir "$GROUP/$TAG-other"
}

@test "the created process is in the cgroup" {
	args sleep 60
	create_ct
	equal "$(cgroup_of "$(init_pid)")" "/$TAG"
	knob cgroup.procs | grep -qx "$(init_pid)"
}

@test "the payload is in it from its first instruction" {
	no_namespace cgroup
	inside 'cat /proc/self/cgroup'
	[[ $(grep '^0:' <<<"$output") == "0::/$TAG" ]]
}

@test "a private cgroup namespace is rooted in it" {
	new_namespace cgroup
	inside 'cat /proc/self/cgroup'
	[[ $(grep '^0:' <<<"$output") == "0::/" ]]
}

@test "the runtime itself stays where it was" {
	local before
	before=$(own)
	running_ct
	equal "$(own)" "$before"
	hooks_group=$(cgroup_of $$)
	equal "$hooks_group" "$before"
}

@test "children of the payload are in it" {
	sh_args 'sleep 61 & sleep 62 & echo up; wait'
	create_ct
	start_ct
	wait_until file_has "$T/out" up
	equal "$(knob cgroup.procs | wc -l)" 3
}

@test "delete: the cgroup is gone" {
	running_ct
	[[ -d /proc/$VIEW/root/sys/fs/cgroup/$TAG ]]
	stop_ct
	delete_ct
	[[ ! -d /proc/$VIEW/root/sys/fs/cgroup/$TAG ]]
}

@test "delete: cgroups that the container made below its own are gone" {
	config '.mounts |= map(select(.type != "cgroup")) +
		[{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["rw"]}]' \
		'.process.user.uid = 0'
	new_namespace cgroup
	sh_args 'mkdir -p /sys/fs/cgroup/a/b /sys/fs/cgroup/c && echo made; sleep 60'
	create_ct
	start_ct
	wait_until file_has "$T/out" made
	quiet delete --force "$ID"
	[[ ! -d /proc/$VIEW/root/sys/fs/cgroup/$TAG ]]
}

@test "run: the cgroup is gone at the end" {
	args true
	run_ct
	succeeded
	[[ ! -d /proc/$VIEW/root/sys/fs/cgroup/$TAG ]]
}

@test "a failed create leaves no cgroup" {
	add_mount /x bind "$T/missing" bind
	args true
	refused missing
	[[ ! -d /proc/$VIEW/root/sys/fs/cgroup/$TAG ]]
}

@test "kill KILL without a pid namespace ends the whole cgroup" {
	no_namespace pid
	sh_args 'sleep 61 & sleep 62 & echo up; wait'
	create_ct
	start_ct
	wait_until file_has "$T/out" up
	kill_ct KILL
	wait_status stopped
	wait_until eval '[[ -z $(knob cgroup.procs) ]]'
}

@test "kill --all: every process of the cgroup gets the signal" {
	sh_args '(trap "echo child; exit" USR1; while :; do sleep 0.02; done) &
		trap "echo init; wait; exit" USR1; sleep 0.1; echo up; while :; do sleep 0.02; done'
	create_ct
	start_ct
	wait_until file_has "$T/out" up
	quiet kill --all "$ID" USR1
	wait_until file_has "$T/out" child
	wait_until file_has "$T/out" init
}

@test "state: a frozen cgroup is paused" {
	"$OCIRUN" pause --help >/dev/null 2>&1 || cannot "pause is not in this version"
	running_ct
	view sh -c "echo 1 >$GROUP/$TAG/cgroup.freeze"
	wait_status paused
	view sh -c "echo 0 >$GROUP/$TAG/cgroup.freeze"
	wait_status running
}

@test "delete --force: a frozen container" {
	running_ct
	view sh -c "echo 1 >$GROUP/$TAG/cgroup.freeze"
	quiet delete --force "$ID"
	[[ ! -d /proc/$VIEW/root/sys/fs/cgroup/$TAG ]]
}

@test "kill KILL: a frozen container" {
	running_ct
	view sh -c "echo 1 >$GROUP/$TAG/cgroup.freeze"
	kill_ct KILL
	wait_status stopped
}

@test "unified: a knob that every cgroup has" {
	config '.linux.resources.unified = {"cgroup.max.depth": "3"}'
	running_ct
	equal "$(knob cgroup.max.depth)" 3
}

@test "unified: a key with a slash is refused at its place" {
	config '.linux.resources.unified = {"../x": "1"}'
	refused_at /linux/resources/unified
}

@test "unified: a controller that is missing is named" {
	config '.linux.resources.unified = {"nosuch.max": "1"}'
	refused_at /linux/resources/unified nosuch
}

@test "pids.limit" {
	controller pids
	config '.linux.resources.pids = {limit: 17}'
	running_ct
	equal "$(knob pids.max)" 17
}

@test "memory.limit and swap" {
	controller memory
	config '.linux.resources.memory = {limit: 67108864, swap: 100663296, reservation: 33554432}'
	running_ct
	equal "$(knob memory.max)" 67108864
	equal "$(knob memory.swap.max)" 33554432
	equal "$(knob memory.low)" 33554432
}

@test "cpu: shares, quota and period" {
	controller cpu
	config '.linux.resources.cpu = {shares: 1024, quota: 50000, period: 100000}'
	running_ct
	equal "$(knob cpu.weight)" 100
	equal "$(knob cpu.max)" "50000 100000"
}

@test "hugepageLimits" {
	controller hugetlb
	view test -e "$GROUP/hugetlb.2MB.max" || view sh -c "ls /sys/kernel/mm/hugepages | grep -q 2048kB" ||
		cannot "no 2 MiB pages"
	config '.linux.resources.hugepageLimits = [{pageSize: "2MB", limit: 4194304}]'
	running_ct
	equal "$(knob hugetlb.2MB.max)" 4194304
	equal "$(knob hugetlb.2MB.rsvd.max)" 4194304
}

@test "hugepageLimits: a size with a path in it is refused at its place" {
	config '.linux.resources.hugepageLimits = [{pageSize: "../../x", limit: 1}]'
	refused_at "/linux/resources/hugepageLimits/0"
}

# Limits which the host cannot apply: engines take words on stderr for a
# failure, so they are named in the log.
not_applied() { # POINTER
	args true
	apply_config
	capture ocirun --debug --log "$T/log" run -b "$BUNDLE" "$ID"
	[[ $status -eq 0 ]] || { failed 1 "$1"; return; }
	grep -q "$1.* is not applied" "$T/log" || { cat "$T/log"; false; }
}

@test "a limit whose controller is missing is named in the log" {
	[[ " $(view cat $GROUP/cgroup.controllers) " != *" pids "* ]] || cannot "pids is there"
	config '.linux.resources.pids = {limit: 17}'
	not_applied /linux/resources/pids/limit
}

@test "--cgroup-manager disabled: no cgroup is made" {
	args sleep 60
	apply_config
	status=0
	ocirun --cgroup-manager disabled create -b "$BUNDLE" "$ID" >"$T/out" 2>"$T/err" </dev/null || status=$?
	stderr=$(<"$T/err")
	output=
	succeeded
	[[ ! -d /proc/$VIEW/root/sys/fs/cgroup/$TAG ]]
	equal "$(cgroup_of "$(init_pid)")" "$(own)"
}

@test "--cgroup-manager disabled: delete needs no option" {
	args sleep 60
	apply_config
	ocirun --cgroup-manager disabled create -b "$BUNDLE" "$ID" >"$T/out" 2>&1 </dev/null
	quiet delete --force "$ID"
}

@test "the mount of type cgroup shows the container's cgroup as its root" {
	new_namespace cgroup
	config '.mounts |= map(select(.type != "cgroup")) +
		[{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["ro"]}]'
	inside 'cat /sys/fs/cgroup/cgroup.procs | head -1; awk "\$5 == \"/sys/fs/cgroup\"" /proc/self/mountinfo 2>/dev/null ||
		grep " /sys/fs/cgroup " /proc/self/mountinfo' || true
	equal "$(line 1)" 1
	has " / /sys/fs/cgroup ro"
}

@test "without a cgroup namespace the mount shows the hierarchy, read-only" {
	no_namespace cgroup
	config '.mounts |= map(select(.type != "cgroup")) +
		[{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["ro"]}]'
	inside "mkdir /sys/fs/cgroup/x 2>/dev/null || echo refused; cat /proc/self/cgroup | grep '^0:'"
	has refused
	has "0::/$TAG"
}

@test "the host's hierarchy is not reachable through .. in a private namespace" {
	new_namespace cgroup
	config '.mounts |= map(select(.type != "cgroup")) +
		[{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["rw"]}]'
	inside 'ls -d /sys/fs/cgroup/../cgroup/cgroup.controllers >/dev/null && ls /sys/fs/cgroup | grep -c "'"$TAG"'" || true'
	is 0
}

# --- other machines ----------------------------------------------------------------------------

@test "no cgroup2 anywhere: a container without limits runs" {
	PREFIX=(unshare --mount --propagation private sh -c 'umount -R /sys/fs/cgroup && exec "$@"' -)
	config 'del(.linux.cgroupsPath, .linux.resources)' '.mounts |= map(select(.type != "cgroup"))'
	sh_args 'echo ran'
	run_ct
	[[ $status -eq 0 && $output == ran ]] || failed 1 cgroup
}

@test "no cgroup2 anywhere: a limit is named in the log" {
	PREFIX=(unshare --mount --propagation private sh -c 'umount -R /sys/fs/cgroup && exec "$@"' -)
	config 'del(.linux.cgroupsPath)' '.linux.resources = {pids: {limit: 5}}' \
		'.mounts |= map(select(.type != "cgroup"))'
	not_applied /linux/resources/pids/limit
}

@test "a hybrid machine: the unified hierarchy is used where it is mounted" {
	PREFIX=()
	[[ -d /sys/fs/cgroup/unified ]] || cannot "this machine is not hybrid"
	running_ct
	equal "$(cgroup_of "$(init_pid)")" "/$TAG"
}

@test "a read-only cgroup file system is a clear error" {
	PREFIX=(nsenter --mount="/proc/$VIEW/ns/mnt" unshare --mount --propagation private sh -c
		'mount -o remount,bind,ro /sys/fs/cgroup && exec "$@"' -)
	args true
	apply_config
	capture ocirun run -b "$BUNDLE" "$ID"
	failed 1 cgroup "read-only file system"
}
