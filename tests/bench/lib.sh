# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What tests/bench/run and tests/bench/counts share: option values that name runtimes, building the
# helper programs and the bundles in a temporary folder, and entering the private world (enter).
# The caller has set $here to this folder.

: "${here:?}"

# Usage errors and failures of the tools themselves; measured values are never one.
die()
{
	printf '%s: %s\n' "${0##*/}" "$1" >&2
	exit 2
}

# need TOOL...: stop when one is missing.
need()
{
	local tool

	for tool; do
		command -v "$tool" >/dev/null || die "$tool is missing"
	done
}

# The ocirun to measure: $OCIRUN, else the one in the current (build) folder; empty when there is none.
find_ocirun()
{
	if [ -n "${OCIRUN-}" ]; then
		command -v "$OCIRUN" || die "no ocirun at $OCIRUN"
	elif [ -x ./ocirun ]; then
		realpath ./ocirun
	fi
}

# make_work: set $work to a new folder with out/, bin/ and the bundles; it is removed at exit.
make_work()
{
	work=$(mktemp -d "${TMPDIR:-/tmp}/ocirun-bench.XXXXXX")
	trap clean_up EXIT
	trap 'exit 130' INT TERM HUP
	mkdir -p "$work"/{bin,out,state}
	build_helpers
	make_bundle true /true0
	make_bundle pause /pause0
}

# A small static libc keeps opbench's own memory, which every peak starts from, and the floor small.
build_helpers()
{
	local cc=${CC:-cc} static=${CC:-cc} multiarch
	local bare=(-Os -static -nostdlib -ffreestanding -fno-stack-protector -fno-pie
		-fno-asynchronous-unwind-tables '-Wl,--build-id=none' '-Wl,-z,noseparate-code')
	local warn=(-std=gnu17 -D_GNU_SOURCE -Wall -Wextra)
	local kernel=()

	need "$cc"
	if command -v musl-gcc >/dev/null; then
		static=musl-gcc
		multiarch=$("$cc" -print-multiarch 2>/dev/null || true)
		kernel=(-idirafter /usr/include -idirafter "/usr/include/$multiarch")
	fi
	"$cc" "${warn[@]}" "${bare[@]}" "$here/true0.c" -o "$work/bin/true0"
	"$cc" "${warn[@]}" "${bare[@]}" -DPAUSE "$here/true0.c" -o "$work/bin/pause0"
	"$cc" "${warn[@]}" "${bare[@]}" "$here/stub0.c" -o "$work/bin/stub0"
	"$static" "${warn[@]}" "${kernel[@]}" -O2 -static -fno-pie -DSTUB="\"$work/bin/stub0\"" \
		"$here/floor.c" -o "$work/bin/floor"
	"$static" "${warn[@]}" "${kernel[@]}" -O2 -static -fno-pie "$here/opbench.c" -o "$work/bin/opbench"
}

# make_bundle NAME PROGRAM: config.json, with PROGRAM instead of its /true0.
make_bundle()
{
	mkdir -p "$work/$1"/rootfs/{proc,dev,sys}
	cp "$work/bin/true0" "$work/bin/pause0" "$work/$1/rootfs"
	sed "s|\"/true0\"|\"$2\"|" "$here/config.json" >"$work/$1/config.json"
}

# add_runtime NAME[=PATH]: append to the array $runtimes (NAME=PATH inside the private world); peers
# set $tree to the folder they live in.
add_runtime()
{
	local name=${1%%=*} path

	case $1 in
	*=*) path=${1#*=} ;;
	crun | runc)
		need pivot_root
		[ "$tree" != / ] || tree=$("$here/peers")
		path=/usr/bin/$name
		[ "$name" = crun ] || path=/usr/sbin/$name
		runtimes+=("$name=$path")
		return ;;
	floor)
		runtimes+=("floor=/run/ocirun-bench/bin/floor")
		return ;;
	ocirun) path=$(find_ocirun) ;;
	*) die "unknown runtime $name: say $name=PATH" ;;
	esac
	[ -x "$path" ] || die "no program for $name: $path"
	cp "$path" "$work/bin/runtime-$name"
	runtimes+=("$name=/run/ocirun-bench/bin/runtime-$name")
}

# inside COMMAND...: run it in the private world; its folder is /run/ocirun-bench. In the background,
# so that a signal to this script ends it at once, and clean_up everything inside with it.
inside()
{
	unshare --mount --propagation private --pid --fork --kill-child \
		"$here/enter" "$work" "$tree" "$@" &
	world=$!
	wait "$world"
}

clean_up()
{
	[ -z "${world-}" ] || kill -KILL "$world" 2>/dev/null || true
	rm -rf "$work"
}
