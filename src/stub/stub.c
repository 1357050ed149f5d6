/* SPDX-License-Identifier: Apache-2.0 */
/* stub.c - the last stage of every process that will run user code.
 *
 * A static program of a few KB without a C library, executed from a sealed
 * memfd after the sandbox stands.  From here on /proc/self/exe of the process
 * names the memfd, so the ocirun on disk is out of the container's reach
 * (CVE-2019-5736), and a created container costs a few pages.  It says READY,
 * waits for the word to run, runs the startContainer hooks, closes everything
 * and executes the user's program.  It decides nothing.
 */
#include <linux/close_range.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/time_types.h>
#include <stddef.h>
#include <stdint.h>

#include "stub/stub.h"
#include "stub/sys.h"

enum {
	NR_SIGKILL = 9,
	NR_SIGCHLD = 17,
	NR_EINTR = 4,
	NR_EAGAIN = 11,
	NR_POLLIN = 1,
	NR_SOCK_CLOEXEC = 02000000,
	NR_MSG_NOSIGNAL = 0x4000,
	NR_P_PIDFD = 3,
	NR_WEXITED = 4,
	NR_PROT_RW = 3,
	NR_MAP_PRIVATE = 2,
	NR_MAP_SHARED_ANON = 0x21,
};

struct poll_fd {
	int fd;
	short events, revents;
};

struct boot {
	int wire, gate, hooks, state, keep;
};

static struct boot boot_parse(const char *s)
{
	struct boot b = { -1, -1, -1, -1, 3 };

	while (*s) {
		char letter = *s++;
		int n = 0;

		while (*s >= '0' && *s <= '9')
			n = n * 10 + (*s++ - '0');
		if (letter == 'w')
			b.wire = n;
		else if (letter == 'g')
			b.gate = n;
		else if (letter == 'h')
			b.hooks = n;
		else if (letter == 's')
			b.state = n;
		else if (letter == 'k')
			b.keep = n;
	}
	return b;
}

static void put(char *buf, size_t cap, size_t *len, const char *s)
{
	while (*s && *len + 1 < cap)
		buf[(*len)++] = *s++;
	buf[*len] = '\0';
}

static void put_number(char *buf, size_t cap, size_t *len, uint64_t n)
{
	char digits[24];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do
		digits[--at] = (char)('0' + n % 10);
	while (n /= 10);
	put(buf, cap, len, digits + at);
}

static void wire_send(int fd, const void *at, size_t n)
{
	while (CALL6(__NR_sendto, fd, at, n, NR_MSG_NOSIGNAL, 0, 0) == -NR_EINTR)
		;
}

static void wire_say(int fd, enum wire_type type)
{
	struct wire_head head = { type };

	wire_send(fd, &head, sizeof(head));
}

/* Type of the next frame; -1: the peer is gone or talks nonsense. */
static int wire_hear(int fd)
{
	struct wire_head head = { WIRE_COUNT };
	long n;

	do
		n = CALL6(__NR_recvfrom, fd, &head, sizeof(head), 0, 0, 0);
	while (n == -NR_EINTR);
	return n == (long)sizeof(head) ? (int)head.type : -1;
}

__attribute__((noreturn)) static void quit(int status)
{
	for (;;)
		CALL1(__NR_exit_group, status);
}

/* Report a failed step of the start and end the container.  The receiver has
 * the table of errno texts and adds the one of `code`; 0: none. */
__attribute__((noreturn)) static void fail(int conn, const char *where, const char *verb,
					   const char *what, int code)
{
	struct wire_fail f;
	size_t len = 0;

	for (size_t i = 0; i < sizeof(f); i++)
		((volatile char *)&f)[i] = 0;
	f.head.type = code ? WIRE_FAIL_ERRNO : WIRE_FAIL;
	f.err.code = code;
	put(f.err.where, sizeof(f.err.where), &len, where);
	len = 0;
	put(f.err.msg, sizeof(f.err.msg), &len, verb);
	put(f.err.msg, sizeof(f.err.msg), &len, what);
	wire_send(conn, &f, sizeof(f));
	quit(code == 2 ? 127 : 126); /* ENOENT: as a shell does */
}

/* --- startContainer hooks ---------------------------------------------- */

static void relocate(uint64_t base, uint64_t *array)
{
	for (; *array; array++)
		*array += base;
}

__attribute__((noreturn)) static void hook_exec(const struct stub_hook *h, int state_fd,
						volatile int *memo)
{
	CALL0(__NR_setsid);
	CALL3(__NR_lseek, state_fd, 0, 0);
	CALL3(__NR_dup3, state_fd, 0, 0);
	CALL3(__NR_close_range, 3, ~0u, 0);
	*memo = (int)-CALL3(__NR_execve, h->path, h->argv, h->envp);
	quit(126);
}

/* Wait for the hook, at most its time.  0, an errno, or -1: it ended badly. */
static int hook_wait(const struct stub_hook *h, int pidfd, long pid)
{
	struct poll_fd p = { pidfd, NR_POLLIN, 0 };
	struct __kernel_timespec left = { h->timeout, 0 };
	int info[32] = { 0 }; /* siginfo_t: 128 bytes, si_code at [2], si_status at [6] */
	long ret;

	do /* ppoll(2) counts `left` down, so a signal does not add time */
		ret = CALL5(__NR_ppoll, &p, 1, h->timeout ? &left : (void *)0, 0, 0);
	while (ret == -NR_EINTR);
	if (ret == 0)
		CALL2(__NR_kill, -pid, NR_SIGKILL);
	CALL5(__NR_waitid, NR_P_PIDFD, pidfd, info, NR_WEXITED, 0);
	CALL1(__NR_close, pidfd);
	if (ret == 0)
		return 110;                           /* ETIMEDOUT */
	return info[2] == 1 && info[6] == 0 ? 0 : -1; /* CLD_EXITED with status 0 */
}

/* As hook_wait(); memo is shared with the hook's process until its exec. */
static int hook_run(const struct stub_hook *h, int state_fd, volatile int *memo)
{
	struct clone_args args = { 0 };
	int pidfd = -1;

	args.flags = CLONE_PIDFD | CLONE_CLEAR_SIGHAND;
	args.pidfd = (uint64_t)(uintptr_t)&pidfd;
	args.exit_signal = NR_SIGCHLD;
	*memo = 0;

	long pid = CALL2(__NR_clone3, &args, CLONE_ARGS_SIZE_VER2);

	if (pid < 0)
		return (int)-pid;
	if (pid == 0)
		hook_exec(h, state_fd, memo);

	int ret = hook_wait(h, pidfd, pid);

	return *memo ? *memo : ret;
}

enum { WHERE_MAX = 64 };

static const char *hook_where(uint64_t i, char where[WHERE_MAX])
{
	size_t len = 0;

	put(where, WHERE_MAX, &len, "/hooks/startContainer/");
	put_number(where, WHERE_MAX, &len, i);
	return where;
}

static void hooks_run(int conn, const struct boot *b)
{
	char where[WHERE_MAX];
	struct stub_hooks head;

	if (CALL4(__NR_pread64, b->hooks, &head, sizeof(head), 0) != (long)sizeof(head))
		fail(conn, "hooks-start-container", "read the hooks", "", 5);

	long at = CALL6(__NR_mmap, 0, head.size, NR_PROT_RW, NR_MAP_PRIVATE, b->hooks, 0);

	if (at < 0 && at > -4096)
		fail(conn, "hooks-start-container", "map the hooks", "", (int)-at);

	struct stub_hooks *hooks = (void *)(uintptr_t)at;
	long memo = CALL6(__NR_mmap, 0, 4096, NR_PROT_RW, NR_MAP_SHARED_ANON, -1, 0);

	if (memo < 0 && memo > -4096)
		fail(conn, "hooks-start-container", "map memory", "", (int)-memo);

	for (uint64_t i = 0; i < hooks->n; i++) {
		struct stub_hook *h = &hooks->at[i];

		h->path += (uint64_t)at;
		h->argv += (uint64_t)at;
		h->envp += (uint64_t)at;
		relocate((uint64_t)at, (uint64_t *)(uintptr_t)h->argv);
		relocate((uint64_t)at, (uint64_t *)(uintptr_t)h->envp);

		int code = hook_run(h, b->state, (volatile int *)(uintptr_t)memo);

		if (code)
			fail(conn, hook_where(i, where),
			     code < 0 ? "hook ended with an error: " : "run hook ",
			     (const char *)(uintptr_t)h->path, code < 0 ? 0 : code);
	}
}

/* --- the way of the stub -------------------------------------------------- */

/* Wait at the gate for a connection that says START.  `state` probes by
 * connecting and hanging up; those are let go. */
static int gate_wait(int gate)
{
	for (;;) {
		long conn = CALL4(__NR_accept4, gate, 0, 0, NR_SOCK_CLOEXEC);

		if (conn < 0) {
			if (conn == -NR_EINTR || conn == -NR_EAGAIN)
				continue;
			quit(125);
		}
		if (wire_hear((int)conn) == WIRE_START)
			return (int)conn;
		CALL1(__NR_close, conn);
	}
}

void stub_main(long *stack) __attribute__((used, noreturn)); /* called by _start of sys.h */

void stub_main(long *stack)
{
	long argc = stack[0];
	char **argv = (char **)(stack + 1);
	char **envp = argv + argc + 1;

	if (argc < 4)
		quit(125);

	struct boot b = boot_parse(argv[1]);

	/* Reset by the exec that brought us here (CVE-2016-9962). */
	CALL5(__NR_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
	/* From here on the end of the wire tells that the parent died: it may end
	 * as soon as it has given the word. */
	CALL5(__NR_prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0);
	wire_say(b.wire, WIRE_READY);

	int word = wire_hear(b.wire);
	int conn = b.wire;

	if (word != WIRE_RUN && word != WIRE_WAIT)
		quit(125);
	if (word == WIRE_WAIT) {
		CALL1(__NR_close, b.wire);
		conn = gate_wait(b.gate);
		wire_say(conn, WIRE_STARTED);
	}
	if (b.hooks >= 0)
		hooks_run(conn, &b);

	/* The connection ends by this exec: that is how it learns of success. */
	long ret = CALL3(__NR_close_range, b.keep, ~0u, CLOSE_RANGE_CLOEXEC);

	if (ret < 0)
		fail(conn, "exec", "close descriptors", "", (int)-ret);
	ret = CALL3(__NR_execve, argv[2], argv + 3, envp);
	fail(conn, "exec", "exec ", argv[2], (int)-ret);
}
