# SPDX-License-Identifier: Apache-2.0
# What the operations cost, in numbers that need no quiet machine: system calls, page faults, forks
# and execs, held to the budgets in tests/bench/counts.

@test "system calls, page faults, forks and execs stay within their budgets" {
	[[ -z ${RUNTIME-} ]] || skip "SKIP: the budgets are ocirun's"
	[[ $(id -u) == 0 ]] || skip "SKIP: needs root"
	for tool in strace unshare "${CC:-cc}"; do
		command -v "$tool" >/dev/null || skip "SKIP: $tool is missing"
	done
	OCIRUN=${OCIRUN:-ocirun} "$BATS_TEST_DIRNAME/../bench/counts" --check
}
