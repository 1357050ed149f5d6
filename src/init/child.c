/* SPDX-License-Identifier: Apache-2.0 */
/* child.c - the init lane: from the clone to the sealed stub.
 *
 * Runs in the container's init, on a copy of the parent's memory.  Each
 * function is one row of phases.def and says what to do; how, is src/linux's
 * business.  No malloc, no stdio, no locks (tests/lint holds the object to it).
 */
#include "init/child.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "base/text.h"
#include "init/ctx.h"
#include "init/wire.h"
#include "linux/cred.h"
#include "linux/device.h"
#include "linux/hook.h"
#include "linux/keyring.h"
#include "linux/limits.h"
#include "linux/mask.h"
#include "linux/namespace.h"
#include "linux/net.h"
#include "linux/procfs.h"
#include "linux/rootfs.h"
#include "linux/sched.h"
#include "linux/sysctl.h"
#include "linux/tty.h"

void init_child(struct init_ctx *ctx)
{
	struct err e = { 0 };

	fd_drop(&ctx->wire_fd);
	ctx->wire_fd = fd_take(&ctx->child_wire_fd);
	(void)phases_walk(ctx, LANE_INIT, &e); /* returns only when a phase failed */
	wire_fail(ctx->wire_fd, &e);
	_exit(1);
}

/* The procfs that serves sysctls and read-back: the container's own, or one
 * made for the purpose. */
static int proc_fd(struct init_ctx *ctx, struct err *e)
{
	if (ctx->handles.proc_fd < 0)
		ctx->handles.proc_fd = procfs_private(e);
	return ctx->handles.proc_fd;
}

/* What the caller ignored (nohup, supervisors, shells) must not stay ignored in
 * the container; clone3's CLONE_CLEAR_SIGHAND resets handlers only. */
static void default_signals(uint64_t ignored)
{
	for (int sig = 1; ignored; sig++, ignored >>= 1)
		if (ignored & 1)
			(void)sys_signal_default(sig); /* every signal has a default */
}

int init_begin(struct init_ctx *ctx, struct err *e)
{
	sigset_t none;

	(void)ctx;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return err_sys(e, -errno, "ask for the parent-death signal");
	/* from before the first namespace is entered: CVE-2016-9962 */
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return err_sys(e, -errno, "become undumpable");
	if (setsid() < 0)
		return err_sys(e, -errno, "start a session");
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	umask(0);
	return 0;
}

int init_join(struct init_ctx *ctx, struct err *e)
{
	const struct plan_namespaces *ns = &ctx->plan->ns;

	for (size_t i = 0; i < ns->join_n; i++) {
		const struct plan_join *j = &ns->join[i];
		int ret;

		if (j->kind == NS_PID) /* we were born in it */
			continue;
		ret = namespace_enter(ctx->join_fd[j->kind], j->kind, e);
		if (ret < 0) {
			err_where(e, "/linux/namespaces/%u", j->index);
			return ret;
		}
	}
	return 0;
}

int init_unshare(struct init_ctx *ctx, struct err *e)
{
	uint64_t flags = ctx->plan->ns.unshare_flags;

	return flags ? namespace_unshare(flags, e) : 0;
}

int init_loopback(struct init_ctx *ctx, struct err *e)
{
	return ctx->plan->ns.loopback_up ? net_loopback_up(e) : 0;
}

int init_keyring(struct init_ctx *ctx, struct err *e)
{
	return ctx->plan->exec.new_keyring ? keyring_join(ctx->plan->id, e) : 0;
}

int init_names(struct init_ctx *ctx, struct err *e)
{
	return sysctl_names(&ctx->plan->names, e);
}

int init_propagation(struct init_ctx *ctx, struct err *e)
{
	if (!ctx->plan->root.new_mounts)
		return 0;
	return rootfs_propagation(&ctx->plan->root, e);
}

int init_rootfs(struct init_ctx *ctx, struct err *e)
{
	int ret = rootfs_attach(&ctx->plan->root, &ctx->root, e);

	if (ret < 0)
		err_where(e, "/root/path");
	return ret;
}

/* The sd_notify proxy's directory: not the config's mount, but the runtime's. */
static int mount_notify(struct init_ctx *ctx, struct err *e)
{
	const struct plan_mount m = {
		.index = UINT32_MAX,
		.kind = MOUNT_BIND,
		.source = ctx->notify_dir,
		.dest = "/run/notify",
		.attr_set = SYS_ATTR_NOSUID | SYS_ATTR_NODEV | SYS_ATTR_NOEXEC,
	};

	return mount_apply(&m, ctx->plan, &ctx->root, &ctx->handles, e);
}

int init_mounts(struct init_ctx *ctx, struct err *e)
{
	const struct plan_rootfs *r = &ctx->plan->root;

	for (size_t i = 0; i < r->mounts_n; i++) {
		const struct plan_mount *m = &r->mounts[i];
		int ret = mount_apply(m, ctx->plan, &ctx->root, &ctx->handles, e);

		if (ret < 0) {
			if (m->index != UINT32_MAX)
				err_where(e, "/mounts/%u", m->index);
			return ret;
		}
	}
	return ctx->notify_dir ? mount_notify(ctx, e) : 0;
}

int init_devices(struct init_ctx *ctx, struct err *e)
{
	const struct plan_rootfs *r = &ctx->plan->root;
	int ret = 0;

	for (size_t i = 0; i < r->devices_n && ret == 0; i++) {
		ret = device_make(&r->devices[i], &ctx->root, ctx->handles.dev_fd, e);
		if (ret < 0 && r->devices[i].index != UINT32_MAX)
			err_where(e, "/linux/devices/%u", r->devices[i].index);
	}
	for (size_t i = 0; i < r->links_n && ret == 0; i++)
		ret = device_link(&r->links[i], &ctx->root, ctx->handles.dev_fd, e);
	return ret;
}

int init_hooks_runtime(struct init_ctx *ctx, struct err *e)
{
	const struct plan_hooks *h = ctx->plan->hooks;
	int ret;

	if (!h[HOOK_PRESTART].n && !h[HOOK_CREATE_RUNTIME].n)
		return 0;
	ret = wire_send(ctx->wire_fd, WIRE_HOOKS, e);
	return ret < 0 ? ret : wire_expect(ctx->wire_fd, WIRE_GO, e);
}

/* getpid() is the pid as the container sees it, as the spec asks. */
int init_hooks_container(struct init_ctx *ctx, struct err *e)
{
	const struct plan_hooks *h = &ctx->plan->hooks[HOOK_CREATE_CONTAINER];

	if (!h->n)
		return 0;
	hook_state_text(&ctx->hook_state, "creating", getpid());
	return init_hooks(h, "createContainer", &ctx->hook_state, ctx->plan->bundle, e);
}

int init_console(struct init_ctx *ctx, struct err *e)
{
	fd_auto master = -1;
	int ret;

	if (!ctx->plan->exec.terminal)
		return tty_own_stdio(&ctx->plan->cred, e);
	ret = tty_open(ctx->plan, &ctx->root, ctx->handles.devpts_fd, &master, e);
	if (ret < 0) {
		err_where(e, "/process/terminal");
		return ret;
	}
	return wire_send_fd(ctx->wire_fd, WIRE_CONSOLE, master, e);
}

int init_sysctls(struct init_ctx *ctx, struct err *e)
{
	const struct plan *p = ctx->plan;
	int proc;

	if (!p->sysctls_n)
		return 0;
	proc = proc_fd(ctx, e);
	return proc < 0 ? proc : sysctl_apply(p->sysctls, p->sysctls_n, proc, e);
}

/* Asked of the image while descriptors are not limited yet. */
static void find_home(struct init_ctx *ctx)
{
	const struct plan_exec *x = &ctx->plan->exec;

	if (!x->home_missing)
		return;
	memcpy(ctx->home, "HOME=", 5);
	exec_home(&ctx->root, ctx->plan->cred.uid, ctx->home + 5);
	ctx->env[x->env_n] = ctx->home;
}

/* As runc: a missing working directory is made, owned by root. */
int init_make_cwd(struct init_ctx *ctx, struct err *e)
{
	const char *cwd = ctx->plan->exec.cwd;
	fd_auto dir = -1;

	find_home(ctx);
	if (!strcmp(cwd, "/") || !ctx->plan->root.new_mounts)
		return 0;
	dir = path_try(&ctx->root, cwd, 0);
	if (dir == -ENOENT)
		dir = path_mkdirs(&ctx->root, cwd, 0755, 0, e);
	else if (dir < 0)
		err_sys(e, dir, "open working directory \"%s\"", cwd);
	if (dir < 0) {
		err_where(e, "/process/cwd");
		return dir;
	}
	return 0;
}

int init_mask(struct init_ctx *ctx, struct err *e)
{
	const struct plan_rootfs *r = &ctx->plan->root;

	return mask_paths(r->masked, r->masked_n, &ctx->root, e);
}

int init_readonly_paths(struct init_ctx *ctx, struct err *e)
{
	const struct plan_rootfs *r = &ctx->plan->root;
	int ret = mask_readonly(r->readonly_paths, r->readonly_n, &ctx->root, e);

	/* a read-only /dev had to wait for its devices and the console */
	for (size_t i = 0; i < r->mounts_n && ret == 0; i++)
		if (r->mounts[i].late_readonly && ctx->handles.dev_fd >= 0)
			ret = mount_attrs(ctx->handles.dev_fd, MOUNT_ATTRS_RDONLY, false, e);
	return ret;
}

int init_readonly_root(struct init_ctx *ctx, struct err *e)
{
	int ret = ctx->plan->root.readonly ? rootfs_readonly(&ctx->root, e) : 0;

	if (ret < 0)
		err_where(e, "/root/readonly");
	return ret;
}

int init_switch(struct init_ctx *ctx, struct err *e)
{
	return rootfs_switch(&ctx->plan->root, &ctx->root, e);
}

int init_limits(struct init_ctx *ctx, struct err *e)
{
	const struct plan_limits *l = &ctx->plan->limits;
	int proc = proc_fd(ctx, e), ret = 0;

	if (proc < 0)
		return proc;
	/* after RLIMIT_NOFILE there may be no number left for it */
	ctx->status_fd = cred_status(proc, e);
	if (ctx->status_fd < 0)
		return ctx->status_fd;
	if (l->has_oom_score_adj) {
		ret = limits_oom(l, proc, e);
		if (ret < 0)
			err_where(e, "/process/oomScoreAdj");
	}
	if (ret == 0)
		ret = sched_apply(l, e);
	if (ret == 0)
		ret = limits_personality(l, e);
	if (ret == 0)
		ret = limits_rlimits(l, e);
	return ret;
}

/* The directory is entered as root first, so that a user may start in one that
 * only root can reach (runc does); if root may not (NFS), the user tries. */
int init_credentials(struct init_ctx *ctx, struct err *e)
{
	const struct plan *p = ctx->plan;
	int ret = exec_chdir(&p->exec, e);
	uint64_t ignored = 0;

	ctx->entered = ret == 0;
	if (ret < 0 && ret != -EACCES && ret != -EPERM)
		return ret;
	memset(e, 0, sizeof(*e));
	ret = cred_apply(&p->cred, e);
	if (ret == 0)
		ret = cred_verify(&p->cred, ctx->status_fd, &ignored, e);
	default_signals(ignored);
	/* changing credentials cleared it */
	if (ret == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		ret = err_sys(e, -errno, "ask for the parent-death signal");
	return ret;
}

int init_enter(struct init_ctx *ctx, struct err *e)
{
	return ctx->entered ? 0 : exec_chdir(&ctx->plan->exec, e);
}

int init_find(struct init_ctx *ctx, struct err *e)
{
	return exec_find(&ctx->plan->exec, ctx->exec_path, e);
}

/* Survive the exec of the stub. */
static void keep(struct text *boot, char letter, int fd)
{
	if (fd < 0)
		return;
	(void)fcntl(fd, F_SETFD, 0); /* cannot fail on an open descriptor */
	text_add(boot, "%c%d", letter, fd);
}

int init_stub(struct init_ctx *ctx, struct err *e)
{
	const struct plan_exec *x = &ctx->plan->exec;
	struct text boot = text_over(ctx->boot, INIT_BOOT_MAX);
	int ret;

	if (ctx->hooks_fd >= 0) {
		size_t len = hook_state_text(&ctx->hook_state, "created", getpid());

		ret = fd_write_all(ctx->state_fd, ctx->hook_state.buf, len);
		if (ret < 0)
			return err_sys(e, ret, "write the state for startContainer hooks");
	}
	keep(&boot, 'w', ctx->wire_fd);
	keep(&boot, 'g', ctx->gate_fd);
	keep(&boot, 'h', ctx->hooks_fd);
	keep(&boot, 's', ctx->state_fd);
	text_add(&boot, "k%u", 3 + x->preserve_fds);
	umask(x->umask);
	if (ctx->trace)
		wire_trace(ctx->wire_fd, ctx->cost, phases_n);
	ret = sys_execveat(ctx->stub_fd, "", ctx->stub_argv, ctx->env, SYS_AT_EMPTY_PATH);
	return err_sys(e, ret, "exec the stub from its memfd (vm.memfd_noexec?)");
}
