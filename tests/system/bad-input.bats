# SPDX-License-Identifier: Apache-2.0
# Bad input, one case each: a clear line on stderr that names the place, the
# right exit code, and a host that looks as it did before.
#
# shellcheck disable=SC2016,SC2154

load helpers

# --- the bundle ------------------------------------------------------------------------

refused_bundle() { # DIR TEXT...
	local dir=$1
	shift
	oracle_begin
	capture ocirun create --bundle "$dir" "$ID"
	failed 1 "$@"
	oracle_end
}

@test "bundle: missing" { refused_bundle "$T/nowhere" nowhere "no such file or directory"; }

@test "bundle: a file" {
	: >"$T/plain"
	refused_bundle "$T/plain" "not a directory"
}

@test "bundle: without config.json" {
	mkdir "$T/empty"
	refused_bundle "$T/empty" config.json "no such file or directory"
}

@test "bundle: config.json is a directory" {
	mkdir -p "$T/b/config.json"
	refused_bundle "$T/b" config.json
}

@test "bundle: config.json is a FIFO: no waiting" {
	ocirun_only "hangs"
	mkdir "$T/b"
	mkfifo "$T/b/config.json"
	refused_bundle "$T/b" config.json
}

@test "bundle: config.json is /dev/zero: no endless reading" {
	ocirun_only "hangs"
	mkdir "$T/b"
	ln -s /dev/zero "$T/b/config.json"
	refused_bundle "$T/b" config.json
}

# --- JSON ----------------------------------------------------------------------------------

json() { # CONTENT TEXT...
	printf %b "$1" >"$CONFIG"
	shift
	refused "config.json" "$@"
}

@test "json: empty" { json ''; }
@test "json: blanks only" { json ' \n\n '; }
@test "json: not JSON" { json 'hello'; }
@test "json: cut off" { json '{"ociVersion":"1.0.0","root":{"path":"rootfs"'; }
@test "json: something after the end" { ocirun_only "not seen"; json '{"ociVersion": "1.0.0"} x'; }
@test "json: a comma too many" { json '{"ociVersion": "1.0.0",}'; }
@test "json: a list in place of the object" { json '[]'; }
@test "json: null" { ocirun_only "taken as empty"; json 'null'; }
@test "json: a string" { json '"x"'; }
@test "json: invalid UTF-8" { ocirun_only "replaced"; json '{"ociVersion": "1.0.0", "hostname": "\xff"}'; }
@test "json: a byte order mark" { json '\xef\xbb\xbf{}'; }

@test "json: the place of a syntax error" {
	ocirun_only "texts"
	printf '{\n  "ociVersion": "1.0.0",\n  "root": }\n' >"$CONFIG"
	refused "config.json:3:"
}

@test "json: the place of a wrong value" {
	ocirun_only "texts"
	jq --indent 4 '.process.cwd = 5' "$CONFIG" >"$CONFIG.new"
	mv "$CONFIG.new" "$CONFIG"
	local line
	line=$(grep -n '"cwd"' "$CONFIG" | cut -d: -f1)
	refused "config.json:$line:" "/process/cwd"
}

@test "json: 100000 opening brackets" {
	ocirun_only "texts"
	{ printf '{"a":'; printf '[%.0s' {1..100000}; } >"$CONFIG"
	refused "config.json"
}

@test "json: deep nesting in an unknown key" {
	{ printf '{"a":'; printf '[%.0s' {1..2000}; printf ']%.0s' {1..2000}; printf '}'; } >"$CONFIG"
	refused ""
}

@test "json: 40 MiB of blanks" {
	ocirun_only "read"
	truncate -s 40M "$CONFIG"
	refused "config.json"
}

@test "json: the same key twice is refused at its place" {
	ocirun_only "the last one"
	sed -i '0,/"process"/s//"hostname": "first", "process"/' "$CONFIG"
	grep -c '"hostname"' "$CONFIG" | grep -q 2 || config '.hostname = "second"'
	refused "hostname"
}

# --- types and values: POINTER, jq expression ---------------------------------------------------

wrong() { # POINTER EXPR [TEXT...]
	config "$2"
	local pointer=$1
	shift 2
	refused_at "$pointer" "$@"
}

@test "type: root is a list" { wrong /root '.root = []'; }
@test "type: root.path is a number" { wrong /root/path '.root.path = 1'; }
@test "type: root.readonly is a string" { wrong /root/readonly '.root.readonly = "yes"'; }
@test "type: mounts is an object" { wrong /mounts '.mounts={}'; }
@test "type: a mount is a string" { wrong "/mounts/[0-9]+" '.mounts += ["x"]'; }
@test "type: mount options is a string" { wrong "/mounts/[0-9]+/options" '.mounts[0].options = "ro"'; }
@test "type: a mount option is a number" { wrong "/mounts/0/options/0" '.mounts[0].options = [1]'; }
@test "type: process.args is a string" { wrong /process/args '.process.args = "sh"'; }
@test "type: an argument is null" { ocirun_only "taken as empty"; wrong /process/args '.process.args = ["sh", null]'; }
@test "type: process.env is an object" { wrong /process/env '.process.env={}'; }
@test "type: process.terminal is a number" { wrong /process/terminal '.process.terminal = 1'; }
@test "type: a uid is a fraction" { wrong /process/user/uid '.process.user.uid = 1.5'; }
@test "type: namespaces is a string" { wrong /linux/namespaces '.linux.namespaces = "pid"'; }
@test "type: annotations hold a number" { wrong /annotations '.annotations={a: 1}'; }
@test "type: hooks is a list" { wrong /hooks '.hooks = []'; }
@test "type: hook timeout is a string" { wrong /hooks/prestart/0/timeout '.hooks.prestart = [{path: "/bin/true", timeout: "1"}]'; }
@test "type: sysctl value is a number" { wrong /linux/sysctl '.linux.sysctl={"net.ipv4.ip_forward": 1}'; }
@test "type: maskedPaths is a string" { wrong /linux/maskedPaths '.linux.maskedPaths = "/proc"'; }
@test "type: a rlimit is negative" { wrong /process/rlimits/0 '.process.rlimits = [{type: "RLIMIT_CPU", soft: -1, hard: 5}]'; }
@test "type: a rlimit is too large" { wrong /process/rlimits/0 '.process.rlimits = [{type: "RLIMIT_CPU", soft: 1, hard: 99999999999999999999999}]'; }
@test "value: a NUL in a path" { wrong "/mounts/[0-9]+/destination" '.mounts += [{destination: "/a\u0000b", type: "tmpfs", source: "t"}]'; }
@test "value: a mount without a destination" { ocirun_only "taken as /"; wrong "/mounts/[0-9]+" '.mounts += [{type: "tmpfs", source: "t"}]'; }
@test "value: a namespace without a type" { wrong "/linux/namespaces/[0-9]+" '.linux.namespaces += [{}]'; }

@test "value: ociVersion missing" { ocirun_only "not checked"; config 'del(.ociVersion)'; refused ociVersion; }
@test "value: ociVersion 2.0.0" { ocirun_only "not checked"; wrong /ociVersion '.ociVersion = "2.0.0"' 2.0.0; }
@test "value: ociVersion is no version" { ocirun_only "not checked"; wrong /ociVersion '.ociVersion = "one"'; }

@test "value: a path of 4096 characters" {
	local long
	long=/$(printf 'd%.0s' {1..200})
	long=$long$long$long$long$long$long$long$long$long$long$long$long$long$long$long$long$long$long$long$long$long
	config ".mounts += [{destination: \"$long\", type: \"tmpfs\", source: \"t\"}]"
	refused_at "/mounts/[0-9]+"
}

@test "value: 41 symlinks in a row" {
	ocirun_only "255 are allowed"
	local i
	for i in {1..41}; do
		ln -s "l$((i + 1))" "$ROOTFS/l$i"
	done
	mkdir "$ROOTFS/l42"
	add_mount /l1/x tmpfs tmpfs size=4k
	refused_at "/mounts/[0-9]+"
}

# --- ids ---------------------------------------------------------------------------------------------

bad_id() { # ID
	args true
	apply_config
	oracle_begin
	local command
	capture ocirun create -b "$BUNDLE" -- "$1"
	failed 1 "invalid container ID"
	[[ $1 != '' && ${#1} -lt 1025 ]] || { oracle_end; return; }
	for command in state start delete kill; do
		capture ocirun $command -- "$1"
		[[ $status -ne 0 ]]
	done
	capture ocirun delete --force -- "$1"
	oracle_end
}

@test "id: .." { bad_id ..; }
@test "id: ." { bad_id .; }
@test "id: a/b" { bad_id a/b; }
@test "id: ../x" { mkdir -p "$T/x"; : >"$T/x/keep"; bad_id ../x; [[ -e $T/x/keep ]]; }
@test "id: an absolute path" { bad_id /tmp; }
@test "id: empty" { bad_id ''; }
@test "id: a blank" { bad_id 'a b'; }
@test "id: a newline" { bad_id $'a\nb'; }
@test "id: a control character is not echoed" {
	bad_id $'a\e[31mb'
	[[ $stderr != *$'\e'* ]]
}
@test "id: UTF-8" { bad_id 'é'; }
@test "id: a colon" { bad_id 'a:b'; }
@test "id: 1025 characters" {
	bad_id "$(printf 'a%.0s' {1..1025})"
}

@test "id: 300 characters is more than a file name: an error or a container" {
	ocirun_only "texts"
	args true
	apply_config
	local id
	id=$(printf 'a%.0s' {1..300})
	oracle_begin
	capture ocirun create -b "$BUNDLE" "$id"
	failed 1
	[[ $stderr == *"too long"* || $stderr == *"invalid container ID"* ]]
	oracle_end
}

@test "id: taken" {
	args sleep 60
	create_ct
	oracle_begin
	capture ocirun create -b "$BUNDLE" "$ID"
	failed 1 "container with given ID already exists"
	oracle_end
}

@test "id: taken by a directory of somebody else" {
	args true
	apply_config
	mkdir -p "$STATE/$ID"
	: >"$STATE/$ID/theirs"
	oracle_begin
	capture ocirun create -b "$BUNDLE" "$ID"
	failed 1 "already exists"
	oracle_end
	rm -r "${STATE:?}/$ID"
}

# --- the state root -----------------------------------------------------------------------------------

@test "root: a file" {
	: >"$STATE"
	args true
	apply_config
	capture ocirun create -b "$BUNDLE" "$ID"
	failed 1 "not a directory"
	rm "$STATE"
}

@test "root: below a file" {
	: >"$T/file"
	args true
	apply_config
	STATE=$T/file/state capture ocirun create -b "$BUNDLE" "$ID"
	failed 1 "not a directory"
}

@test "root: read-only" {
	mkdir "$T/ro"
	args true
	apply_config
	PREFIX=(unshare --mount --propagation private sh -c
		'mount -t tmpfs -o ro tmpfs "$0" && exec "$@"' "$T/ro")
	STATE=$T/ro/state capture ocirun create -b "$BUNDLE" "$ID"
	failed 1 "read-only file system"
}

@test "root: full" {
	mkdir "$T/full"
	args true
	apply_config
	PREFIX=(unshare --mount --propagation private sh -c
		'mount -t tmpfs -o size=4k,nr_inodes=3 tmpfs "$0" && mkdir "$0/state" && : >"$0/x" && exec "$@"' "$T/full")
	STATE=$T/full/state capture ocirun create -b "$BUNDLE" "$ID"
	failed 1 "no space left"
}

@test "root: a broken state file does not stop list; delete --force copes or says so" {
	running_ct
	stop_ct
	local file
	file=$(find "$STATE/$ID" -type f | head -1)
	cp "$file" "$T/saved"
	echo '{"broken' >"$file"
	capture ocirun state "$ID"
	local of_state=$status
	capture ocirun list -f json
	local of_list=$status
	capture ocirun delete --force "$ID"
	[[ ! -e $file ]] || cp "$T/saved" "$file"
	[[ $of_state -ne 0 && $of_list -eq 0 ]]
	# Gone, or a clear refusal: what it does not know it cannot clean up.
	find /sys/fs/cgroup -type d -name "$ID" -exec rmdir {} + 2>/dev/null || true
	[[ $status -eq 0 && ! -e $file ]] || failed 1
}

# --- the same, seen from `run` ----------------------------------------------------------------------------

@test "run: a refused container leaves nothing, exit code 1" {
	add_mount /x bind "$T/missing" bind
	args true
	apply_config
	oracle_begin
	capture ocirun run -b "$BUNDLE" "$ID"
	failed 1 "ocirun: run $ID: " missing
	oracle_end
}

@test "run: the id is free after a failure" {
	args no-such-command
	run_ct
	failed 1
	inside 'echo ok'
	is ok
}

@test "delete --force: harmless after every failure" {
	args no-such-command
	apply_config
	capture ocirun_create
	failed 1
	quiet delete --force "$ID"
}

# --- without a mount namespace (runc#5371) -------------------------------------------------------------------

without_mount_namespace() { # POINTER EXPR
	ocirun_only "ignored or done to the host"
	no_namespace mount
	config '.mounts = []' 'del(.linux.maskedPaths, .linux.readonlyPaths, .linux.rootfsPropagation)' \
		'.root.readonly = false' "$2"
	args true
	refused_at "$1"
}

@test "no mount namespace: root.readonly" { without_mount_namespace /root/readonly '.root.readonly = true'; }
@test "no mount namespace: maskedPaths" { without_mount_namespace /linux/maskedPaths '.linux.maskedPaths = ["/proc/keys"]'; }
@test "no mount namespace: readonlyPaths" { without_mount_namespace /linux/readonlyPaths '.linux.readonlyPaths = ["/proc/sys"]'; }
@test "no mount namespace: mounts" { without_mount_namespace "/mounts" '.mounts = [{destination: "/m", type: "tmpfs", source: "t"}]'; }
@test "no mount namespace: rootfsPropagation" { without_mount_namespace /linux/rootfsPropagation '.linux.rootfsPropagation = "shared"'; }

# --- places an image must not redirect ---------------------------------------------------------------------------

@test "/proc is a symlink" {
	rmdir "$ROOTFS/proc"
	mkdir "$ROOTFS/elsewhere"
	ln -s elsewhere "$ROOTFS/proc"
	refused_at "/mounts/[0-9]+" /proc
}

@test "/proc is an absolute symlink" {
	rmdir "$ROOTFS/proc"
	mkdir "$ROOTFS/proc2"
	ln -s /proc2 "$ROOTFS/proc"
	refused_at "/mounts/[0-9]+" /proc
}

@test "/proc is a file" {
	rmdir "$ROOTFS/proc"
	: >"$ROOTFS/proc"
	refused_at "/mounts/[0-9]+" /proc
}

@test "/sys is a symlink" {
	rmdir "$ROOTFS/sys"
	ln -s tmp "$ROOTFS/sys"
	refused_at "/mounts/[0-9]+" /sys
}

@test "/dev is a symlink out of the rootfs" {
	ocirun_only "1.1 mounts inside"
	rmdir "$ROOTFS/dev"
	mkdir "$T/outside"
	: >"$T/outside/ptmx"
	ln -s "$T/outside" "$ROOTFS/dev"
	refused /dev
	equal "$(ls -A "$T/outside")" ptmx
}

@test "/dev is a symlink inside the rootfs" {
	ocirun_only "1.1 follows it"
	rmdir "$ROOTFS/dev"
	mkdir "$ROOTFS/mydev"
	ln -s mydev "$ROOTFS/dev"
	refused /dev
}

@test "inside /proc: tmpfs" { ocirun_only "1.1 checks binds only"; add_mount /proc/self/attr tmpfs tmpfs rw; refused_at "/mounts/[0-9]+" /proc; }
@test "inside /proc: by way of .." { ocirun_only "1.1 checks binds only"; add_mount /usr/../proc/sys tmpfs tmpfs rw; refused_at "/mounts/[0-9]+" /proc; }

@test "inside /proc: a bind" {
	echo text >"$T/file"
	add_mount /proc/version bind "$T/file" bind
	refused_at "/mounts/[0-9]+" /proc
}

@test "inside /proc: by way of a symlink of the image" {
	ocirun_only "1.1 checks binds only"
	ln -s proc "$ROOTFS/p"
	add_mount /p/sys tmpfs tmpfs rw
	refused_at "/mounts/[0-9]+"
}

@test "over /proc: tmpfs" { add_mount /proc tmpfs tmpfs rw; refused_at "/mounts/[0-9]+" /proc; }

@test "over /proc: a bind of an ordinary directory" {
	mkdir "$T/fake"
	config '.mounts |= map(select(.type != "proc"))'
	add_mount /proc bind "$T/fake" bind
	refused_at "/mounts/[0-9]+" /proc
}

@test "inside /proc: the files lxcfs provides are allowed" {
	echo "MemTotal: 1 kB" >"$T/meminfo"
	local name
	for name in cpuinfo diskstats meminfo stat swaps uptime loadavg; do
		add_mount /proc/$name bind "$T/meminfo" bind
	done
	inside 'cat /proc/meminfo'
	is "MemTotal: 1 kB"
}

# --- exhausted machines -------------------------------------------------------------------------------------------

@test "RLIMIT_NOFILE of the caller: too few fds is a clear error" {
	ocirun_only "crashes"
	args true
	apply_config
	local n
	for n in 5 6 7 8 9 10 12 14 16 20; do
		status=0
		(
			exec </dev/null >"$T/stdout" 2>"$T/stderr" 3>&- 4>&-
			ulimit -n $n
			exec "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID"
		) || status=$?
		[[ $status -eq 0 ]] && continue
		stderr=$(<"$T/stderr")
		[[ $status -eq 1 && $stderr == "ocirun: "* && $stderr != *$'\n'* ]] || { echo "with $n fds: $status $stderr"; false; }
	done
}

@test "no user namespaces are needed" {
	args true
	apply_config
	capture ocirun run -b "$BUNDLE" "$ID"
	succeeded
}

@test "stdout closed: state fails with one line" {
	ocirun_only "silent"
	args sleep 60
	create_ct
	status=0
	ocirun state "$ID" >/dev/full 2>"$T/err" || status=$?
	[[ $status -ne 0 && $(<"$T/err") == "ocirun: "* ]]
}
