/* SPDX-License-Identifier: Apache-2.0 */
/* devices.c - decides which device nodes and links stand below the root.
 *
 * That they may be used is the cgroup's business, not this file's.  Parent only.
 */
#include "plan/planner.h"

#include <string.h>
#include <sys/stat.h>

/* What the specification promises to every container, with the numbers of
 * Documentation/admin-guide/devices.txt of the kernel. */
static const struct { const char *path; uint32_t major, minor; } default_devices[] = {
	{ "/dev/null", 1, 3 }, { "/dev/zero", 1, 5 }, { "/dev/full", 1, 7 },
	{ "/dev/random", 1, 8 }, { "/dev/urandom", 1, 9 }, { "/dev/tty", 5, 0 },
};

static const struct plan_link default_links[] = {
	{ "/proc/self/fd", "/dev/fd" },
	{ "/proc/self/fd/0", "/dev/stdin" },
	{ "/proc/self/fd/1", "/dev/stdout" },
	{ "/proc/self/fd/2", "/dev/stderr" },
	{ "/proc/kcore", "/dev/core" },
	{ "pts/ptmx", "/dev/ptmx" },
};

/* S_IF* of "c", "b", "u" (an old word for an unbuffered c) and "p"; 0: none. */
static mode_t node_type(const char *type)
{
	if (!strcmp(type, "c") || !strcmp(type, "u"))
		return S_IFCHR;
	if (!strcmp(type, "b"))
		return S_IFBLK;
	return strcmp(type, "p") ? 0 : S_IFIFO;
}

static bool fill_numbers(struct planner *p, size_t i, const struct oci_device *in,
			 struct plan_device *out)
{
	if (out->type == S_IFIFO)
		return true;
	if (!in->major.set || !in->minor.set) {
		plan_error(p, AT("/linux/devices/%zu/%s", i, in->major.set ? "minor" : "major"),
			   "a device of type \"%s\" needs major and minor", in->type);
		return false;
	}
	if (!plan_device_number(p, in->major.v, in->minor.v, AT("/linux/devices/%zu", i)))
		return false;
	out->major = (uint32_t)in->major.v;
	out->minor = (uint32_t)in->minor.v;
	return true;
}

/* Older engines put the type into the mode too, as stat(2) gives it. */
static bool fill_mode(struct planner *p, size_t i, const struct oci_device *in,
		      struct plan_device *out)
{
	uint32_t type = in->file_mode.v & ~07777U;

	out->mode = 0666;
	if (!in->file_mode.set)
		return true;
	if (type && type != out->type) {
		plan_error(p, AT("/linux/devices/%zu/fileMode", i),
			   "mode %o has other bits than permissions", in->file_mode.v);
		return false;
	}
	out->mode = in->file_mode.v & 07777;
	return true;
}

static bool fill_device(struct planner *p, size_t i, struct plan_device *out)
{
	const struct oci_device *in = &p->spec->linux->devices.at[i];

	if (!in->path || !in->type)
		return false;
	if (in->path[0] != '/') {
		plan_error(p, AT("/linux/devices/%zu/path", i),
			   "device path \"%s\" is not absolute", in->path);
		return false;
	}
	out->index = (unsigned)i;
	out->path = plan_clean_path(p->arena, in->path);
	out->type = node_type(in->type);
	out->uid = in->uid.v;
	out->gid = in->gid.v;
	if (!out->type)
		plan_error(p, AT("/linux/devices/%zu/type", i), "unknown device type \"%s\"",
			   in->type);
	return out->type && plan_path_fits(p, out->path, AT("/linux/devices/%zu/path", i)) &&
	       fill_numbers(p, i, in, out) && fill_mode(p, i, in, out) &&
	       plan_id_valid(p, out->uid, AT("/linux/devices/%zu/uid", i)) &&
	       plan_id_valid(p, out->gid, AT("/linux/devices/%zu/gid", i));
}

/* The config's devices; /dev/ptmx is always the link to the container's own
 * devpts, whatever privileged containers copy from the host's /dev (runc). */
static void add_devices(struct planner *p, struct plan_set *paths)
{
	struct plan_rootfs *r = &p->plan->root;

	for (size_t i = 0; i < p->spec->linux->devices.n; i++) {
		struct plan_device *d = &r->devices[r->devices_n];

		if (!fill_device(p, i, d)) {
			*d = (struct plan_device){ 0 };
			continue;
		}
		if (!plan_set_add(paths, d->path, strlen(d->path)))
			plan_error(p, AT("/linux/devices/%zu/path", i),
				   "device \"%s\" is listed twice", d->path);
		else if (strcmp(d->path, "/dev/ptmx"))
			r->devices_n++;
	}
}

static void add_defaults(struct planner *p, struct plan_set *paths)
{
	struct plan_rootfs *r = &p->plan->root;

	for (size_t i = 0; i < ARRAY_N(default_devices); i++) {
		const char *path = default_devices[i].path;

		if (!plan_set_add(paths, path, strlen(path)))
			continue;
		r->devices[r->devices_n++] = (struct plan_device){
			.index = UINT32_MAX,
			.path = path,
			.type = S_IFCHR,
			.mode = 0666,
			.major = default_devices[i].major,
			.minor = default_devices[i].minor,
		};
	}
	r->links = arena_array(p->arena, struct plan_link, ARRAY_N(default_links));
	for (size_t i = 0; i < ARRAY_N(default_links); i++) {
		const char *path = default_links[i].path;

		if (plan_set_add(paths, path, strlen(path)) || !strcmp(path, "/dev/ptmx"))
			r->links[r->links_n++] = default_links[i];
	}
}

void plan_devices(struct planner *p)
{
	const struct oci_linux *l = p->spec->linux;
	struct plan_rootfs *r = &p->plan->root;
	size_t n = l ? l->devices.n : 0;
	struct plan_set paths =
		plan_set_new(p->arena, n + ARRAY_N(default_devices) + ARRAY_N(default_links));

	r->devices = arena_array(p->arena, struct plan_device, n + ARRAY_N(default_devices));
	if (n)
		add_devices(p, &paths);
	if (n && !r->new_mounts)
		plan_error(p, "/linux/devices", "devices need a mount namespace");
	if (r->set_up_dev)
		add_defaults(p, &paths);
	else
		r->devices_n = 0; /* a bind at /dev brings its own (runc, crun) */
}
