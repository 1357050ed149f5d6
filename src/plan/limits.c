/* SPDX-License-Identifier: Apache-2.0 */
/* limits.c - decides rlimits, OOM score, scheduler, I/O priority, personality
 * and memory policy of the process.  What the kernel is known to refuse is
 * said here, in words.  Parent only.
 */
#include "plan/planner.h"

#include <linux/ioprio.h>
#include <sched.h>
#include <string.h>

enum {
	NODES_MAX = 1024,	/* MAX_NUMNODES of the largest kernels */
	CPUS_MAX = 8192,	/* the largest NR_CPUS */
	POLICY_DEADLINE = 6,	/* SCHED_DEADLINE: missing in musl */
	MODE_DEFAULT = 0, MODE_PREFERRED = 1, MODE_BIND = 2, MODE_LOCAL = 4,
	MODE_PREFERRED_MANY = 5,
	FLAG_BALANCING = 1 << 13, FLAG_RELATIVE = 1 << 14, FLAG_STATIC = 1 << 15,
};

/* --- rlimits ------------------------------------------------------------- */

static void plan_rlimits(struct planner *p)
{
	const struct oci_process *in = p->spec->process;
	struct plan_limits *l = &p->plan->limits;
	uint64_t seen = 0;

	l->rlimits = arena_array(p->arena, struct plan_rlimit, in->rlimits.n);
	for (size_t i = 0; i < in->rlimits.n; i++) {
		const struct oci_rlimit *r = &in->rlimits.at[i];
		int64_t resource = r->type ? names_value(&names_rlimit, r->type) : 0;

		if (!r->type)
			continue;
		if (resource < 0) {
			plan_error(p, AT("/process/rlimits/%zu/type", i), "unknown rlimit \"%s\"",
				   r->type);
			continue;
		}
		if (seen & 1ULL << resource)
			plan_error(p, AT("/process/rlimits/%zu/type", i),
				   "rlimit \"%s\" is listed twice", r->type);
		if (r->soft > r->hard)
			plan_error(p, AT("/process/rlimits/%zu/soft", i),
				   "soft limit %llu is above the hard limit %llu",
				   (unsigned long long)r->soft, (unsigned long long)r->hard);
		seen |= 1ULL << resource;
		l->rlimits[l->rlimits_n++] = (struct plan_rlimit){
			(unsigned)i,
			(int)resource,
			r->soft,
			r->hard,
		};
	}
}

static void plan_oom_score(struct planner *p)
{
	const struct opt_i64 *in = &p->spec->process->oom_score_adj;

	if (!in->set)
		return;
	if (in->v < -1000 || in->v > 1000) {
		plan_error(p, "/process/oomScoreAdj", "%lld is not within -1000 and 1000",
			   (long long)in->v);
		return;
	}
	p->plan->limits.has_oom_score_adj = true;
	p->plan->limits.oom_score_adj = (int)in->v;
}

/* --- scheduler -------------------------------------------------------------- */

static void check_deadline(struct planner *p, const struct plan_scheduler *s)
{
	uint64_t period = s->period ? s->period : s->deadline;

	if (s->policy != POLICY_DEADLINE) {
		if (s->runtime || s->deadline || s->period)
			plan_error(p, "/process/scheduler",
				   "scheduler.runtime, deadline and period can only be specified "
				   "for SchedDeadline policy");
		return;
	}
	/* sched_setattr(2) */
	if (s->runtime < 1024 || s->runtime > s->deadline || s->deadline > period)
		plan_error(p, "/process/scheduler",
			   "1024 <= runtime <= deadline <= period does not hold");
}

/* Zero is what engines send for "not given". */
static void check_scheduler(struct planner *p, const struct plan_scheduler *s)
{
	bool realtime = s->policy == SCHED_FIFO || s->policy == SCHED_RR;
	bool nice = s->policy == SCHED_OTHER || s->policy == SCHED_BATCH;
	int32_t priority = (int32_t)s->priority;

	if (s->nice < -20 || s->nice > 19)
		plan_error(p, "/process/scheduler/nice", "invalid scheduler.nice: %d", s->nice);
	if (s->nice && !nice)
		plan_error(p, "/process/scheduler/nice",
			   "scheduler.nice can only be specified for SchedOther or SchedBatch "
			   "policy");
	if (priority && !realtime)
		plan_error(p, "/process/scheduler/priority",
			   "scheduler.priority can only be specified for SchedFIFO or SchedRR "
			   "policy");
	else if (realtime && (priority < 1 || priority > 99))
		plan_error(p, "/process/scheduler/priority", "invalid scheduler.priority: %d",
			   priority);
	check_deadline(p, s);
}

static void plan_scheduler(struct planner *p)
{
	const struct oci_scheduler *in = p->spec->process->scheduler;
	struct plan_scheduler *s = &p->plan->limits.scheduler;
	int64_t policy;

	if (!in || !in->policy)
		return;
	policy = names_value(&names_sched_policy, in->policy);
	if (policy < 0) {
		plan_error(p, "/process/scheduler/policy", "unknown scheduler policy \"%s\"",
			   in->policy);
		return;
	}
	for (size_t i = 0; i < in->flags.n; i++) {
		int64_t flag = names_value(&names_sched_flag, in->flags.at[i]);

		if (flag < 0)
			plan_error(p, AT("/process/scheduler/flags/%zu", i),
				   "unknown scheduler flag \"%s\"", in->flags.at[i]);
		else
			s->flags |= (uint64_t)flag;
	}
	s->set = true;
	s->policy = (uint32_t)policy;
	s->nice = in->nice.v;
	s->priority = (uint32_t)in->priority.v;
	s->runtime = in->runtime.v;
	s->deadline = in->deadline.v;
	s->period = in->period.v;
	check_scheduler(p, s);
}

static void plan_ioprio(struct planner *p)
{
	const struct oci_io_priority *in = p->spec->process->io_priority;
	int64_t class;

	if (!in || !in->class_)
		return;
	class = names_value(&names_ioprio_class, in->class_);
	if (class < 0)
		plan_error(p, "/process/ioPriority/class", "unknown I/O priority class \"%s\"",
			   in->class_);
	if (in->priority.v < 0 || in->priority.v > 7) {
		plan_error(p, "/process/ioPriority/priority", "%d is not within 0 and 7",
			   in->priority.v);
		return;
	}
	if (class < 0)
		return;
	p->plan->limits.has_ioprio = true;
	p->plan->limits.ioprio = (int)(class << IOPRIO_CLASS_SHIFT | in->priority.v);
}

/* Used by `exec`; what is wrong with them is said at once. */
static void check_affinity(struct planner *p)
{
	const struct oci_cpu_affinity *in = p->spec->process->exec_cpu_affinity;
	unsigned long highest;

	if (!in)
		return;
	if (plan_given(in->initial) && plan_parse_list(in->initial, CPUS_MAX, NULL, &highest) < 0)
		plan_error(p, "/process/execCPUAffinity/initial", "\"%s\" is not a list of CPUs",
			   in->initial);
	if (plan_given(in->final) && plan_parse_list(in->final, CPUS_MAX, NULL, &highest) < 0)
		plan_error(p, "/process/execCPUAffinity/final", "\"%s\" is not a list of CPUs",
			   in->final);
}

/* --- linux.personality, linux.memoryPolicy --------------------------------- */

static void plan_personality(struct planner *p, const struct oci_personality *in)
{
	int64_t domain;

	if (!in->domain)
		return;
	domain = names_value(&names_personality, in->domain);
	if (domain < 0) {
		plan_error(p, "/linux/personality/domain", "unknown personality \"%s\"",
			   in->domain);
		return;
	}
	if (in->flags.n) /* the specification names none */
		plan_warn(p, "/linux/personality/flags", "personality flags are ignored");
	p->plan->limits.has_personality = true;
	p->plan->limits.personality = (unsigned long)domain;
}

static int read_policy_flags(struct planner *p, const struct oci_memory_policy *in)
{
	int flags = 0;

	for (size_t i = 0; i < in->flags.n; i++) {
		int64_t flag = names_value(&names_mempolicy_flag, in->flags.at[i]);

		if (flag < 0)
			plan_error(p, AT("/linux/memoryPolicy/flags/%zu", i),
				   "unknown memory policy flag \"%s\"", in->flags.at[i]);
		else
			flags |= (int)flag;
	}
	return flags;
}

static bool read_nodes(struct planner *p, const char *nodes)
{
	const unsigned long width = 8 * sizeof(unsigned long);
	struct plan_limits *l = &p->plan->limits;
	unsigned long highest;
	int ret;

	if (!plan_given(nodes))
		return true;
	l->nodes = arena_array(p->arena, unsigned long, NODES_MAX / width);
	ret = plan_parse_list(nodes, NODES_MAX, l->nodes, &highest);
	if (ret < 0) {
		plan_error(p, "/linux/memoryPolicy/nodes",
			   ret == -ERANGE ? "\"%s\" has a node above 1023"
					  : "\"%s\" is not a list of nodes",
			   nodes);
		return false;
	}
	l->nodes_bits = (highest / width + 1) * width;
	return true;
}

/* set_mempolicy(2) answers every mistake with EINVAL. */
static void check_policy(struct planner *p, int mode, int flags)
{
	bool nodes = p->plan->limits.nodes_bits;
	bool relation = flags & (FLAG_STATIC | FLAG_RELATIVE);

	if ((flags & FLAG_STATIC) && (flags & FLAG_RELATIVE))
		plan_error(p, "/linux/memoryPolicy/flags",
			   "MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other");
	if ((flags & FLAG_BALANCING) && mode != MODE_BIND && mode != MODE_PREFERRED_MANY)
		plan_error(p, "/linux/memoryPolicy/flags",
			   "MPOL_F_NUMA_BALANCING needs MPOL_BIND or MPOL_PREFERRED_MANY");
	if (mode == MODE_DEFAULT || mode == MODE_LOCAL) {
		if (nodes)
			plan_error(p, "/linux/memoryPolicy/nodes", "%s takes no nodes",
				   names_name(&names_mempolicy_mode, mode));
		if (relation)
			plan_error(p, "/linux/memoryPolicy/flags", "%s takes no flags",
				   names_name(&names_mempolicy_mode, mode));
	} else if (!nodes && (mode != MODE_PREFERRED || relation)) {
		plan_error(p, "/linux/memoryPolicy/nodes", "%s needs nodes",
			   names_name(&names_mempolicy_mode, mode));
	}
}

static void plan_memory_policy(struct planner *p, const struct oci_memory_policy *in)
{
	int flags = read_policy_flags(p, in);
	int64_t mode;

	if (!in->mode) {
		plan_error(p, "/linux/memoryPolicy/mode", "mode is required");
		return;
	}
	mode = names_value(&names_mempolicy_mode, in->mode);
	if (mode < 0) {
		plan_error(p, "/linux/memoryPolicy/mode", "unknown memory policy \"%s\"", in->mode);
		return;
	}
	if (!read_nodes(p, in->nodes))
		return;
	check_policy(p, (int)mode, flags);
	p->plan->limits.has_mempolicy = true;
	p->plan->limits.mempolicy = (int)mode | flags;
}

void plan_limits(struct planner *p)
{
	const struct oci_linux *l = p->spec->linux;

	p->plan->limits.reset_affinity = true;
	if (p->spec->process) {
		plan_rlimits(p);
		plan_oom_score(p);
		plan_scheduler(p);
		plan_ioprio(p);
		check_affinity(p);
	}
	if (l && l->personality)
		plan_personality(p, l->personality);
	if (l && l->memory_policy)
		plan_memory_policy(p, l->memory_policy);
}
