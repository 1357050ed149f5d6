/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other end of the file descriptors a runtime handles, for the system
 * tests: receivers for its sockets, a terminal to run it on, and callers with
 * habits a runtime must survive.  Every form gives up after 20 seconds.
 *
 *   peer fd SOCKET                    listen, take one message, describe it and its fds; a pty
 *                                     is then copied to stdout, and stdin to it
 *   peer datagrams SOCKET COUNT       bind, print COUNT datagrams (newlines as \n)
 *   peer send SOCKET TEXT             one datagram
 *   peer swap PATH PATH               exchange both names for ever: a peer that races the runtime
 *   peer leak COUNT COMMAND...        run COMMAND with COUNT more inheritable fds
 *   peer block COMMAND...             run COMMAND with every signal blocked, SIGCHLD and
 *                                     SIGPIPE ignored
 *   peer pty ROWSxCOLS STEP... -- COMMAND...
 *                                     run COMMAND on a new terminal; STEP is TEXT=>size=RxC or
 *                                     TEXT=>send=KEYS, done once TEXT has been printed
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_FDS 253

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int bind_unix(const char *path, int type)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(at.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(at.sun_path, path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		return -1;
	return type == SOCK_STREAM && listen(fd, 8) < 0 ? -1 : fd;
}

static void describe(int fd)
{
	char link[64], target[256] = "", name[64] = "-";
	struct winsize size = { 0 };
	struct statfs fs = { 0 };
	struct stat st = { 0 };

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, target, sizeof(target) - 1) < 0)
		target[0] = '\0';
	fstat(fd, &st);
	fstatfs(fd, &fs);
	if (isatty(fd) && ptsname_r(fd, name, sizeof(name)) == 0)
		ioctl(fd, TIOCGWINSZ, &size);
	printf("fd %s %s rdev=%u:%u fs=%lx slave=%s size=%ux%u\n", target,
	       S_ISCHR(st.st_mode) ? "char" : "other", major(st.st_rdev), minor(st.st_rdev),
	       (unsigned long)fs.f_type, name, size.ws_row, size.ws_col);
}

/* The pid line of a pidfd's fdinfo, so that a test can compare it with the pid file. */
static void describe_pidfd(int fd)
{
	char path[64], line[128];
	FILE *info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = fopen(path, "re");
	while (info && fgets(line, sizeof(line), info))
		if (strncmp(line, "Pid:", 4) == 0)
			printf("pidfd %d\n", atoi(line + 4));
	if (info)
		fclose(info);
}

static bool copy_once(int from, int to)
{
	char text[4096];
	ssize_t n = read(from, text, sizeof(text));

	return n > 0 && write(to, text, (size_t)n) == n;
}

static void relay(int pty)
{
	struct pollfd polls[2] = { { .fd = pty, .events = POLLIN },
				   { .fd = STDIN_FILENO, .events = POLLIN } };

	while (poll(polls, 2, -1) > 0) {
		if (polls[0].revents && !copy_once(pty, STDOUT_FILENO))
			break;
		if (polls[1].revents && !copy_once(STDIN_FILENO, pty))
			polls[1].fd = -1;
	}
}

static int receive_fd(const char *path)
{
	union {
		char space[CMSG_SPACE(sizeof(int) * MAX_FDS)];
		struct cmsghdr align;
	} control;
	char text[4096];
	struct iovec iov = { text, sizeof(text) };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control) };
	int listener = bind_unix(path, SOCK_STREAM), count = 0, last = -1, peer;
	ssize_t n;

	if (listener < 0)
		return fail(path);
	peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	n = peer < 0 ? -1 : recvmsg(peer, &msg, MSG_CMSG_CLOEXEC);
	if (n < 0)
		return fail("receive");
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
			memcpy(&last, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
			describe(last);
			describe_pidfd(last);
			count++;
		}
	}
	printf("message fds=%d truncated=%d payload=%.*s\n", count,
	       !!(msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)), (int)n, text);
	fflush(stdout);
	n = recv(peer, text, sizeof(text), 0);
	printf(n == 0 ? "then eof\n" : "then %zd bytes more\n", n);
	fflush(stdout);
	if (last >= 0 && isatty(last))
		relay(last);
	return 0;
}

static int datagrams(const char *path, int count)
{
	int fd = bind_unix(path, SOCK_DGRAM);
	char text[4096];

	if (fd < 0)
		return fail(path);
	while (count-- > 0) {
		ssize_t n = recv(fd, text, sizeof(text) - 1, 0);
		if (n < 0)
			return fail("receive");
		for (ssize_t i = 0; i < n; i++)
			text[i] == '\n' ? fputs("\\n", stdout) : putchar(text[i]);
		putchar('\n');
		fflush(stdout);
	}
	return 0;
}

static int send_text(const char *path, const char *text)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	if (sendto(fd, text, strlen(text), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return fail(path);
	return 0;
}

static int swap(const char *one, const char *other)
{
	while (syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) == 0)
		;
	return fail("exchange");
}

static int leak(int count, char **argv)
{
	for (int i = 0; i < count; i++)
		if (open("/", O_RDONLY | O_DIRECTORY) < 0)
			return fail("open /");
	execvp(argv[0], argv);
	return fail(argv[0]);
}

static int block(char **argv)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	execvp(argv[0], argv);
	return fail(argv[0]);
}

static bool parse_size(const char *text, struct winsize *size)
{
	return sscanf(text, "%hux%hu", &size->ws_row, &size->ws_col) == 2;
}

/* Does the first undone step when its text has appeared; true when it has. */
static bool take_step(int pty, const char *seen, const char *step)
{
	const char *arrow = strstr(step, "=>");
	char text[128];
	struct winsize size = { 0 };

	if (!arrow)
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)(arrow - step), step);
	if (!strstr(seen, text))
		return false;
	if (strncmp(arrow, "=>size=", 7) == 0 && parse_size(arrow + 7, &size))
		ioctl(pty, TIOCSWINSZ, &size);
	else if (strncmp(arrow, "=>send=", 7) == 0 && write(pty, arrow + 7, strlen(arrow + 7)) < 0)
		perror("send");
	return true;
}

static int on_pty(int argc, char **argv)
{
	struct winsize size = { 0 };
	size_t used = 0;
	char seen[65536];
	int pty, wstatus, next = 1, dashes = 1;
	ssize_t n;
	pid_t pid;

	while (dashes < argc && strcmp(argv[dashes], "--") != 0)
		dashes++;
	if (!parse_size(argv[0], &size) || dashes + 1 >= argc)
		return 2;
	pid = forkpty(&pty, NULL, NULL, &size);
	if (pid < 0)
		return fail("forkpty");
	if (pid == 0) {
		execvp(argv[dashes + 1], argv + dashes + 1);
		_exit(127);
	}
	while ((n = read(pty, seen + used, sizeof(seen) - 1 - used)) > 0) {
		if (write(STDOUT_FILENO, seen + used, (size_t)n) != n)
			break;
		used += (size_t)n;
		seen[used] = '\0';
		while (next < dashes && take_step(pty, seen, argv[next]))
			next++;
	}
	if (waitpid(pid, &wstatus, 0) < 0)
		return fail("wait");
	return WIFSIGNALED(wstatus) ? 128 + WTERMSIG(wstatus) : WEXITSTATUS(wstatus);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";

	/* An alarm survives exec: a caller made here is bounded as well. */
	alarm(20);
	if (strcmp(verb, "fd") == 0)
		return receive_fd(argv[2]);
	if (strcmp(verb, "datagrams") == 0 && argc == 4)
		return datagrams(argv[2], atoi(argv[3]));
	if (strcmp(verb, "send") == 0 && argc == 4)
		return send_text(argv[2], argv[3]);
	if (strcmp(verb, "swap") == 0 && argc == 4)
		return swap(argv[2], argv[3]);
	if (strcmp(verb, "leak") == 0 && argc > 3)
		return leak(atoi(argv[2]), argv + 3);
	if (strcmp(verb, "block") == 0)
		return block(argv + 2);
	if (strcmp(verb, "pty") == 0)
		return on_pty(argc - 2, argv + 2);
	fprintf(stderr, "usage: peer fd|datagrams|send|swap|leak|block|pty ...\n");
	return 2;
}
