/* SPDX-License-Identifier: Apache-2.0 */
/* exec.c - HOME from a passwd of any content, cwd, and the search for the
 * program with the texts that engines match. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/exec.h"

#include <sys/stat.h>

#include "base/fd.h"
#include "tests/unit/linux/child.h"

static char top[] = "/tmp/exec-test-XXXXXX";

static void put_file(const char *name, const char *text, size_t n, mode_t mode)
{
	fd_auto dir = open(top, O_PATH | O_CLOEXEC);
	fd_auto fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	assert_int_equal(fchmod(fd, mode), 0);
}

static int make_top(void **state)
{
	char path[64];

	(void)state;
	if (!mkdtemp(top) || chmod(top, 0755) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/etc", top);
	if (mkdir(path, 0755) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/sub", top);
	return mkdir(path, 0755);
}

static int drop_top(void **state)
{
	static const char *const names[] = { "etc/passwd", "etc",   "sub/tool", "sub",
					     "tool",       "plain", "fifo" };
	char path[64];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", top, names[i]);
		remove(path);
	}
	return rmdir(top);
}

static void expect_home(uid_t uid, const char *passwd, const char *want)
{
	fd_auto fd = open(top, O_PATH | O_CLOEXEC);
	const struct root root = { fd };
	char home[EXEC_HOME_MAX];

	put_file("etc/passwd", passwd, strlen(passwd), 0644);
	exec_home(&root, uid, home);
	assert_string_equal(home, want);
}

static void test_home(void **state)
{
	static const char two[] = "root:x:0:0:root:/root:/bin/sh\nu:x:1000:5:,,:/home/u:/bin/sh\n";

	(void)state;
	expect_home(0, two, "/root");
	expect_home(1000, two, "/home/u");
	expect_home(1, two, "/");
	expect_home(0, "", "/");
	expect_home(0, "root:x:0:0:root:/last", "/last");
	expect_home(5, "a:x:5:0::/first:\nb:x:5:0::/second:\n", "/first");
	expect_home(5, "a:x:5:0::relative:\nb:x:5:0::/second:\n", "/");
	expect_home(5, "a:x:5:0:::\n", "/");
	expect_home(0, "a:x::0::/empty:\n", "/");
	expect_home(0, "a:x:0x0:0::/hex:\na:x:-0:0::/minus:\na:x: 0:0::/blank:\n", "/");
	expect_home(0, "a:x:4294967296:0::/wraps:\na:x:18446744073709551616:0::/too:\n", "/");
	expect_home(5, "short:x:5:0\n5:5:5:0::/five:\n", "/five");
	expect_home(5, "a:x:5:0::/e\x1bvil:\n", "/");
	/* CVE-2016-3697: a name is no number. */
	expect_home(1000, "1000:x:0:0::/root:\n", "/");
}

static void test_home_big(void **state)
{
	static char big[200000];
	char *at = big;

	(void)state;
	/* A home of any length, a line of any length, an end beyond 64 KiB. */
	at += sprintf(at, "a:x:5:0::/");
	memset(at, 'h', 2000);
	strcpy(at + 2000, ":\n");
	expect_home(5, big, "/");
	memset(big, 'x', 30000);
	strcpy(big + 30000, "\nb:x:5:0::/behind:\n");
	expect_home(5, big, "/behind");
	memset(big, 'x', 100000);
	strcpy(big + 100000, "\nb:x:5:0::/behind:\n");
	expect_home(5, big, "/");
}

static void test_home_none(void **state)
{
	fd_auto fd = open(top, O_PATH | O_CLOEXEC);
	const struct root root = { fd };
	char home[EXEC_HOME_MAX], path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/etc/passwd", top);
	unlink(path);
	exec_home(&root, 0, home);
	assert_string_equal(home, "/");
	/* A FIFO does not hold us. */
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(5);
	exec_home(&root, 0, home);
	alarm(0);
	assert_string_equal(home, "/");
	unlink(path);
}

/* --- the search ------------------------------------------------------------------ */

static int find(const char *name, const char *path_env, char path[EXEC_PATH_MAX], struct err *e)
{
	char *args[] = { strdup(name), NULL };
	const struct plan_exec x = { .args = args, .args_n = 1, .path_env = path_env };
	int ret;

	*e = (struct err){ 0 };
	ret = exec_find(&x, path, e);
	free(args[0]);
	return ret;
}

static void test_find(void **state)
{
	char path[EXEC_PATH_MAX], env[256], want[128];
	struct err e;

	(void)state;
	put_file("tool", "#!", 2, 0755);
	put_file("sub/tool", "#!", 2, 0755);
	snprintf(env, sizeof(env), "/nonexistent:%s/sub:%s", top, top);
	assert_int_equal(find("tool", env, path, &e), 0);
	snprintf(want, sizeof(want), "%s/sub/tool", top);
	assert_string_equal(path, want);
	assert_int_equal(find(want, "", path, &e), 0);
	assert_string_equal(path, want);
	/* A directory of that name in PATH is passed by. */
	snprintf(env, sizeof(env), "%s:/bin", top);
	assert_int_equal(find("sub", env, path, &e), -ENOENT);
	/* An empty element is the working directory. */
	assert_int_equal(chdir(top), 0);
	assert_int_equal(find("tool", "/nonexistent:", path, &e), 0);
	assert_string_equal(path, "./tool");
	assert_int_equal(find("tool", "", path, &e), 0);
	assert_int_equal(find("sub/tool", "/bin", path, &e), 0);
	assert_string_equal(path, "sub/tool");
	assert_int_equal(chdir("/"), 0);
}

static void test_find_nothing(void **state)
{
	char path[EXEC_PATH_MAX], text[8000];
	struct err e;

	(void)state;
	assert_int_equal(find("no-such", "/bin:/usr/bin", path, &e), -ENOENT);
	assert_string_equal(e.msg, "exec: \"no-such\": executable file not found in $PATH");
	assert_string_equal(e.where, "/process/args/0");
	assert_int_equal(find("", "/bin", path, &e), -ENOENT);
	assert_string_equal(e.msg, "exec: \"\": executable file not found in $PATH");
	assert_int_equal(find("/no-such", "/bin", path, &e), -ENOENT);
	assert_string_equal(e.msg, "exec /no-such: no such file or directory");
	assert_int_equal(find("/etc", "/bin", path, &e), -EISDIR);
	assert_string_equal(e.msg, "exec /etc: is a directory");
	/* Names and elements that fit nowhere. */
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(find(text, "/bin", path, &e), -ENOENT);
	text[0] = '/';
	assert_int_equal(find(text, "/bin", path, &e), -ENAMETOOLONG);
	memcpy(text + 7000, ":/bin", 6);
	assert_int_equal(find("sh", text, path, &e), 0);
	assert_string_equal(path, "/bin/sh");
}

static void test_find_forbidden(void **state)
{
	char path[EXEC_PATH_MAX], name[64], want[128];
	struct err e;

	(void)state;
	put_file("plain", "text", 4, 0644);
	snprintf(name, sizeof(name), "%s/plain", top);
	snprintf(want, sizeof(want), "exec %s: permission denied", name);
	assert_int_equal(find(name, "/bin", path, &e), -EACCES);
	assert_string_equal(e.msg, want);
	assert_int_equal(find("plain", top, path, &e), -EACCES);
	assert_string_equal(e.msg, "exec: \"plain\": permission denied");
	assert_int_equal(find("/dev/null", "/bin", path, &e), -EACCES);
}

/* --- the working directory ------------------------------------------------------- */

static int cwd(void)
{
	struct plan_exec x = { .cwd = top };
	char buf[128], gone[64];
	struct err e = { 0 };

	CHECK(exec_chdir(&x, &e) == 0);
	CHECK(getcwd(buf, sizeof(buf)) && strcmp(buf, top) == 0);
	x.cwd = "/no-such";
	CHECK(exec_chdir(&x, &e) == -ENOENT);
	CHECK_MSG(&e, "chdir to cwd \"/no-such\": no such file or directory");
	CHECK(strcmp(e.where, "/process/cwd") == 0);
	snprintf(gone, sizeof(gone), "%s/gone", top);
	CHECK(mkdir(gone, 0755) == 0 && chdir(gone) == 0 && rmdir(gone) == 0);
	x.cwd = ".";
	CHECK(exec_chdir(&x, &e) == -ENOENT);
	return CHILD_OK;
}

/* CVE-2024-21626: a descriptor that leads out of the root. */
static int cwd_outside(void)
{
	struct plan_exec x = { .cwd = "/proc/self/fd/99" };
	struct err e = { 0 };

	CHECK(mount("none", top, "tmpfs", 0, NULL) == 0 && chdir(top) == 0);
	CHECK(mkdir("proc", 0755) == 0 && mount("proc", "proc", "proc", 0, NULL) == 0);
	CHECK(dup2(open("/", O_PATH | O_CLOEXEC), 99) == 99);
	CHECK(chroot(".") == 0);
	CHECK(exec_chdir(&x, &e) == -EPERM);
	CHECK_MSG(&e, "outside of the container's root");
	x.cwd = "/proc/self/fd/99/usr";
	CHECK(exec_chdir(&x, &e) == -EPERM);
	x.cwd = "/proc";
	CHECK(exec_chdir(&x, &e) == 0);
	return CHILD_OK;
}

static void test_cwd(void **state)
{
	(void)state;
	run_child(cwd, 0);
}

static void test_cwd_outside(void **state)
{
	(void)state;
	run_child(cwd_outside, CLONE_NEWNS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_home),         cmocka_unit_test(test_home_big),
		cmocka_unit_test(test_home_none),    cmocka_unit_test(test_find),
		cmocka_unit_test(test_find_nothing), cmocka_unit_test(test_find_forbidden),
		cmocka_unit_test(test_cwd),          cmocka_unit_test(test_cwd_outside),
	};

	return cmocka_run_group_tests(tests, make_top, drop_top);
}
