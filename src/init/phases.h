/* SPDX-License-Identifier: Apache-2.0 */
/* phases.h - the table of phases.def, and how it is walked.
 *
 * Each phase has a name (the error's place when nothing nearer is known), a
 * cost (--trace), and is a place where a fault can be injected (--fail-at).
 */
#ifndef OCIRUN_INIT_PHASES_H
#define OCIRUN_INIT_PHASES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct init_ctx;

enum phase_slot {
	S_STATE = 1 << 0,
	S_NSFDS = 1 << 1,
	S_STUB = 1 << 2,
	S_GATE = 1 << 3,
	S_CGROUP = 1 << 4,
	S_PID = 1 << 5,
	S_RECORDED = 1 << 6,
	S_JOINED = 1 << 7,
	S_OWN = 1 << 8,
	S_QUIET = 1 << 9,
	S_ROOT = 1 << 10,
	S_MOUNTED = 1 << 11,
	S_PROC = 1 << 12,
	S_DEVICES = 1 << 13,
	S_HOOKED = 1 << 14,
	S_CONSOLE = 1 << 15,
	S_CWD = 1 << 16,
	S_MASKED = 1 << 17,
	S_GUARDED = 1 << 18,
	S_INROOT = 1 << 19,
	S_CRED = 1 << 20,
	S_INSIDE = 1 << 21,
	S_FOUND = 1 << 22,
	S_READY = 1 << 23,
	S_PUBLISHED = 1 << 24,
};

typedef int phase_fn(struct init_ctx *ctx, struct err *e);

struct phase {
	const char *name;
	phase_fn *parent, *init; /* NULL: nothing to do in that lane */
	uint32_t needs, gives;
};

extern const struct phase phases[];
extern const size_t phases_n;

enum phase_lane { LANE_PARENT, LANE_INIT };

enum { PHASES_MAX = 64 };

/* Walk a lane; the init lane starts after `spawn`.  Stops at the first error,
 * which then names the phase unless it names something nearer. */
int phases_walk(struct init_ctx *ctx, enum phase_lane lane, struct err *e);

#endif
