/* SPDX-License-Identifier: Apache-2.0 */
/* resources.c - translates linux.resources, which was written for cgroup v1,
 * into values of cgroup v2 files (Documentation/admin-guide/cgroup-v2.rst).
 *
 * Which of the files exist is the cgroup's business: a controller may be
 * missing.  `unified` comes last and wins.  Parent only.
 */
#include "plan/resources.h"

#include <string.h>

#include "base/text.h"

enum {
	SHARES_MIN = 2, SHARES_MAX = 262144, WEIGHT_MAX = 10000,
	PERIOD_DEFAULT = 100000, PERIOD_MIN = 1000, PERIOD_MAX = 1000000, QUOTA_MIN = 1000, /* us */
	IO_WEIGHT_MIN = 10, IO_WEIGHT_MAX = 1000,
};

/* --- list of writes --------------------------------------------------------- */

#define RESOURCES "/linux/resources"

static void add(struct planner *p, const char *pointer, const char *file, const char *value)
{
	struct plan_cgroup *c = &p->plan->cgroup;

	c->writes[c->writes_n++] = (struct plan_cgroup_write){
		arena_strdup(p->arena, pointer),
		file,
		value,
	};
}

static const char *number(struct planner *p, uint64_t v)
{
	return arena_fmt(p->arena, "%llu", (unsigned long long)v);
}

/* -1 is "max" and 0 leaves the file alone, as engines mean it; NULL then. */
static const char *limit_text(struct planner *p, const struct opt_i64 *v, const char *pointer)
{
	if (!v->set || v->v == 0)
		return NULL;
	if (v->v == -1)
		return "max";
	if (v->v < 0) {
		plan_error(p, pointer, "%lld is neither a limit nor -1", (long long)v->v);
		return NULL;
	}
	return number(p, (uint64_t)v->v);
}

static void add_limit(struct planner *p, const struct opt_i64 *v, const char *pointer,
		      const char *file)
{
	const char *value = limit_text(p, v, pointer);

	if (value)
		add(p, pointer, file, value);
}

/* What cgroup v2 does not have.  Given without meaning by some engines. */
static void no_effect(struct planner *p, bool given, const char *pointer)
{
	if (given)
		plan_warn(p, pointer, "%s has no effect on cgroup v2", strrchr(pointer, '/') + 1);
}

/* --- cpu ---------------------------------------------------------------------- */

/* log2 by squaring: each step yields one bit.  No libm: the program has none,
 * and two C libraries must not give two weights. */
static double log2_of(double x)
{
	double ret = 0, bit = 1;

	for (; x >= 2; x /= 2)
		ret += 1;
	for (int i = 0; i < 50; i++) {
		x *= x;
		bit /= 2;
		if (x >= 2) {
			x /= 2;
			ret += bit;
		}
	}
	return ret;
}

/* The curve on which runc (1.3.2), crun (1.23) and systemd agree: through
 * (2, 1), (1024, 100) and (262144, 10000),
 *	weight = ceil(10 ^ ((log2(s)^2 + 125 log2(s)) / 612 - 7/34)).
 * Solved for the smallest weight that reaches it, in logarithms.  Apart from
 * those three points no weight is nearer to the curve than 4e-10 of itself, so
 * that the tolerance decides nothing else. */
unsigned plan_cpu_weight(uint64_t shares)
{
	unsigned low = 1, high = WEIGHT_MAX;
	double l, want;

	if (shares == 0)
		return 0;
	if (shares <= SHARES_MIN)
		return 1;
	if (shares >= SHARES_MAX)
		return WEIGHT_MAX;
	l = log2_of((double)shares);
	want = log2_of(10) * (l * l + 125 * l - 126) / 612 - 1e-12;
	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (log2_of(middle) < want)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void plan_cpu_max(struct planner *p, const struct oci_cpu *c)
{
	uint64_t period = c->period.v ? c->period.v : PERIOD_DEFAULT;

	if (c->quota.v < -1 || (c->quota.v > 0 && c->quota.v < QUOTA_MIN))
		plan_error(p, RESOURCES "/cpu/quota", "quota %lld is below %d us",
			   (long long)c->quota.v, QUOTA_MIN);
	if (period < PERIOD_MIN || period > PERIOD_MAX)
		plan_error(p, RESOURCES "/cpu/period", "period %llu is not within %d and %d us",
			   (unsigned long long)period, PERIOD_MIN, PERIOD_MAX);
	if (c->burst.v && c->quota.v > 0 && c->burst.v > (uint64_t)c->quota.v)
		plan_error(p, RESOURCES "/cpu/burst", "burst is above the quota");
	if (c->quota.v || c->period.v)
		add(p, c->quota.v ? RESOURCES "/cpu/quota" : RESOURCES "/cpu/period", "cpu.max",
		    arena_fmt(p->arena, "%s %llu",
			      c->quota.v > 0 ? number(p, (uint64_t)c->quota.v) : "max",
			      (unsigned long long)period));
	/* after cpu.max: the kernel wants burst <= quota */
	if (c->burst.set)
		add(p, RESOURCES "/cpu/burst", "cpu.max.burst", number(p, c->burst.v));
}

/* An idle group has no weight: the kernel refuses one. */
static void plan_cpu_weight_of(struct planner *p, const struct oci_cpu *c)
{
	bool idle = c->idle.set && c->idle.v == 1;

	if (c->idle.set && c->idle.v != 0 && c->idle.v != 1)
		plan_error(p, RESOURCES "/cpu/idle", "idle is %lld, not 0 or 1",
			   (long long)c->idle.v);
	if (c->idle.set)
		add(p, RESOURCES "/cpu/idle", "cpu.idle", idle ? "1" : "0");
	if (idle && c->shares.v)
		plan_warn(p, RESOURCES "/cpu/shares", "shares have no effect with idle");
	else if (c->shares.v)
		add(p, RESOURCES "/cpu/shares", "cpu.weight",
		    number(p, plan_cpu_weight(c->shares.v)));
}

static void plan_cpu(struct planner *p, const struct oci_cpu *c)
{
	if (!c)
		return;
	plan_cpu_weight_of(p, c);
	plan_cpu_max(p, c);
	if (plan_given(c->cpus))
		add(p, RESOURCES "/cpu/cpus", "cpuset.cpus", c->cpus);
	if (plan_given(c->mems))
		add(p, RESOURCES "/cpu/mems", "cpuset.mems", c->mems);
	no_effect(p, c->realtime_runtime.v, RESOURCES "/cpu/realtimeRuntime");
	no_effect(p, c->realtime_period.v, RESOURCES "/cpu/realtimePeriod");
}

/* --- memory --------------------------------------------------------------- */

/* v1 limits memory + swap, v2 swap alone. */
static void plan_swap(struct planner *p, const struct oci_memory *m)
{
	const char *pointer = RESOURCES "/memory/swap";
	int64_t limit = m->limit.v, swap = m->swap.v;

	if (limit == -1 && swap == 0) { /* as v1: unlimited memory frees swap too */
		add(p, RESOURCES "/memory/limit", "memory.swap.max", "max");
		return;
	}
	if (swap <= 0) {
		add_limit(p, &m->swap, pointer, "memory.swap.max");
		return;
	}
	if (limit <= 0)
		plan_error(p, pointer, "unable to set swap limit without memory limit");
	else if (swap < limit)
		plan_error(p, pointer, "memory+swap limit should be >= memory limit");
	else
		add(p, pointer, "memory.swap.max", number(p, (uint64_t)(swap - limit)));
}

static void plan_memory(struct planner *p, const struct oci_memory *m)
{
	if (!m)
		return;
	add_limit(p, &m->limit, RESOURCES "/memory/limit", "memory.max");
	plan_swap(p, m);
	add_limit(p, &m->reservation, RESOURCES "/memory/reservation", "memory.low");
	no_effect(p, m->kernel.v, RESOURCES "/memory/kernel");
	no_effect(p, m->kernel_tcp.v, RESOURCES "/memory/kernelTCP");
	no_effect(p, m->swappiness.set, RESOURCES "/memory/swappiness");
	no_effect(p, m->disable_oom_killer.v, RESOURCES "/memory/disableOOMKiller");
}

/* A cgroup without any process is of no use: 0 becomes 1 (runc). */
static void plan_pids(struct planner *p, const struct oci_pids *pids)
{
	if (!pids || !pids->limit.set)
		return;
	add(p, RESOURCES "/pids/limit", "pids.max",
	    pids->limit.v < 0 ? "max" : number(p, pids->limit.v ? (uint64_t)pids->limit.v : 1));
}

/* --- block I/O --------------------------------------------------------------- */

static bool weight_valid(struct planner *p, uint16_t weight, const char *pointer)
{
	if (weight >= IO_WEIGHT_MIN && weight <= IO_WEIGHT_MAX)
		return true;
	plan_error(p, pointer, "weight %u is not within %d and %d", weight, IO_WEIGHT_MIN,
		   IO_WEIGHT_MAX);
	return false;
}

/* Two schedulers, two files, of which a host has one at most in use: BFQ takes
 * v1's 10..1000 as it is, io.weight has 1..10000. */
static void plan_io_weight(struct planner *p, const struct oci_block_io *io)
{
	const char *pointer = RESOURCES "/blockIO/weight";
	uint16_t w = io->weight.v;

	if (!w || !weight_valid(p, w, pointer))
		return;
	add(p, pointer, "io.bfq.weight", number(p, w));
	add(p, pointer, "io.weight", number(p, 1 + (w - 10U) * 9999 / 990));
}

static void plan_weight_devices(struct planner *p, const struct oci_block_io *io)
{
	for (size_t i = 0; i < io->weight_device.n; i++) {
		const struct oci_weight_device *d = &io->weight_device.at[i];
		struct plan_pointer at = plan_pointer(RESOURCES "/blockIO/weightDevice/%zu", i);

		no_effect(p, d->leaf_weight.v,
			  AT(RESOURCES "/blockIO/weightDevice/%zu/leafWeight", i));
		if (!d->weight.v || !weight_valid(p, d->weight.v, at.at) ||
		    !plan_device_number(p, d->major, d->minor, at.at))
			continue;
		add(p, at.at, "io.bfq.weight",
		    arena_fmt(p->arena, "%lld:%lld %u", (long long)d->major, (long long)d->minor,
			      d->weight.v));
	}
}

/* A rate of 0 lifts the limit, as on v1; the kernel takes no 0 in io.max. */
static void plan_throttle(struct planner *p, const struct oci_throttle_list *list, const char *name,
			  const char *word)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct oci_throttle_device *d = &list->at[i];
		struct plan_pointer at = plan_pointer(RESOURCES "/blockIO/%s/%zu", name, i);

		if (!plan_device_number(p, d->major, d->minor, at.at))
			continue;
		add(p, at.at, "io.max",
		    arena_fmt(p->arena, "%lld:%lld %s=%s", (long long)d->major, (long long)d->minor,
			      word, d->rate ? number(p, d->rate) : "max"));
	}
}

static void plan_block_io(struct planner *p, const struct oci_block_io *io)
{
	if (!io)
		return;
	plan_io_weight(p, io);
	plan_weight_devices(p, io);
	plan_throttle(p, &io->throttle_read_bps, "throttleReadBpsDevice", "rbps");
	plan_throttle(p, &io->throttle_write_bps, "throttleWriteBpsDevice", "wbps");
	plan_throttle(p, &io->throttle_read_iops, "throttleReadIOPSDevice", "riops");
	plan_throttle(p, &io->throttle_write_iops, "throttleWriteIOPSDevice", "wiops");
	no_effect(p, io->leaf_weight.v, RESOURCES "/blockIO/leafWeight");
}

/* --- the others ----------------------------------------------------------------- */

/* ^[1-9][0-9]*[KMG]B$: it becomes part of a file's name (GHSA-5g49-rx9x-qfc6). */
static bool page_size_valid(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n > 0 && n < 16 && s[0] != '0' && s[n] && strchr("KMG", s[n]) &&
	       !strcmp(s + n + 1, "B");
}

static void plan_hugepages(struct planner *p, const struct oci_resources *r)
{
	for (size_t i = 0; i < r->hugepage_limits.n; i++) {
		const struct oci_hugepage_limit *h = &r->hugepage_limits.at[i];
		const char *value = number(p, h->limit);

		if (!h->page_size)
			continue;
		if (!page_size_valid(h->page_size)) {
			plan_error(p, AT(RESOURCES "/hugepageLimits/%zu/pageSize", i),
				   "page size \"%s\" is not like \"2MB\"", h->page_size);
			continue;
		}
		add(p, AT(RESOURCES "/hugepageLimits/%zu", i),
		    arena_fmt(p->arena, "hugetlb.%s.max", h->page_size), value);
		add(p, AT(RESOURCES "/hugepageLimits/%zu", i),
		    arena_fmt(p->arena, "hugetlb.%s.rsvd.max", h->page_size), value);
	}
}

static void plan_rdma(struct planner *p, const struct oci_resources *r)
{
	for (size_t i = 0; i < r->rdma.n; i++) {
		const struct oci_rdma *d = &r->rdma.at[i];
		char value[64];
		struct text t = text_over(value, sizeof(value));

		if (!*d->key || d->key[strcspn(d->key, " \t\n/")]) {
			plan_error(p, AT_KEY(RESOURCES "/rdma", d->key),
				   "\"%s\" is not the name of an RDMA device", d->key);
			continue;
		}
		if (d->hca_handles.set)
			text_add(&t, " hca_handle=%u", d->hca_handles.v);
		if (d->hca_objects.set)
			text_add(&t, " hca_object=%u", d->hca_objects.v);
		if (t.len)
			add(p, AT_KEY(RESOURCES "/rdma", d->key), "rdma.max",
			    arena_fmt(p->arena, "%s%s", d->key, value));
	}
}

static void plan_unified(struct planner *p, const struct str_map *map)
{
	for (size_t i = 0; i < map->n; i++) {
		const char *key = map->at[i].key;

		if (!*key || strchr(key, '/') || !strcmp(key, ".") || !strcmp(key, ".."))
			plan_error(p, AT_KEY(RESOURCES "/unified", key),
				   "\"%s\" is not the name of a cgroup file", key);
		else
			add(p, AT_KEY(RESOURCES "/unified", key), key, map->at[i].value);
	}
}

static void check_device_rule(struct planner *p, size_t i, const struct oci_device_rule *d)
{
	if (plan_given(d->type) && (strlen(d->type) != 1 || !strchr("abc", d->type[0])))
		plan_error(p, AT(RESOURCES "/devices/%zu/type", i), "unknown device type \"%s\"",
			   d->type);
	if (plan_given(d->access) && d->access[strspn(d->access, "rwm")])
		plan_error(p, AT(RESOURCES "/devices/%zu/access", i),
			   "access \"%s\" has other letters than r, w, m", d->access);
	if (d->major.v < -1 || d->major.v > UINT32_MAX)
		plan_error(p, AT(RESOURCES "/devices/%zu/major", i), "major is out of range");
	if (d->minor.v < -1 || d->minor.v > UINT32_MAX)
		plan_error(p, AT(RESOURCES "/devices/%zu/minor", i), "minor is out of range");
}

static size_t most_writes(const struct oci_resources *r)
{
	size_t n = 16 + 2 * r->hugepage_limits.n + r->rdma.n + r->unified.n;

	if (r->block_io)
		n += r->block_io->weight_device.n + r->block_io->throttle_read_bps.n +
		     r->block_io->throttle_write_bps.n + r->block_io->throttle_read_iops.n +
		     r->block_io->throttle_write_iops.n;
	return n;
}

void plan_resources(struct planner *p, const struct oci_resources *r)
{
	struct plan_cgroup *c = &p->plan->cgroup;

	c->writes = arena_array(p->arena, struct plan_cgroup_write, most_writes(r));
	plan_cpu(p, r->cpu);
	plan_memory(p, r->memory);
	plan_pids(p, r->pids);
	plan_block_io(p, r->block_io);
	plan_hugepages(p, r);
	plan_rdma(p, r);
	plan_unified(p, &r->unified);
	if (r->network) {
		no_effect(p, r->network->class_id.v, RESOURCES "/network/classID");
		no_effect(p, r->network->priorities.n, RESOURCES "/network/priorities");
	}
	for (size_t i = 0; i < r->devices.n; i++)
		check_device_rule(p, i, &r->devices.at[i]);
	c->limits_asked = c->writes_n || r->devices.n;
}
