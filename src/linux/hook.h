/* SPDX-License-Identifier: Apache-2.0 */
/* hook.h - running one hook: state on stdin, exactly its own environment, no
 * other descriptor, its own process group, a time limit.  Used by the parent
 * (runtime namespace) and by the child (container namespace); no malloc. */
#ifndef OCIRUN_LINUX_HOOK_H
#define OCIRUN_LINUX_HOOK_H

#include <stddef.h>

#include "base/err.h"
#include "plan/plan.h"

struct hook_call {
	const struct plan_hook *hook;
	const char *what;  /* "/hooks/createRuntime/0" for messages */
	const char *state; /* JSON text for stdin */
	size_t state_len;
	const char *cwd; /* the bundle; NULL: leave */
};

/* Run and wait.  stdin is a memfd with the state (no pipe: a hook that does
 * not read cannot block or break us), stdout and stderr go to a memfd whose
 * tail is part of the error message.  Not exit status 0, a signal, or the time
 * limit (then the whole process group is killed) are errors. */
int hook_run(const struct hook_call *c, struct err *e);

#endif
