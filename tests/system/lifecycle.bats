# SPDX-License-Identifier: Apache-2.0
# The OCI operations one after another: what each one does to the container,
# what it refuses, and the words and exit codes that engines rely on.
#
# shellcheck disable=SC2016,SC2154

load helpers

# --- run -------------------------------------------------------------------------

@test "run: output, exit code 0, nothing left" {
	sh_args 'echo out; echo $$'
	apply_config
	oracle_begin
	run_ct
	succeeded
	is $'out\n1'
	oracle_end
}

@test "run: the exit code of the payload is ours" {
	sh_args 'exit 42'
	run_ct
	exits 42
	equal "$stderr" ""
}

@test "run: a payload killed by a signal gives 128 + signal" {
	sh_args 'kill -TERM $$; sleep 5'
	config '.linux.namespaces |= map(select(.type != "pid"))'
	run_ct
	exits 143
}

@test "run: stdin of the caller is the payload's" {
	echo hello >"$T/in"
	STDIN=$T/in
	inside 'cat'
	is hello
}

@test "run: stdout and stderr stay apart" {
	sh_args 'echo one; echo two >&2'
	run_ct
	exits 0
	is one
	equal "$stderr" two
}

@test "run: a signal for the runtime reaches the payload" {
	sh_args 'trap "echo got; exit 7" TERM; echo up; while :; do sleep 0.05; done'
	apply_config
	ocirun run --bundle "$BUNDLE" "$ID" >"$T/out" 2>&1 &
	local pid=$! code=0
	wait_until file_has "$T/out" up
	# The child of the function's subshell when there is one, else the runtime itself.
	kill -TERM "$(pgrep -P "$pid" -f -- "$STATE" || echo "$pid")"
	wait "$pid" || code=$?
	equal "$(<"$T/out")" $'up\ngot'
	equal "$code" 7
}

@test "run --detach: returns at once, the payload goes on" {
	args sleep 60
	apply_config
	status=0
	ocirun run --detach --bundle "$BUNDLE" "$ID" >"$T/out" 2>"$T/err" </dev/null || status=$?
	exits 0
	[[ ! -s $T/out && ! -s $T/err ]]
	equal "$(state_of)" running
	stop_ct
	delete_ct
}

@test "run --keep: the stopped container stays until it is deleted" {
	args true
	run_ct --keep
	succeeded
	equal "$(state_of)" stopped
	delete_ct
	capture ocirun state "$ID"
	failed 1 "does not exist"
}

@test "run: a command that does not exist leaves nothing" {
	args no-such-command
	apply_config
	oracle_begin
	capture ocirun run --bundle "$BUNDLE" "$ID"
	failed 1 "ocirun: run $ID: " 'exec: "no-such-command": executable file not found in $PATH'
	oracle_end
}

@test "run: an orphan of the payload does not keep it waiting" {
	inside 'sleep 30 & echo done'
	is done
}

@test "run: the bundle is the working directory by default" {
	sh_args 'echo here'
	apply_config
	cd "$BUNDLE"
	capture ocirun run "$ID"
	succeeded
	is here
}

@test "run --no-subreaper is accepted" {
	inside 'echo ok' --no-subreaper
	is ok
}

# --- create and start ----------------------------------------------------------------

@test "create: silent, status created, payload not running" {
	sh_args 'echo ran'
	create_ct
	equal "$(state_of)" created
	[[ ! -s $T/out ]]
	start_ct
	wait_status stopped
	equal "$(<"$T/out")" ran
}

@test "create: the created process is alive and is the pid of state" {
	args sleep 60
	create_ct
	local pid
	pid=$(init_pid)
	[[ $pid -gt 1 && -d /proc/$pid ]]
	[[ $(readlink "/proc/$pid/ns/pid") != "$(readlink /proc/self/ns/pid)" ]]
}

@test "create: the pid stays the same through start" {
	args sleep 60
	create_ct
	local pid
	pid=$(init_pid)
	start_ct
	wait_status running
	equal "$(init_pid)" "$pid"
	wait_until file_has "/proc/$pid/comm" sleep
}

@test "create: --pid-file holds the pid, decimal, without a newline" {
	args sleep 60
	create_ct --pid-file "$T/pid"
	equal "$(wc -c <"$T/pid")" "$(printf %s "$(init_pid)" | wc -c)"
	equal "$(<"$T/pid")" "$(init_pid)"
	equal "$(find "$T" -maxdepth 1 -name '*pid*' | wc -l)" 1
}

@test "run --detach: --pid-file is there when it returns" {
	args sleep 60
	apply_config
	ocirun run -d --pid-file "$T/pid" -b "$BUNDLE" "$ID" >"$T/out" 2>&1 </dev/null
	equal "$(<"$T/pid")" "$(init_pid)"
}

@test "create: an old pid file is replaced" {
	printf 123456789012 >"$T/pid"
	args sleep 60
	create_ct --pid-file "$T/pid"
	equal "$(<"$T/pid")" "$(init_pid)"
}

@test "create: an impossible --pid-file is an error that leaves nothing" {
	args sleep 60
	apply_config
	oracle_begin
	capture ocirun_create --pid-file "$T/no/such/dir/pid"
	failed 1 "no such file or directory"
	oracle_end
}

@test "create: same id twice is refused, the first is not touched" {
	args sleep 60
	create_ct
	local pid
	pid=$(init_pid)
	capture ocirun create --bundle "$BUNDLE" "$ID"
	failed 1 "container with given ID already exists"
	equal "$(init_pid)" "$pid"
	equal "$(state_of)" created
	start_ct
}

@test "create: of ten at once with one id exactly one wins" {
	args sleep 60
	apply_config
	local i won=0 pids=()
	for i in {0..9}; do
		ocirun create -b "$BUNDLE" "$ID" >"$T/out.$i" 2>&1 </dev/null &
		pids+=($!)
	done
	for i in {0..9}; do
		! wait "${pids[i]}" || won=$((won + 1))
	done
	equal "$won" 1
	equal "$(cat "$T"/out.* | grep -c "already exists")" 9
	start_ct
	equal "$(state_of)" running
}

@test "create: ten different ids at once" {
	args sleep 60
	apply_config
	local i pids=()
	for i in {0..9}; do
		ocirun create -b "$BUNDLE" "$ID-$i" >"$T/out.$i" 2>&1 </dev/null &
		pids+=($!)
	done
	for i in {0..9}; do
		wait "${pids[i]}"
	done
	equal "$(cat "$T"/out.*)" ""
	equal "$(ocirun list -q | sort | wc -l)" 10
}

@test "create: a second container from the same bundle" {
	args sleep 60
	create_ct
	quiet_create_second() { ocirun create -b "$BUNDLE" "$ID-2" >"$T/out2" 2>&1; }
	quiet_create_second
	equal "$(<"$T/out2")" ""
	[[ $(init_pid) != "$(init_pid "$ID-2")" ]]
}

@test "create: config.json is not needed any more afterwards" {
	sh_args 'echo ran'
	create_ct
	rm "$CONFIG"
	start_ct
	wait_status stopped
	equal "$(<"$T/out")" ran
	delete_ct
}

@test "create --config: another file than config.json" {
	ocirun_only "--config is not an option"
	sh_args 'echo other'
	apply_config
	mv "$CONFIG" "$T/other.json"
	capture ocirun run --bundle "$BUNDLE" --config "$T/other.json" "$ID"
	succeeded
	is other
}

@test "start: a missing container does not exist" {
	capture ocirun start "$ID"
	failed 1 "ocirun: start $ID: " "does not exist"
}

@test "start: twice is refused" {
	running_ct
	capture ocirun start "$ID"
	failed 1 "cannot start an already running container"
	equal "$(state_of)" running
}

@test "start: a stopped container is refused" {
	args true
	create_ct
	start_ct
	wait_status stopped
	capture ocirun start "$ID"
	failed 1 "cannot start a container that has stopped"
}

@test "start: of a created container that was killed" {
	args sleep 60
	create_ct
	stop_ct
	capture ocirun start "$ID"
	failed 1 "cannot start a container that has stopped"
	delete_ct
}

@test "start: of ten at once exactly one wins" {
	ocirun_only "the losers hang"
	sh_args 'echo once; sleep 60'
	create_ct
	local i won=0 pids=()
	for i in {0..9}; do
		ocirun start "$ID" >"$T/out.$i" 2>&1 </dev/null &
		pids+=($!)
	done
	for i in {0..9}; do
		! wait "${pids[i]}" || won=$((won + 1))
	done
	equal "$won" 1
	wait_until file_has "$T/out" once
	equal "$(<"$T/out")" once
}

@test "start: works from another directory" {
	args sleep 60
	create_ct
	cd /
	start_ct
	equal "$(state_of)" running
}

# --- state ------------------------------------------------------------------------------

@test "state: every key of the OCI state, and those of runc" {
	config '.annotations = {"org.test.a": "b"}'
	args sleep 60
	create_ct
	capture ocirun state "$ID"
	succeeded
	equal "$(jq -r .id <<<"$output")" "$ID"
	equal "$(jq -r .bundle <<<"$output")" "$BUNDLE"
	equal "$(jq -r .rootfs <<<"$output")" "$ROOTFS"
	equal "$(jq -r '.annotations["org.test.a"]' <<<"$output")" b
	equal "$(jq -r .status <<<"$output")" created
	[[ $(jq -r .ociVersion <<<"$output") =~ ^1\.[0-9]+\.[0-9]+ ]]
	[[ $(jq -r .created <<<"$output") =~ ^20[0-9-]+T[0-9:]+(\.[0-9]+)?Z$ ]]
	[[ $(jq -r .pid <<<"$output") -gt 1 ]]
	equal "$(jq -r 'has("owner")' <<<"$output")" true
}

@test "state: created is the present time" {
	args sleep 60
	create_ct
	local at now
	at=$(date -d "$(state_of "$ID" .created)" +%s)
	now=$(date +%s)
	[[ $((now - at)) -ge -1 && $((now - at)) -le 5 ]]
}

@test "state: pid is 0 when stopped" {
	args true
	create_ct
	start_ct
	wait_status stopped
	equal "$(state_of "$ID" .pid)" 0
}

@test "state: a missing container" {
	capture ocirun state "$ID"
	failed 1 "ocirun: state $ID: " "does not exist"
}

@test "state: stopped after kill -9 of the init from outside" {
	running_ct
	kill -9 "$(init_pid)"
	wait_status stopped
}

@test "state: the bundle path is absolute and canonical" {
	args sleep 60
	apply_config
	ln -s bundle "$T/link"
	cd "$T"
	ocirun create -b ./link/../link "$ID" >"$T/out" 2>&1 </dev/null
	equal "$(state_of "$ID" .bundle)" "$BUNDLE"
}

@test "state: an annotation with quotes, controls and UTF-8 is printed as JSON" {
	config '.annotations = {"a\"b": "x\n\t\u0001\\ é €"}'
	args sleep 60
	create_ct
	equal "$(state_of "$ID" '.annotations["a\"b"]')" $'x\n\t\x01\\ é €'
}

# --- kill ---------------------------------------------------------------------------------

TRAPS='for s in HUP INT QUIT USR1 USR2 TERM 34 37 64; do trap "echo $s; exit" $s; done
	echo up; while :; do sleep 0.02; done'

killed_with() { # ARGUMENT SIGNAL-AS-THE-SHELL-PRINTS-IT
	sh_args "$TRAPS"
	create_ct
	start_ct
	wait_until file_has "$T/out" up
	quiet kill "$ID" $1
	wait_status stopped
	equal "$(sed -n 2p "$T/out")" "$2"
}

@test "kill: SIGTERM by default" { killed_with "" TERM; }
@test "kill: a name with SIG" { killed_with SIGUSR1 USR1; }
@test "kill: a name without SIG" { killed_with HUP HUP; }
@test "kill: a number" { killed_with 10 USR1; }

@test "kill: a name in lower case" {
	ocirun_only "takes upper case only"
	killed_with sigusr2 USR2
}

@test "kill: SIGRTMIN+3" {
	ocirun_only "does not know real-time names"
	killed_with SIGRTMIN+3 37
}

@test "kill: RTMAX" {
	ocirun_only "does not know real-time names"
	killed_with RTMAX 64
}

@test "kill: signal 0 probes only" {
	ocirun_only "refuses 0"
	running_ct
	quiet kill "$ID" 0
	equal "$(state_of)" running
}

@test "kill: an unknown signal is refused by name" {
	ocirun_only "numbers out of range are accepted"
	running_ct
	local signal
	for signal in SIGNOSUCH 65 -1 9x SIGRTMIN+99 SIG ''; do
		capture ocirun kill -- "$ID" "$signal"
		failed 1 "signal"
	done
	equal "$(state_of)" running
}

@test "kill: a created container" {
	args sleep 60
	create_ct
	stop_ct
	delete_ct
}

@test "kill: a stopped container is not running" {
	args true
	create_ct
	start_ct
	wait_status stopped
	capture ocirun kill "$ID" KILL
	failed 1 "ocirun: kill $ID: " "container not running" "no such process"
}

@test "kill --all: a stopped container is a success" {
	args true
	create_ct
	start_ct
	wait_status stopped
	quiet kill --all "$ID" KILL
}

@test "kill: a missing container does not exist" {
	capture ocirun kill "$ID" TERM
	failed 1 "does not exist"
}

@test "kill: goes to the init alone" {
	sh_args '(trap "echo child" TERM; while :; do sleep 0.02; done) &
		trap "echo init; exit" TERM; sleep 0.1; echo up; while :; do sleep 0.02; done'
	create_ct
	start_ct
	wait_until file_has "$T/out" up
	kill_ct TERM
	wait_status stopped
	equal "$(<"$T/out")" $'up\ninit'
}

@test "kill KILL: without a pid namespace the children die as well" {
	ocirun_only "1.1 kills the init alone"
	no_namespace pid
	sh_args 'sleep 61 & sleep 62 & echo up; sleep 63'
	create_ct
	start_ct
	wait_until file_has "$T/out" up
	kill_ct KILL
	wait_status stopped
	wait_until eval '! "$CACHE/oracle" procs "$TAG" "$T" | grep -q sleep'
}

@test "kill: the options -a, --all and a signal after the id" {
	running_ct
	quiet kill -a "$ID" 9
	wait_status stopped
	! is_ocirun || quiet kill "$ID" --all KILL
}

# --- delete ----------------------------------------------------------------------------------

@test "delete: a stopped container, with everything" {
	args true
	apply_config
	oracle_begin
	create_ct
	start_ct
	wait_status stopped
	delete_ct
	oracle_end
	capture ocirun state "$ID"
	failed 1 "does not exist"
}

@test "delete: a created container" {
	args sleep 60
	create_ct
	local pid
	pid=$(init_pid)
	delete_ct
	wait_until eval "[[ ! -d /proc/$pid/ns || ! -s /proc/$pid/cmdline ]]"
}

@test "delete: a running container is refused" {
	running_ct
	capture ocirun delete "$ID"
	failed 1 "cannot delete container $ID that is not stopped: running"
	equal "$(state_of)" running
}

@test "delete --force: a running container" {
	running_ct
	local pid
	pid=$(init_pid)
	quiet delete --force "$ID"
	[[ ! -s /proc/$pid/cmdline ]]
	capture ocirun state "$ID"
	failed 1 "does not exist"
}

@test "delete --force: twice, and a container that never was" {
	running_ct
	quiet delete -f "$ID"
	quiet delete -f "$ID"
	quiet delete --force "$ID-never"
}

@test "delete: a missing container does not exist" {
	capture ocirun delete "$ID"
	failed 1 "ocirun: delete $ID: " "does not exist"
}

@test "delete: the id is free again" {
	local i
	for i in 1 2 3; do
		args sleep 60
		create_ct
		quiet delete --force "$ID"
	done
	equal "$(ocirun list -q)" ""
}

@test "delete: works when bundle and rootfs are gone" {
	args true
	create_ct
	start_ct
	wait_status stopped
	rm -rf "$BUNDLE"
	delete_ct
}

@test "delete --force: a leftover directory without a state file" {
	mkdir -p "$STATE/$ID"
	quiet delete --force "$ID"
	[[ ! -e $STATE/$ID ]]
}

@test "delete --force: without a pid namespace nothing survives" {
	ocirun_only "prints warnings"
	no_namespace pid
	sh_args 'sleep 61 & sleep 62 & echo up; sleep 63'
	create_ct
	start_ct
	wait_until file_has "$T/out" up
	quiet delete --force "$ID"
	wait_until eval '! "$CACHE/oracle" procs "$TAG" "$T" | grep -q sleep'
}

# --- list ---------------------------------------------------------------------------------------

@test "list: nothing, as a table and as JSON" {
	capture ocirun list
	succeeded
	matches '^ID +PID +STATUS +BUNDLE +CREATED +OWNER *$'
	is_ocirun || return 0
	capture ocirun list --format json
	succeeded
	is '[]'
}

@test "list: a root that does not exist is empty" {
	ocirun_only "reports an error"
	STATE=$T/nowhere
	capture ocirun list -f json
	succeeded
	is '[]'
	[[ ! -e $STATE ]]
}

@test "list: JSON holds the same as state" {
	args sleep 60
	create_ct
	capture ocirun list --format=json
	succeeded
	local one
	one=$(ocirun state "$ID" | jq -S 'del(.owner)')
	equal "$(jq length <<<"$output")" 1
	equal "$(jq -S '.[0] | del(.owner)' <<<"$output")" "$one"
	equal "$(jq -r '.[0].owner' <<<"$output")" root
}

@test "list: the table" {
	args sleep 60
	create_ct
	capture ocirun list
	succeeded
	matches "$ID +$(init_pid) +created +$BUNDLE +20[0-9]{2}-"
	equal "$(wc -l <<<"$output")" 2
}

@test "list --quiet: ids only" {
	args sleep 60
	create_ct
	capture ocirun list -q
	succeeded
	is "$ID"
}

@test "list: stopped and running side by side" {
	args sleep 60
	create_ct
	stop_ct
	ocirun create -b "$BUNDLE" "$ID-2" >"$T/out" 2>&1 </dev/null
	start_ct "$ID-2"
	equal "$(ocirun list -f json | jq -r '[.[] | .id + "=" + .status] | sort | join(" ")')" \
		"$ID-2=running $ID=stopped"
}

@test "list: an unknown format is refused" {
	capture ocirun list --format xml
	failed 1 "xml"
}

@test "list: half-made directories do not make it fail" {
	args sleep 60
	create_ct
	mkdir "$STATE/$ID-half"
	: >"$STATE/$ID-file"
	capture ocirun list -q
	exits 0
	has "$ID"
	rm "$STATE/$ID-file"
}

# --- ids ------------------------------------------------------------------------------------------

@test "id: every legal character" {
	args true
	apply_config
	ID=A-z_0+9.$TAG
	capture ocirun run -b "$BUNDLE" "$ID"
	succeeded
}

@test "id: 1024 characters are too long for a directory, and said so" {
	ocirun_only "texts"
	args true
	apply_config
	capture ocirun create -b "$BUNDLE" "$(printf 'a%.0s' {1..1024})"
	[[ $status == 0 || $stderr == "ocirun: "* ]]
	[[ $status != 0 ]] || ocirun delete -f "$(printf 'a%.0s' {1..1024})"
}

@test "state root: private to its owner, and so is the state" {
	args sleep 60
	create_ct
	equal "$(($(stat -c 0%a "$STATE/$ID") & 0066))" 0
	equal "$(find "$STATE/$ID" -type f -perm /077)" ""
}

@test "state root: another root is another world" {
	args sleep 60
	create_ct
	capture "$OCIRUN" --root "$T/other" state "$ID"
	failed 1 "does not exist"
}

@test "state root: a path with several missing parts is created" {
	STATE=$T/a/b/c
	args sleep 60
	create_ct
	equal "$(state_of)" created
}

@test "caller: blocked signals and ignored SIGCHLD do not matter" {
	sh_args 'echo hi; exit 3'
	apply_config
	capture "$CACHE/peer" block "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID"
	exits 3
	is hi
}

@test "caller: umask 0777 does not matter" {
	sh_args 'umask; echo x >/tmp/file; stat -c %a /tmp/file'
	apply_config
	umask 0777
	status=0
	output=$(ocirun run -b "$BUNDLE" "$ID" 2>&1 </dev/null) || status=$?
	umask 022
	stderr=
	exits 0
	is $'0022\n644'
}

@test "caller: a deleted working directory does not matter" {
	sh_args 'pwd'
	apply_config
	mkdir "$T/gone"
	cd "$T/gone"
	rmdir "$T/gone"
	capture ocirun run -b "$BUNDLE" "$ID"
	cd /
	succeeded
	is /
}

@test "caller: closed stdin, stdout and stderr do not matter" {
	sh_args 'echo done >/tmp/done; ls /proc/self/fd >/tmp/fds'
	apply_config
	status=0
	ocirun run -b "$BUNDLE" "$ID" <&- >&- 2>&- || status=$?
	exits 0
	equal "$(<"$ROOTFS/tmp/done")" done
}

@test "caller: its stdout full or gone does not break create" {
	args sleep 60
	apply_config
	ocirun create -b "$BUNDLE" "$ID" >/dev/full 2>"$T/err" </dev/null
	equal "$(state_of)" created
}
