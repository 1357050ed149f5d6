/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_plan.c - `ocirun plan`: what `create` would do, step by step.  Needs no
 * privileges and touches nothing. */
#include "cli/out.h"
#include "cli/report.h"

struct target {
	const struct bundle *bundle;
	struct out out;
};

static void place(void *ctx, const char *pointer, char *buf, size_t cap)
{
	bundle_place(((struct target *)ctx)->bundle, pointer, buf, cap);
}

static void write_out(void *ctx, const char *at, size_t n)
{
	out_bytes(&((struct target *)ctx)->out, at, n);
}

static int plan(const struct cli *c, struct bundle *b, struct err *e)
{
	struct problem first[1];
	struct problems problems = { .at = first, .cap = 1 };
	struct plan_options options = cli_plan_options(c);
	struct target target = { .bundle = b };
	const struct plan_dump dump = { c->o.json, place, &target, write_out };
	int ret = bundle_read(b, cli_bundle(c), c->o.config, &problems, e);

	if (ret == 0)
		ret = bundle_plan(b, &options, &problems, e);
	if (ret < 0)
		return ret;
	out_begin(&target.out, 1);
	plan_dump(b->plan, &dump);
	return out_end(&target.out, e);
}

static int plan_command(struct cli *c)
{
	struct err e = { 0 };
	struct bundle b;
	const struct report r = { .command = c->command->name, .bundle = &b };
	int ret = plan(c, &b, &e);
	int code = ret < 0 ? report_error(&r, &e) : 0;

	bundle_drop(&b);
	return code;
}

static const struct opt rows[] = {
	OPT_TEXT("bundle", 'b', bundle, "DIR",
		 "directory of the bundle (default: the current one)"),
	OPT_TEXT("config", 'f', config, "FILE",
		 "configuration, in the bundle unless it has a slash (default: config.json)"),
	OPT_FLAG("json", 0, json, "print the plan as JSON"),
};

const struct command cmd_plan = {
	.name = "plan",
	.synopsis = "[BUNDLE]",
	.words_max = 1,
	.words = { WORD_NOTHING },
	.summary = "print what \"create\" would do, step by step",
	.details = "Each line names the place in config.json that asked for the step.  Needs no "
		   "privileges\nand changes nothing.",
	.options = OPT_TABLE(rows),
	.run = plan_command,
};
