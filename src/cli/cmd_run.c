/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_run.c - `ocirun run`: create and start, and in the foreground wait. */
#include "cli/create.h"

static int run(struct cli *c)
{
	const struct runtime rt = cli_runtime(c);
	const struct run_options options = {
		.create = create_options(c),
		.detach = c->o.detach,
		.keep = c->o.keep,
		.no_subreaper = c->o.no_subreaper,
	};
	struct err e = { 0 };
	struct bundle b;
	int status = 0;
	int code = create_bundle(c, &b);

	if (code == 0 && runtime_run(&rt, &b, &options, &status, &e) < 0)
		code = create_failed(c, &b, &e);
	bundle_drop(&b);
	return code ? code : status;
}

static const struct opt rows[] = {
	CREATE_OPTIONS,
	OPT_FLAG("detach", 'd', detach, "return as soon as the container runs"),
	OPT_FLAG("keep", 0, keep, "do not delete the container when it has ended"),
};

const struct command cmd_run = {
	.name = "run",
	.synopsis = "ID",
	.summary = "create and start a container, wait for it, delete it",
	.details = "The exit code is that of the container's process, 128 + N when signal N "
		   "ended it,\nand 1 when it could not be started.",
	.options = OPT_TABLE(rows),
	.words_min = 1,
	.words_max = 1,
	.words = { WORD_NOTHING },
	.changes = true,
	.makes = true,
	.run = run,
};
