# SPDX-License-Identifier: Apache-2.0
# What every system test starts from: one bundle, one private --root, one id,
# and a teardown which fails the test when anything of it is left on the host.
#
#   OCIRUN   the runtime under test (default: ocirun in $PATH)
#   RUNTIME  another runtime in its place, to prove the tests themselves; then
#            only exit codes and effects are compared, no texts
#   OCIRUN_TESTS_ALONE=1  nothing else runs on this machine: the oracle compares
#            all namespaces and the times of device nodes as well
#
# config.json is edited lazily: config() and args() collect, apply_config()
# runs jq once (it needs 30 ms to start) before the runtime reads the file.
#
# shellcheck shell=bash disable=SC2034

bats_require_minimum_version 1.5.0
BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-60}

SYSTEM_DIR=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
OCIRUN=$(command -v "${RUNTIME:-${OCIRUN:-ocirun}}" || echo "${RUNTIME:-${OCIRUN:-ocirun}}")
CACHE=$BATS_RUN_TMPDIR/system
NAME=${OCIRUN##*/}
# Runs before every command of the runtime: nsenter into a private view, say.
PREFIX=()

# --- what all tests of one bats run share ------------------------------------

APPLETS=(cat chmod chown chroot cp cut date dd df dirname echo env expr false find grep groups head
	hostname id ionice ip kill ln ls mkdir mkfifo mknod mkswap mount mv nice nproc nsenter od
	printf ps pwd readlink realpath renice rm rmdir sed setsid sh sha256sum sleep sort stat
	stty sync tail taskset tee test timeout touch tr true tty umount uname unshare uptime
	usleep wc which xargs yes)

make_rootfs() {
	local root=$1 applet
	mkdir -p "$root"/{bin,dev,etc,proc,root,run,sys,tmp,usr,var}
	cp "$(command -v busybox)" "$root/bin/busybox"
	for applet in "${APPLETS[@]}"; do
		ln -s busybox "$root/bin/$applet"
	done
	echo root:x:0:0:root:/root:/bin/sh >"$root/etc/passwd"
	echo user:x:1000:1000:user:/home/user:/bin/sh >>"$root/etc/passwd"
	echo root:x:0: >"$root/etc/group"
}

make_cache() {
	local new=$CACHE.new tool
	mkdir -p "$new/spec"
	for tool in oracle peer; do
		${CC:-cc} -std=gnu17 -O1 -o "$new/$tool" "$SYSTEM_DIR/$tool.c" -lutil || return 1
	done
	make_rootfs "$new/rootfs"
	"$OCIRUN" spec --bundle "$new/spec" || return 1
	jq '.process.terminal = false | .process.args = ["true"] | .root.path = "rootfs" |
		.root.readonly = false | del(.linux.seccomp)' \
		"$new/spec/config.json" >"$new/config.json" || return 1
	mv "$new" "$CACHE"
}

need_cache() {
	[[ -d $CACHE ]] && return
	[[ -x $OCIRUN ]] || { echo "no runtime to test: OCIRUN=$OCIRUN"; return 1; }
	(flock 9 && { [[ -d $CACHE ]] || make_cache; }) 9>"$BATS_RUN_TMPDIR/system.lock"
}

# --- one test ------------------------------------------------------------------

setup_bundle() {
	need_cache
	T=$BATS_TEST_TMPDIR
	BUNDLE=$T/bundle
	ROOTFS=$BUNDLE/rootfs
	CONFIG=$BUNDLE/config.json
	STATE=$T/state
	TAG=ot$$x$RANDOM
	ID=$TAG
	STDIN=/dev/null
	EXPRESSIONS=()
	ARGS=()
	BACKGROUND=()
	DESTINATIONS=()
	mkdir "$BUNDLE"
	cp -al "$CACHE/rootfs" "$ROOTFS"
	cp "$CACHE/config.json" "$CONFIG"
}

# Delete what the test made, then look for what the runtime left behind.
teardown_bundle() {
	local left=0 dir pid try
	for pid in "${BACKGROUND[@]}"; do
		kill -KILL "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	for dir in "$STATE"/*/; do
		[[ -d $dir ]] || continue
		ocirun delete --force "$(basename "$dir")" </dev/null >"$T/teardown" 2>&1 ||
			{ cat "$T/teardown"; left=1; }
	done
	for dir in "$STATE"/* "$STATE"/.[!.]*; do
		[[ -e $dir ]] || continue
		[[ $NAME != ocirun* ]] || { echo "left in the state root: $dir"; left=1; }
	done
	# A killed process needs a moment to leave /proc.
	for ((try = 0; try < 50; try++)); do
		"$CACHE/oracle" procs "$TAG" "$T" >"$T/teardown" && break
		sleep 0.02
	done
	[[ ! -s $T/teardown ]] || { echo "left running:"; cat "$T/teardown"; left=1; }
	# What was left fails the test, and goes: the next one starts on a clean host.
	while read -r _ pid _; do
		kill -KILL "$pid" 2>/dev/null
	done <"$T/teardown"
	find /sys/fs/cgroup -depth -type d -name "*$TAG*" >"$T/teardown" 2>/dev/null
	[[ ! -s $T/teardown ]] || { echo "left cgroups:"; cat "$T/teardown"; left=1; }
	while read -r dir; do
		wait_until rmdir "$dir"
	done <"$T/teardown"
	return $left
}

setup() { setup_bundle; }
teardown() { teardown_bundle; }

is_ocirun() { [[ $NAME == ocirun* ]]; }

# skip with the reason in the form the project asks for
cannot() { skip "SKIP: $*"; }
# What other runtimes do instead of what the test asks for, seen with runc 1.1.5.
ocirun_only() { is_ocirun || cannot "$NAME: $*"; }

# --- config.json ---------------------------------------------------------------

# config EXPR...: jq expressions, applied in order
config() { EXPRESSIONS+=("$@"); }
# args CMD...: process.args;  sh_args SCRIPT: the same by way of sh -c
args() { ARGS=("$@"); }
sh_args() { ARGS=(sh -c "$1"); }

apply_config() {
	local expression='.' part
	[[ ${#ARGS[@]} -gt 0 || ${#EXPRESSIONS[@]} -gt 0 ]] || return 0
	[[ ${#ARGS[@]} -eq 0 ]] || expression='.process.args = $ARGS.positional'
	for part in "${EXPRESSIONS[@]}"; do
		expression+=" | $part"
	done
	jq "$expression" --args -- "${ARGS[@]}" <"$CONFIG" >"$CONFIG.new"
	mv "$CONFIG.new" "$CONFIG"
	ARGS=()
	EXPRESSIONS=()
}

# The shorthand of the most frequent edits.
add_mount() { # DEST TYPE SOURCE OPTIONS(comma separated)
	DESTINATIONS+=("$1")
	config ".mounts += [{destination: \"$1\", type: \"$2\", source: \"$3\",
		options: (\"$4\" | split(\",\"))}]"
}
new_namespace() { config ".linux.namespaces |= (map(select(.type != \"$1\")) + [{type: \"$1\"}])"; }
no_namespace() { config ".linux.namespaces |= map(select(.type != \"$1\"))"; }
join_namespace() { # TYPE PATH
	config ".linux.namespaces |= (map(select(.type != \"$1\")) + [{type: \"$1\", path: \"$2\"}])"
}

# --- running --------------------------------------------------------------------

# Whatever hangs is killed: exit code 137.
ocirun() {
	timeout --foreground --signal KILL 30 "${PREFIX[@]}" "$OCIRUN" --root "$STATE" "$@" 3>&- 4>&-
}

# capture CMD...: run, leave $status, $output, $stderr.  Through files, not
# pipes: a container that keeps stdout open must not keep the test waiting.
capture() {
	status=0
	"$@" >"$T/stdout" 2>"$T/stderr" <"$STDIN" || status=$?
	output=$(<"$T/stdout")
	stderr=$(<"$T/stderr")
}

run_ct() { # OPTION...: `run`, whatever comes of it
	apply_config
	capture ocirun run --bundle "$BUNDLE" "$@" "$ID"
}

# inside SCRIPT [OPTION...]: run it in the container, which must succeed in silence on stderr
inside() {
	sh_args "$1"
	shift
	run_ct "$@"
	succeeded
}

# create_ct [OPTION...]: `create`; the container's stdout and stderr are $T/out and $T/err
create_ct() {
	apply_config
	capture ocirun_create "$@"
	succeeded
	[[ -z $output ]] || show "create printed something"
}
ocirun_create() {
	status=0
	ocirun create --bundle "$BUNDLE" "$@" "$ID" >"$T/out" 2>"$T/err" || status=$?
	[[ ! -s $T/err ]] || { cat "$T/err" >&2 && : >"$T/err"; }
	return $status
}

# quiet CMD...: an ocirun command which must succeed without a word
quiet() {
	capture ocirun "$@"
	succeeded
	[[ -z $output ]] || show "\`$*' printed something"
}

start_ct() { quiet start "${1:-$ID}"; }
kill_ct() { quiet kill "${2:-$ID}" "${1:-KILL}"; }
delete_ct() { quiet delete "${1:-$ID}"; }

# A container that sleeps, running.
running_ct() {
	args sleep 60
	create_ct "$@"
	start_ct
}

# Sends SIGKILL and waits: pid 1 ignores signals without a handler.
stop_ct() {
	kill_ct KILL "${1:-$ID}"
	wait_status stopped "${1:-$ID}"
}

state_of() { ocirun state "${1:-$ID}" | jq -r "${2:-.status}"; } # [ID [EXPR]]
init_pid() { state_of "${1:-$ID}" .pid; }

wait_until() { # CMD...: true within five seconds
	local try
	for ((try = 0; try < 250; try++)); do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.02
	done
	show "never true: $*"
}

has_status() { [[ $(ocirun state "$2") =~ \"status\":\ ?\"$1\" ]]; }
wait_status() { wait_until has_status "$1" "${2:-$ID}"; }

# background CMD...: its pid is $!; teardown kills it
background() {
	# bash gives background commands /dev/null unless told otherwise
	"$@" <&0 3>&- 4>&- &
	BACKGROUND+=($!)
}

file_has() { [[ -e $1 && $(<"$1") == *"$2"* ]]; }
is_socket() { [[ -S $1 ]]; }

# --- asserting --------------------------------------------------------------------

# Each returns by itself: bash ignores errors inside of what stands before || or &&.

show() {
	echo "$*"
	echo "--- status: $status"
	echo "--- stdout: $output"
	echo "--- stderr: $stderr"
	return 1
}

is() { [[ $output == "$1" ]] || show "expected: $1"; }
has() { [[ $output == *"$1"* ]] || show "expected in it: $1"; }
hasnt() { [[ $output != *"$1"* ]] || show "not expected in it: $1"; }
matches() { [[ $output =~ $1 ]] || show "expected to match: $1"; }
equal() { [[ $1 == "$2" ]] || { echo "seen: $1"; echo "expected: $2"; return 1; }; }
line() { sed -n "$1p" <<<"$output"; }
exits() { [[ $status == "$1" ]] || show "expected exit code $1"; }

# bash lets a plain "! COMMAND" in the middle of a test pass in either case.
refute() { if "$@"; then echo "succeeded: $*"; return 1; fi; }

succeeded() {
	[[ $status == 0 && -z $stderr ]] || show "expected success in silence"
}

# failed CODE TEXT...: that exit code, nothing on stdout, and on stderr one line
# "ocirun: ..." which holds every TEXT.  Of other runtimes only failure is asked.
failed() {
	local code=$1 text
	shift
	[[ $status -ne 0 ]] || { show "expected to fail"; return 1; }
	is_ocirun || return 0
	[[ $status == "$code" ]] || { show "expected exit code $code"; return 1; }
	[[ -z $output ]] || { show "expected nothing on stdout"; return 1; }
	[[ $stderr == "ocirun: "* && $stderr != *$'\n'* ]] ||
		{ show "expected one line on stderr"; return 1; }
	for text in "$@"; do
		[[ $stderr == *"$text"* ]] || { show "expected on stderr: $text"; return 1; }
	done
}

# --- the oracle ---------------------------------------------------------------------

# What a test's oracle does not look at, a kind of lines: keys live until the
# zombie of a detached init is reaped, which the host's pid 1 may do late.
IGNORED=none

snapshot() { # FILE; of a key only its name: the rest counts its users
	"$CACHE/oracle" snapshot "$TAG" "$T" "$OCIRUN" ${OCIRUN_TESTS_ALONE:+all} >"$T/raw"
	sed "/^tree ${T//\//\\\/}\/\(raw\|before\|after\|stdout\|stderr\|out\|err\|teardown\) /d
		/^$IGNORED /d
		s/^key .* keyring /key /" "$T/raw" | LC_ALL=C sort -u >"$1"
}

oracle_begin() {
	mkdir -p "$STATE"
	chmod 700 "$STATE"
	snapshot "$T/before"
}

# What may be new: the place a mount was to go to, as runc leaves it too.
may_stay() { # LINE
	local path=${1#$'\t'tree "$ROOTFS"} dest
	[[ $path != "$1" ]] || return 1
	path=${path%% *}
	for dest in "${DESTINATIONS[@]}"; do
		[[ /${dest#/}/ != "$path"/* ]] || return 0
	done
	return 1
}

# Nothing new and nothing gone, except processes (their namespaces and keys) that
# ended by themselves: a helper of the test, or something unrelated.
oracle_end() {
	local try line
	for ((try = 0; try < 100; try++)); do
		snapshot "$T/after"
		LC_ALL=C comm -3 "$T/before" "$T/after" | while IFS= read -r line; do
			[[ $line =~ ^(proc|ns|key)\  ]] || may_stay "$line" || echo "$line"
		done >"$T/teardown"
		[[ -s $T/teardown ]] || return 0
		sleep 0.02
	done
	echo "the oracle sees a difference (indented: new):"
	cat "$T/teardown"
	return 1
}

# refused TEXT...: `create` fails with one line that holds every TEXT, and leaves nothing
refused() {
	apply_config
	oracle_begin
	capture ocirun_create
	failed 1 "ocirun: create $ID: " "$@" && oracle_end
}

# The same, and the line names a place in config.json: POINTER TEXT...
refused_at() {
	local pointer=$1
	shift
	refused "$@" || return 1
	! is_ocirun || [[ $stderr =~ config\.json:[0-9]+:[0-9]+\ $pointer(/[^:]*)?:\  ]] ||
		show "expected on stderr: config.json:LINE:COLUMN $pointer: "
}
