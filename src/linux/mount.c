/* SPDX-License-Identifier: Apache-2.0 */
/* mount.c - see mount.h. */
#include "linux/mount.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "base/text.h"
#include "linux/copyup.h"

enum { PROC_MAGIC = 0x9fa0, PROC_ROOT_INODE = 1 };

int mount_attach(int mount_fd, int at_fd, struct err *e)
{
	int ret = sys_move_mount(mount_fd, at_fd);

	return ret < 0 ? err_sys(e, ret, "attach the mount") : 0;
}

int mount_attrs(int fd, struct sys_mount_attr attr, bool recursive, struct err *e)
{
	int ret = sys_mount_setattr(fd, "", SYS_AT_EMPTY_PATH | (recursive ? SYS_AT_RECURSIVE : 0),
				    &attr);

	return ret < 0 ? err_sys(e, ret, "set mount attributes") : 0;
}

int mount_detached(const char *type, unsigned int attrs, struct err *e)
{
	fd_exec fs = sys_fsopen(type);
	int ret;

	if (fs < 0)
		return err_sys(e, fs, "open file system \"%s\"", type);
	ret = sys_fsconfig(fs, SYS_FSCONFIG_CMD_CREATE, NULL, NULL);
	if (ret == 0)
		ret = sys_fsmount(fs, attrs);
	return ret < 0 ? err_sys(e, ret, "mount file system \"%s\"", type) : ret;
}

/* --- file systems ------------------------------------------------------------ */

/* What the kernel itself says about a refused option ("e tmpfs: Bad value for
 * 'size'"), read from the file system context. */
static int fs_error(int fs, int ret, const char *type, const char *what, struct err *e)
{
	char said[128];
	ssize_t n = sys_ret(read(fs, said, sizeof(said) - 1));

	if (n <= 2)
		return err_sys(e, ret, "mount \"%s\": %s", type, what);
	said[n] = '\0';
	said[strcspn(said, "\n")] = '\0';
	return err_sys(e, ret, "mount \"%s\": %s: %s", type, what, said + 2);
}

static int fs_param(int fs, const char *type, const char *key, const char *value, struct err *e)
{
	int ret = sys_fsconfig(fs, value ? SYS_FSCONFIG_SET_STRING : SYS_FSCONFIG_SET_FLAG, key,
			       value);

	return ret < 0 ? fs_error(fs, ret, type, key, e) : 0;
}

/* tmpfs without mode= keeps the mode of the directory that it covers (runc). */
static int fs_mode_from(int fs, const struct plan_mount *m, int at, struct err *e)
{
	struct stat st;
	char mode[16];

	if (fstat(at, &st) < 0 || !S_ISDIR(st.st_mode))
		return 0;
	text_fmt(mode, sizeof(mode), "%o", (unsigned)(st.st_mode & 07777));
	return fs_param(fs, m->type, "mode", mode, e);
}

/* Build the file system of m detached, complete with its attributes.  `at` is
 * the destination when it exists already, else -1. */
static int build_fs(const struct plan_mount *m, int at, struct err *e)
{
	uint64_t attrs = m->attr_set | m->rec_attr_set;
	fd_exec fs = sys_fsopen(m->type);
	int ret = 0;

	if (fs < 0)
		return err_sys(e, fs, "mount: file system type \"%s\"", m->type);
	if (m->source && *m->source)
		ret = fs_param(fs, m->type, "source", m->source, e);
	for (size_t i = 0; i < m->params_n && ret == 0; i++)
		ret = fs_param(fs, m->type, m->params[i].key, m->params[i].value, e);
	if (ret == 0 && m->mode_from_dest && at >= 0)
		ret = fs_mode_from(fs, m, at, e);
	if (ret < 0)
		return ret;
	ret = sys_fsconfig(fs, SYS_FSCONFIG_CMD_CREATE, NULL, NULL);
	if (ret < 0)
		return fs_error(fs, ret, m->type, "create", e);
	if (m->late_readonly || (m->flags & MOUNT_OPT_COPYUP))
		attrs &= ~(uint64_t)SYS_ATTR_RDONLY; /* comes when it is filled */
	ret = sys_fsmount(fs, (unsigned int)attrs);
	return ret < 0 ? fs_error(fs, ret, m->type, "mount", e) : ret;
}

/* --- binds --------------------------------------------------------------------- */

static struct sys_mount_attr top_attrs(const struct plan_mount *m)
{
	return (struct sys_mount_attr){ .attr_set = m->attr_set, .attr_clr = m->attr_clr };
}

static struct sys_mount_attr tree_attrs(const struct plan_mount *m)
{
	return (struct sys_mount_attr){ .attr_set = m->rec_attr_set, .attr_clr = m->rec_attr_clr };
}

static struct sys_mount_attr propagate(uint32_t type)
{
	return (struct sys_mount_attr){ .propagation = type & ~(uint32_t)NAMES_RECURSIVE };
}

/* Attributes and propagation of a cloned tree, as few calls as they allow. */
static int dress(int tree, const struct plan_mount *m, struct err *e)
{
	uint32_t prop = m->propagation & ~(uint32_t)NAMES_RECURSIVE;
	bool prop_rec = m->propagation & NAMES_RECURSIVE;
	struct sys_mount_attr attr;
	int ret = 0;

	if (!prop) { /* nothing of the host's comes or goes through it */
		prop = SYS_MS_PRIVATE;
		prop_rec = true;
	}
	if (!(m->flags & MOUNT_OPT_RECURSIVE)) { /* one mount: one call */
		attr = top_attrs(m);
		attr.attr_set |= m->rec_attr_set;
		attr.attr_clr |= m->rec_attr_clr;
		attr.propagation = prop;
		return mount_attrs(tree, attr, false, e);
	}
	if (m->attr_set || m->attr_clr)
		ret = mount_attrs(tree, top_attrs(m), false, e);
	if (ret == 0 && (m->rec_attr_set || m->rec_attr_clr))
		ret = mount_attrs(tree, tree_attrs(m), true, e);
	return ret < 0 ? ret : mount_attrs(tree, propagate(prop), prop_rec, e);
}

static int clone_tree(const char *path, unsigned int flags, const struct plan_mount *m,
		      struct err *e)
{
	fd_exec tree =
		sys_open_tree(AT_FDCWD, path, flags | SYS_OPEN_TREE_CLONE | SYS_OPEN_TREE_CLOEXEC);
	int ret;

	if (tree < 0)
		return err_sys(e, tree, "bind \"%s\" at \"%s\"", path, m->dest);
	ret = dress(tree, m, e);
	return ret < 0 ? ret : fd_take(&tree);
}

static int build_bind(const struct plan_mount *m, struct err *e)
{
	return clone_tree(m->source,
			  (m->flags & MOUNT_OPT_RECURSIVE ? SYS_AT_RECURSIVE : 0) |
				  (m->flags & MOUNT_OPT_SRC_NOFOLLOW ? AT_SYMLINK_NOFOLLOW : 0),
			  m, e);
}

/* A clone, never a fresh cgroup2 mount, which waits for a grace period of the
 * kernel since 6.18: of the container's own cgroup when it has a cgroup
 * namespace (what a fresh mount would show), else of the hierarchy. */
static int build_cgroup(const struct plan_mount *m, const struct plan *plan, struct err *e)
{
	const struct plan_cgroup *cg = &plan->cgroup;
	bool own = cg->manage && plan->ns.present[NS_CGROUP];
	char path[PATH_MAX];
	struct text t = text_over(path, sizeof(path));

	if (!cg->mount || !*cg->mount)
		return err_set(e, ENODEV, "mount \"%s\": this host has no cgroup v2 hierarchy",
			       m->dest);
	text_add(&t, "%s%s", cg->mount, own ? cg->path : "");
	if (t.cut)
		return err_sys(e, -ENAMETOOLONG, "cgroup path");
	return clone_tree(path, 0, m, e);
}

/* --- destinations ---------------------------------------------------------------- */

/* What lxcfs and friends may cover; everything else in /proc is the kernel's
 * alone (CVE-2019-16884, CVE-2025-52881). */
static const char *const proc_files[] = {
	"cpuinfo",
	"diskstats",
	"meminfo",
	"stat",
	"swaps",
	"uptime",
	"loadavg",
	"slabinfo",
	"sys/kernel/ns_last_pid",
	"sys/crypto/fips_enabled",
};

/* The planner judged the text of the destination; this judges the object that
 * it leads to: "/x" may be a symlink to /proc/self. */
static int check_not_in_proc(int at, const struct plan_mount *m, const struct root *root,
			     struct err *e)
{
	struct statfs fs;
	struct stat have, want;

	if (fstatfs(at, &fs) < 0 || fs.f_type != PROC_MAGIC)
		return 0;
	if (fstat(at, &have) < 0)
		return err_sys(e, -errno, "stat \"%s\"", m->dest);
	if (have.st_ino == PROC_ROOT_INODE) /* a procfs over a procfs: judged by the planner */
		return 0;
	for (size_t i = 0; i < sizeof(proc_files) / sizeof(proc_files[0]); i++) {
		char path[64];
		fd_exec fd = -1;

		text_fmt(path, sizeof(path), "/proc/%s", proc_files[i]);
		fd = path_try(root, path, PATH_STRICT);
		if (fd >= 0 && fstat(fd, &want) == 0 && want.st_ino == have.st_ino &&
		    want.st_dev == have.st_dev)
			return 0;
	}
	return err_set(e, EPERM, "\"%s\" cannot be mounted because it is inside /proc", m->dest);
}

/* Only a procfs may stand at /proc, judged by what the bind's source is. */
static int check_proc_source(int tree, const struct plan_mount *m, struct err *e)
{
	struct statfs fs;

	if (strcmp(m->dest, "/proc"))
		return 0;
	if (fstatfs(tree, &fs) == 0 && fs.f_type == PROC_MAGIC)
		return 0;
	return err_set(e, EPERM, "\"/proc\" cannot be mounted because it is not of type proc");
}

/* Open the destination, making it when it is missing. */
static int open_dest(const struct plan_mount *m, const struct root *root, bool dir, struct err *e)
{
	unsigned int flags = (m->place == PLACE_STRICT ? PATH_STRICT : 0) |
			     (m->flags & MOUNT_OPT_DEST_NOFOLLOW ? PATH_NOFOLLOW : 0);
	fd_exec at = dir ? path_mkdirs(root, m->dest, 0755, flags, e)
			 : path_mkfile(root, m->dest, flags, e);
	int ret;

	if (at < 0)
		return at;
	if (m->place != PLACE_STRICT) {
		ret = check_not_in_proc(at, m, root, e);
		if (ret < 0)
			return ret;
	}
	return fd_take(&at);
}

/* move_mount(2) says EINVAL where a directory meets a file; mount(2) said
 * ENOTDIR, which callers know. */
static int explain(int ret, int tree, int at)
{
	struct stat a, b;

	if (ret == -EINVAL && fstat(tree, &a) == 0 && fstat(at, &b) == 0 &&
	    S_ISDIR(a.st_mode) != S_ISDIR(b.st_mode))
		return -ENOTDIR;
	return ret;
}

/* Attach and say in one line what went where when it does not work. */
static int attach_at(int tree, int at, const struct plan_mount *m, struct err *e)
{
	int ret = sys_move_mount(tree, at);

	if (ret == 0)
		return 0;
	return err_sys(e, explain(ret, tree, at), "attach \"%s\" at \"%s\"",
		       m->kind == MOUNT_BIND ? m->source : m->type, m->dest);
}

/* --- entries ------------------------------------------------------------------------ */

/* Keep the descriptor where a later step needs it. */
static void hand_over(const struct plan_mount *m, struct mount_handles *h, int *tree)
{
	int *slot = m->is_proc     ? &h->proc_fd
		    : m->is_dev    ? &h->dev_fd
		    : m->is_devpts ? &h->devpts_fd
				   : NULL;

	if (!slot)
		return;
	fd_drop(slot); /* mounted twice: the last one is seen */
	*slot = fd_take(tree);
}

static int apply_fs(const struct plan_mount *m, const struct root *root, struct mount_handles *h,
		    struct err *e)
{
	fd_exec before = m->mode_from_dest ? path_try(root, m->dest, 0) : -1;
	fd_exec tree = build_fs(m, before, e);
	fd_exec at = tree < 0 ? -1 : open_dest(m, root, true, e);
	uint32_t prop = m->propagation & ~(uint32_t)NAMES_RECURSIVE;
	int ret;

	if (tree < 0 || at < 0)
		return tree < 0 ? tree : at;
	if (m->flags & MOUNT_OPT_COPYUP) {
		ret = copyup_tree(at, tree, e);
		if (ret == 0 && (m->attr_set & SYS_ATTR_RDONLY))
			ret = mount_attrs(tree, MOUNT_ATTRS_RDONLY, false, e);
		if (ret < 0)
			return ret;
	}
	if (prop && prop != SYS_MS_PRIVATE) { /* private is how a new mount is born */
		ret = mount_attrs(tree, propagate(prop), false, e);
		if (ret < 0)
			return ret;
	}
	ret = attach_at(tree, at, m, e);
	if (ret == 0)
		hand_over(m, h, &tree);
	return ret;
}

/* copy-symlink (podman): a link in the source becomes the same link. */
static int copy_symlink(const struct plan_mount *m, const struct root *root, struct err *e)
{
	char target[PATH_MAX];
	ssize_t n = sys_ret(readlinkat(AT_FDCWD, m->source, target, sizeof(target) - 1));

	if (n < 0)
		return err_sys(e, (int)n, "read symlink \"%s\"", m->source);
	target[n] = '\0';
	return path_symlink(root, m->dest, target, false, e);
}

static int apply_bind(const struct plan_mount *m, const struct root *root, struct err *e)
{
	fd_exec tree = -1;
	fd_exec at = -1;
	struct stat st;
	int ret;

	if ((m->flags & MOUNT_OPT_COPY_SYMLINK) &&
	    fstatat(AT_FDCWD, m->source, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode))
		return copy_symlink(m, root, e);
	tree = build_bind(m, e);
	if (tree < 0)
		return tree;
	ret = check_proc_source(tree, m, e);
	if (ret < 0)
		return ret;
	if (fstat(tree, &st) < 0)
		return err_sys(e, -errno, "stat \"%s\"", m->source);
	at = open_dest(m, root, S_ISDIR(st.st_mode), e);
	return at < 0 ? at : attach_at(tree, at, m, e);
}

static int apply_cgroup(const struct plan_mount *m, const struct plan *plan,
			const struct root *root, struct err *e)
{
	fd_exec tree = build_cgroup(m, plan, e);
	fd_exec at = tree < 0 ? -1 : open_dest(m, root, true, e);

	if (tree < 0 || at < 0)
		return tree < 0 ? tree : at;
	return attach_at(tree, at, m, e);
}

/* Change what is mounted at the destination: the mount's attributes, and with
 * plain "remount" the file system's own options too. */
static int apply_remount(const struct plan_mount *m, const struct root *root, struct err *e)
{
	fd_exec at = path_lookup(root, m->dest, 0, e);
	fd_exec fs = -1;
	int ret = 0;

	if (at < 0)
		return at;
	if (m->params_n) {
		fs = sys_fspick(at);
		if (fs < 0)
			return err_sys(e, fs, "remount \"%s\"", m->dest);
		for (size_t i = 0; i < m->params_n && ret == 0; i++)
			ret = fs_param(fs, "remount", m->params[i].key, m->params[i].value, e);
		if (ret == 0) {
			ret = sys_fsconfig(fs, SYS_FSCONFIG_CMD_RECONFIGURE, NULL, NULL);
			if (ret < 0)
				return fs_error(fs, ret, m->dest, "remount", e);
		}
	}
	if (ret == 0 && (m->attr_set || m->attr_clr))
		ret = mount_attrs(at, top_attrs(m), false, e);
	if (ret == 0 && (m->rec_attr_set || m->rec_attr_clr))
		ret = mount_attrs(at, tree_attrs(m), true, e);
	return ret;
}

static int apply_propagation(const struct plan_mount *m, const struct root *root, struct err *e)
{
	fd_exec at = path_lookup(root, m->dest, 0, e);

	if (at < 0)
		return at;
	return mount_attrs(at, propagate(m->propagation), (m->propagation & NAMES_RECURSIVE) != 0,
			   e);
}

int mount_apply(const struct plan_mount *m, const struct plan *plan, const struct root *root,
		struct mount_handles *h, struct err *e)
{
	switch (m->kind) {
	case MOUNT_FS: return apply_fs(m, root, h, e);
	case MOUNT_BIND: return apply_bind(m, root, e);
	case MOUNT_CGROUP: return apply_cgroup(m, plan, root, e);
	case MOUNT_REMOUNT: return apply_remount(m, root, e);
	case MOUNT_PROPAGATION: return apply_propagation(m, root, e);
	}
	return err_set(e, EINVAL, "no such kind of mount");
}
