/* SPDX-License-Identifier: Apache-2.0 */
/* launch.h - what create and run share: a container from nothing to the stub
 * that waits for the word, and back to nothing when that fails.  Parent only.
 */
#ifndef OCIRUN_RUNTIME_LAUNCH_H
#define OCIRUN_RUNTIME_LAUNCH_H

#include "runtime/container.h"

struct launch {
	const struct runtime *rt;
	const struct bundle *bundle;
	const struct create_options *opt;
	struct arena *arena; /* the runtime's */
	struct init_ctx ctx;
	struct container c;
	int cwd_fd;        /* where relative paths of the command line start */
	int notify_fd;     /* run: where the container says READY=1 */
	bool keep_console; /* foreground: the terminal stays with us */
	bool made_cgroup;
};

/* Given rt, bundle and opt (the rest zero).  On success the container waits
 * (create) or runs its program right away (run: launch->ctx.wire_fd tells).
 * On failure nothing is left. */
int launch(struct launch *l, bool run_now, struct err *e);
/* Undo a launch that succeeded: kill, remove everything. */
void launch_undo(struct launch *l);
void launch_end(struct launch *l);

#endif
