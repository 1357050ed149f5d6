# SPDX-License-Identifier: Apache-2.0
# Masked and read-only paths, seen by what they refuse.
#
# shellcheck disable=SC2016,SC2154

load helpers

mask() { config ".linux.maskedPaths = $1"; }
protect() { config ".linux.readonlyPaths = $1"; }

@test "masked file: empty, and really /dev/null" {
	echo secret >"$ROOTFS/etc/secret"
	mask '["/etc/secret"]'
	inside 'cat /etc/secret; stat -c "%F %t:%T" /etc/secret'
	is "character special file 1:3"
}

@test "masked file: writes do not reach it" {
	echo secret >"$ROOTFS/etc/secret"
	mask '["/etc/secret"]'
	inside 'echo x >/etc/secret; echo done'
	equal "$(<"$ROOTFS/etc/secret")" secret
}

@test "masked directory: empty and read-only" {
	mkdir -p "$ROOTFS/data/sub"
	echo secret >"$ROOTFS/data/file"
	mask '["/data"]'
	inside 'ls -A /data; touch /data/x 2>/dev/null || echo refused'
	is refused
	[[ ! -e $ROOTFS/data/x ]]
}

@test "masked: files of /proc" {
	mask '["/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/interrupts"]'
	inside 'for f in kcore keys timer_list interrupts; do [ ! -e /proc/$f ] || cat /proc/$f | wc -c; done'
	hasnt 1
	matches '^0'
}

@test "masked: directories of /proc and /sys" {
	mask '["/proc/irq", "/sys/firmware", "/proc/acpi"]'
	inside 'ls /proc/irq; ls /sys/firmware; grep -c "tmpfs" /proc/self/mountinfo >/dev/null; echo end'
	is end
}

@test "masked: what does not exist is passed over" {
	mask '["/no/such/file", "/proc/nosuch"]'
	inside 'echo ok'
	is ok
	[[ ! -e $ROOTFS/no ]]
}

@test "masked and read-only: below a file is passed over" {
	ocirun_only "an error"
	mask '["/etc/passwd/below"]'
	protect '["/etc/passwd/below"]'
	inside 'head -c 4 /etc/passwd'
	is root
}

@test "masked: a symlink in the path stays inside" {
	mkdir "$T/outside"
	echo host >"$T/outside/file"
	ln -s "$T/outside" "$ROOTFS/out"
	mask '["/out/file"]'
	inside 'echo ok'
	is ok
	equal "$(<"$T/outside/file")" host
}

@test "masked: a symlink to a file masks the file" {
	echo secret >"$ROOTFS/etc/real"
	ln -s real "$ROOTFS/etc/link"
	mask '["/etc/link"]'
	inside 'cat /etc/real /etc/link; echo end'
	is end
}

@test "masked: the image's own /dev/null is not used" {
	rm -f "$ROOTFS/dev/null"
	echo trap >"$ROOTFS/dev/null"
	echo secret >"$ROOTFS/etc/secret"
	config '.mounts |= map(select(.destination | startswith("/dev") | not))'
	mask '["/etc/secret"]'
	sh_args 'cat /etc/secret'
	run_ct
	[[ $output != *secret* && $output != *trap* ]]
}

@test "masked: as many mounts as there are targets" {
	mkdir -p "$ROOTFS"/{d1,d2,d3}
	touch "$ROOTFS"/{f1,f2}
	mask '["/d1", "/d2", "/d3", "/f1", "/f2", "/none"]'
	inside 'grep -c " /[df][123] " /proc/self/mountinfo'
	is 5
}

@test "masked: the same path twice" {
	touch "$ROOTFS/f1"
	mask '["/f1", "/f1"]'
	inside 'cat /f1; echo ok'
	is ok
}

@test "masked: cannot be unmounted without CAP_SYS_ADMIN" {
	echo secret >"$ROOTFS/etc/secret"
	mask '["/etc/secret"]'
	inside 'umount /etc/secret 2>/dev/null; cat /etc/secret; echo end'
	is end
}

@test "masked: a mount at the path is masked too" {
	echo secret >"$T/file"
	add_mount /etc/secret bind "$T/file" bind
	mask '["/etc/secret"]'
	inside 'cat /etc/secret; echo end'
	is end
}

@test "masked: a relative path is refused or harmless" {
	ocirun_only "other rules"
	mask '["etc/passwd"]'
	sh_args 'cat /etc/passwd'
	run_ct
	[[ $status -ne 0 && $stderr == "ocirun: "*maskedPaths* || $output != *root* ]]
}

@test "masked: the default list of the engines" {
	mask '["/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys",
		"/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
		"/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap"]'
	inside 'for f in interrupts kcore keys; do [ ! -e /proc/$f ] || cat /proc/$f; done; ls -A /sys/firmware; echo end'
	is end
}

@test "read-only file" {
	protect '["/etc/passwd"]'
	inside '(echo x >>/etc/passwd) 2>/dev/null || echo refused; head -c 4 /etc/passwd'
	is $'refused\nroot'
}

@test "read-only directory, and what is below it" {
	mkdir -p "$ROOTFS/data/sub"
	protect '["/data"]'
	inside 'for f in /data/x /data/sub/x; do touch $f 2>/dev/null || echo refused; done; touch /y && echo ok'
	is $'refused\nrefused\nok'
	[[ ! -e $ROOTFS/data/x ]]
}

@test "read-only: /proc/sys" {
	protect '["/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs"]'
	inside 'cat /proc/sys/kernel/hostname >/dev/null
		(echo x >/proc/sys/kernel/hostname) 2>/dev/null || echo refused
		(echo h >/proc/sysrq-trigger) 2>/dev/null || echo refused'
	is $'refused\nrefused'
}

@test "read-only: keeps the other flags" {
	add_mount /m tmpfs tmpfs nosuid,nodev,noexec
	protect '["/m"]'
	inside 'grep " /m " /proc/self/mountinfo | tail -1 | cut -d" " -f6'
	has ro
	has nosuid
	has nodev
	has noexec
}

@test "read-only: what is mounted below is read-only as well" {
	ocirun_only "1.1 takes the top mount alone"
	add_mount /m tmpfs tmpfs size=64k
	add_mount /m/sub tmpfs tmpfs size=64k
	protect '["/m"]'
	inside 'touch /m/sub/x 2>/dev/null || echo refused; ls /m'
	is $'refused\nsub'
}

@test "read-only: what does not exist is passed over" {
	protect '["/no/such/file"]'
	inside 'echo ok'
	is ok
}

@test "read-only: the host's directory stays writable" {
	mkdir "$ROOTFS/data"
	protect '["/data"]'
	running_ct
	touch "$ROOTFS/data/from-host"
}

@test "read-only and masked together" {
	mkdir -p "$ROOTFS/data/sub"
	echo secret >"$ROOTFS/data/sub/file"
	protect '["/data"]'
	mask '["/data/sub"]'
	inside 'ls -A /data/sub; touch /data/x 2>/dev/null || echo refused; ls /data'
	is $'refused\nsub'
}

@test "empty lists" {
	mask '[]'
	protect '[]'
	inside 'cat /proc/interrupts | head -c 1 | wc -c'
	is 1
}
