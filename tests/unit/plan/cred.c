/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "plan/planner.h"
#include "fixture.h"

enum { CAPS = 6 };	/* the first of them, in all sets */

static size_t put_set(char *buf, size_t cap, const char *name, unsigned set)
{
	size_t n = (size_t)snprintf(buf, cap, "\"%s\": [", name);
	bool any = false;

	for (unsigned i = 0; i < CAPS; i++) {
		if (!(set & 1U << i))
			continue;
		n += (size_t)snprintf(buf + n, cap - n, "%s\"%s\"", any ? ", " : "",
				      names_name(&names_capability, i));
		any = true;
	}
	return n + (size_t)snprintf(buf + n, cap - n, "]");
}

static unsigned next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return (unsigned)(*state >> 33);
}

/* Random sets against a model of what capset(2) and prctl(2) take. */
static void test_sets(void **state)
{
	static const char *const names[CAPSET_COUNT] = { "effective", "permitted", "inheritable",
							 "bounding", "ambient" };
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct fixture *f = fixture_new();
		const struct plan_cred *c = &f->plan.cred;
		char json[4096] = "{\"ociVersion\": \"1.3.0\", \"root\": {\"path\": \"x\"}, "
				  "\"process\": {\"cwd\": \"/\", \"args\": [\"x\"], "
				  "\"capabilities\": {";
		unsigned sets[CAPSET_COUNT];
		size_t n = strlen(json);
		bool fine;

		for (int set = 0; set < CAPSET_COUNT; set++) {
			/* large sets, that some of them fit into each other */
			sets[set] = (next_random(&seed) | next_random(&seed) |
				     (set ? next_random(&seed) : 0)) &
				    ((1U << CAPS) - 1);
			n += put_set(json + n, sizeof(json) - n, names[set], sets[set]);
			strcpy(json + n, set < CAPSET_COUNT - 1 ? ", " : "}}}");
			n += strlen(json + n);
		}
		fine = !(sets[CAPSET_EFFECTIVE] & ~sets[CAPSET_PERMITTED]) &&
		       !(sets[CAPSET_INHERITABLE] & ~sets[CAPSET_BOUNDING]);
		assert_int_equal(plan_text(f, json), fine ? 0 : -EINVAL);
		for (int set = 0; set < CAPSET_AMBIENT; set++)
			assert_int_equal(c->caps[set], sets[set]);
		assert_int_equal(c->caps[CAPSET_AMBIENT], sets[CAPSET_AMBIENT] &
								  sets[CAPSET_PERMITTED] &
								  sets[CAPSET_INHERITABLE]);
		assert_true(c->set_caps);
		fixture_free(f);
	}
}

/* Nothing is granted that was not listed, and no block leaves all alone. */
static void test_defaults(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	assert_int_equal(plan_text(f, CONFIG(PROCESS("\"capabilities\": {}"))), 0);
	assert_true(f->plan.cred.set_caps);
	for (int set = 0; set < CAPSET_COUNT; set++)
		assert_int_equal(f->plan.cred.caps[set], 0);
	fixture_free(f);
	f = fixture_new();
	assert_int_equal(plan_text(f, CONFIG(PROCESS("\"noNewPrivileges\": true"))), 0);
	assert_false(f->plan.cred.set_caps);
	assert_true(f->plan.cred.no_new_privs);
	assert_int_equal(f->plan.cred.uid, 0);
	assert_int_equal(f->plan.cred.groups_n, 0);
	fixture_free(f);
}

static void test_too_many_groups(void **state)
{
	enum { N = 65537 };
	struct fixture *f = fixture_new();
	char *json = malloc(4 * N);
	size_t n;

	(void)state;
	assert_non_null(json);
	n = (size_t)sprintf(json, "{\"ociVersion\": \"1.3.0\", \"root\": {\"path\": \"x\"}, "
				  "\"process\": {\"cwd\": \"/\", \"args\": [\"x\"], \"user\": "
				  "{\"additionalGids\": [0");
	for (unsigned i = 1; i < N; i++)
		n += (size_t)sprintf(json + n, ",5");
	strcpy(json + n, "]}}}");
	assert_int_equal(plan_text(f, json), -EINVAL);
	fixture_free(f);
	free(json);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_too_many_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
