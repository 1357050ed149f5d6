# SPDX-License-Identifier: Apache-2.0
# Descriptors: the payload gets 0, 1, 2 and what was asked for; the sockets of
# systemd; the pidfd of --pidfd-socket.
#
# shellcheck disable=SC2016,SC2154

load helpers

LIST='ls /proc/self/fd | sort -n | tr "\n" " "'
# 3 is the directory that ls reads.
NOTHING="0 1 2 3 "

@test "fds: only 0, 1 and 2" {
	inside "$LIST"
	is "$NOTHING"
}

@test "fds: none of fifty leaked by the caller" {
	sh_args "$LIST"
	apply_config
	capture "$CACHE/peer" leak 50 "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID"
	succeeded
	is "$NOTHING"
}

@test "fds: a high leaked one" {
	sh_args "$LIST"
	apply_config
	exec 250</etc/passwd
	capture ocirun run -b "$BUNDLE" "$ID"
	exec 250<&-
	succeeded
	is "$NOTHING"
}

@test "fds: none but stdio in the created state" {
	ocirun_only "keeps the FIFO and others"
	args sleep 60
	apply_config
	"$CACHE/peer" leak 20 "$OCIRUN" --root "$STATE" create -b "$BUNDLE" "$ID" >"$T/out" 2>"$T/err" </dev/null
	local link
	for link in "/proc/$(init_pid)/fd"/*; do
		case $(readlink "$link") in
		"$T"/*) [[ $(readlink "$link") == "$T/out" || $(readlink "$link") == "$T/err" ]] ;;
		/dev/null | socket:* | pipe:* | anon_inode:* | /memfd:*) ;;
		*) readlink "$link"; false ;;
		esac
	done
}

@test "fds: of pid 1" {
	# By exec: a shell has descriptors of its own for pipes and redirections.
	inside 'exec ls /proc/1/fd'
	is $'0\n1\n2\n3'
}

@test "--preserve-fds: exactly as many as asked for" {
	sh_args "$LIST"
	apply_config
	capture "$CACHE/peer" leak 10 "$OCIRUN" --root "$STATE" run --preserve-fds 2 -b "$BUNDLE" "$ID"
	succeeded
	is "0 1 2 3 4 5 "
}

@test "--preserve-fds: the file is the caller's" {
	echo content >"$T/file"
	sh_args 'cat <&3; cat <&4'
	apply_config
	capture sh -c 'exec 3<"$1" 4<"$2"; shift 2; exec "$@"' - "$T/file" "$T/file" \
		"$OCIRUN" --root "$STATE" run --preserve-fds=2 -b "$BUNDLE" "$ID"
	succeeded
	is $'content\ncontent'
}

@test "--preserve-fds: through create and start" {
	echo content >"$T/file"
	sh_args 'cat <&3'
	apply_config
	sh -c 'exec 3<"$1"; shift; exec "$@"' - "$T/file" \
		"$OCIRUN" --root "$STATE" create --preserve-fds 1 -b "$BUNDLE" "$ID" >"$T/out" 2>"$T/err" </dev/null
	start_ct
	wait_status stopped
	equal "$(<"$T/out")" content
}

@test "--preserve-fds: one that is not open" {
	sh_args 'echo ran'
	apply_config
	capture sh -c 'exec 3<&- 4<&- 5<&-; exec "$@"' - "$OCIRUN" --root "$STATE" run --preserve-fds 3 -b "$BUNDLE" "$ID"
	[[ $status -eq 0 && $output == ran ]] || failed 1
}

@test "--preserve-fds: with the runtime's own fds in the way" {
	sh_args 'for i in 3 4 5 6 7 8 9; do readlink /proc/self/fd/$i; done'
	apply_config
	mkdir "$T/d"
	capture sh -c 'cd "$1"; exec 3<. 4<. 5<. 6<. 7<. 8<. 9<.; shift; exec "$@"' - "$T/d" \
		"$OCIRUN" --root "$STATE" run --preserve-fds 7 -b "$BUNDLE" "$ID"
	succeeded
	equal "$(grep -c "/d$" <<<"$output")" 7
}

@test "stdio: closed by the caller becomes something harmless" {
	sh_args 'ls /proc/self/fd >/tmp/list; readlink /proc/self/fd/0 >/tmp/zero; exit 0'
	apply_config
	ocirun run -b "$BUNDLE" "$ID" <&-
	[[ $(<"$ROOTFS/tmp/zero") != "$T"* ]]
}

@test "stdio: a file, a pipe and a socket stay what they are" {
	ocirun_only "copies through pipes"
	sh_args 'stat -L -c "%F" /proc/self/fd/0 /proc/self/fd/2'
	apply_config
	echo in >"$T/in"
	output=$(ocirun run -b "$BUNDLE" "$ID" <"$T/in" 2>&1)
	is $'regular file\nfifo'
}

@test "stdio: the same file, inode for inode" {
	ocirun_only "copies through pipes"
	sh_args 'stat -L -c "%d:%i" /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2'
	apply_config
	: >"$T/in"
	STDIN=$T/in
	capture ocirun run -b "$BUNDLE" "$ID"
	succeeded
	is "$(stat -c %d:%i "$T/in" "$T/stdout" "$T/stderr")"
}

# --- socket activation ---------------------------------------------------------------------

# The runtime as a socket-activated service: LISTEN_PID is its own pid.
activated() { # COUNT OPTION...
	local count=$1
	shift
	capture sh -c 'exec 3<"$1" 4<"$1" 5<"$1"; shift; count=$1; shift
		LISTEN_FDS=$count LISTEN_PID=$$ LISTEN_FDNAMES=a:b exec "$@"' - "$T/file" "$count" \
		"$OCIRUN" --root "$STATE" run "$@" -b "$BUNDLE" "$ID"
}

@test "LISTEN_FDS: the fds and the variables" {
	echo content >"$T/file"
	sh_args "$LIST"'; env | grep LISTEN | sort'
	apply_config
	activated 2
	succeeded
	has "0 1 2 3 4 5 "
	has LISTEN_FDS=2
	has LISTEN_PID=1
}

@test "LISTEN_FDS: the fds are the caller's" {
	echo content >"$T/file"
	sh_args 'cat <&3'
	apply_config
	activated 1
	succeeded
	has content
}

@test "LISTEN_FDS: together with --preserve-fds" {
	: >"$T/file"
	sh_args "$LIST"
	apply_config
	activated 1 --preserve-fds 2
	succeeded
	is "0 1 2 3 4 5 6 "
}

@test "LISTEN_FDS: of another process is not ours" {
	ocirun_only "takes it"
	sh_args 'env; '"$LIST"
	apply_config
	LISTEN_FDS=2 LISTEN_PID=1 capture ocirun run -b "$BUNDLE" "$ID"
	succeeded
	hasnt LISTEN_FDS
	has "$NOTHING"
}

@test "LISTEN_FDS: LISTEN_FDNAMES comes along" {
	ocirun_only "1.1 drops it"
	: >"$T/file"
	sh_args 'env | grep LISTEN_FDNAMES'
	apply_config
	activated 2
	is LISTEN_FDNAMES=a:b
}

@test "LISTEN_FDS: not a number" {
	ocirun_only "ignored with a warning"
	sh_args 'env; '"$LIST"
	apply_config
	: >"$T/file"
	activated banana
	[[ $status -eq 0 && $output != *LISTEN* ]] || failed 1 LISTEN_FDS
}

# --- NOTIFY_SOCKET ------------------------------------------------------------------------------

@test "NOTIFY_SOCKET: READY=1 of the payload arrives, with MAINPID" {
	background "$CACHE/peer" datagrams "$T/notify" 9 >"$T/got"
	wait_until is_socket "$T/notify"
	sh_args 'echo $NOTIFY_SOCKET; [ -S $NOTIFY_SOCKET ] && echo socket; sleep 60'
	apply_config
	NOTIFY_SOCKET=$T/notify ocirun run -b "$BUNDLE" "$ID" >"$T/out" 2>"$T/err" </dev/null &
	local pid=$!
	wait_until file_has "$T/out" socket
	equal "$(head -1 "$T/out")" /run/notify/notify.sock
	# busybox has no datagram client: speak from the host through the container's root.
	"$CACHE/peer" send "/proc/$(init_pid)/root/run/notify/notify.sock" "READY=1"
	wait_until file_has "$T/got" READY=1
	! is_ocirun || wait_until file_has "$T/got" "MAINPID=$(init_pid)"
	kill_ct KILL
	wait "$pid" || true
}

@test "NOTIFY_SOCKET: through create and start, which returns when ready" {
	ocirun_only "start waits in runc"
	background "$CACHE/peer" datagrams "$T/notify" 9 >"$T/got"
	wait_until is_socket "$T/notify"
	sh_args 'sleep 60'
	apply_config
	NOTIFY_SOCKET=$T/notify ocirun create -b "$BUNDLE" "$ID" >"$T/out" 2>"$T/err" </dev/null
	[[ ! -s $T/err ]]
	NOTIFY_SOCKET=$T/notify ocirun start "$ID" >"$T/out2" 2>&1 </dev/null &
	local pid=$!
	wait_until has_status running "$ID"
	"$CACHE/peer" send "/proc/$(init_pid)/root/run/notify/notify.sock" "READY=1"
	wait_until file_has "$T/got" READY=1
	wait "$pid"
	[[ ! -s $T/out2 ]]
}

@test "NOTIFY_SOCKET: absent, nothing is mounted or set" {
	inside 'env; grep -c notify /proc/self/mountinfo || true'
	hasnt NOTIFY_SOCKET
	equal "$(tail -1 <<<"$output")" 0
}

@test "NOTIFY_SOCKET: no receiver does not stop the container" {
	sh_args 'echo ran'
	apply_config
	NOTIFY_SOCKET=$T/nobody capture ocirun run -b "$BUNDLE" "$ID"
	has ran
}

# --- pidfd -----------------------------------------------------------------------------------------

@test "--pidfd-socket: one pidfd, of the container's init" {
	ocirun_only "1.1 does not know it"
	background "$CACHE/peer" fd "$T/sock" >"$T/got" 2>&1 </dev/null
	wait_until is_socket "$T/sock"
	args sleep 60
	create_ct --pidfd-socket "$T/sock"
	wait_until file_has "$T/got" then
	grep -q '^message fds=1 truncated=0 payload=pidfd' "$T/got"
	grep -q "^pidfd $(init_pid)\$" "$T/got"
}

@test "--pidfd-socket: nobody listens" {
	ocirun_only "1.1 does not know it"
	args sleep 60
	apply_config
	oracle_begin
	capture ocirun_create --pidfd-socket "$T/nobody"
	failed 1 nobody
	oracle_end
}
