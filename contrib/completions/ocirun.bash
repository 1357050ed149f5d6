# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Completion of ocirun for bash, made by: ocirun completion bash

# The options of a command.
_ocirun_options() { # COMMAND
	echo --root --log --log-format --log-level --debug --systemd-cgroup --cgroup-manager --rootless --criu --trace --help -h --version -v
	case $1 in
	create) echo --bundle -b --config -f --console-socket --pidfd-socket --pid-file --no-pivot --no-new-keyring --preserve-fds --no-subreaper ;;
	kill) echo --all -a --regex -r ;;
	delete) echo --force -f --regex -r ;;
	run) echo --bundle -b --config -f --console-socket --pidfd-socket --pid-file --no-pivot --no-new-keyring --preserve-fds --no-subreaper --detach -d --keep ;;
	list) echo --format -f --quiet -q ;;
	spec) echo --bundle -b --config -f --rootless ;;
	check) echo --bundle -b --config -f --json ;;
	plan) echo --bundle -b --config -f --json ;;
	esac
}

# What an option takes: -, any, dirs, files, or one of these words.
_ocirun_argument() { # COMMAND OPTION
	case $1:$2 in
	create:--bundle | create:-b) echo dirs ;;
	create:--config | create:-f) echo files ;;
	create:--console-socket) echo files ;;
	create:--pidfd-socket) echo files ;;
	create:--pid-file) echo files ;;
	create:--no-pivot) echo - ;;
	create:--no-new-keyring) echo - ;;
	create:--preserve-fds) echo any ;;
	create:--no-subreaper) echo - ;;
	kill:--all | kill:-a) echo - ;;
	kill:--regex | kill:-r) echo - ;;
	delete:--force | delete:-f) echo - ;;
	delete:--regex | delete:-r) echo - ;;
	run:--bundle | run:-b) echo dirs ;;
	run:--config | run:-f) echo files ;;
	run:--console-socket) echo files ;;
	run:--pidfd-socket) echo files ;;
	run:--pid-file) echo files ;;
	run:--no-pivot) echo - ;;
	run:--no-new-keyring) echo - ;;
	run:--preserve-fds) echo any ;;
	run:--no-subreaper) echo - ;;
	run:--detach | run:-d) echo - ;;
	run:--keep) echo - ;;
	list:--format | list:-f) echo table json ;;
	list:--quiet | list:-q) echo - ;;
	spec:--bundle | spec:-b) echo dirs ;;
	spec:--config | spec:-f) echo files ;;
	spec:--rootless) echo - ;;
	check:--bundle | check:-b) echo dirs ;;
	check:--config | check:-f) echo files ;;
	check:--json) echo - ;;
	plan:--bundle | plan:-b) echo dirs ;;
	plan:--config | plan:-f) echo files ;;
	plan:--json) echo - ;;
	*:--root) echo dirs ;;
	*:--log) echo files ;;
	*:--log-format) echo text json ;;
	*:--log-level) echo error warning debug ;;
	*:--debug) echo - ;;
	*:--systemd-cgroup) echo - ;;
	*:--cgroup-manager) echo cgroupfs systemd disabled ;;
	*:--rootless) echo true false auto ;;
	*:--criu) echo files ;;
	*:--trace) echo - ;;
	*:--help | *:-h) echo - ;;
	*:--version | *:-v) echo - ;;
	esac
}

# The words that can stand at a position behind the command.
_ocirun_words() { # COMMAND POSITION [--root DIR]
	case $1:$2 in
	:*) echo create start state kill delete run list spec check plan features completion help ;;
	start:0) ocirun "${@:3}" list -q 2>/dev/null ;;
	state:0) ocirun "${@:3}" list -q 2>/dev/null ;;
	kill:0) ocirun "${@:3}" list -q 2>/dev/null ;;
	kill:1) echo HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS STKFLT CLD IOT POLL ;;
	delete:0) ocirun "${@:3}" list -q 2>/dev/null ;;
	completion:0) echo bash zsh fish ;;
	help:0) echo create start state kill delete run list spec check plan features completion help ;;
	esac
}

_ocirun() {
	local current=${COMP_WORDS[COMP_CWORD]} command='' root=() takes='' position=0 i word
	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ $word == -* ]]; then
			takes=$(_ocirun_argument "$command" "$word")
			[[ $takes && $takes != - ]] || { takes=''; continue; }
			((++i))
			[[ ${COMP_WORDS[i]} != = ]] || ((i == COMP_CWORD)) || ((++i))
			((i < COMP_CWORD)) || break
			[[ $word != --root ]] || root=(--root "${COMP_WORDS[i]}")
			takes=''
		elif [[ $command ]]; then
			((++position))
		else
			command=$word
		fi
	done
	[[ $current != = ]] || current=''
	case $takes in
	any) return ;;
	dirs) mapfile -t COMPREPLY < <(compgen -d -- "$current") && compopt -o filenames ;;
	files) mapfile -t COMPREPLY < <(compgen -f -- "$current") && compopt -o filenames ;;
	?*) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$current") ;;
	*)
		if [[ $current == -* ]]; then
			takes=$(_ocirun_options "$command")
		else
			takes=$(_ocirun_words "$command" "$position" "${root[@]}")
		fi
		mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$current")
		;;
	esac
}
complete -F _ocirun ocirun
