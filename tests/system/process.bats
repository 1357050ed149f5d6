# SPDX-License-Identifier: Apache-2.0
# The process: credentials, limits, environment, scheduling and everything else
# that config.json says about it, read back by the process itself.
#
# shellcheck disable=SC2016,SC2154

load helpers

# NAME of /proc/self/status in the container
status_field() { awk -v name="$1:" '$1 == name { $1 = ""; print substr($0, 2) }' <<<"$output"; }

# --- user ----------------------------------------------------------------------------

@test "user: uid and gid, all of them" {
	config '.process.user = {uid: 1000, gid: 2000}'
	inside 'cat /proc/self/status'
	equal "$(status_field Uid)" "1000 1000 1000 1000"
	equal "$(status_field Gid)" "2000 2000 2000 2000"
	equal "$(status_field Groups)" ""
}

@test "user: additional groups, in any order" {
	ocirun_only "1.1 takes 31 bits"
	config '.process.user = {uid: 1000, gid: 2000, additionalGids: [7, 5, 4000000000]}'
	inside 'cat /proc/self/status'
	equal "$(status_field Groups)" "5 7 4000000000"
}

@test "user: root has no group but its own" {
	inside 'cat /proc/self/status'
	[[ $(status_field Groups) == "" || $(status_field Groups) == 0 ]]
}

@test "user: a thousand groups" {
	config '.process.user.additionalGids = [range(10000; 11000)]'
	inside 'cat /proc/self/status'
	equal "$(status_field Groups | wc -w)" 1000
}

@test "user: names in /etc/passwd mean nothing" {
	echo "1000:x:0:0::/:/bin/sh" >>"$ROOTFS/etc/passwd"
	config '.process.user = {uid: 1000, gid: 1000}'
	inside 'id -u'
	is 1000
}

@test "user: the largest id" {
	ocirun_only "1.1 takes 31 bits"
	config '.process.user = {uid: 4294967294, gid: 4294967294}'
	inside 'grep -E "^(Uid|Gid)" /proc/self/status | tr "\t" " "'
	is $'Uid: 4294967294 4294967294 4294967294 4294967294\nGid: 4294967294 4294967294 4294967294 4294967294'
}

@test "user: ids out of range are refused at their place" {
	config '.process.user.uid = 4294967296'
	refused_at /process/user/uid
}

@test "user: a negative id is refused" {
	config '.process.user.gid = -1'
	refused_at /process/user/gid
}

@test "user: a string for an id is refused" {
	config '.process.user.uid = "1000"'
	refused_at /process/user/uid
}

@test "user: an unprivileged user cannot read root's files" {
	echo secret >"$ROOTFS/root/secret"
	chmod 600 "$ROOTFS/root/secret"
	config '.process.user = {uid: 1000, gid: 1000}'
	inside 'cat /root/secret 2>/dev/null || echo refused'
	is refused
}

@test "umask: default" { inside 'umask'; is 0022; }
@test "umask: as given" { config '.process.user.umask = 63'; inside 'umask'; is 0077; }
@test "umask: 0" { config '.process.user.umask = 0'; inside 'umask; touch /f; stat -c %a /f'; is $'0000\n666'; }

# --- working directory -----------------------------------------------------------------

@test "cwd: as given" { config '.process.cwd = "/usr"'; inside 'pwd'; is /usr; }

@test "cwd: missing, created" {
	config '.process.cwd = "/new/work/dir"'
	inside 'pwd; stat -c %a /new/work/dir'
	is $'/new/work/dir\n755'
}

@test "cwd: through a symlink of the image" {
	ln -s /usr "$ROOTFS/link"
	config '.process.cwd = "/link"'
	inside 'readlink /proc/self/cwd'
	is /usr
}

@test "cwd: a symlink that points out stays inside" {
	mkdir "$T/outside"
	: >"$T/outside/host-marker"
	ln -s "$T/outside" "$ROOTFS/link"
	config '.process.cwd = "/link"'
	sh_args 'ls'
	run_ct
	hasnt host-marker
}

@test "cwd: a directory only the user may enter" {
	mkdir -m 700 "$ROOTFS/mine"
	chown 1000:1000 "$ROOTFS/mine"
	config '.process.cwd = "/mine"' '.process.user = {uid: 1000, gid: 1000}'
	inside 'pwd'
	is /mine
}

@test "cwd: a file is refused" {
	config '.process.cwd = "/etc/passwd"'
	refused "not a directory"
}

@test "cwd: relative is refused at its place" {
	config '.process.cwd = "usr"'
	refused_at /process/cwd
}

@test "cwd: empty is refused at its place" {
	ocirun_only "taken as /"
	config '.process.cwd = ""'
	refused_at /process/cwd
}

@test "cwd: absent is refused" {
	ocirun_only "taken as /"
	config 'del(.process.cwd)'
	refused cwd
}

@test "cwd: on a mount of the config" {
	config '.process.cwd = "/work"'
	add_mount /work tmpfs "mark-$TAG" size=64k
	inside 'grep -c " /work " /proc/self/mountinfo; pwd; touch here && ls /work'
	is $'1\n/work\nhere'
	equal "$(ls -A "$ROOTFS/work")" ""
}

# --- environment ---------------------------------------------------------------------------

@test "env: exactly what is given" {
	config '.process.env = ["PATH=/bin", "HOME=/h", "A=1", "EMPTY=", "SP=a b"]'
	args env
	run_ct
	succeeded
	is $'PATH=/bin\nHOME=/h\nA=1\nEMPTY=\nSP=a b'
}

@test "env: nothing of the caller" {
	export FROM_CALLER=yes
	config '.process.env = ["PATH=/bin"]'
	inside 'env'
	hasnt FROM_CALLER
	hasnt BATS
}

@test "env: HOME from the image's passwd when it is missing" {
	config '.process.env = ["PATH=/bin"]'
	inside 'echo $HOME'
	is /root
}

@test "env: HOME of another user" {
	config '.process.env = ["PATH=/bin"]' '.process.user = {uid: 1000, gid: 1000}'
	inside 'echo $HOME'
	is /home/user
}

@test "env: HOME of a user that is not in passwd" {
	config '.process.env = ["PATH=/bin"]' '.process.user = {uid: 4242, gid: 1000}'
	inside 'echo $HOME'
	is /
}

@test "env: HOME without a passwd file" {
	rm "$ROOTFS/etc/passwd"
	config '.process.env = ["PATH=/bin"]'
	inside 'echo $HOME'
	[[ $output == / || $output == /root ]]
}

@test "env: the image's passwd is a symlink that points out: stays inside" {
	echo "root:x:0:0::/host-home:/bin/sh" >"$T/passwd"
	rm "$ROOTFS/etc/passwd"
	ln -s "$T/passwd" "$ROOTFS/etc/passwd"
	config '.process.env = ["PATH=/bin"]'
	inside 'echo $HOME'
	hasnt host-home
}

@test "env: the image's passwd is a FIFO: no waiting" {
	ocirun_only "waits for ever"
	rm "$ROOTFS/etc/passwd"
	mkfifo "$ROOTFS/etc/passwd"
	config '.process.env = ["PATH=/bin"]'
	inside 'echo $HOME'
	[[ $output == / || $output == /root ]]
}

@test "env: HOME given is kept" {
	config '.process.env = ["PATH=/bin", "HOME=/mine"]'
	inside 'echo $HOME'
	is /mine
}

@test "env: the last of two wins" {
	ocirun_only "1.1 keeps both"
	config '.process.env = ["PATH=/bin", "HOME=/", "A=1", "B=x", "A=2"]'
	args env
	run_ct
	succeeded
	equal "$(grep -c '^A=' <<<"$output")" 1
	has A=2
}

@test "env: an entry without = is refused at its place or passed on" {
	config '.process.env = ["PATH=/bin", "HOME=/", "NOEQUALS"]'
	sh_args 'echo ran'
	run_ct
	[[ $status -eq 0 && $output == ran || $stderr == *"/process/env/2"* || $NAME != ocirun* ]]
}

@test "env: a NUL byte is refused at its place" {
	config '.process.env = ["PATH=/bin", "A=x\u0000y"]'
	refused_at "/process/env/1"
}

@test "env: 10000 variables" {
	config '.process.env = ["PATH=/bin", "HOME=/"] + [range(10000) | "V\(.)=x"]'
	inside 'env | grep -c "^V[0-9]"'
	is 10000
}

@test "env: PATH of the config is searched, in its order" {
	mkdir "$ROOTFS/one" "$ROOTFS/two"
	printf '#!/bin/sh\necho one\n' >"$ROOTFS/one/tool"
	printf '#!/bin/sh\necho two\n' >"$ROOTFS/two/tool"
	chmod 755 "$ROOTFS/one/tool" "$ROOTFS/two/tool"
	config '.process.env = ["PATH=/none:/two:/one:/bin"]'
	args tool
	run_ct
	succeeded
	is two
}

@test "env: without PATH the usual one is searched" {
	ocirun_only "an error"
	config '.process.env = ["A=1"]'
	args echo found
	run_ct
	succeeded
	is found
}

# --- looking up the program ---------------------------------------------------------------------

@test "exec: not in PATH" {
	args no-such-program
	refused 'exec: "no-such-program": executable file not found in $PATH'
}

@test "exec: a missing path" {
	args /no/such/program
	refused "exec /no/such/program: no such file or directory"
}

@test "exec: not executable" {
	echo text >"$ROOTFS/bin/plain"
	chmod 644 "$ROOTFS/bin/plain"
	args /bin/plain
	refused "exec /bin/plain: permission denied"
}

@test "exec: a file without the bit in PATH is passed over" {
	mkdir "$ROOTFS/first"
	echo text >"$ROOTFS/first/echo"
	config '.process.env = ["PATH=/first:/bin"]'
	args echo found
	run_ct
	succeeded
	is found
}

@test "exec: a directory" {
	args /etc
	refused "exec /etc: "
}

@test "exec: relative to the working directory" {
	printf '#!/bin/sh\necho here\n' >"$ROOTFS/usr/tool"
	chmod 755 "$ROOTFS/usr/tool"
	config '.process.cwd = "/usr"'
	args ./tool
	run_ct
	succeeded
	is here
}

@test "exec: the format is unknown: start or create says so" {
	ocirun_only "texts"
	echo "no magic" >"$ROOTFS/bin/odd"
	chmod 755 "$ROOTFS/bin/odd"
	args /bin/odd
	run_ct
	[[ $status -ne 0 && $stderr == "ocirun: "*"exec format error"* && $stderr != *$'\n'* ]]
}

@test "exec: a script whose interpreter is missing" {
	ocirun_only "texts"
	printf '#!/no/such/interpreter\n' >"$ROOTFS/bin/script"
	chmod 755 "$ROOTFS/bin/script"
	args /bin/script
	run_ct
	[[ $status -ne 0 && $stderr == "ocirun: "*"no such file or directory"* && $stderr != *$'\n'* ]]
}

@test "exec: a symlink loop" {
	ln -s b "$ROOTFS/bin/a"
	ln -s a "$ROOTFS/bin/b"
	args /bin/a
	refused "exec /bin/a: "
}

@test "exec: a symlink that points out stays inside" {
	printf '#!/bin/sh\necho host\n' >"$T/tool"
	chmod 755 "$T/tool"
	ln -s "$T/tool" "$ROOTFS/bin/tool"
	args /bin/tool
	refused "no such file or directory"
}

@test "exec: args are passed as they are" {
	args printf '%s|' '' 'a b' "q'\"" '\n' '*' 'é'
	run_ct
	succeeded
	is "|a b|q'\"|\\n|*|é|"
}

@test "exec: argv[0] is what was written" {
	args sh -c 'cat /proc/$$/cmdline | tr "\0" "|"'
	run_ct
	succeeded
	matches '^sh\|-c\|'
}

@test "exec: no args is refused at its place" {
	config '.process.args = []'
	refused_at "/process(/args)?"
}

@test "exec: an empty name" {
	config '.process.args = [""]'
	refused exec
}

@test "exec: process missing is refused" {
	config 'del(.process)'
	refused process
}

@test "exec: an argument of 100 KiB" {
	config '.process.args = ["sh", "-c", "echo ${#0}", ("x" * 100000)]'
	run_ct
	succeeded
	is 100000
}

@test "exec: too large a list is an error, not a hang" {
	ocirun_only "texts"
	config '.process.args = ["true"] + [range(30) | "x" * 130000]' '.process.rlimits = [{type: "RLIMIT_STACK", soft: 1048576, hard: 1048576}]'
	run_ct
	[[ $status -ne 0 && $stderr == "ocirun: "*"argument list too long"* ]]
}

# --- capabilities -------------------------------------------------------------------------------------

caps() { # SET=LIST...: give exactly these, print the five sets
	local set all='.process.capabilities = {}'
	for set; do
		all+=" | .process.capabilities.${set%%=*} = (\"${set#*=}\" | split(\",\"))"
	done
	config "$all"
	inside 'cat /proc/self/status'
}

cap_sets() { # INH PRM EFF BND AMB, in hexadecimal
	equal "$(status_field CapInh) $(status_field CapPrm) $(status_field CapEff) \
$(status_field CapBnd) $(status_field CapAmb)" "$(printf '%016x %016x %016x %016x %016x' "$@")"
}

@test "capabilities: none" {
	config '.process.capabilities = {bounding: [], effective: [], permitted: [], inheritable: [], ambient: []}'
	inside 'cat /proc/self/status'
	cap_sets 0 0 0 0 0
}

@test "capabilities: an empty object" {
	config '.process.capabilities = {}'
	inside 'cat /proc/self/status'
	cap_sets 0 0 0 0 0
}

@test "capabilities: bounding, permitted, effective" {
	caps bounding=CAP_CHOWN,CAP_KILL permitted=CAP_CHOWN,CAP_KILL effective=CAP_CHOWN,CAP_KILL
	cap_sets 0 0x21 0x21 0x21 0
}

@test "capabilities: bounding alone, root gets them by exec" {
	caps bounding=CAP_CHOWN
	# Root gains the bounding set when it executes a file: the kernel's rule.
	equal "$(status_field CapBnd)" 0000000000000001
}

@test "capabilities: all five, as a user" {
	config '.process.user = {uid: 1000, gid: 1000}'
	caps bounding=CAP_CHOWN,CAP_NET_RAW permitted=CAP_CHOWN,CAP_NET_RAW effective=CAP_CHOWN,CAP_NET_RAW \
		inheritable=CAP_CHOWN,CAP_NET_RAW ambient=CAP_CHOWN
	# execve() leaves a user its ambient set, and keeps the inheritable one.
	cap_sets 0x2001 0x1 0x1 0x2001 0x1
}

@test "capabilities: a user without ambient ones has none after exec" {
	config '.process.user = {uid: 1000, gid: 1000}'
	caps bounding=CAP_CHOWN permitted=CAP_CHOWN effective=CAP_CHOWN
	cap_sets 0 0 0 0x1 0
}

@test "capabilities: inheritable and ambient are empty unless asked for" {
	inside 'cat /proc/self/status'
	equal "$(status_field CapInh) $(status_field CapAmb)" "0000000000000000 0000000000000000"
}

@test "capabilities: every name of the kernel that we have" {
	# CAP_SYS_RESOURCE and others may be missing on the host of the tests.
	local have
	have=$((16#$(awk '/^CapBnd/ { print $2 }' /proc/self/status)))
	"$OCIRUN" features 2>/dev/null >"$T/features" ||
		printf '{"linux":{"capabilities":["CAP_CHOWN"]}}' >"$T/features"
	local names=() n=0 name
	while read -r name; do
		! ((have >> n & 1)) || names+=("\"$name\"")
		n=$((n + 1))
	done < <(jq -r '.linux.capabilities[]' "$T/features" | head -41)
	local list
	list=$(IFS=,; echo "${names[*]}")
	config ".process.capabilities = {bounding: [$list], effective: [$list], permitted: [$list]}"
	inside 'cat /proc/self/status'
	equal "$(status_field CapEff)" "$(status_field CapBnd)"
}

@test "capabilities: an unknown name does not stop the container" {
	caps bounding=CAP_CHOWN,CAP_NO_SUCH permitted=CAP_CHOWN effective=CAP_CHOWN 2>/dev/null || true
	! is_ocirun || exits 0
}

@test "capabilities: no block at all keeps what the caller has" {
	ocirun_only "1.1 drops all"
	config 'del(.process.capabilities)'
	inside 'cat /proc/self/status'
	equal "$(status_field CapBnd)" "$(awk '/^CapBnd/ { print $2 }' /proc/self/status)"
}

@test "capabilities: effect: chown without CAP_CHOWN is refused" {
	caps bounding=CAP_KILL permitted=CAP_KILL effective=CAP_KILL
	config '.process.capabilities = {bounding: [], effective: [], permitted: []}'
	inside 'touch /f; chown 5 /f 2>/dev/null || echo refused'
	is refused
}

@test "noNewPrivileges: true" {
	config '.process.noNewPrivileges = true'
	inside 'cat /proc/self/status'
	equal "$(status_field NoNewPrivs)" 1
}

@test "noNewPrivileges: false" {
	config '.process.noNewPrivileges = false'
	inside 'cat /proc/self/status'
	equal "$(status_field NoNewPrivs)" 0
}

@test "noNewPrivileges together with a user and capabilities" {
	config '.process.noNewPrivileges = true' '.process.user = {uid: 1000, gid: 1000}'
	caps bounding=CAP_CHOWN permitted=CAP_CHOWN effective=CAP_CHOWN inheritable=CAP_CHOWN ambient=CAP_CHOWN
	cap_sets 1 1 1 1 1
	equal "$(status_field NoNewPrivs)" 1
}

# --- limits ---------------------------------------------------------------------------------------------

@test "rlimits: soft and hard as given" {
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200},
		{type: "RLIMIT_CORE", soft: 0, hard: 0}, {type: "RLIMIT_CPU", soft: 50, hard: 60}]'
	inside 'cat /proc/self/limits'
	matches 'Max open files +100 +200 '
	matches 'Max core file size +0 +0 '
	matches 'Max cpu time +50 +60 '
}

@test "rlimits: all sixteen names" {
	local type list=()
	for type in AS CORE CPU DATA FSIZE LOCKS MEMLOCK MSGQUEUE NICE NOFILE NPROC RSS RTPRIO RTTIME \
		SIGPENDING STACK; do
		# Lower than any hard limit: raising needs CAP_SYS_RESOURCE.
		case $type in
		AS | DATA | STACK | RSS | FSIZE) list+=("{type: \"RLIMIT_$type\", soft: 1073741824, hard: 1073741824}") ;;
		NICE | RTPRIO | CORE) list+=("{type: \"RLIMIT_$type\", soft: 0, hard: 0}") ;;
		*) list+=("{type: \"RLIMIT_$type\", soft: 64, hard: 64}") ;;
		esac
	done
	config ".process.rlimits = [$(IFS=,; echo "${list[*]}")]" \
		'.process.rlimits |= map(select(.type != "RLIMIT_STACK"))'
	inside 'cat /proc/self/limits'
	matches 'Max address space +1073741824 +1073741824 '
	matches 'Max pending signals +64 +64 '
	matches 'Max realtime timeout +64 +64 '
	matches 'Max file locks +64 +64 '
}

@test "rlimits: NOFILE 8 does not break the set-up" {
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 8, hard: 8}]'
	inside 'ulimit -n'
	is 8
}

@test "rlimits: NPROC 1 and FSIZE 0 do not break the set-up" {
	config '.process.rlimits = [{type: "RLIMIT_FSIZE", soft: 0, hard: 0}, {type: "RLIMIT_NPROC", soft: 1, hard: 1}]' \
		'.process.user = {uid: 4321, gid: 4321}'
	args true
	run_ct
	succeeded
}

@test "rlimits: the caller's others are inherited" {
	ocirun_only "Go raises it"
	ulimit -S -c 0
	ulimit -S -n 777
	config 'del(.process.rlimits)'
	inside 'ulimit -n'
	is 777
}

@test "rlimits: soft above hard is refused at its place" {
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 200, hard: 100}]'
	refused_at /process/rlimits/0
}

@test "rlimits: the same type twice is refused at its place" {
	ocirun_only "accepted"
	config '.process.rlimits = [{type: "RLIMIT_CPU", soft: 1, hard: 2}, {type: "RLIMIT_CPU", soft: 1, hard: 2}]'
	refused_at /process/rlimits/1 RLIMIT_CPU
}

@test "rlimits: an unknown type is refused at its place" {
	config '.process.rlimits = [{type: "RLIMIT_SLEEP", soft: 1, hard: 2}]'
	refused_at /process/rlimits/0 RLIMIT_SLEEP
}

@test "rlimits: raising the hard limit without the right is an error" {
	[[ $(ulimit -H -n) != unlimited ]] || cannot "the hard limit is unlimited"
	if (ulimit -H -n $(($(ulimit -H -n) + 1))) 2>/dev/null; then
		cannot "this machine may raise limits"
	fi
	config ".process.rlimits = [{type: \"RLIMIT_NOFILE\", soft: 1024, hard: $(($(ulimit -H -n) + 1))}]"
	refused "RLIMIT_NOFILE" "operation not permitted"
}

@test "oomScoreAdj: raised, and inherited by children" {
	config '.process.oomScoreAdj = 321'
	inside 'cat /proc/1/oom_score_adj; sh -c "cat /proc/self/oom_score_adj"'
	is $'321\n321'
	equal "$(</proc/self/oom_score_adj)" 0
}

@test "oomScoreAdj: absent keeps the caller's" {
	config 'del(.process.oomScoreAdj)'
	inside 'cat /proc/self/oom_score_adj'
	is "$(</proc/self/oom_score_adj)"
}

@test "oomScoreAdj: out of range is refused at its place" {
	config '.process.oomScoreAdj = 1001'
	refused oom
}

# --- scheduling -----------------------------------------------------------------------------------------------

@test "scheduler: SCHED_BATCH and nice" {
	ocirun_only "1.1 does not know it"
	config '.process.scheduler = {policy: "SCHED_BATCH", nice: 7}'
	inside 'cut -d" " -f19,41 /proc/self/stat'
	is "7 3"
}

@test "scheduler: SCHED_OTHER and nice" {
	ocirun_only "1.1 does not know it"
	config '.process.scheduler = {policy: "SCHED_OTHER", nice: 3}'
	inside 'cut -d" " -f19,41 /proc/self/stat'
	is "3 0"
}

@test "scheduler: SCHED_IDLE" {
	ocirun_only "1.1 does not know it"
	config '.process.scheduler = {policy: "SCHED_IDLE"}'
	inside 'cut -d" " -f41 /proc/self/stat'
	is 5
}

@test "scheduler: SCHED_FIFO with a priority" {
	ocirun_only "1.1 does not know it"
	config '.process.scheduler = {policy: "SCHED_FIFO", priority: 5}'
	inside 'cut -d" " -f40,41 /proc/self/stat'
	is "5 1"
}

@test "scheduler: SCHED_RR with SCHED_FLAG_RESET_ON_FORK" {
	ocirun_only "1.1 does not know it"
	config '.process.scheduler = {policy: "SCHED_RR", priority: 6, flags: ["SCHED_FLAG_RESET_ON_FORK"]}'
	inside 'cut -d" " -f40,41 /proc/1/stat; sh -c "cut -d\" \" -f41 /proc/self/stat"; true'
	is $'6 2\n0'
}

@test "scheduler: an unknown policy is refused at its place" {
	ocirun_only "1.1 does not know it"
	config '.process.scheduler = {policy: "SCHED_WHENEVER"}'
	refused_at /process/scheduler/policy SCHED_WHENEVER
}

@test "scheduler: a priority for SCHED_OTHER is refused" {
	ocirun_only "1.1 does not know it"
	config '.process.scheduler = {policy: "SCHED_OTHER", priority: 5}'
	refused_at "/process/scheduler(/priority)?" priority
}

@test "ioPriority: best effort 6" {
	ocirun_only "1.1 does not know it"
	config '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 6}'
	inside 'ionice -p 1'
	has best-effort
	has 6
}

@test "ioPriority: idle" {
	ocirun_only "1.1 does not know it"
	config '.process.ioPriority = {class: "IOPRIO_CLASS_IDLE", priority: 0}'
	inside 'ionice -p 1'
	has idle
}

@test "ioPriority: the caller's is not touched" {
	ocirun_only "1.1 does not know it"
	local before
	before=$(ionice -p $$)
	config '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 6}'
	args true
	run_ct
	succeeded
	equal "$(ionice -p $$)" "$before"
}

@test "ioPriority: an unknown class and a priority out of range are refused" {
	ocirun_only "1.1 does not know it"
	config '.process.ioPriority = {class: "IOPRIO_CLASS_XX", priority: 1}'
	refused_at "/process/ioPriority/class" IOPRIO_CLASS_XX
	config '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 8}'
	refused_at "/process/ioPriority(/priority)?"
}

@test "personality: LINUX32" {
	ocirun_only "1.1 does not know it"
	config '.linux.personality = {domain: "LINUX32"}'
	inside 'uname -m; cat /proc/self/personality'
	equal "$(line 2)" 00000008
	[[ $(line 1) != x86_64 ]]
}

@test "personality: LINUX" {
	ocirun_only "1.1 does not know it"
	config '.linux.personality = {domain: "LINUX"}'
	inside 'cat /proc/self/personality'
	is 00000000
}

@test "personality: an unknown domain is refused at its place" {
	ocirun_only "1.1 does not know it"
	config '.linux.personality = {domain: "BEOS"}'
	refused_at /linux/personality/domain BEOS
}

@test "memoryPolicy: bound to node 0" {
	ocirun_only "1.1 does not know it"
	[[ -e /proc/self/numa_maps ]] || cannot "the kernel has no NUMA"
	config '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0"}'
	inside 'grep -c "bind:0" /proc/self/numa_maps >/dev/null && echo bound'
	is bound
}

@test "memoryPolicy: interleaved, with a flag" {
	ocirun_only "1.1 does not know it"
	[[ -e /proc/self/numa_maps ]] || cannot "the kernel has no NUMA"
	config '.linux.memoryPolicy = {mode: "MPOL_INTERLEAVE", nodes: "0", flags: ["MPOL_F_STATIC_NODES"]}'
	inside 'grep -q "interleave=static:0" /proc/self/numa_maps && echo seen'
	is seen
}

@test "memoryPolicy: an unknown mode is refused at its place" {
	ocirun_only "1.1 does not know it"
	config '.linux.memoryPolicy = {mode: "MPOL_RANDOM", nodes: "0"}'
	refused_at /linux/memoryPolicy/mode MPOL_RANDOM
}

@test "timeOffsets: boottime and monotonic" {
	ocirun_only "1.1 does not know it"
	new_namespace time
	config '.linux.timeOffsets = {boottime: {secs: 1000000}, monotonic: {secs: 2000000, nanosecs: 5}}'
	inside 'cat /proc/self/timens_offsets; cut -d. -f1 /proc/uptime'
	matches 'monotonic +2000000 +5'
	matches 'boottime +1000000 +0'
	[[ $(line 3) -gt 1000000 ]]
}

@test "timeOffsets: without a time namespace are refused at their place" {
	ocirun_only "1.1 does not know it"
	config '.linux.timeOffsets = {boottime: {secs: 5}}'
	no_namespace time
	refused_at /linux/timeOffsets time
}

@test "timeOffsets: with a joined namespace are refused" {
	ocirun_only "1.1 does not know it"
	join_namespace time /proc/self/ns/time
	config '.linux.timeOffsets = {boottime: {secs: 5}}'
	refused_at /linux/timeOffsets
}

@test "affinity: the caller's is not inherited" {
	[[ $(nproc) -gt 1 ]] || cannot "one CPU"
	ocirun_only "1.1 inherits it"
	local all
	all=$(awk '/^Cpus_allowed_list/ { print $2 }' /proc/self/status)
	sh_args 'cat /proc/self/status'
	apply_config
	capture taskset -c "${all%%[-,]*}" "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID"
	succeeded
	equal "$(status_field Cpus_allowed_list)" "$all"
}

# --- session, signals, keyring ------------------------------------------------------------------------------------

@test "session: the payload leads its own" {
	inside 'cut -d" " -f5,6 /proc/1/stat'
	is "1 1"
}

@test "signals: none blocked, none ignored" {
	ocirun_only "inherits them"
	args cat /proc/self/status
	apply_config
	capture "$CACHE/peer" block "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID"
	succeeded
	equal "$(status_field SigBlk)" 0000000000000000
	equal "$(status_field SigIgn)" 0000000000000000
}

@test "parent death: the payload does not die with the process that created it" {
	sh_args 'sleep 0.3; echo alive; sleep 60'
	apply_config
	sh -c '"$@"' - "$OCIRUN" --root "$STATE" run -d -b "$BUNDLE" "$ID" >"$T/out" 2>&1 </dev/null
	wait_until file_has "$T/out" alive
}

@test "keyring: a new session keyring, named after the container" {
	config 'del(.linux.maskedPaths)'
	sh_args 'cat /proc/keys'
	run_ct
	exits 0
	has "_ses.$ID"
}

@test "keyring: --no-new-keyring" {
	config 'del(.linux.maskedPaths)'
	sh_args 'cat /proc/keys'
	run_ct --no-new-keyring
	exits 0
	hasnt "_ses.$ID"
}

@test "keyring: gone with the container" {
	running_ct
	grep -q "_ses.$ID" /proc/keys
	stop_ct
	delete_ct
	wait_until eval '! grep -q "_ses.$ID" /proc/keys'
}

@test "dumpable: the payload can be read by itself" {
	config '.process.user = {uid: 1000, gid: 1000}'
	inside 'ls /proc/self/fd >/dev/null && cat /proc/self/environ >/dev/null && echo ok'
	is ok
}

@test "stdio: a pipe belongs to the user of the container" {
	config '.process.user = {uid: 1000, gid: 1000}'
	sh_args 'echo to-fd >/proc/self/fd/1'
	apply_config
	output=$(ocirun run -b "$BUNDLE" "$ID" </dev/null 2>&1 | cat)
	status=0
	stderr=
	is to-fd
}

@test "stdio: the owner of /dev/null and of other devices stays" {
	config '.process.user = {uid: 1000, gid: 1000}'
	sh_args 'true'
	apply_config
	oracle_begin
	ocirun run -b "$BUNDLE" "$ID" </dev/zero >/dev/null 2>/dev/full
	oracle_end
}

# --- not in this version ----------------------------------------------------------------------------------------------

@test "seccomp is not in this version, and the error names the key" {
	ocirun_only
	config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW"}'
	refused_at /linux/seccomp
}

@test "apparmorProfile is not in this version, and the error names the key" {
	ocirun_only
	config '.process.apparmorProfile = "docker-default"'
	refused_at /process/apparmorProfile
}

@test "selinuxLabel and mountLabel are not in this version, and the error names the key" {
	ocirun_only
	config '.process.selinuxLabel = "system_u:system_r:container_t:s0"'
	refused_at /process/selinuxLabel
	config 'del(.process.selinuxLabel)' '.linux.mountLabel = "system_u:object_r:container_file_t:s0"'
	refused_at /linux/mountLabel
}

@test "the systemd cgroup driver is not in this version, and the error says so" {
	ocirun_only
	apply_config
	capture ocirun --systemd-cgroup create -b "$BUNDLE" "$ID"
	failed 1 systemd
}
