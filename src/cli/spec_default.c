/* SPDX-License-Identifier: Apache-2.0 */
/* spec_default.c - see spec_default.h.  Lists are written as words with blanks
 * between. */
#include "cli/spec_default.h"

#include <string.h>

#include "cli/cli.h"

static const char capabilities[] = "CAP_AUDIT_WRITE CAP_KILL CAP_NET_BIND_SERVICE";

static const char environment[] =
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=xterm";

static const char namespaces[] = "pid network ipc uts mount cgroup";

static const char masked_paths[] =
	"/proc/acpi /proc/asound /proc/kcore /proc/keys /proc/latency_stats /proc/timer_list "
	"/proc/timer_stats /proc/sched_debug /sys/firmware /proc/scsi";

static const char readonly_paths[] = "/proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger";

struct mount_row {
	const char *destination, *type, *source, *options;
};

static const struct mount_row mounts[] = {
	{ "/proc", "proc", "proc", "" },
	{ "/dev", "tmpfs", "tmpfs", "nosuid strictatime mode=755 size=65536k" },
	{ "/dev/pts", "devpts", "devpts",
	  "nosuid noexec newinstance ptmxmode=0666 mode=0620 gid=5" },
	{ "/dev/shm", "tmpfs", "shm", "nosuid noexec nodev mode=1777 size=65536k" },
	{ "/dev/mqueue", "mqueue", "mqueue", "nosuid noexec nodev" },
	{ "/sys", "sysfs", "sysfs", "nosuid noexec nodev ro" },
	{ "/sys/fs/cgroup", "cgroup", "cgroup", "nosuid noexec nodev relatime ro" },
};
enum { MOUNTS_N = sizeof(mounts) / sizeof(mounts[0]) };

/* A fresh sysfs belongs to the owner of the network namespace. */
static const struct mount_row rootless_sys = { "/sys", "none", "/sys",
					       "rbind nosuid noexec nodev ro" };

static struct str_list split(struct arena *a, const char *words)
{
	struct str_list list = { .n = words[0] != '\0' };
	size_t len;

	for (const char *at = words; *at; at++)
		list.n += *at == ' ';
	list.at = arena_array(a, char *, list.n);
	for (size_t i = 0; i < list.n; i++, words += len + 1) {
		len = strcspn(words, " ");
		list.at[i] = arena_strndup(a, words, len);
	}
	return list;
}

static struct oci_mount make_mount(struct arena *a, const struct mount_row *row)
{
	return (struct oci_mount){
		.destination = arena_strdup(a, row->destination),
		.type = arena_strdup(a, row->type),
		.source = arena_strdup(a, row->source),
		.options = split(a, row->options),
	};
}

static struct oci_process *make_process(struct arena *a)
{
	struct oci_process *p = arena_new(a, struct oci_process);

	p->terminal = true;
	p->args = split(a, "sh");
	p->env = split(a, environment);
	p->cwd = arena_strdup(a, "/");
	p->no_new_privileges = true;
	p->capabilities = arena_new(a, struct oci_capabilities);
	p->capabilities->bounding = split(a, capabilities);
	p->capabilities->effective = split(a, capabilities);
	p->capabilities->permitted = split(a, capabilities);
	p->rlimits.n = 1;
	p->rlimits.at = arena_new(a, struct oci_rlimit);
	p->rlimits.at[0] = (struct oci_rlimit){ arena_strdup(a, "RLIMIT_NOFILE"), 1024, 1024 };
	return p;
}

/* Access to devices starts from nothing; the runtime adds /dev/null and its like. */
static struct oci_resources *make_resources(struct arena *a)
{
	struct oci_resources *r = arena_new(a, struct oci_resources);

	r->devices.n = 1;
	r->devices.at = arena_new(a, struct oci_device_rule);
	r->devices.at[0].access = arena_strdup(a, "rwm");
	return r;
}

static void set_namespaces(struct oci_linux *linux, const char *words, struct arena *a)
{
	struct str_list types = split(a, words);

	linux->namespaces.n = types.n;
	linux->namespaces.at = arena_array(a, struct oci_namespace, types.n);
	for (size_t i = 0; i < types.n; i++)
		linux->namespaces.at[i].type = types.at[i];
}

static struct oci_linux *make_linux(struct arena *a)
{
	struct oci_linux *linux = arena_new(a, struct oci_linux);

	set_namespaces(linux, namespaces, a);
	linux->resources = make_resources(a);
	linux->masked_paths = split(a, masked_paths);
	linux->readonly_paths = split(a, readonly_paths);
	return linux;
}

struct oci_config *spec_default(struct arena *a)
{
	struct oci_config *spec = arena_new(a, struct oci_config);

	spec->oci_version = arena_strdup(a, CLI_SPEC_VERSION);
	spec->process = make_process(a);
	spec->root = arena_new(a, struct oci_root);
	spec->root->path = arena_strdup(a, "rootfs");
	spec->root->readonly = true;
	spec->hostname = arena_strdup(a, "ocirun");
	spec->mounts.n = MOUNTS_N;
	spec->mounts.at = arena_array(a, struct oci_mount, MOUNTS_N);
	for (size_t i = 0; i < MOUNTS_N; i++)
		spec->mounts.at[i] = make_mount(a, &mounts[i]);
	spec->linux = make_linux(a);
	return spec;
}

static struct oci_id_mappings map_root(struct arena *a, uint32_t host_id)
{
	struct oci_id_mappings map = { arena_new(a, struct oci_id_mapping), 1 };

	map.at[0] = (struct oci_id_mapping){ .host_id = host_id, .size = 1 };
	return map;
}

void spec_make_rootless(struct oci_config *spec, uid_t uid, gid_t gid, struct arena *a)
{
	set_namespaces(spec->linux, "pid ipc uts mount cgroup user", a);
	spec->linux->uid_mappings = map_root(a, uid);
	spec->linux->gid_mappings = map_root(a, gid);
	spec->linux->resources = NULL;
	for (size_t i = 0; i < spec->mounts.n; i++) {
		struct oci_mount *m = &spec->mounts.at[i];

		if (strcmp(m->destination, "/sys") == 0)
			*m = make_mount(a, &rootless_sys);
		else if (strcmp(m->destination, "/dev/pts") == 0)
			m->options.n--; /* the group of terminals, 5, is not mapped */
	}
}
