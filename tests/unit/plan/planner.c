/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <stdio.h>

#include "plan/planner.h"
#include "fixture.h"

static struct arena new_arena(size_t size)
{
	struct arena a;

	assert_int_equal(arena_init(&a, size, NULL), 0);
	return a;
}

static void test_clean_path(void **state)
{
	static const char *const cases[][2] = {
		{ "/", "/" },
		{ "", "/" },
		{ "//", "/" },
		{ "/.", "/" },
		{ "/..", "/" },
		{ "/a", "/a" },
		{ "/a/", "/a" },
		{ "a", "/a" },
		{ "./a", "/a" },
		{ "/a//b", "/a/b" },
		{ "/a/./b/.", "/a/b" },
		{ "/a/../b", "/b" },
		{ "/a/b/../..", "/" },
		{ "/a/../../../b", "/b" },
		{ "../../a", "/a" },
		{ "/a/..b/c..", "/a/..b/c.." },
		{ "/.a/...", "/.a/..." },
		{ "/a/b/../c/./../d//", "/a/d" },
	};
	struct arena a = new_arena(1 << 16);

	(void)state;
	for (size_t i = 0; i < ARRAY_N(cases); i++)
		assert_string_equal(plan_clean_path(&a, cases[i][0]), cases[i][1]);
	arena_drop(&a);
}

static void test_join_path(void **state)
{
	struct arena a = new_arena(1 << 16);

	(void)state;
	assert_string_equal(plan_join_path(&a, "/b", "x"), "/b/x");
	assert_string_equal(plan_join_path(&a, "/b/", "x/../y"), "/b/x/../y");
	assert_string_equal(plan_join_path(&a, "/", "x"), "/x");
	assert_string_equal(plan_join_path(&a, "", "x"), "/x");
	assert_string_equal(plan_join_path(&a, "/b", "/x"), "/x");
	arena_drop(&a);
}

static void test_path_within(void **state)
{
	(void)state;
	assert_true(plan_path_within("/proc", "/proc"));
	assert_true(plan_path_within("/proc/self", "/proc"));
	assert_true(plan_path_within("/x", "/"));
	assert_false(plan_path_within("/processes", "/proc"));
	assert_false(plan_path_within("/pro", "/proc"));
}

static void test_pointers(void **state)
{
	char key[2 * ERR_WHERE_MAX];
	struct plan_pointer p;

	(void)state;
	assert_string_equal(AT("/mounts/%zu/options/%zu", (size_t)3, (size_t)4),
			    "/mounts/3/options/4");
	assert_string_equal(AT_KEY("/a", "b/c~d"), "/a/b~1c~0d");
	assert_string_equal(AT_KEY("/a", ""), "/a/");
	memset(key, '/', sizeof(key));
	key[sizeof(key) - 1] = '\0';
	p = plan_pointer_key("/a", key);
	assert_true(strlen(p.at) < sizeof(p.at));
}

static void test_list(void **state)
{
	unsigned long mask[2] = { 0 }, highest;

	(void)state;
	assert_int_equal(plan_parse_list("0-2,7,64", 128, mask, &highest), 0);
	assert_int_equal(mask[0], 0x87);
	assert_int_equal(mask[1], 1);
	assert_int_equal(highest, 64);
	assert_int_equal(plan_parse_list("127", 128, mask, &highest), 0);
	assert_int_equal(plan_parse_list("128", 128, NULL, &highest), -ERANGE);
	assert_int_equal(plan_parse_list("0-99999999999999999999", 128, NULL, &highest), -ERANGE);
	for (size_t i = 0; i < 10; i++) {
		static const char *const bad[10] = { "",   ",",   "1,",   ",1", "1-",
						     "-1", "2-1", "1--2", "a",  "1 " };

		assert_int_equal(plan_parse_list(bad[i], 128, NULL, &highest), -EINVAL);
	}
}

static void test_set(void **state)
{
	enum { N = 5000 };
	struct arena a = new_arena(1 << 20);
	struct plan_set set = plan_set_new(&a, N);
	char s[16];

	(void)state;
	for (int i = 0; i < N; i++) {
		snprintf(s, sizeof(s), "%d", i);
		assert_true(plan_set_add(&set, arena_strdup(&a, s), strlen(s)));
	}
	for (int i = 0; i < N; i++) {
		snprintf(s, sizeof(s), "%d", i);
		assert_false(plan_set_add(&set, s, strlen(s)));
	}
	arena_drop(&a);
	a = new_arena(4096);
	set = plan_set_new(&a, 0);
	assert_true(plan_set_add(&set, "", 0));
	assert_false(plan_set_add(&set, "x", 0));
	assert_true(plan_set_add(&set, "ab", 2));
	assert_true(plan_set_add(&set, "ab", 1));
	arena_drop(&a);
}

static void test_path_fits(void **state)
{
	struct fixture *f = fixture_new();
	char path[PATH_MAX + 2];

	(void)state;
	f->p.problems = &f->problems;
	for (size_t i = 0; i < sizeof(path); i++)
		path[i] = i % 256 ? 'n' : '/';
	path[PATH_MAX - 1] = '\0';
	assert_true(plan_path_fits(&f->p, path, "/x"));
	path[PATH_MAX - 1] = 'n';
	path[PATH_MAX] = '\0';
	assert_false(plan_path_fits(&f->p, path, "/x"));
	memset(path, 'n', 256);
	path[0] = '/';
	path[256] = '\0';
	assert_true(plan_path_fits(&f->p, path, "/x"));
	path[256] = 'n';
	path[257] = '\0';
	assert_false(plan_path_fits(&f->p, path, "/x"));
	assert_int_equal(f->problems.errors, 2);
	assert_int_equal(f->list[1].err.code, ENAMETOOLONG);
	fixture_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean_path),  cmocka_unit_test(test_join_path),
		cmocka_unit_test(test_path_within), cmocka_unit_test(test_pointers),
		cmocka_unit_test(test_list),        cmocka_unit_test(test_set),
		cmocka_unit_test(test_path_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
