/* SPDX-License-Identifier: Apache-2.0 */
/* limits.h - rlimits, oom_score_adj, personality.  Child. */
#ifndef OCIRUN_LINUX_LIMITS_H
#define OCIRUN_LINUX_LIMITS_H

#include "base/err.h"
#include "plan/plan.h"

/* prlimit(2) for each; late, because RLIMIT_NOFILE could cut our own fds. */
int limits_rlimits(const struct plan_limits *l, struct err *e);
/* Written to self/oom_score_adj below proc_fd. */
int limits_oom(const struct plan_limits *l, int proc_fd, struct err *e);
int limits_personality(const struct plan_limits *l, struct err *e);

#endif
