/* SPDX-License-Identifier: Apache-2.0 */
/* bundle.h - a bundle on disk, decoded and planned.
 *
 * The one place that reads config.json: it becomes a typed spec, the spec
 * becomes a plan, and both are sealed.  `check`, `plan`, `create` and `run`
 * share it.  Parent only; touches nothing but the file and the host's facts.
 */
#ifndef OCIRUN_RUNTIME_BUNDLE_H
#define OCIRUN_RUNTIME_BUNDLE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "base/problem.h"
#include "libocispec/desc.h"
#include "plan/plan.h"

struct bundle {
	struct arena spec_arena, plan_arena;
	struct oci_text text; /* of config.json, for places in messages */
	struct oci_config spec;
	struct host host;
	struct plan *plan;        /* in plan_arena, read-only once sealed */
	char path[HOST_PATH_MAX]; /* absolute, canonical */
};

/* Read DIR/FILE (file NULL: "config.json"; with a slash: as it is) and decode
 * it.  Problems go to p; 0 or the -errno of the first error, which is in e
 * too.  The bundle can be dropped after a failure as well. */
int bundle_read(struct bundle *b, const char *dir, const char *file, struct problems *p,
		struct err *e);
/* Probe the host and make the plan.  opt->bundle is filled in here. */
int bundle_plan(struct bundle *b, struct plan_options *opt, struct problems *p, struct err *e);
void bundle_drop(struct bundle *b);

/* Put "config.json:41:7 /mounts/3" for the pointer into buf; the pointer alone
 * when it has no place in the text, "" for "". */
void bundle_place(const struct bundle *b, const char *pointer, char *buf, size_t cap);
/* The same for a problem, which may know its place better than its pointer. */
void bundle_problem_place(const struct bundle *b, const struct problem *p, char *buf, size_t cap);

#endif
