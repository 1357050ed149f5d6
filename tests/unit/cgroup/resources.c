/* SPDX-License-Identifier: Apache-2.0 */
/* resources.c - writes of the plan, against a directory of ordinary files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cgroup/resources.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[] = "/tmp/resources-test-XXXXXX";
static int top_fd;

static int make_top(void **state)
{
	(void)state;
	if (!mkdtemp(top))
		return -1;
	top_fd = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	close(openat(top_fd, "memory.max", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	close(openat(top_fd, "pids.max", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	mkdirat(top_fd, "dir", 0700);
	return symlinkat("memory.max", top_fd, "link");
}

static int drop_top(void **state)
{
	(void)state;
	unlinkat(top_fd, "memory.max", 0);
	unlinkat(top_fd, "pids.max", 0);
	unlinkat(top_fd, "link", 0);
	unlinkat(top_fd, "dir", AT_REMOVEDIR);
	close(top_fd);
	return rmdir(top);
}

static void expect(const char *file, const char *want)
{
	char buf[128];
	int fd = openat(top_fd, file, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, buf, sizeof(buf) - 1);

	assert_true(n >= 0);
	buf[n] = '\0';
	close(fd);
	assert_string_equal(buf, want);
}

static int apply(struct plan_cgroup_write *w, size_t n, struct err *e)
{
	const struct plan_cgroup plan = { .writes = w, .writes_n = n, .limits_asked = true };

	*e = (struct err){ 0 };
	return resources_apply(top_fd, &plan, e);
}

static void test_writes(void **state)
{
	struct plan_cgroup_write w[] = {
		{ "/linux/resources/memory/limit", "memory.max", "1048576" },
		{ "/linux/resources/pids/limit", "pids.max", "max" },
	};
	struct err e;

	(void)state;
	assert_int_equal(apply(w, 2, &e), 0);
	expect("memory.max", "1048576");
	expect("pids.max", "max");
	assert_int_equal(apply(w, 0, &e), 0);
}

/* A limit whose controller the host lacks is told, a file by name is demanded. */
static void test_missing(void **state)
{
	struct plan_cgroup_write limit[] = {
		{ "/linux/resources/cpu/shares", "cpu.weight", "100" },
		{ "/linux/resources/pids/limit", "pids.max", "77" },
	};
	struct plan_cgroup_write unified = { "/linux/resources/unified/io.weight", "io.weight",
					     "50" };
	struct err e;

	(void)state;
	assert_int_equal(apply(limit, 2, &e), 0);
	expect("pids.max", "77x"); /* the end of "max" shows through */
	assert_int_equal(apply(&unified, 1, &e), -ENOENT);
	assert_non_null(strstr(e.msg, "io.weight"));
	assert_string_equal(e.where, "/linux/resources/unified/io.weight");
}

static void test_lines(void **state)
{
	struct plan_cgroup_write w = { "/linux/resources/unified/memory.max", "memory.max",
				       "8:0 rbps=1\n8:16 rbps=2\n" };
	struct err e;

	(void)state;
	assert_int_equal(apply(&w, 1, &e), 0);
	expect("memory.max", "8:0 rbps=18:16 rbps=2");
}

static void test_refused(void **state)
{
	struct plan_cgroup_write link = { "/linux/resources/unified/x", "link", "1" };
	struct plan_cgroup_write dir = { "/linux/resources/memory/limit", "dir", "5" };
	struct err e;

	(void)state;
	assert_int_equal(apply(&link, 1, &e), -ELOOP);
	assert_int_equal(apply(&dir, 1, &e), -EISDIR);
	assert_string_equal(e.msg, "write \"5\" to cgroup file \"dir\": is a directory");
	assert_string_equal(e.where, "/linux/resources/memory/limit");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writes),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, make_top, drop_top);
}
