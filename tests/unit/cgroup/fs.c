/* SPDX-License-Identifier: Apache-2.0 */
/* fs.c - cgroups on a real cgroup2 mount: made, refused, emptied, removed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cgroup/cgroup.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/fd.h"
#include "base/sys.h"
#include "tests/unit/linux/child.h"

static char top[] = "/tmp/cgroup-test-XXXXXX";	/* the mount */
static char base[64];	/* our own part of the hierarchy: "/ocirun-test-PID" */
static const struct plan_cgroup no_limits = { .manage = true };

static char controllers[512];	/* that the root of the hierarchy handed down before */

/* The mount is private to the child; what is made in it is everybody's, and
 * clean_up() removes it. */
static int start(void)
{
	char path[64];

	if (mkdtemp(top) == NULL || mount("none", top, "cgroup2", 0, NULL) < 0)
		return -1;
	snprintf(base, sizeof(base), "/ocirun-test-%d", getpid());
	snprintf(path, sizeof(path), "%s/cgroup.subtree_control", top);
	return read_text(path, controllers, sizeof(controllers)) ? 0 : -1;
}

static const char *host_path(const char *sub)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s%s%s", top, base, sub);
	return path;
}

static const struct cgroup_ref *ref_to(const char *sub)
{
	static struct cgroup_ref ref;
	static char path[512];

	snprintf(path, sizeof(path), "%s%s", base, sub);
	ref = (struct cgroup_ref){ "cgroupfs", top, path };
	return &ref;
}

/* Take back the controllers that a test made the root hand down. */
static void restore_controllers(void)
{
	char path[64], now[512], word[64], *rest = now, *name;

	snprintf(path, sizeof(path), "%s/cgroup.subtree_control", top);
	if (!read_text(path, now, sizeof(now)))
		return;
	while ((name = strsep(&rest, " \n"))) {
		fd_auto fd = open(path, O_WRONLY | O_CLOEXEC);

		snprintf(word, sizeof(word), "-%s", name);
		if (*name && !strstr(controllers, name) && write(fd, word, strlen(word)) < 0)
			print_message("# controller %s stays\n", name);
	}
}

static int clean_up(void)
{
	struct err e = { 0 };

	CHECK(cgroup_fs.destroy(ref_to(""), &e) == 0);
	restore_controllers();
	CHECK(umount2(top, MNT_DETACH) == 0 && rmdir(top) == 0);
	return CHILD_OK;
}

static bool put(const char *sub, const char *file, const char *value)
{
	char path[600];
	fd_auto fd = -1;

	snprintf(path, sizeof(path), "%s/%s", host_path(sub), file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);
}

/* A process in the cgroup that sleeps. */
static pid_t sleeper(int cgroup_fd)
{
	struct sys_clone_args args = { .flags = 0x200000000ULL, /* CLONE_INTO_CGROUP */
				       .exit_signal = SIGCHLD,
				       .cgroup = (uint64_t)cgroup_fd };
	pid_t pid = sys_clone3(&args);

	if (pid == 0) {
		for (;;)
			pause();
	}
	return pid;
}

static bool died_of(pid_t pid, int sig)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == sig;
}

static int make_and_remove(void)
{
	struct err e = { 0 };
	fd_auto fd = -1;
	struct statfs fs;
	pid_t pid;

	CHECK(start() == 0);
	fd = cgroup_fs.create(ref_to("/a/b/c"), &no_limits, &e);
	CHECK(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
	CHECK(fstatfs(fd, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC);
	CHECK(access(host_path("/a/b/c/cgroup.procs"), F_OK) == 0);
	pid = sleeper(fd);
	CHECK(pid > 0 && kill(pid, SIGKILL) == 0 && died_of(pid, SIGKILL));
	CHECK(cgroup_fs.destroy(ref_to("/a/b/c"), &e) == 0);
	CHECK(access(host_path("/a/b/c"), F_OK) < 0 && access(host_path("/a/b"), F_OK) == 0);
	CHECK(cgroup_fs.destroy(ref_to("/a/b/c"), &e) == 0); /* again: fine */
	CHECK(cgroup_fs.kill(ref_to("/a/b/c"), SIGKILL, &e) == 0);
	CHECK(cgroup_fs.kill(ref_to("/a/b/c"), SIGTERM, &e) == 0);
	return clean_up();
}

static int existing(void)
{
	struct err e = { 0 };
	fd_auto first = -1, again = -1;
	pid_t pid;

	CHECK(start() == 0);
	first = cgroup_fs.create(ref_to("/x"), &no_limits, &e);
	again = cgroup_fs.create(ref_to("/x"), &no_limits, &e);
	CHECK(first >= 0 && again >= 0);
	pid = sleeper(first);
	CHECK(pid > 0);
	CHECK(cgroup_fs.create(ref_to("/x"), &no_limits, &e) == -EBUSY);
	CHECK_MSG(&e, "container's cgroup is not empty: 1 process(es) found");
	/* Also when it is only populated below. */
	CHECK(cgroup_fs.create(ref_to(""), &no_limits, &e) == -EBUSY);
	CHECK(kill(pid, 0) == 0 && access(host_path("/x"), F_OK) == 0);
	kill(pid, SIGKILL);
	CHECK(died_of(pid, SIGKILL));
	CHECK(put("/x", "cgroup.freeze", "1"));
	CHECK(cgroup_fs.create(ref_to("/x"), &no_limits, &e) == -EBUSY);
	CHECK_MSG(&e, "container's cgroup unexpectedly frozen");
	return clean_up();
}

/* A failure leaves what was there, and nothing else. */
static int failure(void)
{
	struct plan_cgroup_write bad = { "/linux/resources/unified/no.such", "no.such", "1" };
	const struct plan_cgroup plan = { .manage = true, .writes = &bad, .writes_n = 1 };
	struct err e = { 0 };
	fd_auto fd = -1;

	CHECK(start() == 0);
	CHECK(cgroup_fs.create(ref_to("/a/b"), &plan, &e) == -ENOENT);
	CHECK(access(host_path(""), F_OK) < 0);
	fd = cgroup_fs.create(ref_to("/a"), &no_limits, &e);
	CHECK(fd >= 0);
	CHECK(cgroup_fs.create(ref_to("/a/b/c"), &plan, &e) == -ENOENT);
	CHECK(access(host_path("/a"), F_OK) == 0 && access(host_path("/a/b"), F_OK) < 0);
	CHECK(cgroup_fs.create(ref_to("/a"), &plan, &e) == -ENOENT);
	CHECK(access(host_path("/a"), F_OK) == 0);
	return clean_up();
}

/* The kernel refuses a level in the middle of the path. */
static int failure_midway(void)
{
	struct err e = { 0 };
	fd_auto fd = -1;

	CHECK(start() == 0);
	fd = cgroup_fs.create(ref_to("/a"), &no_limits, &e);
	CHECK(fd >= 0 && put("/a", "cgroup.max.depth", "2"));
	CHECK(cgroup_fs.create(ref_to("/a/b/c/d/e"), &no_limits, &e) == -EAGAIN);
	CHECK_MSG(&e, "make cgroup");
	CHECK(access(host_path("/a/b"), F_OK) < 0 && access(host_path("/a"), F_OK) == 0);
	return clean_up();
}

static int bad_paths(void)
{
	static const char *const paths[] = {
		"", "/", "a", "//", "/a//b", "/../..", "/ocirun-x/.."
	};
	struct cgroup_ref ref = { "cgroupfs", top, NULL };
	char long_path[600];
	struct err e = { 0 };

	CHECK(start() == 0);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		ref.path = paths[i];
		CHECK(cgroup_fs.create(&ref, &no_limits, &e) == -EINVAL);
		CHECK_MSG(&e, "names no cgroup");
		CHECK(cgroup_fs.destroy(&ref, &e) == -EINVAL);
	}
	snprintf(long_path, sizeof(long_path), "%s/ocirun-x", top);
	CHECK(access(long_path, F_OK) < 0);
	ref.path = "/";
	CHECK(cgroup_fs.kill(&ref, SIGTERM, &e) == -EINVAL);
	snprintf(long_path, sizeof(long_path), "%s/a/%0300d", base, 0);
	ref.path = long_path;
	CHECK(cgroup_fs.create(&ref, &no_limits, &e) == -ENAMETOOLONG);
	ref = (struct cgroup_ref){ "cgroupfs", "/nonexistent", "/a" };
	CHECK(cgroup_fs.create(&ref, &no_limits, &e) == -ENOENT);
	CHECK(access(host_path(""), F_OK) < 0);
	return clean_up();
}

/* What the container left: processes, and cgroups of its own, wide and deep. */
static int leftovers(void)
{
	char sub[128];
	struct err e = { 0 };
	pid_t pids[6];

	CHECK(start() == 0);
	for (int i = 0; i < 6; i++) {
		fd_auto one = -1;

		snprintf(sub, sizeof(sub), "/c/%d/%d/%d", i / 2, i, i);
		one = cgroup_fs.create(ref_to(sub), &no_limits, &e);
		CHECK(one >= 0);
		pids[i] = sleeper(one);
		CHECK(pids[i] > 0);
	}
	signal(SIGCHLD, SIG_IGN); /* nobody but us would wait for them */
	CHECK(cgroup_fs.destroy(ref_to("/c"), &e) == 0);
	CHECK(access(host_path("/c"), F_OK) < 0);
	return clean_up();
}

static int deep(void)
{
	struct err e = { 0 };
	fd_auto fd = -1;
	int depth = 0;

	CHECK(start() == 0);
	CHECK(mkdir(host_path(""), 0755) == 0 && mkdir(host_path("/c"), 0755) == 0);
	fd = open(host_path("/c"), O_PATH | O_CLOEXEC);
	for (; depth < 300 && mkdirat(fd, "d", 0755) == 0; depth++) {
		int next = openat(fd, "d", O_PATH | O_CLOEXEC);

		fd_drop(&fd);
		fd = next;
	}
	CHECK(depth > 100);
	/* Too deep for visiting, not for removing. */
	CHECK(cgroup_fs.kill(ref_to("/c"), SIGTERM, &e) == -ELOOP);
	CHECK(cgroup_fs.destroy(ref_to("/c"), &e) == 0);
	CHECK(access(host_path("/c"), F_OK) < 0);
	return clean_up();
}

static int signals(void)
{
	struct err e = { 0 };
	fd_auto outer = -1, inner = -1;
	pid_t a, b;

	CHECK(start() == 0);
	outer = cgroup_fs.create(ref_to("/c"), &no_limits, &e);
	inner = cgroup_fs.create(ref_to("/c/d/e"), &no_limits, &e);
	a = sleeper(outer);
	b = sleeper(inner);
	CHECK(a > 0 && b > 0);
	CHECK(cgroup_fs.kill(ref_to("/c"), 0, &e) == 0);
	CHECK(cgroup_fs.kill(ref_to("/c"), SIGTERM, &e) == 0);
	CHECK(died_of(a, SIGTERM) && died_of(b, SIGTERM));
	a = sleeper(outer);
	b = sleeper(inner);
	CHECK(cgroup_fs.kill(ref_to("/c"), SIGKILL, &e) == 0);
	CHECK(died_of(a, SIGKILL) && died_of(b, SIGKILL));
	CHECK(cgroup_fs.kill(ref_to("/c"), 999, &e) == 0); /* to nobody */
	return clean_up();
}

/* Threaded cgroups list no processes and have no cgroup.kill. */
static int threaded(void)
{
	struct err e = { 0 };
	fd_auto fd = -1;
	pid_t pid;

	CHECK(start() == 0);
	fd = cgroup_fs.create(ref_to("/c"), &no_limits, &e);
	CHECK(mkdir(host_path("/c/t"), 0755) == 0 && put("/c/t", "cgroup.type", "threaded"));
	pid = sleeper(fd);
	CHECK(pid > 0);
	CHECK(cgroup_fs.kill(ref_to("/c"), SIGTERM, &e) == 0);
	CHECK(died_of(pid, SIGTERM));
	CHECK(cgroup_fs.kill(ref_to("/c/t"), SIGKILL, &e) == 0);
	CHECK(cgroup_fs.destroy(ref_to("/c"), &e) == 0);
	return clean_up();
}

static int limits(void)
{
	struct plan_cgroup_write depth = { "/linux/resources/unified/cgroup.max.depth",
					   "cgroup.max.depth", "3" };
	const struct plan_cgroup plan = { .manage = true, .writes = &depth, .writes_n = 1 };
	struct err e = { 0 };
	fd_auto fd = -1, bad = -1;
	char buf[16];

	CHECK(start() == 0);
	fd = cgroup_fs.create(ref_to("/a/b"), &plan, &e);
	CHECK(fd >= 0);
	CHECK(read_text(host_path("/a/b/cgroup.max.depth"), buf, sizeof(buf)));
	CHECK(strcmp(buf, "3\n") == 0);
	depth.value = "nonsense";
	bad = cgroup_fs.create(ref_to("/a/c"), &plan, &e);
	CHECK(bad == -EINVAL && access(host_path("/a/c"), F_OK) < 0);
	return clean_up();
}

static void test_driver(void **state)
{
	(void)state;
	assert_ptr_equal(cgroup_driver("cgroupfs"), &cgroup_fs);
	assert_null(cgroup_driver("systemd-next"));
	assert_null(cgroup_driver(""));
	assert_null(cgroup_driver(NULL));
}

#define CHILD_TEST(name)                      \
	static void test_##name(void **s)     \
	{                                     \
		(void)s;                      \
		run_child(name, CLONE_NEWNS); \
	}

CHILD_TEST(make_and_remove)
CHILD_TEST(existing)
CHILD_TEST(failure)
CHILD_TEST(failure_midway)
CHILD_TEST(bad_paths)
CHILD_TEST(leftovers)
CHILD_TEST(deep)
CHILD_TEST(signals)
CHILD_TEST(threaded)
CHILD_TEST(limits)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_driver),         cmocka_unit_test(test_make_and_remove),
		cmocka_unit_test(test_existing),       cmocka_unit_test(test_failure),
		cmocka_unit_test(test_failure_midway), cmocka_unit_test(test_bad_paths),
		cmocka_unit_test(test_leftovers),      cmocka_unit_test(test_deep),
		cmocka_unit_test(test_signals),        cmocka_unit_test(test_threaded),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
