# SPDX-License-Identifier: Apache-2.0
# `ocirun run` on a terminal, as people use it: typed into a shell in a window of tmux. What is on the
# screen afterwards is compared.
#
# shellcheck disable=SC2016,SC2034,SC2154

load helpers

setup_file() {
	lacks tmux && return
	world_begin
	make_image
	mkdir "$W/bundle"
	mv "$W/image" "$W/bundle/rootfs"
	"$OCIRUN" spec --bundle "$W/bundle"
	jq '.root.readonly = false | .process.terminal = true | .process.args = ["sh"] | del(.linux.seccomp) |
		.process.env += ["HOME=/root", "PS1=BOX> "]' "$W/bundle/config.json" >"$W/new"
	mv "$W/new" "$W/bundle/config.json"
}

teardown_file() { world_end; }

setup() {
	engine_setup
	ID=term$BATS_TEST_NUMBER
}
teardown() {
	[[ -z $BATS_TEST_SKIPPED && ! -e $W/skip ]] || return 0
	[[ ! -S $T/tmux ]] || mux kill-server 3>&- 4>&- || true
	inw "$OCIRUN" delete --force "$ID"
}

mux() { tmux -S "$T/tmux" -f /dev/null "$@"; }
screen() { mux capture-pane -p -t 0; }
keys() { mux send-keys -t 0 "$@"; }
shows() { [[ $(screen) =~ $1 ]]; }
# see REGEX: until it is on the screen
see() {
	local try
	for ((try = 0; try < 100; try++)); do
		! shows "$1" || return 0
		sleep 0.05
	done
	echo "never on the screen: $1"
	screen
	return 1
}

# window [EXPRESSION]: a shell in a window; the script ./run starts the container
window() {
	local config=$W/bundle/config.json
	[[ $# -eq 0 ]] || config=$(edited "$W/bundle" "$1")
	into_world "$OCIRUN" run --bundle "$W/bundle" --config "$config" "$ID"
	printf '%q ' exec "${INTO_WORLD[@]}" >"$T/run"
	mux new-session -d -x 100 -y 30 "cd $T; PS1='HOST> ' HISTFILE= exec bash --norc" 3>&- 4>&-
	see 'HOST>$'
}
container() {
	keys 'clear; . ./run' Enter
	see 'BOX>$'
}

@test "prompt, arrow keys, Ctrl-D, and the terminal is as it was" {
	window
	keys 'stty -g >before; sh ./run; echo "rc=$?"; stty -g >after' Enter
	see 'BOX>$'
	keys 'echo one' Enter
	see $'\none'
	keys Up X Enter
	see $'\noneX'
	keys 'exit 5' C-a C-k 'tty' Enter
	see $'\n/dev/(pts/0|console)'
	keys '(exit 6)' Enter C-d
	see 'rc=6'
	see 'HOST>$'
	cmp "$T/before" "$T/after"
	nothing_left /run/ocirun
}

@test "the window's size, and a change of it" {
	window
	keys 'sh ./run' Enter
	see 'BOX>$'
	keys 'stty size' Enter
	see '30 100'
	mux resize-window -t 0 -x 77 -y 21
	sleep 0.2
	keys 'stty size' Enter
	see '21 77'
}

@test "Ctrl-C ends a command, not the shell; Ctrl-Z stops it" {
	window
	keys 'sh ./run; echo "rc=$?"' Enter
	see 'BOX>$'
	keys 'sleep 100' Enter
	sleep 0.3
	keys C-c
	keys 'echo "after=$?"' Enter
	see 'after=130'
	keys 'sleep 100' Enter
	sleep 0.3
	keys C-z
	see 'Stopped'
	keys 'kill %1; fg; exit 7' Enter
	see 'rc=7'
}

@test "Ctrl-C reaches a program without a handler and ends the container" {
	window '.process.args = ["sh", "-c", "trap \"exit 9\" INT; echo up; while :; do sleep 0.1; done"]'
	keys 'sh ./run; echo "rc=$?"' Enter
	see $'\nup'
	keys C-c
	see 'rc=9'
	see 'HOST>$'
}

@test "a full-screen program" {
	window '.process.args = ["less", "/etc/passwd"]'
	[[ -e $W/bundle/rootfs/bin/less ]] || ln -s busybox "$W/bundle/rootfs/bin/less"
	keys 'sh ./run; echo "rc=$?"' Enter
	see 'root:x:0'
	keys q
	see 'rc=0'
}

@test "kill from elsewhere gives the terminal back" {
	window '.process.args = ["sleep", "100"]'
	keys 'stty -g >before; sh ./run; echo "rc=$?"; stty -g >after' Enter
	wait_until is_running
	inw "$OCIRUN" kill "$ID" KILL
	see 'rc=137'
	see 'HOST>$'
	cmp "$T/before" "$T/after"
}
is_running() { [[ $(inw "$OCIRUN" state "$ID" | jq -r .status) == running ]]; }

@test "a program that cannot be executed gives the terminal back" {
	window '.process.args = ["/nosuch"]'
	keys 'stty -g >before; sh ./run; echo "rc=$?"; stty -g >after' Enter
	see 'no such file or directory'
	see 'rc=1'
	see 'HOST>$'
	cmp "$T/before" "$T/after"
}

# --- ends of pipes instead of a terminal ----------------------------------------------

run_config() { # EXPRESSION
	inw "$OCIRUN" run --bundle "$W/bundle" --config "$(edited "$W/bundle" "$1")" "$ID"
}
NO_TTY='.process.terminal = false'

@test "in the middle of a pipe" {
	piped() { echo hi | run_config "$NO_TTY"' | .process.args = ["tr", "h", "H"]' | cat; }
	capture piped
	ok Hi
}

@test "a closed stdin" {
	closed() { run_config "$NO_TTY"' | .process.args = ["cat"]' <&-; }
	capture closed
	ok ''
}

BIG='.process.args = ["sh", "-c", "head -c 1000000 /dev/zero | tr \"\\\\0\" x; echo END; exit 7"]'

@test "one megabyte through the terminal is whole, also to a slow reader" {
	capture run_config "$BIG"
	exits 7
	[[ ${#output} == 1000004 && $output == *$'xEND\r' ]]
	slow() { run_config "$BIG" | (sleep 1; cat); }
	capture slow
	[[ ${#output} == 1000004 && $output == *$'xEND\r' ]]
}

@test "one megabyte through a pipe is whole" {
	capture run_config "$NO_TTY | $BIG"
	exits 7
	[[ ${#output} == 1000003 && $output == *xEND ]]
}

@test "a program that leaves its terminal may come back, as systemd does" {
	capture run_config '.process.args = ["sh", "-c",
		"exec </dev/null >/dev/null 2>&1; sleep 0.5; echo back >/dev/console"]'
	ok $'back\r'
}

@test "a reader that goes away hangs up the container's terminal" {
	gone() { run_config '.process.args = ["yes"]' | head -c 10; }
	SECONDS=0
	capture gone
	((SECONDS < 20))
	exits 0
	nothing_left /run/ocirun
}
