/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_state.c - `ocirun state`. */
#include "cli/out.h"
#include "cli/report.h"
#include "libocispec/desc.h"
#include "runtime/state.h"

enum { STATE_INDENT = 2 };

static int print(struct cli *c, struct err *e)
{
	const struct runtime rt = cli_runtime(c);
	struct oci_state state;
	struct out o;
	int ret = runtime_state(&rt, c->words[0], &state, e);

	if (ret < 0)
		return ret;
	out_begin(&o, 1);
	out_str(&o, oci_encode(&oci_state_type, &state, STATE_INDENT, rt.arena));
	out_str(&o, "\n");
	return out_end(&o, e);
}

static int state_command(struct cli *c)
{
	struct err e = { 0 };

	return print(c, &e) < 0 ? report_failed(c, &e) : 0;
}

const struct command cmd_state = {
	.name = "state",
	.synopsis = "ID",
	.summary = "print the state of a container as JSON",
	.words_min = 1,
	.words_max = 1,
	.words = { WORD_ID },
	.run = state_command,
};
