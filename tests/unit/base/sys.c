/* SPDX-License-Identifier: Apache-2.0 */
/* sys.c - every raw system call once for real, and how it says no. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/sys.h"

#include <linux/capability.h>
#include <linux/ioprio.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "tests/unit/linux/child.h"

static void errno_becomes_the_result(void **state)
{
	(void)state;
	assert_int_equal(sys_ret(0), 0);
	assert_int_equal(sys_ret(7), 7);
	errno = ENOENT;
	assert_int_equal(sys_ret(-1), -ENOENT);
}

/* n bytes that end where a page begins that must not be touched. */
static void *before_a_guard(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *at = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(at != MAP_FAILED && mprotect(at + page, page, PROT_NONE) == 0);
	return at + page - n;
}

/* A size that is too large would be EFAULT here, and the next variable elsewhere. */
static void nothing_beyond_a_structure(void **state)
{
	struct sys_clone_args *args = before_a_guard(sizeof(*args));
	struct sys_mount_attr *mount_attr = before_a_guard(sizeof(*mount_attr));
	struct sys_sched_attr *sched = before_a_guard(sizeof(*sched));
	pid_t pid;

	(void)state;
	args->exit_signal = SIGCHLD;
	pid = sys_clone3(args);
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	mount_attr->attr_set = SYS_ATTR_RDONLY;
	assert_int_equal(sys_mount_setattr(-1, "", SYS_AT_EMPTY_PATH, mount_attr),
			 geteuid() == 0 ? -EBADF : -EPERM);
	*sched = (struct sys_sched_attr){ .size = sizeof(*sched), .sched_flags = 0x18 /* KEEP */ };
	assert_int_equal(sys_sched_setattr(sched), 0);
}

/* --- processes ------------------------------------------------------------------- */

static void clone_is_a_fork_with_a_pidfd(void **state)
{
	int pidfd = -1, before = 1, status;
	volatile int *own = &before;
	struct sys_clone_args args = {
		.flags = 0x1000 /* CLONE_PIDFD */,
		.pidfd = (uintptr_t)&pidfd,
		.exit_signal = SIGCHLD,
	};
	pid_t pid = sys_clone3(&args);

	(void)state;
	if (pid == 0) {
		*own = 2; /* its own copy */
		pause();
		_exit(0);
	}
	assert_true(pid > 0);
	assert_true(pidfd >= 0);
	assert_int_equal(fcntl(pidfd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(sys_pidfd_send_signal(pidfd, 0), 0);
	assert_int_equal(sys_pidfd_send_signal(pidfd, 999), -EINVAL);
	assert_int_equal(sys_pidfd_send_signal(pidfd, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(sys_pidfd_send_signal(pidfd, 0), -ESRCH);
	assert_int_equal(before, 1);
	close(pidfd);
	args.flags = ~0ULL;
	assert_int_equal(sys_clone3(&args), -EINVAL);
}

static void pidfds(void **state)
{
	int fd = sys_pidfd_open(getpid());

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
	assert_int_equal(sys_pidfd_open(0x3fffffff), -ESRCH);
	assert_int_equal(sys_pidfd_open(-1), -EINVAL);
}

static int exec_by_descriptor(void)
{
	char *const argv[] = { (char[]){ "sh" }, (char[]){ "-c" },
			       (char[]){ "test \"$GIVEN\" = yes" }, NULL };
	char *const envp[] = { (char[]){ "GIVEN=yes" }, NULL };
	int fd = sys_open("/bin/sh", O_RDONLY, 0);

	CHECK(fd >= 0);
	CHECK(sys_execveat(fd, "none", argv, envp, 0) == -ENOTDIR);
	CHECK(sys_execveat(-1, "/nonexistent", argv, envp, 0) == -ENOENT);
	CHECK(sys_execveat(fd, "", argv, envp, SYS_AT_EMPTY_PATH) == 0);
	return CHILD_OK;
}

static void executes_a_descriptor(void **state)
{
	(void)state;
	run_child(exec_by_descriptor, 0);
}

/* --- files ------------------------------------------------------------------------ */

static int resolve(int dir, const char *path, uint64_t how)
{
	int fd = sys_openat2(dir, path, O_PATH | O_CLOEXEC, 0, how);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

static void paths_are_resolved_as_asked(void **state)
{
	char name[] = "/tmp/ocirun-sys-XXXXXX";
	int dir, fd;

	(void)state;
	assert_non_null(mkdtemp(name));
	dir = sys_open(name, O_PATH | O_DIRECTORY, 0);
	assert_true(dir >= 0);
	assert_int_equal(fcntl(dir, F_GETFD), FD_CLOEXEC);
	assert_int_equal(sys_open("/nonexistent", O_RDONLY, 0), -ENOENT);
	assert_int_equal(symlinkat("/etc", dir, "out"), 0);
	fd = sys_openat2(dir, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600, SYS_RESOLVE_BENEATH);
	assert_true(fd >= 0);
	close(fd);

	assert_int_equal(resolve(dir, "out", 0), 0);
	assert_int_equal(resolve(dir, "out", SYS_RESOLVE_NO_SYMLINKS), -ELOOP);
	assert_int_equal(resolve(dir, "out", SYS_RESOLVE_BENEATH), -EXDEV);
	assert_int_equal(resolve(dir, "out", SYS_RESOLVE_IN_ROOT), -ENOENT);
	assert_int_equal(resolve(dir, "../../../file", SYS_RESOLVE_IN_ROOT), 0);
	assert_int_equal(resolve(AT_FDCWD, "/proc/self/cwd", SYS_RESOLVE_NO_MAGICLINKS), -ELOOP);
	assert_int_equal(resolve(AT_FDCWD, "/proc/self/status", SYS_RESOLVE_NO_XDEV), -EXDEV);
	assert_int_equal(sys_openat2(dir, "file", O_PATH, 0600, 0), -EINVAL);

	unlinkat(dir, "file", 0);
	unlinkat(dir, "out", 0);
	close(dir);
	rmdir(name);
}

static void sealed_memory(void **state)
{
	int fd = sys_memfd_create("sys", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), 0);
	assert_int_equal(write(fd, "x", 1), -1);
	close(fd);
	assert_int_equal(sys_memfd_create("sys", ~0U), -EINVAL);
}

static int close_some(void)
{
	for (int fd = 100; fd < 110; fd++)
		CHECK(dup2(0, fd) == fd);
	CHECK(sys_close_range(103, 105, 0) == 0);
	for (int fd = 100; fd < 110; fd++)
		CHECK((fcntl(fd, F_GETFD) < 0) == (fd >= 103 && fd <= 105));
	CHECK(sys_close_range(5, 4, 0) == -EINVAL);
	return CHILD_OK;
}

static void closes_a_range(void **state)
{
	(void)state;
	run_child(close_some, 0);
}

/* The effective ids count, access(2) asks for the real ones. */
static int access_by_effective_ids(void)
{
	char name[] = "/tmp/ocirun-sys-XXXXXX";
	int fd = mkostemp(name, O_CLOEXEC), own, real;

	CHECK(fd >= 0);
	CHECK(setresuid(0, 65534, 0) == 0);
	own = sys_faccessat_eff(AT_FDCWD, name, R_OK);
	real = access(name, R_OK);
	CHECK(setresuid(0, 0, 0) == 0);
	CHECK(sys_faccessat_eff(AT_FDCWD, name, R_OK) == 0);
	unlink(name);
	CHECK(own == -EACCES && real == 0);
	CHECK(sys_faccessat_eff(AT_FDCWD, name, F_OK) == -ENOENT);
	return CHILD_OK;
}

static void access_of_who_we_act_as(void **state)
{
	(void)state;
	run_child(access_by_effective_ids, 0);
}

static void names_of_a_directory(void **state)
{
	char buf[4096];
	int fd = sys_open("/proc/self/task", O_RDONLY | O_DIRECTORY, 0), file;

	(void)state;
	assert_true(fd >= 0);
	assert_true(sys_getdents(fd, buf, sizeof(buf)) > 0);
	assert_int_equal(sys_getdents(fd, buf, sizeof(buf)), 0);
	close(fd);
	file = sys_open("/proc/self/status", O_RDONLY, 0);
	assert_int_equal(sys_getdents(file, buf, sizeof(buf)), -ENOTDIR);
	close(file);
}

/* --- mounts ------------------------------------------------------------------------ */

static int make_tmpfs(void)
{
	int fs = sys_fsopen("tmpfs"), mnt;

	CHECK(fs >= 0);
	CHECK(fcntl(fs, F_GETFD) == FD_CLOEXEC);
	CHECK(sys_fsconfig(fs, SYS_FSCONFIG_SET_STRING, "size", "64k") == 0);
	CHECK(sys_fsconfig(fs, SYS_FSCONFIG_SET_STRING, "nonsense", "1") == -EINVAL);
	CHECK(sys_fsconfig(fs, SYS_FSCONFIG_SET_FLAG, "lazytime", NULL) == 0);
	CHECK(sys_fsconfig(fs, SYS_FSCONFIG_CMD_CREATE, NULL, NULL) == 0);
	mnt = sys_fsmount(fs, SYS_ATTR_NODEV);
	CHECK(mnt >= 0);
	CHECK(fcntl(mnt, F_GETFD) == FD_CLOEXEC);
	close(fs);
	CHECK(dup2(mnt, 200) == 200);
	close(mnt);
	return CHILD_OK;
}

static bool has_flags(const char *path, unsigned long set, unsigned long clear)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && ((unsigned long)fs.f_flags & set) == set &&
	       !((unsigned long)fs.f_flags & clear);
}

static int mount_attach_change(void)
{
	struct sys_mount_attr attr = { .attr_set = SYS_ATTR_NOEXEC };
	uint64_t host, id, again;
	int at = sys_open("/mnt", O_PATH | O_DIRECTORY, 0), fs, tree;

	CHECK(sys_mount_id(at, "", &host) == 0);
	CHECK(make_tmpfs() == CHILD_OK);
	CHECK(sys_mount_setattr(200, "", SYS_AT_EMPTY_PATH, &attr) == 0);
	CHECK(sys_move_mount(200, at) == 0);
	CHECK(has_flags("/mnt", 4 | 8, 1)); /* ST_NODEV, ST_NOEXEC, ST_RDONLY */
	CHECK(sys_mount_id(AT_FDCWD, "/mnt", &id) == 0 && id != host);
	CHECK(sys_mount_id(200, "", &again) == 0 && again == id);
	CHECK(sys_mount_id(AT_FDCWD, "/nonexistent", &again) == -ENOENT && again == id);

	fs = sys_fspick(200);
	CHECK(fs >= 0 && fcntl(fs, F_GETFD) == FD_CLOEXEC);
	CHECK(sys_fsconfig(fs, SYS_FSCONFIG_SET_FLAG, "ro", NULL) == 0);
	CHECK(sys_fsconfig(fs, SYS_FSCONFIG_CMD_RECONFIGURE, NULL, NULL) == 0);
	CHECK(has_flags("/mnt", 1, 0));

	tree = sys_open_tree(AT_FDCWD, "/mnt", SYS_OPEN_TREE_CLONE | SYS_OPEN_TREE_CLOEXEC);
	CHECK(tree >= 0 && fcntl(tree, F_GETFD) == FD_CLOEXEC);
	CHECK(sys_move_mount(tree, at) == 0);
	CHECK(sys_mount_id(AT_FDCWD, "/mnt", &again) == 0 && again != id);
	CHECK(sys_umount_detach("/mnt") == 0 && sys_umount_detach("/mnt") == 0);
	CHECK(sys_umount_detach("/mnt") == -EINVAL);
	CHECK(sys_mount_id(AT_FDCWD, "/mnt", &again) == 0 && again == host);
	return CHILD_OK;
}

static void mounts_by_descriptor(void **state)
{
	(void)state;
	run_child(mount_attach_change, CLONE_NEWNS);
}

/* A directory that is out of reach has no name, and libc would hide that. */
static int switch_root(void)
{
	char cwd[256];
	int at = sys_open("/mnt", O_PATH | O_DIRECTORY, 0);

	CHECK(sys_getcwd(cwd, 1) == -ERANGE);
	CHECK(chdir("/tmp") == 0);
	CHECK(sys_getcwd(cwd, sizeof(cwd)) == 5 && !strcmp(cwd, "/tmp"));
	CHECK(make_tmpfs() == CHILD_OK);
	CHECK(sys_move_mount(200, at) == 0);
	CHECK(mkdir("/mnt/old", 0755) == 0);
	CHECK(sys_pivot_root("/mnt/old", "/mnt/old") < 0); /* not the root of a mount */
	CHECK(sys_pivot_root("/mnt", "/mnt/old") == 0);
	CHECK(sys_getcwd(cwd, sizeof(cwd)) > 0 && !strcmp(cwd, "/old/tmp"));
	CHECK(sys_umount_detach("/old") == 0);
	CHECK(sys_getcwd(cwd, sizeof(cwd)) > 0 && !strncmp(cwd, "(unreachable)", 13));
	return CHILD_OK;
}

static void the_root_is_switched(void **state)
{
	(void)state;
	run_child(switch_root, CLONE_NEWNS);
}

static int set_propagation(void)
{
	static const uint64_t kinds[] = { SYS_MS_SHARED, SYS_MS_SLAVE, SYS_MS_PRIVATE,
					  SYS_MS_UNBINDABLE };
	struct sys_mount_attr attr = { .propagation = 1 };

	CHECK(sys_mount_setattr(AT_FDCWD, "/", 0, &attr) == -EINVAL);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		attr.propagation = kinds[i];
		CHECK(sys_mount_setattr(AT_FDCWD, "/", SYS_AT_RECURSIVE, &attr) == 0);
	}
	CHECK(sys_open_tree(AT_FDCWD, "/", SYS_OPEN_TREE_CLONE) == -EINVAL); /* unbindable */
	return CHILD_OK;
}

static void propagation_of_all_mounts(void **state)
{
	(void)state;
	run_child(set_propagation, CLONE_NEWNS);
}

/* --- credentials --------------------------------------------------------------------- */

static void *change_ids(void *ret)
{
	static const gid_t groups[] = { 1, 2, 3 };
	gid_t got[4];
	uid_t r, e, s;
	bool good = sys_setgroups(3, groups) == 0 && sys_setresgid(11, 12, 13) == 0 &&
		    sys_setresuid(21, 22, 23) == 0;

	good &= syscall(SYS_getgroups, 4, got) == 3 && got[2] == 3;
	good &= syscall(SYS_getresgid, &r, &e, &s) == 0 && r == 11 && e == 12 && s == 13;
	good &= syscall(SYS_getresuid, &r, &e, &s) == 0 && r == 21 && e == 22 && s == 23;
	good &= sys_setgroups(0, NULL) == -EPERM && sys_setresuid(0, 0, 0) == -EPERM &&
		sys_setresgid(0, 0, 0) == -EPERM;
	*(bool *)ret = good;
	return NULL;
}

static int ids_of_one_thread(void)
{
	bool good = false;
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, change_ids, &good) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(good);
	CHECK(getuid() == 0 && geteuid() == 0 && getgid() == 0);
	CHECK(getgroups(0, NULL) != 3);
	return CHILD_OK;
}

static void ids_change_in_one_thread_only(void **state)
{
	(void)state;
	run_child(ids_of_one_thread, 0);
}

/* "CapEff:\t000001ffffffffff" of our status. */
static uint64_t status_caps(const char *key)
{
	char text[8192], *at;

	if (!read_text("/proc/thread-self/status", text, sizeof(text)))
		return 0;
	at = strstr(text, key);
	return at ? strtoull(at + strlen(key), NULL, 16) : 0;
}

static int all_64_bits(void)
{
	const uint64_t low = 1ULL << CAP_CHOWN, high = 1ULL << CAP_SYSLOG;
	struct sys_cap_set caps, is;

	CHECK(sys_capget(&caps) == 0);
	CHECK(caps.effective == status_caps("CapEff:"));
	CHECK(caps.permitted == status_caps("CapPrm:"));
	CHECK(caps.inheritable == status_caps("CapInh:"));
	caps = (struct sys_cap_set){ high, low | high, low };
	CHECK(sys_capset(&caps) == 0);
	CHECK(status_caps("CapEff:") == high && status_caps("CapPrm:") == (low | high) &&
	      status_caps("CapInh:") == low);
	CHECK(sys_capget(&is) == 0 && !memcmp(&is, &caps, sizeof(is)));
	caps.permitted |= 1ULL << CAP_SYS_ADMIN;
	CHECK(sys_capset(&caps) == -EPERM);
	return CHILD_OK;
}

static void capability_sets(void **state)
{
	(void)state;
	run_child(all_64_bits, 0);
}

/* --- scheduling and the rest ------------------------------------------------------------ */

static int schedule(void)
{
	struct sys_sched_attr attr = { .size = sizeof(attr),
				       .sched_policy = SCHED_BATCH,
				       .sched_nice = 5 };
	const int idle = IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0);

	CHECK(sys_sched_setattr(&attr) == 0);
	CHECK(sched_getscheduler(0) == SCHED_BATCH);
	attr.sched_policy = 77;
	CHECK(sys_sched_setattr(&attr) == -EINVAL);
	CHECK(sys_ioprio_set(IOPRIO_WHO_PROCESS, 0, idle) == 0);
	CHECK(syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0) == idle);
	CHECK(sys_ioprio_set(99, 0, idle) == -EINVAL);
	return CHILD_OK;
}

static void scheduling(void **state)
{
	(void)state;
	run_child(schedule, 0);
}

static int memory_policy(void)
{
	const unsigned long first = 1;
	int ret = sys_set_mempolicy(2 /* MPOL_BIND */, &first, 8 * sizeof(first));

	if (ret == -ENOSYS)
		return CHILD_SKIP;
	CHECK(ret == 0);
	CHECK(sys_set_mempolicy(0, NULL, 0) == 0);
	CHECK(sys_set_mempolicy(99, NULL, 0) == -EINVAL);
	return CHILD_OK;
}

static void memory_policies(void **state)
{
	(void)state;
	run_child(memory_policy, 0);
}

static int session_keyring(void)
{
	int first = sys_join_session_keyring("_ocirun.test"), second;

	if (first == -ENOSYS || first == -EPERM || first == -EDQUOT)
		return CHILD_SKIP;
	CHECK(first > 0);
	second = sys_join_session_keyring(NULL);
	CHECK(second > 0 && second != first);
	return CHILD_OK;
}

static void session_keyrings(void **state)
{
	(void)state;
	run_child(session_keyring, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errno_becomes_the_result),
		cmocka_unit_test(nothing_beyond_a_structure),
		cmocka_unit_test(clone_is_a_fork_with_a_pidfd),
		cmocka_unit_test(pidfds),
		cmocka_unit_test(executes_a_descriptor),
		cmocka_unit_test(paths_are_resolved_as_asked),
		cmocka_unit_test(sealed_memory),
		cmocka_unit_test(closes_a_range),
		cmocka_unit_test(access_of_who_we_act_as),
		cmocka_unit_test(names_of_a_directory),
		cmocka_unit_test(mounts_by_descriptor),
		cmocka_unit_test(the_root_is_switched),
		cmocka_unit_test(propagation_of_all_mounts),
		cmocka_unit_test(ids_change_in_one_thread_only),
		cmocka_unit_test(capability_sets),
		cmocka_unit_test(scheduling),
		cmocka_unit_test(memory_policies),
		cmocka_unit_test(session_keyrings),
	};

	return cmocka_run_group_tests_name("sys", tests, NULL, NULL);
}
