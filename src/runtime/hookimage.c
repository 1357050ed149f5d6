/* SPDX-License-Identifier: Apache-2.0 */
/* hookimage.c - see hookimage.h. */
#include "runtime/hookimage.h"

#include <string.h>

#include "base/fd.h"
#include "base/sys.h"
#include "stub/stub.h"

struct image {
	char *at;
	uint64_t used;
};

static uint64_t put(struct image *m, const void *at, size_t n)
{
	uint64_t offset = (m->used + 7) & ~(uint64_t)7;

	memcpy(m->at + offset, at, n);
	m->used = offset + n;
	return offset;
}

static size_t count(char *const *list)
{
	size_t n = 0;

	while (list[n])
		n++;
	return n;
}

/* The strings, then their array of offsets, 0 at its end. */
static uint64_t put_strings(struct image *m, char *const *list, struct arena *a)
{
	size_t n = count(list);
	uint64_t *offsets = arena_array(a, uint64_t, n + 1);

	for (size_t i = 0; i < n; i++)
		offsets[i] = put(m, list[i], strlen(list[i]) + 1);
	return put(m, offsets, (n + 1) * sizeof(*offsets));
}

/* Upper bound: every string is aligned to 8 and has an offset. */
static size_t strings_size(char *const *list)
{
	size_t size = 16;

	for (; *list; list++)
		size += strlen(*list) + 1 + 16;
	return size;
}

int hookimage_make(const struct plan_hooks *h, struct arena *a, struct err *e)
{
	struct stub_hook *hooks = arena_array(a, struct stub_hook, h->n + 1);
	size_t head = sizeof(struct stub_hooks) + h->n * sizeof(*hooks), size = head;
	struct image m = { .used = head };
	fd_auto fd = -1;
	int ret;

	for (size_t i = 0; i < h->n; i++)
		size += strlen(h->at[i].path) + 16 + strings_size(h->at[i].args) +
			strings_size(h->at[i].env);
	m.at = arena_alloc(a, size);
	for (size_t i = 0; i < h->n; i++) {
		hooks[i].path = put(&m, h->at[i].path, strlen(h->at[i].path) + 1);
		hooks[i].argv = put_strings(&m, h->at[i].args, a);
		hooks[i].envp = put_strings(&m, h->at[i].env, a);
		hooks[i].timeout = h->at[i].timeout;
	}
	memcpy(m.at, &(struct stub_hooks){ .size = m.used, .n = h->n }, sizeof(struct stub_hooks));
	memcpy(m.at + sizeof(struct stub_hooks), hooks, h->n * sizeof(*hooks));
	fd = sys_memfd_create("ocirun-hooks", 1 /* MFD_CLOEXEC */);
	if (fd < 0)
		return err_sys(e, fd, "make a memfd for startContainer hooks");
	ret = fd_write_all(fd, m.at, m.used);
	return ret < 0 ? err_sys(e, ret, "write the startContainer hooks") : fd_take(&fd);
}
