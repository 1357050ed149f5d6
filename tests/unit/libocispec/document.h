/* SPDX-License-Identifier: Apache-2.0 */
/* document.h - what the tests of libocispec share: one decoded document.
 *
 * The text is copied to memory of its exact size, so that a sanitizer sees the
 * first byte read beyond it, and the arena has exactly oci_arena_size().
 */
#ifndef TESTS_LIBOCISPEC_DOCUMENT_H
#define TESTS_LIBOCISPEC_DOCUMENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libocispec/desc.h"

struct document {
	struct arena arena;
	struct oci_text text;
	char *copy;
	struct problem list[PROBLEMS_MAX];
	struct problems problems;
	int ret;
	_Alignas(max_align_t) char out[512];
};

static inline void document_drop(struct document *d)
{
	arena_drop(&d->arena);
	free(d->copy);
	free(d);
}

static inline struct document *document_bytes(const struct oci_type *type, const char *text,
					      size_t len, bool all)
{
	struct document *d = calloc(1, sizeof(*d));
	struct err e = { 0 };

	assert_non_null(d);
	assert_true(type->size <= sizeof(d->out));
	d->copy = malloc(len ? len : 1);
	assert_non_null(d->copy);
	memcpy(d->copy, text, len);
	d->text = (struct oci_text){ .name = "test.json", .at = d->copy, .len = len };
	d->problems = (struct problems){ .at = d->list, .cap = PROBLEMS_MAX, .all = all };
	assert_int_equal(arena_init(&d->arena, oci_arena_size(len), &e), 0);
	d->ret = oci_decode(type, &d->text, &d->arena, d->out, &d->problems);
	return d;
}

static inline struct document *document_new(const struct oci_type *type, const char *text)
{
	return document_bytes(type, text, strlen(text), true);
}

/* Decode a text that must be fine. */
static inline struct document *document_good(const struct oci_type *type, const char *text)
{
	struct document *d = document_new(type, text);

	if (d->ret != 0)
		print_error("%s\n%s: %s\n", text, d->list[0].err.where, d->list[0].err.msg);
	assert_int_equal(d->ret, 0);
	assert_int_equal(d->problems.errors, 0);
	return d;
}

/* The whole file; NULL when it cannot be read. */
static inline char *document_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "re");
	size_t cap = 1 << 20;
	char *buf;

	if (!f)
		return NULL;
	buf = malloc(cap);
	assert_non_null(buf);
	*len = fread(buf, 1, cap - 1, f);
	buf[*len] = '\0';
	(void)fclose(f);
	return buf;
}

#endif
