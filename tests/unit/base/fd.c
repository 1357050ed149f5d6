/* SPDX-License-Identifier: Apache-2.0 */
/* fd.c - descriptors: ownership, whole reads and writes, passing to another process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"

static int file_of(size_t n)
{
	int fd = sys_memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(write(fd, &"0123456789"[i % 10], 1), 1);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* --- ownership ------------------------------------------------------------------ */

static int closed_at_the_end_of_its_scope(void)
{
	fd_auto fd = file_of(0);

	return fd;
}

static int moved_out_of_its_scope(void)
{
	fd_auto fd = file_of(0);

	return fd_take(&fd);
}

static void ownership(void **state)
{
	int fd = file_of(0), same = fd, none = -1;

	(void)state;
	fd_drop(&fd);
	assert_int_equal(fd, -1);
	assert_false(is_open(same));
	fd_drop(&fd);
	assert_int_equal(fd_take(&none), -1);
	assert_false(is_open(closed_at_the_end_of_its_scope()));
	fd = moved_out_of_its_scope();
	assert_true(is_open(fd));
	fd_drop(&fd);
}

/* --- whole reads and writes ------------------------------------------------------ */

static void nothing(int sig)
{
	(void)sig;
}

/* Signals that interrupt every few milliseconds, without SA_RESTART. */
static void interruptions(bool on)
{
	const struct sigaction act = { .sa_handler = on ? nothing : SIG_DFL };
	const struct itimerval often = { { 0, 2000 }, { 0, 2000 } }, never = { 0 };

	if (on)
		assert_int_equal(sigaction(SIGALRM, &act, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, on ? &often : &never, NULL), 0);
	if (!on)
		assert_int_equal(sigaction(SIGALRM, &act, NULL), 0);
}

/* A child that writes five pieces of ten bytes, slowly. */
static pid_t slow_writer(int fd)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid)
		return pid;
	for (int i = 0; i < 5; i++) {
		usleep(5000);
		if (write(fd, "0123456789", 10) != 10)
			_exit(1);
	}
	_exit(0);
}

static void reads_to_the_end(void **state)
{
	char buf[100];
	int p[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	pid = slow_writer(p[1]);
	fd_drop(&p[1]);
	interruptions(true);
	assert_int_equal(fd_read_all(p[0], buf, sizeof(buf)), 50);
	interruptions(false);
	assert_memory_equal(buf + 40, "0123456789", 10);
	fd_drop(&p[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void reads_no_more_than_asked(void **state)
{
	fd_auto fd = file_of(20);
	char buf[8] = "#######";

	(void)state;
	assert_int_equal(fd_read_all(fd, buf, 5), 5);
	assert_string_equal(buf, "01234##");
	assert_int_equal(fd_read_all(fd, buf, 0), 0);
	assert_int_equal(fd_read_all(-1, buf, 5), -EBADF);
}

/* A child that reads slowly and tells by its status whether it got n bytes. */
static pid_t slow_reader(int fd, size_t n)
{
	char buf[4096];
	size_t got = 0;
	ssize_t len;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid)
		return pid;
	while ((len = read(fd, buf, sizeof(buf))) > 0) {
		got += (size_t)len;
		usleep(500);
	}
	_exit(got != n);
}

static void writes_it_all(void **state)
{
	enum { MUCH = 300000 };
	char *much = calloc(1, MUCH);
	int p[2], status;
	pid_t pid;

	(void)state;
	assert_non_null(much);
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		close(p[1]);
		pid = slow_reader(p[0], MUCH);
		_exit(waitpid(pid, &status, 0) == pid && status == 0 ? 0 : 1);
	}
	fd_drop(&p[0]);
	interruptions(true);
	assert_int_equal(fd_write_all(p[1], much, MUCH), 0);
	fd_drop(&p[1]);
	interruptions(false);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	free(much);
}

static void write_errors(void **state)
{
	void (*old)(int) = signal(SIGPIPE, SIG_IGN);
	int p[2];

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	fd_drop(&p[0]);
	assert_int_equal(fd_write_all(p[1], "x", 1), -EPIPE);
	assert_int_equal(fd_write_all(p[1], "x", 0), 0);
	fd_drop(&p[1]);
	assert_int_equal(fd_write_all(-1, "x", 1), -EBADF);
	signal(SIGPIPE, old);
}

/* --- whole files ------------------------------------------------------------------ */

struct slurp { struct arena a; char *text; size_t len; };

static int slurp(struct slurp *s, int fd, size_t limit, size_t arena)
{
	struct err e = { 0 };

	*s = (struct slurp){ .len = 77 };
	assert_int_equal(arena_init(&s->a, arena, &e), 0);
	return fd_slurp(fd, limit, &s->a, &s->text, &s->len);
}

static void files_up_to_the_limit(void **state)
{
	static const size_t sizes[] = { 0, 1, 10, 4095, 4096, 4097 };
	struct slurp s;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t n = sizes[i];
		fd_auto fd = file_of(n);

		assert_int_equal(slurp(&s, fd, n, 65536), 0);
		assert_int_equal(s.len, n);
		assert_int_equal(strlen(s.text), n);
		assert_int_equal(s.a.used, (size_t)(s.text - s.a.base) + n + 1);
		arena_drop(&s.a);
		if (n == 0)
			continue;
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		assert_int_equal(slurp(&s, fd, n - 1, 65536), -EFBIG);
		assert_null(s.text);
		assert_int_equal(s.len, 77);
		arena_drop(&s.a);
	}
}

/* The size is but a hint when somebody goes on writing. */
static void files_that_grow(void **state)
{
	enum { LIMIT = 100000 };
	fd_auto fd = file_of(1);
	int tries = 0, ret;
	pid_t pid = fork();
	struct slurp s;

	(void)state;
	if (pid == 0)
		for (off_t at = 1;; at++)
			if (pwrite(fd, &"0123456789"[at % 10], 1, at) != 1 || at > 4 * LIMIT)
				_exit(0);
	do {
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		ret = slurp(&s, fd, LIMIT, 1 << 20);
		assert_true(ret == 0 || ret == -EFBIG);
		if (ret == 0) {
			assert_true(s.len <= LIMIT && strlen(s.text) == s.len);
			for (size_t i = 0; i < s.len; i++)
				assert_int_equal(s.text[i], '0' + i % 10);
		}
		arena_drop(&s.a);
	} while (ret == 0 && ++tries < 100000);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(ret, -EFBIG);
}

/* An arena with less room than the limit is fine for a file that fits. */
static void files_up_to_the_arena(void **state)
{
	fd_auto fd = file_of(4000);
	struct slurp s;

	(void)state;
	assert_int_equal(slurp(&s, fd, 1 << 20, 4096), 0);
	assert_int_equal(s.len, 4000);
	arena_drop(&s.a);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(slurp(&s, fd, SIZE_MAX, 65536), 0);
	arena_drop(&s.a);
	for (size_t room = 1; room < 4000; room += 333) {
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		assert_int_equal(slurp(&s, fd, 1 << 20, room), -ENOMEM);
		arena_drop(&s.a);
	}
}

static void pipes_have_no_size(void **state)
{
	struct slurp s;
	int p[2];
	pid_t pid;

	(void)state;
	for (size_t limit = 49; limit <= 51; limit++) {
		assert_int_equal(pipe2(p, O_CLOEXEC), 0);
		pid = slow_writer(p[1]);
		fd_drop(&p[1]);
		assert_int_equal(slurp(&s, p[0], limit, 65536), limit < 50 ? -EFBIG : 0);
		assert_int_equal(s.len, limit < 50 ? 77 : 50);
		fd_drop(&p[0]);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		arena_drop(&s.a);
	}
}

/* stat(2) says 0 bytes. */
static void files_of_proc(void **state)
{
	fd_auto fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	struct slurp s;

	(void)state;
	assert_int_equal(slurp(&s, fd, 65536, 1 << 20), 0);
	assert_non_null(strstr(s.text, "\nPid:"));
	arena_drop(&s.a);
}

static void other_files_are_refused(void **state)
{
	fd_auto dir = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd_auto null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct slurp s;

	(void)state;
	assert_int_equal(slurp(&s, dir, 10, 4096), -EISDIR);
	arena_drop(&s.a);
	assert_int_equal(slurp(&s, null, 10, 4096), -EINVAL);
	arena_drop(&s.a);
	assert_int_equal(slurp(&s, -1, 10, 4096), -EBADF);
	arena_drop(&s.a);
}

/* --- passing ----------------------------------------------------------------------- */

/* Receive one message; *fd is what came with it. */
static ssize_t receive(int sock, void *buf, size_t cap, int *fd)
{
	union {
		struct cmsghdr align;
		char at[CMSG_SPACE(4 * sizeof(int))];
	} control;
	struct iovec iov = { .iov_base = buf, .iov_len = cap };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	*fd = -1;
	if (c) {
		assert_int_equal(c->cmsg_type, SCM_RIGHTS);
		assert_int_equal(c->cmsg_len, CMSG_LEN(sizeof(int)));
		memcpy(fd, CMSG_DATA(c), sizeof(int));
	}
	return n;
}

static void one_message_with_one_descriptor(void **state)
{
	static const int types[] = { SOCK_STREAM, SOCK_SEQPACKET };

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		fd_auto file = file_of(3);
		char buf[64] = "";
		int s[2], got;

		assert_int_equal(socketpair(AF_UNIX, types[i] | SOCK_CLOEXEC, 0, s), 0);
		assert_int_equal(fd_send(s[0], file, "/dev/pts/0", 10), 0);
		assert_true(is_open(file));
		assert_int_equal(receive(s[1], buf, sizeof(buf), &got), 10);
		assert_string_equal(buf, "/dev/pts/0");
		assert_true(got >= 0 && got != file);
		assert_int_equal(read(got, buf, sizeof(buf)), 3);
		assert_memory_equal(buf, "012", 3);
		fd_drop(&got);
		fd_drop(&s[1]);
		assert_int_equal(fd_send(s[0], file, "x", 1), -EPIPE); /* and no SIGPIPE */
		fd_drop(&s[0]);
	}
	assert_int_equal(fd_send(-1, 0, "x", 1), -EBADF);
}

/* A stream takes what it has room for: a signal cuts the call short. */
static void a_long_message_over_a_stream(void **state)
{
	enum { MUCH = 2 << 20 };
	char *much = calloc(1, MUCH), first[1];
	fd_auto file = file_of(3);
	int s[2], got, status;
	pid_t pid;

	(void)state;
	assert_non_null(much);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s), 0);
	pid = fork();
	if (pid == 0) {
		fd_drop(&s[0]);
		if (receive(s[1], first, 1, &got) != 1 || got < 0)
			_exit(2);
		pid = slow_reader(s[1], MUCH - 1);
		_exit(waitpid(pid, &status, 0) == pid && status == 0 ? 0 : 1);
	}
	fd_drop(&s[1]);
	interruptions(true);
	assert_int_equal(fd_send(s[0], file, much, MUCH), 0);
	fd_drop(&s[0]);
	interruptions(false);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	free(much);
}

static void close_on_exec_from(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		bool good;

		for (int fd = 50; fd < 60; fd++)
			if (dup2(0, fd) < 0)
				_exit(2);
		good = fd_cloexec_from(55) == 0;
		for (int fd = 50; fd < 60; fd++)
			good &= fcntl(fd, F_GETFD) == (fd >= 55 ? FD_CLOEXEC : 0);
		_exit(!good);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ownership),
		cmocka_unit_test(reads_to_the_end),
		cmocka_unit_test(reads_no_more_than_asked),
		cmocka_unit_test(writes_it_all),
		cmocka_unit_test(write_errors),
		cmocka_unit_test(files_up_to_the_limit),
		cmocka_unit_test(files_that_grow),
		cmocka_unit_test(files_up_to_the_arena),
		cmocka_unit_test(pipes_have_no_size),
		cmocka_unit_test(files_of_proc),
		cmocka_unit_test(other_files_are_refused),
		cmocka_unit_test(one_message_with_one_descriptor),
		cmocka_unit_test(a_long_message_over_a_stream),
		cmocka_unit_test(close_on_exec_from),
	};

	return cmocka_run_group_tests_name("fd", tests, NULL, NULL);
}
