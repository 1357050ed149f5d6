/* SPDX-License-Identifier: Apache-2.0 */
/* tty.c - the terminal of a rootfs that is honest, and of those that are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/tty.h"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <termios.h>

#include "base/fd.h"
#include "tests/unit/linux/child.h"

static const struct plan plan = {
	.exec = { .terminal = true, .rows = 33, .cols = 99 },
	.cred = { .uid = 1234, .gid = 1234 },
};

/* A rootfs in /tmp with a devpts of its own; the cwd is its top. */
static int make_rootfs(struct root *root)
{
	if (mount("none", "/tmp", "tmpfs", 0, NULL) < 0 || chdir("/tmp") < 0 ||
	    mkdir("dev", 0755) < 0 || mkdir("dev/pts", 0755) < 0 ||
	    mount("none", "dev/pts", "devpts", 0, "newinstance,ptmxmode=0666,mode=620,gid=5") < 0)
		return -1;
	root->fd = open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC);
	signal(SIGHUP, SIG_IGN); /* comes when the master is closed */
	return setsid() < 0 ? -1 : 0;
}

static int good(void)
{
	struct winsize size;
	struct stat console, in;
	struct err e = { 0 };
	struct root root;
	fd_auto master = -1;
	char buf[8];

	CHECK(make_rootfs(&root) == 0);
	CHECK(tty_open(&plan, &root, -1, &master, &e) == 0);
	CHECK(isatty(0) && isatty(1) && isatty(2) && tcgetsid(0) == getpid());
	CHECK(ioctl(0, TIOCGWINSZ, &size) == 0 && size.ws_row == 33 && size.ws_col == 99);
	CHECK(fstat(0, &in) == 0 && in.st_uid == 1234 && in.st_gid == 5);
	CHECK(stat("dev/console", &console) == 0 && S_ISCHR(console.st_mode));
	CHECK(console.st_rdev == in.st_rdev && major(in.st_rdev) == 136);
	CHECK(fcntl(master, F_GETFD) == FD_CLOEXEC && fcntl(0, F_GETFD) == 0);
	CHECK(write(1, "hello", 5) == 5 && read(master, buf, sizeof(buf)) == 5);
	return CHILD_OK;
}

static int good_by_fd(void)
{
	struct err e = { 0 };
	struct root root;
	fd_auto master = -1, pts = -1;

	CHECK(make_rootfs(&root) == 0);
	pts = open("dev/pts", O_PATH | O_CLOEXEC);
	CHECK(tty_open(&plan, &root, pts, &master, &e) == 0);
	CHECK(master >= 0 && isatty(2));
	return CHILD_OK;
}

/* CVE-2026-88264: what a symlink points to stays as it is, and absent. */
static int symlinks(void)
{
	struct err e = { 0 };
	struct root root;
	fd_auto master = -1;

	CHECK(make_rootfs(&root) == 0);
	CHECK(symlink("/canary", "dev/console") == 0);
	CHECK(tty_open(&plan, &root, -1, &master, &e) == -ELOOP);
	CHECK_MSG(&e, "/dev/console");
	CHECK(access("canary", F_OK) < 0 && access("/canary", F_OK) < 0 && master == -1);
	CHECK(unlink("dev/console") == 0 && rename("dev", "real") == 0);
	CHECK(symlink("real", "dev") == 0);
	CHECK(tty_open(&plan, &root, -1, &master, &e) == -ELOOP);
	CHECK(access("real/console", F_OK) < 0);
	return CHILD_OK;
}

static int wrong_things(void)
{
	struct err e = { 0 };
	struct root root;
	fd_auto master = -1;

	CHECK(make_rootfs(&root) == 0);
	CHECK(mkdir("dev/console", 0755) == 0);
	CHECK(tty_open(&plan, &root, -1, &master, &e) == -EINVAL);
	CHECK(rmdir("dev/console") == 0 && mkfifo("dev/console", 0600) == 0);
	CHECK(tty_open(&plan, &root, -1, &master, &e) == -EINVAL);
	CHECK_MSG(&e, "neither a file nor a device");
	CHECK(unlink("dev/console") == 0 && umount("dev/pts") == 0);
	/* A /dev/pts of the image. */
	CHECK(mknod("dev/pts/ptmx", S_IFCHR | 0666, makedev(5, 2)) == 0);
	CHECK(tty_open(&plan, &root, -1, &master, &e) == -EINVAL);
	CHECK_MSG(&e, "/dev/pts is not a devpts");
	return CHILD_OK;
}

/* CVE-2025-52565: something is mounted over ptmx. */
static int covered_ptmx(void)
{
	struct err e = { 0 };
	struct root root;
	fd_auto master = -1;

	CHECK(make_rootfs(&root) == 0);
	CHECK(mount("/dev/null", "dev/pts/ptmx", NULL, MS_BIND, NULL) == 0);
	CHECK(tty_open(&plan, &root, -1, &master, &e) == -EXDEV);
	return CHILD_OK;
}

/* runc#3674: the host's /dev/null changed its owner. */
static int stdio(void)
{
	int pair[2], sockets[2];
	struct stat before, after, pipe_st, sock_st;
	struct err e = { 0 };

	CHECK(dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), 0) == 0 && fstat(0, &before) == 0);
	CHECK(pipe2(pair, O_CLOEXEC) == 0 && dup2(pair[1], 1) == 1);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0);
	CHECK(dup2(sockets[0], 2) == 2);
	CHECK(tty_own_stdio(&plan.cred, &e) == 0);
	CHECK(fstat(0, &after) == 0 && after.st_uid == before.st_uid);
	CHECK(after.st_ctim.tv_sec == before.st_ctim.tv_sec &&
	      after.st_ctim.tv_nsec == before.st_ctim.tv_nsec);
	CHECK(fstat(1, &pipe_st) == 0 && pipe_st.st_uid == 1234);
	CHECK(fstat(2, &sock_st) == 0 && sock_st.st_uid == 1234);
	return CHILD_OK;
}

static int stdio_file(void)
{
	char path[] = "/tmp/tty-test-XXXXXX";
	struct err e = { 0 };
	struct stat st;

	CHECK(dup2(mkstemp(path), 1) == 1 && unlink(path) == 0);
	CHECK(tty_own_stdio(&plan.cred, &e) == 0);
	CHECK(fstat(1, &st) == 0 && st.st_uid == 0);
	return CHILD_OK;
}

/* --- the console socket --------------------------------------------------------- */

static int listen_at(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strncpy(at.sun_path, path, sizeof(at.sun_path) - 1);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 1) < 0)
		return -1;
	return fd;
}

/* As an engine does it: one message, one descriptor, a name. */
static int receive(int sock, char name[64])
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int) * 4)];
	} control;
	struct iovec iov = { name, 63 };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
	int fd = -1;

	if (n <= 0 || !head || head->cmsg_len != CMSG_LEN(sizeof(int)))
		return -1;
	name[n] = '\0';
	memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

static void test_send(void **state)
{
	char dir[] = "/tmp/tty-test-XXXXXX", path[64], name[64], want[64];
	fd_auto listener = -1, master = -1, conn = -1, got = -1;
	struct err e = { 0 };
	struct stat a, b;
	unsigned int number;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/sock", dir);
	master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0) {
		rmdir(dir);
		skip();
	}
	assert_int_equal(tty_send(path, master, &e), -ENOENT);
	assert_non_null(strstr(e.msg, "connect to console socket"));
	listener = listen_at(path);
	assert_true(listener >= 0);
	assert_int_equal(tty_send(path, master, &e), 0);
	conn = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	got = receive(conn, name);
	assert_true(got >= 0);
	assert_int_equal(ioctl(master, TIOCGPTN, &number), 0);
	snprintf(want, sizeof(want), "/dev/pts/%u", number);
	assert_string_equal(name, want);
	assert_int_equal(fstat(got, &a) | fstat(master, &b), 0);
	assert_true(a.st_ino == b.st_ino && a.st_rdev == b.st_rdev);
	assert_int_equal(recv(conn, name, 1, 0), 0); /* and that was all */
	unlink(path);
	rmdir(dir);
}

static void test_send_refused(void **state)
{
	char path[200];
	struct err e = { 0 };

	(void)state;
	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(tty_send(path, 0, &e), -ENAMETOOLONG);
	assert_non_null(strstr(e.msg, "file name too long"));
}

static void test_good(void **state)
{
	(void)state;
	run_child(good, CLONE_NEWNS);
}

static void test_good_by_fd(void **state)
{
	(void)state;
	run_child(good_by_fd, CLONE_NEWNS);
}

static void test_symlinks(void **state)
{
	(void)state;
	run_child(symlinks, CLONE_NEWNS);
}

static void test_wrong_things(void **state)
{
	(void)state;
	run_child(wrong_things, CLONE_NEWNS);
}

static void test_covered_ptmx(void **state)
{
	(void)state;
	run_child(covered_ptmx, CLONE_NEWNS);
}

static void test_stdio(void **state)
{
	(void)state;
	run_child(stdio, 0);
	run_child(stdio_file, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),         cmocka_unit_test(test_good_by_fd),
		cmocka_unit_test(test_symlinks),     cmocka_unit_test(test_wrong_things),
		cmocka_unit_test(test_covered_ptmx), cmocka_unit_test(test_stdio),
		cmocka_unit_test(test_send),         cmocka_unit_test(test_send_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
