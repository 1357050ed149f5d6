/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - create and start in one, then (in the foreground) wait: forward
 * signals, the terminal and READY=1, and delete. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "init/console.h"
#include "runtime/launch.h"
#include "runtime/notify.h"
#include "runtime/poststart.h"

struct foreground {
	struct launch *l;
	struct console console;
	int signal_fd;
	bool done;
	int status; /* as a shell counts */
};

/* Signals that mean something about ourselves, or must stay deadly. */
static void signals_to_catch(sigset_t *set)
{
	static const int ours[] = { SIGSEGV, SIGBUS, SIGFPE,  SIGILL, SIGTRAP,
				    SIGABRT, SIGSYS, SIGPIPE, SIGURG };

	sigfillset(set);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		sigdelset(set, ours[i]);
}

static void take_status(struct foreground *f)
{
	siginfo_t info = { 0 };

	if (waitid(P_PIDFD, (id_t)f->l->ctx.pidfd, &info, WEXITED | WNOHANG) < 0 || !info.si_pid)
		return;
	f->done = true;
	f->status = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

/* Orphans of the container's world came to us as the subreaper. */
static void reap_others(const struct foreground *f)
{
	siginfo_t info = { 0 };

	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid &&
	       info.si_pid != f->l->ctx.pid) {
		(void)waitid(P_PID, (id_t)info.si_pid, &info, WEXITED | WNOHANG);
		info.si_pid = 0;
	}
}

static void take_signals(struct foreground *f)
{
	struct signalfd_siginfo s;

	while (read(f->signal_fd, &s, sizeof(s)) == (ssize_t)sizeof(s)) {
		int sig = (int)s.ssi_signo;

		if (sig == SIGCHLD)
			reap_others(f);
		else if (sig == SIGWINCH && f->console.raw)
			console_resize(&f->console);
		else if (sig != SIGTTIN && sig != SIGTTOU)
			(void)sys_pidfd_send_signal(f->l->ctx.pidfd, sig); /* may be gone */
	}
}

static int wait_for_end(struct foreground *f, struct err *e)
{
	const char *host_socket = f->l->rt->notify_socket;

	while (!f->done) {
		struct pollfd p[6] = {
			{ .fd = f->signal_fd, .events = POLLIN },
			{ .fd = f->l->ctx.pidfd, .events = POLLIN },
			{ .fd = f->l->notify_fd, .events = POLLIN },
		};
		int ret;

		console_poll(&f->console, p + 3);
		ret = sys_ret(poll(p, 6, -1));
		if (ret < 0 && ret != -EINTR)
			return err_sys(e, ret, "wait for the container");
		if (ret < 0)
			continue;
		console_pump(&f->console, p + 3);
		if (p[0].revents)
			take_signals(f);
		if (p[2].revents && notify_forward(f->l->notify_fd, host_socket, f->l->ctx.pid, e))
			fd_drop(&f->l->notify_fd);
		if (p[1].revents)
			take_status(f);
	}
	return 0;
}

/* From the stub that was told RUN to the user's program. */
static int started(struct launch *l, struct err *e)
{
	int ret = init_executed(l->ctx.wire_fd, e);

	return ret < 0 ? ret : poststart_run(&l->c, l->arena, e);
}

static int begin(struct foreground *f, const struct run_options *o, struct err *e)
{
	sigset_t set;
	int ret;

	if (o->detach)
		return 0;
	if (!o->no_subreaper && prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return err_sys(e, -errno, "become the subreaper");
	signals_to_catch(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	ret = sys_ret(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
	f->signal_fd = ret;
	return ret < 0 ? err_sys(e, ret, "make a signal descriptor") : 0;
}

static int foreground(struct foreground *f, const struct run_options *o, struct err *e)
{
	struct launch *l = f->l;
	int ret = console_begin(&f->console, &l->ctx.console_fd, e);

	if (ret == 0)
		ret = wait_for_end(f, e);
	console_end(&f->console);
	if (ret == 0 && !o->keep) {
		l->c.pidfd = -1; /* reaped */
		ret = container_destroy(&l->c, l->arena, e);
	}
	return ret;
}

int runtime_run(const struct runtime *rt, const struct bundle *b, const struct run_options *o,
		int *status, struct err *e)
{
	struct launch l = { .rt = rt, .bundle = b, .opt = &o->create };
	struct foreground f = { .l = &l, .console = { .master_fd = -1 }, .signal_fd = -1 };
	int ret = begin(&f, o, e);

	*status = 0;
	if (ret < 0)
		return ret;
	ret = launch(&l, true, e);
	if (ret == 0) {
		ret = started(&l, e);
		if (ret < 0)
			launch_undo(&l);
		else if (!o->detach)
			ret = foreground(&f, o, e);
		else if (l.notify_fd >= 0)
			ret = notify_wait(l.notify_fd, rt->notify_socket, l.ctx.pid, l.ctx.pidfd,
					  e);
		launch_end(&l);
	}
	fd_drop(&f.signal_fd);
	*status = f.status;
	return ret;
}
