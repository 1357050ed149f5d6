/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "plan/planner.h"
#include "fixture.h"

static void test_first_error_stops(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->problems.all = false;
	assert_int_equal(
		plan_text(
			f,
			CONFIG(PROCESS(
				"\"env\": [\"x\"], \"oomScoreAdj\": 2000") ", \"hostname\": \"a\", "
									   "\"linux\": "
									   "{\"namespaces\": "
									   "[{\"type\": \"x\"}]}")),
		-EINVAL);
	assert_int_equal(f->problems.errors, 1);
	assert_string_equal(f->list[0].err.where, "/linux/namespaces/0/type");
	fixture_free(f);
}

static void test_code_of_first_error(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	assert_int_equal(plan_text(f, CONFIG("\"linux\": {\"mountLabel\": \"x\"}")), -ENOTSUP);
	fixture_free(f);
}

/* A list full of warnings does not hide the error behind them. */
static void test_many_warnings(void **state)
{
	static char json[64 * PROBLEMS_MAX];
	struct fixture *f = fixture_new();
	size_t n = (size_t)sprintf(json, "{\"ociVersion\": \"1.3.0\", \"root\": {\"path\": \"x\"}, "
					 "\"process\": {\"cwd\": \"/\", \"args\": [\"x\"], "
					 "\"env\": [\"a\"");

	(void)state;
	for (int i = 0; i < PROBLEMS_MAX; i++)
		n += (size_t)sprintf(json + n, ", \"a\"");
	strcpy(json + n, "]}, \"linux\": {\"mountLabel\": \"x\"}}");
	assert_int_equal(plan_text(f, json), -ENOTSUP);
	assert_int_equal(f->problems.errors, 1);
	assert_true(f->problems.n == PROBLEMS_MAX);
	fixture_free(f);
}

static void test_versions(void **state)
{
	static const struct {
		const char *json;
		bool fine;
	} cases[] = {
		{ "{\"ociVersion\": \"1.0.0\", \"root\": {\"path\": \"x\"}}", true },
		{ "{\"ociVersion\": \"1.0.2-dev\", \"root\": {\"path\": \"x\"}}", true },
		{ "{\"ociVersion\": \"1.12.0\", \"root\": {\"path\": \"x\"}}", true },
		{ "{\"ociVersion\": \"1\", \"root\": {\"path\": \"x\"}}", false },
		{ "{\"ociVersion\": \"1.\", \"root\": {\"path\": \"x\"}}", false },
		{ "{\"ociVersion\": \"10.0.0\", \"root\": {\"path\": \"x\"}}", false },
		{ "{\"ociVersion\": \"0.9.0\", \"root\": {\"path\": \"x\"}}", false },
		{ "{\"ociVersion\": \"\", \"root\": {\"path\": \"x\"}}", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		struct fixture *f = fixture_new();

		assert_int_equal(plan_text(f, cases[i].json), cases[i].fine ? 0 : -EINVAL);
		fixture_free(f);
	}
}

/* plan_arena_size() is enough for the shortest entries of every list; running
 * out would stop the program. */
static void test_arena_size(void **state)
{
	enum { ENTRIES = 20000 };
	static const char *const cases[][3] = {
		{ "\"mounts\": [",
		  "{\"destination\":\"a\",\"options\":[\"bind\"],\"source\":\"b\"}",
		  "], " MOUNT_NS },
		{ "\"mounts\": [", "{\"destination\":\"a\",\"type\":\"b\"}", "], " MOUNT_NS },
		{ "\"mounts\": [{\"destination\":\"a\",\"type\":\"b\",\"options\": [", "\"c\"",
		  "]}], " MOUNT_NS },
		{ "\"mounts\": [{\"destination\":\"a\",\"type\":\"b\",\"options\": [", "\"c,d\"",
		  "]}], " MOUNT_NS },
		{ "\"linux\": {\"namespaces\": [{\"type\": \"mount\"}], \"maskedPaths\": [",
		  "\"/\"", "]}" },
		{ "\"linux\": {\"namespaces\": [{\"type\": \"mount\"}], \"devices\": [",
		  "{\"path\":\"/a\",\"type\":\"p\"}", "]}" },
		{ "\"process\": {\"cwd\": \"/\", \"args\": [", "\"\"", "]}" },
		{ "\"process\": {\"cwd\": \"/\", \"args\": [\"a\"], \"env\": [", "\"=\"", "]}" },
		{ "\"process\": {\"cwd\": \"/\", \"args\": [\"a\"], \"user\": "
		  "{\"additionalGids\": [",
		  "1", "]}}" },
		{ "\"process\": {\"cwd\": \"/\", \"args\": [\"a\"], \"rlimits\": [",
		  "{\"type\":\"RLIMIT_AS\",\"hard\":1,\"soft\":1}", "]}" },
		{ "\"hooks\": {\"poststop\": [", "{\"path\":\"/\"}", "]}" },
		{ "\"linux\": {\"resources\": {\"hugepageLimits\": [",
		  "{\"pageSize\":\"1KB\",\"limit\":1}", "]}}" },
		{ "\"linux\": {\"resources\": {\"blockIO\": {\"throttleWriteIOPSDevice\": [",
		  "{\"major\":1,\"minor\":1}", "]}}}" },
		{ "\"linux\": {\"resources\": {\"blockIO\": {\"weightDevice\": [",
		  "{\"major\":1,\"minor\":1,\"weight\":10}", "]}}}" },
	};
	char *json = malloc(ENTRIES * 128);

	(void)state;
	assert_non_null(json);
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		struct fixture *f = fixture_new();
		size_t n = (size_t)sprintf(json,
					   "{\"ociVersion\": \"1.3.0\", \"root\": "
					   "{\"path\": \"x\"}, %s",
					   cases[i][0]);

		for (int j = 0; j < ENTRIES; j++)
			n += (size_t)sprintf(json + n, "%s%s", j ? "," : "", cases[i][1]);
		sprintf(json + n, "%s}", cases[i][2]);
		f->opt.bundle = "/a/bundle/with/a/path/of/some/length/such/as/engines/use";
		(void)plan_text(f, json);
		fixture_free(f);
	}
	free(json);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_error_stops),
		cmocka_unit_test(test_code_of_first_error),
		cmocka_unit_test(test_many_warnings),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_arena_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
