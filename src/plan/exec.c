/* SPDX-License-Identifier: Apache-2.0 */
/* exec.c - decides what is executed, with which environment, where, and on
 * which terminal.  The environment of ocirun itself never reaches the
 * container, but for the LISTEN_* of sd_listen_fds(3).  Parent only.
 */
#include "plan/planner.h"

#include <string.h>

/* Where a shell started without PATH looks; not put into the environment. */
static const char default_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/* --- environment ------------------------------------------------------------ */

struct env {
	struct planner *p;
	struct plan_set names;
	char **at;	/* filled from the end */
	size_t first;
};

/* Entries come from the last to the first: an earlier one of the same name
 * loses, and the survivors keep their order. */
static void push_env(struct env *env, const char *entry)
{
	struct plan_exec *x = &env->p->plan->exec;
	size_t name = strcspn(entry, "=");

	if (!plan_set_add(&env->names, entry, name))
		return;
	if (name == 4 && !strncmp(entry, "HOME", 4)) {
		if (!entry[5]) /* empty is as good as none (runc) */
			return;
		x->home_missing = false;
	}
	if (name == 4 && !strncmp(entry, "PATH", 4))
		x->path_env = entry + 5;
	env->at[--env->first] = (char *)(uintptr_t)entry;
}

/* The config's entries; what is not NAME=VALUE no program could ask for. */
static void push_config(struct env *env, const struct str_list *in)
{
	for (size_t i = in->n; i-- > 0;) {
		const char *entry = in->at[i];

		if (entry[0] == '=' || !strchr(entry, '='))
			plan_warn(env->p, AT("/process/env/%zu", i),
				  "\"%s\" is not NAME=VALUE, ignored", entry);
		else
			push_env(env, entry);
	}
}

/* What the command line adds wins over the config. */
static void push_options(struct env *env)
{
	const struct plan_options *opt = env->p->opt;

	if (opt->notify_socket)
		push_env(env, "NOTIFY_SOCKET=/run/notify/notify.sock");
	if (!opt->listen_fds)
		return;
	if (opt->listen_fdnames)
		push_env(env, arena_fmt(env->p->arena, "LISTEN_FDNAMES=%s", opt->listen_fdnames));
	push_env(env, "LISTEN_PID=1");
	push_env(env, arena_fmt(env->p->arena, "LISTEN_FDS=%u", opt->listen_fds));
}

static void plan_env(struct planner *p)
{
	const struct str_list *in = &p->spec->process->env;
	struct plan_exec *x = &p->plan->exec;
	size_t room = in->n + 4;
	struct env env = {
		.p = p,
		.names = plan_set_new(p->arena, room),
		.first = room,
		.at = arena_array(p->arena, char *, room + 2),
	};

	x->home_missing = true;
	x->path_env = default_path;
	push_options(&env);
	push_config(&env, in);
	x->env = env.at + env.first;
	x->env_n = room - env.first;
}

/* --- the rest -------------------------------------------------------------- */

static char **plan_args(struct planner *p, const struct str_list *in)
{
	char **ret = arena_array(p->arena, char *, in->n + 1);

	for (size_t i = 0; i < in->n; i++)
		ret[i] = in->at[i];
	if (in->n == 0)
		problem_add(p->problems, !p->opt->is_create, "/process/args", EINVAL,
			    "args must not be empty");
	return ret;
}

static void check_cwd(struct planner *p, const char *cwd)
{
	if (!cwd)
		return;
	if (cwd[0] != '/')
		plan_error(p, "/process/cwd", "cwd must be an absolute path");
	plan_path_fits(p, cwd, "/process/cwd");
}

static void plan_umask(struct planner *p)
{
	const struct opt_u32 *in = &p->spec->process->user.umask;

	p->plan->exec.umask = 0022;
	if (!in->set)
		return;
	if (in->v > 0777) {
		plan_error(p, "/process/user/umask", "umask %o has other bits than permissions",
			   in->v);
		return;
	}
	p->plan->exec.umask = in->v;
}

static void plan_console_size(struct planner *p)
{
	const struct oci_box *in = p->spec->process->console_size;

	if (!in)
		return;
	if (in->height > UINT16_MAX)
		plan_error(p, "/process/consoleSize/height", "height is above 65535");
	if (in->width > UINT16_MAX)
		plan_error(p, "/process/consoleSize/width", "width is above 65535");
	if (!p->spec->process->terminal) {
		plan_warn(p, "/process/consoleSize", "consoleSize has no effect without terminal");
		return;
	}
	p->plan->exec.rows = (uint16_t)in->height;
	p->plan->exec.cols = (uint16_t)in->width;
}

static void check_terminal(struct planner *p)
{
	const struct plan_options *opt = p->opt;
	bool terminal = p->spec->process->terminal;

	/* /dev/console would be bound over a file that others see too */
	if (terminal && !p->plan->root.new_mounts)
		plan_error(p, "/process/terminal", "a terminal needs a mount namespace");
	if (!opt->is_create)
		return;
	if (terminal && opt->detach && !opt->console_socket)
		plan_error(p, "/process/terminal",
			   "cannot allocate tty if ocirun will detach "
			   "without setting console socket");
	if (opt->console_socket && !(terminal && opt->detach))
		plan_error(p, "/process/terminal",
			   "cannot use console socket if ocirun will not "
			   "detach or allocate tty");
}

void plan_exec(struct planner *p)
{
	const struct oci_process *in = p->spec->process;
	struct plan_exec *x = &p->plan->exec;

	x->args = arena_array(p->arena, char *, 1);
	x->env = arena_array(p->arena, char *, 2);
	x->cwd = "/";
	if (!in) {
		problem_add(p->problems, !p->opt->is_create, "/process", EINVAL,
			    "process is required");
		return;
	}
	x->has_process = true;
	x->args = plan_args(p, &in->args);
	x->args_n = in->args.n;
	x->cwd = in->cwd;
	x->terminal = in->terminal;
	x->preserve_fds = p->opt->preserve_fds + p->opt->listen_fds;
	x->new_keyring = !p->opt->no_new_keyring;
	plan_env(p);
	check_cwd(p, in->cwd);
	plan_umask(p);
	plan_console_size(p);
	check_terminal(p);
}
