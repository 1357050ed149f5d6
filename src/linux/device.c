/* SPDX-License-Identifier: Apache-2.0 */
/* device.c - see device.h. */
#include "linux/device.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "linux/mount.h"

/* The name of a node that lies directly in /dev; NULL: deeper or elsewhere.
 * Such a node is made in our own tmpfs without a walk. */
static const char *name_in_dev(const char *path)
{
	const char *last = path + sizeof("/dev/") - 1;

	if (strncmp(path, "/dev/", sizeof("/dev/") - 1) || !*last || strchr(last, '/') ||
	    !strcmp(last, "..") || !strcmp(last, "."))
		return NULL;
	return last;
}

static bool is_device(int fd, const struct plan_device *d)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (st.st_mode & S_IFMT) == d->type &&
	       (d->type == S_IFIFO || st.st_rdev == makedev(d->major, d->minor));
}

/* Not allowed to make nodes: bind the host's, if it is the one that was meant. */
static int bind_host_node(const struct plan_device *d, int dir, const char *name, struct err *e)
{
	fd_exec tree =
		sys_open_tree(AT_FDCWD, d->path, SYS_OPEN_TREE_CLONE | SYS_OPEN_TREE_CLOEXEC);
	fd_exec at = -1;
	int ret;

	if (tree < 0)
		return err_sys(e, tree, "make device \"%s\": not permitted, and bind the host's",
			       d->path);
	if (!is_device(tree, d))
		return err_set(e, EPERM,
			       "make device \"%s\": not permitted, and the host's is "
			       "another one",
			       d->path);
	ret = sys_ret(mknodat(dir, name, S_IFREG, 0));
	if (ret < 0 && ret != -EEXIST)
		return err_sys(e, ret, "make a file for device \"%s\"", d->path);
	at = sys_ret(openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
	if (at < 0)
		return err_sys(e, at, "open the file for device \"%s\"", d->path);
	return mount_attach(tree, at, e);
}

static int check_existing(const struct plan_device *d, int dir, const char *name, struct err *e)
{
	fd_exec fd = sys_ret(openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));

	if (fd >= 0 && is_device(fd, d))
		return 0;
	return err_set(e, EEXIST, "make device \"%s\": something else is there", d->path);
}

static int make_in(const struct plan_device *d, int dir, const char *name, struct err *e)
{
	int ret;

	/* umask is 0 here: the mode is exact */
	ret = sys_ret(mknodat(dir, name, d->type | d->mode, makedev(d->major, d->minor)));
	if (ret == -EPERM)
		return bind_host_node(d, dir, name, e);
	if (ret == -EEXIST)
		return check_existing(d, dir, name, e);
	if (ret == 0 && (d->uid || d->gid))
		ret = sys_ret(fchownat(dir, name, d->uid, d->gid, AT_SYMLINK_NOFOLLOW));
	return ret < 0 ? err_sys(e, ret, "make device \"%s\"", d->path) : 0;
}

int device_make(const struct plan_device *d, const struct root *root, int dev_fd, struct err *e)
{
	const char *own = dev_fd >= 0 ? name_in_dev(d->path) : NULL;
	char name[NAME_MAX + 1];
	fd_exec dir = -1;

	if (own)
		return make_in(d, dev_fd, own, e);
	dir = path_parent(root, d->path, name, e);
	return dir < 0 ? dir : make_in(d, dir, name, e);
}

int device_link(const struct plan_link *l, const struct root *root, int dev_fd, struct err *e)
{
	const char *own = dev_fd >= 0 ? name_in_dev(l->path) : NULL;
	int ret;

	if (!own) /* in an image anything may stand there: only ptmx must be ours */
		return path_symlink(root, l->path, l->target, !strcmp(l->path, "/dev/ptmx"), e);
	ret = sys_ret(symlinkat(l->target, dev_fd, own));
	return ret < 0 && ret != -EEXIST ? err_sys(e, ret, "make symlink \"%s\"", l->path) : 0;
}
