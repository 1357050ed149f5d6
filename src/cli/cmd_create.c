/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_create.c - `ocirun create`, and create.h for `run`. */
#include "cli/create.h"
#include "cli/report.h"

#include <string.h>

#include "linux/seal.h"
#include "runtime/state.h"

int create_failed(const struct cli *c, const struct bundle *b, const struct err *e)
{
	const struct report r = { c->command->name, c->words[0], b };

	return report_error(&r, e);
}

int create_bundle(struct cli *c, struct bundle *b)
{
	struct problem first[1];
	struct problems problems = { .at = first, .cap = 1 };
	struct plan_options options = cli_plan_options(c);
	struct err e = { 0 };
	int ret = state_check_id(c->words[0], &e);

	memset(b, 0, sizeof(*b));
	if (ret == 0)
		ret = bundle_read(b, c->o.bundle, c->o.config, &problems, &e);

	options.id = c->words[0];
	options.is_create = true;
	if (ret == 0)
		ret = bundle_plan(b, &options, &problems, &e);
	if (ret == 0 && !b->plan->ns.fresh[NS_PID] && b->plan->ns.present[NS_PID])
		ret = seal_self(&c->arena, &e);
	return ret < 0 ? create_failed(c, b, &e) : 0;
}

struct create_options create_options(const struct cli *c)
{
	return (struct create_options){
		.id = c->words[0],
		.console_socket = c->o.console_socket,
		.pidfd_socket = c->o.pidfd_socket,
		.pid_file = c->o.pid_file,
		.fail_at = c->o.fail_at,
		.trace = c->o.trace,
	};
}

static int create(struct cli *c)
{
	const struct runtime rt = cli_runtime(c);
	struct create_options options = create_options(c);
	struct err e = { 0 };
	struct bundle b;
	int code = create_bundle(c, &b);

	if (code == 0 && runtime_create(&rt, &b, &options, &e) < 0)
		code = create_failed(c, &b, &e);
	bundle_drop(&b);
	return code;
}

static const struct opt rows[] = { CREATE_OPTIONS };

const struct command cmd_create = {
	.name = "create",
	.synopsis = "ID",
	.summary = "make a container and leave it waiting for \"start\"",
	.options = OPT_TABLE(rows),
	.words_min = 1,
	.words_max = 1,
	.words = { WORD_NOTHING },
	.changes = true,
	.makes = true,
	.run = create,
};
