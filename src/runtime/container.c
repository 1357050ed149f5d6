/* SPDX-License-Identifier: Apache-2.0 */
/* container.c - see container.h. */
#include "runtime/container.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/sys.h"

enum { PIDFS_MAGIC = 0x50494446, TMPFS_MAGIC_ = 0x01021994 };

const char *status_name(enum status s)
{
	switch (s) {
	case STATUS_CREATING: return "creating";
	case STATUS_CREATED: return "created";
	case STATUS_RUNNING: return "running";
	case STATUS_STOPPED: return "stopped";
	}
	return "unknown";
}

/* --- identity ---------------------------------------------------------------- */

/* Field 22 of /proc/PID/stat: clock ticks after boot.  The command name may
 * hold anything, so fields are counted behind the last ')'. */
static int read_start_time(pid_t pid, uint64_t *ret)
{
	char path[32], buf[1024], *at, *end;
	fd_auto fd = -1;
	ssize_t n;

	text_fmt(path, sizeof(path), "/proc/%d/stat", pid);
	fd = sys_open(path, O_RDONLY, 0);
	n = fd < 0 ? fd : fd_read_all(fd, buf, sizeof(buf) - 1);
	if (n < 0)
		return (int)n;
	buf[n] = '\0';
	at = strrchr(buf, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (!at)
		return -EINVAL;
	end = strchr(++at, ' ');
	if (end)
		*end = '\0';
	return text_u64(at, ret);
}

static char *read_boot_id(struct arena *a)
{
	fd_auto fd = sys_open("/proc/sys/kernel/random/boot_id", O_RDONLY, 0);
	char buf[40];
	ssize_t n = fd < 0 ? fd : fd_read_all(fd, buf, sizeof(buf) - 1);

	if (n < 36)
		return NULL;
	return arena_strndup(a, buf, 36);
}

int container_identify(struct container *c, struct arena *a, struct err *e)
{
	struct state_record *rec = &c->rec;
	struct statfs fs;
	struct stat st;
	int ret = 0;

	if (fstatfs(c->pidfd, &fs) == 0 && (long)fs.f_type == PIDFS_MAGIC &&
	    fstat(c->pidfd, &st) == 0) {
		rec->pidfs_inode = (struct opt_u64){ true, st.st_ino };
	} else { /* before Linux 6.9 all pidfds share one inode */
		rec->start_time.set = true;
		ret = read_start_time((pid_t)rec->pid.v, &rec->start_time.v);
	}
	/* both count from boot, so a state that survives one needs its name */
	if (fstatfs(c->dir_fd, &fs) < 0 || (long)fs.f_type != TMPFS_MAGIC_)
		rec->boot_id = read_boot_id(a);
	return ret < 0 ? err_sys(e, ret, "identify process %lld", (long long)rec->pid.v) : 0;
}

static bool is_same_process(const struct state_record *rec, int pidfd, struct arena *a)
{
	struct stat st;
	uint64_t start;

	if (rec->boot_id) {
		const char *now = read_boot_id(a);

		if (!now || strcmp(now, rec->boot_id))
			return false;
	}
	if (rec->pidfs_inode.set)
		return fstat(pidfd, &st) == 0 && st.st_ino == rec->pidfs_inode.v;
	return rec->start_time.set && read_start_time((pid_t)rec->pid.v, &start) == 0 &&
	       start == rec->start_time.v;
}

/* pidfd of the container's init; -1 when it is gone, a zombie or another. */
static int open_init(const struct state_record *rec, struct arena *a)
{
	bool valid = rec->pid.set && rec->pid.v > 0 && rec->pid.v <= INT32_MAX;
	fd_auto fd = valid ? sys_pidfd_open((pid_t)rec->pid.v) : -1;
	struct pollfd p = { .fd = fd, .events = POLLIN };

	if (fd < 0 || !is_same_process(rec, fd, a))
		return -1;
	return poll(&p, 1, 0) == 0 ? fd_take(&fd) : -1; /* readable: it has ended */
}

/* --- status -------------------------------------------------------------------- */

int gate_connect(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX, .sun_path = "start" };
	fd_auto fd = sys_ret(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
	int ret;

	if (fd < 0)
		return fd;
	ret = sys_ret(connect(fd, (struct sockaddr *)&addr, sizeof(addr)));
	return ret < 0 ? ret : fd_take(&fd);
}

/* Ask at the gate, a socket on which only a created container listens: the
 * kernel itself tells created from running, also when a `start` was killed
 * half-way. */
static bool is_waiting(struct container *c)
{
	if (c->gate_fd < 0 && fchdir(c->dir_fd) == 0)
		c->gate_fd = gate_connect();
	return c->gate_fd >= 0;
}

enum status container_status(struct container *c)
{
	if (c->rec.creating && !c->rec.pid.set)
		return STATUS_CREATING;
	if (c->pidfd < 0)
		return STATUS_STOPPED;
	if (c->rec.creating)
		return STATUS_CREATING;
	return is_waiting(c) ? STATUS_CREATED : STATUS_RUNNING;
}

bool container_is_paused(const struct container *c)
{
	char path[HOST_PATH_MAX], buf[256];
	fd_auto fd = -1;
	ssize_t n;

	if (!c->rec.cgroup_path)
		return false;
	text_fmt(path, sizeof(path), "%s%s/cgroup.events", c->rec.cgroup_mount, c->rec.cgroup_path);
	fd = sys_open(path, O_RDONLY, 0);
	n = fd < 0 ? fd : sys_ret(read(fd, buf, sizeof(buf) - 1));
	if (n < 0)
		return false;
	buf[n] = '\0';
	return strstr(buf, "frozen 1") != NULL;
}

int container_load(struct container *c, const char *id, struct arena *a, struct err *e)
{
	int ret = state_read(c->dir_fd, a, &c->rec, e);

	if (ret == -ENOENT)
		return err_set(e, ENODATA, "container \"%s\" has no state", id);
	if (ret < 0)
		return -ENODATA;
	fd_drop(&c->pidfd);
	c->pidfd = open_init(&c->rec, a);
	return 0;
}

int container_open(const struct runtime *rt, const char *id, struct arena *a, struct container *c,
		   struct err *e)
{
	int ret = state_check_id(id, e);

	*c = (struct container){ .root = rt->root, .dir_fd = -1, .pidfd = -1, .gate_fd = -1 };
	if (ret < 0)
		return ret;
	c->dir_fd = state_open_dir(rt->root, id, e);
	return c->dir_fd < 0 ? c->dir_fd : container_load(c, id, a, e);
}

void container_close(struct container *c)
{
	fd_drop(&c->gate_fd);
	fd_drop(&c->dir_fd);
	fd_drop(&c->pidfd);
}

struct cgroup_ref container_cgroup(const struct state_record *rec)
{
	return (struct cgroup_ref){
		.driver = rec->cgroup_driver,
		.mount = rec->cgroup_mount,
		.path = rec->cgroup_path,
	};
}

/* --- hooks ------------------------------------------------------------------------ */

void container_hook_state(const struct state_record *rec, struct arena *a, struct hook_state *s)
{
	static const char status_key[] = "\"status\":\"", pid_key[] = "\"pid\":";
	struct oci_state doc = {
		.oci_version = rec->oci_version,
		.id = rec->id,
		.bundle = rec->bundle,
		.status = (char *)(uintptr_t) "@",
		.pid = { true, 0 },
		.annotations = rec->annotations,
	};
	char *text = oci_encode(&oci_state_type, &doc, 0, a);
	/* the table's order: ociVersion, id, pid, status; ids hold no quotes */
	char *pid = strstr(text, pid_key) + sizeof(pid_key) - 1;
	char *status = strstr(pid, status_key) + sizeof(status_key) - 1;

	s->size = strlen(text) + 64;
	s->buf = arena_alloc(a, s->size);
	s->before_pid = arena_strndup(a, text, (size_t)(pid - text));
	s->before_status = arena_strndup(a, pid + 1, (size_t)(status - pid - 1));
	s->rest = status + 1;
}

struct plan_hooks container_hooks(const struct oci_hook_list *l, struct arena *a)
{
	struct plan_hooks ret = { arena_array(a, struct plan_hook, l->n + 1), l->n };

	for (size_t i = 0; i < l->n; i++) {
		const struct oci_hook *h = &l->at[i];
		char **args = arena_array(a, char *, h->args.n + 2);
		char **env = arena_array(a, char *, h->env.n + 1);

		args[0] = h->path;
		for (size_t k = 0; k < h->args.n; k++)
			args[k] = h->args.at[k];
		for (size_t k = 0; k < h->env.n; k++)
			env[k] = h->env.at[k];
		ret.at[i] = (struct plan_hook){ h->path, args, env, h->timeout.v };
	}
	return ret;
}

/* --- the end --------------------------------------------------------------------- */

static int wait_dead(int pidfd, struct err *e)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };
	int ret;

	do
		ret = sys_ret(poll(&p, 1, 10000));
	while (ret == -EINTR);
	if (ret == 0)
		return err_set(e, ETIMEDOUT, "container init still running 10 s after SIGKILL");
	return ret < 0 ? err_sys(e, ret, "wait for the container's init") : 0;
}

static void run_poststop(struct container *c, struct arena *a)
{
	struct plan_hooks hooks = container_hooks(&c->rec.poststop, a);
	struct hook_state state;
	struct err e = { 0 };

	container_hook_state(&c->rec, a, &state);
	hook_state_text(&state, "stopped", 0);
	for (size_t i = 0; i < hooks.n; i++) {
		struct plan_hooks one = { &hooks.at[i], 1 };

		/* the spec: log a warning and go on */
		if (init_hooks(&one, "poststop", &state, c->rec.bundle, &e) < 0)
			log_msg(LOG_WARNING, "poststop hook: %s", e.msg);
	}
}

/* Without a pid the create was killed before it could tell whether the cgroup
 * was its own: somebody else's processes may be in it. */
static int remove_cgroup(const struct container *c, const struct cgroup_driver *driver,
			 struct err *e)
{
	struct cgroup_ref cg = container_cgroup(&c->rec);
	int ret;

	if (c->rec.pid.set)
		return driver->destroy(&cg, e);
	ret = driver->remove_empty(&cg, e);
	if (ret == -EBUSY) {
		log_msg(LOG_WARNING, "cgroup \"%s\" is not empty and stays", cg.path);
		ret = 0;
	}
	return ret;
}

int container_destroy(struct container *c, struct arena *a, struct err *e)
{
	const struct cgroup_driver *driver = cgroup_driver(c->rec.cgroup_driver);
	int ret = 0;

	if (c->pidfd >= 0) {
		ret = sys_pidfd_send_signal(c->pidfd, SIGKILL);
		if (ret < 0 && ret != -ESRCH)
			return err_sys(e, ret, "kill the container's init");
		ret = wait_dead(c->pidfd, e);
	}
	if (ret == 0 && driver)
		ret = remove_cgroup(c, driver, e);
	if (ret < 0)
		return ret;
	if (c->rec.poststop.n)
		run_poststop(c, a);
	/* last, so that a delete that was cut short can be repeated */
	return state_remove_dir(c->root, c->rec.id, e);
}
