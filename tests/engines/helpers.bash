# SPDX-License-Identifier: Apache-2.0
# What every engine test starts from: a private world per file (./world), a small image, and the
# assertions of the system tests. An engine that is not installed means SKIP.
#
#   OCIRUN  the runtime under test (default: ocirun in $PATH)
#
# shellcheck shell=bash disable=SC2034,SC2154

# shellcheck source=tests/system/helpers.bash
source "${BASH_SOURCE[0]%/*}/../system/helpers.bash"

ENGINES_DIR=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
# What is common to the tests of one file.
W=$BATS_FILE_TMPDIR
BATS_TEST_TIMEOUT=120

engine_setup() {
	T=$BATS_TEST_TMPDIR
	STDIN=/dev/null
	[[ ! -e $W/skip ]] || cannot "$(<"$W/skip")"
}
setup() { engine_setup; }
teardown() { :; }

# --- the world, from setup_file to teardown_file -----------------------------------

# lacks TOOL...: which one is not installed, for the tests of this file to skip
lacks() {
	local tool
	[[ $EUID -eq 0 ]] || { echo "not root" >"$W/skip"; return 0; }
	for tool in unshare nsenter ip busybox "$@"; do
		command -v "$tool" >/dev/null || { echo "$tool is not installed" >"$W/skip"; return 0; }
	done
	return 1
}

world_begin() {
	local try
	unshare --mount --propagation private --pid --net --fork --kill-child \
		"$ENGINES_DIR/world" "$W/pid" </dev/null >"$W/world.log" 2>&1 3>&- 4>&- &
	echo $! >"$W/holder"
	for ((try = 0; try < 250; try++)); do
		[[ ! -e $W/pid ]] || break
		sleep 0.02
	done
	[[ -e $W/pid ]] || { echo "no world: $(<"$W/world.log")"; return 1; }
}

# Whatever runs inside dies with pid 1. What is left in our cgroup is an error.
world_end() {
	local try
	[[ -e $W/pid ]] || return 0
	kill -KILL "$(<"$W/holder")" 2>/dev/null
	for ((try = 0; try < 250; try++)); do
		[[ -e /proc/$(<"$W/pid") ]] || break
		sleep 0.02
	done
	find /sys/fs/cgroup -depth -type d \
		\( -path "*/oe$(<"$W/pid")" -o -path "*/oe$(<"$W/pid")/*" \) -delete 2>/dev/null
	return 0
}

# inw CMD...: in the world; what hangs is killed
inw() {
	into_world "$@"
	timeout --foreground --signal KILL 60 "${INTO_WORLD[@]}" 3>&- 4>&-
}
into_world() {
	local pid
	pid=$(<"$W/pid")
	INTO_WORLD=(nsenter --mount="/proc/$pid/ns/mnt" --pid="/proc/$pid/ns/pid"
		--net="/proc/$pid/ns/net" env -i -C "$W" PATH="$PATH:/usr/sbin:/sbin" HOME="$W"
		TERM=xterm LC_ALL=C.UTF-8 "${INW_ENV[@]}" "$@")
}
INW_ENV=()

# inw_background CMD...: a daemon, until world_end; its output is $W/background.log
inw_background() {
	into_world "$@"
	"${INTO_WORLD[@]}" </dev/null >"$W/background.log" 2>&1 3>&- 4>&- &
}

# has_command NAME: this ocirun knows it.  needs_command skips the test otherwise.
has_command() { "$OCIRUN" "$1" --help >/dev/null 2>&1; }
needs_command() { has_command "$1" || cannot "ocirun $1: not in this version"; }
# needs_feature SECCOMP|USERNS|...: as `ocirun --version` prints them
needs_feature() {
	! "$OCIRUN" --version | grep -qw -- "-$1" || cannot "ocirun without $1: not in this version"
}

# --- the image ------------------------------------------------------------------------

# make_image: $W/image.tar, a root file system of busybox
make_image() {
	make_rootfs "$W/image"
	ln -s busybox "$W/image/bin/httpd"
	mkdir -p "$W/image/var/www" "$W/image/usr/bin"
	echo data >"$W/image/etc/data"
	echo hello >"$W/image/var/www/index.html"
	tar -C "$W/image" -cf "$W/image.tar" .
}

# make_archive: $W/archive.tar, that image in the form of `docker save`, by hand: no tool is needed
IMAGE=docker.io/library/bb:latest
make_archive() {
	local diff dir=$W/archive
	mkdir -p "$dir"
	cp "$W/image.tar" "$dir/layer.tar"
	diff=$(sha256sum <"$dir/layer.tar")
	jq -n --arg diff "sha256:${diff%% *}" --arg arch "$(image_arch)" '{architecture: $arch, os: "linux",
		config: {Cmd: ["sh"], Env: ["PATH=/usr/bin:/bin"]},
		rootfs: {type: "layers", diff_ids: [$diff]}}' >"$dir/config.json"
	jq -n --arg image "$IMAGE" \
		'[{Config: "config.json", RepoTags: [$image], Layers: ["layer.tar"]}]' >"$dir/manifest.json"
	tar -C "$dir" -cf "$W/archive.tar" manifest.json config.json layer.tar
}
image_arch() { case $(uname -m) in x86_64) echo amd64 ;; aarch64) echo arm64 ;; *) uname -m ;; esac; }

# --- asserting ------------------------------------------------------------------------

# ok TEXT: the last command ended well and printed exactly that
ok() {
	[[ $status == 0 && $output == "$1" ]] || show "expected success and: $1"
}

says() { [[ $stderr == *"$1"* ]] || show "expected on stderr: $1"; }

# nothing_left DIR...: no state of containers, no cgroups
nothing_left() {
	local dir
	for dir; do
		capture inw sh -c "ls -A $dir 2>/dev/null"
		[[ -z $output ]] || show "left in $dir"
	done
	capture inw find "/sys/fs/cgroup/$(group)" -mindepth 1 -type d ! -name conmon
	[[ -z $output ]] || show "left cgroups"
}
group() { echo "oe$(<"$W/pid")"; }
