/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_start.c - `ocirun start`. */
#include "cli/report.h"

static int start(struct cli *c)
{
	const struct runtime rt = cli_runtime(c);
	struct err e = { 0 };

	return runtime_start(&rt, c->words[0], &e) < 0 ? report_failed(c, &e) : 0;
}

const struct command cmd_start = {
	.name = "start",
	.synopsis = "ID",
	.summary = "run the program of a created container",
	.words_min = 1,
	.words_max = 1,
	.words = { WORD_ID },
	.run = start,
};
