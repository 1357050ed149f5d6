# SPDX-License-Identifier: Apache-2.0
# Device nodes, links and special files below /dev.
#
# shellcheck disable=SC2016,SC2154

load helpers

device() { # PATH TYPE MAJOR MINOR [MORE]
	config ".linux.devices += [{path: \"$1\", type: \"$2\", major: $3, minor: $4} + {${5:-}}]"
}

@test "default nodes: type, numbers and mode" {
	inside 'cd /dev; for d in null zero full random urandom tty; do stat -c "%n %F %t:%T %a %u:%g" $d; done'
	is "null character special file 1:3 666 0:0
zero character special file 1:5 666 0:0
full character special file 1:7 666 0:0
random character special file 1:8 666 0:0
urandom character special file 1:9 666 0:0
tty character special file 5:0 666 0:0"
}

@test "default nodes: they work" {
	inside 'echo x >/dev/null; head -c 4 /dev/zero | od -An -tx1; head -c 4 /dev/urandom | wc -c
		echo x 2>/dev/null >/dev/full || echo full' || true
	is $' 00 00 00 00\n4\nfull'
}

@test "default links" {
	inside 'cd /dev; for l in fd stdin stdout stderr core ptmx; do echo $l $(readlink $l); done'
	has "fd /proc/self/fd"
	has "stdin /proc/self/fd/0"
	has "stdout /proc/self/fd/1"
	has "stderr /proc/self/fd/2"
	has "ptmx pts/ptmx"
}

@test "ptmx: opens a terminal of the container's own instance" {
	inside 'exec 5<>/dev/ptmx && ls /dev/pts'
	is $'0\nptmx'
}

@test "/dev holds nothing else" {
	inside 'ls /dev | tr "\n" " "'
	local name
	for name in $output; do
		[[ " core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero " == *" $name "* ]]
	done
}

@test "a character device" {
	device /dev/test-c c 1 5
	inside 'stat -c "%F %t:%T" /dev/test-c; head -c 2 /dev/test-c | od -An -tx1' || true
	has "character special file 1:5"
}

@test "an unbuffered character device (u)" {
	device /dev/test-u u 1 3
	inside 'stat -c "%F %t:%T" /dev/test-u'
	is "character special file 1:3"
}

@test "a block device" {
	device /dev/test-b b 7 42
	inside 'stat -c "%F %t:%T" /dev/test-b'
	is "block special file 7:2a"
}

@test "a FIFO" {
	ocirun_only "1.1 wants numbers"
	config '.linux.devices = [{path: "/dev/test-p", type: "p", fileMode: 432}]'
	inside 'stat -c "%F %a" /dev/test-p'
	is "fifo 660"
}

@test "fileMode, uid and gid" {
	device /dev/test c 1 3 "fileMode: $((8#640)), uid: 12, gid: 34"
	inside 'stat -c "%a %u:%g" /dev/test'
	is "640 12:34"
}

@test "fileMode 0 and the default mode" {
	device /dev/zero-mode c 1 3 "fileMode: 0"
	device /dev/no-mode c 1 3
	inside 'stat -c %a /dev/zero-mode /dev/no-mode'
	[[ $(line 1) == 0 ]]
	[[ $(line 2) == 666 || $(line 2) == 0 ]]
}

@test "the caller's umask does not matter" {
	device /dev/test c 1 3 "fileMode: $((8#666))"
	umask 077
	inside 'stat -c %a /dev/test /dev/null'
	is $'666\n666'
}

@test "set-uid bits in fileMode are kept or refused, not invented" {
	device /dev/test c 1 3 "fileMode: $((8#666))"
	inside 'stat -c %A /dev/test'
	is crw-rw-rw-
}

@test "below a directory that does not exist" {
	device /dev/a/b/test c 1 3
	inside 'stat -c %t:%T /dev/a/b/test; stat -c %a /dev/a'
	is $'1:3\n755'
}

@test "outside of /dev" {
	device /opt/device c 1 3
	inside 'stat -c %t:%T /opt/device'
	is 1:3
}

@test "a default node listed again is no mistake" {
	ocirun_only "denies it"
	device /dev/null c 1 3 "fileMode: $((8#666))"
	device /dev/tty c 5 0
	inside 'stat -c %t:%T /dev/null /dev/tty'
	is $'1:3\n5:0'
}

@test "a default node listed with another mode is made as listed" {
	device /dev/full c 1 7 "fileMode: $((8#600)), uid: 5, gid: 6"
	inside 'stat -c "%a %u:%g" /dev/full'
	is "600 5:6"
}

@test "a device through a symlink of the image stays inside" {
	mkdir "$T/outside"
	ln -s "$T/outside" "$ROOTFS/opt"
	device /opt/device c 1 3
	apply_config
	capture ocirun run -b "$BUNDLE" "$ID"
	equal "$(ls -A "$T/outside")" ""
}

@test "an unknown type is refused at its place" {
	device /dev/test q 1 3
	refused_at "/linux/devices/[0-9]+" q
}

@test "without a path" {
	ocirun_only "made nowhere"
	config '.linux.devices = [{type: "c", major: 1, minor: 3}]'
	refused_at "/linux/devices/0"
}

@test "without a type" {
	config '.linux.devices = [{path: "/dev/x", major: 1, minor: 3}]'
	refused_at "/linux/devices/0"
}

@test "numbers out of range" {
	ocirun_only "accepted"
	device /dev/test c -5 3
	refused_at "/linux/devices/[0-9]+"
}

@test "200 devices" {
	config '.linux.devices = [range(200) | {path: "/dev/d\(.)", type: "c", major: 1, minor: 3}]'
	inside 'ls /dev | grep -c "^d[0-9]"'
	is 200
}

@test "a bind of /dev: nothing is added to it" {
	ocirun_only "needs a null in it"
	mkdir "$T/dev"
	: >"$T/dev/marker"
	config '.mounts |= map(select(.destination | startswith("/dev") | not))'
	add_mount /dev bind "$T/dev" rbind
	inside 'ls -A /dev'
	is marker
	equal "$(ls -A "$T/dev")" marker
}

@test "without a mount at /dev: nodes are made in the image" {
	ocirun_only "made too, other rules"
	config '.mounts |= map(select(.destination | startswith("/dev") | not))'
	sh_args 'stat -c %t:%T /dev/null'
	run_ct
	[[ $status -eq 0 && $output == 1:3 || $stderr == "ocirun: "* ]]
}

@test "a read-only tmpfs at /dev: nodes are made before" {
	config '(.mounts[] | select(.destination == "/dev") | .options) = ["ro", "nosuid", "mode=755"]' \
		'.mounts |= map(select(.destination | startswith("/dev/") | not))'
	inside 'stat -c %t:%T /dev/null; touch /dev/x 2>/dev/null || echo refused'
	is $'1:3\nrefused'
}

@test "nodev on /dev is honoured" {
	config '(.mounts[] | select(.destination == "/dev") | .options) = ["nosuid", "nodev", "mode=755"]'
	sh_args 'cat /dev/null 2>/dev/null || echo refused'
	run_ct
	[[ $output == refused || $stderr == *dev* ]]
}

@test "the mode of /dev is as asked" {
	ocirun_only "takes that of the image's directory"
	config '(.mounts[] | select(.destination == "/dev") | .options) = ["nosuid", "mode=750"]' \
		'.process.user.uid = 0'
	inside 'stat -c %a /dev'
	is 750
}

@test "as another user: the nodes are open to everybody" {
	config '.process.user.uid = 1000' '.process.user.gid = 1000'
	inside 'echo x >/dev/null && head -c 1 /dev/zero | wc -c'
	is 1
}

@test "shm: mounted, sticky, writable" {
	inside 'stat -c %a /dev/shm; touch /dev/shm/x && echo ok'
	is $'1777\nok'
}
