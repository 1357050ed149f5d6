/* SPDX-License-Identifier: Apache-2.0 */
/* limits.c - rlimits, OOM score, personality, and what their failures say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/limits.h"

#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/fd.h"
#include "tests/unit/linux/child.h"

static int rlimits(void)
{
	struct plan_rlimit at[] = {
		{ 0, RLIMIT_NOFILE, 100, 200 },
		{ 1, RLIMIT_CORE, 0, UINT64_MAX },
		{ 2, RLIMIT_CPU, 7, 7 },
	};
	const struct plan_limits l = { .rlimits = at, .rlimits_n = 3 };
	struct rlimit is;
	struct err e = { 0 };

	CHECK(limits_rlimits(&l, &e) == 0);
	CHECK(getrlimit(RLIMIT_NOFILE, &is) == 0 && is.rlim_cur == 100 && is.rlim_max == 200);
	CHECK(getrlimit(RLIMIT_CORE, &is) == 0 && is.rlim_cur == 0 && is.rlim_max == RLIM_INFINITY);
	CHECK(getrlimit(RLIMIT_CPU, &is) == 0 && is.rlim_cur == 7);
	return CHILD_OK;
}

static int rlimit_refused(void)
{
	struct plan_rlimit at[] = { { 4, RLIMIT_NOFILE, 300, 200 } };
	const struct plan_limits l = { .rlimits = at, .rlimits_n = 1 };
	struct err e = { 0 };

	CHECK(limits_rlimits(&l, &e) == -EINVAL);
	CHECK_MSG(&e, "set RLIMIT_NOFILE to 300:200: invalid argument");
	CHECK(strcmp(e.where, "/process/rlimits/4") == 0);
	return CHILD_OK;
}

static int oom(void)
{
	fd_auto proc = open("/proc", O_PATH | O_CLOEXEC);
	struct plan_limits l = { .has_oom_score_adj = true, .oom_score_adj = 123 };
	struct err e = { 0 };
	char buf[16];

	CHECK(limits_oom(&l, proc, &e) == 0);
	CHECK(read_text("/proc/self/oom_score_adj", buf, sizeof(buf)));
	CHECK(strcmp(buf, "123\n") == 0);
	l.oom_score_adj = 1001;
	CHECK(limits_oom(&l, proc, &e) == -EINVAL);
	CHECK(strcmp(e.where, "/process/oomScoreAdj") == 0);
	l.has_oom_score_adj = false;
	CHECK(limits_oom(&l, -1, &e) == 0); /* nothing is opened */
	return CHILD_OK;
}

static int domain(void)
{
	struct plan_limits l = { .has_personality = true, .personality = ADDR_NO_RANDOMIZE };
	struct err e = { 0 };

	CHECK(limits_personality(&l, &e) == 0);
	CHECK(personality(0xffffffff) == ADDR_NO_RANDOMIZE);
	l = (struct plan_limits){ 0 };
	CHECK(limits_personality(&l, &e) == 0);
	CHECK(personality(0xffffffff) == ADDR_NO_RANDOMIZE);
	return CHILD_OK;
}

static void test_rlimits(void **state)
{
	(void)state;
	run_child(rlimits, 0);
}

static void test_rlimit_refused(void **state)
{
	(void)state;
	run_child(rlimit_refused, 0);
}

static void test_oom(void **state)
{
	(void)state;
	run_child(oom, 0);
}

static void test_personality(void **state)
{
	(void)state;
	run_child(domain, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rlimits),
		cmocka_unit_test(test_rlimit_refused),
		cmocka_unit_test(test_oom),
		cmocka_unit_test(test_personality),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
