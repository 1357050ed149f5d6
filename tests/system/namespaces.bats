# SPDX-License-Identifier: Apache-2.0
# Namespaces: new, shared with the host, and joined by path; seen from inside
# and from the host.
#
# shellcheck disable=SC2016,SC2154

load helpers

# FILE of /proc/self/ns in the container
ns_inside() { inside "readlink /proc/self/ns/$1"; }

is_new() { # TYPE FILE
	new_namespace "$1"
	ns_inside "$2"
	[[ $output == "${2%_for_children}:["* && $output != "$(readlink "/proc/self/ns/$2")" ]] ||
		show "not a new namespace"
}

is_hosts() { # TYPE FILE
	no_namespace "$1"
	ns_inside "$2"
	is "$(readlink "/proc/self/ns/$2")"
}

is_joined() { # TYPE FILE UNSHARE-OPTION
	background unshare "$3" sleep 60
	local pid=$! host
	host=$(readlink "/proc/self/ns/$2")
	wait_until eval "[[ \$(readlink /proc/$pid/ns/$2) != '$host' ]]"
	join_namespace "$1" "/proc/$pid/ns/$2"
	ns_inside "$2"
	is "$(readlink "/proc/$pid/ns/$2")"
}

@test "pid: new" { is_new pid pid; }
@test "network: new" { is_new network net; }
@test "mount: new" { is_new mount mnt; }
@test "ipc: new" { is_new ipc ipc; }
@test "uts: new" { is_new uts uts; }

@test "cgroup: new" {
	new_namespace cgroup
	inside 'readlink /proc/self/ns/cgroup; cat /proc/self/cgroup'
	[[ $(line 1) != "$(readlink /proc/self/ns/cgroup)" ]]
	has "0::/"
}

@test "time: new" {
	ocirun_only "1.1 does not know it"
	is_new time time
}

@test "time: new for children as well" {
	ocirun_only "1.1 does not know it"
	new_namespace time
	inside 'readlink /proc/self/ns/time; readlink /proc/self/ns/time_for_children'
	equal "$(line 1 | tr -dc 0-9)" "$(line 2 | tr -dc 0-9)"
}

@test "all seven new ones at once" {
	ocirun_only "1.1 does not know time"
	local type
	for type in pid network mount ipc uts cgroup time; do
		new_namespace $type
	done
	inside 'for n in pid net mnt ipc uts cgroup time; do readlink /proc/self/ns/$n; done'
	local n
	for n in pid net mnt ipc uts cgroup time; do
		hasnt "$(readlink "/proc/self/ns/$n")"
	done
	equal "$(wc -l <<<"$output")" 7
}

@test "pid: the host's" { is_hosts pid pid; }
@test "network: the host's" { config '.mounts |= map(select(.type != "sysfs"))'; is_hosts network net; }
@test "ipc: the host's" { is_hosts ipc ipc; }
@test "cgroup: the host's" { is_hosts cgroup cgroup; }
@test "user: the host's" { is_hosts user user; }
@test "time: the host's" { is_hosts time time; }

@test "uts: the host's" {
	config 'del(.hostname)'
	is_hosts uts uts
}

@test "network: joined" { is_joined network net --net; }
@test "ipc: joined" { is_joined ipc ipc --ipc; }

@test "uts: joined, and its host name seen" {
	config 'del(.hostname)'
	background unshare --uts sh -c "hostname joined-$TAG; exec sleep 60"
	local pid=$!
	wait_until file_has "/proc/$pid/comm" sleep
	join_namespace uts "/proc/$pid/ns/uts"
	inside 'hostname'
	is "joined-$TAG"
}

@test "uts: joined, and the host name set there" {
	background unshare --uts sleep 60
	local pid=$!
	wait_until file_has "/proc/$pid/comm" sleep
	config '.hostname = "renamed"'
	join_namespace uts "/proc/$pid/ns/uts"
	inside 'hostname'
	is renamed
	equal "$(nsenter --uts="/proc/$pid/ns/uts" hostname)" renamed
}

@test "pid: joined" {
	background unshare --pid --fork --kill-child sleep 60
	local outer=$! pid
	wait_until eval "pgrep -P $outer sleep"
	pid=$(pgrep -P "$outer" sleep)
	join_namespace pid "/proc/$pid/ns/pid"
	inside 'readlink /proc/self/ns/pid; echo $$; cat /proc/1/comm'
	equal "$(line 1)" "$(readlink "/proc/$pid/ns/pid")"
	[[ $(line 2) -gt 1 ]]
	equal "$(line 3)" sleep
}

@test "pid: joined: the init is never the file on disk, seen by a hook" {
	ocirun_only "other protection"
	background unshare --pid --fork --kill-child sleep 60
	local outer=$! pid
	wait_until eval "pgrep -P $outer sleep"
	pid=$(pgrep -P "$outer" sleep)
	join_namespace pid "/proc/$pid/ns/pid"
	printf '#!/bin/sh\nreadlink "/proc/$(jq .pid)/exe" >%s/exe\n' "$T" >"$T/hook"
	chmod +x "$T/hook"
	config ".hooks.createRuntime = [{path: \"$T/hook\", env: [\"PATH=$PATH\"]}]"
	inside true
	[[ $(<"$T/exe") == "/memfd:ocirun (deleted)" ]]
}

@test "cgroup: joined" { is_joined cgroup cgroup --cgroup; }

@test "time: joined" {
	ocirun_only "1.1 does not know it"
	background unshare --time --fork --kill-child --boottime 1000000 sleep 60
	local outer=$! pid
	wait_until eval "pgrep -P $outer sleep"
	pid=$(pgrep -P "$outer" sleep)
	join_namespace time "/proc/$pid/ns/time"
	inside 'readlink /proc/self/ns/time; cut -d. -f1 /proc/uptime'
	equal "$(line 1)" "$(readlink "/proc/$pid/ns/time")"
	[[ $(line 2) -gt 1000000 ]]
}

@test "mount: joined" {
	ocirun_only "its set-up is different"
	background unshare --mount --propagation private sh -c \
		"mkdir -p $T/mnt && mount -t tmpfs joined-$TAG $T/mnt && exec sleep 60"
	local pid=$!
	wait_until file_has "/proc/$pid/comm" sleep
	join_namespace mount "/proc/$pid/ns/mnt"
	config '.mounts = []' 'del(.linux.maskedPaths, .linux.readonlyPaths)' '.root.path = "/"'
	apply_config
	capture ocirun create -b "$BUNDLE" "$ID"
	# Joining is legal; what matters is that the host's table stays as it is.
	refute grep -q "joined-$TAG" /proc/self/mountinfo
	[[ $status -eq 0 || $stderr == "ocirun: "* ]]
}

@test "joined: a file bound over the namespace, as CNI does it" {
	: >"$T/netns"
	unshare --net="$T/netns" true
	join_namespace network "$T/netns"
	ns_inside net
	equal "$output" "net:[$(stat -L -c %i "$T/netns")]"
	umount "$T/netns"
}

@test "joined: another container's namespaces" {
	running_ct
	local pid first=$ID
	pid=$(init_pid)
	for type in network ipc uts; do
		join_namespace $type "/proc/$pid/ns/${type/network/net}"
	done
	config 'del(.hostname)'
	ID=$TAG-2
	inside 'for n in net ipc uts; do readlink /proc/self/ns/$n; done'
	is "$(readlink "/proc/$pid/ns/net" "/proc/$pid/ns/ipc" "/proc/$pid/ns/uts")"
	equal "$(state_of "$first")" running
}

@test "joined: a namespace of another type is refused at its place" {
	join_namespace network /proc/self/ns/uts
	refused_at "/linux/namespaces/[0-9]+"
}

@test "joined: an ordinary file is refused" {
	: >"$T/file"
	join_namespace ipc "$T/file"
	refused_at "/linux/namespaces/[0-9]+" "$T/file"
}

@test "joined: a FIFO is refused without waiting" {
	ocirun_only "hangs"
	mkfifo "$T/fifo"
	join_namespace ipc "$T/fifo"
	refused_at "/linux/namespaces/[0-9]+" "$T/fifo"
}

@test "joined: a missing path is refused" {
	join_namespace network "$T/missing"
	refused_at "/linux/namespaces/[0-9]+" "$T/missing" "no such file or directory"
}

@test "joined: a relative path is refused" {
	join_namespace network "proc/self/ns/net"
	refused_at "/linux/namespaces/[0-9]+"
}

@test "the same type twice is refused" {
	config '.linux.namespaces += [{type: "pid"}]'
	refused_at "/linux/namespaces/[0-9]+" pid
}

@test "an unknown type is refused" {
	config '.linux.namespaces += [{type: "galaxy"}]'
	refused_at "/linux/namespaces/[0-9]+" galaxy
}

@test "pid: the payload is 1 and sees only itself" {
	inside 'echo $$; ls /proc | grep -c "^[0-9]"'
	equal "$(line 1)" 1
	[[ $(line 2) -le 4 ]]
}

@test "network: a new one has lo, up" {
	inside 'ip -o addr show lo; ls /sys/class/net'
	has 127.0.0.1
	equal "$(tail -1 <<<"$output")" lo
}

@test "network: a new one has nothing else" {
	inside 'cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d " \n"'
	is lo
}

@test "mount: nothing of the container shows up on the host" {
	add_mount /data tmpfs "mark-$TAG" ""
	config '.mounts[-1].options = []'
	running_ct
	refute grep -q "$TAG" /proc/self/mountinfo
	grep -q "mark-$TAG" "/proc/$(init_pid)/mountinfo"
}

@test "mount: the host's is left as it is without a mount namespace" {
	ocirun_only "1.1 changes the propagation of /"
	no_namespace mount
	config '.mounts = []' 'del(.linux.maskedPaths, .linux.readonlyPaths)' '.process.args = ["true"]'
	apply_config
	oracle_begin
	capture ocirun run -b "$BUNDLE" "$ID"
	[[ $status -eq 0 || $stderr == "ocirun: "* ]]
	oracle_end
}

@test "user: id mappings are not in this version, and the error names the key" {
	ocirun_only
	new_namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]' \
		'.linux.gidMappings = .linux.uidMappings'
	refused "/linux/"
}
