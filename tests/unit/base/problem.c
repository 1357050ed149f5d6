/* SPDX-License-Identifier: Apache-2.0 */
/* problem.c - the list of what is wrong: what is kept, counted, and found first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/problem.h"

#include <errno.h>
#include <string.h>

static void nothing_is_wrong(void **state)
{
	struct problems p = { 0 };
	struct err e = { .code = 7 };

	(void)state;
	assert_false(problems_stop(&p));
	assert_int_equal(problems_first(&p, &e), 0);
	assert_int_equal(e.code, 7);
}

static void the_first_error_is_enough(void **state)
{
	struct problem at[2];
	struct problems p = { .at = at, .cap = 2 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(problem_add(&p, true, "/x", 0, "unknown key"), 0);
	assert_int_equal(p.n, 0);
	assert_int_equal(p.warnings, 0);
	assert_int_equal(problem_add(&p, false, "/a/1", EINVAL, "no %s", "good"), -EINVAL);
	assert_true(problems_stop(&p));
	assert_int_equal(problem_add(&p, false, "/b", ERANGE, "later"), -ERANGE);
	assert_int_equal(problems_first(&p, &e), -EINVAL);
	assert_int_equal(e.code, EINVAL);
	assert_string_equal(e.where, "/a/1");
	assert_string_equal(e.msg, "no good");
	assert_int_equal(problems_first(&p, NULL), -EINVAL);
}

static void check_wants_all(void **state)
{
	struct problem at[3];
	struct problems p = { .at = at, .cap = 3, .all = true };
	struct err e = { 0 };

	(void)state;
	memset(at, 0x55, sizeof(at));
	problem_add(&p, true, "", 0, "w1");
	problem_add(&p, false, "/e1", EINVAL, "e1");
	assert_false(problems_stop(&p));
	problem_add(&p, true, "/w2", 0, "w2");
	problem_add(&p, false, "/e2", ERANGE, "e2");
	assert_int_equal(p.n, 3);
	assert_int_equal(p.errors, 2);
	assert_int_equal(p.warnings, 2);
	assert_true(at[0].warning);
	assert_string_equal(at[0].err.where, "");
	assert_int_equal(at[0].line, 0);
	assert_int_equal(at[0].col, 0);
	assert_false(at[1].warning);
	assert_string_equal(at[2].err.msg, "w2");
	assert_int_equal(problems_first(&p, &e), -EINVAL);
	assert_string_equal(e.where, "/e1");
}

/* However many warnings come before it: an error never looks like success. */
static void warnings_do_not_hide_an_error(void **state)
{
	struct problem at[2];
	struct problems p = { .at = at, .cap = 2, .all = true };
	struct err e = { 0 };

	(void)state;
	for (int i = 0; i < 5; i++)
		problem_add(&p, true, "/w", 0, "w%d", i);
	assert_int_equal(problems_first(&p, &e), 0);
	problem_add(&p, false, "/e1", EINVAL, "e1");
	problem_add(&p, false, "/e2", EPERM, "e2");
	assert_int_equal(p.n, 2);
	assert_int_equal(p.warnings, 5);
	assert_int_equal(p.errors, 2);
	assert_int_equal(problems_first(&p, &e), -EINVAL);
	assert_string_equal(e.where, "/e1");
	assert_string_equal(at[0].err.msg, "w0");
}

static void no_place_at_all(void **state)
{
	struct problems p = { .all = true };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(problem_add(&p, false, "/e", EPERM, "e"), -EPERM);
	assert_int_equal(problems_first(&p, &e), -EINVAL);
	assert_int_equal(e.code, EINVAL);
	assert_int_equal(problems_first(&p, NULL), -EINVAL);
}

static void long_texts_are_cut(void **state)
{
	struct problem at;
	struct problems p = { .at = &at, .cap = 1 };
	char text[1000];

	(void)state;
	memset(text, 't', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	problem_add(&p, false, text, EINVAL, "%s", text);
	assert_int_equal(strlen(at.err.where), ERR_WHERE_MAX - 1);
	assert_int_equal(strlen(at.err.msg), ERR_MSG_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_wrong), cmocka_unit_test(the_first_error_is_enough),
		cmocka_unit_test(check_wants_all),  cmocka_unit_test(warnings_do_not_hide_an_error),
		cmocka_unit_test(no_place_at_all),  cmocka_unit_test(long_texts_are_cut),
	};

	return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
