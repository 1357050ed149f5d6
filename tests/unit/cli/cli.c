/* SPDX-License-Identifier: Apache-2.0 */
/* cli.c - from argv to a command and its options; and what holds for the rows
 * of all commands. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/cli.h"

enum { ARGS_MAX = 20 };

static char line_buf[256];
static struct cli cli;
static struct err err;

/* Parse "ocirun LINE", the words of LINE separated by blanks. */
static int parse(const char *line)
{
	static char name[] = "ocirun";
	static char *argv[ARGS_MAX];
	char *word, *rest = line_buf;
	int argc = 0;

	assert_true(strlen(line) < sizeof(line_buf));
	memcpy(line_buf, line, strlen(line) + 1);
	argv[argc++] = name;
	while ((word = strsep(&rest, " ")))
		if (word[0]) {
			assert_true(argc < ARGS_MAX - 1);
			argv[argc++] = word;
		}
	argv[argc] = NULL;
	memset(&cli, 0, sizeof(cli));
	memset(&err, 0, sizeof(err));
	return cli_parse(&cli, argc, argv, &err);
}

static void as_containerd_calls_it(void **state)
{
	(void)state;
	assert_int_equal(parse("--root /run/r --log /b/log.json --log-format json create "
			       "--bundle /b --pid-file /b/p web1"),
			 0);
	assert_ptr_equal(cli.command, &cmd_create);
	assert_string_equal(cli.o.root, "/run/r");
	assert_string_equal(cli.o.log_format, "json");
	assert_string_equal(cli.o.bundle, "/b");
	assert_string_equal(cli.o.pid_file, "/b/p");
	assert_int_equal(cli.words_n, 1);
	assert_string_equal(cli.words[0], "web1");
}

static void as_conmon_calls_it(void **state)
{
	(void)state;
	assert_int_equal(parse("--systemd-cgroup create --bundle /b -no-pivot --preserve-fds 2 x"),
			 0);
	assert_true(cli.o.systemd_cgroup);
	assert_true(cli.o.no_pivot);
	assert_int_equal(cli.o.preserve_fds, 2);
}

static void global_options_after_the_command(void **state)
{
	(void)state;
	assert_int_equal(parse("kill --root /r web1 --all KILL --debug"), 0);
	assert_ptr_equal(cli.command, &cmd_kill);
	assert_string_equal(cli.o.root, "/r");
	assert_true(cli.o.debug);
	assert_true(cli.o.all);
	assert_int_equal(cli.words_n, 2);
	assert_string_equal(cli.words[1], "KILL");
}

static void an_id_like_a_command(void **state)
{
	(void)state;
	assert_int_equal(parse("delete -- list"), 0);
	assert_ptr_equal(cli.command, &cmd_delete);
	assert_string_equal(cli.words[0], "list");
}

static void help_needs_no_arguments(void **state)
{
	(void)state;
	assert_int_equal(parse("create --help"), 0);
	assert_true(cli.o.help);
	assert_int_equal(parse("list -h a b c"), 0);
	assert_int_equal(parse("--version"), 0);
	assert_null(cli.command);
	assert_int_equal(parse(""), 0);
	assert_null(cli.command);
}

static void mistakes(void **state)
{
	static const struct {
		const char *line;
		int ret;
		const char *msg;
	} rows[] = {
		{ "frobnicate", -ENOENT, "unknown command \"frobnicate\"" },
		{ "restore --lsm-mount-context", -ENOENT, "unknown command \"restore\"" },
		{ "--bundle x create", -EINVAL, "unknown option \"--bundle\"" },
		{ "state", -EINVAL, "\"state\" requires exactly 1 argument" },
		{ "state a b", -EINVAL, "\"state\" requires exactly 1 argument" },
		{ "kill", -EINVAL, "\"kill\" requires 1 to 2 arguments" },
		{ "kill a b c", -EINVAL, "\"kill\" requires 1 to 2 arguments" },
		{ "list a", -EINVAL, "\"list\" takes no arguments" },
		{ "help a b", -EINVAL, "\"help\" requires 0 to 1 arguments" },
		{ "--root / list", -EINVAL, "option \"--root\" does not take \"/\"" },
		{ "--root // list", -EINVAL, "option \"--root\" does not take \"/\"" },
		{ "--log journald:x list", -EINVAL,
		  "option \"--log\" takes a file, not \"journald:x\"" },
		{ "--log-level loud list", -EINVAL,
		  "option \"--log-level\" takes error|warning|debug, not \"loud\"" },
		{ "--fail-at nosuch list", -EINVAL, "unknown phase \"nosuch\"" },
		{ "--fail-at moun:kill list", -EINVAL, "unknown phase \"moun:kill\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse(rows[i].line), rows[i].ret);
		assert_string_equal(err.msg, rows[i].msg);
	}
}

static void phases_of_fail_at(void **state)
{
	(void)state;
	assert_int_equal(parse("--fail-at list"), 0);
	assert_int_equal(parse("--fail-at mounts run x"), 0);
	assert_int_equal(parse("--fail-at mounts:kill run x"), 0);
}

static void options_reach_the_planner(void **state)
{
	struct plan_options o;

	(void)state;
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(parse("run -d --no-pivot --no-new-keyring --no-subreaper "
			       "--console-socket s --preserve-fds 1 x"),
			 0);
	o = cli_plan_options(&cli);
	assert_true(o.no_pivot && o.no_new_keyring && o.no_subreaper && o.detach);
	assert_true(o.console_socket);
	assert_false(o.notify_socket || o.systemd_cgroup || o.cgroup_disabled);
	assert_int_equal(o.preserve_fds, 1);

	assert_int_equal(parse("--systemd-cgroup run x"), 0);
	assert_true(cli_plan_options(&cli).systemd_cgroup);
	assert_int_equal(parse("--systemd-cgroup --cgroup-manager cgroupfs run x"), 0);
	assert_false(cli_plan_options(&cli).systemd_cgroup);
	assert_int_equal(parse("--cgroup-manager systemd run x"), 0);
	assert_true(cli_plan_options(&cli).systemd_cgroup);
	assert_int_equal(parse("--cgroup-manager disabled run x"), 0);
	assert_true(cli_plan_options(&cli).cgroup_disabled);
}

static void check_row(const struct opt_table *table, size_t i)
{
	const struct opt *row = &table->at[i];

	assert_true(strlen(row->name) > 1); /* one character is a letter's */
	assert_int_equal(strcspn(row->name, "= "), strlen(row->name));
	assert_non_null(row->help);
	assert_false(isupper((unsigned char)row->help[0]));
	assert_true(row->help[strlen(row->help) - 1] != '.');
	assert_int_equal(row->kind == OPT_FLAG, row->argument == NULL);
	for (size_t k = 0; k < i; k++) {
		assert_string_not_equal(table->at[k].name, row->name);
		assert_true(!row->letter || table->at[k].letter != row->letter);
	}
}

static void rows_are_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < global_options.n; i++)
		check_row(&global_options, i);
	for (size_t i = 0; i < commands_n; i++) {
		const struct command *c = commands[i];

		assert_ptr_equal(command_find(c->name), c);
		assert_non_null(c->run);
		assert_non_null(c->synopsis);
		assert_non_null(c->summary);
		assert_true(c->words_min <= c->words_max && c->words_max <= 2);
		for (size_t k = 0; k < c->options.n; k++)
			check_row(&c->options, k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_containerd_calls_it),
		cmocka_unit_test(as_conmon_calls_it),
		cmocka_unit_test(global_options_after_the_command),
		cmocka_unit_test(an_id_like_a_command),
		cmocka_unit_test(help_needs_no_arguments),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(phases_of_fail_at),
		cmocka_unit_test(options_reach_the_planner),
		cmocka_unit_test(rows_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
