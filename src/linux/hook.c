/* SPDX-License-Identifier: Apache-2.0 */
/* hook.c - runs one hook to its end.
 *
 * Parent and child; no malloc, no stdio.  A hook is a program of the host, as
 * trusted as ocirun, but what it inherits is exactly what the spec says: its
 * own environment, the state on stdin, default signals, no descriptor else.
 * Fds 0-2 are open in every process that calls this.
 */
#include "linux/hook.h"

#include <errno.h>
#include <linux/sched.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "base/text.h"

enum { OUTPUT_TAIL = 160, TIMEOUT_MAX = 365 * 24 * 3600, SIGNALS = 64 };

/* What the new process tells when it does not get as far as the hook, in a
 * shared page: no descriptor is needed, and the exec removes it. */
struct memo {
	int code;	/* errno */
	bool in_chdir;
};

struct run {
	const struct hook_call *call;
	int state_fd, output_fd;
	volatile struct memo *memo;
};

/* --- the new process ---------------------------------------------------------- */

/* CLONE_CLEAR_SIGHAND took the handlers; what was ignored still is. */
static void default_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig <= SIGNALS; sig++)
		(void)sys_signal_default(sig); /* KILL and STOP need none */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

__attribute__((noreturn)) static void become_hook(const struct run *r)
{
	const struct hook_call *c = r->call;

	default_signals();
	setsid();
	if (dup2(r->state_fd, 0) >= 0 && dup2(r->output_fd, 1) >= 0 && dup2(r->output_fd, 2) >= 0 &&
	    sys_ret(sys_close_range(3, ~0U, 0)) == 0) {
		if (c->cwd && chdir(c->cwd) < 0)
			r->memo->in_chdir = true;
		else
			execve(c->hook->path, c->hook->args, c->hook->env);
	}
	r->memo->code = errno;
	_exit(127);
}

/* --- waiting ------------------------------------------------------------------- */

/* Milliseconds until the deadline (of CLOCK_MONOTONIC), 0 when it has passed. */
static int left(const struct timespec *deadline)
{
	struct timespec now;
	int64_t ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (int64_t)(deadline->tv_sec - now.tv_sec) * 1000 +
	     (deadline->tv_nsec - now.tv_nsec) / 1000000;
	if (ms <= 0)
		return 0;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

/* 0 when the hook has ended, -ETIMEDOUT, or another -errno. */
static int wait_end(int pidfd, int64_t timeout)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };
	struct timespec deadline = { 0 };
	int n;

	if (timeout) {
		clock_gettime(CLOCK_MONOTONIC, &deadline);
		deadline.tv_sec += timeout < TIMEOUT_MAX ? timeout : TIMEOUT_MAX;
	}
	do
		n = poll(&p, 1, timeout ? left(&deadline) : -1);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n ? 0 : -ETIMEDOUT;
}

static int reap(int pidfd, siginfo_t *info)
{
	int ret;

	memset(info, 0, sizeof(*info));
	do
		ret = sys_ret(waitid(P_PIDFD, (id_t)pidfd, info, WEXITED));
	while (ret == -EINTR);
	return ret;
}

/* Start and wait.  The status is in info when 0 is returned. */
static int start_and_wait(const struct run *r, siginfo_t *info)
{
	fd_auto pidfd = -1;
	struct sys_clone_args args = {
		.flags = CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
		.pidfd = (uint64_t)(uintptr_t)&pidfd,
		.exit_signal = SIGCHLD,
	};
	pid_t pid = sys_clone3(&args);
	int ret, waited;

	if (pid < 0)
		return pid;
	if (pid == 0)
		become_hook(r);
	ret = wait_end(pidfd, r->call->hook->timeout);
	if (ret < 0) {
		/* The group with all that it started; itself, in case that it has
		 * not come to setsid(2) yet. */
		kill(-pid, SIGKILL);
		sys_pidfd_send_signal(pidfd, SIGKILL);
	}
	waited = reap(pidfd, info);
	return ret < 0 ? ret : waited;
}

/* With SIGCHLD ignored the kernel would throw the status away.  It is changed
 * only then, because SIG_DFL drops a SIGCHLD that is pending for others. */
static int run_waitable(const struct run *r, siginfo_t *info)
{
	struct sigaction action = { .sa_handler = SIG_DFL }, old;
	bool lost;
	int ret;

	if (sigaction(SIGCHLD, NULL, &old) < 0)
		return -errno;
	lost = old.sa_handler == SIG_IGN || (old.sa_flags & SA_NOCLDWAIT);
	if (lost)
		sigaction(SIGCHLD, &action, NULL);
	ret = start_and_wait(r, info);
	if (lost)
		sigaction(SIGCHLD, &old, NULL);
	return ret;
}

/* --- the result ------------------------------------------------------------------ */

/* The last line that the hook wrote, with ": " before it; "" when none. */
static void last_line(int output_fd, char *buf, size_t cap)
{
	char tail[OUTPUT_TAIL + 1];
	struct text t = text_over(buf, cap);
	off_t end = lseek(output_fd, 0, SEEK_END);
	off_t start = end > OUTPUT_TAIL ? end - OUTPUT_TAIL : 0;
	ssize_t n = end > 0 ? pread(output_fd, tail, OUTPUT_TAIL, start) : 0;
	char *line;

	while (n > 0 && (tail[n - 1] == '\n' || tail[n - 1] == '\0'))
		n--;
	if (n <= 0)
		return;
	tail[n] = '\0';
	line = memrchr(tail, '\n', (size_t)n);
	text_add(&t, ": ");
	text_printable(&t, line ? line + 1 : tail);
}

static int tell(const struct run *r, const siginfo_t *info, int ret, struct err *e)
{
	const struct hook_call *c = r->call;
	const char *path = c->hook->path;
	char line[OUTPUT_TAIL * 2];

	if (ret == 0 && r->memo->code) {
		ret = -r->memo->code;
		if (r->memo->in_chdir)
			return err_sys(e, ret, "run hook %s \"%s\" in \"%s\"", c->what, path,
				       c->cwd);
	}
	if (ret == 0 && info->si_code == CLD_EXITED && info->si_status == 0)
		return 0;
	if (ret < 0 && ret != -ETIMEDOUT)
		return err_sys(e, ret, "run hook %s \"%s\"", c->what, path);
	last_line(r->output_fd, line, sizeof(line));
	if (ret == -ETIMEDOUT)
		return err_set(e, ETIMEDOUT, "hook %s \"%s\": killed after its timeout of %lld s%s",
			       c->what, path, (long long)c->hook->timeout, line);
	if (info->si_code == CLD_EXITED)
		return err_set(e, ECANCELED, "hook %s \"%s\": exit status %d%s", c->what, path,
			       info->si_status, line);
	return err_set(e, ECANCELED, "hook %s \"%s\": killed by signal %d%s", c->what, path,
		       info->si_status, line);
}

/* stdin and output; pwrite(2) leaves the offset where the hook starts to read. */
static int make_files(const struct hook_call *c, int *state_fd, int *output_fd)
{
	ssize_t n;

	*state_fd = sys_memfd_create("state", MFD_CLOEXEC);
	if (*state_fd < 0)
		return *state_fd;
	n = pwrite(*state_fd, c->state, c->state_len, 0);
	if (n < 0)
		return -errno;
	if ((size_t)n != c->state_len)
		return -EIO;
	*output_fd = sys_memfd_create("output", MFD_CLOEXEC);
	return *output_fd < 0 ? *output_fd : 0;
}

int hook_run(const struct hook_call *c, struct err *e)
{
	fd_auto state_fd = -1, output_fd = -1;
	siginfo_t info;
	int ret = make_files(c, &state_fd, &output_fd);
	struct run r = { c, state_fd, output_fd, NULL };
	void *page;

	if (ret < 0)
		return err_sys(e, ret, "run hook %s \"%s\": make its files", c->what,
			       c->hook->path);
	page = mmap(NULL, sizeof(struct memo), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		    -1, 0);
	if (page == MAP_FAILED)
		return err_sys(e, -errno, "run hook %s \"%s\": map a page", c->what, c->hook->path);
	r.memo = page;
	ret = run_waitable(&r, &info);
	ret = tell(&r, &info, ret, e);
	munmap(page, sizeof(struct memo));
	return ret;
}
