/* SPDX-License-Identifier: Apache-2.0 */
/* phases.c - the table, and the walk along one of its lanes.  Both sides. */
#include "init/phases.h"

#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "init/child.h"
#include "init/ctx.h"
#include "init/parent.h"

const struct phase phases[] = {
#define PHASE(name, parent, init, needs, gives) { name, parent, init, needs, gives },
#include "init/phases.def"
#undef PHASE
};

const size_t phases_n = sizeof(phases) / sizeof(phases[0]);

_Static_assert(sizeof(phases) / sizeof(phases[0]) <= PHASES_MAX, "cost arrays are too small");

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t); /* vDSO: no system call */
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* --fail-at NAME: an error in place of the phase; NAME:kill: the process is
 * gone without a word.  A rendezvous fails in the init lane. */
static int injected(const struct init_ctx *ctx, const struct phase *p, enum phase_lane lane,
		    struct err *e)
{
	size_t n = strlen(p->name);

	if (strncmp(ctx->fail_at, p->name, n) || (lane == LANE_PARENT && p->init))
		return 0;
	if (!strcmp(ctx->fail_at + n, ":kill")) {
		/* pid 1 of a namespace is deaf to its own SIGKILL */
		if (lane == LANE_PARENT)
			kill(getpid(), SIGKILL);
		_exit(137);
	}
	return ctx->fail_at[n] ? 0 : err_set(e, EIO, "fault injected by --fail-at");
}

static int phase_run(struct init_ctx *ctx, const struct phase *p, enum phase_lane lane,
		     struct err *e)
{
	uint64_t begin = ctx->trace ? now_us() : 0;
	int ret = ctx->fail_at ? injected(ctx, p, lane, e) : 0;

	if (ret == 0)
		ret = lane == LANE_PARENT ? p->parent(ctx, e) : p->init(ctx, e);
	if (ctx->trace)
		ctx->cost[p - phases] = (uint32_t)(now_us() - begin);
	if (ret < 0)
		err_where(e, "%s", p->name);
	return ret < 0 ? ret : 0;
}

int phases_walk(struct init_ctx *ctx, enum phase_lane lane, struct err *e)
{
	int ret = 0;

	for (size_t i = 0; i < phases_n && ret == 0; i++) {
		const struct phase *p = &phases[i];

		if (lane == LANE_PARENT ? p->parent != NULL : p->init != NULL)
			ret = phase_run(ctx, p, lane, e);
	}
	return ret;
}
