/* SPDX-License-Identifier: Apache-2.0 */
/* parent.c - the parent lane: what must exist before the child, the clone, and
 * the child's requests until it is the stub.  What concerns state on disk and
 * the cgroup is the owner's (struct init_owner).
 */
#include "init/parent.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/fd.h"
#include "base/sys.h"
#include "base/text.h"
#include "init/ctx.h"
#include "init/wire.h"
#include "linux/hook.h"
#include "linux/namespace.h"
#include "linux/seal.h"

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif
#define CLONE_CLEAR_SIGHAND_ 0x100000000ULL
#define CLONE_INTO_CGROUP_ 0x200000000ULL

void init_ctx_begin(struct init_ctx *ctx, const struct plan *plan)
{
	memset(ctx, 0, sizeof(*ctx));
	ctx->plan = plan;
	ctx->wire_fd = ctx->child_wire_fd = ctx->stub_fd = ctx->gate_fd = -1;
	ctx->cgroup_fd = ctx->state_fd = ctx->hooks_fd = ctx->pidfd = ctx->console_fd = -1;
	for (size_t i = 0; i < NS_COUNT; i++)
		ctx->join_fd[i] = -1;
	ctx->root.fd = ctx->status_fd = -1;
	ctx->handles = (struct mount_handles){ -1, -1, -1 };
}

void init_ctx_end(struct init_ctx *ctx)
{
	int *const all[] = {
		&ctx->wire_fd,  &ctx->child_wire_fd, &ctx->stub_fd,
		&ctx->gate_fd,  &ctx->cgroup_fd,     &ctx->state_fd,
		&ctx->hooks_fd, &ctx->pidfd,         &ctx->console_fd,
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		fd_drop(all[i]);
	for (size_t i = 0; i < NS_COUNT; i++)
		fd_drop(&ctx->join_fd[i]);
}

void init_ctx_abort(struct init_ctx *ctx)
{
	if (ctx->pidfd >= 0) {
		(void)sys_pidfd_send_signal(ctx->pidfd, SIGKILL); /* may be gone */
		while (waitid(P_PIDFD, (id_t)ctx->pidfd, &(siginfo_t){ 0 }, WEXITED) < 0 &&
		       errno == EINTR)
			;
	}
	init_ctx_end(ctx);
}

size_t hook_state_text(struct hook_state *s, const char *status, pid_t pid)
{
	struct text t = text_over(s->buf, s->size);

	text_add(&t, "%s%d%s%s%s", s->before_pid, pid, s->before_status, status, s->rest);
	s->len = t.len;
	return t.len;
}

int init_hooks(const struct plan_hooks *h, const char *kind, const struct hook_state *state,
	       const char *cwd, struct err *e)
{
	for (size_t i = 0; i < h->n; i++) {
		char what[64];
		struct hook_call c = { &h->at[i], what, state->buf, state->len, cwd };
		int ret;

		text_fmt(what, sizeof(what), "/hooks/%s/%zu", kind, i);
		ret = hook_run(&c, e);
		if (ret < 0) {
			err_where(e, "%s", what);
			return ret;
		}
	}
	return 0;
}

/* --- rows of phases.def ----------------------------------------------------- */

int parent_reserve(struct init_ctx *ctx, struct err *e)
{
	return ctx->owner->reserve ? ctx->owner->reserve(ctx, e) : 0;
}

/* A joined namespace that is our own is the host's: what would be set in it is
 * not the container's.  For the mount namespace that is the root itself, which
 * would be switched under the host's feet. */
static int check_not_ours(const struct plan *p, const struct plan_join *j, int fd, struct err *e)
{
	const char *what = NULL;

	if (j->kind == NS_MOUNT)
		what = "the root would be switched";
	else if (j->kind == NS_UTS && (p->names.hostname || p->names.domainname))
		what = "its names would be changed";
	for (size_t i = 0; i < p->sysctls_n && !what; i++)
		if (p->sysctls[i].ns == j->kind)
			what = p->sysctls[i].key;
	if (!what || !namespace_is_own(fd, j->kind))
		return 0;
	return err_set(e, EINVAL, "\"%s\" is the caller's own %s namespace: %s", j->path,
		       names_name(&names_namespace, j->kind), what);
}

int parent_namespaces(struct init_ctx *ctx, struct err *e)
{
	const struct plan_namespaces *ns = &ctx->plan->ns;

	for (size_t i = 0; i < ns->join_n; i++) {
		const struct plan_join *j = &ns->join[i];
		int fd = namespace_open(j->path, j->kind, e);

		int ret = fd < 0 ? fd : check_not_ours(ctx->plan, j, fd, e);

		if (ret < 0) {
			fd_drop(&fd);
			fd = ret;
		}
		if (fd < 0) {
			err_where(e, "/linux/namespaces/%u", j->index);
			return fd;
		}
		ctx->join_fd[j->kind] = fd;
	}
	return 0;
}

int parent_stub(struct init_ctx *ctx, struct err *e)
{
	ctx->stub_fd = seal_stub(e);
	return ctx->stub_fd;
}

int parent_gate(struct init_ctx *ctx, struct err *e)
{
	return ctx->run_now || !ctx->owner->gate ? 0 : ctx->owner->gate(ctx, e);
}

int parent_cgroup(struct init_ctx *ctx, struct err *e)
{
	return ctx->owner->cgroup ? ctx->owner->cgroup(ctx, e) : 0;
}

static int clone_init(struct init_ctx *ctx, struct err *e)
{
	struct sys_clone_args args = {
		.flags = ctx->plan->ns.clone_flags | CLONE_PIDFD | CLONE_CLEAR_SIGHAND_,
		.pidfd = (uint64_t)(uintptr_t)&ctx->pidfd,
		.exit_signal = SIGCHLD,
	};

	if (ctx->cgroup_fd >= 0) {
		args.flags |= CLONE_INTO_CGROUP_;
		args.cgroup = (uint64_t)ctx->cgroup_fd;
	}

	pid_t pid = sys_clone3(&args);

	if (pid < 0)
		return err_sys(e, pid, "clone the container's init%s",
			       ctx->cgroup_fd >= 0 ? " into its cgroup" : "");
	if (pid == 0)
		init_child(ctx);
	ctx->pid = pid;
	return 0;
}

int parent_spawn(struct init_ctx *ctx, struct err *e)
{
	const struct plan_namespaces *ns = &ctx->plan->ns;
	bool detour = ns->new_time || ctx->join_fd[NS_PID] >= 0;
	struct namespace_detour d = { -1, -1 };
	int fds[2];
	int ret = wire_pair(fds, e);

	if (ret < 0)
		return ret;
	ctx->wire_fd = fds[0];
	ctx->child_wire_fd = fds[1];
	if (detour)
		ret = namespace_detour(ns, ctx->join_fd[NS_PID], &d, e);
	if (ret == 0)
		ret = clone_init(ctx, e);
	if (detour) {
		int back = namespace_return(&d, ret < 0 ? NULL : e);

		ret = ret < 0 ? ret : back;
	}
	fd_drop(&ctx->child_wire_fd);
	return ret;
}

int parent_record(struct init_ctx *ctx, struct err *e)
{
	return ctx->owner->record ? ctx->owner->record(ctx, e) : 0;
}

/* The child's word, or its failure, or how it ended without one. */
static int hear(struct init_ctx *ctx, struct wire_got *got, struct err *e)
{
	siginfo_t info = { 0 };
	int ret = wire_recv(ctx->wire_fd, got, e);

	if (ret != -EPIPE)
		return ret;
	while (waitid(P_PIDFD, (id_t)ctx->pidfd, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	if (info.si_code == CLD_EXITED)
		return err_set(e, EPIPE, "container init exited with status %d without a word",
			       info.si_status);
	return err_set(e, EPIPE, "container init was killed by signal %d%s", info.si_status,
		       info.si_status == SIGKILL ? " (out of memory?)" : "");
}

static int hear_exactly(struct init_ctx *ctx, enum wire_type type, struct wire_got *got,
			struct err *e)
{
	for (;;) {
		int ret = hear(ctx, got, e);

		if (ret < 0)
			return ret;
		if (got->type == WIRE_TRACE) {
			memcpy(ctx->child_cost, got->cost, got->cost_n * sizeof(*got->cost));
			continue;
		}
		if (got->type == type)
			return 0;
		fd_drop(&got->fd);
		return err_set(e, EPROTO, "expected %s, got %s", wire_name(type),
			       wire_name(got->type));
	}
}

int parent_hooks(struct init_ctx *ctx, struct err *e)
{
	const struct plan_hooks *h = ctx->plan->hooks;
	struct wire_got got;
	int ret;

	if (!h[HOOK_PRESTART].n && !h[HOOK_CREATE_RUNTIME].n)
		return 0;
	ret = hear_exactly(ctx, WIRE_HOOKS, &got, e);
	if (ret < 0)
		return ret;
	hook_state_text(&ctx->hook_state, "creating", ctx->pid);
	ret = init_hooks(&h[HOOK_PRESTART], "prestart", &ctx->hook_state, ctx->plan->bundle, e);
	if (ret == 0)
		ret = init_hooks(&h[HOOK_CREATE_RUNTIME], "createRuntime", &ctx->hook_state,
				 ctx->plan->bundle, e);
	return ret < 0 ? ret : wire_send(ctx->wire_fd, WIRE_GO, e);
}

int parent_console(struct init_ctx *ctx, struct err *e)
{
	struct wire_got got;
	int ret;

	if (!ctx->plan->exec.terminal)
		return 0;
	ret = hear_exactly(ctx, WIRE_CONSOLE, &got, e);
	if (ret < 0)
		return ret;
	if (got.fd < 0)
		return err_set(e, EPROTO, "CONSOLE came without a descriptor");
	ctx->console_fd = got.fd;
	return 0;
}

int parent_ready(struct init_ctx *ctx, struct err *e)
{
	struct wire_got got;

	return hear_exactly(ctx, WIRE_READY, &got, e);
}

int parent_publish(struct init_ctx *ctx, struct err *e)
{
	return ctx->owner->publish ? ctx->owner->publish(ctx, e) : 0;
}

int parent_commit(struct init_ctx *ctx, struct err *e)
{
	return wire_send(ctx->wire_fd, ctx->run_now ? WIRE_RUN : WIRE_WAIT, e);
}

int init_create(struct init_ctx *ctx, struct err *e)
{
	int ret = phases_walk(ctx, LANE_PARENT, e);

	if (ret < 0)
		init_ctx_abort(ctx);
	return ret;
}

int init_taken(int fd, struct err *e)
{
	struct wire_got got;
	int ret = wire_recv(fd, &got, e);

	if (ret == -EPIPE)
		return -EALREADY;
	if (ret == 0 && got.type != WIRE_STARTED)
		return err_set(e, EPROTO, "expected STARTED, got %s", wire_name(got.type));
	return ret;
}

int init_executed(int fd, struct err *e)
{
	struct wire_got got;
	int ret = wire_recv(fd, &got, e);

	if (ret == -EPIPE)
		return 0;
	if (ret == 0)
		return err_set(e, EPROTO, "expected the end, got %s", wire_name(got.type));
	return ret;
}
