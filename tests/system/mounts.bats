# SPDX-License-Identifier: Apache-2.0
# Mounts: every option of the specification (and of runc and crun) as the
# container's own /proc/self/mountinfo shows it, every file system type that
# engines ask for, and where destinations and sources lead.
#
# shellcheck disable=SC2016,SC2154

load helpers

# The mountinfo line of DEST, split: $attributes of the mount, $optional fields,
# $fstype, $super block options.  Of several mounts there, the topmost.
mount_of() {
	local found
	found=$(awk -v dest="$1" '$5 == dest' <<<"$output" | tail -1)
	[[ -n $found ]] || show "not mounted: $1"
	attributes=,$(cut -d' ' -f6 <<<"$found"),
	optional=$(sed 's/^\([^ ]* \)\{6\}\(.*\)- .*/\2/' <<<"$found")
	fstype=$(sed 's/.* - \([^ ]*\) .*/\1/' <<<"$found")
	super=,${found##* },
}

# The table as the container sees it, with /m mounted as asked.
mounted() { # TYPE SOURCE OPTIONS
	add_mount /m "$1" "$2" "$3"
	inside 'cat /proc/self/mountinfo'
	mount_of /m
}

with() { [[ ${!1} == *",$2,"* ]] || show "$1 without $2: ${!1}"; }
without() { [[ ${!1} != *",$2,"* ]] || show "$1 with $2: ${!1}"; }

tmpfs() { mounted tmpfs tmpfs "$1"; }
bind() { mkdir -p "$T/source"; mounted bind "$T/source" "bind,$1"; }

# --- attributes of one mount ------------------------------------------------------------

@test "option ro: seen, and a write is refused" {
	tmpfs ro
	with attributes ro
	inside 'touch /m/x 2>/dev/null || echo refused'
	is refused
}

@test "option rw" { tmpfs ro,rw; with attributes rw; }
@test "option nosuid" { tmpfs nosuid; with attributes nosuid; }
@test "option suid" { tmpfs nosuid,suid; without attributes nosuid; }
@test "option nodev" { tmpfs nodev; with attributes nodev; }
@test "option dev" { tmpfs nodev,dev; without attributes nodev; }
@test "option noexec" { tmpfs noexec; with attributes noexec; }
@test "option exec" { tmpfs noexec,exec; without attributes noexec; }
@test "option noatime" { tmpfs noatime; with attributes noatime; }
@test "option atime" { tmpfs noatime,atime; without attributes noatime; }
@test "option relatime" { tmpfs relatime; with attributes relatime; }
@test "option norelatime" { tmpfs norelatime; without attributes noatime; }
@test "option strictatime" { tmpfs strictatime; without attributes relatime; without attributes noatime; }
@test "option nostrictatime" { tmpfs strictatime,nostrictatime; with attributes relatime; }
@test "option nodiratime" { tmpfs nodiratime; with attributes nodiratime; }
@test "option diratime" { tmpfs nodiratime,diratime; without attributes nodiratime; }

@test "option nosymfollow: seen, and a symlink is refused" {
	ocirun_only "1.1 does not know it"
	tmpfs nosymfollow
	with attributes nosymfollow
	inside 'echo x >/m/a; ln -s a /m/b; cat /m/b 2>/dev/null || echo refused'
	is refused
}

@test "option symfollow" {
	ocirun_only "1.1 does not know it"
	tmpfs nosymfollow,symfollow
	without attributes nosymfollow
}

@test "option defaults: clears nothing that stands before it" {
	ocirun_only "1.1 passes it as data"
	tmpfs nosuid,defaults
	[[ $attributes == *,rw,* ]]
}

@test "options: the later of two wins" {
	tmpfs nosuid,suid,nosuid,ro,rw,ro
	with attributes nosuid
	with attributes ro
}

@test "options: none at all" {
	config '.mounts += [{destination: "/m", type: "tmpfs", source: "tmpfs"}]'
	inside 'cat /proc/self/mountinfo'
	mount_of /m
	with attributes rw
}

@test "noexec works: execve is refused" {
	add_mount /m tmpfs tmpfs noexec
	inside 'cp /bin/busybox /m/true; /m/true 2>/dev/null || echo refused'
	is refused
}

@test "nodev works: a device cannot be opened" {
	add_mount /m tmpfs tmpfs nodev
	config '.process.capabilities[] |= (. + ["CAP_MKNOD"] | unique)' \
		'.linux.resources.devices = [{allow: true, access: "rwm"}]'
	inside 'mknod /m/null c 1 3 && cat /m/null 2>/dev/null || echo refused'
	is refused
}

# --- superblock options --------------------------------------------------------------------

@test "option sync" { tmpfs sync; with super sync; }
@test "option async" { tmpfs sync,async; without super sync; }
@test "option dirsync" { tmpfs dirsync; with super dirsync; }

@test "option lazytime" {
	ocirun_only "1.1 passes it as data"
	tmpfs lazytime
	with super lazytime
}

@test "option nolazytime" {
	ocirun_only "1.1 passes it as data"
	tmpfs lazytime,nolazytime
	without super lazytime
}

accepted() { # OPTION: it mounts, whatever today's kernel makes of it
	tmpfs "$1"
	equal "$fstype" tmpfs
}

@test "option mand" { accepted mand; }
@test "option nomand" { accepted nomand; }
@test "option iversion" { ocirun_only "1.1: data"; accepted iversion; }
@test "option noiversion" { ocirun_only "1.1: data"; accepted noiversion; }
@test "option silent" { ocirun_only "1.1: data"; accepted silent; }
@test "option loud" { ocirun_only "1.1: data"; accepted loud; }
@test "option rsync, rasync, rdirsync, rmand, rnomand of crun" {
	ocirun_only "1.1: data"
	accepted rsync,rasync,rdirsync,rmand,rnomand
}

@test "data: size" { tmpfs size=64k; with super size=64k; }
@test "data: mode" { tmpfs mode=1750; with super mode=1750; }
@test "data: nr_inodes" { tmpfs nr_inodes=77; with super nr_inodes=77; }
@test "data: uid and gid" { tmpfs uid=7,gid=8; with super uid=7; with super gid=8; }

@test "data: several words together with flags" {
	tmpfs nosuid,size=128k,noexec,mode=700,ro
	with attributes nosuid
	with attributes noexec
	with attributes ro
	with super size=128k
	with super mode=700
}

@test "data: a word the file system does not know is refused at its place" {
	add_mount /m tmpfs tmpfs nosuchword=1
	refused_at "/mounts/[0-9]+" nosuchword
}

@test "data: a value out of range is refused" {
	add_mount /m tmpfs tmpfs size=banana
	refused_at "/mounts/[0-9]+" size
}

@test "data: on a bind mount is refused or ignored, never applied" {
	add_mount /m bind "$BUNDLE" bind,size=64k
	apply_config
	capture ocirun run -b "$BUNDLE" "$ID"
	[[ $status -eq 0 || $stderr == "ocirun: "* || $NAME != ocirun* ]]
}

# --- options of the whole tree ----------------------------------------------------------------

# A source with a mount below it, made in a private view, so that the host does not see it.
tree() { # OPTIONS
	mkdir -p "$T/source/sub"
	PREFIX=(unshare --mount --propagation private sh -c
		'mount -t tmpfs outer "$0" && mkdir "$0/sub" && mount -t tmpfs inner "$0/sub" && exec "$@"'
		"$T/source")
	mounted bind "$T/source" "rbind,$1"
	PREFIX=()
}

recursive() { # OPTION ATTRIBUTE: both mounts have it
	tree "$1"
	with attributes "$2"
	mount_of /m/sub
	with attributes "$2"
}

cleared() { # OPTIONS ATTRIBUTE: neither has it
	tree "$1"
	without attributes "$2"
	mount_of /m/sub
	without attributes "$2"
}

@test "option rbind: the mount below comes along" {
	tree rw
	mount_of /m/sub
	equal "$fstype" tmpfs
	with attributes rw
}

@test "option bind: the mount below stays out" {
	mkdir -p "$T/source/sub"
	PREFIX=(unshare --mount --propagation private sh -c
		'mount -t tmpfs inner "$0/sub" && exec "$@"' "$T/source")
	mounted bind "$T/source" bind
	hasnt " /m/sub "
}

@test "option ro with rbind: the outer mount only" {
	tree ro
	with attributes ro
	mount_of /m/sub
	with attributes rw
}

@test "option rro" { recursive rro ro; }
@test "option rrw" { cleared rrw ro; }
@test "option rnosuid" { recursive rnosuid nosuid; }
@test "option rsuid" { cleared rsuid nosuid; }
@test "option rnodev" { recursive rnodev nodev; }
@test "option rdev" { cleared rdev nodev; }
@test "option rnoexec" { recursive rnoexec noexec; }
@test "option rexec" { cleared rexec noexec; }
@test "option rnoatime" { recursive rnoatime noatime; }
@test "option ratime" { ocirun_only "1.1: EINVAL"; cleared ratime noatime; }
@test "option rrelatime" { recursive rrelatime relatime; }
@test "option rnorelatime" { tree rnorelatime; mount_of /m/sub; without attributes noatime; }
@test "option rstrictatime" { cleared rstrictatime relatime; }
@test "option rnostrictatime" { ocirun_only "1.1: EINVAL"; recursive rnostrictatime relatime; }
@test "option rnodiratime" { recursive rnodiratime nodiratime; }
@test "option rdiratime" { cleared rdiratime nodiratime; }
@test "option rnosymfollow" { ocirun_only "1.1 does not know it"; recursive rnosymfollow nosymfollow; }
@test "option rsymfollow" { ocirun_only "1.1 does not know it"; cleared rsymfollow nosymfollow; }

@test "option rro: writes below are refused" {
	mkdir -p "$T/source/sub"
	PREFIX=(unshare --mount --propagation private sh -c
		'mount -t tmpfs inner "$0/sub" && exec "$@"' "$T/source")
	add_mount /m bind "$T/source" rbind,rro
	inside 'for f in /m/x /m/sub/x; do touch $f 2>/dev/null || echo refused $f; done'
	is $'refused /m/x\nrefused /m/sub/x'
}

@test "option rro with ro and others" {
	tree ro,rro,rnosuid,noexec
	with attributes ro
	with attributes nosuid
	with attributes noexec
	mount_of /m/sub
	with attributes ro
	with attributes nosuid
	without attributes noexec
}

# --- propagation ------------------------------------------------------------------------------------

@test "propagation: private by default" { bind rw; equal "$optional" ""; }
@test "option private" { bind private; equal "$optional" ""; }
@test "option shared" { bind shared; [[ $optional == shared:* ]]; }
@test "option slave" { bind shared,slave; [[ $optional == "" || $optional == master:* ]]; }
@test "option unbindable" { bind unbindable; [[ $optional == unbindable* ]]; }

both() { # OPTION PATTERN: of both mounts
	tree "$1"
	[[ $optional =~ ^$2 ]] || show "$optional"
	mount_of /m/sub
	[[ $optional =~ ^$2 ]] || show "$optional"
}

@test "option rprivate" { both rprivate '$'; }
@test "option rshared" { both rshared 'shared:'; }
@test "option rslave" { both rslave '(master:.*)?$'; }
@test "option runbindable" { tree runbindable; [[ $optional == unbindable* ]]; }

@test "option rslave: mounts of the host arrive" {
	mkdir -p "$T/source/late"
	PREFIX=(unshare --mount --propagation private sh -c
		'mount -t tmpfs outer "$0" && mount --make-shared "$0" && mkdir "$0/late" &&
		(while [ ! -e "$0/go" ]; do sleep 0.02; done; mount -t tmpfs arrived "$0/late") &
		sleep 0.1; "$@"; wait' "$T/source")
	add_mount /m bind "$T/source" rbind,rslave
	inside 'touch /m/go; i=0; while [ $i -lt 100 ] && ! grep -q arrived /proc/self/mountinfo; do
		usleep 20000; i=$((i + 1)); done; grep -o " /m/late " /proc/self/mountinfo'
	has /m/late
}

@test "option rprivate: mounts of the host stay out" {
	mkdir -p "$T/source/late"
	PREFIX=(unshare --mount --propagation private sh -c
		'mount -t tmpfs outer "$0" && mount --make-shared "$0" && mkdir "$0/late" &&
		(while [ ! -e "$0/go" ]; do sleep 0.02; done; mount -t tmpfs arrived "$0/late"; touch "$0/done") &
		sleep 0.1; "$@"; wait' "$T/source")
	add_mount /m bind "$T/source" rbind,rprivate
	inside 'touch /m/go; while [ ! -e /m/done ]; do usleep 20000; done
		grep -c arrived /proc/self/mountinfo || true'
	is 0
}

# --- other words --------------------------------------------------------------------------------------

@test "option tmpcopyup: the image's files are there, and writes stay off the image" {
	mkdir -p "$ROOTFS/data/dir"
	echo old >"$ROOTFS/data/file"
	ln -s file "$ROOTFS/data/link"
	chmod 666 "$ROOTFS/data/file"
	chown 12:34 "$ROOTFS/data/file"
	add_mount /data tmpfs tmpfs tmpcopyup
	inside 'cat /data/link; stat -c "%a %u %g" /data/file; [ -d /data/dir ] && echo dir
		echo new >/data/file; cat /data/file'
	is $'old\n666 12 34\ndir\nnew'
	equal "$(<"$ROOTFS/data/file")" old
}

@test "tmpfs: takes the mode of the directory it covers" {
	mkdir -m 1711 "$ROOTFS/data"
	add_mount /data tmpfs tmpfs nosuid
	inside 'stat -c %a /data'
	is 1711
}

@test "tmpfs: mode= wins over the directory" {
	ocirun_only "1.1 takes that of the directory"
	mkdir -m 1711 "$ROOTFS/data"
	add_mount /data tmpfs tmpfs mode=1770
	inside 'stat -c %a /data'
	is 1770
}

@test "option copy-symlink: the link itself is made in the container" {
	ocirun_only "1.1 does not know it"
	ln -s /somewhere/else "$T/link"
	add_mount /etc/localtime bind "$T/link" bind,copy-symlink
	inside 'readlink /etc/localtime'
	is /somewhere/else
}

@test "option copy-symlink: an ordinary file is bound" {
	ocirun_only "1.1 does not know it"
	echo text >"$T/file"
	add_mount /etc/localtime bind "$T/file" bind,copy-symlink
	inside 'cat /etc/localtime'
	is text
}

@test "option remount: changes what an earlier entry mounted" {
	ocirun_only "1.1 mounts it again"
	add_mount /m tmpfs tmpfs nosuid
	add_mount /m bind none remount,bind,ro,noexec
	inside 'cat /proc/self/mountinfo'
	mount_of /m
	with attributes ro
	with attributes noexec
}

@test "an id-mapped mount is not in this version, and the error names the key" {
	ocirun_only
	config ".mounts += [{destination: \"/m\", type: \"bind\", source: \"$BUNDLE\",
		options: [\"bind\", \"idmap\"], uidMappings: [{containerID: 0, hostID: 1000, size: 10}],
		gidMappings: [{containerID: 0, hostID: 1000, size: 10}]}]"
	refused_at "/mounts/[0-9]+" "id-mapped"
}

# --- types -----------------------------------------------------------------------------------------------

@test "type proc: the container's own" {
	inside 'stat -f -c %t /proc; cat /proc/1/comm; readlink /proc/self'
	equal "$(line 1)" 9fa0
	equal "$(line 2)" sh
	[[ $(line 3) -le 5 ]]
}

@test "type proc: hidepid and subset pass" {
	config '(.mounts[] | select(.type == "proc") | .options) = ["nosuid", "noexec", "nodev", "hidepid=2"]' \
		'del(.linux.maskedPaths, .linux.readonlyPaths)'
	inside 'cat /proc/self/mountinfo'
	mount_of /proc
	[[ $super == *hidepid=* ]]
	with attributes noexec
}

@test "type sysfs: read-only as asked" {
	inside 'cat /proc/self/mountinfo; touch /sys/x 2>/dev/null || echo refused; ls /sys/class/net'
	mount_of /sys
	equal "$fstype" sysfs
	with attributes ro
	has refused
	equal "$(tail -1 <<<"$output")" lo
}

@test "type devpts: a new instance" {
	inside 'cat /proc/self/mountinfo; ls /dev/pts'
	mount_of /dev/pts
	equal "$fstype" devpts
	[[ $super == *ptmxmode=666* ]]
	equal "$(tail -1 <<<"$output")" ptmx
}

@test "type mqueue: of the container's ipc namespace" {
	inside 'cat /proc/self/mountinfo; touch /dev/mqueue/q && ls /dev/mqueue'
	mount_of /dev/mqueue
	equal "$fstype" mqueue
	equal "$(tail -1 <<<"$output")" q
}

@test "type cgroup: cgroup2, read-only, below its own cgroup" {
	ocirun_only "cgroup v1 on this machine"
	new_namespace cgroup
	config '.mounts |= map(select(.type != "cgroup")) +
		[{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["ro", "nosuid"]}]'
	inside 'cat /proc/self/mountinfo; cat /sys/fs/cgroup/cgroup.procs | head -1
		mkdir /sys/fs/cgroup/x 2>/dev/null || echo refused'
	mount_of /sys/fs/cgroup
	equal "$fstype" cgroup2
	with attributes ro
	with attributes nosuid
	has refused
	matches $'\n1\nrefused'
}

@test "type cgroup2: the same" {
	ocirun_only "cgroup v1 on this machine"
	new_namespace cgroup
	config '.mounts |= map(select(.type != "cgroup")) +
		[{destination: "/sys/fs/cgroup", type: "cgroup2", source: "cgroup2", options: ["rw"]}]'
	inside 'cat /proc/self/mountinfo; mkdir /sys/fs/cgroup/x && rmdir /sys/fs/cgroup/x && echo made'
	mount_of /sys/fs/cgroup
	equal "$fstype" cgroup2
	has made
}

@test "type overlay: options pass as they are" {
	mkdir "$T"/{lower,upper,work}
	echo low >"$T/lower/file"
	add_mount /m overlay overlay "lowerdir=$T/lower,upperdir=$T/upper,workdir=$T/work"
	inside 'cat /m/file; echo up >/m/new'
	is low
	equal "$(<"$T/upper/new")" up
}

@test "type none with bind" {
	echo text >"$T/file"
	add_mount /m none "$T/file" bind
	inside 'cat /m'
	is text
}

@test "type bind without the option bind" {
	ocirun_only "an error"
	echo text >"$T/file"
	add_mount /m bind "$T/file" ro
	inside 'cat /m'
	is text
}

@test "no type with bind" {
	echo text >"$T/file"
	config ".mounts += [{destination: \"/m\", source: \"$T/file\", options: [\"bind\"]}]"
	inside 'cat /m'
	is text
}

@test "an unknown file system is refused at its place" {
	add_mount /m nosuchfs none rw
	refused_at "/mounts/[0-9]+" nosuchfs
}

# --- sources and destinations ---------------------------------------------------------------------------------

@test "bind: a directory, both ways" {
	mkdir "$T/source"
	echo in >"$T/source/in"
	add_mount /data bind "$T/source" bind,rw
	inside 'cat /data/in; echo out >/data/out'
	is in
	equal "$(<"$T/source/out")" out
}

@test "bind: a file onto an existing file" {
	echo new >"$T/file"
	add_mount /etc/passwd bind "$T/file" bind,ro
	inside 'cat /etc/passwd; echo x 2>/dev/null >/etc/passwd || echo refused' || true
	has new
	[[ $(<"$T/file") == new ]]
}

@test "bind: a missing file destination is created as a file" {
	echo text >"$T/file"
	add_mount /a/b/c bind "$T/file" bind
	inside 'cat /a/b/c; [ -f /a/b/c ] && [ -d /a/b ] && echo shapes'
	is $'text\nshapes'
}

@test "bind: a missing directory destination is created as a directory" {
	mkdir "$T/source"
	add_mount /a/b/c bind "$T/source" rbind
	inside '[ -d /a/b/c ] && echo dir'
	is dir
}

@test "bind: a relative source is relative to the bundle" {
	echo text >"$BUNDLE/file"
	add_mount /m bind file bind
	cd /
	inside 'cat /m'
	is text
}

@test "bind: a symlink as source is followed on the host" {
	echo text >"$T/real"
	ln -s real "$T/link"
	add_mount /m bind "$T/link" bind
	inside 'cat /m'
	is text
}

@test "bind: a device node as source" {
	add_mount /m bind /dev/null bind
	inside 'stat -c %t:%T /m'
	is 1:3
}

@test "bind: a socket and a FIFO as source, without opening them" {
	mkfifo "$T/fifo"
	background "$CACHE/peer" datagrams "$T/sock" 1
	wait_until is_socket "$T/sock"
	add_mount /fifo bind "$T/fifo" bind
	add_mount /sock bind "$T/sock" bind
	inside '[ -p /fifo ] && [ -S /sock ] && echo both'
	is both
}

@test "bind: a file on a directory is refused at its place" {
	echo text >"$T/file"
	add_mount /etc bind "$T/file" bind
	refused_at "/mounts/[0-9]+" "directory"
}

@test "bind: a directory on a file is refused at its place" {
	mkdir "$T/source"
	add_mount /etc/passwd bind "$T/source" bind
	refused_at "/mounts/[0-9]+" "not a directory"
}

@test "bind: a missing source is refused at its place" {
	add_mount /m bind "$T/missing" bind
	refused_at "/mounts/[0-9]+" "$T/missing" "no such file or directory"
}

@test "destination: a FIFO or a socket of the image is not opened" {
	mkfifo "$ROOTFS/etc/fifo"
	echo text >"$T/file"
	add_mount /etc/fifo bind "$T/file" bind
	inside 'cat /etc/fifo'
	is text
}

@test "destination: a missing one is created for tmpfs" {
	add_mount /very/deep/place tmpfs tmpfs size=64k
	inside 'echo x >/very/deep/place/y && cat /very/deep/place/y'
	is x
}

@test "destination: relative means below the root" {
	ocirun_only "warns"
	add_mount rel/path tmpfs tmpfs size=64k
	inside 'grep -c " /rel/path " /proc/self/mountinfo'
	is 1
}

@test "destination: dots and double slashes are cleaned" {
	add_mount //a/./b//../c/ tmpfs tmpfs size=64k
	inside 'grep -c " /a/c " /proc/self/mountinfo'
	is 1
}

@test "destination: .. does not climb out" {
	oracle_begin
	add_mount /../../../../climbed tmpfs tmpfs size=64k
	inside 'grep -c " /climbed " /proc/self/mountinfo'
	is 1
	[[ ! -e /climbed ]]
}

@test "destination: through an absolute symlink stays inside" {
	ln -s /run "$ROOTFS/var/run"
	add_mount /var/run/data tmpfs tmpfs size=64k
	inside 'grep -c " /run/data " /proc/self/mountinfo'
	is 1
	[[ ! -e /run/data ]]
}

@test "destination: through a symlink that points out stays inside" {
	mkdir "$T/outside"
	ln -s "../../../../../../../../$T/outside" "$ROOTFS/out"
	add_mount /out/data tmpfs tmpfs size=64k
	inside "grep -c ' $T/outside/data ' /proc/self/mountinfo"
	is 1
	equal "$(ls -A "$T/outside")" ""
}

@test "destination: the last part a symlink stays inside" {
	mkdir "$T/outside"
	ln -s "$T/outside" "$ROOTFS/out"
	add_mount /out tmpfs tmpfs size=64k
	inside "grep -c ' $T/outside ' /proc/self/mountinfo"
	is 1
}

@test "destination: a loop of symlinks is an error" {
	ln -s b "$ROOTFS/a"
	ln -s a "$ROOTFS/b"
	add_mount /a/x tmpfs tmpfs size=64k
	refused_at "/mounts/[0-9]+"
}

@test "destination: below a file is an error" {
	add_mount /etc/passwd/x tmpfs tmpfs size=64k
	refused_at "/mounts/[0-9]+" "not a directory"
}

@test "destination: a name of 256 characters is an error" {
	add_mount "/$(printf 'n%.0s' {1..256})" tmpfs tmpfs size=64k
	refused_at "/mounts/[0-9]+" "name"
}

@test "destination: the root itself, covered" {
	ocirun_only "an error"
	add_mount / tmpfs tmpfs size=64k
	apply_config
	capture ocirun create -b "$BUNDLE" "$ID"
	[[ $status -ne 0 && $stderr == "ocirun: "* ]] || [[ $status -eq 0 ]]
}

@test "order: a later mount covers an earlier one" {
	mkdir "$T/source"
	echo bound >"$T/source/file"
	add_mount /m tmpfs tmpfs size=64k
	add_mount /m bind "$T/source" bind
	inside 'cat /m/file; grep -c " /m " /proc/self/mountinfo'
	is $'bound\n2'
}

@test "order: a mount below an earlier mount" {
	add_mount /m tmpfs tmpfs size=64k
	add_mount /m/sub/dir tmpfs tmpfs size=64k
	inside 'grep -c " /m/sub/dir " /proc/self/mountinfo'
	is 1
	[[ ! -e $ROOTFS/m/sub ]]
}

@test "order: a bind below a read-only tmpfs" {
	ocirun_only "an error"
	mkdir "$T/source"
	add_mount /m tmpfs tmpfs size=64k
	add_mount /m/sub bind "$T/source" bind
	add_mount /m bind none remount,bind,ro
	sh_args 'touch /m/sub/x && echo ok'
	run_ct
	[[ $status -eq 0 || $stderr == "ocirun: "* ]]
}

@test "many: 200 tmpfs mounts" {
	config '.mounts += [range(200) | {destination: "/m/\(.)", type: "tmpfs", source: "tmpfs",
		options: ["size=4k"]}]'
	inside 'grep -c " /m/" /proc/self/mountinfo'
	is 200
}

@test "names: spaces, quotes, backslashes and UTF-8 in a destination" {
	mkdir "$T/source"
	touch "$T/source/seen"
	config ".mounts += [{destination: \"/m/a b'\\\"\\\\é\", type: \"bind\", source: \"$T/source\",
		options: [\"bind\"]}]"
	inside "ls \"/m/a b'\\\"\\\\é\""
	is seen
}

@test "nothing of the host's tree is in the container's table" {
	inside 'cat /proc/self/mountinfo'
	local root
	root=$(awk '$5 == "/" { print $4 }' <<<"$output")
	[[ $root == *"/bundle/rootfs" ]]
	equal "$(awk '$5 == "/"' <<<"$output" | wc -l)" 1
}
