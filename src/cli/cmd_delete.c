/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_delete.c - `ocirun delete`. */
#include "cli/each.h"

static int delete_one(struct cli *c, const char *id, int argument, struct err *e)
{
	const struct runtime rt = cli_runtime(c);

	(void)argument;
	return runtime_delete(&rt, id, c->o.force, e);
}

static int delete_command(struct cli *c)
{
	return each_container(c, &(struct each){ .fn = delete_one });
}

static const struct opt rows[] = {
	OPT_FLAG("force", 'f', force, "kill it if it runs; a missing container is no error"),
	OPT_FLAG("regex", 'r', regex, "take ID as a regular expression, delete all that match"),
};

const struct command cmd_delete = {
	.name = "delete",
	.synopsis = "ID",
	.summary = "remove a container that is created or stopped",
	.options = OPT_TABLE(rows),
	.words_min = 1,
	.words_max = 1,
	.words = { WORD_ID },
	.changes = true,
	.run = delete_command,
};
