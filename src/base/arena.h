/* SPDX-License-Identifier: Apache-2.0 */
/* arena.h - memory of one command: reserved once, never freed piecewise.
 *
 * The reservation is address space only (MAP_NORESERVE); pages are charged as
 * they are touched.  Sizes come from hard input limits, so that running out is
 * a defect of the caller and stops the program; code that handles input of
 * unproved size asks arena_room() first.  Parent only, but what was allocated
 * before the clone may be read after it.
 */
#ifndef OCIRUN_BASE_ARENA_H
#define OCIRUN_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/err.h"

struct arena {
	char *base;
	size_t size; /* bytes reserved */
	size_t used;
};

/* Reserve `size` bytes of address space.  -ENOMEM. */
int arena_init(struct arena *a, size_t size, struct err *e);
void arena_drop(struct arena *a);
/* Make the whole arena read-only for good (mprotect); it has no room then. */
int arena_seal(struct arena *a, struct err *e);

/* Zeroed memory, aligned for any type; never NULL. */
void *arena_alloc(struct arena *a, size_t n) __attribute__((alloc_size(2), returns_nonnull));
size_t arena_room(const struct arena *a);
char *arena_strdup(struct arena *a, const char *s) __attribute__((returns_nonnull));
/* At most n bytes, fewer when s ends before. */
char *arena_strndup(struct arena *a, const char *s, size_t n) __attribute__((returns_nonnull));
/* Formats of base/text.h; the result is as long as it needs to be. */
char *arena_fmt(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (n)))

#endif
