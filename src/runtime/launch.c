/* SPDX-License-Identifier: Apache-2.0 */
/* launch.c - see launch.h.  Owner of the state on disk and of the cgroup while
 * init_create() walks the phases. */
#include "runtime/launch.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/sys.h"
#include "linux/tty.h"
#include "runtime/hookimage.h"
#include "runtime/notify.h"
#include "runtime/offer.h"

/* --- the record ------------------------------------------------------------------ */

static char *time_text(struct arena *a)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	return arena_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02d.%09ldZ", tm.tm_year + 1900,
			 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, now.tv_nsec);
}

static struct oci_hook_list recorded(const struct plan_hooks *h, struct arena *a)
{
	struct oci_hook_list ret = { arena_array(a, struct oci_hook, h->n + 1), h->n };

	for (size_t i = 0; i < h->n; i++) {
		const struct plan_hook *p = &h->at[i];
		struct oci_hook *o = &ret.at[i];

		o->path = (char *)(uintptr_t)p->path;
		o->args.at = p->args;
		while (p->args[o->args.n])
			o->args.n++;
		o->env.at = p->env;
		while (p->env[o->env.n])
			o->env.n++;
		if (p->timeout)
			o->timeout = (struct opt_i64){ true, p->timeout };
	}
	return ret;
}

static void fill_record(struct launch *l)
{
	const struct plan *p = l->ctx.plan;
	struct state_record *r = &l->c.rec;

	r->oci_version = l->bundle->spec.oci_version;
	r->id = (char *)(uintptr_t)l->opt->id;
	r->bundle = (char *)(uintptr_t)l->bundle->path;
	r->rootfs = (char *)(uintptr_t)p->root.path;
	r->created = time_text(l->arena);
	r->creating = true;
	r->owner = (struct opt_u32){ true, geteuid() };
	if (p->cgroup.manage) {
		r->cgroup_driver = (char *)(uintptr_t)cgroup_fs.name;
		r->cgroup_mount = (char *)(uintptr_t)p->cgroup.mount;
		r->cgroup_path = (char *)(uintptr_t)p->cgroup.path;
	}
	r->own_pidns = p->ns.fresh[NS_PID];
	r->poststart = recorded(&p->hooks[HOOK_POSTSTART], l->arena);
	r->poststop = recorded(&p->hooks[HOOK_POSTSTOP], l->arena);
	r->annotations = p->annotations;
}

/* --- buffers that the child fills -------------------------------------------------- */

static int make_buffers(struct launch *l, struct err *e)
{
	const struct plan *p = l->ctx.plan;
	struct init_ctx *ctx = &l->ctx;
	struct arena *a = l->arena;

	if (l->rt->notify_socket && p->root.new_mounts) {
		int ret;

		ctx->notify_dir = arena_alloc(a, HOST_PATH_MAX);
		ret = state_path(l->rt->root, l->opt->id, "notify", ctx->notify_dir, e);
		if (ret < 0)
			return ret;
	}
	ctx->env = arena_array(a, char *, p->exec.env_n + 2);
	memcpy(ctx->env, p->exec.env, p->exec.env_n * sizeof(char *));
	ctx->home = arena_alloc(a, 5 + EXEC_HOME_MAX);
	ctx->exec_path = arena_alloc(a, EXEC_PATH_MAX);
	ctx->boot = arena_alloc(a, INIT_BOOT_MAX);
	ctx->stub_argv = arena_array(a, char *, p->exec.args_n + 4);
	ctx->stub_argv[0] = arena_strdup(a, "ocirun-init");
	ctx->stub_argv[1] = ctx->boot;
	ctx->stub_argv[2] = ctx->exec_path;
	memcpy(ctx->stub_argv + 3, p->exec.args, p->exec.args_n * sizeof(char *));
	for (size_t i = 0; i < HOOK_COUNT; i++)
		if (p->hooks[i].n && !ctx->hook_state.buf)
			container_hook_state(&l->c.rec, a, &ctx->hook_state);
	if (!p->hooks[HOOK_START_CONTAINER].n)
		return 0;
	ctx->hooks_fd = hookimage_make(&p->hooks[HOOK_START_CONTAINER], a, e);
	if (ctx->hooks_fd < 0)
		return ctx->hooks_fd;
	ctx->state_fd = sys_memfd_create("ocirun-state", 1 /* MFD_CLOEXEC */);
	return ctx->state_fd < 0 ? err_sys(e, ctx->state_fd, "make a memfd for the state") : 0;
}

/* --- struct init_owner --------------------------------------------------------------- */

static struct launch *of(struct init_ctx *ctx)
{
	return ctx->owner_arg;
}

static int own_reserve(struct init_ctx *ctx, struct err *e)
{
	struct launch *l = of(ctx);
	int ret;

	l->c.dir_fd = state_make_dir(l->rt->root, l->opt->id, e);
	if (l->c.dir_fd < 0)
		return l->c.dir_fd;
	ret = state_lock(l->c.dir_fd, false, e);
	if (ret < 0)
		return ret;
	if (l->rt->notify_socket)
		ret = notify_reserve(l->c.dir_fd, e);
	return ret < 0 ? ret : state_write(l->c.dir_fd, &l->c.rec, l->arena, e);
}

static int own_gate(struct init_ctx *ctx, struct err *e)
{
	struct launch *l = of(ctx);
	struct sockaddr_un addr = { .sun_family = AF_UNIX, .sun_path = "start" };
	int ret = sys_ret(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));

	if (ret >= 0) {
		ctx->gate_fd = ret;
		ret = sys_ret(fchdir(l->c.dir_fd)); /* sun_path is short */
	}
	if (ret >= 0)
		ret = sys_ret(bind(ctx->gate_fd, (struct sockaddr *)&addr, sizeof(addr)));
	if (ret >= 0)
		ret = sys_ret(listen(ctx->gate_fd, 64));
	if (ret >= 0)
		ret = sys_ret(fchdir(l->cwd_fd));
	return ret < 0 ? err_sys(e, ret, "make the start gate") : 0;
}

/* Every engine asks for them; the filter is the next version's. */
static void tell_device_rules(const struct oci_linux *l)
{
	if (l && l->resources && l->resources->devices.n)
		log_msg(LOG_WARNING, "device rules /linux/resources/devices are not applied");
}

static int own_cgroup(struct init_ctx *ctx, struct err *e)
{
	const struct plan_cgroup *p = &ctx->plan->cgroup;
	struct launch *l = of(ctx);
	struct cgroup_ref ref = container_cgroup(&l->c.rec);
	int fd;

	tell_device_rules(l->bundle->spec.linux);
	if (!p->manage) {
		for (size_t i = 0; i < p->writes_n; i++)
			log_msg(LOG_WARNING, "no cgroup of its own: limit %s is not applied",
				p->writes[i].pointer);
		return 0;
	}
	fd = cgroup_driver(ref.driver)->create(&ref, p, e);
	if (fd < 0 && p->ignore_errors) {
		log_msg(LOG_DEBUG, "no cgroup of its own: %s", e->msg);
		memset(e, 0, sizeof(*e));
		l->c.rec.cgroup_driver = NULL;
		return 0;
	}
	l->made_cgroup = fd >= 0;
	ctx->cgroup_fd = fd;
	return fd < 0 ? fd : 0;
}

static bool has_early_hooks(const struct plan *p)
{
	return p->hooks[HOOK_PRESTART].n || p->hooks[HOOK_CREATE_RUNTIME].n ||
	       p->hooks[HOOK_CREATE_CONTAINER].n;
}

/* The pid is known.  Written down at once where somebody may look, because hooks
 * call `state`; and by run, while the child builds the container: there is no
 * start to wait for.  Else the child dies with us until it is published. */
static int own_record(struct init_ctx *ctx, struct err *e)
{
	struct launch *l = of(ctx);
	bool hooks = has_early_hooks(ctx->plan);
	int ret;

	l->c.rec.pid = (struct opt_i64){ true, ctx->pid };
	l->c.pidfd = ctx->pidfd;
	ret = container_identify(&l->c, l->arena, e);
	if (ret < 0 || (!hooks && !ctx->run_now))
		return ret;
	l->c.rec.creating = hooks;
	return state_write(l->c.dir_fd, &l->c.rec, l->arena, e);
}

static int own_publish(struct init_ctx *ctx, struct err *e)
{
	struct launch *l = of(ctx);
	const struct create_options *o = l->opt;
	int ret = 0;

	if (l->c.rec.creating) {
		l->c.rec.creating = false;
		ret = state_write(l->c.dir_fd, &l->c.rec, l->arena, e);
	}
	if (ret == 0 && o->console_socket && ctx->console_fd >= 0)
		ret = tty_send(o->console_socket, ctx->console_fd, e);
	if (ret == 0 && !l->keep_console)
		fd_drop(&ctx->console_fd);
	if (ret == 0 && ctx->run_now && l->rt->notify_socket) {
		l->notify_fd = notify_listen(l->c.dir_fd, e);
		ret = l->notify_fd < 0 ? l->notify_fd : 0;
	}
	if (ret == 0 && o->pidfd_socket)
		ret = offer_pidfd(o->pidfd_socket, ctx->pidfd, e);
	if (ret == 0 && o->pid_file)
		ret = offer_pid_file(o->pid_file, ctx->pid, e);
	return ret;
}

static const struct init_owner launch_owner = {
	.reserve = own_reserve,
	.gate = own_gate,
	.cgroup = own_cgroup,
	.record = own_record,
	.publish = own_publish,
};

/* --- the whole -------------------------------------------------------------------------- */

static int check_preserved(unsigned n, struct err *e)
{
	for (unsigned i = 0; i < n; i++)
		if (fcntl((int)(3 + i), F_GETFD) < 0)
			return err_set(e, EBADF, "preserved file descriptor %u is not open", 3 + i);
	return 0;
}

void launch_end(struct launch *l)
{
	l->c.pidfd = -1; /* ctx owns it */
	init_ctx_end(&l->ctx);
	container_close(&l->c);
	fd_drop(&l->cwd_fd);
	fd_drop(&l->notify_fd);
}

void launch_undo(struct launch *l)
{
	struct cgroup_ref ref = container_cgroup(&l->c.rec);
	struct err ignored = { 0 };

	init_ctx_abort(&l->ctx); /* the init is dead and reaped */
	l->c.pidfd = -1;
	if (!l->made_cgroup)
		l->c.rec.cgroup_driver = NULL; /* an existing one is not ours to remove */
	if (l->c.rec.pid.set)
		(void)container_destroy(&l->c, l->arena, &ignored);
	else if (l->made_cgroup)
		(void)cgroup_driver(ref.driver)->destroy(&ref, &ignored);
	if (l->c.dir_fd >= 0)
		(void)state_remove_dir(l->rt->root, l->opt->id, &ignored);
}

static void print_trace(const struct init_ctx *ctx)
{
	for (size_t i = 0; i < phases_n; i++) {
		char line[128];
		size_t n = text_fmt(line, sizeof(line), "%s: parent %u us, init %u us\n",
				    phases[i].name, ctx->cost[i], ctx->child_cost[i]);

		(void)fd_write_all(2, line, n);
	}
}

int launch(struct launch *l, bool run_now, struct err *e)
{
	const struct create_options *o = l->opt;
	const struct bundle *b = l->bundle;
	int ret;

	signal(SIGCHLD, SIG_DFL); /* ignored, it would hide how children end */
	init_ctx_begin(&l->ctx, b->plan);
	l->notify_fd = -1;
	l->c = (struct container){ .root = l->rt->root, .dir_fd = -1, .pidfd = -1, .gate_fd = -1 };
	l->cwd_fd = run_now ? -1 : sys_open(".", O_PATH | O_DIRECTORY, 0);
	l->keep_console = run_now && !o->console_socket;
	l->arena = l->rt->arena;
	l->ctx.owner = &launch_owner;
	l->ctx.owner_arg = l;
	l->ctx.run_now = run_now;
	l->ctx.fail_at = o->fail_at;
	l->ctx.trace = o->trace;
	ret = state_check_id(o->id, e);
	if (ret == 0)
		ret = check_preserved(b->plan->exec.preserve_fds, e);
	if (ret < 0)
		return ret;
	fill_record(l);
	ret = make_buffers(l, e);
	if (ret == 0)
		ret = init_create(&l->ctx, e);
	if (ret < 0) {
		launch_undo(l);
		launch_end(l);
		return ret;
	}
	if (run_now) /* we stay as long as the container does */
		state_unlock(l->c.dir_fd);
	if (o->trace)
		print_trace(&l->ctx);
	return 0;
}

int runtime_create(const struct runtime *rt, const struct bundle *b, const struct create_options *o,
		   struct err *e)
{
	struct launch l = { .rt = rt, .bundle = b, .opt = o };
	int ret = launch(&l, false, e);

	if (ret == 0)
		launch_end(&l);
	return ret;
}

const char *runtime_phase(size_t i)
{
	return i < phases_n ? phases[i].name : NULL;
}
