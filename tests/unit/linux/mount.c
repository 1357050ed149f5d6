/* SPDX-License-Identifier: Apache-2.0 */
/* mount.c - one entry of the plan at a time, carried out on a rootfs in a tmpfs
 * of its own and read back from the kernel.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/mount.h"

#include <limits.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include "base/fd.h"
#include "tests/unit/linux/child.h"

enum { TMPFS = 0x01021994, PROC = 0x9fa0 };

static const struct plan none;
static struct root root = { .fd = -1 };
static struct mount_handles handles = { -1, -1, -1 };
static struct err e;

/* /tmp is the host, /tmp/rootfs the container's root. */
static bool begin(void)
{
	umask(0);
	if (mount("none", "/tmp", "tmpfs", 0, NULL) < 0 || chdir("/tmp") < 0 ||
	    mkdir("rootfs", 0755) < 0 || mkdir("src", 0755) < 0 || mkdir("src/sub", 0755) < 0)
		return false;
	close(open("src/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
	close(open("one", O_WRONLY | O_CREAT | O_CLOEXEC, 0640));
	root.fd = open("rootfs", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root.fd >= 0;
}

static int apply(const struct plan_mount *m)
{
	e = (struct err){ 0 };
	return mount_apply(m, &none, &root, &handles, &e);
}

/* The tests fill in what differs from these. */
#define BIND(src, at, ...)                                                                 \
	apply(&(struct plan_mount){ .kind = MOUNT_BIND, .source = src, .dest = at,         \
				    __VA_ARGS__ })
#define FS(fs, at, ...)                                                                    \
	apply(&(struct plan_mount){ .kind = MOUNT_FS, .type = fs, .source = fs,            \
				    .dest = at, __VA_ARGS__ })
#define PARAMS(...)                                                                        \
	.params = (struct plan_fs_param[]){ __VA_ARGS__ },                                 \
	.params_n = sizeof((struct plan_fs_param[]){ __VA_ARGS__ }) /                      \
		    sizeof(struct plan_fs_param)

/* ST_* flags of the mount at path, but for the ones that every mount may have. */
static unsigned long flags_of(const char *path)
{
	struct statvfs v;

	return statvfs(path, &v) < 0 ? ~0UL : v.f_flag & ~(unsigned long)(ST_RELATIME | 0x20);
}

static long type_of(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) < 0 ? -1 : (long)fs.f_type;
}

static bool same(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_ino == y.st_ino && x.st_dev == y.st_dev;
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) < 0 ? 0 : st.st_mode;
}

/* --- binds --------------------------------------------------------------------------- */

static int binds(void)
{
	CHECK(begin());
	CHECK(BIND("/tmp/src", "/data/deep",
		   .attr_set = SYS_ATTR_RDONLY | SYS_ATTR_NOSUID | SYS_ATTR_NODEV |
			       SYS_ATTR_NOEXEC) == 0);
	CHECK(same("rootfs/data/deep/file", "src/file"));
	CHECK(flags_of("rootfs/data/deep") == (ST_RDONLY | ST_NOSUID | ST_NODEV | ST_NOEXEC));
	CHECK(mkdir("rootfs/data/deep/x", 0755) < 0 && errno == EROFS);
	CHECK(flags_of("src") == 0 && mkdir("src/x", 0755) == 0);
	CHECK(mode_of("rootfs/data") == (S_IFDIR | 0755));
	/* a file; what is above its place is passable */
	CHECK(BIND("/tmp/one", "/etc/conf/one") == 0);
	CHECK(same("rootfs/etc/conf/one", "one") && flags_of("rootfs/etc/conf/one") == 0);
	CHECK(mode_of("rootfs/etc/conf") == (S_IFDIR | 0755));
	CHECK(umount2("rootfs/etc/conf/one", MNT_DETACH) == 0);
	CHECK(mode_of("rootfs/etc/conf/one") == (S_IFREG | 0644));
	/* twice at one place: the last one is seen */
	CHECK(BIND("/tmp/src/sub", "/data/deep") == 0 && same("rootfs/data/deep", "src/sub"));
	/* a symlink of the image is an image's right, but it stays inside */
	CHECK(symlink("/../../tmp/src", "rootfs/link") == 0);
	CHECK(BIND("/tmp/src/sub", "/link") == 0);
	CHECK(same("rootfs/tmp/src", "src/sub") && !same("src", "src/sub"));
	/* a device node keeps what it is */
	CHECK(BIND("/dev/null", "/null") == 0 && S_ISCHR(mode_of("rootfs/null")));
	return CHILD_OK;
}

static int binds_that_do_not_fit(void)
{
	CHECK(begin());
	CHECK(mkdir("rootfs/dir", 0755) == 0 && mkfifo("rootfs/fifo", 0644) == 0);
	CHECK(mknod("rootfs/file", S_IFREG | 0644, 0) == 0);
	CHECK(BIND("/tmp/src", "/file") == -ENOTDIR);
	CHECK(!strcmp(e.msg, "attach \"/tmp/src\" at \"/file\": not a directory"));
	CHECK(BIND("/tmp/one", "/dir") == -ENOTDIR);
	CHECK(!strcmp(e.msg, "attach \"/tmp/one\" at \"/dir\": not a directory"));
	CHECK(BIND("/tmp/none", "/dir") == -ENOENT);
	CHECK(!strcmp(e.msg, "bind \"/tmp/none\" at \"/dir\": no such file or directory"));
	CHECK(BIND("/tmp/src", "/file/below") == -ENOTDIR);
	CHECK_MSG(&e, "make directory \"/file/below\" in the rootfs: not a directory");
	CHECK(symlink("loop", "rootfs/loop") == 0 && BIND("/tmp/src", "/loop/x") == -ELOOP);
	CHECK(BIND("/tmp/one", "/fifo") == 0 && same("rootfs/fifo", "one"));
	/* nothing was mounted by what failed */
	CHECK(rmdir("rootfs/dir") == 0 && unlink("rootfs/file") == 0);
	return CHILD_OK;
}

/* What is mounted below the source comes along only when asked for. */
static int trees(void)
{
	CHECK(begin());
	CHECK(mount("none", "src/sub", "tmpfs", MS_NOATIME, NULL) == 0);
	CHECK(mkdir("src/sub/inner", 0755) == 0);
	CHECK(BIND("/tmp/src", "/one") == 0 && access("rootfs/one/sub/inner", F_OK) < 0);
	CHECK(BIND("/tmp/src", "/tree", .flags = MOUNT_OPT_RECURSIVE) == 0);
	CHECK(access("rootfs/tree/sub/inner", F_OK) == 0);
	/* "ro" is for the top, "rro" for all */
	CHECK(BIND("/tmp/src", "/ro", .flags = MOUNT_OPT_RECURSIVE, .attr_set = SYS_ATTR_RDONLY) ==
	      0);
	CHECK(flags_of("rootfs/ro") == ST_RDONLY && flags_of("rootfs/ro/sub") == ST_NOATIME);
	CHECK(BIND("/tmp/src", "/rro", .flags = MOUNT_OPT_RECURSIVE,
		   .rec_attr_set = SYS_ATTR_RDONLY | SYS_ATTR_NOEXEC) == 0);
	CHECK(flags_of("rootfs/rro") == (ST_RDONLY | ST_NOEXEC));
	CHECK(flags_of("rootfs/rro/sub") == (ST_RDONLY | ST_NOEXEC | ST_NOATIME));
	/* the tree first would undo the top: "rw" beside "rro" */
	CHECK(BIND("/tmp/src", "/mixed", .flags = MOUNT_OPT_RECURSIVE,
		   .rec_attr_set = SYS_ATTR_RDONLY, .rec_attr_clr = SYS_ATTR_ATIME_MASK,
		   .attr_set = SYS_ATTR_NODEV) == 0);
	CHECK(flags_of("rootfs/mixed") == (ST_RDONLY | ST_NODEV));
	CHECK(flags_of("rootfs/mixed/sub") == ST_RDONLY);
	/* without rbind a recursive word is for the one mount */
	CHECK(BIND("/tmp/src", "/single", .rec_attr_set = SYS_ATTR_RDONLY) == 0);
	CHECK(flags_of("rootfs/single") == ST_RDONLY);
	return CHILD_OK;
}

static int cleared_attributes(void)
{
	CHECK(begin());
	CHECK(mount("none", "src/sub", "tmpfs", MS_NOSUID | MS_NOATIME, NULL) == 0);
	CHECK(mount("none", "src/sub", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID, NULL) ==
	      0);
	CHECK(BIND("/tmp/src/sub", "/a") == 0);
	CHECK(flags_of("rootfs/a") == (ST_RDONLY | ST_NOSUID | ST_NOATIME));
	CHECK(BIND("/tmp/src/sub", "/b", .attr_clr = SYS_ATTR_NOSUID | SYS_ATTR_RDONLY) == 0);
	CHECK(!(flags_of("rootfs/b") & ST_NOSUID) && mkdir("rootfs/b/x", 0755) == 0);
	CHECK(BIND("/tmp/src/sub", "/c", .attr_clr = SYS_ATTR_ATIME_MASK,
		   .attr_set = SYS_ATTR_NOATIME | SYS_ATTR_NODIRATIME) == 0);
	CHECK(flags_of("rootfs/c") & ST_NOATIME && flags_of("rootfs/c") & ST_NODIRATIME);
	return CHILD_OK;
}

/* Nothing goes either way unless asked for. */
static int propagation(void)
{
	CHECK(begin() && mount(NULL, "/tmp", NULL, MS_SHARED, NULL) == 0);
	CHECK(BIND("/tmp/src", "/private", .flags = MOUNT_OPT_RECURSIVE) == 0);
	CHECK(BIND("/tmp/src", "/slave", .flags = MOUNT_OPT_RECURSIVE,
		   .propagation = SYS_MS_SLAVE | NAMES_RECURSIVE) == 0);
	CHECK(BIND("/tmp/src", "/shared", .propagation = SYS_MS_SHARED) == 0);
	CHECK(mount("none", "src/sub", "tmpfs", 0, NULL) == 0 && mkdir("src/sub/new", 0755) == 0);
	CHECK(access("rootfs/private/sub/new", F_OK) < 0);
	CHECK(access("rootfs/slave/sub/new", F_OK) == 0);
	CHECK(access("rootfs/shared/sub/new", F_OK) == 0 && umount("src/sub") == 0);
	CHECK(mount("none", "rootfs/slave/sub", "tmpfs", 0, NULL) == 0);
	CHECK(mkdir("rootfs/slave/sub/back", 0755) == 0 && access("src/sub/back", F_OK) < 0);
	CHECK(mount("none", "rootfs/shared/sub", "tmpfs", 0, NULL) == 0);
	CHECK(mkdir("rootfs/shared/sub/back", 0755) == 0 && access("src/sub/back", F_OK) == 0);
	return CHILD_OK;
}

static int links_as_ends(void)
{
	char buf[32] = { 0 };

	CHECK(begin());
	CHECK(symlink("one", "source") == 0 && symlink("/real", "rootfs/dest") == 0);
	CHECK(BIND("/tmp/source", "/plain") == 0 && same("rootfs/plain", "one"));
	/* podman: the link itself, and what is no link as ever */
	CHECK(BIND("/tmp/source", "/copy", .flags = MOUNT_OPT_COPY_SYMLINK) == 0);
	CHECK(readlink("rootfs/copy", buf, sizeof(buf) - 1) == 3 && !strcmp(buf, "one"));
	CHECK(BIND("/tmp/one", "/file", .flags = MOUNT_OPT_COPY_SYMLINK) == 0);
	CHECK(same("rootfs/file", "one"));
	CHECK(BIND("/tmp/nothing", "/file", .flags = MOUNT_OPT_COPY_SYMLINK) == -ENOENT);
	CHECK(BIND("/tmp/source", "/itself", .flags = MOUNT_OPT_SRC_NOFOLLOW) == 0);
	CHECK(S_ISLNK(mode_of("rootfs/itself")));
	/* the link is covered, what it points to is not even made */
	CHECK(BIND("/tmp/one", "/dest", .flags = MOUNT_OPT_DEST_NOFOLLOW) == 0);
	CHECK(same("rootfs/dest", "one") && access("rootfs/real", F_OK) < 0);
	return CHILD_OK;
}

/* --- file systems -------------------------------------------------------------------- */

static int file_systems(void)
{
	struct statfs fs;
	struct stat st;

	CHECK(begin());
	CHECK(FS("tmpfs", "/run", .attr_set = SYS_ATTR_NOSUID | SYS_ATTR_NODEV,
		 PARAMS({ "size", "65536" }, { "mode", "700" }, { "uid", "7" })) == 0);
	CHECK(statfs("rootfs/run", &fs) == 0 && fs.f_type == TMPFS);
	CHECK((uint64_t)fs.f_blocks * (uint64_t)fs.f_bsize == 65536);
	CHECK(flags_of("rootfs/run") == (ST_NOSUID | ST_NODEV));
	CHECK(stat("rootfs/run", &st) == 0 && (st.st_mode & 07777) == 0700 && st.st_uid == 7);
	CHECK(FS("tmpfs", "/ro", .rec_attr_set = SYS_ATTR_RDONLY) == 0);
	CHECK(mkdir("rootfs/ro/x", 0755) < 0 && errno == EROFS);
	/* tmpfs covers a directory and keeps its mode */
	CHECK(mkdir("rootfs/sticky", 01751) == 0);
	CHECK(FS("tmpfs", "/sticky", .mode_from_dest = true) == 0);
	CHECK(type_of("rootfs/sticky") == TMPFS && mode_of("rootfs/sticky") == (S_IFDIR | 01751));
	CHECK(FS("tmpfs", "/fresh", .mode_from_dest = true) == 0);
	CHECK(mode_of("rootfs/fresh") == (S_IFDIR | 01777));
	/* filled before it becomes read-only */
	CHECK(FS("tmpfs", "/late", .attr_set = SYS_ATTR_RDONLY, .late_readonly = true) == 0);
	CHECK(mkdir("rootfs/late/x", 0755) == 0);
	return CHILD_OK;
}

static int file_systems_that_are_refused(void)
{
	CHECK(begin() && mknod("rootfs/file", S_IFREG | 0644, 0) == 0);
	CHECK(FS("nonesuch", "/x") == -ENODEV);
	CHECK(!strcmp(e.msg, "mount: file system type \"nonesuch\": no such device"));
	CHECK(FS("tmpfs", "/x", PARAMS({ "size", "many" })) == -EINVAL);
	CHECK_MSG(&e, "mount \"tmpfs\": size: "); /* and the kernel's own words */
	CHECK_MSG(&e, "Bad value for 'size': invalid argument");
	CHECK(FS("tmpfs", "/x", PARAMS({ "sizes", "1" })) == -EINVAL);
	CHECK_MSG(&e, "Unknown parameter 'sizes'");
	CHECK(FS("tmpfs", "/x", PARAMS({ "size", NULL })) == -EINVAL);
	CHECK(access("rootfs/x", F_OK) < 0);
	CHECK(FS("tmpfs", "/file") == -ENOTDIR);
	CHECK(!strcmp(e.msg, "attach \"tmpfs\" at \"/file\": not a directory"));
	return CHILD_OK;
}

static int copied_up(void)
{
	CHECK(begin() && mkdir("rootfs/full", 0750) == 0 && mkdir("rootfs/full/sub", 0700) == 0);
	CHECK(mknod("rootfs/full/sub/file", S_IFREG | 0604, 0) == 0);
	CHECK(FS("tmpfs", "/full", .flags = MOUNT_OPT_COPYUP, .attr_set = SYS_ATTR_RDONLY,
		 .mode_from_dest = true) == 0);
	CHECK(type_of("rootfs/full/sub") == TMPFS && mode_of("rootfs/full") == (S_IFDIR | 0750));
	CHECK(!same("rootfs/full/sub", "rootfs/full"));
	CHECK(mode_of("rootfs/full/sub/file") == (S_IFREG | 0604));
	CHECK(flags_of("rootfs/full") == ST_RDONLY);
	CHECK(umount2("rootfs/full", MNT_DETACH) == 0 && access("rootfs/full/sub/file", F_OK) == 0);
	CHECK(FS("tmpfs", "/new", .flags = MOUNT_OPT_COPYUP) == 0);
	return CHILD_OK;
}

/* --- the kernel's own file systems --------------------------------------------------- */

#define PROC_AT(at) FS("proc", at, .place = PLACE_STRICT, .is_proc = true)

static int strict_places(void)
{
	CHECK(begin() && mkdir("rootfs/real", 0755) == 0);
	CHECK(symlink("real", "rootfs/proc") == 0);
	CHECK(PROC_AT("/proc") == -ELOOP);
	CHECK_MSG(&e, "\"/proc\" must not lead through a symlink");
	CHECK(handles.proc_fd == -1 && type_of("rootfs/real") == TMPFS);
	CHECK(apply(&(struct plan_mount){ .kind = MOUNT_FS,
					  .type = "proc",
					  .dest = "/proc",
					  .place = PLACE_STRICT,
					  .is_proc = true,
					  .flags = MOUNT_OPT_DEST_NOFOLLOW }) < 0);
	CHECK(unlink("rootfs/proc") == 0 && symlink("nowhere", "rootfs/proc") == 0);
	CHECK(PROC_AT("/proc") == -ELOOP && access("rootfs/nowhere", F_OK) < 0);
	CHECK(unlink("rootfs/proc") == 0 && mknod("rootfs/proc", S_IFREG | 0644, 0) == 0);
	CHECK(PROC_AT("/proc") == -ENOTDIR);
	CHECK(unlink("rootfs/proc") == 0 && symlink("real", "rootfs/dev") == 0);
	CHECK(FS("devpts", "/dev/pts", .place = PLACE_STRICT, .is_devpts = true) == -ELOOP);
	CHECK(handles.devpts_fd == -1 && access("rootfs/real/pts", F_OK) < 0);
	/* a directory that is missing is made */
	CHECK(PROC_AT("/proc") == 0 && type_of("rootfs/proc") == PROC);
	return CHILD_OK;
}

static int handles_for_later(void)
{
	uint64_t by_fd, by_path, again;

	CHECK(begin());
	CHECK(PROC_AT("/proc") == 0 && handles.proc_fd >= 0);
	CHECK(sys_mount_id(handles.proc_fd, "", &by_fd) == 0);
	CHECK(sys_mount_id(AT_FDCWD, "rootfs/proc", &by_path) == 0 && by_fd == by_path);
	CHECK(fcntl(handles.proc_fd, F_GETFD) & FD_CLOEXEC);
	CHECK(FS("tmpfs", "/dev", .place = PLACE_STRICT, .is_dev = true) == 0);
	CHECK(sys_mount_id(handles.dev_fd, "", &by_fd) == 0);
	CHECK(FS("tmpfs", "/dev", .place = PLACE_STRICT, .is_dev = true) == 0);
	CHECK(sys_mount_id(handles.dev_fd, "", &again) == 0 && again != by_fd);
	CHECK(sys_mount_id(AT_FDCWD, "rootfs/dev", &by_path) == 0 && again == by_path);
	CHECK(FS("devpts", "/dev/pts", .place = PLACE_STRICT, .is_devpts = true,
		 PARAMS({ "newinstance", NULL }, { "ptmxmode", "0666" })) == 0);
	CHECK(faccessat(handles.devpts_fd, "ptmx", F_OK, 0) == 0);
	CHECK(FS("tmpfs", "/other") == 0 && handles.dev_fd >= 0);
	return CHILD_OK;
}

/* CVE-2019-16884, CVE-2025-52881: what a destination leads to, not how it is
 * spelled. */
static int into_proc(void)
{
	CHECK(begin() && PROC_AT("/proc") == 0);
	CHECK(symlink("/proc/self", "rootfs/me") == 0 && symlink("proc", "rootfs/p") == 0);
	CHECK(symlink("/proc/meminfo", "rootfs/mem") == 0);
	CHECK(BIND("/tmp/one", "/proc/self/attr/exec") == -EPERM);
	CHECK(!strcmp(e.msg, "\"/proc/self/attr/exec\" cannot be mounted because it is inside "
			     "/proc"));
	CHECK(BIND("/tmp/src", "/me") == -EPERM && BIND("/tmp/src", "/me/fd") == -EPERM);
	CHECK(BIND("/tmp/one", "/p/version") == -EPERM);
	CHECK(BIND("/tmp/src", "/p/sys") == -EPERM && FS("tmpfs", "/p/sys") == -EPERM);
	CHECK(BIND("/tmp/one", "/me/mem") == -EPERM);
	/* lxcfs */
	CHECK(BIND("/tmp/one", "/proc/meminfo") == 0 && same("rootfs/proc/meminfo", "one"));
	CHECK(BIND("/tmp/one", "/p/uptime") == 0 && same("rootfs/proc/uptime", "one"));
	CHECK(BIND("/tmp/src/file", "/mem") == 0 && same("rootfs/proc/meminfo", "src/file"));
	return CHILD_OK;
}

/* Only a procfs may stand at /proc. */
static int proc_from_the_host(void)
{
	CHECK(begin());
	CHECK(BIND("/tmp/src", "/proc", .place = PLACE_STRICT) == -EPERM);
	CHECK_MSG(&e, "\"/proc\" cannot be mounted because it is not of type proc");
	CHECK(BIND("/tmp/one", "/proc", .place = PLACE_STRICT) == -EPERM);
	CHECK(BIND("/proc", "/proc", .place = PLACE_STRICT, .flags = MOUNT_OPT_RECURSIVE,
		   .rec_attr_set = SYS_ATTR_RDONLY) == 0);
	CHECK(type_of("rootfs/proc") == PROC && flags_of("rootfs/proc") & ST_RDONLY);
	CHECK(handles.proc_fd == -1);
	return CHILD_OK;
}

/* --- cgroups ------------------------------------------------------------------------- */

static int cgroups(void)
{
	static const struct plan_mount m = { .kind = MOUNT_CGROUP,
					     .type = "cgroup",
					     .dest = "/sys/fs/cgroup",
					     .place = PLACE_STRICT,
					     .attr_set = SYS_ATTR_RDONLY | SYS_ATTR_NOEXEC };
	struct plan plan = { .cgroup = { .mount = "", .path = "/" } };

	CHECK(begin());
	CHECK(mount_apply(&m, &plan, &root, &handles, &e) == -ENODEV);
	CHECK_MSG(&e, "this host has no cgroup v2 hierarchy");
	/* any tree stands for the hierarchy; with a namespace its part is shown */
	CHECK(mount("none", "src/sub", "tmpfs", 0, NULL) == 0 && mkdir("src/sub/mine", 0755) == 0);
	CHECK(mkdir("src/sub/mine/leaf", 0755) == 0);
	plan.cgroup =
		(struct plan_cgroup){ .manage = true, .mount = "/tmp/src/sub", .path = "/mine" };
	CHECK(mount_apply(&m, &plan, &root, &handles, &e) == 0);
	CHECK(same("rootfs/sys/fs/cgroup", "src/sub"));
	CHECK(flags_of("rootfs/sys/fs/cgroup") == (ST_RDONLY | ST_NOEXEC));
	plan.ns.present[NS_CGROUP] = true;
	CHECK(mount_apply(&m, &plan, &root, &handles, &e) == 0);
	CHECK(same("rootfs/sys/fs/cgroup", "src/sub/mine"));
	plan.cgroup.path = "/gone";
	CHECK(mount_apply(&m, &plan, &root, &handles, &e) == -ENOENT);
	CHECK_MSG(&e, "bind \"/tmp/src/sub/gone\" at \"/sys/fs/cgroup\"");
	return CHILD_OK;
}

static int cgroup_path_too_long(void)
{
	static char path[PATH_MAX] = "/";
	const struct plan_mount m = { .kind = MOUNT_CGROUP, .dest = "/c" };
	struct plan plan = { .cgroup = { .manage = true, .mount = "/tmp", .path = path },
			     .ns.present[NS_CGROUP] = true };

	memset(path + 1, 'c', sizeof(path) - 3);
	CHECK(begin() && mount_apply(&m, &plan, &root, &handles, &e) == -ENAMETOOLONG);
	return CHILD_OK;
}

/* --- changes of what is there -------------------------------------------------------- */

#define REMOUNT(at, ...)                                                                   \
	apply(&(struct plan_mount){ .kind = MOUNT_REMOUNT, .dest = at, __VA_ARGS__ })

static int remounts(void)
{
	struct statfs fs;

	CHECK(begin() && FS("tmpfs", "/run") == 0);
	CHECK(REMOUNT("/run", .attr_set = SYS_ATTR_RDONLY) == 0);
	CHECK(flags_of("rootfs/run") == ST_RDONLY);
	CHECK(REMOUNT("/run", .attr_clr = SYS_ATTR_RDONLY, .attr_set = SYS_ATTR_NOEXEC) == 0);
	CHECK(flags_of("rootfs/run") == ST_NOEXEC);
	CHECK(REMOUNT("/run", PARAMS({ "size", "131072" })) == 0);
	CHECK(statfs("rootfs/run", &fs) == 0);
	CHECK((uint64_t)fs.f_blocks * (uint64_t)fs.f_bsize == 131072);
	CHECK(REMOUNT("/run", PARAMS({ "size", "x" })) == -EINVAL);
	CHECK_MSG(&e, "mount \"remount\": size: ");
	CHECK(REMOUNT("/none", .attr_set = SYS_ATTR_RDONLY) == -ENOENT);
	/* no mount at all */
	CHECK(mkdir("rootfs/dir", 0755) == 0);
	CHECK(REMOUNT("/dir", .attr_set = SYS_ATTR_RDONLY) == -EINVAL);
	CHECK(mkdir("rootfs/run/sub", 0755) == 0 && FS("tmpfs", "/run/sub") == 0);
	CHECK(REMOUNT("/run", .rec_attr_set = SYS_ATTR_NOSUID) == 0);
	CHECK(flags_of("rootfs/run/sub") == ST_NOSUID);
	return CHILD_OK;
}

static int changed_propagation(void)
{
	CHECK(begin() && FS("tmpfs", "/run") == 0 && mkdir("rootfs/run/sub", 0755) == 0);
	CHECK(FS("tmpfs", "/run/sub") == 0);
	CHECK(apply(&(struct plan_mount){ .kind = MOUNT_PROPAGATION,
					  .dest = "/run",
					  .propagation = SYS_MS_UNBINDABLE }) == 0);
	CHECK(BIND("/tmp/rootfs/run", "/x") == -EINVAL);
	CHECK(BIND("/tmp/rootfs/run/sub", "/x") == 0);
	CHECK(apply(&(struct plan_mount){ .kind = MOUNT_PROPAGATION,
					  .dest = "/run",
					  .propagation = SYS_MS_UNBINDABLE | NAMES_RECURSIVE }) ==
	      0);
	CHECK(BIND("/tmp/rootfs/run/sub", "/x") == -EINVAL);
	CHECK(FS("tmpfs", "/born", .propagation = SYS_MS_UNBINDABLE) == 0);
	CHECK(BIND("/tmp/rootfs/born", "/x") == -EINVAL);
	CHECK(apply(&(struct plan_mount){ .kind = MOUNT_PROPAGATION,
					  .dest = "/none",
					  .propagation = SYS_MS_SHARED }) == -ENOENT);
	return CHILD_OK;
}

/* --- the pieces ---------------------------------------------------------------------- */

static int pieces(void)
{
	fd_auto at = -1, tree = -1;

	CHECK(begin() && mkdir("rootfs/at", 0755) == 0);
	tree = mount_detached("tmpfs", SYS_ATTR_NODEV, &e);
	CHECK(tree >= 0 && fcntl(tree, F_GETFD) & FD_CLOEXEC);
	CHECK(mount_detached("nonesuch", 0, &e) == -ENODEV);
	CHECK(!strcmp(e.msg, "open file system \"nonesuch\": no such device"));
	CHECK(mount_attrs(tree, MOUNT_ATTRS_RDONLY, true, &e) == 0);
	at = open("rootfs/at", O_PATH | O_CLOEXEC);
	CHECK(mount_attach(tree, at, &e) == 0);
	CHECK(flags_of("rootfs/at") == (ST_NODEV | ST_RDONLY));
	CHECK(mount_attach(at, at, &e) == -EINVAL);
	CHECK(!strcmp(e.msg, "attach the mount: invalid argument"));
	CHECK(mount_attrs(root.fd, MOUNT_ATTRS_RDONLY, false, &e) == -EINVAL);
	CHECK(!strcmp(e.msg, "set mount attributes: invalid argument"));
	return CHILD_OK;
}

IN_CHILD(binds)
IN_CHILD(binds_that_do_not_fit)
IN_CHILD(trees)
IN_CHILD(cleared_attributes)
IN_CHILD(propagation)
IN_CHILD(links_as_ends)
IN_CHILD(file_systems)
IN_CHILD(file_systems_that_are_refused)
IN_CHILD(copied_up)
IN_CHILD(strict_places)
IN_CHILD(handles_for_later)
IN_CHILD(into_proc)
IN_CHILD(proc_from_the_host)
IN_CHILD(cgroups)
IN_CHILD(cgroup_path_too_long)
IN_CHILD(remounts)
IN_CHILD(changed_propagation)
IN_CHILD(pieces)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_binds),
		cmocka_unit_test(test_binds_that_do_not_fit),
		cmocka_unit_test(test_trees),
		cmocka_unit_test(test_cleared_attributes),
		cmocka_unit_test(test_propagation),
		cmocka_unit_test(test_links_as_ends),
		cmocka_unit_test(test_file_systems),
		cmocka_unit_test(test_file_systems_that_are_refused),
		cmocka_unit_test(test_copied_up),
		cmocka_unit_test(test_strict_places),
		cmocka_unit_test(test_handles_for_later),
		cmocka_unit_test(test_into_proc),
		cmocka_unit_test(test_proc_from_the_host),
		cmocka_unit_test(test_cgroups),
		cmocka_unit_test(test_cgroup_path_too_long),
		cmocka_unit_test(test_remounts),
		cmocka_unit_test(test_changed_propagation),
		cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
