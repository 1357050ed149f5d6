/* SPDX-License-Identifier: Apache-2.0 */
/* caps.c - subsets of the capabilities: what is asked is what is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/caps.h"

#include <sys/prctl.h>

#include "base/sys.h"
#include "tests/unit/linux/child.h"

static uint32_t last_cap(void)
{
	uint32_t cap = 0;

	while (cap < 63 && prctl(PR_CAPBSET_READ, (long)cap + 1) >= 0)
		cap++;
	return cap;
}

static uint64_t seed;

/* xorshift64: any numbers will do, the same ones each time. */
static uint64_t any(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static bool exactly(const uint64_t want[CAPSET_COUNT], uint32_t last)
{
	uint64_t bounding = 0, ambient = 0;
	struct sys_cap_set is;

	for (uint32_t c = 0; c <= last; c++) {
		bounding |= (uint64_t)prctl(PR_CAPBSET_READ, (long)c) << c;
		ambient |= (uint64_t)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, (long)c, 0L, 0L)
			   << c;
	}
	return sys_capget(&is) == 0 && is.effective == want[CAPSET_EFFECTIVE] &&
	       is.permitted == want[CAPSET_PERMITTED] &&
	       is.inheritable == want[CAPSET_INHERITABLE] && bounding == want[CAPSET_BOUNDING] &&
	       ambient == want[CAPSET_AMBIENT];
}

static int subset(void)
{
	uint32_t last = last_cap();
	struct sys_cap_set mine;
	uint64_t c[CAPSET_COUNT];
	struct err e = { 0 };

	CHECK(sys_capget(&mine) == 0);
	c[CAPSET_BOUNDING] = any() & mine.permitted;
	c[CAPSET_PERMITTED] = any() & mine.permitted;
	c[CAPSET_EFFECTIVE] = any() & c[CAPSET_PERMITTED];
	c[CAPSET_INHERITABLE] = any() & c[CAPSET_BOUNDING];
	c[CAPSET_AMBIENT] = any() & c[CAPSET_INHERITABLE] & c[CAPSET_PERMITTED];
	CHECK(caps_bounding(c[CAPSET_BOUNDING], last, &e) == 0);
	CHECK(caps_apply(c, last, &e) == 0);
	CHECK(exactly(c, last));
	return CHILD_OK;
}

static void test_subsets(void **state)
{
	(void)state;
	for (seed = 1; seed < 100; seed += 1) {
		uint64_t start = seed;

		for (int i = 0; i < 5; i++)
			any();
		run_child(subset, 0);
		seed = start;
	}
}

static int not_allowed(void)
{
	const uint64_t none[CAPSET_COUNT] = { 0 };
	uint64_t all[CAPSET_COUNT] = { 0 };
	struct err e = { 0 };

	CHECK(caps_apply(none, last_cap(), &e) == 0);
	CHECK(caps_bounding(0, last_cap(), &e) == -EPERM);
	CHECK_MSG(&e, "CAP_CHOWN");
	CHECK_MSG(&e, "operation not permitted");
	all[CAPSET_PERMITTED] = 1;
	CHECK(caps_apply(all, last_cap(), &e) == -EPERM);
	return CHILD_OK;
}

static void test_not_allowed(void **state)
{
	(void)state;
	run_child(not_allowed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subsets),
		cmocka_unit_test(test_not_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
