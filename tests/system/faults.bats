# SPDX-License-Identifier: Apache-2.0
# Every phase of a start, made to fail (an error) and made to die (SIGKILL of
# the process that runs it): the error leaves nothing at all, the death leaves
# nothing after `delete --force`.  The phases are asked from the runtime.
#
# shellcheck disable=SC2016,SC2154

load helpers

setup() {
	ocirun_only "has no such option"
	setup_bundle
	mapfile -t PHASES < <("$OCIRUN" --fail-at list)
	# As many phases as possible have something to do.
	mkdir "$T/source"
	add_mount /tmp/bound bind "$T/source" rbind,ro
	mkdir "$ROOTFS/tmp/bound"
	config '.hostname = "h"' '.linux.sysctl = {"net.ipv4.ip_forward": "1"}' \
		'.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 64, hard: 64}]' '.process.oomScoreAdj = 10' \
		'.linux.devices = [{path: "/dev/extra", type: "c", major: 1, minor: 3}]' \
		'.process.noNewPrivileges = true' '.root.readonly = true'
	local kind
	for kind in prestart createRuntime createContainer startContainer poststart poststop; do
		config ".hooks.$kind = [{path: \"/bin/true\"}]"
	done
	ln -s busybox "$ROOTFS/bin/true" 2>/dev/null || true
	sh_args 'echo ran >&2; sleep 0.05'
	apply_config
}

# Not reached in this configuration: the container simply worked.
unreached() { [[ $status -eq 0 ]]; }

@test "there are phases" {
	[[ ${#PHASES[@]} -gt 20 ]]
	equal "$(printf '%s\n' "${PHASES[@]}" | sort | uniq -d)" ""
}

@test "without a fault the configuration of these tests works" {
	capture ocirun run -b "$BUNDLE" "$ID"
	exits 0
	equal "$stderr" ran
}

# for_each_phase FUNCTION: all of them are tried, all that are wrong are named.
# FUNCTION stands before ||, so every step of it returns by itself.
for_each_phase() {
	local wrong=() phase
	for phase in "${PHASES[@]}"; do
		"$1" "$phase" >"$T/why" 2>&1 || {
			echo "--- $phase:"
			cat "$T/why"
			wrong+=("$phase")
		}
		ocirun delete --force "$ID" >/dev/null 2>&1 || true
	done
	[[ ${#wrong[@]} -eq 0 ]] || { echo "phases: ${wrong[*]}"; return 1; }
}

deleted() {
	ocirun delete --force "$ID" >"$T/stderr" 2>&1 && [[ ! -s $T/stderr ]] || {
		echo "delete --force:"
		cat "$T/stderr"
		return 1
	}
}

run_error() {
	oracle_begin || return 1
	capture ocirun --fail-at "$1" run -b "$BUNDLE" "$ID"
	if unreached; then
		[[ $stderr == ran ]] || { show "it did not run"; return 1; }
	else
		[[ ${stderr#ran$'\n'} == "ocirun: run $ID: "* && ${stderr#ran$'\n'} != *$'\n'* ]] ||
			{ show "no clear line"; return 1; }
		[[ $status -ne 137 ]] || { show "hung"; return 1; }
	fi
	oracle_end || return 1
	[[ ! -e $STATE/$ID ]] || show "state left"
}

run_kill() {
	oracle_begin || return 1
	capture ocirun --fail-at "$1:kill" run -b "$BUNDLE" "$ID"
	deleted && oracle_end || return 1
	capture ocirun list -q
	[[ $status -eq 0 && -z $output ]] || show "still listed"
}

create_error() {
	oracle_begin || return 1
	capture ocirun_create_with --fail-at "$1"
	if unreached; then
		deleted || return 1
	else
		failed 1 "ocirun: create $ID: " || return 1
	fi
	oracle_end
}

create_kill() {
	oracle_begin || return 1
	capture ocirun_create_with --fail-at "$1:kill"
	deleted && oracle_end
}

ocirun_create_with() {
	ocirun "$@" create -b "$BUNDLE" "$ID" >"$T/out"
}

start_error() {
	IGNORED=key
	oracle_begin || return 1
	ocirun create -b "$BUNDLE" "$ID" >"$T/out" 2>"$T/err" || return 1
	capture ocirun --fail-at "$1" start "$ID"
	[[ $status -eq 0 || $stderr == "ocirun: start $ID: "* ]] || { show "no clear line"; return 1; }
	[[ $status -ne 137 ]] || { show "hung"; return 1; }
	deleted && oracle_end
}

start_kill() {
	IGNORED=key
	oracle_begin || return 1
	ocirun create -b "$BUNDLE" "$ID" >"$T/out" 2>"$T/err" || return 1
	capture ocirun --fail-at "$1:kill" start "$ID"
	deleted && oracle_end
}

@test "run: an error in every phase leaves nothing" { for_each_phase run_error; }
@test "run: a kill in every phase leaves nothing after delete --force" { for_each_phase run_kill; }
@test "create: an error in every phase leaves nothing" { for_each_phase create_error; }
@test "create: a kill in every phase leaves nothing after delete --force" { for_each_phase create_kill; }
@test "start: an error in every phase leaves nothing after delete --force" { for_each_phase start_error; }
@test "start: a kill in every phase leaves nothing after delete --force" { for_each_phase start_kill; }

@test "run: nobody outlives an error, seen by a subreaper" {
	subreaper() {
		capture "$CACHE/oracle" reap "$OCIRUN" --root "$STATE" --fail-at "$1" run -b "$BUNDLE" "$ID"
		[[ $status -ne 99 ]] || show "left behind"
	}
	for_each_phase subreaper
}

@test "run: nobody outlives a kill, seen by a subreaper" {
	subreaper() {
		capture "$CACHE/oracle" reap "$OCIRUN" --root "$STATE" --fail-at "$1:kill" run -b "$BUNDLE" "$ID"
		[[ $status -ne 99 ]] || show "left behind"
	}
	for_each_phase subreaper
}

@test "the error of a fault names its phase" {
	named() {
		capture ocirun --fail-at "$1" run -b "$BUNDLE" "$ID"
		unreached || [[ $stderr == *"$1"* || $stderr =~ config\.json:[0-9]+:[0-9]+ ]] || show "no place"
	}
	for_each_phase named
}

@test "a kill of the runtime between create and start: the container can be deleted" {
	ocirun create -b "$BUNDLE" "$ID" >"$T/out" 2>&1
	local pid
	pid=$(init_pid)
	kill -9 "$pid"
	wait_status stopped
	delete_ct
}

@test "a restriction that cannot be applied stops the start" {
	# Fail closed: the payload must not have run in any of them.
	closed() {
		capture ocirun --fail-at "$1" run -b "$BUNDLE" "$ID"
		[[ $status -eq 0 || $stderr != ran* || $1 == *post* || $1 == *wait* || $1 == *start* ]] || show "the payload ran"
	}
	for_each_phase closed
}
