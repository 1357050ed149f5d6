/* SPDX-License-Identifier: Apache-2.0 */
/* offer.c - the pid file is whole or not there, and the pidfd arrives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "runtime/offer.h"

#include <errno.h>
#include <limits.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/fd.h"
#include "base/sys.h"
#include "tests/unit/scratch.h"

static struct err e;
static char buf[64];

static void pid_files(void **state)
{
	char path[128];
	struct stat st;

	(void)state;
	assert_int_equal(offer_pid_file("pid", 4194304, &e), 0); /* in the current directory */
	assert_string_equal(scratch_read("pid", buf, sizeof(buf)), "4194304");
	assert_int_equal(mkdir("dir", 0755), 0);
	snprintf(path, sizeof(path), "%s/dir/pid", scratch);
	umask(0022);
	assert_int_equal(offer_pid_file(path, 1, &e), 0);
	assert_string_equal(scratch_read("dir/pid", buf, sizeof(buf)), "1");
	assert_true(stat("dir/pid", &st) == 0 && st.st_mode == (S_IFREG | 0644));
	assert_int_equal(access("dir/.pid", F_OK), -1);
	assert_int_equal(access(".pid", F_OK), -1);
}

/* Replaced: no moment without a file, no old digits behind the new ones. */
static void over_an_old_one(void **state)
{
	fd_auto old = -1;

	(void)state;
	scratch_write("pid", "123456789\n");
	scratch_write(".pid", "left by one that was killed");
	old = open("pid", O_RDONLY | O_CLOEXEC);
	assert_int_equal(offer_pid_file("pid", 7, &e), 0);
	assert_string_equal(scratch_read("pid", buf, sizeof(buf)), "7");
	assert_int_equal(read(old, buf, sizeof(buf)), 10);
	/* a link is replaced, what it points to is left alone */
	scratch_write("target", "stays");
	assert_int_equal(symlink("target", "link") | symlink("target", ".link"), 0);
	assert_int_equal(offer_pid_file("link", 8, &e), 0);
	assert_string_equal(scratch_read("link", buf, sizeof(buf)), "8");
	assert_string_equal(scratch_read("target", buf, sizeof(buf)), "stays");
}

static void pid_files_that_cannot_be(void **state)
{
	static const struct {
		const char *path;
		int error;
	} rows[] = { { "none/pid", ENOENT },
		     { "file/pid", ENOTDIR },
		     { "dir", EISDIR },
		     { "dir/", EEXIST },
		     { "", EEXIST } };
	char path[PATH_MAX + 2];

	(void)state;
	scratch_write("file", "");
	assert_int_equal(mkdir("dir", 0755), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (offer_pid_file(rows[i].path, 1, &e) != -rows[i].error)
			fail_msg("\"%s\": %s", rows[i].path, e.msg);
	assert_int_equal(access(".dir", F_OK), -1);
	assert_int_equal(offer_pid_file("none/pid", 1, &e), -ENOENT);
	assert_string_equal(e.msg, "write pid file \"none/pid\": no such file or directory");
	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(offer_pid_file(path, 1, &e), -ENAMETOOLONG);
	assert_int_equal(e.code, ENAMETOOLONG);
}

/* --- pidfd ------------------------------------------------------------------------------- */

static int listen_at(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(at.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static void a_pidfd(void **state)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int) * 4)];
	} control;
	struct iovec iov = { buf, sizeof(buf) };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control) };
	fd_auto listener = listen_at("sock"), pidfd = sys_pidfd_open(getpid());
	fd_auto conn = -1, got = -1;

	(void)state;
	assert_int_equal(offer_pidfd("sock", pidfd, &e), 0);
	conn = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	assert_int_equal(recvmsg(conn, &msg, MSG_CMSG_CLOEXEC), 5);
	assert_memory_equal(buf, "pidfd", 5);
	assert_int_equal(CMSG_FIRSTHDR(&msg)->cmsg_len, CMSG_LEN(sizeof(int)));
	memcpy(&got, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(got));
	assert_int_equal(sys_pidfd_send_signal(got, 0), 0);
	assert_int_equal(recv(conn, buf, 1, 0), 0); /* and that was all */
}

static void sockets_that_do_not_listen(void **state)
{
	char longest[120];
	fd_auto listener = -1;

	(void)state;
	assert_int_equal(offer_pidfd("none", 0, &e), -ENOENT);
	assert_string_equal(e.msg, "send the pidfd to \"none\": no such file or directory");
	listener = listen_at("sock");
	assert_int_equal(offer_pidfd("sock", -1, &e), -EBADF);
	fd_drop(&listener);
	assert_int_equal(offer_pidfd("sock", 0, &e), -ECONNREFUSED);
	memset(longest, 'n', sizeof(longest));
	longest[108] = '\0';
	assert_int_equal(offer_pidfd(longest, 0, &e), -ENAMETOOLONG);
	longest[107] = '\0';
	assert_int_equal(offer_pidfd(longest, 0, &e), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(pid_files),
		scratch_test(over_an_old_one),
		scratch_test(pid_files_that_cannot_be),
		scratch_test(a_pidfd),
		scratch_test(sockets_that_do_not_listen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
