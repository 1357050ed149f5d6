/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of libocispec/scan.c and keyset.c: pieces of JSON text. */
#include "tests/unit/libocispec/document.h"

#include <errno.h>

#include "libocispec/keyset.h"
#include "libocispec/scan.h"

static void token_start_skips_what_stands_between(void **state)
{
	(void)state;
	assert_int_equal(oci_scan_token(" \t\r\n{", 0, 5), 4);
	assert_int_equal(oci_scan_token("1 , 2", 1, 5), 4);
	assert_int_equal(oci_scan_token("\"a\" : \"b\"", 3, 9), 6);
	assert_int_equal(oci_scan_token("[,,", 1, 3), 2);
	assert_int_equal(oci_scan_token("", 0, 0), 0);
}

static void ascii_is_found_at_every_offset(void **state)
{
	char buf[40];

	(void)state;
	for (size_t n = 0; n < sizeof(buf); n++) {
		memset(buf, 'x', sizeof(buf));
		assert_true(oci_scan_ascii(buf, n));
		for (size_t i = 0; i < n; i++) {
			buf[i] = (char)0x80;
			assert_false(oci_scan_ascii(buf, n));
			buf[i] = 0x7f;
		}
	}
}

static void utf8_is_strict(void **state)
{
	static const char *const good[] = { "",
					    "a",
					    "\xc2\x80",
					    "\xdf\xbf",
					    "\xe0\xa0\x80",
					    "\xed\x9f\xbf",
					    "\xee\x80\x80",
					    "\xef\xbf\xbf",
					    "\xf0\x90\x80\x80",
					    "\xf4\x8f\xbf\xbf",
					    "gr\xc3\xbc\xc3\x9f" };
	static const char *const bad[] = { "\x80",
					   "\xbf",
					   "\xc0\x80",
					   "\xc1\xbf",
					   "\xc2",
					   "\xc2z",
					   "\xe0\x9f\xbf",
					   "\xe0\xa0",
					   "\xed\xa0\x80",
					   "\xed\xbf\xbf",
					   "\xe2\x82z",
					   "\xf0\x8f\xbf\xbf",
					   "\xf4\x90\x80\x80",
					   "\xf5\x80\x80\x80",
					   "\xf0\x90\x80",
					   "\xff",
					   "ok\xfe" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(oci_scan_utf8(good[i], strlen(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(oci_scan_utf8(bad[i], strlen(bad[i])));
}

static void escapes_are_replaced(void **state)
{
	static const struct {
		const char *in, *out;
		int err;
	} cases[] = {
		{ "", "", 0 },
		{ "plain", "plain", 0 },
		{ "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t", 0 },
		{ "\\u0041\\u00e9\\u20AC", "A\xc3\xa9\xe2\x82\xac", 0 },
		{ "\\ud83d\\ude00!", "\xf0\x9f\x98\x80!", 0 },
		{ "\\uD800\\uDC00", "\xf0\x90\x80\x80", 0 },
		{ "\\uDBFF\\uDFFF", "\xf4\x8f\xbf\xbf", 0 },
		{ "\\u0000", NULL, -EINVAL },
		{ "\\ud800", NULL, -EILSEQ },
		{ "\\udc00", NULL, -EILSEQ },
		{ "\\ud800x", NULL, -EILSEQ },
		{ "\\ud800\\n", NULL, -EILSEQ },
		{ "\\ud800\\u0041", NULL, -EILSEQ },
		{ "\\ud800\\ud800", NULL, -EILSEQ },
		{ "\\ude00\\ud83d", NULL, -EILSEQ },
		{ "\\", NULL, -EILSEQ },
		{ "\\u12", NULL, -EILSEQ },
		{ "\\u12g4", NULL, -EILSEQ },
		{ "\\x", NULL, -EILSEQ },
	};
	char out[64];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(oci_scan_unescape(cases[i].in, strlen(cases[i].in), out, &len),
				 cases[i].err);
		if (cases[i].err == 0) {
			assert_int_equal(len, strlen(cases[i].out));
			assert_memory_equal(out, cases[i].out, len);
		}
	}
}

static void integers(void **state)
{
	static const struct {
		const char *in;
		int err;
		bool negative;
		uint64_t magnitude;
	} cases[] = {
		{ "0", 0, false, 0 },
		{ "-0", 0, false, 0 },
		{ "-1", 0, true, 1 },
		{ "18446744073709551615", 0, false, UINT64_MAX },
		{ "-18446744073709551615", 0, true, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, false, 0 },
		{ "184467440737095516150", -ERANGE, false, 0 },
		{ "99999999999999999999999999999999", -ERANGE, false, 0 },
		{ "", -EINVAL, false, 0 },
		{ "-", -EINVAL, false, 0 },
		{ "1.0", -EINVAL, false, 0 },
		{ "1e3", -EINVAL, false, 0 },
		{ "1E+3", -EINVAL, false, 0 },
	};
	uint64_t v;
	bool negative;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(oci_scan_integer(cases[i].in, strlen(cases[i].in), &negative, &v),
				 cases[i].err);
		if (cases[i].err == 0) {
			assert_int_equal(negative, cases[i].negative);
			assert_int_equal(v, cases[i].magnitude);
		}
	}
}

static void keyset_finds_duplicates(void **state)
{
	static const char *const keys[] = { "b",
					    "a",
					    "",
					    "ab",
					    "aa",
					    "abc",
					    "abd",
					    "\xc3\xa9",
					    "A",
					    "a ",
					    "abcdefghijklmnop",
					    "abcdefghijklmnoq",
					    "0" };
	enum { COUNT = sizeof(keys) / sizeof(keys[0]) };
	struct oci_keynode node[COUNT + 1];
	uint32_t root = 0;
	char copy[32];

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		assert_true(oci_keyset_add(node, i, &root, keys[i]));
		for (size_t k = 0; k <= i; k++) {
			(void)snprintf(copy, sizeof(copy), "%s", keys[k]);
			assert_false(oci_keyset_add(node, i + 1, &root, copy));
		}
	}
}

/* Nodes on the way to a key. */
static size_t steps(const struct oci_keynode *at, uint32_t root, const char *key)
{
	size_t n = 0, len = strlen(key);
	uint32_t link = root;

	for (; !(link & 1); n++) {
		const struct oci_keynode *node = &at[link >> 1];
		bool right = node->byte < len && (key[node->byte] & node->mask);

		link = node->child[right];
	}
	assert_string_equal(at[link >> 1].key, key);
	return n;
}

/* The worst keys for the tree, each a prefix of the next: eight steps per byte is
 * a bound, and twice the keys cost no more per byte of text. */
static void keyset_is_linear_in_the_text(void **state)
{
	enum { MAX = 1500 };
	struct oci_keynode *node = calloc(MAX + 1, sizeof(*node));
	char(*key)[MAX + 1] = calloc(MAX, sizeof(*key));
	size_t total = 0, bytes = 0;
	uint32_t root = 0;

	(void)state;
	assert_non_null(node);
	assert_non_null(key);
	for (size_t i = 0; i < MAX; i++) {
		memset(key[i], 'a', i + 1);
		assert_true(oci_keyset_add(node, i, &root, key[i]));
	}
	for (size_t i = 0; i < MAX; i++) {
		total += steps(node, root, key[i]);
		bytes += i + 1;
	}
	assert_true(total <= 8 * bytes);
	free(key);
	free(node);
}

static void keyset_holds_many(void **state)
{
	enum { MAX = 100000 };
	struct oci_keynode *node = calloc(MAX + 1, sizeof(*node));
	char(*key)[16] = calloc(MAX, sizeof(*key));
	uint32_t root = 0;

	(void)state;
	assert_non_null(node);
	assert_non_null(key);
	for (unsigned i = 0; i < MAX; i++) {
		(void)snprintf(key[i], sizeof(key[i]), "%x", i * 2654435761U);
		assert_true(oci_keyset_add(node, i, &root, key[i]));
	}
	for (unsigned i = 0; i < MAX; i++) {
		assert_true(steps(node, root, key[i]) <= 64);
		assert_false(oci_keyset_add(node, MAX, &root, key[i]));
	}
	free(key);
	free(node);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(token_start_skips_what_stands_between),
		cmocka_unit_test(ascii_is_found_at_every_offset),
		cmocka_unit_test(utf8_is_strict),
		cmocka_unit_test(escapes_are_replaced),
		cmocka_unit_test(integers),
		cmocka_unit_test(keyset_finds_duplicates),
		cmocka_unit_test(keyset_is_linear_in_the_text),
		cmocka_unit_test(keyset_holds_many),
	};

	return cmocka_run_group_tests_name("libocispec/scan", tests, NULL, NULL);
}
