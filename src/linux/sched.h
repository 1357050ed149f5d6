/* SPDX-License-Identifier: Apache-2.0 */
/* sched.h - scheduler, I/O priority, CPU affinity, memory policy.  Child. */
#ifndef OCIRUN_LINUX_SCHED_H
#define OCIRUN_LINUX_SCHED_H

#include "base/err.h"
#include "plan/plan.h"

int sched_apply(const struct plan_limits *l, struct err *e);

#endif
