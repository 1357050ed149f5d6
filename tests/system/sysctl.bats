# SPDX-License-Identifier: Apache-2.0
# linux.sysctl: what belongs to a namespace of the container is set there,
# everything else is refused, and the host's values never change.
#
# shellcheck disable=SC2016,SC2154

load helpers

set_sysctl() { config ".linux.sysctl = {\"$1\": \"$2\"}"; }

sets() { # KEY VALUE
	local file=/proc/sys/${1//.//} before
	before=$(<"$file")
	set_sysctl "$1" "$2"
	inside "cat $file"
	is "$2"
	equal "$(<"$file")" "$before"
}

@test "network: net.ipv4.ip_forward" { sets net.ipv4.ip_forward 1; }
@test "network: net.ipv4.ip_unprivileged_port_start" { sets net.ipv4.ip_unprivileged_port_start 80; }
@test "network: net.core.somaxconn" { sets net.core.somaxconn 77; }
@test "ipc: kernel.msgmax" { sets kernel.msgmax 4097; }
@test "ipc: kernel.shm_rmid_forced" { sets kernel.shm_rmid_forced 1; }
@test "ipc: fs.mqueue.msg_max" { sets fs.mqueue.msg_max 17; }

@test "a value with blanks" {
	set_sysctl net.ipv4.ping_group_range "0 2147483647"
	inside 'cat /proc/sys/net/ipv4/ping_group_range | tr "\t" " "'
	is "0 2147483647"
}

@test "ipc: kernel.sem, four numbers" {
	set_sysctl kernel.sem "100 200 30 40"
	inside 'cat /proc/sys/kernel/sem | tr "\t" " "'
	is "100 200 30 40"
}

@test "uts: kernel.domainname" { sets kernel.domainname inner.example; }

@test "a key with slashes, and a dot in a name" {
	config '.linux.sysctl = {"net/ipv4/conf/lo/forwarding": "1"}'
	inside 'cat /proc/sys/net/ipv4/conf/lo/forwarding'
	is 1
}

@test "several together" {
	config '.linux.sysctl = {"net.ipv4.ip_forward": "1", "kernel.msgmax": "5000", "fs.mqueue.queues_max": "99"}'
	inside 'cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax /proc/sys/fs/mqueue/queues_max'
	is $'1\n5000\n99'
}

@test "set although /proc/sys is read-only for the payload" {
	config '.linux.readonlyPaths = ["/proc/sys"]'
	sets net.ipv4.ip_forward 1
}

refuses() { # KEY: named at its place, unchanged on the host
	local file=/proc/sys/${1//.//} before
	before=$(cat "$file" 2>/dev/null) || true
	set_sysctl "$1" "${2:-1}"
	refused "$1"
	! is_ocirun || [[ $stderr =~ config\.json:[0-9]+:[0-9]+\ /linux/sysctl ]]
	equal "$(cat "$file" 2>/dev/null)" "$before"
}

@test "refused: kernel.core_pattern" { refuses kernel.core_pattern '|/x'; }
@test "refused: vm.overcommit_memory" { refuses vm.overcommit_memory; }
@test "refused: kernel.pid_max" { refuses kernel.pid_max 32768; }
@test "refused: fs.file-max" { refuses fs.file-max 100000; }
@test "refused: a path with .." { refuses net/../kernel/core_pattern x; }
@test "refused: an empty key" { set_sysctl "" 1; refused sysctl; }

@test "refused: net.* without a network namespace" {
	no_namespace network
	config '.mounts |= map(select(.type != "sysfs"))'
	refuses net.ipv4.ip_forward
}

@test "refused: kernel.msgmax without an ipc namespace" {
	no_namespace ipc
	config '.mounts |= map(select(.type != "mqueue"))'
	refuses kernel.msgmax 5000
}

@test "refused: kernel.domainname without a uts namespace" {
	ocirun_only "other rules"
	no_namespace uts
	config 'del(.hostname)'
	refuses kernel.domainname x
}

@test "refused: net.* when the joined network namespace is the host's" {
	ocirun_only "1.1 compares paths only"
	local file=/proc/sys/net/ipv4/ip_forward before after
	before=$(<"$file")
	join_namespace network /proc/self/ns/net
	config '.mounts |= map(select(.type != "sysfs"))' \
		".linux.sysctl = {\"net.ipv4.ip_forward\": \"$((1 - before))\"}"
	apply_config
	capture ocirun run -b "$BUNDLE" "$ID"
	after=$(<"$file")
	[[ $after == "$before" ]] || echo "$before" >"$file"
	equal "$after" "$before"
	failed 1 net.ipv4.ip_forward
}

@test "refused: a key that the kernel does not have" {
	set_sysctl net.ipv4.no_such_key 1
	refused net.ipv4.no_such_key
}

@test "refused: a value that the kernel does not take" {
	set_sysctl kernel.msgmax banana
	refused kernel.msgmax
}
