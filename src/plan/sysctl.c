/* SPDX-License-Identifier: Apache-2.0 */
/* sysctl.c - decides which sysctls are set, and the container's names.
 *
 * Only sysctls of a namespace of the container are let through: any other is
 * the whole machine's.  The values are the kernel's to judge.  Parent only.
 */
#include "plan/planner.h"

#include <string.h>

enum { HOST_NAME_LENGTH = 64 };		/* __NEW_UTS_LEN */

/* As sysctl(8): the first separator decides.  "net.ipv4.conf.eth0/1.mtu" and
 * "net/ipv4/conf/eth0.1/mtu" are the same file. */
static char *sysctl_path(struct arena *a, const char *key)
{
	char *path = arena_strdup(a, key);
	size_t first = strcspn(key, "./");

	if (key[first] != '.')
		return path;
	for (char *s = path; *s; s++) {
		if (*s == '.')
			*s = '/';
		else if (*s == '/')
			*s = '.';
	}
	return path;
}

/* Every component is a name: the path cannot leave /proc/sys. */
static bool path_is_plain(const char *path)
{
	for (;;) {
		size_t n = strcspn(path, "/");

		if (n == 0 || (n == 1 && path[0] == '.') ||
		    (n == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		path += n;
		if (!*path++)
			return true;
	}
}

/* The namespace that a sysctl belongs to; NS_COUNT: to none (sysctls of
 * Documentation/admin-guide/sysctl that are per namespace). */
static enum ns_kind owner_of(const char *path)
{
	static const char *const ipc[] = {
		"kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/sem",
		"kernel/shmall", "kernel/shmmax", "kernel/shmmni", "kernel/shm_rmid_forced",
	};

	for (size_t i = 0; i < ARRAY_N(ipc); i++)
		if (!strcmp(path, ipc[i]))
			return NS_IPC;
	if (!strncmp(path, "fs/mqueue/", 10))
		return NS_IPC;
	if (!strncmp(path, "net/", 4))
		return NS_NETWORK;
	if (!strncmp(path, "user/", 5))
		return NS_USER;
	return strcmp(path, "kernel/domainname") ? NS_COUNT : NS_UTS;
}

static bool sysctl_allowed(struct planner *p, const char *key, const char *path)
{
	enum ns_kind owner = owner_of(path);

	if (!path_is_plain(path))
		plan_error(p, AT_KEY("/linux/sysctl", key), "\"%s\" is not the name of a sysctl",
			   key);
	else if (!strcmp(path, "kernel/hostname"))
		plan_error(p, AT_KEY("/linux/sysctl", key),
			   "sysctl \"%s\" is not allowed: use the field hostname", key);
	else if (owner == NS_COUNT)
		plan_error(p, AT_KEY("/linux/sysctl", key),
			   "sysctl \"%s\" is not in a separate kernel namespace", key);
	else if (!p->plan->ns.present[owner])
		plan_error(p, AT_KEY("/linux/sysctl", key),
			   "sysctl \"%s\" is not allowed in the host's %s namespace", key,
			   names_name(&names_namespace, owner));
	else
		return true;
	return false;
}

static void plan_sysctl_list(struct planner *p, const struct str_map *map)
{
	const char *domain = p->spec->domainname;

	p->plan->sysctls = arena_array(p->arena, struct plan_sysctl, map->n);
	for (size_t i = 0; i < map->n; i++) {
		const struct str_pair *in = &map->at[i];
		char *path = sysctl_path(p->arena, in->key);

		if (!sysctl_allowed(p, in->key, path))
			continue;
		if (!strcmp(path, "kernel/domainname") && plan_given(domain) &&
		    strcmp(domain, in->value))
			plan_error(p, AT_KEY("/linux/sysctl", in->key),
				   "sysctl \"%s\" conflicts with the field domainname", in->key);
		p->plan->sysctls[p->plan->sysctls_n++] = (struct plan_sysctl){
			.ns = owner_of(path),
			.key = in->key,
			.path = path,
			.value = in->value,
		};
	}
}

static const char *plan_name(struct planner *p, const char *name, const char *what)
{
	if (!plan_given(name))
		return NULL;
	if (!p->plan->ns.present[NS_UTS])
		plan_error(p, AT("/%s", what), "unable to set %s without a private UTS namespace",
			   what);
	if (strlen(name) > HOST_NAME_LENGTH)
		plan_error(p, AT("/%s", what), "%s has more than %d bytes", what, HOST_NAME_LENGTH);
	return name;
}

void plan_sysctls(struct planner *p)
{
	p->plan->names.hostname = plan_name(p, p->spec->hostname, "hostname");
	p->plan->names.domainname = plan_name(p, p->spec->domainname, "domainname");
	if (p->spec->linux)
		plan_sysctl_list(p, &p->spec->linux->sysctl);
}
