/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - bounded text: printf(3) is the oracle of formats, yajl the one of JSON,
 * and a plain reading of RFC 3629 the one of UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_tree.h>

/* Ours and libc's, which must be the same. */
#define SAME(...)                                                                          \
	do {                                                                               \
		char ours[256], theirs[256];                                               \
		size_t n = text_fmt(ours, sizeof(ours), __VA_ARGS__);                      \
                                                                                           \
		assert_int_equal(n, snprintf(theirs, sizeof(theirs), __VA_ARGS__));        \
		assert_string_equal(ours, theirs);                                         \
	} while (0)

static void formats_of_int(void **state)
{
	static const int values[] = { 0, 1, -1, 7, 8, 9, 10, 255, -255, INT_MAX, INT_MIN };

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		int v = values[i];
		unsigned int u = (unsigned int)v;

		SAME("%d", v);
		SAME("%u", u);
		SAME("%x", u);
		SAME("%o", u);
		SAME("%04d", v);
		SAME("%04o", u);
		SAME("%08x", u);
		SAME("%020d", v);
		SAME("%d:%u %x", v, u, u);
	}
}

static void formats_of_long(void **state)
{
	static const long long values[] = { 0, 1, -1, 1LL << 32, INT_MIN, LLONG_MAX, LLONG_MIN };

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		long long v = values[i];
		unsigned long long u = (unsigned long long)v;

		SAME("%ld %lu %lx", (long)v, (unsigned long)u, (unsigned long)u);
		SAME("%lld %llu %llx", v, u, u);
		SAME("%zu %zd", (size_t)u, (ssize_t)v);
		SAME("%09ld", (long)v);
		SAME("%016llx|%d", u, 3);
	}
}

static void formats_of_text(void **state)
{
	const char *volatile none = NULL;
	char buf[32];

	(void)state;
	SAME("plain");
	SAME("%%");
	SAME("100%% of %s", "it");
	SAME("%s%s", "", "a");
	SAME("%c%c", 'a', 'z');
	SAME("%.*s|%.*s|%.*s", 2, "abc", 0, "abc", 9, "abc");
	SAME("%.*s", -1, "abc");
	SAME("%.*s", 2, (const char[]){ 'a', 'b', 'c' });
	text_fmt(buf, sizeof(buf), "%s", none);
	assert_string_equal(buf, "(null)");
}

/* What the compiler would not let pass does no harm. */
static void formats_that_end_early(void **state)
{
	static const char *const odd[] = { "a%", "a%l", "a%0", "a%08", "a%.", "a%z" };
	char buf[16];

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		const char *fmt = strdup(odd[i]); /* alone on the heap, for the sanitizer */

		assert_non_null(fmt);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
		text_fmt(buf, sizeof(buf), fmt);
#pragma GCC diagnostic pop
		assert_int_equal(buf[0], 'a');
		free((void *)(uintptr_t)fmt);
	}
}

/* Every buffer size: what fits is there, what does not is marked, nothing else
 * is touched. */
static void cut_text(void **state)
{
	static const char whole[] = "ab-12-cd";
	char buf[16];

	(void)state;
	for (size_t cap = 1; cap < sizeof(buf); cap++) {
		struct text t;

		memset(buf, 0x55, sizeof(buf));
		t = text_over(buf, cap);
		assert_string_equal(buf, "");
		text_add(&t, "%s-%d-", "ab", 12);
		text_bytes(&t, "cd", 2);
		assert_int_equal(t.cut, cap < sizeof(whole));
		assert_int_equal(t.len, cap < sizeof(whole) ? cap - 1 : sizeof(whole) - 1);
		assert_int_equal(strlen(buf), t.len);
		assert_memory_equal(buf, whole, t.len);
		for (size_t i = cap; i < sizeof(buf); i++)
			assert_int_equal(buf[i], 0x55);
	}
}

static void assert_json(const char *in, const char *want)
{
	char buf[256];
	struct text t = text_over(buf, sizeof(buf));

	text_json(&t, in);
	assert_string_equal(buf, want);
	assert_false(t.cut);
}

#define FFFD "\xef\xbf\xbd"

static void json_strings(void **state)
{
	(void)state;
	assert_json("", "\"\"");
	assert_json("a b", "\"a b\"");
	assert_json("\"\\/", "\"\\\"\\\\/\"");
	assert_json("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"");
	assert_json("\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\"");
	assert_json("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
		    "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
	assert_json("a\377b", "\"a" FFFD "b\"");
	assert_json("\xc0\xaf", "\"" FFFD FFFD "\"");                   /* overlong */
	assert_json("\xed\xa0\x80", "\"" FFFD FFFD FFFD "\"");          /* surrogate */
	assert_json("\xf4\x90\x80\x80", "\"" FFFD FFFD FFFD FFFD "\""); /* > U+10FFFF */
	assert_json("\xe2\x82", "\"" FFFD FFFD "\"");                   /* ends early */
}

/* Any bytes become a string that a JSON parser takes. */
static void json_of_anything(void **state)
{
	unsigned int seed = 1;
	char in[33], out[256];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct text t = text_over(out, sizeof(out));
		size_t n = (size_t)round % sizeof(in);
		yajl_val v;

		for (size_t i = 0; i < n; i++)
			in[i] = (char)(rand_r(&seed) % 255 + 1);
		in[n] = '\0';
		text_json(&t, in);
		assert_false(t.cut);
		v = yajl_tree_parse(out, NULL, 0);
		assert_non_null(v);
		assert_true(YAJL_IS_STRING(v));
		yajl_tree_free(v);
	}
}

static size_t encode(uint32_t c, char *s)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		s[i] = (char)(0x80 | (c & 0x3f));
	s[0] = (char)(n == 1 ? c : (0xf00U >> n & 0xff) | c);
	s[n] = '\0';
	return n;
}

/* Each character goes through as it is, unless it is a control or none at all. */
static void every_code_point(void **state)
{
	(void)state;
	for (uint32_t c = 1; c <= 0x1fffff; c++) {
		bool character = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
		bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
		char in[5], buf[32];
		struct text t = text_over(buf, sizeof(buf));

		encode(c, in);
		text_printable(&t, in);
		assert_int_equal(strcmp(in, buf) == 0, character && !control);
		t = text_over(buf, sizeof(buf));
		text_json(&t, in);
		assert_int_equal(strstr(buf, FFFD) != NULL, !character || c == 0xfffd);
	}
}

static void printable(void **state)
{
	char buf[64];
	struct text t = text_over(buf, sizeof(buf));

	(void)state;
	text_printable(&t, "a\x1b[1m\n\xc2\x9b\xff\xc3\xa9\\");
	assert_string_equal(buf, "a\\x1b[1m\\x0a\\xc2\\x9b\\xff\xc3\xa9\\");
}

struct number { const char *s; int ret; uint64_t v; };

static void numbers_u64(void **state)
{
	static const struct number rows[] = {
		{ "0", 0, 0 },
		{ "1", 0, 1 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "99999999999999999999", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
		{ "1a", -EINVAL, 0 },
		{ "00", -EINVAL, 0 },
		{ "01", -EINVAL, 0 },
		{ "0x1", -EINVAL, 0 },
		{ "1.0", -EINVAL, 0 },
		{ "1e3", -EINVAL, 0 },
		{ "-", -EINVAL, 0 },
		{ "\xd9\xa1", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t v = 42;

		assert_int_equal(text_u64(rows[i].s, &v), rows[i].ret);
		assert_true(v == (rows[i].ret ? 42 : rows[i].v));
	}
}

static void numbers_u32(void **state)
{
	uint32_t v = 42;

	(void)state;
	assert_int_equal(text_u32("4294967296", &v), -ERANGE);
	assert_int_equal(text_u32("18446744073709551616", &v), -ERANGE);
	assert_int_equal(text_u32("-1", &v), -EINVAL);
	assert_int_equal(v, 42);
	assert_int_equal(text_u32("4294967295", &v), 0);
	assert_int_equal(v, UINT32_MAX);
}

static void numbers_i64(void **state)
{
	int64_t v = 42;

	(void)state;
	assert_int_equal(text_i64("9223372036854775808", &v), -ERANGE);
	assert_int_equal(text_i64("-9223372036854775809", &v), -ERANGE);
	assert_int_equal(text_i64("--1", &v), -EINVAL);
	assert_int_equal(text_i64("-", &v), -EINVAL);
	assert_int_equal(text_i64("", &v), -EINVAL);
	assert_int_equal(text_i64("-01", &v), -EINVAL);
	assert_int_equal(v, 42);
	assert_int_equal(text_i64("9223372036854775807", &v), 0);
	assert_true(v == INT64_MAX);
	assert_int_equal(text_i64("-9223372036854775808", &v), 0);
	assert_true(v == INT64_MIN);
	assert_int_equal(text_i64("-17", &v), 0);
	assert_int_equal(v, -17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_of_int),   cmocka_unit_test(formats_of_long),
		cmocka_unit_test(formats_of_text),  cmocka_unit_test(formats_that_end_early),
		cmocka_unit_test(cut_text),         cmocka_unit_test(json_strings),
		cmocka_unit_test(json_of_anything), cmocka_unit_test(every_code_point),
		cmocka_unit_test(printable),        cmocka_unit_test(numbers_u64),
		cmocka_unit_test(numbers_u32),      cmocka_unit_test(numbers_i64),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
