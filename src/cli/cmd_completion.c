/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_completion.c - `ocirun completion`: scripts for shells, from the rows of
 * the options.  contrib/completions/ holds what it printed. */
#include "cli/complete.h"
#include "cli/report.h"

static int completion(struct cli *c)
{
	struct err e = { 0 };

	return complete_print(c->words[0], 1, &e) < 0 ? report_failed(c, &e) : 0;
}

const struct command cmd_completion = {
	.name = "completion",
	.synopsis = "bash|zsh|fish",
	.summary = "print a completion script for a shell",
	.words_min = 1,
	.words_max = 1,
	.words = { WORD_SHELL },
	.run = completion,
};
