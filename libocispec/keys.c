/* SPDX-License-Identifier: Apache-2.0 */
/* keys.c - the list of all keys of a document, from its table. */
#include "libocispec/desc.h"

#include <stdbool.h>

struct walk {
	void (*fn)(void *ctx, const char *pointer, const struct oci_field *f);
	void *ctx;
	char path[256];
};

static void walk_type(struct walk *w, size_t len, const struct oci_type *type)
{
	for (size_t i = 0; i < type->n; i++) {
		const struct oci_field *f = &type->fields[i];
		bool many = f->kind == OCI_OBJECTS || f->kind == OCI_OBJECT_MAP;
		struct text t = text_over(w->path + len, sizeof(w->path) - len);

		text_add(&t, "/%s", f->key);
		w->fn(w->ctx, w->path, f);
		if (many)
			text_add(&t, "/*");
		/* As deep as the tables, which do not refer to themselves. */
		if (f->type)
			walk_type(w, len + t.len, f->type);
	}
}

void oci_keys(const struct oci_type *type,
	      void (*fn)(void *ctx, const char *pointer, const struct oci_field *f), void *ctx)
{
	struct walk w = { .fn = fn, .ctx = ctx };

	walk_type(&w, 0, type);
}
