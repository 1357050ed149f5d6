# SPDX-License-Identifier: Apache-2.0
# Published escapes of container runtimes, replayed; each test says which.  The
# assertion is always about the host: a canary that must not appear, change or
# be seen.
#
# shellcheck disable=SC2016,SC2154

load helpers

# A relative path to / from anywhere, too long to be stopped by .. at the root of a rootfs.
CLIMB=$(printf '../%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)

# A directory of the host which a hostile image points at.
canary() {
	CANARY=$T/canary
	mkdir "$CANARY"
	echo host >"$CANARY/file"
	chmod 640 "$CANARY/file"
	UP=$CLIMB$CANARY
	find "$CANARY" -printf '%P %M %U:%G %s %T@ %C@\n' | sort >"$T/canary-list"
}

canary_is_untouched() {
	equal "$(find "$CANARY" -printf '%P %M %U:%G %s %T@ %C@\n' | sort)" "$(<"$T/canary-list")"
}

# Run, whatever comes of it; the payload prints what it can see of the canary.
attempt() {
	[[ ${#ARGS[@]} -gt 0 ]] || sh_args "cat $CANARY/file; ls $CANARY"
	run_ct
	canary_is_untouched
}

all_caps() {
	config '.process.capabilities[] |= (. + ["CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE", "CAP_MKNOD",
		"CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"] | unique)'
}

# --- E1: early libcontainer --------------------------------------------------------------

@test "E1 docker#5656: a mount below a symlink out of the rootfs" {
	canary
	ln -s "$UP" "$ROOTFS/mnt"
	add_mount /mnt/x tmpfs tmpfs size=4k
	sh_args "grep -c ' $CANARY/x ' /proc/self/mountinfo"
	attempt
	! is_ocirun || is 1
}

@test "E1 CVE-2015-3631: a volume over /proc/self" {
	mkdir "$T/source"
	add_mount /proc/self bind "$T/source" bind
	refused_at "/mounts/[0-9]+" /proc
}

@test "E1 CVE-2015-3627: no descriptor of the host in the payload" {
	inside 'for f in /proc/self/fd/*; do readlink $f; done | grep -v "^pipe:\|^/dev/null\|^/proc/\|^$" || true'
	hasnt "$BUNDLE"
	hasnt "/rootfs"
}

# --- E5: CVE-2019-5736, the runtime's own binary ------------------------------------------------

binary() { stat -L -c '%i %s %Y %Z %a %u' "$OCIRUN"; sha256sum "$OCIRUN"; }

@test "E5 CVE-2019-5736: the entry point /proc/self/exe" {
	ocirun_only "protects itself otherwise"
	local before
	before=$(binary)
	config '.process.args = ["/proc/self/exe", "--version"]'
	apply_config
	capture ocirun run -b "$BUNDLE" "$ID"
	hasnt "ocirun version"
	equal "$(binary)" "$before"
}

@test "E5 CVE-2019-5736: a script whose interpreter is /proc/self/exe" {
	local before
	before=$(binary)
	printf '#!/proc/self/exe\n' >"$ROOTFS/bin/evil"
	chmod 755 "$ROOTFS/bin/evil"
	args /bin/evil
	run_ct
	hasnt "ocirun version"
	equal "$(binary)" "$before"
}

@test "E5 CVE-2019-5736: writing through the exe link of the process that starts us" {
	local before
	before=$(binary)
	all_caps
	no_namespace pid
	# Every process it can see whose executable is a runtime: open it for writing.
	inside 'for p in /proc/[0-9]*; do
			case $(readlink $p/exe) in *memfd*|*ocirun*|*runc*) (echo evil >$p/exe) 2>/dev/null && echo wrote $p ;; esac
		done; exit 0' || true
	hasnt wrote
	equal "$(binary)" "$before"
}

@test "E5: the created process does not have the runtime on disk as its executable" {
	args sleep 60
	create_ct
	local exe
	exe=$(stat -L -c %d:%i "/proc/$(init_pid)/exe")
	[[ $exe != "$(stat -L -c %d:%i "$OCIRUN")" ]]
}

@test "E5: the executable of the created process is sealed" {
	ocirun_only "a clone"
	args sleep 60
	create_ct
	local exe
	exe=/proc/$(init_pid)/exe
	refute cp "$CONFIG" "$exe"
	refute dd if="$CONFIG" of="$exe" oflag=append conv=notrunc status=none
	refute truncate -s 0 "$exe"
}

# --- E7: CVE-2019-18837 ------------------------------------------------------------------------------

@test "E7 CVE-2019-18837: a file bind on a symlink to a missing host path" {
	canary
	ln -s "$UP/new-file" "$ROOTFS/etc/l"
	echo text >"$T/file"
	add_mount /etc/l bind "$T/file" bind
	sh_args 'cat /etc/l'
	attempt
	is text
	[[ ! -e $CANARY/new-file ]]
}

@test "E7 CVE-2019-18837: a directory bind on a symlink to a missing host path" {
	canary
	ln -s "$UP/new-dir" "$ROOTFS/etc/l"
	mkdir "$T/source"
	add_mount /etc/l bind "$T/source" bind
	attempt
	[[ ! -e $CANARY/new-dir ]]
}

@test "E7: tmpfs and devices by way of such links" {
	canary
	ln -s "$UP" "$ROOTFS/opt"
	add_mount /opt/deep/er tmpfs tmpfs size=4k
	config '.linux.devices += [{path: "/opt/device", type: "c", major: 1, minor: 3}]' \
		'.process.cwd = "/opt/cwd"' '.linux.maskedPaths += ["/opt/file"]' '.linux.readonlyPaths += ["/opt"]'
	sh_args true
	attempt
}

# --- E8: /proc and /sys redirected ---------------------------------------------------------------------

@test "E8 CVE-2019-19921: /proc is a symlink to a volume" {
	canary
	rmdir "$ROOTFS/proc"
	ln -s volume "$ROOTFS/proc"
	mkdir "$ROOTFS/volume"
	add_mount /volume bind "$CANARY" bind
	config '.mounts |= [.[-1]] + .[:-1]'
	sh_args true
	attempt
	[[ $status -ne 0 ]]
}

@test "E8 CVE-2023-28642: /proc is a symlink to another place of the image" {
	rmdir "$ROOTFS/proc"
	ln -s /proc2 "$ROOTFS/proc"
	refused /proc
}

@test "E8: /sys is a symlink, with and without a mount there" {
	canary
	rmdir "$ROOTFS/sys"
	ln -s "$UP" "$ROOTFS/sys"
	attempt
	[[ $status -ne 0 ]]
}

# --- E13: runc#3674 -------------------------------------------------------------------------------------------

@test "E13 runc#3674: the owner of the host's /dev/null stays, whatever stdio is" {
	config '.process.user = {uid: 1000, gid: 1000}'
	args true
	apply_config
	oracle_begin
	local device
	for device in null zero full random urandom; do
		ocirun run -b "$BUNDLE" "$ID" <"/dev/$device" >/dev/null 2>/dev/null
	done
	ocirun run -b "$BUNDLE" "$ID" </dev/null >/dev/zero 2>/dev/full
	oracle_end
}

@test "E13: with a terminal of the caller" {
	config '.process.user = {uid: 1000, gid: 1000}'
	args true
	apply_config
	oracle_begin
	"$CACHE/peer" pty 24x80 -- "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID" </dev/null 3>&-
	oracle_end
}

# --- E15: CVE-2024-21626, leaked descriptors ---------------------------------------------------------------------

@test "E15 CVE-2024-21626: cwd /proc/self/fd/N, for every N" {
	canary
	local n
	for n in {3..25}; do
		config ".process.cwd = \"/proc/self/fd/$n\""
		sh_args 'ls; cat ../../../../../../../../etc/hostname'
		attempt
		hasnt lost+found
		[[ $status -ne 0 ]]
	done
}

@test "E15: cwd /proc/self/fd/N/.., as a symlink of the image, and of the caller's leaks" {
	canary
	local n
	ln -s /proc/self/fd "$ROOTFS/fds"
	for n in 3 5 7 9 11; do
		config ".process.cwd = \"/fds/$n/../../../..\""
		sh_args 'ls -a'
		apply_config
		capture "$CACHE/peer" leak 12 "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID"
		[[ $status -ne 0 || $output != *lost+found* ]]
		hasnt canary
	done
}

@test "E15: the program /proc/self/fd/N/../../bin/sh" {
	local n
	printf '#!/bin/sh\necho host-program\n' >"$T/evil"
	chmod 755 "$T/evil"
	for n in 3 5 7 9; do
		config ".process.args = [\"/proc/self/fd/$n/../../../../../..$T/evil\"]"
		apply_config
		capture "$CACHE/peer" leak 12 "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID"
		hasnt host-program
		[[ $status -ne 0 ]]
	done
}

@test "E15: the working directory of the payload is inside its root" {
	inside '[ "$(readlink /proc/self/cwd)" = / ] && [ "$(readlink /proc/self/root)" = / ] && echo inside'
	is inside
}

@test "E15: --preserve-fds passes these and no more" {
	sh_args 'ls /proc/self/fd | sort -n | tr "\n" " "'
	apply_config
	capture "$CACHE/peer" leak 50 "$OCIRUN" --root "$STATE" run --preserve-fds 4 -b "$BUNDLE" "$ID"
	is "0 1 2 3 4 5 6 7 "
}

# --- E16: CVE-2024-45310 ---------------------------------------------------------------------------------------------

@test "E16 CVE-2024-45310: creation of mount points, raced by a peer with the volume" {
	canary
	mkdir -p "$T/volume/a"
	ln -s "$UP" "$T/volume/b"
	background "$CACHE/peer" swap "$T/volume/a" "$T/volume/b"
	add_mount /vol bind "$T/volume" bind
	add_mount /vol/a/made/deep tmpfs tmpfs size=4k
	sh_args true
	apply_config
	local i
	for ((i = 0; i < 40; i++)); do
		capture ocirun run -b "$BUNDLE" "$ID-$i"
		[[ $status -eq 0 || $stderr == "ocirun: "* || $NAME != ocirun* ]]
		[[ $status -ne 137 ]]
	done
	canary_is_untouched
}

@test "E16: a file mount point, raced" {
	canary
	mkdir -p "$T/volume/a"
	ln -s "$UP" "$T/volume/b"
	echo text >"$T/file"
	background "$CACHE/peer" swap "$T/volume/a" "$T/volume/b"
	add_mount /vol bind "$T/volume" bind
	add_mount /vol/a/new-file bind "$T/file" bind
	sh_args true
	apply_config
	local i
	for ((i = 0; i < 40; i++)); do
		capture ocirun run -b "$BUNDLE" "$ID-$i"
	done
	canary_is_untouched
}

@test "E9 CVE-2021-30465: a mount in a raced volume stays below the root" {
	mkdir -p "$T/volume/a"
	ln -s / "$T/volume/b"
	background "$CACHE/peer" swap "$T/volume/a" "$T/volume/b"
	add_mount /vol bind "$T/volume" bind
	add_mount /vol/a/ bind / rbind
	config '.mounts[-1].source = "'"$T/volume"'"'
	sh_args 'ls /; ls / | grep -c "lost+found" || true'
	apply_config
	local i
	for ((i = 0; i < 30; i++)); do
		capture ocirun run -b "$BUNDLE" "$ID-$i"
		hasnt lost+found$'\n'
	done
}

@test "E16: mount points that are FIFOs, sockets or devices are not opened" {
	ocirun_only "hangs"
	mkfifo "$ROOTFS/fifo"
	echo text >"$T/file"
	add_mount /fifo bind "$T/file" bind
	config '.linux.maskedPaths += ["/fifo2"]' '.linux.readonlyPaths += ["/fifo3"]'
	mkfifo "$ROOTFS/fifo2" "$ROOTFS/fifo3"
	inside 'cat /fifo'
	is text
}

# --- E17: files the runtime writes into a rootfs -----------------------------------------------------------------------

@test "E17 CVE-2025-24965: symlinks in place of every name a runtime writes" {
	canary
	local name
	for name in .krun_config.json .pivot_root .oldroot .ocirun dev/.x etc/mtab etc/resolv.conf run/notify \
		run/.containerenv exec.fifo; do
		mkdir -p "$ROOTFS/$(dirname $name)"
		ln -sf "$UP/written" "$ROOTFS/$name"
	done
	NOTIFY_SOCKET=$T/nobody attempt
	[[ ! -e $CANARY/written ]]
}

# --- E18: CVE-2025-31133, the source of masks -----------------------------------------------------------------------------

for_every_null() { # the image's /dev/null in all shapes, no mount at /dev
	echo secret >"$ROOTFS/etc/secret"
	config '.mounts |= map(select(.destination | startswith("/dev") | not))' \
		'.linux.maskedPaths = ["/etc/secret", "/proc/keys"]'
	sh_args 'cat /etc/secret; [ ! -e /proc/keys ] || head -c 1 /proc/keys | wc -c'
	run_ct
	hasnt secret
	[[ $status -ne 0 || $output == 0 ]] || show "a mask without effect"
}

@test "E18 CVE-2025-31133: /dev/null -> /proc/sys/kernel/core_pattern" {
	local before
	before=$(</proc/sys/kernel/core_pattern)
	ln -s /proc/sys/kernel/core_pattern "$ROOTFS/dev/null"
	for_every_null
	equal "$(</proc/sys/kernel/core_pattern)" "$before"
}
@test "E18: /dev/null is a regular file" { echo secret >"$ROOTFS/dev/null"; for_every_null; }
@test "E18: /dev/null is a FIFO" { ocirun_only "hangs"; mkfifo "$ROOTFS/dev/null"; for_every_null; }
@test "E18: /dev/null is a directory" { mkdir "$ROOTFS/dev/null"; for_every_null; }
@test "E18: /dev/null is /dev/zero" { mknod "$ROOTFS/dev/null" c 1 5; for_every_null; }
@test "E18: /dev/null is missing" { for_every_null; }

# --- E19, E25: the console ---------------------------------------------------------------------------------------------------

console_in() { # the image's /dev is used; the payload prints what /dev/console is
	canary
	config '.process.terminal = true' '.mounts |= map(select(.destination == "/dev" | not))'
	add_mount /dev/pts devpts devpts newinstance,ptmxmode=0666,mode=0620
	sh_args 'stat -c "%F %t" /dev/console; echo over >/dev/console'
	apply_config
	status=0
	output=$("$CACHE/peer" pty 24x80 -- "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID" </dev/null 3>&- 2>&1) || status=$?
	canary_is_untouched
	[[ ! -e $CANARY/console ]]
}

@test "E25 CVE-2026-88264: /dev/console is a symlink to a host path" {
	rm -rf "$ROOTFS/dev/console"
	ln -s "$CLIMB$T/canary/console" "$ROOTFS/dev/console"
	console_in
}

@test "E19 CVE-2025-52565: /dev/console is a symlink to a file of /proc" {
	local before
	before=$(</proc/sys/kernel/core_pattern)
	ln -s /proc/sys/kernel/core_pattern "$ROOTFS/dev/console"
	console_in
	equal "$(</proc/sys/kernel/core_pattern)" "$before"
}

@test "E19: /dev/console is a directory" { mkdir "$ROOTFS/dev/console"; console_in; }
@test "E19: /dev/console is a FIFO" { ocirun_only "may hang"; mkfifo "$ROOTFS/dev/console"; console_in; }
@test "E19: /dev/ptmx is a symlink out" { ln -s "$CLIMB$T/canary/ptmx" "$ROOTFS/dev/ptmx"; console_in; }

@test "E19: /dev/pts is a symlink out" {
	ln -s "$CLIMB$T/canary" "$ROOTFS/dev/pts"
	console_in
}

# --- E20: writes meant for procfs ------------------------------------------------------------------------------------------------

@test "E20 CVE-2025-52881: a sysctl file covered by a bind" {
	echo untouched >"$T/sentinel"
	config '.linux.sysctl = {"net.ipv4.ip_forward": "1"}'
	add_mount /proc/sys/net/ipv4/ip_forward bind "$T/sentinel" bind
	args true
	run_ct
	[[ $status -ne 0 ]]
	equal "$(<"$T/sentinel")" untouched
}

# --- E22: /dev points to the host ----------------------------------------------------------------------------------------------------

dev_points_out() {
	canary
	: >"$CANARY/ptmx"
	find "$CANARY" -printf '%P %M %U:%G %s %T@ %C@\n' | sort >"$T/canary-list"
	rmdir "$ROOTFS/dev"
	ln -s "$1" "$ROOTFS/dev"
	config "$2"
	attempt
}

@test "E22 CVE-2026-41579: /dev -> an absolute host path" { dev_points_out "$T/canary" .; }
@test "E22: /dev -> a relative host path" { dev_points_out "$CLIMB$T/canary" .; }

@test "E22: /dev -> the host, no mounts in /dev" {
	dev_points_out "$CLIMB$T/canary" \
		'.mounts |= map(select(.destination | startswith("/dev") | not))'
}

@test "E22: /dev/shm and /dev/mqueue point out of an image's /dev" {
	canary
	ln -s "$UP" "$ROOTFS/dev/shm"
	ln -s "$UP" "$ROOTFS/dev/mqueue"
	config '.mounts |= map(select(.destination == "/dev" | not))'
	attempt
}

# --- E24: helpers are not taken from the image -----------------------------------------------------------------------------------------

@test "E24 CVE-2026-84042: programs of the image's names are not run by the runtime" {
	local name
	for name in newuidmap newgidmap criu passt modprobe ip mount umount; do
		rm -f "$ROOTFS/bin/$name"
		printf '#!/bin/sh\necho %s >>/ran\n' $name >"$ROOTFS/bin/$name"
		chmod 755 "$ROOTFS/bin/$name"
	done
	args true
	run_ct
	succeeded
	[[ ! -e $ROOTFS/ran ]]
}

# --- E26: stdio is not reopened ------------------------------------------------------------------------------------------------------------

@test "E26 CVE-2026-88265: /dev/null of the container is a link to a file, stdio stays" {
	echo content >"$T/file"
	local owner
	owner=$(stat -c '%u:%g %a %Z' "$T/file")
	mkdir "$T/volume"
	ln -s /vol/file "$ROOTFS/dev/null"
	add_mount /vol bind "$T" bind
	config '.process.user = {uid: 1000, gid: 1000}' \
		'.mounts |= map(select(.destination | startswith("/dev") | not))'
	sh_args 'stat -L -c %t:%T /proc/self/fd/0 /proc/self/fd/1'
	apply_config
	status=0
	ocirun run -b "$BUNDLE" "$ID" </dev/null >/dev/null 2>"$T/err" || status=$?
	equal "$(stat -c '%u:%g %a %Z' "$T/file")" "$owner"
	equal "$(<"$T/file")" content
}

@test "E26: stdin is /dev/null: inode for inode the caller's" {
	ocirun_only "reopens it"
	inside 'stat -L -c "%d:%i" /proc/self/fd/0'
	[[ $output == "$(stat -c %d:%i /dev/null)" || $output == "$(stat -L -c %d:%i /dev/null)" ]]
}

# --- E28, E33: the old root ---------------------------------------------------------------------------------------------------------------------

@test "E28 CVE-2026-115521: read-only holds with a fake /proc in the image" {
	mkdir -p "$ROOTFS/proc/self/fd"
	local n
	for n in {0..20}; do
		ln -s /tmp "$ROOTFS/proc/self/fd/$n"
	done
	config '.root.readonly = true' '.mounts |= map(select(.type != "proc"))' \
		'del(.linux.maskedPaths, .linux.readonlyPaths)'
	sh_args 'touch /x 2>/dev/null && echo writable; touch /tmp/x 2>/dev/null && echo writable; exit 0'
	run_ct
	hasnt writable
	[[ ! -e $ROOTFS/x && ! -e $ROOTFS/tmp/x ]]
}

@test "E33 linyaps-box#183: the host's mounts are the same afterwards, and none of them inside" {
	args true
	apply_config
	oracle_begin
	capture ocirun run -b "$BUNDLE" "$ID"
	succeeded
	oracle_end
	inside 'grep -c " / / " /proc/self/mountinfo || true; grep " /sys/fs/cgroup/unified\| /host\| /mnt" /proc/self/mountinfo || echo none'
	hasnt /mnt
}

@test "E32: --no-pivot does not show the host's /proc" {
	sh_args 'ls /proc | grep -c "^[0-9]"; umount -l /proc 2>/dev/null; ls /proc | grep -c "^[0-9]"'
	all_caps
	run_ct --no-pivot
	[[ $status -ne 0 ]] || [[ $(line 1) -lt 6 && $(line 2) -lt 6 ]]
}
