/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_kill.c - `ocirun kill`. */
#include <errno.h>
#include <signal.h>

#include "base/names.h"
#include "cli/each.h"
#include "cli/report.h"

static int send(struct cli *c, const char *id, int sig, struct err *e)
{
	const struct runtime rt = cli_runtime(c);

	return runtime_kill(&rt, id, sig, c->o.all, e);
}

static int kill_command(struct cli *c)
{
	struct each each = { send, SIGTERM };
	struct err e = { 0 };

	if (c->words_n > 1)
		each.argument = signal_parse(c->words[1]);
	if (each.argument < 0) {
		err_set(&e, EINVAL, "unknown signal \"%s\"", c->words[1]);
		return report_failed(c, &e);
	}
	return each_container(c, &each);
}

static const struct opt rows[] = {
	OPT_FLAG("all", 'a', all, "signal all processes; a stopped container is no error"),
	OPT_FLAG("regex", 'r', regex, "take ID as a regular expression, signal all that match"),
};

const struct command cmd_kill = {
	.name = "kill",
	.synopsis = "ID [SIGNAL]",
	.summary = "send a signal to a container (default: TERM)",
	.options = OPT_TABLE(rows),
	.words_min = 1,
	.words_max = 2,
	.words = { WORD_ID, WORD_SIGNAL },
	.run = kill_command,
};
