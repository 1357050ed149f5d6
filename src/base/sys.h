/* SPDX-License-Identifier: Apache-2.0 */
/* sys.h - system calls which the C library does not have (or wraps with
 * locks, errno or thread magic), as functions that return -errno.
 *
 * The only file with __NR_ numbers.  Structures are the kernel's, zeroed and
 * passed with their full size.  Safe in every process.  Floor: Linux 5.14.
 */
#ifndef OCIRUN_BASE_SYS_H
#define OCIRUN_BASE_SYS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sys_clone_args { /* struct clone_args of linux/sched.h, 5.7 size */
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal;
	uint64_t stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

struct sys_mount_attr { /* struct mount_attr of linux/mount.h */
	uint64_t attr_set, attr_clr, propagation, userns_fd;
};

struct sys_sched_attr { /* struct sched_attr of linux/sched/types.h */
	uint32_t size, sched_policy;
	uint64_t sched_flags;
	int32_t sched_nice;
	uint32_t sched_priority;
	uint64_t sched_runtime, sched_deadline, sched_period;
	uint32_t sched_util_min, sched_util_max;
};

struct sys_cap_set { /* all 64 bits of the three thread sets */
	uint64_t effective, permitted, inheritable;
};

/* Mount API constants, so that linux/mount.h (which clashes with sys/mount.h)
 * stays out of every file.  Values: include/uapi/linux/{mount,fcntl,openat2}.h. */
enum {
	SYS_OPEN_TREE_CLONE = 1,
	SYS_OPEN_TREE_CLOEXEC = 02000000,
	SYS_MOVE_F_EMPTY_PATH = 0x04,
	SYS_MOVE_T_EMPTY_PATH = 0x40,
	SYS_FSOPEN_CLOEXEC = 1,
	SYS_FSMOUNT_CLOEXEC = 1,
	SYS_FSPICK_CLOEXEC = 1,
	SYS_FSPICK_EMPTY_PATH = 8,
	SYS_FSCONFIG_SET_FLAG = 0,
	SYS_FSCONFIG_SET_STRING = 1,
	SYS_FSCONFIG_CMD_CREATE = 6,
	SYS_FSCONFIG_CMD_RECONFIGURE = 7,
	SYS_AT_RECURSIVE = 0x8000,
	SYS_AT_EMPTY_PATH = 0x1000,
	SYS_ATTR_RDONLY = 0x01,
	SYS_ATTR_NOSUID = 0x02,
	SYS_ATTR_NODEV = 0x04,
	SYS_ATTR_NOEXEC = 0x08,
	SYS_ATTR_ATIME_MASK = 0x70,
	SYS_ATTR_RELATIME = 0x00,
	SYS_ATTR_NOATIME = 0x10,
	SYS_ATTR_STRICTATIME = 0x20,
	SYS_ATTR_NODIRATIME = 0x80,
	SYS_ATTR_IDMAP = 0x100000,
	SYS_ATTR_NOSYMFOLLOW = 0x200000,
	SYS_RESOLVE_NO_XDEV = 0x01,
	SYS_RESOLVE_NO_MAGICLINKS = 0x02,
	SYS_RESOLVE_NO_SYMLINKS = 0x04,
	SYS_RESOLVE_BENEATH = 0x08,
	SYS_RESOLVE_IN_ROOT = 0x10,
};

/* Propagation types of mount_setattr: MS_UNBINDABLE, MS_PRIVATE, MS_SLAVE, MS_SHARED. */
enum {
	SYS_MS_UNBINDABLE = 1 << 17,
	SYS_MS_PRIVATE = 1 << 18,
	SYS_MS_SLAVE = 1 << 19,
	SYS_MS_SHARED = 1 << 20,
};

/* clone3(2): child pid in the parent, 0 in the child, -errno.  fork semantics
 * (no CLONE_VM): the child has its own copy of memory. */
pid_t sys_clone3(struct sys_clone_args *args);
int sys_openat2(int dirfd, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);
int sys_open_tree(int dirfd, const char *path, unsigned int flags);
int sys_move_mount(int from_fd, int to_fd); /* both by descriptor, empty paths */
int sys_mount_setattr(int fd, const char *path, unsigned int flags,
		      const struct sys_mount_attr *attr);
int sys_fsopen(const char *fstype);
int sys_fspick(int fd); /* the mount that fd is on, for reconfiguring */
int sys_fsconfig(int fsfd, unsigned int cmd, const char *key, const char *value);
int sys_fsmount(int fsfd, unsigned int attrs);
int sys_pivot_root(const char *new_root, const char *put_old);
int sys_umount_detach(const char *path);

int sys_pidfd_open(pid_t pid);
int sys_pidfd_send_signal(int pidfd, int sig);
int sys_memfd_create(const char *name, unsigned int flags);
int sys_execveat(int fd, const char *path, char *const argv[], char *const envp[], int flags);
int sys_close_range(unsigned int first, unsigned int last, unsigned int flags);
int sys_faccessat_eff(int dirfd, const char *path, int mode); /* faccessat2 AT_EACCESS, 5.8 */
/* Raw getcwd(2): length with NUL or -errno; "(unreachable)/x" is not hidden. */
int sys_getcwd(char *buf, size_t size);

/* Credentials of this thread only: libc's wrappers signal all threads. */
int sys_setresuid(uid_t r, uid_t e, uid_t s);
int sys_setresgid(gid_t r, gid_t e, gid_t s);
int sys_setgroups(size_t n, const gid_t *gids);
int sys_capget(struct sys_cap_set *ret);
int sys_capset(const struct sys_cap_set *caps);
int sys_sched_setattr(const struct sys_sched_attr *attr);
int sys_ioprio_set(int which, int who, int ioprio);
int sys_set_mempolicy(int mode, const unsigned long *nodes, unsigned long maxnode);
int sys_join_session_keyring(const char *name); /* keyctl(KEYCTL_JOIN_SESSION_KEYRING) */

/* Id of the mount that path (relative to fd; "": fd itself) is on, by statx
 * STATX_MNT_ID (5.8). */
int sys_mount_id(int fd, const char *path, uint64_t *ret);
/* getdents64(2): bytes of struct linux_dirent64 entries, 0 at the end. */
long sys_getdents(int fd, void *buf, size_t n);

/* open(2) on a path relative to the current directory; O_CLOEXEC is added.
 * musl's open() sets FD_CLOEXEC by a second system call. */
int sys_open(const char *path, int flags, mode_t mode);

/* rt_sigaction(2) with SIG_DFL, also for the two signals that a libc keeps for
 * itself and would refuse (32 and 33). */
int sys_signal_default(int sig);

/* Calls of libc that set errno, as -errno. */
int sys_ret(long ret); /* ret of a libc call: ret >= 0 as is, else -errno */

#endif
