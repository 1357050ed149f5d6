/* SPDX-License-Identifier: Apache-2.0 */
/* scratch.h - a directory of its own for every case, which is the current one
 * while the case runs.  As set-up and tear-down of a cmocka test.  Include after
 * cmocka.h.
 */
#ifndef OCIRUN_TESTS_UNIT_SCRATCH_H
#define OCIRUN_TESTS_UNIT_SCRATCH_H

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[64]; /* absolute path */

__attribute__((unused)) static int scratch_make(void **state)
{
	(void)state;
	umask(0);
	strcpy(scratch, "/tmp/ocirun-test-XXXXXX");
	return mkdtemp(scratch) ? chdir(scratch) : -1;
}

static int scratch_remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

__attribute__((unused)) static int scratch_drop(void **state)
{
	(void)state;
	if (chdir("/") < 0)
		return -1;
	return nftw(scratch, scratch_remove_one, 64, FTW_DEPTH | FTW_PHYS);
}

/* A whole file; aborts the case when that does not work. */
__attribute__((unused)) static void scratch_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* Content of a small file in buf, "" when it cannot be read. */
__attribute__((unused)) static const char *scratch_read(const char *path, char *buf, size_t cap)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, cap - 1);

	if (fd >= 0)
		close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

#define scratch_test(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_drop)

#endif
