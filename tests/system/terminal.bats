# SPDX-License-Identifier: Apache-2.0
# Terminals: the console socket of engines, and the runtime in the foreground of
# a terminal of its own.
#
# shellcheck disable=SC2016,SC2154

load helpers

listen() { # SOCKET: a receiver; what it got is $T/got
	background "$CACHE/peer" fd "$1" >"$T/got" 2>&1 </dev/null
	wait_until is_socket "$1"
}

# create with a console socket; payload SCRIPT
console_ct() {
	config '.process.terminal = true'
	sh_args "$1"
	apply_config
	listen "$T/sock"
	create_ct --console-socket "$T/sock"
}

on_terminal() { # ROWSxCOLS SCRIPT STEP...: `run` in the foreground of a terminal
	local size=$1
	config '.process.terminal = true'
	sh_args "$2"
	shift 2
	apply_config
	status=0
	output=$("$CACHE/peer" pty "$size" "$@" -- "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID" </dev/null 3>&-) ||
		status=$?
	output=${output//$'\r'/}
	stderr=
}

@test "console socket: one message, one fd, a pty master of the container" {
	console_ct 'sleep 60'
	wait_until file_has "$T/got" "then"
	grep -q '^message fds=1 truncated=0' "$T/got"
	grep -q '^then eof' "$T/got"
	grep -q '^fd .* char rdev=5:2 fs=1cd1 slave=/dev/pts/' "$T/got"
}

@test "console socket: the payload names the terminal" {
	console_ct 'sleep 60'
	wait_until file_has "$T/got" "then"
	matches_file '^message .*payload=/dev/pts/[0-9]+' || matches_file '^message .*payload=.*pt'
}
matches_file() { grep -qE "$1" "$T/got"; }

@test "console socket: output arrives, also what is written before start returns" {
	console_ct 'echo hello; tty; sleep 60'
	start_ct
	wait_until file_has "$T/got" hello
	wait_until matches_file '/dev/(pts/0|console)'
}

@test "console socket: input arrives" {
	config '.process.terminal = true'
	sh_args 'read x; echo "got:$x:"; sleep 60'
	apply_config
	mkfifo "$T/keys"
	exec 6<>"$T/keys"
	background "$CACHE/peer" fd "$T/sock" <&6 >"$T/got" 2>&1
	wait_until is_socket "$T/sock"
	create_ct --console-socket "$T/sock"
	start_ct
	echo typed >&6
	wait_until file_has "$T/got" got:typed:
	exec 6>&-
}

@test "console socket: stdin, stdout and stderr are the terminal" {
	console_ct 'for i in 0 1 2; do stat -L -c %t:%T /proc/self/fd/$i; done; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo all; sleep 60'
	start_ct
	wait_until file_has "$T/got" all
	equal "$(grep -c '^88:' "$T/got")" 3
}

@test "console socket: it is the controlling terminal of the payload" {
	console_ct 'cut -d" " -f5-8 /proc/self/stat; echo x >/dev/tty && echo tty-ok; sleep 60'
	start_ct
	wait_until file_has "$T/got" tty-ok
}

@test "console: /dev/console is the terminal" {
	console_ct 'stat -c "%F %t" /dev/console; echo via-console >/dev/console; grep -c " /dev/console " /proc/self/mountinfo; sleep 60'
	start_ct
	wait_until file_has "$T/got" via-console
	grep -q "character special file 88" "$T/got"
}

@test "console: owned by the user of the container" {
	config '.process.user = {uid: 1000, gid: 1000}'
	console_ct 'stat -c "owner %u" /dev/pts/0; echo x >/dev/pts/0; echo end; sleep 60'
	start_ct
	wait_until file_has "$T/got" end
	grep -q "owner 1000" "$T/got"
}

@test "consoleSize: set before the payload runs" {
	config '.process.consoleSize = {height: 33, width: 99}'
	console_ct 'stty size; sleep 60'
	start_ct
	wait_until file_has "$T/got" "33 99"
}

@test "consoleSize: already set when the receiver gets the fd" {
	ocirun_only "may be later"
	config '.process.consoleSize = {height: 33, width: 99}'
	console_ct 'sleep 60'
	wait_until file_has "$T/got" "then"
	grep -q 'size=33x99' "$T/got"
}

@test "console: the instance of the container, not the host's" {
	local before
	before=$(ls /dev/pts)
	console_ct 'ls /dev/pts; sleep 60'
	start_ct
	wait_until file_has "$T/got" ptmx
	equal "$(ls /dev/pts)" "$before"
}

@test "terminal without a console socket: create is refused" {
	config '.process.terminal = true'
	args true
	apply_config
	oracle_begin
	capture ocirun create -b "$BUNDLE" "$ID"
	failed 1 "console socket"
	oracle_end
}

@test "terminal without a console socket: run --detach is refused" {
	config '.process.terminal = true'
	args true
	apply_config
	capture ocirun run --detach -b "$BUNDLE" "$ID"
	failed 1 "console socket"
}

@test "a console socket without a terminal is refused" {
	config '.process.terminal = false'
	args true
	apply_config
	listen "$T/sock"
	capture ocirun create --console-socket "$T/sock" -b "$BUNDLE" "$ID"
	failed 1 "console socket"
}

@test "a console socket that nobody listens on" {
	config '.process.terminal = true'
	args true
	apply_config
	oracle_begin
	capture ocirun create --console-socket "$T/nobody" -b "$BUNDLE" "$ID"
	failed 1 "nobody" "no such file or directory"
	oracle_end
}

@test "a console socket that is an ordinary file" {
	config '.process.terminal = true'
	args true
	apply_config
	: >"$T/plain"
	oracle_begin
	capture ocirun create --console-socket "$T/plain" -b "$BUNDLE" "$ID"
	failed 1 "plain"
	oracle_end
}

@test "a console socket path longer than a socket address" {
	ocirun_only "texts"
	config '.process.terminal = true'
	args true
	apply_config
	local deep
	deep=$T/$(printf 'd%.0s' {1..120})
	mkdir "$deep"
	(cd "$deep" && exec "$CACHE/peer" fd sock >"$T/got" 2>&1 </dev/null 3>&- 4>&-) &
	BACKGROUND+=($!)
	wait_until is_socket "$deep/sock"
	capture ocirun create --console-socket "$deep/sock" -b "$BUNDLE" "$ID"
	# Either it copes, or it says so: never a truncated path.
	[[ $status -eq 0 ]] || failed 1 "too long"
}

@test "a terminal without devpts in the mounts" {
	ocirun_only "texts"
	config '.mounts |= map(select(.type != "devpts"))' '.process.terminal = true'
	args true
	apply_config
	listen "$T/sock"
	capture ocirun create --console-socket "$T/sock" -b "$BUNDLE" "$ID"
	[[ $status -ne 0 && $stderr == "ocirun: "* ]] || [[ $status -eq 0 ]]
}

# --- in the foreground -----------------------------------------------------------------------

@test "foreground: output and exit code" {
	on_terminal 24x80 'echo hello; exit 9'
	exits 9
	is hello
}

@test "foreground: a terminal inside" {
	on_terminal 24x80 '[ -t 0 ] && [ -t 1 ] && tty'
	exits 0
	matches '/dev/(pts/0|console)'
}

@test "foreground: under script(1)" {
	config '.process.terminal = true'
	sh_args 'tty; echo end'
	apply_config
	output=$(script -qec "$OCIRUN --root $STATE run -b $BUNDLE $ID" /dev/null </dev/null 3>&- | tr -d '\r')
	has end
	hasnt "not a tty"
}

@test "foreground: starts with the size of the caller's terminal" {
	on_terminal 31x77 'sleep 0.2; stty size'
	has "31 77"
}

@test "foreground: consoleSize does not hide the caller's size" {
	config '.process.consoleSize = {height: 5, width: 6}'
	on_terminal 31x77 'sleep 0.2; stty size'
	matches '^(31 77|5 6)$'
}

@test "foreground: follows a resize" {
	on_terminal 24x80 'trap "stty size; exit 0" WINCH; echo ready; while :; do sleep 0.02; done' 'ready=>size=40x100'
	exits 0
	has "40 100"
}

@test "foreground: ^C interrupts the payload, not the runtime" {
	on_terminal 24x80 'trap "echo interrupted; exit 5" INT; echo ready; while :; do sleep 0.02; done' $'ready=>send=\x03'
	exits 5
	has interrupted
}

@test "foreground: ^\\ and ^Z are the payload's as well" {
	on_terminal 24x80 'trap "echo quit; exit 6" QUIT; echo ready; while :; do sleep 0.02; done' $'ready=>send=\x1c'
	exits 6
	has quit
}

@test "foreground: what is typed arrives" {
	on_terminal 24x80 'echo ready; read x; echo "got:$x:"' $'ready=>send=typed\n'
	exits 0
	has "got:typed:"
}

@test "foreground: ^D ends the input" {
	on_terminal 24x80 'echo ready; cat; echo end' $'ready=>send=line\n' $'line=>send=\x04'
	exits 0
	has end
}

@test "foreground: much output arrives whole" {
	on_terminal 24x80 'seq 2>/dev/null 1 2000 || { i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo $i; done; }; echo end'
	exits 0
	equal "$(tail -1 <<<"$output")" end
	has $'\n1999\n2000\n'
}

@test "foreground: the caller's terminal is restored" {
	config '.process.terminal = true'
	sh_args 'stty raw -echo; exit 3'
	apply_config
	status=0
	output=$("$CACHE/peer" pty 24x80 -- sh -c 'stty -g; "$@"; stty -g' - "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID" </dev/null 3>&- | tr -d '\r') || status=$?
	equal "$(line 1)" "$(line 2)"
}

@test "foreground: restored when the container cannot start" {
	config '.process.terminal = true'
	args no-such-program
	apply_config
	output=$("$CACHE/peer" pty 24x80 -- sh -c 'stty -g; "$@" 2>/dev/null; stty -g' - "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID" </dev/null 3>&- | tr -d '\r')
	equal "$(line 1)" "$(line 2)"
}

@test "foreground: a terminal for a caller without one" {
	config '.process.terminal = true'
	sh_args 'tty; echo end'
	apply_config
	capture ocirun run -b "$BUNDLE" "$ID"
	[[ $status -eq 0 && $output == *end* ]] || failed 1
}

@test "foreground: no terminal wanted on a terminal: stdio is passed as it is" {
	args sh -c 'echo plain'
	apply_config
	output=$("$CACHE/peer" pty 24x80 -- "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID" </dev/null 3>&- | tr -d '\r')
	is plain
}
