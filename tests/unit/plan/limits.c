/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/resource.h>

#include "plan/planner.h"
#include "fixture.h"

static void test_values(void **state)
{
	struct fixture *f = fixture_new();
	const struct plan_limits *l = &f->plan.limits;

	(void)state;
	assert_int_equal(
		plan_text(f,
			  CONFIG(PROCESS(
				  "\"ioPriority\": {\"class\": \"IOPRIO_CLASS_IDLE\"}, "
				  "\"oomScoreAdj\": -1000,"
				  "\"rlimits\": [{\"type\": \"RLIMIT_NOFILE\", \"soft\": 0,"
				  " \"hard\": 18446744073709551615}],"
				  "\"scheduler\": {\"policy\": \"SCHED_RR\", \"priority\": 99, "
				  "\"flags\":"
				  " [\"SCHED_FLAG_RESET_ON_FORK\", \"SCHED_FLAG_DL_OVERRUN\"]}"))),
		0);
	assert_true(l->has_ioprio);
	assert_int_equal(l->ioprio, 3 << 13);
	assert_true(l->has_oom_score_adj);
	assert_int_equal(l->oom_score_adj, -1000);
	assert_int_equal(l->rlimits_n, 1);
	assert_int_equal(l->rlimits[0].resource, RLIMIT_NOFILE);
	assert_true(l->rlimits[0].hard == RLIM_INFINITY);
	assert_int_equal(l->scheduler.policy, 2);
	assert_int_equal(l->scheduler.priority, 99);
	assert_int_equal(l->scheduler.flags, 5);
	assert_false(l->has_personality || l->has_mempolicy);
	assert_true(l->reset_affinity);
	fixture_free(f);
}

static void test_memory_policy(void **state)
{
	const unsigned long width = 8 * sizeof(unsigned long);
	struct fixture *f = fixture_new();
	const struct plan_limits *l = &f->plan.limits;

	(void)state;
	assert_int_equal(
		plan_text(f, CONFIG("\"linux\": {\"personality\": {\"domain\": \"LINUX32\"},"
				    "\"memoryPolicy\": {\"mode\": \"MPOL_BIND\", \"nodes\": "
				    "\"1,64-65\", \"flags\":"
				    " [\"MPOL_F_STATIC_NODES\", \"MPOL_F_NUMA_BALANCING\"]}}")),
		0);
	assert_true(l->has_mempolicy);
	assert_int_equal(l->mempolicy, 2 | 1 << 15 | 1 << 13);
	assert_int_equal(l->nodes_bits, 64 + width);
	assert_int_equal(l->nodes[0], 2);
	assert_int_equal(l->nodes[64 / width], 3);
	assert_true(l->has_personality);
	assert_int_equal(l->personality, 8);
	fixture_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_memory_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
