/* SPDX-License-Identifier: Apache-2.0 */
/* arena.c - see arena.h. */
#include "base/arena.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"

enum { ALIGN = 16 };

int arena_init(struct arena *a, size_t size, struct err *e)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		return err_sys(e, -errno, "reserve %zu bytes of address space", size);
	*a = (struct arena){ .base = at, .size = size };
	return 0;
}

void arena_drop(struct arena *a)
{
	if (a->base)
		(void)munmap(a->base, a->size); /* only fails on a wrong address */
	*a = (struct arena){ 0 };
}

int arena_seal(struct arena *a, struct err *e)
{
	if (mprotect(a->base, a->size, PROT_READ) < 0)
		return err_sys(e, -errno, "make %zu bytes read-only", a->size);
	a->used = a->size; /* no room: a later allocation stops with our words */
	return 0;
}

size_t arena_room(const struct arena *a)
{
	return a->size - a->used > ALIGN ? a->size - a->used - ALIGN : 0;
}

__attribute__((noreturn)) static void out_of_arena(void)
{
	static const char text[] = "ocirun: out of arena: an input limit is wrong\n";

	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	__builtin_trap();
}

void *arena_alloc(struct arena *a, size_t n)
{
	size_t at = (a->used + ALIGN - 1) & ~(size_t)(ALIGN - 1);

	if (at > a->size || n > a->size - at)
		out_of_arena();
	a->used = at + n;
	return a->base + at; /* fresh pages: zero */
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *ret = arena_alloc(a, len + 1);

	memcpy(ret, s, len);
	return ret;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_fmt(struct arena *a, const char *fmt, ...)
{
	size_t cap = arena_room(a) > 0 ? arena_room(a) : 1;
	struct text t = text_over(arena_alloc(a, cap), cap);
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	if (t.cut)
		out_of_arena(); /* half a path would be another path */
	/* give the rest back; it was never touched */
	a->used = (size_t)(t.at - a->base) + t.len + 1;
	return t.at;
}
