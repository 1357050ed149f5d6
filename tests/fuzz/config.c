/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: the documents of libocispec.
 *
 * The first byte chooses the type and whether all problems are wanted, the
 * rest is the text.  What decodes must encode, decode again and encode to the
 * same bytes; what does not must say why and where.  Every pointer that is
 * reported, and any other text, can be located.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libocispec/desc.h"
#include "libocispec/features.h"
#include "libocispec/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PROBLEMS = 8 };

union document {
	struct oci_config config;
	struct oci_process process;
	struct oci_resources resources;
	struct oci_state state;
	struct oci_features features;
};

static const struct oci_type *const types[] = { &oci_config_type, &oci_state_type,
						&oci_features_type, &oci_process_type,
						&oci_resources_type };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct arena new_arena(size_t size)
{
	struct arena a;
	struct err e;

	require(arena_init(&a, size, &e) == 0);
	return a;
}

static void check_problems(const struct oci_text *text, const struct problems *p, int ret)
{
	unsigned line, col;

	require((ret != 0) == (p->errors > 0));
	for (size_t i = 0; i < p->n; i++) {
		require(p->at[i].err.msg[0] != '\0' && p->at[i].err.code != ENOMEM);
		require(p->at[i].line > 0 && p->at[i].col > 0);
		(void)oci_locate(text, p->at[i].err.where, &line, &col);
	}
}

static void round_trip(const struct oci_type *type, const union document *first, size_t len)
{
	struct problem list[PROBLEMS];
	struct problems p = { .at = list, .cap = PROBLEMS, .all = true };
	struct arena written = new_arena(32 * len + 65536), read;
	char *once = oci_encode(type, first, 2, &written);
	struct oci_text text = { "second.json", once, strlen(once) };
	union document second;

	if (text.len <= OCI_TEXT_MAX) {
		read = new_arena(oci_arena_size(text.len));
		require(oci_decode(type, &text, &read, &second, &p) == 0);
		require(p.n == 0);
		require(strcmp(oci_encode(type, &second, 2, &written), once) == 0);
		arena_drop(&read);
	}
	arena_drop(&written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct problem list[PROBLEMS];
	struct problems p = { .at = list, .cap = PROBLEMS };
	const struct oci_type *type;
	struct oci_text text;
	union document first;
	struct arena a;
	int ret;

	if (size == 0)
		return 0;
	type = types[(data[0] & 0x7f) % (sizeof(types) / sizeof(types[0]))];
	p.all = !(data[0] & 0x80);
	text = (struct oci_text){ "first.json", (const char *)data + 1, size - 1 };
	a = new_arena(oci_arena_size(text.len));
	ret = oci_decode(type, &text, &a, &first, &p);
	check_problems(&text, &p, ret);
	if (ret == 0)
		round_trip(type, &first, text.len);
	arena_drop(&a);
	return 0;
}
