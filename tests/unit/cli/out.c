/* SPDX-License-Identifier: Apache-2.0 */
/* out.c - buffered output arrives whole and in order, and failure is kept. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/out.h"

static char seen[1 << 16];

static void begin(struct out *o)
{
	int fd = memfd_create("out", MFD_CLOEXEC);

	assert_true(fd >= 0);
	out_begin(o, fd);
}

static const char *end(struct out *o)
{
	struct err e;
	ssize_t n;

	assert_int_equal(out_end(o, &e), 0);
	n = pread(o->fd, seen, sizeof(seen) - 1, 0);
	assert_true(n >= 0);
	seen[n] = '\0';
	close(o->fd);
	return seen;
}

static void pieces(void **state)
{
	struct out o;

	(void)state;
	begin(&o);
	out_column(&o, "ab", 4);
	out_column(&o, "abcd", 4);
	out_column(&o, "", 2);
	out_column(&o, "x", 0);
	out_fmt(&o, "%d %s\n", 7, "y");
	out_printable(&o, "a\x1b[2Jb");
	assert_string_equal(end(&o), "ab  abcd   x7 y\na\\x1b[2Jb");
}

static void more_than_the_buffer(void **state)
{
	static char big[3 * 4096 + 5], expected[sizeof(big) + 16];
	struct out o;

	(void)state;
	memset(big, 'b', sizeof(big) - 1);
	snprintf(expected, sizeof(expected), "first%slast", big);
	begin(&o);
	out_str(&o, "first");
	out_str(&o, big);
	out_str(&o, "last");
	assert_string_equal(end(&o), expected);
}

static void many_small_ones(void **state)
{
	struct out o;

	(void)state;
	begin(&o);
	for (int i = 0; i < 5000; i++)
		out_fmt(&o, "%04d\n", i % 10000);
	assert_int_equal(strlen(end(&o)), 25000);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(seen[i * 5 + 3], '0' + i % 10);
}

static void a_full_device(void **state)
{
	struct out o;
	struct err e = { 0 };
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	out_begin(&o, fd);
	for (int i = 0; i < 5000; i++)
		out_str(&o, "line\n");
	assert_int_equal(out_end(&o, &e), -ENOSPC);
	assert_string_equal(e.msg, "write to standard output: no space left on device");
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces),
		cmocka_unit_test(more_than_the_buffer),
		cmocka_unit_test(many_small_ones),
		cmocka_unit_test(a_full_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
