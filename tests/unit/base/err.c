/* SPDX-License-Identifier: Apache-2.0 */
/* err.c - errors: the words that engines match, and what is kept when room is short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/err.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

/* Substrings that podman, moby, CRI-O and containerd look for, exactly so. */
static void engines_match_words(void **state)
{
	(void)state;
	assert_string_equal(err_text(EPERM), "operation not permitted");
	assert_string_equal(err_text(ENOENT), "no such file or directory");
	assert_string_equal(err_text(ESRCH), "no such process");
	assert_string_equal(err_text(ENOEXEC), "exec format error");
	assert_string_equal(err_text(EACCES), "permission denied");
	assert_string_equal(err_text(EEXIST), "file exists");
	assert_string_equal(err_text(ENOTDIR), "not a directory");
	assert_string_equal(err_text(EISDIR), "is a directory");
	assert_string_equal(err_text(ENAMETOOLONG), "file name too long");
}

static void every_errno_has_its_text(void **state)
{
	(void)state;
	for (int code = 1; code <= EHWPOISON; code++) {
		const char *text = err_text(code);

		if (code == 41 || code == 58) /* never given out by Linux */
			continue;
		assert_string_not_equal(text, "unknown error");
		assert_true(text[strlen(text) - 1] != '.');
#ifdef __GLIBC__
		assert_int_equal(strcasecmp(text, strerrordesc_np(code)), 0);
#endif
		/* lower case, but for what is a name: RFS, .lib, */
		assert_false(text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z');
	}
}

static void other_numbers_are_unknown(void **state)
{
	static const int codes[] = { 0, -1, 41, EHWPOISON + 1, 524, INT_MAX, INT_MIN };

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_string_equal(err_text(codes[i]), "unknown error");
}

static void set_fills_and_returns(void **state)
{
	struct err e = { .where = "/a" };

	(void)state;
	assert_int_equal(err_set(&e, EINVAL, "no %s of %d", "b", 3), -EINVAL);
	assert_int_equal(e.code, EINVAL);
	assert_string_equal(e.msg, "no b of 3");
	assert_string_equal(e.where, "/a");
	assert_int_equal(err_set(NULL, EPERM, "%s", "x"), -EPERM);
}

static void sys_appends_the_reason(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(err_sys(&e, -ENOENT, "open \"%s\"", "/x"), -ENOENT);
	assert_int_equal(e.code, ENOENT);
	assert_string_equal(e.msg, "open \"/x\": no such file or directory");
	assert_int_equal(err_sys(&e, -524, "seal"), -524);
	assert_string_equal(e.msg, "seal: errno 524");
	assert_int_equal(err_sys(NULL, -EPERM, "%s", "x"), -EPERM);
}

/* A name of any length leaves code, reason and terminator whole. */
static void the_reason_survives_long_names(void **state)
{
	static const char reason[] = ": no such file or directory";
	const size_t whole = ERR_MSG_MAX - sizeof(reason);
	char name[2 * ERR_MSG_MAX] = "";
	struct err e;

	(void)state;
	for (size_t n = 0; n < sizeof(name) - 1; n++) {
		size_t len;

		memset(&e, 0x55, sizeof(e));
		memset(name, 'n', n);
		err_sys(&e, -ENOENT, "%s", name);
		assert_non_null(memchr(e.msg, '\0', sizeof(e.msg)));
		len = strlen(e.msg);
		assert_int_equal(len, (n < whole ? n : whole) + sizeof(reason) - 1);
		assert_string_equal(e.msg + len - (sizeof(reason) - 1), reason);
		assert_int_equal(strstr(e.msg, "n...: no") != NULL, n > whole);
	}
	err_set(&e, EINVAL, "%s", name);
	assert_int_equal(strlen(e.msg), ERR_MSG_MAX - 1);
	assert_string_equal(e.msg + ERR_MSG_MAX - 5, "n...");
}

static void the_inner_place_stays(void **state)
{
	struct err e = { 0 };
	char longer[2 * ERR_WHERE_MAX];

	(void)state;
	err_where(&e, "/mounts/%u", 3);
	err_where(&e, "%s", "outer");
	assert_string_equal(e.where, "/mounts/3");
	err_where(NULL, "%s", "x");

	e.where[0] = '\0';
	memset(longer, 'w', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	err_where(&e, "%s", longer);
	assert_int_equal(strlen(e.where), ERR_WHERE_MAX - 1);
}

static void prefixes_stack(void **state)
{
	struct err e = { 0 };

	(void)state;
	err_set(&e, EINVAL, "inner");
	err_prefix(&e, "middle %d", 2);
	err_prefix(&e, "%s", "outer");
	assert_string_equal(e.msg, "outer: middle 2: inner");
	err_prefix(&e, "%.*s", 3, e.msg); /* its own text is read before it moves */
	assert_string_equal(e.msg, "out: outer: middle 2: inner");
	assert_int_equal(e.code, EINVAL);
	err_prefix(NULL, "%s", "x");
}

/* Prefix and message of all lengths: the end of the message is its reason. */
static void a_prefix_keeps_the_end(void **state)
{
	char prefix[ERR_MSG_MAX + 20] = "", msg[ERR_MSG_MAX] = "";
	struct err e = { 0 };

	(void)state;
	for (size_t p = 1; p < sizeof(prefix) - 1; p += 7) {
		memset(prefix, 'p', p);
		for (size_t m = 1; m < sizeof(msg); m++) {
			memset(msg, 'm', m);
			memcpy(msg + m - 1, "E", 2);
			err_set(&e, EINVAL, "%s", msg);
			err_prefix(&e, "%s", prefix);
			assert_non_null(memchr(e.msg, '\0', sizeof(e.msg)));
			assert_int_equal(e.msg[strlen(e.msg) - 1], 'E');
			assert_int_equal(e.msg[0], 'p');
			if (p < ERR_MSG_MAX / 2 - 2 && p + 2 + m < ERR_MSG_MAX)
				assert_int_equal(strlen(e.msg), p + 2 + m);
			else
				assert_non_null(strstr(e.msg, "..."));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(engines_match_words),
		cmocka_unit_test(every_errno_has_its_text),
		cmocka_unit_test(other_numbers_are_unknown),
		cmocka_unit_test(set_fills_and_returns),
		cmocka_unit_test(sys_appends_the_reason),
		cmocka_unit_test(the_reason_survives_long_names),
		cmocka_unit_test(the_inner_place_stays),
		cmocka_unit_test(prefixes_stack),
		cmocka_unit_test(a_prefix_keeps_the_end),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
