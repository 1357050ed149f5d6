/* SPDX-License-Identifier: Apache-2.0 */
/* ns.c - decides which namespaces are new, which are joined, and in what order.
 *
 * Only what the config says is known here; that a path leads to a namespace of
 * the named type is proved when it is opened.  Parent only.
 */
#include "plan/planner.h"

/* Which clone3(2), unshare(2) and the parent make: the pid namespace takes
 * effect for children, so it belongs to the clone; the time namespace does so
 * too, and its offsets must be written before anybody is in it. */
static void add_new(struct plan_namespaces *ns, enum ns_kind kind)
{
	ns->fresh[kind] = true;
	switch (kind) {
	case NS_PID: ns->clone_flags |= ns_flag(kind); break;
	case NS_TIME: ns->new_time = true; break;
	case NS_NETWORK:
		ns->loopback_up = true;
		ns->unshare_flags |= ns_flag(kind);
		break;
	case NS_MOUNT:
	case NS_IPC:
	case NS_UTS:
	case NS_CGROUP: ns->unshare_flags |= ns_flag(kind); break;
	case NS_USER:
	case NS_COUNT: break;
	}
}

/* The kind of entry i, or -1 when it cannot be used. */
static int judge(struct planner *p, size_t i, const struct oci_namespace *n)
{
	int64_t kind;

	if (!n->type)
		return -1;
	kind = names_value(&names_namespace, n->type);
	if (kind < 0) {
		plan_error(p, AT("/linux/namespaces/%zu/type", i), "unknown namespace type \"%s\"",
			   n->type);
		return -1;
	}
	if (p->plan->ns.present[kind]) {
		plan_error(p, AT("/linux/namespaces/%zu", i),
			   "namespace type \"%s\" is listed twice", n->type);
		return -1;
	}
	p->plan->ns.present[kind] = true;
	p->plan->ns.index[kind] = (unsigned)i;
	if (kind == NS_USER) {
		plan_later(p, AT("/linux/namespaces/%zu", i), "user namespaces are");
		return -1;
	}
	if (plan_given(n->path) && n->path[0] != '/') {
		plan_error(p, AT("/linux/namespaces/%zu/path", i),
			   "namespace path \"%s\" is not absolute", n->path);
		return -1;
	}
	if (n->path && !plan_path_fits(p, n->path, AT("/linux/namespaces/%zu/path", i)))
		return -1;
	return (int)kind;
}

static void plan_time_offset(struct planner *p, const struct oci_time_offset *o,
			     const char *pointer, int64_t *secs, uint32_t *nsecs)
{
	if (!o)
		return;
	p->plan->ns.has_time_offsets = true;
	*secs = o->secs.v;
	*nsecs = o->nanosecs.v;
	if (o->nanosecs.v >= 1000000000)
		plan_error(p, pointer, "nanosecs is %u, more than 999999999", o->nanosecs.v);
}

/* Only whoever makes a time namespace can set its clocks, and only while
 * nobody is in it (time_namespaces(7)). */
static void plan_time_offsets(struct planner *p, const struct oci_time_offsets *o)
{
	struct plan_namespaces *ns = &p->plan->ns;

	plan_time_offset(p, o->monotonic, "/linux/timeOffsets/monotonic/nanosecs",
			 &ns->monotonic_secs, &ns->monotonic_nsecs);
	plan_time_offset(p, o->boottime, "/linux/timeOffsets/boottime/nanosecs", &ns->boottime_secs,
			 &ns->boottime_nsecs);
	if (!ns->has_time_offsets || ns->new_time)
		return;
	plan_error(p, "/linux/timeOffsets",
		   ns->present[NS_TIME]
			   ? "time offsets cannot be set in a time namespace that is joined"
			   : "time offsets need a new time namespace");
}

/* Mappings without a user namespace have nothing to map. */
static void check_mappings(struct planner *p, const struct oci_linux *l)
{
	if (p->plan->ns.present[NS_USER])
		return;
	if (l->uid_mappings.n)
		plan_later(p, "/linux/uidMappings", "user namespaces are");
	if (l->gid_mappings.n)
		plan_later(p, "/linux/gidMappings", "user namespaces are");
}

void plan_namespaces(struct planner *p)
{
	const struct oci_linux *l = p->spec->linux;
	struct plan_namespaces *ns = &p->plan->ns;
	struct plan_join join[NS_COUNT] = { 0 };

	if (p->opt->is_create && p->host->euid != 0)
		problem_add(p->problems, false, "", EPERM,
			    "rootless container requires user namespaces, which are not "
			    "supported by this version of ocirun");
	if (!l)
		return;
	for (size_t i = 0; i < l->namespaces.n; i++) {
		const struct oci_namespace *n = &l->namespaces.at[i];
		int kind = judge(p, i, n);

		if (kind < 0)
			continue;
		if (plan_given(n->path))
			join[kind] = (struct plan_join){ (enum ns_kind)kind, (unsigned)i, n->path };
		else
			add_new(ns, (enum ns_kind)kind);
	}
	ns->join = arena_array(p->arena, struct plan_join, NS_COUNT);
	for (int kind = 0; kind < NS_COUNT; kind++)
		if (join[kind].path)
			ns->join[ns->join_n++] = join[kind];
	check_mappings(p, l);
	if (l->time_offsets)
		plan_time_offsets(p, l->time_offsets);
}
