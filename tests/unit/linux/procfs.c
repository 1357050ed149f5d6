/* SPDX-License-Identifier: Apache-2.0 */
/* procfs.c - reads and writes below a procfs, and the ways out that it bars. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/procfs.h"

#include "base/fd.h"
#include "tests/unit/linux/child.h"

static int open_proc(void)
{
	return open("/proc", O_PATH | O_CLOEXEC);
}

static void test_read(void **state)
{
	fd_auto proc = open_proc();
	char buf[8192], small[5];
	struct err e = { 0 };

	(void)state;
	assert_true(procfs_read(proc, "thread-self/status", buf, sizeof(buf), &e) > 100);
	assert_non_null(strstr(buf, "\nUid:\t"));
	/* Cut, but ended. */
	assert_int_equal(procfs_read(proc, "self/status", small, sizeof(small), &e), 4);
	assert_string_equal(small, "Name");
}

static void test_write(void **state)
{
	fd_auto proc = open_proc();
	char buf[64];
	struct err e = { 0 };

	(void)state;
	assert_int_equal(procfs_write(proc, "thread-self/comm", "renamed", 7, &e), 0);
	assert_true(procfs_read(proc, "self/comm", buf, sizeof(buf), &e) > 0);
	assert_string_equal(buf, "renamed\n");
	assert_int_equal(procfs_write(proc, "self/oom_score_adj", "no number", 9, &e), -EINVAL);
	assert_non_null(strstr(e.msg, "write \"/proc/self/oom_score_adj\""));
	assert_non_null(strstr(e.msg, "invalid argument"));
}

static void test_no_way_out(void **state)
{
	static const char *const ways[] = {
		"../etc/passwd", "/etc/passwd", "self/root/etc/passwd", "self/cwd",
		"self/exe",      "self/fd/0",   "self/ns/net",          "self/../../etc/passwd",
	};
	fd_auto proc = open_proc();
	char buf[64];
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		ssize_t ret = procfs_read(proc, ways[i], buf, sizeof(buf), &e);

		assert_true(ret == -EXDEV || ret == -ELOOP);
		assert_int_equal(e.code, -ret);
	}
	assert_int_equal(procfs_read(proc, "sys/no/such", buf, sizeof(buf), &e), -ENOENT);
}

/* CVE-2019-16884: a mount over the file must not take the write. */
static int covered(void)
{
	char path[] = "/tmp/procfs-test-XXXXXX";
	fd_auto cover = mkstemp(path);
	fd_auto proc = open_proc();
	struct err e = { 0 };
	char buf[16];

	CHECK(cover >= 0 && write(cover, "clean", 5) == 5);
	CHECK(mount(path, "/proc/sys/kernel/hostname", NULL, MS_BIND, NULL) == 0);
	unlink(path);
	CHECK(procfs_write(proc, "sys/kernel/hostname", "evil", 4, &e) == -EXDEV);
	CHECK(pread(cover, buf, sizeof(buf), 0) == 5 && memcmp(buf, "clean", 5) == 0);
	return CHILD_OK;
}

static void test_covered(void **state)
{
	(void)state;
	run_child(covered, CLONE_NEWNS | CLONE_NEWUTS);
}

/* A private one sees what is below the cover. */
static int private_one(void)
{
	struct err e = { 0 };
	fd_auto proc = -1;
	char buf[64];

	CHECK(mount("none", "/proc", "tmpfs", 0, NULL) == 0);
	proc = procfs_private(&e);
	CHECK(proc >= 0);
	CHECK(procfs_write(proc, "sys/kernel/hostname", "inside", 6, &e) == 0);
	CHECK(gethostname(buf, sizeof(buf)) == 0 && strcmp(buf, "inside") == 0);
	CHECK(procfs_read(proc, "self/comm", buf, sizeof(buf), &e) > 0);
	return CHILD_OK;
}

static void test_private(void **state)
{
	(void)state;
	run_child(private_one, CLONE_NEWNS | CLONE_NEWUTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),       cmocka_unit_test(test_write),
		cmocka_unit_test(test_no_way_out), cmocka_unit_test(test_covered),
		cmocka_unit_test(test_private),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
