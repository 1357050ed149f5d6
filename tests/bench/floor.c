/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floor: what the operations of a runtime cost when nothing but the system calls is left.
 *
 * It takes a runtime's command line (floor --root DIR OP ... ID) and does what config.json in this
 * folder asks for, and nothing else, in one straight line: no JSON, no path checks, no read-back,
 * no crash safety, no error recovery. It is no runtime: it follows symlinks in the image and leaves
 * everything behind when a step fails. opbench measures the others against it.
 *
 *   run, create   cgroup, sealed stub, clone3 into the cgroup with all namespaces, the 7 mounts,
 *                 devices, masks, pivot_root, capabilities, exec; the parent writes the state
 *                 meanwhile, and with FLOOR_DEVICES set loads the device program (ocirun does not
 *                 do that yet, crun and runc do). create waits until the child is about to become
 *                 the stub.
 *   start         write one byte to the FIFO the stub reads
 *   state, kill   read the state file, open the pidfd, compare its inode; print one line or signal
 *   delete        the same check, then remove cgroup and state; --force kills and waits before
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/memfd.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U			/* Linux 6.3; older kernels get the plain flags below */
#endif
#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif

#define CGROUP_TOP "/sys/fs/cgroup/"
#define STUB_FIFO_FD 3			/* stub0.c reads the start byte here */
#define STATE_LINE "{\"ociVersion\":\"1.2.0\",\"status\":\"running\"}\n"

/* The bytes of stub0.c's program; STUB is its file name. */
__asm__(".section .rodata\n"
	"stub_start: .incbin \"" STUB "\"\n"
	"stub_end:\n"
	".previous\n");
extern const char stub_start[], stub_end[];

/* What create leaves for the other operations: <root>/<id>/state. */
struct saved {
	int64_t pid;
	uint64_t inode;			/* of the pidfd: unique since Linux 6.9 */
};

struct job {
	const char *id;
	const char *bundle;
	int wait_for_start;		/* create: the stub waits for the FIFO */
	int cgroup_fd;
	int stub_fd;
	int fifo_fd;
	int sync[2];			/* run: parent to child "go"; create: child to parent */
};

static long must(long ret, const char *what)
{
	if (ret < 0) {
		dprintf(2, "floor: %s: %s\n", what, strerror(errno));
		_exit(1);
	}
	return ret;
}

#define SYS(name, ...) must(syscall(SYS_##name, __VA_ARGS__), #name)

static void sys_mount(const char *source, const char *target, const char *type, long flags,
		      const char *data)
{
	must(syscall(SYS_mount, source, target, type, flags, data), target);
}

static void set_readonly(const char *path)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

	must(syscall(SYS_mount_setattr, AT_FDCWD, path, 0, &attr, sizeof(attr)), path);
}

/* ---- container side ---- */

static void bring_up_loopback(void)
{
	struct ifreq req = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = SYS(socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	SYS(ioctl, fd, SIOCSIFFLAGS, &req);
	SYS(close, fd);
}

/*
 * The container's view of its cgroup is a clone of a mount that exists: a fresh cgroup2 mount
 * waits for an RCU grace period (Linux 6.18). Taken before pivot_root, while the host's mount is
 * in reach.
 */
static void mount_cgroup(const char *id)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
			    MOUNT_ATTR_NOEXEC,
	};
	char path[300] = CGROUP_TOP;
	int tree;

	strcat(path, id);
	tree = SYS(open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	SYS(mount_setattr, tree, "", AT_EMPTY_PATH, &attr, sizeof(attr));
	SYS(move_mount, tree, "", AT_FDCWD, "sys/fs/cgroup", MOVE_MOUNT_F_EMPTY_PATH);
	SYS(close, tree);
}

static void mount_all(const char *id)
{
	const long quiet = MS_NOSUID | MS_NOEXEC | MS_NODEV;

	sys_mount("proc", "proc", "proc", 0, NULL);
	sys_mount("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k");
	SYS(mkdirat, AT_FDCWD, "dev/pts", 0755);
	SYS(mkdirat, AT_FDCWD, "dev/shm", 0755);
	SYS(mkdirat, AT_FDCWD, "dev/mqueue", 0755);
	sys_mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
		  "newinstance,ptmxmode=0666,mode=0620,gid=5");
	sys_mount("shm", "dev/shm", "tmpfs", quiet, "mode=1777,size=65536k");
	sys_mount("mqueue", "dev/mqueue", "mqueue", quiet, NULL);
	sys_mount("sysfs", "sys", "sysfs", quiet | MS_RDONLY, NULL);
	mount_cgroup(id);
}

static void make_devices(void)
{
	SYS(mknodat, AT_FDCWD, "dev/null", S_IFCHR | 0666, makedev(1, 3));
	SYS(mknodat, AT_FDCWD, "dev/zero", S_IFCHR | 0666, makedev(1, 5));
	SYS(mknodat, AT_FDCWD, "dev/full", S_IFCHR | 0666, makedev(1, 7));
	SYS(mknodat, AT_FDCWD, "dev/random", S_IFCHR | 0666, makedev(1, 8));
	SYS(mknodat, AT_FDCWD, "dev/urandom", S_IFCHR | 0666, makedev(1, 9));
	SYS(mknodat, AT_FDCWD, "dev/tty", S_IFCHR | 0666, makedev(5, 0));
	SYS(symlinkat, "pts/ptmx", AT_FDCWD, "dev/ptmx");
	SYS(symlinkat, "/proc/self/fd", AT_FDCWD, "dev/fd");
	SYS(symlinkat, "/proc/self/fd/0", AT_FDCWD, "dev/stdin");
	SYS(symlinkat, "/proc/self/fd/1", AT_FDCWD, "dev/stdout");
	SYS(symlinkat, "/proc/self/fd/2", AT_FDCWD, "dev/stderr");
}

static void hide_paths(void)
{
	static const char *const masked[] = {
		"proc/acpi",          "proc/asound",     "proc/kcore",       "proc/keys",
		"proc/latency_stats", "proc/timer_list", "proc/timer_stats", "proc/sched_debug",
		"sys/firmware",       "proc/scsi",
	};
	static const char *const readonly[] = {
		"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger",
	};
	struct stat st;
	unsigned int i;

	for (i = 0; i < sizeof(masked) / sizeof(masked[0]); i++) {
		if (fstatat(AT_FDCWD, masked[i], &st, 0) < 0)
			continue;
		if (S_ISDIR(st.st_mode))
			sys_mount("tmpfs", masked[i], "tmpfs", MS_RDONLY, "size=0k");
		else
			sys_mount("dev/null", masked[i], NULL, MS_BIND, NULL);
	}
	for (i = 0; i < sizeof(readonly) / sizeof(readonly[0]); i++) {
		if (syscall(SYS_mount, readonly[i], readonly[i], NULL, MS_BIND | MS_REC, NULL) < 0)
			continue; /* not on this kernel */
		set_readonly(readonly[i]);
	}
}

static void enter_root(const char *bundle, const char *id)
{
	char rootfs[4096];

	strcpy(rootfs, bundle);
	strcat(rootfs, "/rootfs");
	sys_mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL);
	sys_mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL);
	SYS(chdir, rootfs);
	umask(0);
	mount_all(id);
	make_devices();
	hide_paths();
	umask(022);
	SYS(pivot_root, ".", ".");
	SYS(umount2, ".", MNT_DETACH);
	SYS(chdir, "/");
	set_readonly("/");
}

static void drop_privileges(void)
{
	const uint64_t keep =
		1ULL << CAP_AUDIT_WRITE | 1ULL << CAP_KILL | 1ULL << CAP_NET_BIND_SERVICE;
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { keep, keep, 0 }, { 0, 0, 0 } };
	struct rlimit nofile = { 1024, 1024 };
	int cap;

	SYS(prlimit64, 0, RLIMIT_NOFILE, &nofile, NULL);
	for (cap = 0; cap <= CAP_LAST_CAP; cap++)
		if (!(keep & 1ULL << cap))
			SYS(prctl, PR_CAPBSET_DROP, cap, 0, 0, 0);
	SYS(setgroups, 0, NULL);
	SYS(setresgid, 0, 0, 0);
	SYS(setresuid, 0, 0, 0);
	SYS(capset, &header, data);
	SYS(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static void child(const struct job *job, const char *program)
{
	const char *argv[] = { job->wait_for_start ? "create" : "run", program, NULL };
	const char *envp[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"TERM=xterm",
		NULL,
	};
	char go = 0;

	/* Not a clone3 flag: the namespace would be rooted at the parent's cgroup. */
	SYS(unshare, CLONE_NEWCGROUP);
	SYS(setsid, 0);
	SYS(sethostname, "bench", 5);
	bring_up_loopback();
	enter_root(job->bundle, job->id);
	drop_privileges();
	if (job->wait_for_start) {
		SYS(dup3, job->fifo_fd, STUB_FIFO_FD, 0);
		SYS(write, job->sync[1], &go, 1);
	} else if (SYS(read, job->sync[0], &go, 1) == 0) {
		_exit(1);
	}
	SYS(execveat, job->stub_fd, "", argv, envp, AT_EMPTY_PATH);
}

/* ---- host side ---- */

#define INSN(op, dst, src, jump, value) \
	{ .code = (op), .dst_reg = (dst), .src_reg = (src), .off = (jump), .imm = (value) }
#define ALLOW(major, minor, jump) \
	INSN(BPF_JMP | BPF_JEQ | BPF_K, 4, 0, jump, (major) << 20 | (minor))

/* Default devices: any mknod; null, zero, full, random, urandom, tty, ptmx and all of devpts. */
static void attach_device_program(int cgroup_fd)
{
	static const struct bpf_insn program[] = {
		INSN(BPF_LDX | BPF_MEM | BPF_W, 2, 1, 0, 0), /* access << 16 | type */
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 3, 2, 0, 0),
		INSN(BPF_ALU64 | BPF_RSH | BPF_K, 3, 0, 0, 16),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, 3, 0, 16, BPF_DEVCG_ACC_MKNOD),
		INSN(BPF_ALU64 | BPF_AND | BPF_K, 2, 0, 0, 0xffff),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 2, 0, 12, BPF_DEVCG_DEV_CHAR),
		INSN(BPF_LDX | BPF_MEM | BPF_W, 4, 1, 4, 0), /* major */
		INSN(BPF_LDX | BPF_MEM | BPF_W, 5, 1, 8, 0), /* minor */
		INSN(BPF_JMP | BPF_JEQ | BPF_K, 4, 0, 11, 136),
		INSN(BPF_ALU64 | BPF_LSH | BPF_K, 4, 0, 0, 20),
		INSN(BPF_ALU64 | BPF_OR | BPF_X, 4, 5, 0, 0),
		ALLOW(1, 3, 8),
		ALLOW(1, 5, 7),
		ALLOW(1, 7, 6),
		ALLOW(1, 8, 5),
		ALLOW(1, 9, 4),
		ALLOW(5, 0, 3),
		ALLOW(5, 2, 2),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0), /* deny */
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1), /* allow */
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	union bpf_attr load = {
		.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
		.insn_cnt = sizeof(program) / sizeof(program[0]),
		.insns = (uintptr_t)program,
		.license = (uintptr_t) "",
	};
	union bpf_attr attach = {
		.target_fd = cgroup_fd,
		.attach_type = BPF_CGROUP_DEVICE,
		.attach_flags = BPF_F_ALLOW_MULTI,
	};

	attach.attach_bpf_fd = SYS(bpf, BPF_PROG_LOAD, &load, sizeof(load));
	SYS(bpf, BPF_PROG_ATTACH, &attach, sizeof(attach));
	SYS(close, attach.attach_bpf_fd);
}

static void seal_stub(struct job *job)
{
	const unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;

	job->stub_fd = syscall(SYS_memfd_create, "stub", flags | MFD_EXEC);
	if (job->stub_fd < 0)
		job->stub_fd = SYS(memfd_create, "stub", flags);
	SYS(write, job->stub_fd, stub_start, stub_end - stub_start);
	SYS(fcntl, job->stub_fd, F_ADD_SEALS,
	    F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
}

static void make_cgroup(struct job *job)
{
	char path[300] = CGROUP_TOP;

	strcat(path, job->id);
	SYS(mkdirat, AT_FDCWD, path, 0755);
	job->cgroup_fd = SYS(openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void remove_cgroup(const char *id)
{
	char path[300] = CGROUP_TOP;

	strcat(path, id);
	while (syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR) < 0)
		if (errno != EBUSY)
			must(-1, "rmdir cgroup");
}

static void save_state(pid_t pid, int pidfd)
{
	struct saved saved = { .pid = pid };
	struct stat st;
	int fd;

	must(fstat(pidfd, &st), "fstat pidfd");
	saved.inode = st.st_ino;
	fd = SYS(openat, AT_FDCWD, "state", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	SYS(write, fd, &saved, sizeof(saved));
	SYS(close, fd);
}

/* The pidfd of the container's init, or -1 when that process is gone. */
static int open_init(void)
{
	struct saved saved;
	struct stat st;
	int fd = SYS(openat, AT_FDCWD, "state", O_RDONLY | O_CLOEXEC);

	SYS(read, fd, &saved, sizeof(saved));
	SYS(close, fd);
	fd = syscall(SYS_pidfd_open, (pid_t)saved.pid, 0);
	if (fd < 0)
		return -1;
	must(fstat(fd, &st), "fstat pidfd");
	return st.st_ino == saved.inode ? fd : -1;
}

static void remove_state(const char *id, int has_fifo)
{
	SYS(unlinkat, AT_FDCWD, "state", 0);
	if (has_fifo)
		SYS(unlinkat, AT_FDCWD, "start", 0);
	SYS(chdir, "..");
	SYS(unlinkat, AT_FDCWD, id, AT_REMOVEDIR);
}

static pid_t spawn(const struct job *job, int *pidfd)
{
	struct clone_args args = {
		.flags = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS |
			 CLONE_INTO_CGROUP | CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
		.pidfd = (uintptr_t)pidfd,
		.exit_signal = SIGCHLD,
		.cgroup = job->cgroup_fd,
	};

	return SYS(clone3, &args, sizeof(args));
}

static int create_or_run(struct job *job)
{
	const char *program = strstr(job->bundle, "pause") ? "/pause0" : "/true0";
	int pidfd = -1, status = 0;
	char byte = 0;
	pid_t pid;

	SYS(mkdirat, AT_FDCWD, job->id, 0700);
	SYS(chdir, job->id);
	make_cgroup(job);
	seal_stub(job);
	SYS(pipe2, job->sync, O_CLOEXEC);
	if (job->wait_for_start) {
		SYS(mknodat, AT_FDCWD, "start", S_IFIFO | 0600, 0);
		job->fifo_fd = SYS(openat, AT_FDCWD, "start", O_RDWR | O_CLOEXEC);
	}
	pid = spawn(job, &pidfd);
	if (pid == 0)
		child(job, program);
	if (getenv("FLOOR_DEVICES"))
		attach_device_program(job->cgroup_fd);
	save_state(pid, pidfd);
	if (job->wait_for_start) {
		SYS(close, job->sync[1]);
		return SYS(read, job->sync[0], &byte, 1) == 1 ? 0 : 1;
	}
	SYS(write, job->sync[1], &byte, 1);
	SYS(wait4, pid, &status, 0, NULL);
	remove_cgroup(job->id);
	remove_state(job->id, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int start(void)
{
	char byte = 0;
	int fd = SYS(openat, AT_FDCWD, "start", O_WRONLY | O_NONBLOCK | O_CLOEXEC);

	SYS(write, fd, &byte, 1);
	return 0;
}

static int delete (const char *id, int force)
{
	struct pollfd gone = { .fd = open_init(), .events = POLLIN };

	if (force && gone.fd >= 0) {
		SYS(pidfd_send_signal, gone.fd, SIGKILL, NULL, 0);
		must(poll(&gone, 1, -1), "poll");
	}
	remove_cgroup(id);
	remove_state(id, 1);
	return 0;
}

/* The command lines are opbench's and differ in their first letters only; see its op_argv(). */
int main(int argc, char **argv)
{
	struct job job = { 0 };
	const char *op;

	if (argc < 5) {
		dprintf(2, "usage: floor --root DIR OP [--bundle DIR | --force] ID [KILL]\n");
		return 2;
	}
	op = argv[3];
	job.id = argv[argc - 1];
	SYS(chdir, argv[2]);
	if (op[0] == 'r' || op[0] == 'c') {
		job.bundle = argv[5];
		job.wait_for_start = op[0] == 'c';
		return create_or_run(&job);
	}
	if (op[0] == 'k')
		job.id = argv[4];
	SYS(chdir, job.id);
	if (op[0] == 'd')
		return delete (job.id, argv[4][0] == '-');
	if (op[0] == 'k')
		return SYS(pidfd_send_signal, open_init(), SIGKILL, NULL, 0);
	if (op[3] == 't') /* state */
		return open_init() < 0 || write(1, STATE_LINE, sizeof(STATE_LINE) - 1) < 0;
	return start();
}
