/* SPDX-License-Identifier: Apache-2.0 */
/* sys_abi.c - constants and structures of sys.h are those of the kernel's headers.
 * Apart from sys.c, because linux/mount.h and sys/mount.h do not go together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/sys.h"

#include <linux/fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <linux/sched/types.h>

#define SAME(ours, theirs) { #ours, (uint64_t)(ours), (uint64_t)(theirs) }

static void constants(void **state)
{
	static const struct {
		const char *name;
		uint64_t ours, theirs;
	} rows[] = {
		SAME(SYS_OPEN_TREE_CLONE, OPEN_TREE_CLONE),
		SAME(SYS_OPEN_TREE_CLOEXEC, OPEN_TREE_CLOEXEC),
		SAME(SYS_MOVE_F_EMPTY_PATH, MOVE_MOUNT_F_EMPTY_PATH),
		SAME(SYS_MOVE_T_EMPTY_PATH, MOVE_MOUNT_T_EMPTY_PATH),
		SAME(SYS_FSOPEN_CLOEXEC, FSOPEN_CLOEXEC),
		SAME(SYS_FSMOUNT_CLOEXEC, FSMOUNT_CLOEXEC),
		SAME(SYS_FSPICK_CLOEXEC, FSPICK_CLOEXEC),
		SAME(SYS_FSPICK_EMPTY_PATH, FSPICK_EMPTY_PATH),
		SAME(SYS_FSCONFIG_SET_FLAG, FSCONFIG_SET_FLAG),
		SAME(SYS_FSCONFIG_SET_STRING, FSCONFIG_SET_STRING),
		SAME(SYS_FSCONFIG_CMD_CREATE, FSCONFIG_CMD_CREATE),
		SAME(SYS_FSCONFIG_CMD_RECONFIGURE, FSCONFIG_CMD_RECONFIGURE),
		SAME(SYS_AT_RECURSIVE, AT_RECURSIVE),
		SAME(SYS_AT_EMPTY_PATH, AT_EMPTY_PATH),
		SAME(SYS_ATTR_RDONLY, MOUNT_ATTR_RDONLY),
		SAME(SYS_ATTR_NOSUID, MOUNT_ATTR_NOSUID),
		SAME(SYS_ATTR_NODEV, MOUNT_ATTR_NODEV),
		SAME(SYS_ATTR_NOEXEC, MOUNT_ATTR_NOEXEC),
		SAME(SYS_ATTR_ATIME_MASK, MOUNT_ATTR__ATIME),
		SAME(SYS_ATTR_RELATIME, MOUNT_ATTR_RELATIME),
		SAME(SYS_ATTR_NOATIME, MOUNT_ATTR_NOATIME),
		SAME(SYS_ATTR_STRICTATIME, MOUNT_ATTR_STRICTATIME),
		SAME(SYS_ATTR_NODIRATIME, MOUNT_ATTR_NODIRATIME),
		SAME(SYS_ATTR_IDMAP, MOUNT_ATTR_IDMAP),
		SAME(SYS_ATTR_NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW),
		SAME(SYS_RESOLVE_NO_XDEV, RESOLVE_NO_XDEV),
		SAME(SYS_RESOLVE_NO_MAGICLINKS, RESOLVE_NO_MAGICLINKS),
		SAME(SYS_RESOLVE_NO_SYMLINKS, RESOLVE_NO_SYMLINKS),
		SAME(SYS_RESOLVE_BENEATH, RESOLVE_BENEATH),
		SAME(SYS_RESOLVE_IN_ROOT, RESOLVE_IN_ROOT),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].ours != rows[i].theirs)
			fail_msg("%s", rows[i].name);
}

#define SAME_PLACE(ours, theirs, member)                                                   \
	assert_int_equal(offsetof(struct ours, member), offsetof(struct theirs, member))

static void structures(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct sys_clone_args), CLONE_ARGS_SIZE_VER2);
	SAME_PLACE(sys_clone_args, clone_args, pidfd);
	SAME_PLACE(sys_clone_args, clone_args, exit_signal);
	SAME_PLACE(sys_clone_args, clone_args, set_tid);
	SAME_PLACE(sys_clone_args, clone_args, cgroup);
	assert_int_equal(sizeof(struct sys_mount_attr), MOUNT_ATTR_SIZE_VER0);
	SAME_PLACE(sys_mount_attr, mount_attr, attr_set);
	SAME_PLACE(sys_mount_attr, mount_attr, attr_clr);
	SAME_PLACE(sys_mount_attr, mount_attr, propagation);
	SAME_PLACE(sys_mount_attr, mount_attr, userns_fd);
	assert_int_equal(sizeof(struct sys_sched_attr), SCHED_ATTR_SIZE_VER1);
	SAME_PLACE(sys_sched_attr, sched_attr, sched_policy);
	SAME_PLACE(sys_sched_attr, sched_attr, sched_flags);
	SAME_PLACE(sys_sched_attr, sched_attr, sched_nice);
	SAME_PLACE(sys_sched_attr, sched_attr, sched_priority);
	SAME_PLACE(sys_sched_attr, sched_attr, sched_runtime);
	SAME_PLACE(sys_sched_attr, sched_attr, sched_period);
	SAME_PLACE(sys_sched_attr, sched_attr, sched_util_max);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constants),
		cmocka_unit_test(structures),
	};

	return cmocka_run_group_tests_name("sys_abi", tests, NULL, NULL);
}
