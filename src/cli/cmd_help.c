/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_help.c - `ocirun help [COMMAND]`. */
#include <errno.h>

#include "cli/help.h"
#include "cli/report.h"

static int help(struct cli *c)
{
	const struct command *about = c->words_n ? command_find(c->words[0]) : NULL;
	struct err e = { 0 };
	int ret;

	if (c->words_n && !about)
		ret = err_set(&e, ENOENT, "unknown command \"%s\"", c->words[0]);
	else
		ret = help_print(about, &e);
	return ret < 0 ? report_failed(c, &e) : 0;
}

const struct command cmd_help = {
	.name = "help",
	.synopsis = "[COMMAND]",
	.summary = "print help about ocirun or about a command",
	.words_max = 1,
	.words = { WORD_COMMAND },
	.run = help,
};
