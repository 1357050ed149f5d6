# SPDX-License-Identifier: Apache-2.0
# Many containers, one after another and at once, with the oracle at the end:
# nothing grows.  STRESS=1 makes the loops ten times as long.
#
# shellcheck disable=SC2016,SC2154

load helpers

BATS_TEST_TIMEOUT=600
ROUNDS=$((${STRESS:-0} ? 1000 : 100))

@test "run, one after another" {
	args true
	apply_config
	ocirun run -b "$BUNDLE" "$ID"
	oracle_begin
	local i
	for ((i = 0; i < ROUNDS; i++)); do
		capture ocirun run -b "$BUNDLE" "$ID"
		succeeded
	done
	oracle_end
}

@test "create, start, kill, delete, one after another" {
	args sleep 60
	apply_config
	oracle_begin
	local i
	for ((i = 0; i < ROUNDS / 2; i++)); do
		capture ocirun_create
		succeeded
		quiet start "$ID"
		quiet kill "$ID" KILL
		wait_status stopped
		quiet delete "$ID"
	done
	oracle_end
}

@test "failing creates, one after another" {
	add_mount /x bind "$T/missing" bind
	args true
	apply_config
	oracle_begin
	local i
	for ((i = 0; i < ROUNDS / 2; i++)); do
		capture ocirun_create
		failed 1 missing
	done
	oracle_end
}

@test "a hundred at once" {
	args sleep 60
	apply_config
	oracle_begin
	local i pids=()
	for i in {1..100}; do
		ocirun create -b "$BUNDLE" "$ID-$i" >"$T/out" 2>>"$T/err" </dev/null &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	equal "$(<"$T/err")" ""
	equal "$(ocirun list -q | wc -l)" 100
	pids=()
	for i in {1..100}; do
		ocirun start "$ID-$i" >"$T/out" 2>>"$T/err" </dev/null &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	equal "$(ocirun list -f json | jq -r '.[].status' | sort | uniq -c | tr -s ' ')" " 100 running"
	pids=()
	for i in {1..100}; do
		ocirun delete --force "$ID-$i" >"$T/out" 2>>"$T/err" </dev/null &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	equal "$(<"$T/err")" ""
	oracle_end
}

@test "run, twenty at once, several rounds" {
	sh_args 'echo $$'
	apply_config
	oracle_begin
	local round i pids
	for round in 1 2 3 4 5; do
		pids=()
		for i in {1..20}; do
			ocirun run -b "$BUNDLE" "$ID-$round-$i" >"$T/out.$i" 2>>"$T/err" </dev/null &
			pids+=($!)
		done
		for i in "${pids[@]}"; do
			wait "$i"
		done
		equal "$(cat "$T"/out.* | sort -u)" 1
		rm "$T"/out.*
	done
	equal "$(<"$T/err")" ""
	oracle_end
}

@test "create against delete of one id, for ever changing winners" {
	args sleep 60
	apply_config
	oracle_begin
	local i pid pids
	for i in {1..40}; do
		# By pid: a bare wait would wait for bats' own timer as well.
		pids=()
		ocirun create -b "$BUNDLE" "$ID" >"$T/out" 2>/dev/null </dev/null &
		pids+=($!)
		ocirun delete --force "$ID" >/dev/null 2>&1 </dev/null &
		pids+=($!)
		ocirun state "$ID" >/dev/null 2>&1 </dev/null &
		pids+=($!)
		ocirun list >/dev/null 2>&1 </dev/null
		for pid in "${pids[@]}"; do
			wait "$pid" || true
		done
	done
	ocirun delete --force "$ID"
	oracle_end
}

@test "start against delete --force" {
	args sleep 60
	apply_config
	oracle_begin
	local i pid
	for i in {1..30}; do
		capture ocirun_create
		succeeded
		ocirun start "$ID" >/dev/null 2>&1 </dev/null &
		pid=$!
		ocirun delete --force "$ID" >/dev/null 2>&1 </dev/null
		wait "$pid" || true
		ocirun delete --force "$ID" >/dev/null 2>&1
	done
	oracle_end
}

@test "kill -9 of the runtime at any time, then delete --force" {
	args sleep 60
	apply_config
	oracle_begin
	local i pid
	for ((i = 0; i < 60; i++)); do
		"$OCIRUN" --root "$STATE" create -b "$BUNDLE" "$ID" >"$T/out" 2>&1 </dev/null 3>&- 4>&- &
		pid=$!
		usleep $((i * 100)) 2>/dev/null || sleep "0.00$((i / 10))"
		kill -9 "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
		capture ocirun delete --force "$ID"
		exits 0
	done
	oracle_end
}
