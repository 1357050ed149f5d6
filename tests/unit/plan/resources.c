/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/resources.h"
#include "fixture.h"

static void test_weights(void **state)
{
	static const struct {
		uint64_t shares;
		unsigned weight;
	} cases[] = {
		{ 0, 0 },         { 1, 1 },          { 2, 1 },          { 3, 2 },
		{ 10, 4 },        { 100, 17 },       { 256, 35 },       { 512, 59 },
		{ 1000, 99 },     { 1023, 100 },     { 1024, 100 },     { 1025, 101 },
		{ 2048, 174 },    { 4096, 303 },     { 10000, 627 },    { 65536, 3023 },
		{ 131072, 5478 }, { 262143, 10000 }, { 262144, 10000 }, { UINT64_MAX, 10000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(cases); i++)
		assert_int_equal(plan_cpu_weight(cases[i].shares), cases[i].weight);
}

/* All of them, as FNV-1a over ceil(pow(10, (l * l + 125 * l) / 612 - 7.0 / 34))
 * with l = log2(shares) of glibc's libm, which the program does not have. */
static void test_all_weights(void **state)
{
	uint64_t hash = 0xcbf29ce484222325;
	unsigned last = 1;

	(void)state;
	for (uint64_t shares = 2; shares <= 262144; shares++) {
		unsigned weight = plan_cpu_weight(shares);

		assert_true(weight >= last);
		last = weight;
		hash = (hash ^ weight) * 0x100000001b3;
	}
	assert_true(hash == 0x9001fbc77c74aa97);
}

static void test_order(void **state)
{
	/* idle before weight, quota before burst, unified last */
	static const char *const files[] = {
		"cpu.idle",   "cpu.weight",      "cpu.max",  "cpu.max.burst",
		"memory.max", "memory.swap.max", "pids.max", "cpu.idle",
	};
	struct fixture *f = fixture_new();
	const struct plan_cgroup *c = &f->plan.cgroup;

	(void)state;
	assert_int_equal(
		plan_text(f, CONFIG("\"linux\": {\"resources\": {"
				    "\"unified\": {\"cpu.idle\": \"0\"}, \"pids\": {\"limit\": 1},"
				    "\"memory\": {\"limit\": 5, \"swap\": 5},"
				    "\"cpu\": {\"burst\": 1, \"quota\": 1000, \"shares\": 2, "
				    "\"idle\": 0}}}")),
		0);
	assert_int_equal(c->writes_n, ARRAY_N(files));
	for (size_t i = 0; i < ARRAY_N(files); i++)
		assert_string_equal(c->writes[i].file, files[i]);
	assert_string_equal(c->writes[5].value, "0");
	assert_string_equal(c->writes[7].pointer, "/linux/resources/unified/cpu.idle");
	assert_true(c->limits_asked);
	fixture_free(f);
}

static void test_io_weight(void **state)
{
	static const struct {
		const char *json, *value;
	} cases[] = {
		{ CONFIG("\"linux\": {\"resources\": {\"blockIO\": {\"weight\": 10}}}"), "1" },
		{ CONFIG("\"linux\": {\"resources\": {\"blockIO\": {\"weight\": 11}}}"), "11" },
		{ CONFIG("\"linux\": {\"resources\": {\"blockIO\": {\"weight\": 1000}}}"),
		  "10000" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		struct fixture *f = fixture_new();

		assert_int_equal(plan_text(f, cases[i].json), 0);
		assert_string_equal(f->plan.cgroup.writes[1].file, "io.weight");
		assert_string_equal(f->plan.cgroup.writes[1].value, cases[i].value);
		fixture_free(f);
	}
}

static void test_unprivileged(void **state)
{
	static const struct {
		const char *json;
		bool ignore;
	} cases[] = {
		{ CONFIG("\"linux\": {}"), true },
		{ CONFIG("\"linux\": {\"cgroupsPath\": \"/a\"}"), false },
		{ CONFIG("\"linux\": {\"resources\": {\"pids\": {\"limit\": 1}}}"), false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		struct fixture *f = fixture_new();

		f->host.euid = 1000;
		assert_int_equal(plan_text(f, cases[i].json), 0);
		assert_int_equal(f->plan.cgroup.ignore_errors, cases[i].ignore);
		fixture_free(f);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights),      cmocka_unit_test(test_all_weights),
		cmocka_unit_test(test_order),        cmocka_unit_test(test_io_weight),
		cmocka_unit_test(test_unprivileged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
