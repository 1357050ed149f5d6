/* SPDX-License-Identifier: Apache-2.0 */
/* arena.c - see arena.h. */
#include "base/arena.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"

enum { ALIGN = 16, FMT_MAX = 64 << 10 };

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
		(void)munmap(a->base, a->size);	/* only fails on a wrong address */
	*a = (struct arena){ 0 };
}

int arena_seal(struct arena *a, struct err *e)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t used = (a->used + page - 1) & ~(page - 1);

	if (used && mprotect(a->base, used, PROT_READ) < 0)
		return err_sys(e, -errno, "seal the plan");
	a->size = a->size < used ? a->size : used;
	return 0;
}

size_t arena_room(const struct arena *a)
{
	return a->size - a->used > ALIGN ? a->size - a->used - ALIGN : 0;
}

void *arena_alloc(struct arena *a, size_t n)
{
	size_t at = (a->used + ALIGN - 1) & ~(size_t)(ALIGN - 1);

	if (at > a->size || n > a->size - at) {
		static const char text[] = "ocirun: out of arena: an input limit is wrong\n";

		(void)!write(2, text, sizeof(text) - 1);
		__builtin_trap();
	}
	a->used = at + n;
	return a->base + at;	/* fresh pages: zero */
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *ret = arena_alloc(a, n + 1);

	memcpy(ret, s, n);
	return ret;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_fmt(struct arena *a, const char *fmt, ...)
{
	size_t room = arena_room(a);
	size_t cap = room < FMT_MAX ? room : FMT_MAX, start = a->used;
	struct text t = text_over(arena_alloc(a, cap ? cap : 1), cap ? cap : 1);
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	/* give the rest back; it was never touched */
	a->used = (size_t)(t.at - a->base) + t.len + 1;
	(void)start;
	return t.at;
}
