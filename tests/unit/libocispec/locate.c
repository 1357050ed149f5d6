/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of oci_locate(), oci_position() and oci_keys(). */
#include "tests/unit/libocispec/document.h"

#include <errno.h>

static const char sample[] = "{\n"
			     "  \"a\": 1,\n"
			     "  \"list\": [10, {\"x\": [[], {}, \"]}\"]},\n"
			     "\t\t\"third\" ],\n"
			     "  \"a/b\": {\"m~n\": {\"\": true}},\n"
			     "  \"q\\u0041\\\"\": {\"deep\":null}\n"
			     "}\n";

static void pointers_are_found(void **state)
{
	static const struct {
		const char *pointer;
		unsigned line, col;
	} cases[] = {
		{ "", 1, 1 },
		{ "/a", 2, 8 },
		{ "/list", 3, 11 },
		{ "/list/0", 3, 12 },
		{ "/list/1", 3, 16 },
		{ "/list/1/x", 3, 22 },
		{ "/list/1/x/1", 3, 27 },
		{ "/list/1/x/2", 3, 31 },
		{ "/list/2", 4, 3 },
		{ "/a~1b/m~0n", 5, 18 },
		{ "/a~1b/m~0n/", 5, 23 },
		{ "/qA\"/deep", 6, 24 },
		/* The nearest parent of what is not there. */
		{ "/none", 1, 1 },
		{ "/a/b", 2, 8 },
		{ "/list/3", 3, 11 },
		{ "/list/x", 3, 11 },
		{ "/list/01", 3, 11 },
		{ "/list/1/y/z", 3, 16 },
		{ "create", 1, 1 },
	};
	struct oci_text text = { "test.json", sample, sizeof(sample) - 1 };
	unsigned line, col;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		line = col = 0;
		assert_int_equal(oci_locate(&text, cases[i].pointer, &line, &col), 0);
		if (line != cases[i].line || col != cases[i].col)
			print_error("%s\n", cases[i].pointer);
		assert_int_equal(line, cases[i].line);
		assert_int_equal(col, cases[i].col);
	}
}

static void duplicate_key_means_the_last(void **state)
{
	static const char twice[] = "{\"a\": {\"b\": 1}, \"a\": {\"b\": 2}}";
	struct oci_text text = { "test.json", twice, sizeof(twice) - 1 };
	unsigned line, col;

	(void)state;
	assert_int_equal(oci_locate(&text, "/a/b", &line, &col), 0);
	assert_int_equal(col, 28);
}

/* Texts that are cut or damaged anywhere: no crash, a place inside the text. */
static void broken_texts_are_harmless(void **state)
{
	static const char *const pointers[] = { "/list/1/x/2", "/a~1b/m~0n/", "/q\"/deep/0", "/9" };
	static const char damage[] = "\0\"\\{}[],:x";
	unsigned line, col;

	(void)state;
	for (size_t len = 0; len < sizeof(sample); len++) {
		for (size_t k = 0; k < sizeof(damage); k++) {
			char *copy = malloc(len + 1);
			struct oci_text text = { "test.json", copy, len + 1 };

			assert_non_null(copy);
			memcpy(copy, sample, len);
			copy[len] = damage[k];
			for (size_t p = 0; p < sizeof(pointers) / sizeof(pointers[0]); p++) {
				if (oci_locate(&text, pointers[p], &line, &col) == 0)
					assert_true(line >= 1 && line <= 8 && col >= 1);
			}
			free(copy);
		}
	}
}

static void empty_text_has_no_place(void **state)
{
	struct oci_text text = { "test.json", " \n ", 3 };
	unsigned line, col;

	(void)state;
	assert_int_equal(oci_locate(&text, "", &line, &col), -ENOENT);
	text.len = 0;
	assert_int_equal(oci_locate(&text, "/a", &line, &col), -ENOENT);
}

static void long_components_end_the_search(void **state)
{
	struct oci_text text = { "test.json", sample, sizeof(sample) - 1 };
	char pointer[2000];
	unsigned line, col;

	(void)state;
	memset(pointer, 'x', sizeof(pointer));
	memcpy(pointer, "/list/", 6);
	pointer[sizeof(pointer) - 1] = '\0';
	assert_int_equal(oci_locate(&text, pointer, &line, &col), 0);
	assert_int_equal(line, 3);
}

static void depth_costs_no_stack(void **state)
{
	enum { DEPTH = 1 << 20 };
	char *deep = malloc(DEPTH);
	struct oci_text text = { "test.json", deep, DEPTH };
	unsigned line, col;

	(void)state;
	assert_non_null(deep);
	memset(deep, '[', DEPTH);
	assert_int_equal(oci_locate(&text, "/1", &line, &col), 0);
	assert_int_equal(col, 1);
	free(deep);
}

static void positions(void **state)
{
	struct oci_text text = { "test.json", "ab\n\ncd", 6 };
	static const unsigned want[][2] = { { 1, 1 }, { 1, 2 }, { 1, 3 }, { 2, 1 },
					    { 3, 1 }, { 3, 2 }, { 3, 3 }, { 3, 3 } };
	unsigned line, col;

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		oci_position(&text, i, &line, &col);
		assert_int_equal(line, want[i][0]);
		assert_int_equal(col, want[i][1]);
	}
}

struct seen {
	size_t n;
	bool device_path, rdma, parent_first;
};

static void see(void *ctx, const char *pointer, const struct oci_field *f)
{
	struct seen *seen = ctx;

	seen->n++;
	if (strcmp(pointer, "/linux/devices/*/path") == 0)
		seen->device_path = f->kind == OCI_STRING;
	if (strcmp(pointer, "/linux/resources/rdma/*/hcaObjects") == 0)
		seen->rdma = f->kind == OCI_OPT_U32;
	if (strcmp(pointer, "/linux/devices") == 0)
		seen->parent_first = !seen->device_path;
	assert_string_equal(strrchr(pointer, '/') + 1, f->key);
	assert_int_equal(f->key_len, strlen(f->key));
}

static void keys_are_listed(void **state)
{
	struct seen seen = { 0 };

	(void)state;
	oci_keys(&oci_config_type, see, &seen);
	assert_true(seen.device_path);
	assert_true(seen.rdma);
	assert_true(seen.parent_first);
	assert_true(seen.n > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pointers_are_found),
		cmocka_unit_test(duplicate_key_means_the_last),
		cmocka_unit_test(broken_texts_are_harmless),
		cmocka_unit_test(empty_text_has_no_place),
		cmocka_unit_test(long_components_end_the_search),
		cmocka_unit_test(depth_costs_no_stack),
		cmocka_unit_test(positions),
		cmocka_unit_test(keys_are_listed),
	};

	return cmocka_run_group_tests_name("libocispec/locate", tests, NULL, NULL);
}
