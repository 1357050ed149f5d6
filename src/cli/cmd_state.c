/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_state.c - `ocirun state`. */
#include "cli/out.h"
#include "cli/report.h"
#include "libocispec/desc.h"
#include "runtime/state.h"

enum { STATE_INDENT = 2 };

static int print(const struct cli *c, struct arena *a, struct err *e)
{
	const struct runtime rt = cli_runtime(c);
	struct oci_state state;
	struct out o;
	int ret = runtime_state(&rt, c->words[0], a, &state, e);

	if (ret < 0)
		return ret;
	out_begin(&o, 1);
	out_str(&o, oci_encode(&oci_state_type, &state, STATE_INDENT, a));
	out_str(&o, "\n");
	return out_end(&o, e);
}

static int state_command(struct cli *c)
{
	struct err e = { 0 };
	struct arena a;
	int ret;

	/* The file, what is decoded from it, and the output with everything escaped.
	 * Engines poll this command: leave the unmapping to the exit. */
	ret = arena_init(&a, oci_arena_size(STATE_FILE_MAX) + 16 * (size_t)STATE_FILE_MAX, &e);
	if (ret == 0)
		ret = print(c, &a, &e);
	return ret < 0 ? report_failed(c, &e) : 0;
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
