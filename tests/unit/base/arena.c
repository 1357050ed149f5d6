/* SPDX-License-Identifier: Apache-2.0 */
/* arena.c - memory that is zeroed, aligned, bounded, and read-only once sealed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 256 << 10 };

static int set_up(void **state)
{
	struct arena *a = calloc(1, sizeof(*a));
	struct err e = { 0 };

	*state = a;
	return a ? arena_init(a, SIZE, &e) : -1;
}

static int tear_down(void **state)
{
	arena_drop(*state);
	free(*state);
	return 0;
}

/* What a child that does this dies of; 0: it lived. */
static int death_of(void (*body)(struct arena *a), struct arena *a)
{
	static const int caught[] = { SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT };
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		const struct rlimit none = { 0 };

		for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
			signal(caught[i], SIG_DFL);
		setrlimit(RLIMIT_CORE, &none);
		close(2);
		body(a);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void memory_is_zeroed_and_aligned(void **state)
{
	struct arena *a = *state;
	static const char zero[100];

	for (size_t n = 0; n < sizeof(zero); n++) {
		char *at = arena_alloc(a, n);

		assert_int_equal((uintptr_t)at % _Alignof(max_align_t), 0);
		assert_memory_equal(at, zero, n);
		memset(at, 0xff, n);
	}
}

static void room_is_what_can_be_taken(void **state)
{
	struct arena *a = *state;
	size_t room;

	arena_alloc(a, 3);
	room = arena_room(a);
	assert_in_range(room, SIZE - 64, SIZE);
	memset(arena_alloc(a, room), 1, room);
	assert_int_equal(arena_room(a), 0);
}

static void take_too_much(struct arena *a)
{
	arena_alloc(a, SIZE + 1);
}

static void take_all_there_is(struct arena *a)
{
	volatile size_t all = SIZE_MAX;

	arena_alloc(a, all);
}

static void format_too_much(struct arena *a)
{
	char *big = arena_alloc(a, SIZE / 2 + 100);

	memset(big, 'b', SIZE / 2 + 99);
	arena_fmt(a, "%s", big);
}

static void running_out_stops_the_program(void **state)
{
	assert_int_not_equal(death_of(take_too_much, *state), 0);
	assert_int_not_equal(death_of(take_all_there_is, *state), 0);
	assert_int_not_equal(death_of(format_too_much, *state), 0);
}

static void strings_are_copies(void **state)
{
	struct arena *a = *state;
	char s[] = "abc";
	char *all = arena_strdup(a, s), *some = arena_strndup(a, s, 2),
	     *more = arena_strndup(a, s, 9);
	char *none = arena_strdup(a, "");

	memset(s, 'x', 3);
	assert_string_equal(all, "abc");
	assert_string_equal(some, "ab");
	assert_string_equal(more, "abc");
	assert_string_equal(none, "");
}

static void formatted_text_has_any_length(void **state)
{
	struct arena *a = *state;
	enum { LONG = 100 << 10 };
	char *big = arena_alloc(a, LONG + 1), *text;
	size_t used;

	memset(big, 'b', LONG);
	used = a->used;
	text = arena_fmt(a, "%s/%d", big, 17);
	assert_int_equal(strlen(text), LONG + 3);
	assert_string_equal(text + LONG, "/17");
	/* no more than it needs, and the rest is still zeroed */
	assert_in_range(a->used, used + LONG + 4, used + LONG + 4 + 16);
	assert_int_equal(*(char *)arena_alloc(a, 1), 0);
	assert_string_equal(arena_fmt(a, "%s", ""), "");
}

static void typed_memory(void **state)
{
	struct arena *a = *state;
	uint64_t *one = arena_new(a, uint64_t), *ten = arena_array(a, uint64_t, 10);

	*one = 1;
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(ten[i], 0);
}

static void write_first_byte(struct arena *a)
{
	a->base[0] = 'x';
}

static void write_last_byte(struct arena *a)
{
	a->base[SIZE - 1] = 'x';
}

static void take_one_byte(struct arena *a)
{
	arena_alloc(a, 1);
}

static void sealed_memory_is_read_only(void **state)
{
	struct arena *a = *state;
	struct err e = { 0 };
	char *s = arena_strdup(a, "kept");

	assert_int_equal(death_of(write_first_byte, a), 0);
	assert_int_equal(arena_seal(a, &e), 0);
	assert_string_equal(s, "kept");
	assert_int_equal(arena_room(a), 0);
	assert_int_equal(death_of(write_first_byte, a), SIGSEGV);
	assert_int_equal(death_of(write_last_byte, a), SIGSEGV);
	assert_int_not_equal(death_of(take_one_byte, a), 0);
}

static void too_large_is_an_error(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(arena_init(&a, SIZE_MAX / 4, &e), -ENOMEM);
	assert_int_equal(e.code, ENOMEM);
	assert_non_null(strstr(e.msg, "cannot allocate memory"));
	arena_drop(&a);
}

static void dropped_twice(void **state)
{
	struct arena a;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(arena_init(&a, 4096, &e), 0);
	arena_drop(&a);
	assert_null(a.base);
	assert_int_equal(arena_room(&a), 0);
	arena_drop(&a);
}

#define WITH_ARENA(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_ARENA(memory_is_zeroed_and_aligned),  WITH_ARENA(room_is_what_can_be_taken),
		WITH_ARENA(running_out_stops_the_program), WITH_ARENA(strings_are_copies),
		WITH_ARENA(formatted_text_has_any_length), WITH_ARENA(typed_memory),
		WITH_ARENA(sealed_memory_is_read_only),    cmocka_unit_test(too_large_is_an_error),
		cmocka_unit_test(dropped_twice),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
