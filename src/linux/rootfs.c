/* SPDX-License-Identifier: Apache-2.0 */
/* rootfs.c - see rootfs.h. */
#include "linux/rootfs.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "linux/mount.h"

/* Make the mount that the rootfs lies on private, so that attaching does not
 * reach the host: the nearest ancestor that is the root of a mount.  Only for
 * rootfsPropagation "shared", where the namespace keeps its peers. */
static int private_parent(const char *rootfs, struct err *e)
{
	struct sys_mount_attr attr = { .propagation = SYS_MS_PRIVATE };
	char path[PATH_MAX];
	size_t n = strlen(rootfs);
	int ret;

	if (n >= sizeof(path))
		return err_sys(e, -ENAMETOOLONG, "rootfs \"%s\"", rootfs);
	memcpy(path, rootfs, n + 1);
	for (;;) {
		ret = sys_mount_setattr(AT_FDCWD, n ? path : "/", 0, &attr);
		if (ret != -EINVAL || n == 0) /* EINVAL: not the root of a mount */
			break;
		while (n > 0 && path[n - 1] != '/')
			n--;
		while (n > 0 && path[n - 1] == '/')
			n--;
		path[n] = '\0';
	}
	return ret < 0 ? err_sys(e, ret, "make the mount of \"%s\" private", rootfs) : 0;
}

int rootfs_propagation(const struct plan_rootfs *plan, struct err *e)
{
	struct sys_mount_attr attr = {
		.propagation = plan->setup_propagation & ~(uint32_t)NAMES_RECURSIVE,
	};
	int ret;

	if (!attr.propagation)
		return private_parent(plan->path, e);
	ret = sys_mount_setattr(AT_FDCWD, "/", SYS_AT_RECURSIVE, &attr);
	if (ret == -EINVAL)
		return err_set(e, EINVAL,
			       "the caller's root directory is not a mount point "
			       "(in a chroot, bind-mount it on itself first)");
	return ret < 0 ? err_sys(e, ret, "set the propagation of the host's mounts") : 0;
}

int rootfs_attach(const struct plan_rootfs *plan, struct root *root, struct err *e)
{
	fd_auto at = sys_open(plan->path, O_PATH | O_DIRECTORY, 0);
	struct sys_mount_attr attr = { 0 };
	fd_auto tree = -1;
	int ret;

	if (at < 0)
		return err_sys(e, at, "open rootfs \"%s\"", plan->path);
	if (!plan->new_mounts) {
		root->fd = fd_take(&at);
		return 0;
	}
	tree = sys_open_tree(at, "",
			     SYS_AT_EMPTY_PATH | SYS_AT_RECURSIVE | SYS_OPEN_TREE_CLONE |
				     SYS_OPEN_TREE_CLOEXEC);
	if (tree < 0)
		return err_sys(e, tree, "clone the mount tree of rootfs \"%s\"", plan->path);
	/* what is mounted below the root must not reach the host; a slave still
	 * receives from it */
	attr.propagation = plan->propagation & SYS_MS_SLAVE ? SYS_MS_SLAVE : SYS_MS_PRIVATE;
	ret = mount_attrs(tree, attr, true, e);
	if (ret == 0)
		ret = mount_attach(tree, at, e);
	if (ret == 0)
		root->fd = fd_take(&tree);
	return ret;
}

int rootfs_readonly(const struct root *root, struct err *e)
{
	return mount_attrs(root->fd, MOUNT_ATTRS_RDONLY, false, e);
}

/* The old root is stacked on the new one and both are "."; drop it.  Where the
 * namespace still has peers, its unmounting must not reach them. */
static int drop_old_root(int old_fd, struct err *e)
{
	struct sys_mount_attr slave = { .propagation = SYS_MS_SLAVE };
	int ret = 0;

	if (old_fd >= 0) {
		ret = sys_ret(fchdir(old_fd));
		if (ret == 0)
			ret = mount_attrs(old_fd, slave, true, e);
		if (ret < 0)
			return ret;
	}
	ret = sys_umount_detach(".");
	return ret < 0 ? err_sys(e, ret, "unmount the old root") : 0;
}

static int pivot(const struct plan_rootfs *plan, struct err *e)
{
	fd_auto old = -1;
	int ret;

	if (!plan->setup_propagation) {
		old = sys_open("/", O_PATH | O_DIRECTORY, 0);
		if (old < 0)
			return err_sys(e, old, "open the old root");
	}
	ret = sys_pivot_root(".", ".");
	if (ret < 0)
		return err_sys(e, ret, "pivot_root to \"%s\"", plan->path);
	return drop_old_root(old, e);
}

/* --no-pivot: the host's root stays below ours (documented as unsafe). */
static int move_and_chroot(const struct root *root, struct err *e)
{
	fd_auto slash = sys_open("/", O_PATH | O_DIRECTORY, 0);
	int ret = slash < 0 ? slash : sys_move_mount(root->fd, slash);

	if (ret == 0)
		ret = sys_ret(chroot("."));
	return ret < 0 ? err_sys(e, ret, "move the root to \"/\"") : 0;
}

/* Read back: a sandbox around us may have faked success. */
static int prove(const struct root *root, struct err *e)
{
	uint64_t want, have;
	int ret = sys_mount_id(root->fd, "", &want);

	if (ret == 0)
		ret = sys_mount_id(AT_FDCWD, "/", &have);
	if (ret < 0)
		return err_sys(e, ret, "read the mount id of the root");
	return want == have ? 0 : err_set(e, EPERM, "\"/\" is not the container's root");
}

int rootfs_switch(const struct plan_rootfs *plan, const struct root *root, struct err *e)
{
	struct sys_mount_attr last = {
		.propagation = plan->propagation & ~(uint32_t)NAMES_RECURSIVE,
	};
	int ret = sys_ret(fchdir(root->fd));

	if (ret < 0)
		return err_sys(e, ret, "enter the rootfs");
	if (!plan->new_mounts)
		ret = sys_ret(chroot("."));
	else if (plan->pivot)
		ret = pivot(plan, e);
	else
		ret = move_and_chroot(root, e);
	if (ret < 0)
		return e->code ? ret : err_sys(e, ret, "chroot to \"%s\"", plan->path);
	ret = sys_ret(chdir("/"));
	if (ret < 0)
		return err_sys(e, ret, "enter \"/\"");
	if (!plan->new_mounts)
		return 0;
	/* private is what it is already, with what the mounts asked for themselves */
	if (last.propagation && last.propagation != SYS_MS_PRIVATE)
		ret = mount_attrs(root->fd, last, (plan->propagation & NAMES_RECURSIVE) != 0, e);
	return ret < 0 ? ret : prove(root, e);
}
