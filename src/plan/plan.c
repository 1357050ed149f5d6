/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c - the planner's walk through its sections, and what this version
 * refuses because it cannot do it: a restriction that was asked for and is not
 * applied must not pass in silence.  Parent only.
 */
#include "plan/planner.h"

#include <string.h>

/* SemVer, major version 1. */
static void check_version(struct planner *p)
{
	const char *v = p->spec->oci_version;

	if (v && (strncmp(v, "1.", 2) || v[2] < '0' || v[2] > '9'))
		plan_error(p, "/ociVersion", "ociVersion \"%s\" is not supported, 1.x is", v);
}

void plan_unsupported(struct planner *p)
{
	const struct oci_process *process = p->spec->process;
	const struct oci_linux *l = p->spec->linux;

	/* "unconfined" asks for nothing: privileged containers of Docker say it */
	if (process && plan_given(process->apparmor_profile) &&
	    strcmp(process->apparmor_profile, "unconfined"))
		plan_later(p, "/process/apparmorProfile", "AppArmor is");
	if (process && plan_given(process->selinux_label))
		plan_later(p, "/process/selinuxLabel", "SELinux is");
	if (!l)
		return;
	if (plan_given(l->mount_label))
		plan_later(p, "/linux/mountLabel", "SELinux is");
	if (l->seccomp)
		plan_later(p, "/linux/seccomp", "seccomp is");
	for (size_t i = 0; i < l->net_devices.n; i++)
		plan_later(p, AT_KEY("/linux/netDevices", l->net_devices.at[i].key),
			   "moving network devices is");
	if (l->intel_rdt)
		plan_later(p, "/linux/intelRdt", "intelRdt is");
}

/* The shortest entries that cost most: a relative source of a bind mount gets
 * the bundle's path in front ({"options":["bind"],"source":"a"...} has some 50
 * bytes); a byte of anything else becomes less than 32 bytes. */
size_t plan_arena_size(size_t text_len, const char *bundle)
{
	return (64 << 10) + 32 * text_len + text_len / 32 * (strlen(bundle) + 32);
}

int plan_make(struct planner *p)
{
	/* plan_exec() asks for the mount namespace, sysctls for theirs */
	static void (*const sections[])(struct planner * p) = {
		check_version, plan_namespaces, plan_mounts,      plan_devices,
		plan_sysctls,  plan_cred,       plan_limits,      plan_exec,
		plan_cgroup,   plan_hooks,      plan_unsupported,
	};

	p->plan->id = p->opt->id ? p->opt->id : "ID";
	p->plan->bundle = p->opt->bundle;
	p->plan->annotations = p->spec->annotations;
	for (size_t i = 0; i < ARRAY_N(sections) && !problems_stop(p->problems); i++)
		sections[i](p);
	return problems_first(p->problems, NULL);
}
