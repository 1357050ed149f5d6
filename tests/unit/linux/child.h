/* SPDX-License-Identifier: Apache-2.0 */
/* child.h - for tests of what a process does to itself: each case runs in a
 * forked child, in namespaces of its own, and reports by its exit status.
 * Needs root; skipped otherwise.  Include after cmocka.h.
 */
#ifndef OCIRUN_TESTS_UNIT_LINUX_CHILD_H
#define OCIRUN_TESTS_UNIT_LINUX_CHILD_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_OK, CHILD_FAILED, CHILD_SKIP = 77 };

/* In the child: fail with a place, or go on. */
#define CHECK(what)                                                                        \
	do {                                                                               \
		if (!(what)) {                                                             \
			fprintf(stderr, "# %s:%d: %s (errno %s)\n", __FILE__, __LINE__,    \
				#what, strerror(errno));                                   \
			return CHILD_FAILED;                                               \
		}                                                                          \
	} while (0)

/* The error must hold the text. */
#define CHECK_MSG(e, text)                                                                 \
	do {                                                                               \
		if (!strstr((e)->msg, text)) {                                             \
			fprintf(stderr, "# %s:%d: \"%s\" lacks \"%s\"\n", __FILE__,        \
				__LINE__, (e)->msg, text);                                 \
			return CHILD_FAILED;                                               \
		}                                                                          \
	} while (0)

__attribute__((unused)) static int child_body(int (*body)(void), int flags)
{
	static const int caught[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };

	/* cmocka's handlers would go on with the next test, here. */
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		signal(caught[i], SIG_DFL);
	if (unshare(flags) < 0)
		return CHILD_SKIP;
	if ((flags & CLONE_NEWNS) && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return CHILD_SKIP;
	alarm(60);
	return body();
}

/* Run body in a child with these new namespaces (CLONE_NEW*, not PID). */
__attribute__((unused)) static void run_child(int (*body)(void), int flags)
{
	int status;
	pid_t pid;

	if (geteuid() != 0) {
		print_message("# needs root\n");
		skip();
	}
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(child_body(body, flags));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CHILD_SKIP) {
		print_message("# the kernel does not let us\n");
		skip();
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), CHILD_OK);
}

/* Whole small file into buf; false when it cannot be read. */
__attribute__((unused)) static bool read_text(const char *path, char *buf, size_t cap)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, cap - 1);

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return false;
	buf[n] = '\0';
	return true;
}

/* A case that is f() in a child with a mount namespace of its own. */
#define IN_CHILD(f)                                                                        \
	static void test_##f(void **state)                                                 \
	{                                                                                  \
		(void)state;                                                               \
		run_child(f, CLONE_NEWNS);                                                 \
	}

#endif
