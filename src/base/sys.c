/* SPDX-License-Identifier: Apache-2.0 */
/* sys.c - see sys.h.  The only file with system call numbers. */
#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/stat.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef __NR_mount_setattr /* one number on all architectures, Linux 5.12 */
#define __NR_mount_setattr 442
#endif

int sys_ret(long ret)
{
	return ret < 0 ? -errno : (int)ret;
}

int sys_open(const char *path, int flags, mode_t mode)
{
	return sys_ret(openat(AT_FDCWD, path, flags | O_CLOEXEC, mode));
}

pid_t sys_clone3(struct sys_clone_args *args)
{
	return sys_ret(syscall(__NR_clone3, args, sizeof(*args)));
}

int sys_openat2(int dirfd, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve)
{
	uint64_t how[3] = { flags, mode, resolve }; /* struct open_how */

	return sys_ret(syscall(__NR_openat2, dirfd, path, how, sizeof(how)));
}

int sys_open_tree(int dirfd, const char *path, unsigned int flags)
{
	return sys_ret(syscall(__NR_open_tree, dirfd, path, flags));
}

int sys_move_mount(int from_fd, int to_fd)
{
	return sys_ret(syscall(__NR_move_mount, from_fd, "", to_fd, "",
			       SYS_MOVE_F_EMPTY_PATH | SYS_MOVE_T_EMPTY_PATH));
}

int sys_mount_setattr(int fd, const char *path, unsigned int flags,
		      const struct sys_mount_attr *attr)
{
	return sys_ret(syscall(__NR_mount_setattr, fd, path, flags, attr, sizeof(*attr)));
}

int sys_fsopen(const char *fstype)
{
	return sys_ret(syscall(__NR_fsopen, fstype, SYS_FSOPEN_CLOEXEC));
}

int sys_fspick(int fd)
{
	return sys_ret(syscall(__NR_fspick, fd, "", SYS_FSPICK_CLOEXEC | SYS_FSPICK_EMPTY_PATH));
}

int sys_fsconfig(int fsfd, unsigned int cmd, const char *key, const char *value)
{
	return sys_ret(syscall(__NR_fsconfig, fsfd, cmd, key, value, 0));
}

int sys_fsmount(int fsfd, unsigned int attrs)
{
	return sys_ret(syscall(__NR_fsmount, fsfd, SYS_FSMOUNT_CLOEXEC, attrs));
}

int sys_pivot_root(const char *new_root, const char *put_old)
{
	return sys_ret(syscall(__NR_pivot_root, new_root, put_old));
}

int sys_umount_detach(const char *path)
{
	return sys_ret(syscall(__NR_umount2, path, 2 /* MNT_DETACH */));
}

int sys_pidfd_open(pid_t pid)
{
	return sys_ret(syscall(__NR_pidfd_open, pid, 0));
}

int sys_pidfd_send_signal(int pidfd, int sig)
{
	return sys_ret(syscall(__NR_pidfd_send_signal, pidfd, sig, NULL, 0));
}

int sys_memfd_create(const char *name, unsigned int flags)
{
	return sys_ret(syscall(__NR_memfd_create, name, flags));
}

int sys_execveat(int fd, const char *path, char *const argv[], char *const envp[], int flags)
{
	return sys_ret(syscall(__NR_execveat, fd, path, argv, envp, flags));
}

int sys_close_range(unsigned int first, unsigned int last, unsigned int flags)
{
	return sys_ret(syscall(__NR_close_range, first, last, flags));
}

int sys_faccessat_eff(int dirfd, const char *path, int mode)
{
	return sys_ret(syscall(__NR_faccessat2, dirfd, path, mode, AT_EACCESS));
}

int sys_getcwd(char *buf, size_t size)
{
	return sys_ret(syscall(__NR_getcwd, buf, size));
}

int sys_setresuid(uid_t r, uid_t e, uid_t s)
{
	return sys_ret(syscall(__NR_setresuid, r, e, s));
}

int sys_setresgid(gid_t r, gid_t e, gid_t s)
{
	return sys_ret(syscall(__NR_setresgid, r, e, s));
}

int sys_setgroups(size_t n, const gid_t *gids)
{
	return sys_ret(syscall(__NR_setgroups, n, gids));
}

int sys_capget(struct sys_cap_set *ret)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };
	int err = sys_ret(syscall(__NR_capget, &head, data));

	if (err < 0)
		return err;
	*ret = (struct sys_cap_set){
		.effective = (uint64_t)data[1].effective << 32 | data[0].effective,
		.permitted = (uint64_t)data[1].permitted << 32 | data[0].permitted,
		.inheritable = (uint64_t)data[1].inheritable << 32 | data[0].inheritable,
	};
	return 0;
}

int sys_capset(const struct sys_cap_set *caps)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	for (int i = 0; i < 2; i++)
		data[i] = (struct __user_cap_data_struct){
			.effective = (uint32_t)(caps->effective >> (32 * i)),
			.permitted = (uint32_t)(caps->permitted >> (32 * i)),
			.inheritable = (uint32_t)(caps->inheritable >> (32 * i)),
		};
	return sys_ret(syscall(__NR_capset, &head, data));
}

int sys_sched_setattr(const struct sys_sched_attr *attr)
{
	return sys_ret(syscall(__NR_sched_setattr, 0, attr, 0));
}

int sys_ioprio_set(int which, int who, int ioprio)
{
	return sys_ret(syscall(__NR_ioprio_set, which, who, ioprio));
}

int sys_set_mempolicy(int mode, const unsigned long *nodes, unsigned long maxnode)
{
	return sys_ret(syscall(__NR_set_mempolicy, mode, nodes, maxnode));
}

int sys_join_session_keyring(const char *name)
{
	return sys_ret(syscall(__NR_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name, 0L, 0L, 0L));
}

int sys_mount_id(int fd, const char *path, uint64_t *ret)
{
	struct statx st;
	int err;

	memset(&st, 0, sizeof(st));
	err = sys_ret(syscall(__NR_statx, fd, path, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW,
			      STATX_MNT_ID, &st));
	if (err < 0)
		return err;
	if (!(st.stx_mask & STATX_MNT_ID))
		return -ENOSYS;
	*ret = st.stx_mnt_id;
	return 0;
}

int sys_signal_default(int sig)
{
	const uint64_t action[8] = { 0 }; /* struct sigaction of any architecture */

	return sys_ret(syscall(__NR_rt_sigaction, sig, action, NULL, 8));
}

long sys_getdents(int fd, void *buf, size_t n)
{
	return sys_ret(syscall(__NR_getdents64, fd, buf, n));
}
