# SPDX-License-Identifier: Apache-2.0
# The six kinds of hooks: what they are given, where they run, what their
# failure does.
#
# shellcheck disable=SC2016,SC2154

load helpers

KINDS=(prestart createRuntime createContainer startContainer poststart poststop)

# hook KIND SCRIPT [MORE-JSON]: run sh -c SCRIPT.  A script of a startContainer
# hook runs in the container: /tmp/log there; of the others on the host: $T/log.
hook() {
	local script
	script=$(jq -Rs . <<<"$2")
	config ".hooks.$1 += [{path: \"/bin/sh\", args: [\"sh\", \"-c\", $script]} + ${3:-{\}}]"
}

log_of() {
	case $1 in
	startContainer) echo "$ROOTFS/tmp/log" ;;
	*) echo "$T/log" ;;
	esac
}
log_in() {
	case $1 in
	startContainer) echo /tmp/log ;;
	*) echo "$T/log" ;;
	esac
}

whole_life() {
	args "${@:-true}"
	create_ct
	start_ct
	wait_status stopped
	delete_ct
}

# --- state on stdin -------------------------------------------------------------------

state_on_stdin() { # KIND STATUS
	hook "$1" "cat >$(log_in "$1")"
	config '.annotations = {"org.test.hook": "yes"}'
	args sleep 60
	create_ct
	start_ct
	local pid
	pid=$(init_pid)
	quiet delete --force "$ID"
	local log
	log=$(log_of "$1")
	[[ -s $log ]]
	equal "$(jq -r .id "$log")" "$ID"
	equal "$(jq -r .status "$log")" "$2"
	equal "$(jq -r .bundle "$log")" "$BUNDLE"
	equal "$(jq -r '.annotations["org.test.hook"]' "$log")" yes
	[[ $(jq -r .ociVersion "$log") == 1.* ]]
	seen=$(jq -r .pid "$log")
	expected=$pid
}

@test "stdin of prestart: creating, the pid of the host" {
	state_on_stdin prestart creating
	equal "$seen" "$expected"
}

@test "stdin of createRuntime: creating, the pid of the host" {
	state_on_stdin createRuntime creating
	equal "$seen" "$expected"
}

@test "stdin of createContainer: creating, a pid" {
	state_on_stdin createContainer creating
	[[ $seen == "$expected" || $seen == 1 ]]
}

@test "stdin of startContainer: created, the pid in the container" {
	state_on_stdin startContainer created
	equal "$seen" 1
}

@test "stdin of poststart: running, the pid of the host" {
	ocirun_only "1.1 says created"
	state_on_stdin poststart running
	equal "$seen" "$expected"
}

@test "stdin of poststop: stopped" {
	state_on_stdin poststop stopped
	[[ $seen == 0 || $seen == null ]]
}

# --- environment, arguments, place -------------------------------------------------------

exact_env() { # KIND
	# The shell adds PWD, SHLVL and _ (and PATH when it is missing) for its children.
	hook "$1" "cat /proc/self/environ | tr '\\0' '\\n' >$(log_in "$1")" \
		'{env: ["A=1", "B=two words", "PATH=/bin:/usr/bin"]}'
	export FROM_CALLER=secret
	whole_life
	equal "$(grep -v '^\(PWD\|SHLVL\|_\)=' "$(log_of "$1")" | sort)" $'A=1\nB=two words\nPATH=/bin:/usr/bin'
}

@test "env of prestart: exactly as given" { exact_env prestart; }
@test "env of createRuntime: exactly as given" { exact_env createRuntime; }
@test "env of createContainer: exactly as given" { exact_env createContainer; }
@test "env of startContainer: exactly as given" { exact_env startContainer; }
@test "env of poststart: exactly as given" { exact_env poststart; }
@test "env of poststop: exactly as given" { exact_env poststop; }

@test "env absent: nothing of the caller's" {
	ocirun_only "inherits"
	hook createRuntime "tr '\\0' '\\n' </proc/self/environ >$T/log"
	export FROM_CALLER=secret
	whole_life
	refute grep -q FROM_CALLER "$T/log"
}

@test "args: as given, argv[0] included" {
	local sh
	sh=$(readlink -f /bin/sh)
	printf '#!%s\ntr "\\0" "|" </proc/$$/cmdline >%s/log\n' "$sh" "$T" >"$T/hook"
	chmod 755 "$T/hook"
	config ".hooks.createRuntime = [{path: \"$T/hook\", args: [\"any name\", \"a b\", \"\", \"c\"]}]"
	whole_life
	[[ $(<"$T/log") == *"|a b||c|" ]]
}

@test "args absent: argv[0] is the path" {
	printf '#!/bin/sh\necho "$#" >%s/log\n' "$T" >"$T/hook"
	chmod 755 "$T/hook"
	config ".hooks.createRuntime = [{path: \"$T/hook\"}]"
	whole_life
	equal "$(<"$T/log")" 0
}

place() { # KIND: mnt and pid namespace of the hook, and its /
	hook "$1" "{ readlink /proc/self/ns/mnt /proc/self/ns/pid 2>/dev/null || {
		readlink /proc/self/ns/mnt; readlink /proc/self/ns/pid; }; pwd; } >$(log_in "$1")"
	whole_life
	output=$(<"$(log_of "$1")")
}

in_runtime() {
	place "$1"
	has "$(readlink /proc/self/ns/mnt)"
	has "$(readlink /proc/self/ns/pid)"
}

@test "prestart runs in the runtime's namespaces" { in_runtime prestart; }
@test "createRuntime runs in the runtime's namespaces" { in_runtime createRuntime; }
@test "poststart runs in the runtime's namespaces" { in_runtime poststart; }
@test "poststop runs in the runtime's namespaces" { in_runtime poststop; }

@test "createContainer runs in the container's namespaces, with the host's files" {
	place createContainer
	hasnt "$(readlink /proc/self/ns/mnt)"
	has "mnt:["
}

@test "startContainer runs in the container's namespaces and root" {
	place startContainer
	hasnt "$(readlink /proc/self/ns/mnt)"
	has "mnt:["
	[[ ! -e $T/log ]]
}

@test "the working directory of a hook on the host is the bundle" {
	ocirun_only "its own for some kinds"
	local kind
	for kind in prestart createRuntime poststart poststop; do
		hook $kind "pwd >>$T/log"
	done
	whole_life
	equal "$(sort -u "$T/log")" "$BUNDLE"
}

@test "createRuntime: the mounts are there before the pivot" {
	hook createRuntime 'pid=$(sed "s/.*\"pid\": *\([0-9]*\).*/\1/" | tr -dc 0-9)
		cat /proc/$pid/mountinfo >'"$T/log"
	whole_life
	grep -q "$ROOTFS/proc " "$T/log"
}

@test "createRuntime: the network namespace can be set up by pid" {
	hook createRuntime 'pid=$(tr -d " \n" | sed "s/.*\"pid\":\([0-9]*\).*/\1/")
		nsenter --net=/proc/$pid/ns/net ip link set dev lo mtu 4321'
	args sh -c 'cat /sys/class/net/lo/mtu'
	run_ct
	succeeded
	is 4321
}

@test "createContainer: what it writes into the rootfs is seen by the payload" {
	hook createContainer "echo from-hook >$ROOTFS/from-hook"
	inside 'cat /from-hook'
	is from-hook
}

@test "createContainer: a mount it makes below the rootfs is the container's" {
	mkdir "$ROOTFS/extra"
	hook createContainer "mount -t tmpfs hook-$TAG $ROOTFS/extra"
	inside 'grep -c " /extra " /proc/self/mountinfo'
	is 1
	refute grep -q "hook-$TAG" /proc/self/mountinfo
}

@test "startContainer: after the pivot, before the payload" {
	hook startContainer 'echo hook >>/tmp/order'
	sh_args 'echo payload >>/tmp/order'
	create_ct
	[[ ! -e $ROOTFS/tmp/order ]]
	start_ct
	wait_status stopped
	equal "$(<"$ROOTFS/tmp/order")" $'hook\npayload'
}

@test "poststart: the payload is running" {
	ocirun_only "1.1 runs it at create"
	hook poststart "sleep 0.1; cat /proc/\$(tr -d ' \\n' | sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/')/comm >$T/log"
	args sleep 60
	create_ct
	[[ ! -e $T/log ]]
	start_ct
	equal "$(<"$T/log")" sleep
}

@test "poststop: at delete, when the container is gone" {
	hook poststop "echo ran >>$T/log"
	running_ct
	stop_ct
	[[ ! -e $T/log ]]
	delete_ct
	equal "$(<"$T/log")" ran
}

@test "poststop: also by delete --force and at the end of run" {
	hook poststop "echo ran >>$T/log"
	running_ct
	quiet delete --force "$ID"
	equal "$(<"$T/log")" ran
	args true
	run_ct
	equal "$(<"$T/log")" $'ran\nran'
}

@test "order: kinds and entries as written" {
	local kind
	for kind in prestart createRuntime createContainer poststart poststop; do
		hook $kind "echo $kind 1 >>$T/log"
		hook $kind "echo $kind 2 >>$T/log"
	done
	whole_life sleep 0.2
	equal "$(<"$T/log")" "prestart 1
prestart 2
createRuntime 1
createRuntime 2
createContainer 1
createContainer 2
poststart 1
poststart 2
poststop 1
poststop 2"
}

@test "no descriptor of the runtime reaches a hook" {
	ocirun_only "1.1 leaks three"
	local kind
	for kind in "${KINDS[@]}"; do
		hook $kind "ls /proc/self/fd | sort -n | tr '\\n' ' ' >$(log_in $kind).$kind"
	done
	whole_life sleep 0.1
	for kind in "${KINDS[@]}"; do
		# 3 is the directory that ls itself reads
		equal "$(<"$(log_of $kind).$kind")" "0 1 2 3 "
	done
}

@test "signal mask and dispositions of a hook are the default ones" {
	ocirun_only "inherits"
	hook createRuntime "grep -E 'Sig(Blk|Ign)' /proc/self/status >$T/log"
	args true
	apply_config
	capture "$CACHE/peer" block "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID"
	succeeded
	[[ $(tr -d '\t\n' <"$T/log") == "SigBlk:0000000000000000SigIgn:0000000000000000" ]]
}

# --- failure ---------------------------------------------------------------------------------

fails_create() { # KIND
	hook "$1" 'exit 3'
	args true
	refused_at "/hooks/$1/0" 3
	[[ ! -e $STATE/$ID ]]
}

@test "failure of prestart: create fails" { fails_create prestart; }
@test "failure of createRuntime: create fails" { fails_create createRuntime; }
@test "failure of createContainer: create fails" { fails_create createContainer; }

@test "failure of createRuntime: the later hooks do not run, poststop does" {
	hook createRuntime 'exit 1'
	hook createRuntime "echo later >>$T/log"
	hook createContainer "echo later >>$T/log"
	args true
	apply_config
	capture ocirun_create
	[[ $status -ne 0 ]]
	[[ ! -s $T/log ]]
}

@test "failure of startContainer: start fails, the payload does not run" {
	ocirun_only "start does not wait"
	hook startContainer 'exit 4'
	sh_args 'echo ran >/tmp/ran'
	create_ct
	capture ocirun start "$ID"
	failed 1
	[[ ! -e $ROOTFS/tmp/ran ]]
	! is_ocirun || [[ $stderr =~ /hooks/startContainer/0 ]]
}

@test "failure of poststart: start fails and the container is stopped" {
	ocirun_only "1.1 kills it at once, other texts"
	hook poststart 'exit 5'
	args sleep 60
	create_ct
	capture ocirun start "$ID"
	failed 1
	[[ $stderr =~ /hooks/poststart/0 ]]
	wait_until eval '! ocirun state "$ID" || has_status stopped "$ID"'
}

@test "failure of poststop: delete succeeds all the same" {
	ocirun_only "reports it"
	hook poststop 'exit 6'
	hook poststop "echo second >$T/log"
	args true
	create_ct
	start_ct
	wait_status stopped
	capture ocirun delete "$ID"
	exits 0
	[[ ! -e $STATE/$ID ]]
	equal "$(<"$T/log")" second
}

@test "a hook killed by a signal: the error says which" {
	hook createRuntime 'kill -9 $$'
	args true
	refused createRuntime
	! is_ocirun || [[ $stderr == *9* || $stderr == *[Kk][Ii][Ll][Ll]* ]]
}

@test "a missing hook" {
	config ".hooks.createRuntime = [{path: \"$T/no-such-hook\"}]"
	refused_at /hooks/createRuntime/0 "no-such-hook" "no such file or directory"
}

@test "a hook that is not executable" {
	echo "#!/bin/sh" >"$T/hook"
	chmod 644 "$T/hook"
	config ".hooks.createRuntime = [{path: \"$T/hook\"}]"
	refused_at /hooks/createRuntime/0 "permission denied"
}

@test "a relative path is refused" {
	config '.hooks.createRuntime = [{path: "bin/true"}]'
	refused_at "/hooks/createRuntime/0(/path)?"
}

@test "a path is required" {
	ocirun_only "fails later"
	config '.hooks.poststop = [{args: ["x"]}]'
	refused_at "/hooks/poststop/0"
}

@test "an unknown kind of hook does not run and does not matter" {
	config ".hooks.createNothing = [{path: \"/bin/sh\", args: [\"sh\", \"-c\", \"echo x >$T/log\"]}]"
	inside 'echo ok'
	is ok
	[[ ! -e $T/log ]]
}

@test "what a hook prints does not come out of a successful create" {
	hook createRuntime 'echo noise; echo more >&2'
	args sleep 60
	apply_config
	ocirun create -b "$BUNDLE" "$ID" >"$T/out" 2>"$T/err" </dev/null
	! is_ocirun || [[ ! -s $T/out ]]
}

# --- time -----------------------------------------------------------------------------------------

@test "timeout: a hook that takes longer is killed, with its children" {
	ocirun_only "leaves the children"
	hook createRuntime "sleep 77 & echo \$! >$T/out; sleep 78" '{timeout: 1}'
	args true
	local begin=$SECONDS
	refused createRuntime
	[[ $((SECONDS - begin)) -le 4 ]]
	! is_ocirun || { sleep 0.1; [[ ! -s /proc/$(<"$T/out")/cmdline ]] || { kill "$(<"$T/out")"; false; }; }
	kill "$(<"$T/out")" 2>/dev/null || true
}

@test "timeout: a hook in time is left alone" {
	hook createRuntime "sleep 0.1; echo done >$T/log" '{timeout: 20}'
	whole_life
	equal "$(<"$T/log")" done
}

@test "timeout: 0 and below are refused at their place" {
	ocirun_only "accepted"
	config '.hooks.createRuntime = [{path: "/bin/true", timeout: 0}]'
	refused_at /hooks/createRuntime/0/timeout
	config '.hooks.createRuntime[0].timeout = -5'
	refused_at /hooks/createRuntime/0/timeout
}

@test "a hook that does not read its stdin" {
	config '.annotations = {big: ("x" * 200000)}'
	hook createRuntime 'exec <&-; sleep 0.05; exit 0'
	hook poststart 'exit 0'
	whole_life
}

@test "a hook that closes everything" {
	hook createRuntime 'exec <&- >&- 2>&-; exit 0'
	whole_life
}

@test "a large state reaches the hook whole" {
	config '.annotations = {big: ("x" * 200000)}'
	hook createRuntime "wc -c >$T/log"
	whole_life
	[[ $(<"$T/log") -gt 200000 ]]
}

@test "a hook that leaves a daemon behind, holding its stdio, does not stop create" {
	ocirun_only "waits for it"
	hook createRuntime "(sleep 3; echo \$\$) & echo \$! >$T/child; exit 0" '{timeout: 10}'
	args sleep 60
	apply_config
	local begin=$SECONDS
	ocirun create -b "$BUNDLE" "$ID" >"$T/out" 2>"$T/err" </dev/null
	[[ $((SECONDS - begin)) -le 2 ]]
	equal "$(state_of)" created
	kill "$(<"$T/child")" 2>/dev/null || true
}

@test "300 hooks" {
	config ".hooks.createRuntime = [range(300) | {path: \"/bin/sh\", args: [\"sh\", \"-c\", \"echo x >>$T/log\"]}]"
	whole_life
	equal "$(wc -l <"$T/log")" 300
}
