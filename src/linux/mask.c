/* SPDX-License-Identifier: Apache-2.0 */
/* mask.c - see mask.h.
 *
 * The first mask of each sort is attached itself, every further one is a clone
 * of it: a detached mount that stays unattached would cost a grace period when
 * it is closed (and cloning detached mounts needs Linux 6.15).
 */
#include "linux/mask.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/fd.h"
#include "base/sys.h"
#include "linux/mount.h"

/* What hides a file and what hides a directory; -1 until the first use. */
struct masks {
	int null_fd, empty_fd;
};

/* The host's /dev/null, proved to be the device: a container that mounts a
 * volume on /dev cannot pick what its masks are made of. */
static int open_null(struct err *e)
{
	fd_exec fd =
		sys_open_tree(AT_FDCWD, "/dev/null", SYS_OPEN_TREE_CLONE | SYS_OPEN_TREE_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return err_sys(e, fd, "clone the host's /dev/null");
	if (fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3))
		return err_set(e, EINVAL, "the host's /dev/null is not the null device");
	return fd_take(&fd);
}

static int open_empty(struct err *e)
{
	return mount_detached(
		"tmpfs", SYS_ATTR_RDONLY | SYS_ATTR_NOSUID | SYS_ATTR_NODEV | SYS_ATTR_NOEXEC, e);
}

static int mask_one(struct masks *m, int target, struct err *e)
{
	fd_exec clone = -1;
	struct stat st;
	int *source, ret;

	if (fstat(target, &st) < 0)
		return err_sys(e, -errno, "stat");
	source = S_ISDIR(st.st_mode) ? &m->empty_fd : &m->null_fd;
	if (*source < 0) {
		*source = S_ISDIR(st.st_mode) ? open_empty(e) : open_null(e);
		return *source < 0 ? *source : mount_attach(*source, target, e);
	}
	ret = clone = sys_open_tree(
		*source, "", SYS_AT_EMPTY_PATH | SYS_OPEN_TREE_CLONE | SYS_OPEN_TREE_CLOEXEC);
	return ret < 0 ? err_sys(e, ret, "clone the mask") : mount_attach(clone, target, e);
}

static int open_target(const struct root *root, const char *path, struct err *e)
{
	int fd = path_try(root, path, 0);

	if (fd == -ENOENT || fd == -ENOTDIR)
		return -ENOENT;
	return fd < 0 ? err_sys(e, fd, "open \"%s\" in the rootfs", path) : fd;
}

int mask_paths(const struct plan_path *at, size_t n, const struct root *root, struct err *e)
{
	struct masks m = { -1, -1 };
	int ret = 0;

	for (size_t i = 0; i < n && ret == 0; i++) {
		fd_exec target = open_target(root, at[i].path, e);

		if (target == -ENOENT)
			continue;
		ret = target < 0 ? target : mask_one(&m, target, e);
		if (ret < 0) {
			err_where(e, "/linux/maskedPaths/%u", at[i].index);
			err_prefix(e, "mask \"%s\"", at[i].path);
		}
	}
	fd_drop_high(&m.null_fd);
	fd_drop_high(&m.empty_fd);
	return ret;
}

/* Composed detached, attached once on the same pinned target: there is no
 * moment between "bound" and "read-only" (GHSA-3q8j-pf29-vwv8). */
static int readonly_one(int target, struct err *e)
{
	fd_exec tree = sys_open_tree(target, "",
				     SYS_AT_EMPTY_PATH | SYS_AT_RECURSIVE | SYS_OPEN_TREE_CLONE |
					     SYS_OPEN_TREE_CLOEXEC);
	int ret;

	if (tree < 0)
		return err_sys(e, tree, "clone");
	ret = mount_attrs(tree, MOUNT_ATTRS_RDONLY, true, e);
	return ret < 0 ? ret : mount_attach(tree, target, e);
}

int mask_readonly(const struct plan_path *at, size_t n, const struct root *root, struct err *e)
{
	int ret = 0;

	for (size_t i = 0; i < n && ret == 0; i++) {
		fd_exec target = open_target(root, at[i].path, e);

		if (target == -ENOENT)
			continue;
		ret = target < 0 ? target : readonly_one(target, e);
		if (ret < 0) {
			err_where(e, "/linux/readonlyPaths/%u", at[i].index);
			err_prefix(e, "make \"%s\" read-only", at[i].path);
		}
	}
	return ret;
}
