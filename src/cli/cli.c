/* SPDX-License-Identifier: Apache-2.0 */
/* cli.c - from argv to one command: see cli.h. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "cli/env.h"
#include "cli/help.h"
#include "cli/out.h"
#include "cli/report.h"

static const struct opt global_rows[] = {
	OPT_TEXT("root", 0, root, "DIR",
		 "directory of the containers' state (default: /run/ocirun, or "
		 "$XDG_RUNTIME_DIR/ocirun without privileges)"),
	OPT_TEXT("log", 0, log, "FILE", "append the log to FILE (default: standard error)"),
	OPT_WORD("log-format", 0, log_format, "text|json", "form of the log (default: text)"),
	OPT_WORD("log-level", 0, log_level, "error|warning|debug",
		 "least important records to log (default: error)"),
	OPT_FLAG("debug", 0, debug, "same as --log-level debug"),
	OPT_FLAG("systemd-cgroup", 0, systemd_cgroup, "same as --cgroup-manager systemd"),
	OPT_WORD("cgroup-manager", 0, cgroup_manager, "cgroupfs|systemd|disabled",
		 "who makes the container's cgroup (default: cgroupfs)"),
	OPT_WORD("rootless", 0, rootless, "true|false|auto",
		 "accepted for compatibility, always auto"),
	OPT_TEXT("criu", 0, criu, "FILE", "accepted for compatibility, not used"),
	OPT_FLAG("trace", 0, trace, "print each phase of a start and its cost to standard error"),
	{ .name = "fail-at",
	  .kind = OPT_TEXT,
	  .hidden = true,
	  .offset = OPT_OFFSET(fail_at, const char *),
	  .argument = "PHASE",
	  .help = "inject a fault, for tests" },
	OPT_FLAG("help", 'h', help, "print help"),
	OPT_FLAG("version", 'v', version, "print the version"),
};
const struct opt_table global_options = OPT_TABLE(global_rows);

const struct command *const commands[] = {
	&cmd_create, &cmd_start, &cmd_state, &cmd_kill,     &cmd_delete,     &cmd_run,  &cmd_list,
	&cmd_spec,   &cmd_check, &cmd_plan,  &cmd_features, &cmd_completion, &cmd_help,
};
const size_t commands_n = sizeof(commands) / sizeof(commands[0]);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < commands_n; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int check_words(const struct cli *c, unsigned n, struct err *e)
{
	const struct command *cmd = c->command;
	unsigned min = cmd->words_min, max = cmd->words_max;

	if (n >= min && n <= max)
		return 0;
	if (max == 0)
		return err_set(e, EINVAL, "\"%s\" takes no arguments", cmd->name);
	if (min < max)
		return err_set(e, EINVAL, "\"%s\" requires %u to %u arguments", cmd->name, min,
			       max);
	return err_set(e, EINVAL, "\"%s\" requires exactly %u argument%s", cmd->name, min,
		       min == 1 ? "" : "s");
}

static int check_fail_at(const char *phase, struct err *e)
{
	const char *colon = strchr(phase, ':');
	size_t len = colon ? (size_t)(colon - phase) : strlen(phase);
	const char *name;

	if (strcmp(phase, "list") == 0)
		return 0;
	for (size_t i = 0; (name = runtime_phase(i)); i++)
		if (strncmp(name, phase, len) == 0 && name[len] == '\0')
			return 0;
	return err_set(e, EINVAL, "unknown phase \"%s\"", phase);
}

/* What no row of a table can say about the values. */
static int check_values(const struct cli *c, struct err *e)
{
	const struct options *o = &c->o;

	/* Each container would become a directory beside /bin. */
	if (o->root && strspn(o->root, "/") == strlen(o->root))
		return err_set(e, EINVAL, "option \"--root\" does not take \"/\"");
	if (o->log && (strncmp(o->log, "journald:", 9) == 0 || strncmp(o->log, "syslog:", 7) == 0))
		return err_set(e, EINVAL, "option \"--log\" takes a file, not \"%s\"", o->log);
	return o->fail_at ? check_fail_at(o->fail_at, e) : 0;
}

int cli_parse(struct cli *c, int argc, char **argv, struct err *e)
{
	struct opt_parse p = {
		.argv = argc > 0 ? argv + 1 : argv,
		.argc = argc > 0 ? argc - 1 : 0,
		.global = &global_options,
		.out = &c->o,
	};
	unsigned n = 0;
	char *word;
	int ret;

	c->words = p.argv; /* positional words move to the front: they were read already */
	while ((ret = opt_next(&p, &word, e)) > 0) {
		if (c->command) {
			c->words[n++] = word;
			continue;
		}
		c->command = command_find(word);
		if (!c->command)
			return err_set(e, ENOENT, "unknown command \"%s\"", word);
		p.own = &c->command->options;
	}
	if (ret == 0)
		ret = check_values(c, e);
	if (ret == 0 && c->command && !c->o.help && !c->o.version)
		ret = check_words(c, n, e);
	if (ret == 0 && c->command && n <= c->command->words_max)
		c->words_n = n;
	return ret;
}

const char *cli_bundle(const struct cli *c)
{
	return c->words_n > 0 ? c->words[0] : c->o.bundle;
}

struct runtime cli_runtime(struct cli *c)
{
	return (struct runtime){
		.arena = &c->arena,
		.root = c->o.root,
		.notify_socket = env_get(ENV_NOTIFY_SOCKET),
	};
}

static bool manager_is(const struct cli *c, const char *word)
{
	return c->o.cgroup_manager && strcmp(c->o.cgroup_manager, word) == 0;
}

struct plan_options cli_plan_options(const struct cli *c)
{
	const struct options *o = &c->o;

	return (struct plan_options){
		.no_pivot = o->no_pivot,
		.no_new_keyring = o->no_new_keyring,
		.no_subreaper = o->no_subreaper,
		.console_socket = o->console_socket != NULL,
		/* create leaves the container behind, like run --detach */
		.detach = o->detach || c->command == &cmd_create,
		.preserve_fds = o->preserve_fds,
		.listen_fds = c->listen_fds,
		.listen_fdnames = c->listen_fds ? env_get(ENV_LISTEN_FDNAMES) : NULL,
		.notify_socket = env_get(ENV_NOTIFY_SOCKET) != NULL,
		.systemd_cgroup = o->cgroup_manager ? manager_is(c, "systemd") : o->systemd_cgroup,
		.cgroup_disabled = manager_is(c, "disabled"),
	};
}

static int open_log(const struct cli *c, struct err *e)
{
	const char *path = c->o.log;
	const char *level = c->o.log_level;
	struct log_options log = { .level = LOG_ERROR };

	if (path && strncmp(path, "file:", 5) == 0)
		path += 5;
	log.path = path;
	log.json = c->o.log_format && strcmp(c->o.log_format, "json") == 0;
	if (c->o.debug || (level && strcmp(level, "debug") == 0))
		log.level = LOG_DEBUG;
	else if (level && strcmp(level, "warning") == 0)
		log.level = LOG_WARNING;
	return log_open(&log, e);
}

/* Only the descriptors that the user gave to the container may pass an exec, of
 * the container's program or of a hook; and each of them must exist, because
 * their numbers are an interface. */
static int keep_fds(struct cli *c, struct err *e)
{
	unsigned long long end;

	c->listen_fds = env_listen_fds();
	end = 3ULL + c->listen_fds + c->o.preserve_fds;
	for (unsigned long long fd = 3; fd < end; fd++)
		if (fd > INT32_MAX || fcntl((int)fd, F_GETFD) < 0)
			return err_set(e, EBADF, "%s: descriptor %llu is not open",
				       fd < 3ULL + c->listen_fds ? "$LISTEN_FDS"
								 : "option \"--preserve-fds\"",
				       fd);
	return sys_ret(fd_cloexec_from((unsigned)end));
}

static int print_phases(struct err *e)
{
	struct out o;
	const char *name;

	out_begin(&o, 1);
	for (size_t i = 0; (name = runtime_phase(i)); i++)
		out_fmt(&o, "%s\n", name);
	return out_end(&o, e);
}

/* What needs no command.  1: there is a command to run. */
static int answer(const struct cli *c, struct err *e)
{
	if (c->o.version)
		return help_version(e);
	if (c->o.help)
		return help_print(c->command, e);
	if (c->o.fail_at && strcmp(c->o.fail_at, "list") == 0)
		return print_phases(e);
	return 1;
}

static bool needs_command(const struct cli *c)
{
	const struct options *o = &c->o;

	return !c->command && !o->version && !o->help &&
	       !(o->fail_at && strcmp(o->fail_at, "list") == 0);
}

static int fail(const struct cli *c, const struct err *e)
{
	const struct report r = { .command = c->command ? c->command->name : NULL };

	return report_error(&r, e);
}

int cli_main(int argc, char **argv)
{
	struct cli c = { 0 };
	struct err e = { 0 }, log_error = { 0 };
	int usage = cli_parse(&c, argc, argv, &e);
	int ret, log;

	if (usage == 0 && needs_command(&c))
		usage = err_set(&e, EINVAL, "no command given");
	ret = usage == 0 && c.command && c.command->makes ? keep_fds(&c, &e) : 0;
	log = open_log(&c, &log_error); /* errors made so far belong there, too */
	if (usage < 0) {
		report_usage(&c, &e);
		return usage == -ENOENT ? EXIT_NO_COMMAND : EXIT_FAILED;
	}
	if (ret < 0 || log < 0)
		return fail(&c, ret < 0 ? &e : &log_error);
	ret = answer(&c, &e);
	if (ret <= 0)
		return ret < 0 ? fail(&c, &e) : 0;
	if (arena_init(&c.arena, RUNTIME_ARENA, &e) < 0)
		return fail(&c, &e);
	if (c.command->changes)
		(void)signal(SIGPIPE, SIG_IGN); /* the container and hooks get the default */
	return c.command->run(&c);
}
