# SPDX-License-Identifier: Apache-2.0
# The root file system: what "/" is in the container, read-only, propagation,
# and that nothing of the old root can be reached.
#
# shellcheck disable=SC2016,SC2154

load helpers

root_mount() { awk '$5 == "/"' <<<"$output"; }

@test "root: is the bundle's rootfs" {
	echo mine >"$ROOTFS/marker"
	inside 'cat /marker; echo new >/written'
	is mine
	equal "$(<"$ROOTFS/written")" new
}

@test "root: .. of / is /" {
	inside 'cd / && cd .. && cd ../../.. && pwd; ls /.. | head -1'
	is $'/\nbin'
}

@test "root: /proc/1/root and cwd are the container's" {
	inside 'readlink /proc/1/root /dev/null; readlink /proc/1/cwd; [ /proc/1/root -ef / ] && echo same' || true
	inside '[ /proc/1/root/bin -ef /bin ] && [ /proc/1/cwd -ef / ] && echo same'
	is same
}

@test "root: one mount, and the old root is not in the table" {
	inside 'cat /proc/self/mountinfo'
	equal "$(root_mount | wc -l)" 1
	[[ $(cut -d" " -f5 <<<"$output") != *"$T/"* ]]
	hasnt " /.pivot"
}

@test "root: an absolute path" {
	config ".root.path = \"$ROOTFS\""
	inside 'echo ok'
	is ok
}

@test "root: relative to the bundle, with dots" {
	config '.root.path = "./x/../rootfs/."'
	mkdir "$BUNDLE/x"
	inside 'echo ok'
	is ok
}

@test "root: outside of the bundle" {
	mv "$ROOTFS" "$T/elsewhere"
	config ".root.path = \"$T/elsewhere\""
	inside 'echo ok'
	is ok
}

@test "root: a symlink to the real one, or refused" {
	mv "$ROOTFS" "$BUNDLE/real"
	ln -s real "$BUNDLE/rootfs"
	sh_args 'echo ok'
	run_ct
	[[ $status -eq 0 && $output == ok || $stderr == "ocirun: "* || $NAME != ocirun* ]]
}

@test "root: a mount point" {
	mkdir "$T/mnt"
	mount --bind "$ROOTFS" "$T/mnt"
	config ".root.path = \"$T/mnt\""
	sh_args 'echo ok'
	run_ct
	umount "$T/mnt"
	succeeded
	is ok
}

@test "root: mounts below the rootfs come along" {
	PREFIX=(unshare --mount --propagation private sh -c
		'mount -t tmpfs "$0" "$0" && echo below >"$0/file" && exec "$@"' "$ROOTFS/root")
	inside 'cat /root/file'
	is below
}

@test "root: the host's directory is not a mount afterwards" {
	running_ct
	refute grep -q "$ROOTFS" /proc/self/mountinfo
}

@test "root: missing" {
	rm -rf "$ROOTFS"
	refused rootfs "no such file or directory"
}

@test "root: a file" {
	rm -rf "$ROOTFS"
	echo text >"$ROOTFS"
	refused rootfs "not a directory"
}

@test "root: the key missing" {
	config 'del(.root)'
	refused root
}

@test "root: an empty path" {
	ocirun_only "takes the bundle"
	config '.root.path = ""'
	refused_at "/root(/path)?"
}

@test "readonly: writes are refused, the image is untouched" {
	config '.root.readonly = true'
	inside 'touch /x 2>/dev/null || echo refused; echo y 2>/dev/null >/etc/passwd || echo refused' || true
	has refused
	[[ ! -e $ROOTFS/x ]]
	[[ $(<"$ROOTFS/etc/passwd") == root:* ]]
}

@test "readonly: the mount says so" {
	config '.root.readonly = true'
	inside 'cat /proc/self/mountinfo'
	[[ $(root_mount | cut -d' ' -f6) == ro,* || $(root_mount | cut -d' ' -f6) == ro ]]
}

@test "readonly: /dev and tmpfs mounts stay writable" {
	config '.root.readonly = true'
	add_mount /tmp tmpfs tmpfs mode=1777
	inside 'touch /tmp/x /dev/x && echo ok'
	is ok
}

@test "readonly: mount points are still made" {
	config '.root.readonly = true'
	add_mount /new/place tmpfs tmpfs size=64k
	inside 'touch /new/place/x && echo ok'
	is ok
}

@test "readonly: cannot be remounted without CAP_SYS_ADMIN" {
	config '.root.readonly = true'
	inside 'mount -o remount,rw / 2>/dev/null || echo refused'
	is refused
}

@test "readonly: the host's file system is not made read-only" {
	config '.root.readonly = true'
	running_ct
	touch "$ROOTFS/host-writes"
	refute grep -q " $T.* ro" /proc/self/mountinfo
}

@test "readonly: false" {
	config '.root.readonly = false'
	inside 'touch /x && echo ok'
	is ok
}

@test "readonly: keeps nosuid and nodev of the file system below" {
	ocirun_only "1.1 drops them"
	mkdir "$T/mnt"
	mount -t tmpfs -o nosuid,nodev tmpfs "$T/mnt"
	cp -a "$ROOTFS" "$T/mnt/rootfs"
	config ".root.path = \"$T/mnt/rootfs\"" '.root.readonly = true'
	sh_args 'grep " / / \| /rootfs / " /proc/self/mountinfo | cut -d" " -f6'
	run_ct
	umount "$T/mnt"
	succeeded
	has ro
	has nosuid
	has nodev
}

propagation() { # VALUE: the optional fields of "/"
	config ".linux.rootfsPropagation = \"$1\""
	inside 'cat /proc/self/mountinfo'
	optional=$(root_mount | sed 's/^\([^ ]* \)\{6\}\(.*\)- .*/\2/')
}

@test "rootfsPropagation: absent is private" {
	inside 'cat /proc/self/mountinfo'
	equal "$(root_mount | sed 's/^\([^ ]* \)\{6\}\(.*\)- .*/\2/')" ""
}
@test "rootfsPropagation: private" { propagation private; equal "$optional" ""; }
@test "rootfsPropagation: rprivate" { propagation rprivate; equal "$optional" ""; }
@test "rootfsPropagation: slave" { propagation slave; [[ $optional == "" || $optional == master:* ]]; }
@test "rootfsPropagation: rslave" { propagation rslave; [[ $optional == "" || $optional == master:* ]]; }
@test "rootfsPropagation: shared" { ocirun_only "1.1 depends on the host's"; propagation shared; [[ $optional == *shared:* ]]; }
@test "rootfsPropagation: rshared" { ocirun_only "1.1 depends on the host's"; propagation rshared; [[ $optional == *shared:* ]]; }
@test "rootfsPropagation: unbindable" { ocirun_only "EINVAL"; propagation unbindable; [[ $optional == *unbindable* ]]; }

@test "rootfsPropagation: an unknown word is refused at its place" {
	config '.linux.rootfsPropagation = "sideways"'
	refused_at /linux/rootfsPropagation sideways
}

@test "rootfsPropagation: shared does not reach the host" {
	config '.linux.rootfsPropagation = "shared"'
	apply_config
	oracle_begin
	config '.process.capabilities[] |= (. + ["CAP_SYS_ADMIN"] | unique)'
	add_mount /m tmpfs tmpfs size=64k
	sh_args 'mkdir -p /tmp/new && mount -t tmpfs escaped /tmp/new && echo ok'
	run_ct
	exits 0
	refute grep -q escaped /proc/self/mountinfo
	refute grep -q "$ROOTFS" /proc/self/mountinfo
}

@test "rootfsPropagation: the host's propagation is the same afterwards" {
	config '.linux.rootfsPropagation = "rshared"' '.process.args = ["true"]'
	apply_config
	oracle_begin
	capture ocirun run -b "$BUNDLE" "$ID"
	succeeded
	oracle_end
}

@test "--no-pivot: the root is the bundle's all the same" {
	echo mine >"$ROOTFS/marker"
	sh_args 'cat /marker; ls /..'
	run_ct --no-pivot
	if is_ocirun && [[ $status -ne 0 ]]; then
		failed 1 no-pivot
	else
		has mine
		hasnt lost+found
	fi
}

@test "old root: a shell with CAP_SYS_CHROOT cannot climb out" {
	config '.process.capabilities[] |= (. + ["CAP_SYS_CHROOT"] | unique)'
	: >"$T/outside-marker"
	inside 'mkdir -p /tmp/jail; chroot /tmp/jail 2>/dev/null; cd /; for i in 1 2 3 4 5 6 7 8; do cd ..; done
		ls | tr "\n" " "'
	is "bin dev etc proc root run sys tmp usr var "
}

@test "old root: no other mount can be unmounted to reveal it" {
	config '.process.capabilities[] |= (. + ["CAP_SYS_ADMIN"] | unique)'
	inside 'cut -d" " -f5 /proc/self/mountinfo | sort -r | while read m; do umount -l $m 2>/dev/null; done
		ls / | tr "\n" " "'
	is "bin dev etc proc root run sys tmp usr var "
}

@test "/dev: the image's nodes are hidden by the mount" {
	echo fake >"$ROOTFS/dev/null"
	inside 'stat -c %t:%T /dev/null'
	is 1:3
	equal "$(<"$ROOTFS/dev/null")" fake
}

@test "the image is not written to: no file that was not asked for" {
	(cd "$ROOTFS" && find . | sort) >"$T/list"
	args true
	run_ct
	succeeded
	equal "$(cd "$ROOTFS" && find . | sort | diff "$T/list" - || true)" ""
}
