/* SPDX-License-Identifier: Apache-2.0 */
/* sched.c - applies scheduler, I/O priority, affinity and memory policy to
 * this process, whose descendants inherit them.  Child.
 */
#include "linux/sched.h"

#include <errno.h>
#include <linux/ioprio.h>
#include <sched.h>
#include <string.h>

#include "base/sys.h"

/* The caller may run on few CPUs; that is not the container's affair (the
 * cpuset is).  Nothing is restricted by it, so a refusal is accepted. */
static void reset_affinity(void)
{
	unsigned long all[8192 / (8 * sizeof(unsigned long))]; /* the kernel's largest NR_CPUS */

	memset(all, 0xff, sizeof(all));
	(void)sched_setaffinity(0, sizeof(all), (const cpu_set_t *)all);
}

static int set_scheduler(const struct plan_scheduler *s, struct err *e)
{
	const struct sys_sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = s->policy,
		.sched_flags = s->flags,
		.sched_nice = s->nice,
		.sched_priority = s->priority,
		.sched_runtime = s->runtime,
		.sched_deadline = s->deadline,
		.sched_period = s->period,
	};
	int ret = sys_sched_setattr(&attr);

	if (ret < 0) {
		err_sys(e, ret, "set scheduler %s", names_name(&names_sched_policy, s->policy));
		err_where(e, "/process/scheduler");
	}
	return ret;
}

/* Of this process, not of its process group: it is alone in its own, and until
 * setsid(2) the group is the caller's. */
static int set_ioprio(int ioprio, struct err *e)
{
	int ret = sys_ioprio_set(IOPRIO_WHO_PROCESS, 0, ioprio);

	if (ret < 0) {
		err_sys(e, ret, "set I/O priority %x", (unsigned int)ioprio);
		err_where(e, "/process/ioPriority");
	}
	return ret;
}

static int set_mempolicy(const struct plan_limits *l, struct err *e)
{
	/* The kernel reads one bit less than it is told. */
	unsigned long bits = l->nodes_bits ? l->nodes_bits + 1 : 0;
	int ret = sys_set_mempolicy(l->mempolicy, bits ? l->nodes : NULL, bits);

	if (ret < 0) {
		err_sys(e, ret, "set memory policy");
		err_where(e, "/linux/memoryPolicy");
	}
	return ret;
}

int sched_apply(const struct plan_limits *l, struct err *e)
{
	int ret = 0;

	/* First: SCHED_DEADLINE is refused to a process that is bound to few CPUs. */
	if (l->reset_affinity)
		reset_affinity();
	if (l->scheduler.set)
		ret = set_scheduler(&l->scheduler, e);
	if (ret == 0 && l->has_ioprio)
		ret = set_ioprio(l->ioprio, e);
	if (ret == 0 && l->has_mempolicy)
		ret = set_mempolicy(l, e);
	return ret;
}
