/* SPDX-License-Identifier: Apache-2.0 */
/* help.c - see help.h. */
#include "cli/help.h"

#include <string.h>

#include "base/text.h"
#include "cli/out.h"
#include "cli/support.h"
#include "commit.h"

enum { HELP_COLUMN = 34, HELP_WIDTH = 100 };

/* Break the text at blanks, so that all lines start in the column of the first. */
static void put_wrapped(struct out *o, const char *s)
{
	const size_t width = HELP_WIDTH - HELP_COLUMN;

	while (strlen(s) > width) {
		size_t n = width;

		while (n > 0 && s[n] != ' ')
			n--;
		if (n == 0)
			break;
		out_bytes(o, s, n);
		out_str(o, "\n");
		out_column(o, "", HELP_COLUMN);
		s += n + 1;
	}
	out_str(o, s);
	out_str(o, "\n");
}

static void put_option(struct out *o, const struct opt *row)
{
	char left[128];
	struct text t = text_over(left, sizeof(left));

	if (row->letter)
		text_add(&t, "  -%c, --%s", row->letter, row->name);
	else
		text_add(&t, "      --%s", row->name);
	if (row->argument)
		text_add(&t, " %s", row->argument);
	out_str(o, left);
	if (t.len >= HELP_COLUMN) {
		out_str(o, "\n");
		t.len = 0;
	}
	out_column(o, "", HELP_COLUMN - t.len);
	put_wrapped(o, row->help);
}

static void put_options(struct out *o, const struct opt_table *table)
{
	for (size_t i = 0; i < table->n; i++)
		if (!table->at[i].hidden)
			put_option(o, &table->at[i]);
}

static void put_command(struct out *o, const struct command *c)
{
	out_fmt(o, "Usage: ocirun [OPTION]... %s%s%s%s\n\n", c->name,
		c->options.n ? " [OPTION]..." : "", c->synopsis[0] ? " " : "", c->synopsis);
	out_fmt(o, "%s: %s\n", c->name, c->summary);
	if (c->details)
		out_fmt(o, "\n%s\n", c->details);
	if (c->options.n) {
		out_str(o, "\nOptions of this command:\n");
		put_options(o, &c->options);
	}
	out_str(o, "\nThe options of every command: ocirun --help\n");
}

static void put_overview(struct out *o)
{
	out_str(o, "Usage: ocirun [OPTION]... COMMAND [OPTION]... [ARGUMENT]...\n\n"
		   "Runs containers that are described by bundles of the OCI runtime "
		   "specification.\n\nCommands:\n");
	for (size_t i = 0; i < commands_n; i++) {
		out_str(o, "  ");
		out_column(o, commands[i]->name, 14);
		out_fmt(o, "%s\n", commands[i]->summary);
	}
	out_str(o, "\nOptions of every command:\n");
	put_options(o, &global_options);
	out_str(o, "\nMore about a command: ocirun COMMAND --help\n");
}

int help_print(const struct command *command, struct err *e)
{
	struct out o;

	out_begin(&o, 1);
	if (command)
		put_command(&o, command);
	else
		put_overview(&o);
	return out_end(&o, e);
}

int help_version(struct err *e)
{
	static const struct {
		const char *name;
		bool on;
	} parts[] = {
		{ "APPARMOR", SUPPORTS_APPARMOR }, { "CRIU", SUPPORTS_CRIU },
		{ "SECCOMP", SUPPORTS_SECCOMP },   { "SELINUX", SUPPORTS_SELINUX },
		{ "SYSTEMD", SUPPORTS_SYSTEMD },   { "USERNS", SUPPORTS_USERNS },
	};
	struct out o;

	out_begin(&o, 1);
	out_fmt(&o, "ocirun version %s\ncommit: %s\nspec: %s\n", PACKAGE_VERSION, OCIRUN_COMMIT,
		CLI_SPEC_VERSION);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		out_fmt(&o, "%c%s ", parts[i].on ? '+' : '-', parts[i].name);
	out_fmt(&o, "%s\n", SUPPORT_LIBC);
	return out_end(&o, e);
}
