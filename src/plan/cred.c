/* SPDX-License-Identifier: Apache-2.0 */
/* cred.c - decides ids, groups, capabilities and no_new_privs of the process.
 *
 * Sets are exactly what the config lists, nothing is inherited (CVE-2022-29162):
 * what the kernel would refuse is said here, in words.  Parent only.
 */
#include "plan/planner.h"

#include <linux/limits.h>
#include <string.h>

static const char *const set_names[CAPSET_COUNT] = {
	[CAPSET_EFFECTIVE] = "effective", [CAPSET_PERMITTED] = "permitted",
	[CAPSET_INHERITABLE] = "inheritable", [CAPSET_BOUNDING] = "bounding",
	[CAPSET_AMBIENT] = "ambient",
};

static const struct str_list *set_list(const struct oci_capabilities *c, enum cap_set set)
{
	switch (set) {
	case CAPSET_EFFECTIVE: return &c->effective;
	case CAPSET_PERMITTED: return &c->permitted;
	case CAPSET_INHERITABLE: return &c->inheritable;
	case CAPSET_BOUNDING: return &c->bounding;
	case CAPSET_AMBIENT: return &c->ambient;
	case CAPSET_COUNT: break;
	}
	return NULL;
}

/* Names that are not known, or not to this kernel, cannot be granted: a warning
 * and no more, says the specification since 1.1. */
static uint64_t read_set(struct planner *p, enum cap_set set)
{
	const struct str_list *list = set_list(p->spec->process->capabilities, set);
	uint64_t ret = 0;

	for (size_t i = 0; i < list->n; i++) {
		int64_t cap = names_value(&names_capability, list->at[i]);

		if (cap < 0)
			plan_warn(p, AT("/process/capabilities/%s/%zu", set_names[set], i),
				  "unknown capability \"%s\" is ignored", list->at[i]);
		else if (cap > (int64_t)p->host->last_cap)
			plan_warn(p, AT("/process/capabilities/%s/%zu", set_names[set], i),
				  "capability \"%s\" is not known to this kernel, ignored",
				  list->at[i]);
		else
			ret |= 1ULL << cap;
	}
	return ret;
}

static const char *first_cap(uint64_t caps)
{
	return names_name(&names_capability, __builtin_ctzll(caps));
}

/* capset(2): effective within permitted; inheritable within bounding. */
static void check_within(struct planner *p, enum cap_set inner, enum cap_set outer)
{
	uint64_t more = p->plan->cred.caps[inner] & ~p->plan->cred.caps[outer];

	if (more)
		plan_error(p, AT("/process/capabilities/%s", set_names[inner]),
			   "%s is not in the %s set", first_cap(more), set_names[outer]);
}

/* capabilities(7): ambient lies within permitted and inheritable.  Engines give
 * one that does not, and runc goes on without it. */
static void trim_ambient(struct planner *p)
{
	uint64_t *caps = p->plan->cred.caps;
	uint64_t may = caps[CAPSET_PERMITTED] & caps[CAPSET_INHERITABLE];
	uint64_t more = caps[CAPSET_AMBIENT] & ~may;

	if (more)
		plan_warn(p, "/process/capabilities/ambient",
			  "%s is not in both the permitted and the inheritable set, ignored",
			  first_cap(more));
	caps[CAPSET_AMBIENT] &= may;
}

static void plan_caps(struct planner *p)
{
	p->plan->cred.last_cap = p->host->last_cap;
	if (!p->spec->process->capabilities)
		return;
	p->plan->cred.set_caps = true;
	for (int set = 0; set < CAPSET_COUNT; set++)
		p->plan->cred.caps[set] = read_set(p, (enum cap_set)set);
	check_within(p, CAPSET_EFFECTIVE, CAPSET_PERMITTED);
	check_within(p, CAPSET_INHERITABLE, CAPSET_BOUNDING);
	trim_ambient(p);
}

/* The one annotation that changes credentials (crun, podman --group-add
 * keep-groups); any other value than "1" leaves it off. */
static bool keeps_groups(const struct str_map *annotations)
{
	for (size_t i = 0; i < annotations->n; i++)
		if (!strcmp(annotations->at[i].key, "run.oci.keep_original_groups"))
			return !strcmp(annotations->at[i].value, "1");
	return false;
}

static void plan_groups(struct planner *p)
{
	const struct u32_list *in = &p->spec->process->user.additional_gids;
	struct plan_cred *c = &p->plan->cred;

	c->keep_groups = keeps_groups(&p->spec->annotations);
	if (c->keep_groups) {
		if (in->n)
			plan_warn(p, "/process/user/additionalGids",
				  "the caller's groups are kept, these are ignored");
		return;
	}
	if (in->n > NGROUPS_MAX) {
		plan_error(p, "/process/user/additionalGids", "more than %d groups", NGROUPS_MAX);
		return;
	}
	c->groups = arena_array(p->arena, gid_t, in->n);
	for (size_t i = 0; i < in->n; i++) {
		plan_id_valid(p, in->at[i], AT("/process/user/additionalGids/%zu", i));
		c->groups[c->groups_n++] = in->at[i];
	}
}

void plan_cred(struct planner *p)
{
	const struct oci_process *in = p->spec->process;
	struct plan_cred *c = &p->plan->cred;

	if (!in)
		return;
	c->uid = in->user.uid;
	c->gid = in->user.gid;
	plan_id_valid(p, c->uid, "/process/user/uid");
	plan_id_valid(p, c->gid, "/process/user/gid");
	plan_groups(p);
	plan_caps(p);
	c->no_new_privs = in->no_new_privileges;
}
