/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup.c - decides where the container's cgroup is and, with resources.c,
 * what is written into it.  cgroup v2 alone: on a host without it there is
 * nothing to manage.  Parent only.
 */
#include "plan/resources.h"

#include <limits.h>
#include <string.h>

/* The directory that holds ocirun's own cgroup: relative paths start there, so
 * that a container stays within what its caller was delegated (runc). */
static char *own_parent(struct planner *p)
{
	const char *own = p->host->own_cgroup;
	const char *slash = strrchr(own, '/');

	return arena_strndup(p->arena, own, slash ? (size_t)(slash - own) : 0);
}

/* "." and ".." would leave the tree that the path names, a newline would break
 * /proc/PID/cgroup in two. */
static bool component_valid(const char *s, size_t n)
{
	if (n > NAME_MAX || (n == 1 && s[0] == '.') || (n == 2 && s[0] == '.' && s[1] == '.'))
		return false;
	return !memchr(s, '\n', n);
}

static bool path_valid(struct planner *p, const char *path)
{
	for (const char *s = path; *s;) {
		size_t n = strcspn(s, "/");

		if (!component_valid(s, n)) {
			plan_error(p, "/linux/cgroupsPath",
				   "cgroupsPath has the component \"%.*s\"", (int)n, s);
			return false;
		}
		s += n + (s[n] == '/');
	}
	return plan_path_fits(p, path, "/linux/cgroupsPath");
}

static void plan_path(struct planner *p, const char *asked)
{
	const char *path = asked ? asked : p->plan->id;

	if (!path_valid(p, path))
		return;
	if (path[0] != '/')
		path = plan_join_path(p->arena, own_parent(p), path);
	p->plan->cgroup.path = plan_clean_path(p->arena, path);
	if (!strcmp(p->plan->cgroup.path, "/"))
		plan_error(p, "/linux/cgroupsPath", "cgroupsPath names the root cgroup");
}

void plan_cgroup(struct planner *p)
{
	const struct oci_linux *l = p->spec->linux;
	const char *asked = l && plan_given(l->cgroups_path) ? l->cgroups_path : NULL;
	struct plan_cgroup *c = &p->plan->cgroup;

	c->manage = p->host->cgroup2[0] && !p->opt->cgroup_disabled;
	c->mount = arena_strdup(p->arena, p->host->cgroup2);
	c->path = "";
	c->path_given = asked;
	if (p->opt->systemd_cgroup) {
		plan_later(p, "", "the systemd cgroup driver is");
		return;
	}
	if (c->manage)
		plan_path(p, asked);
	if (l && l->resources)
		plan_resources(p, l->resources);
	c->ignore_errors = p->host->euid != 0 && !asked && !c->limits_asked;
}
