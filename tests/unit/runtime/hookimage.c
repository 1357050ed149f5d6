/* SPDX-License-Identifier: Apache-2.0 */
/* hookimage.c - the image is read as the stub does: header, hooks, and offsets
 * that lead to strings inside the file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "runtime/hookimage.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "stub/stub.h"

static struct arena arena;
static struct err e;
static char *none[] = { NULL };

struct image {
	char *at;
	size_t size;
	const struct stub_hooks *head;
};

/* In memory of the exact size, so that a sanitizer sees what lies beyond. */
static struct image make(const struct plan_hooks *h)
{
	fd_auto fd = hookimage_make(h, &arena, &e);
	struct image m = { 0 };
	struct stat st;

	assert_true(fd >= 0 && fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(fstat(fd, &st), 0);
	m.size = (size_t)st.st_size;
	m.at = malloc(m.size);
	assert_non_null(m.at);
	assert_int_equal(pread(fd, m.at, m.size, 0), (ssize_t)m.size);
	m.head = (const void *)m.at;
	assert_true(m.size >= sizeof(*m.head) + h->n * sizeof(struct stub_hook));
	assert_int_equal(m.head->size, m.size);
	assert_int_equal(m.head->n, h->n);
	return m;
}

static const char *string_at(const struct image *m, uint64_t offset)
{
	assert_true(offset >= sizeof(*m->head) && offset < m->size);
	assert_true(offset % 8 == 0 && memchr(m->at + offset, '\0', m->size - offset));
	return m->at + offset;
}

static void check_list(const struct image *m, uint64_t offset, char *const *want)
{
	const uint64_t *at = (const void *)(m->at + offset);

	assert_true(offset % 8 == 0 && offset < m->size);
	for (; *want; want++, at++) {
		assert_true((const char *)(at + 1) <= m->at + m->size);
		assert_string_equal(string_at(m, *at), *want);
	}
	assert_true((const char *)(at + 1) <= m->at + m->size && *at == 0);
}

static void check(const struct plan_hooks *h)
{
	struct image m = make(h);

	for (size_t i = 0; i < h->n; i++) {
		assert_string_equal(string_at(&m, m.head->at[i].path), h->at[i].path);
		check_list(&m, m.head->at[i].argv, h->at[i].args);
		check_list(&m, m.head->at[i].envp, h->at[i].env);
		assert_int_equal(m.head->at[i].timeout, h->at[i].timeout);
	}
	free(m.at);
}

static int set_up(void **state)
{
	(void)state;
	return arena_init(&arena, 256 << 20, &e);
}

static int tear_down(void **state)
{
	(void)state;
	arena_drop(&arena);
	return 0;
}

static char *word(size_t n)
{
	char *s = arena_alloc(&arena, n + 1);

	memset(s, 'w', n);
	return s;
}

static void no_hooks(void **state)
{
	(void)state;
	check(&(struct plan_hooks){ 0 });
}

static void a_bare_hook(void **state)
{
	struct plan_hook hook = { .path = "/h", .args = none, .env = none };

	(void)state;
	check(&(struct plan_hooks){ &hook, 1 });
}

/* Every length of a string around the alignment, and lists of every size. */
static void shapes(void **state)
{
	struct plan_hook hooks[40];

	(void)state;
	for (size_t i = 0; i < 40; i++) {
		char **list = arena_array(&arena, char *, i + 1);

		for (size_t k = 0; k < i; k++)
			list[k] = word((k * 7 + i) % 19);
		hooks[i] = (struct plan_hook){ .path = word(i),
					       .args = list,
					       .env = i % 3 ? list : none,
					       .timeout = (int64_t)i * 1000000007 };
	}
	for (size_t n = 1; n <= 40; n++)
		check(&(struct plan_hooks){ hooks, n });
}

static void a_large_one(void **state)
{
	enum { N = 20000 };
	char **env = arena_array(&arena, char *, N + 1);
	struct plan_hook hook = { .path = "/h", .args = none, .env = env, .timeout = INT64_MAX };

	(void)state;
	for (size_t i = 0; i < N; i++)
		env[i] = word(i % 100);
	env[0] = word(1 << 20);
	check(&(struct plan_hooks){ &hook, 1 });
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(no_hooks),
		CASE(a_bare_hook),
		CASE(shapes),
		CASE(a_large_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
