/* SPDX-License-Identifier: Apache-2.0 */
/* namespace.c - opens, joins and makes namespaces.
 *
 * Opening is the parent's: a path of the config is a path of the host, and may
 * name anything.  Joining and unsharing is the child's.  Two kinds act on
 * children only, so that the parent itself makes a detour through them around
 * its clone: a joined pid namespace and a new time namespace.
 */
#include "linux/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "base/text.h"

static const char *kind_name(enum ns_kind kind)
{
	return names_name(&names_namespace, kind);
}

static bool is_nsfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == NSFS_MAGIC;
}

static int check_kind(int fd, const char *path, enum ns_kind kind, struct err *e)
{
	const char *want = kind_name(kind);
	int type;

	if (!is_nsfs(fd))
		return err_set(e, EINVAL, "open %s namespace \"%s\": not a namespace file", want,
			       path);
	type = sys_ret(ioctl(fd, NS_GET_NSTYPE));
	if (type < 0)
		return err_sys(e, type, "open %s namespace \"%s\": ask for its kind", want, path);
	if ((uint64_t)type == ns_flag(kind))
		return 0;
	for (int i = 0; i < NS_COUNT; i++) {
		if (ns_flag((enum ns_kind)i) == (uint64_t)type)
			return err_set(e, EINVAL, "open %s namespace \"%s\": is a %s namespace",
				       want, path, kind_name((enum ns_kind)i));
	}
	return err_set(e, EINVAL, "open %s namespace \"%s\": is of an unknown kind", want, path);
}

int namespace_open(const char *path, enum ns_kind kind, struct err *e)
{
	const char *want = kind_name(kind);
	fd_auto probe = -1, fd = -1;
	int ret;

	/* O_PATH opens nothing: no FIFO blocks, no device acts. */
	probe = sys_open(path, O_PATH, 0);
	if (probe < 0)
		return err_sys(e, probe, "open %s namespace \"%s\"", want, path);
	if (!is_nsfs(probe))
		return err_set(e, EINVAL, "open %s namespace \"%s\": not a namespace file", want,
			       path);
	/* setns(2) and ioctl(2) want a real descriptor.  The path may name another
	 * file by now: what counts is checked on this one. */
	fd = sys_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	if (fd < 0)
		return err_sys(e, fd, "open %s namespace \"%s\"", want, path);
	ret = check_kind(fd, path, kind, e);
	return ret < 0 ? ret : fd_take(&fd);
}

static void own_path(char buf[32], enum ns_kind kind)
{
	text_fmt(buf, 32, "/proc/self/ns/%s", ns_proc_name(kind));
}

bool namespace_is_own(int fd, enum ns_kind kind)
{
	struct stat theirs, ours;
	char path[32];

	own_path(path, kind);
	return fstat(fd, &theirs) == 0 && stat(path, &ours) == 0 && theirs.st_dev == ours.st_dev &&
	       theirs.st_ino == ours.st_ino;
}

int namespace_enter(int fd, enum ns_kind kind, struct err *e)
{
	int ret = sys_ret(setns(fd, (int)ns_flag(kind)));

	if (ret < 0)
		return err_sys(e, ret, "join %s namespace", kind_name(kind));
	return 0;
}

static int open_own(enum ns_kind kind, struct err *e)
{
	char path[32];
	int fd;

	own_path(path, kind);
	fd = sys_open(path, O_RDONLY, 0);
	if (fd < 0)
		return err_sys(e, fd, "open \"%s\"", path);
	return fd;
}

/* The offsets of a time namespace can be set until its first process enters. */
static int write_offsets(const struct plan_namespaces *ns, struct err *e)
{
	char buf[128];
	size_t n;
	fd_auto fd = -1;
	int ret;

	n = text_fmt(buf, sizeof(buf), "monotonic %lld %u\nboottime %lld %u\n",
		     (long long)ns->monotonic_secs, ns->monotonic_nsecs,
		     (long long)ns->boottime_secs, ns->boottime_nsecs);
	fd = sys_open("/proc/self/timens_offsets", O_WRONLY, 0);
	if (fd < 0)
		return err_sys(e, fd, "open \"/proc/self/timens_offsets\"");
	ret = fd_write_all(fd, buf, n);
	if (ret < 0) {
		err_sys(e, ret, "set the offsets of the time namespace");
		err_where(e, "/linux/timeOffsets");
	}
	return ret;
}

static int detour_time(const struct plan_namespaces *ns, struct namespace_detour *d, struct err *e)
{
	d->own_time_fd = open_own(NS_TIME, e);
	if (d->own_time_fd < 0)
		return d->own_time_fd;

	int ret = namespace_unshare(ns_flag(NS_TIME), e);

	if (ret < 0 || !ns->has_time_offsets)
		return ret;
	return write_offsets(ns, e);
}

static int detour_pid(int pid_fd, struct namespace_detour *d, struct err *e)
{
	d->own_pid_fd = open_own(NS_PID, e);
	if (d->own_pid_fd < 0)
		return d->own_pid_fd;
	return namespace_enter(pid_fd, NS_PID, e);
}

int namespace_detour(const struct plan_namespaces *ns, int pid_fd, struct namespace_detour *d,
		     struct err *e)
{
	int ret = 0;

	*d = (struct namespace_detour){ -1, -1 };
	if (pid_fd >= 0)
		ret = detour_pid(pid_fd, d, e);
	if (ret == 0 && ns->new_time)
		ret = detour_time(ns, d, e);
	if (ret < 0)
		namespace_return(d, NULL);
	return ret;
}

int namespace_return(struct namespace_detour *d, struct err *e)
{
	int ret = 0;

	if (d->own_pid_fd >= 0)
		ret = namespace_enter(d->own_pid_fd, NS_PID, e);
	if (ret == 0 && d->own_time_fd >= 0)
		ret = namespace_enter(d->own_time_fd, NS_TIME, e);
	fd_drop(&d->own_pid_fd);
	fd_drop(&d->own_time_fd);
	return ret;
}

int namespace_unshare(uint64_t flags, struct err *e)
{
	char names[128];
	struct text t = text_over(names, sizeof(names));
	int ret = sys_ret(unshare((int)flags));

	if (ret >= 0)
		return 0;
	for (int i = 0; i < NS_COUNT; i++) {
		if (flags & ns_flag((enum ns_kind)i))
			text_add(&t, "%s%s", t.len ? ", " : "", kind_name((enum ns_kind)i));
	}
	return err_sys(e, ret, "make %s namespace", names);
}
