/* SPDX-License-Identifier: Apache-2.0 */
/* namespace.c - which files pass as namespaces, and the detour of the parent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/namespace.h"

#include <sys/stat.h>
#include <time.h>

#include "base/fd.h"
#include "tests/unit/linux/child.h"

static void test_open(void **state)
{
	(void)state;
	for (int i = 0; i < NS_COUNT; i++) {
		enum ns_kind kind = (enum ns_kind)i;
		struct err e = { 0 };
		char path[64];
		fd_auto fd = -1;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", ns_proc_name(kind));
		fd = namespace_open(path, kind, &e);
		assert_true(fd >= 0);
		assert_true(namespace_is_own(fd, kind));
		assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	}
}

static void refuse(const char *path, int code, const char *msg)
{
	struct err e = { 0 };

	assert_int_equal(namespace_open(path, NS_NETWORK, &e), -code);
	assert_int_equal(e.code, code);
	assert_string_equal(e.msg, msg);
}

static void test_wrong_files(void **state)
{
	char dir[] = "/tmp/ns-test-XXXXXX", fifo[64], msg[160];

	(void)state;
	refuse("/proc/self/ns/pid", EINVAL,
	       "open network namespace \"/proc/self/ns/pid\": is a pid namespace");
	refuse("/proc/self/status", EINVAL,
	       "open network namespace \"/proc/self/status\": not a namespace file");
	refuse("/dev/null", EINVAL, "open network namespace \"/dev/null\": not a namespace file");
	refuse("/nonexistent", ENOENT,
	       "open network namespace \"/nonexistent\": no such file or directory");
	/* No writer ever comes: it must not wait for one. */
	assert_non_null(mkdtemp(dir));
	snprintf(fifo, sizeof(fifo), "%s/fifo", dir);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	snprintf(msg, sizeof(msg), "open network namespace \"%s\": not a namespace file", fifo);
	alarm(5);
	refuse(fifo, EINVAL, msg);
	alarm(0);
	unlink(fifo);
	rmdir(dir);
}

static int enters(void)
{
	struct err e = { 0 };
	fd_auto old = namespace_open("/proc/self/ns/uts", NS_UTS, &e);

	CHECK(old >= 0 && namespace_is_own(old, NS_UTS));
	CHECK(namespace_unshare(CLONE_NEWUTS | CLONE_NEWIPC, &e) == 0);
	CHECK(!namespace_is_own(old, NS_UTS));
	CHECK(namespace_enter(old, NS_UTS, &e) == 0);
	CHECK(namespace_is_own(old, NS_UTS));
	CHECK(namespace_enter(old, NS_NETWORK, &e) == -EINVAL);
	CHECK_MSG(&e, "join network namespace");
	CHECK(setuid(1000) == 0);
	CHECK(namespace_unshare(CLONE_NEWUTS | CLONE_NEWIPC, &e) == -EPERM);
	CHECK_MSG(&e, "make ipc, uts namespace: operation not permitted");
	return CHILD_OK;
}

static int64_t boottime(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec;
}

/* A child of the detour lives in the new time, one after it in the old. */
static int child_sees(int64_t offset)
{
	int64_t expected = boottime() + offset;
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(boottime() - expected > 5 || boottime() < expected ? 1 : 0);
	return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -1;
}

static int time_detour(void)
{
	const struct plan_namespaces ns = { .new_time = true,
					    .has_time_offsets = true,
					    .boottime_secs = 864000,
					    .monotonic_secs = 5 };
	struct namespace_detour d;
	struct err e = { 0 };

	if (access("/proc/self/timens_offsets", F_OK) < 0)
		return CHILD_SKIP;
	CHECK(child_sees(0) == 0);
	CHECK(namespace_detour(&ns, -1, &d, &e) == 0);
	CHECK(child_sees(864000) == 0);
	CHECK(namespace_return(&d, &e) == 0);
	CHECK(d.own_time_fd == -1);
	CHECK(child_sees(0) == 0);
	return CHILD_OK;
}

static int bad_offsets(void)
{
	const struct plan_namespaces ns = { .new_time = true,
					    .has_time_offsets = true,
					    .boottime_secs = INT64_MAX };
	struct namespace_detour d;
	struct err e = { 0 };

	if (access("/proc/self/timens_offsets", F_OK) < 0)
		return CHILD_SKIP;
	CHECK(namespace_detour(&ns, -1, &d, &e) < 0);
	CHECK(strcmp(e.where, "/linux/timeOffsets") == 0);
	CHECK(d.own_time_fd == -1);
	CHECK(child_sees(0) == 0);
	return CHILD_OK;
}

/* Its first process keeps a pid namespace open for others. */
static int pid_detour(void)
{
	const struct plan_namespaces ns = { 0 };
	struct namespace_detour d;
	struct err e = { 0 };
	fd_auto theirs = -1;
	int status;
	char path[64];
	pid_t first, second;

	CHECK(unshare(CLONE_NEWPID) == 0);
	first = fork();
	if (first == 0) {
		pause();
		_exit(0);
	}
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", first);
	theirs = namespace_open(path, NS_PID, &e);
	CHECK(theirs >= 0 && !namespace_is_own(theirs, NS_PID));
	CHECK(namespace_detour(&ns, theirs, &d, &e) == 0);
	second = fork();
	if (second == 0)
		_exit(getpid() == 2 ? 0 : 1);
	CHECK(waitpid(second, &status, 0) == second && status == 0);
	CHECK(namespace_return(&d, &e) == 0);
	second = fork();
	if (second == 0)
		_exit(getpid() > 2 ? 0 : 1);
	CHECK(waitpid(second, &status, 0) == second && status == 0);
	kill(first, SIGKILL);
	waitpid(first, NULL, 0);
	return CHILD_OK;
}

static void test_enters(void **state)
{
	(void)state;
	run_child(enters, 0);
}

static void test_time_detour(void **state)
{
	(void)state;
	run_child(time_detour, 0);
}

static void test_bad_offsets(void **state)
{
	(void)state;
	run_child(bad_offsets, 0);
}

static void test_pid_detour(void **state)
{
	(void)state;
	run_child(pid_detour, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open),        cmocka_unit_test(test_wrong_files),
		cmocka_unit_test(test_enters),      cmocka_unit_test(test_time_detour),
		cmocka_unit_test(test_bad_offsets), cmocka_unit_test(test_pid_detour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
