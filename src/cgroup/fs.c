/* SPDX-License-Identifier: Apache-2.0 */
/* fs.c - the cgroupfs driver: makes, empties and removes cgroups by hand.
 *
 * Parent only.  It never writes to cgroup.procs and never waits on
 * cgroup.events: the one costs a grace period of RCU, the other is told at most
 * every 10 ms; processes come by CLONE_INTO_CGROUP and go by themselves.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "cgroup/cgroup.h"
#include "cgroup/resources.h"
#include "cgroup/tree.h"

/* Small cgroup files: a number, a few words. */
static int read_file(int dir_fd, const char *file, char *buf, size_t cap)
{
	fd_auto fd = sys_ret(openat(dir_fd, file, O_RDONLY | O_CLOEXEC));
	ssize_t n;

	if (fd < 0)
		return fd;
	n = read(fd, buf, cap - 1);
	if (n < 0)
		return -errno;
	buf[n] = '\0';
	return 0;
}

static int write_file(int dir_fd, const char *file, const char *value)
{
	fd_auto fd = sys_ret(openat(dir_fd, file, O_WRONLY | O_CLOEXEC));

	return fd < 0 ? fd : fd_write_all(fd, value, strlen(value));
}

/* Absolute, clean, and not the root of the hierarchy, which is nobody's. */
static bool names_cgroup(const char *path)
{
	if (*path != '/')
		return false;
	while (*path) {
		const char *name = path + 1;
		size_t n = strcspn(name, "/");

		if (n == 0 || (n <= 2 && strncmp(name, "..", n) == 0))
			return false;
		path = name + n;
	}
	return true;
}

/* Where the cgroup is in the file system. */
static int full_path(const struct cgroup_ref *ref, char buf[PATH_MAX], struct err *e)
{
	struct text t = text_over(buf, PATH_MAX);

	if (!names_cgroup(ref->path))
		return err_set(e, EINVAL, "cgroup path \"%s\" names no cgroup", ref->path);
	text_add(&t, "%s%s", ref->mount, ref->path);
	return t.cut ? err_sys(e, -ENAMETOOLONG, "cgroup \"%s\"", ref->path) : 0;
}

/* --- making ----------------------------------------------------------------------- */

struct maker {
	const struct cgroup_ref *ref;
	bool with_controllers;
	bool leaf_is_new;
	int mount_fd;
	/* Lengths of the paths to the first and the last that we made; 0: none. */
	size_t made_first, made_last;
};

static int enable_one(int dir_fd, const char *name)
{
	char word[32];

	text_fmt(word, sizeof(word), "+%s", name);
	return write_file(dir_fd, "cgroup.subtree_control", word);
}

/* Hand all controllers of this level down to the next.  What the host refuses is
 * missing below; resources_apply() then says which limit that hits. */
static void enable_controllers(int dir_fd)
{
	static const char *const known[] = { "cpu",  "cpuset",  "io",   "memory",
					     "pids", "hugetlb", "rdma", "misc" };
	char have[512], all[256];
	struct text t = text_over(all, sizeof(all));
	char *rest = have, *name;
	const char *usable[sizeof(known) / sizeof(known[0])];
	size_t n = 0;

	if (read_file(dir_fd, "cgroup.controllers", have, sizeof(have)) < 0)
		return;
	while ((name = strsep(&rest, " \n"))) {
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
			if (strcmp(name, known[i]) != 0)
				continue;
			usable[n++] = known[i];
			text_add(&t, "%s+%s", t.len ? " " : "", known[i]);
		}
	}
	if (n == 0 || write_file(dir_fd, "cgroup.subtree_control", all) == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		int ret = enable_one(dir_fd, usable[i]);

		if (ret < 0)
			log_msg(LOG_DEBUG, "cgroup controller %s is not available: %s", usable[i],
				err_text(-ret));
	}
}

static int open_child(int dir_fd, const char *name)
{
	return sys_openat2(dir_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC, 0,
			   SYS_RESOLVE_BENEATH | SYS_RESOLVE_NO_SYMLINKS | SYS_RESOLVE_NO_XDEV |
				   SYS_RESOLVE_NO_MAGICLINKS);
}

/* Open the next cgroup of the path, whose part up to it is `len` bytes long;
 * make it when it is missing.  A last one is expected to be missing. */
static int step(struct maker *m, int dir_fd, const char *name, size_t len)
{
	bool last = m->ref->path[len] == '\0';
	int fd = last ? -ENOENT : open_child(dir_fd, name);

	if (fd != -ENOENT)
		return fd;
	if (mkdirat(dir_fd, name, 0755) == 0) {
		m->leaf_is_new = last;
		m->made_last = len;
		if (!m->made_first)
			m->made_first = len;
	} else if (errno != EEXIST) {
		return -errno;
	}
	return open_child(dir_fd, name);
}

/* One component a time, so that each level can hand its controllers down before
 * the next exists, and what was made is known. */
static int make_path(struct maker *m)
{
	const char *path = m->ref->path;
	fd_auto fd = -1;
	size_t len = 0;

	while (path[len]) {
		char name[NAME_MAX + 1];
		size_t n = strcspn(path + len + 1, "/");
		int dir_fd = fd < 0 ? m->mount_fd : fd, next;

		if (n > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, path + len + 1, n);
		name[n] = '\0';
		len += 1 + n;
		if (m->with_controllers)
			enable_controllers(dir_fd);
		next = step(m, dir_fd, name, len);
		if (next < 0)
			return next;
		fd_drop(&fd);
		fd = next;
	}
	return fd_take(&fd);
}

/* Remove what make_path() made.  A level that got other children meanwhile stays. */
static void unmake(const struct maker *m)
{
	char path[PATH_MAX];
	size_t len = m->made_last;

	text_fmt(path, sizeof(path), "%s", m->ref->path);
	while (len && len >= m->made_first) {
		path[len] = '\0';
		if (unlinkat(m->mount_fd, path + 1, AT_REMOVEDIR) < 0)
			return;
		len = (size_t)(strrchr(path, '/') - path);
	}
}

static int count_one(pid_t pid, void *ctx)
{
	(void)pid;
	++*(int *)ctx;
	return 0;
}

/* A cgroup that was there may be used only if nobody else does. */
static int check_unused(int fd, struct err *e)
{
	char events[256];
	int n = 0;
	int ret = read_file(fd, "cgroup.events", events, sizeof(events));

	if (ret < 0)
		return err_sys(e, ret, "read \"cgroup.events\" of the container's cgroup");
	if (strstr(events, "populated 1")) {
		tree_processes(fd, count_one, &n);
		return err_set(e, EBUSY, "container's cgroup is not empty: %d process(es) found",
			       n);
	}
	if (strstr(events, "frozen 1"))
		return err_set(e, EBUSY, "container's cgroup unexpectedly frozen");
	return 0;
}

static int fs_create(const struct cgroup_ref *ref, const struct plan_cgroup *plan, struct err *e)
{
	fd_auto mount_fd = sys_open(ref->mount, O_PATH | O_DIRECTORY, 0);
	struct maker m = { .ref = ref, .with_controllers = plan->writes_n > 0 };
	char full[PATH_MAX];
	fd_auto fd = -1;
	int ret = full_path(ref, full, e);

	if (ret < 0)
		return ret;
	if (mount_fd < 0)
		return err_sys(e, mount_fd, "open \"%s\"", ref->mount);
	m.mount_fd = mount_fd;
	fd = make_path(&m);
	if (fd < 0)
		ret = err_sys(e, fd, "make cgroup \"%s\"", ref->path);
	if (ret == 0 && !m.leaf_is_new)
		ret = check_unused(fd, e);
	if (ret == 0)
		ret = resources_apply(fd, plan, e);
	if (ret == 0)
		return fd_take(&fd);
	unmake(&m);
	return ret;
}

/* --- signals ------------------------------------------------------------------------ */

struct signaller {
	int sig;
	int ret; /* of the first that failed */
};

static int signal_one(pid_t pid, void *ctx)
{
	struct signaller *s = ctx;
	fd_auto pidfd = sys_pidfd_open(pid);
	int ret = pidfd < 0 ? pidfd : sys_pidfd_send_signal(pidfd, s->sig);

	if (ret < 0 && ret != -ESRCH && s->ret == 0)
		s->ret = ret;
	return 0;
}

static int signal_tree(int dir_fd, int sig)
{
	struct signaller s = { .sig = sig };
	int ret;

	/* Linux 5.14: all at once, children that are being forked included.  A
	 * threaded cgroup does not have it. */
	if (sig == SIGKILL) {
		ret = write_file(dir_fd, "cgroup.kill", "1");
		if (ret != -EOPNOTSUPP)
			return ret == -ENODEV || ret == -ENOENT ? 0 : ret;
	}
	ret = tree_processes(dir_fd, signal_one, &s);
	return ret < 0 ? ret : s.ret;
}

/* O_PATH fd of the cgroup; -ENOENT without a message when it is not there. */
static int open_cgroup(const struct cgroup_ref *ref, struct err *e)
{
	char path[PATH_MAX];
	int fd = full_path(ref, path, e);

	if (fd < 0)
		return fd;
	fd = sys_open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd < 0 && fd != -ENOENT)
		err_sys(e, fd, "open cgroup \"%s\"", ref->path);
	return fd;
}

static int fs_kill(const struct cgroup_ref *ref, int sig, struct err *e)
{
	fd_auto fd = open_cgroup(ref, e);
	int ret;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	ret = signal_tree(fd, sig);
	if (ret < 0)
		return err_sys(e, ret, "send signal %d to cgroup \"%s\"", sig, ref->path);
	return 0;
}

/* --- removing ----------------------------------------------------------------------- */

/* Dying processes hold a cgroup for a moment.  About a second in all. */
enum { BACKOFF_FIRST_US = 50, BACKOFF_LAST_US = 10000, BACKOFF_SUM_US = 1000000 };

static void sleep_us(int us)
{
	const struct timespec t = { .tv_nsec = us * 1000L };

	nanosleep(&t, NULL);
}

/* Kill what is in it, remove what is below it, until it can be removed. */
static int remove_busy(int fd, const char *path)
{
	int pause = BACKOFF_FIRST_US;

	for (int slept = 0; slept < BACKOFF_SUM_US;) {
		int ret = signal_tree(fd, SIGKILL);
		int pruned = ret < 0 ? ret : tree_prune(fd);

		if (pruned < 0 && pruned != -EBUSY && pruned != -ENOENT)
			return pruned;
		ret = sys_ret(rmdir(path));
		if (ret != -EBUSY)
			return ret;
		if (pruned > 0) /* the tree is finite, so this is progress */
			continue;
		sleep_us(pause);
		slept += pause;
		pause = pause * 2 < BACKOFF_LAST_US ? pause * 2 : BACKOFF_LAST_US;
	}
	return -EBUSY;
}

static int fs_destroy(const struct cgroup_ref *ref, struct err *e)
{
	char path[PATH_MAX];
	int ret = full_path(ref, path, e);

	if (ret < 0)
		return ret;
	ret = sys_ret(rmdir(path));
	if (ret == -EBUSY) {
		fd_auto fd = open_cgroup(ref, e);

		if (fd < 0)
			return fd == -ENOENT ? 0 : fd;
		ret = remove_busy(fd, path);
	}
	if (ret < 0 && ret != -ENOENT)
		return err_sys(e, ret, "remove cgroup \"%s\"", ref->path);
	return 0;
}

/* Processes of a create that was killed die with it: give them the time. */
static int fs_remove_empty(const struct cgroup_ref *ref, struct err *e)
{
	char path[PATH_MAX];
	int ret = full_path(ref, path, e);
	int slept = 0;

	if (ret < 0)
		return ret;
	for (;;) {
		ret = sys_ret(rmdir(path));
		if (ret != -EBUSY || slept >= BACKOFF_SUM_US)
			break;
		sleep_us(BACKOFF_LAST_US);
		slept += BACKOFF_LAST_US;
	}
	if (ret < 0 && ret != -ENOENT)
		return err_sys(e, ret, "remove cgroup \"%s\"", ref->path);
	return 0;
}

const struct cgroup_driver cgroup_fs = {
	.name = "cgroupfs",
	.create = fs_create,
	.destroy = fs_destroy,
	.remove_empty = fs_remove_empty,
	.kill = fs_kill,
};
