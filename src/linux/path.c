/* SPDX-License-Identifier: Apache-2.0 */
/* path.c - see path.h.  The only file that resolves container paths. */
#include "linux/path.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "base/text.h"

enum {
	RETRY_MS = 50,  /* how long a tree may keep moving under a walk */
	TRIES_MAX = 40, /* the kernel's own limit of links */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* openat2(2) below the root.  EAGAIN: a rename or mount happened while ".."
 * was walked; bounded, so that an attacker cannot hold us. */
static int open_in(const struct root *r, const char *path, uint64_t how, unsigned int flags)
{
	uint64_t resolve = SYS_RESOLVE_IN_ROOT | SYS_RESOLVE_NO_MAGICLINKS;
	int64_t end = 0;
	int fd;

	how |= O_CLOEXEC;
	if (flags & PATH_NOFOLLOW)
		how |= O_NOFOLLOW;
	if (flags & PATH_STRICT)
		resolve |= SYS_RESOLVE_NO_SYMLINKS;
	for (;;) {
		fd = sys_openat2(r->fd, path, how, 0, resolve);
		if (fd != -EAGAIN && fd != -EINTR)
			return fd;
		if (end == 0)
			end = now_ms() + RETRY_MS;
		else if (now_ms() > end)
			return fd;
	}
}

int path_try(const struct root *r, const char *path, unsigned int flags)
{
	return open_in(r, path, O_PATH, flags);
}

int path_lookup(const struct root *r, const char *path, unsigned int flags, struct err *e)
{
	int fd = path_try(r, path, flags);

	if (fd == -ELOOP && (flags & PATH_STRICT))
		return err_set(e, ELOOP, "\"%s\" must not lead through a symlink", path);
	return fd < 0 ? err_sys(e, fd, "open \"%s\" in the rootfs", path) : fd;
}

/* --- creating ------------------------------------------------------------- */

/* A path that is being created: component by component, rewritten when a
 * dangling symlink is met. */
struct making {
	const struct root *root;
	char path[PATH_MAX];
	size_t done; /* the prefix that exists */
	int at;      /* O_PATH fd of that prefix; -1: the root itself */
	mode_t mode;
	bool file; /* the last component is a regular file */
	unsigned int flags;
	unsigned int tries; /* links, and things that somebody else made */
	bool look;          /* at the last component too: make_path() saw another path */
};

static bool is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* Something stands at `name` in m->at after all.  A symlink that points to nothing:
 * go on with its target, text put in place of the name, the rest of the path
 * behind it.  Else somebody made it meanwhile (two containers that begin on one
 * rootfs): look again. */
static int follow_link(struct making *m, const char *name, size_t end, bool last)
{
	char link[PATH_MAX], whole[PATH_MAX];
	struct text t = text_over(whole, sizeof(whole));
	ssize_t n =
		sys_ret(readlinkat(m->at < 0 ? m->root->fd : m->at, name, link, sizeof(link) - 1));

	if (++m->tries > TRIES_MAX)
		return -ELOOP;
	m->look = true;
	if (n == -EINVAL || n == -ENOENT)
		return 0;
	if (n < 0)
		return (int)n;
	if ((m->flags & PATH_STRICT) || (last && (m->flags & PATH_NOFOLLOW)))
		return -ELOOP;
	link[n] = '\0';
	if (link[0] != '/')
		text_add(&t, "%.*s/", (int)m->done, m->path);
	text_add(&t, "%s/%s", link, m->path + end);
	if (t.cut)
		return -ENAMETOOLONG;
	memcpy(m->path, whole, t.len + 1);
	m->done = 0;
	fd_drop(&m->at);
	return 0;
}

/* Create one component and open it, never through a link. */
static int make_one(struct making *m, const char *name, bool last)
{
	int dir = m->at < 0 ? m->root->fd : m->at;
	bool file = last && m->file;
	int ret = file ? sys_ret(mknodat(dir, name, S_IFREG | m->mode, 0))
		       : sys_ret(mkdirat(dir, name, m->file ? 0755 : m->mode));

	if (ret < 0)
		return ret;
	return sys_ret(
		openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC | (file ? 0 : O_DIRECTORY)));
}

/* Advance m by the component that ends before `end`.  0, or -errno. */
static int make_step(struct making *m, size_t begin, size_t end)
{
	char name[NAME_MAX + 1], saved = m->path[end];
	bool last = m->path[end + strspn(m->path + end, "/")] == '\0';
	int fd;

	if (end - begin > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, m->path + begin, end - begin);
	name[end - begin] = '\0';
	m->path[end] = '\0';
	/* make_path() found the whole path missing */
	fd = last && !m->look
		     ? -ENOENT
		     : path_try(m->root, m->path,
				m->flags & (last ? PATH_STRICT | PATH_NOFOLLOW : PATH_STRICT));
	if (fd == -ENOENT && !is_dots(name))
		fd = make_one(m, name, last);
	m->path[end] = saved;
	if (fd == -EEXIST)
		return follow_link(m, name, end, last);
	if (fd < 0)
		return fd;
	fd_drop_high(&m->at);
	m->at = fd;
	m->done = end;
	return 0;
}

static int make_all(struct making *m)
{
	for (;;) {
		size_t begin = m->done + strspn(m->path + m->done, "/");
		size_t end = begin + strcspn(m->path + begin, "/");
		int ret;

		if (end == begin)
			return 0;
		ret = make_step(m, begin, end);
		if (ret < 0)
			return ret;
	}
}

/* Open path, creating what is missing. */
static int make_path(const struct root *r, const char *path, mode_t mode, bool file,
		     unsigned int flags)
{
	struct making m = { .root = r, .at = -1, .mode = mode, .file = file, .flags = flags };
	int fd = path_try(r, path, flags);
	int ret;

	if (fd != -ENOENT)
		return fd;
	if (strlen(path) >= sizeof(m.path))
		return -ENAMETOOLONG;
	memcpy(m.path, path, strlen(path) + 1);
	ret = make_all(&m);
	if (ret < 0) {
		fd_drop(&m.at);
		return ret;
	}
	return m.at < 0 ? path_try(r, m.path, flags) : m.at; /* nothing but slashes */
}

int path_mkdirs(const struct root *r, const char *path, mode_t mode, unsigned int flags,
		struct err *e)
{
	int fd = make_path(r, path, mode, false, flags);

	if (fd == -ELOOP && (flags & PATH_STRICT))
		return err_set(e, ELOOP, "\"%s\" must not lead through a symlink", path);
	return fd < 0 ? err_sys(e, fd, "make directory \"%s\" in the rootfs", path) : fd;
}

int path_mkfile(const struct root *r, const char *path, unsigned int flags, struct err *e)
{
	int fd = make_path(r, path, 0644, true, flags);

	if (fd == -ELOOP && (flags & PATH_STRICT))
		return err_set(e, ELOOP, "\"%s\" must not lead through a symlink", path);
	return fd < 0 ? err_sys(e, fd, "make file \"%s\" in the rootfs", path) : fd;
}

int path_parent(const struct root *r, const char *path, char name[256], struct err *e)
{
	const char *slash = strrchr(path, '/');
	const char *last = slash ? slash + 1 : path;
	char dir[PATH_MAX];
	size_t n = slash ? (size_t)(slash - path) : 0;

	if (!*last || is_dots(last) || strlen(last) > NAME_MAX || n >= sizeof(dir))
		return err_set(e, EINVAL, "\"%s\" is no path of a file", path);
	memcpy(name, last, strlen(last) + 1);
	memcpy(dir, path, n);
	dir[n] = '\0';
	return path_mkdirs(r, n ? dir : "/", 0755, 0, e);
}

int path_symlink(const struct root *r, const char *path, const char *target, bool replace,
		 struct err *e)
{
	char name[NAME_MAX + 1], there[PATH_MAX];
	fd_exec dir = path_parent(r, path, name, e);
	ssize_t n;
	int ret;

	if (dir < 0)
		return dir;
	ret = sys_ret(symlinkat(target, dir, name));
	if (ret != -EEXIST)
		return ret < 0 ? err_sys(e, ret, "make symlink \"%s\"", path) : 0;
	n = sys_ret(readlinkat(dir, name, there, sizeof(there) - 1));
	if (n >= 0)
		there[n] = '\0';
	if (!replace || (n >= 0 && !strcmp(there, target)))
		return 0;
	ret = sys_ret(unlinkat(dir, name, 0));
	if (ret == 0)
		ret = sys_ret(symlinkat(target, dir, name));
	return ret < 0 ? err_sys(e, ret, "replace \"%s\" by a symlink", path) : 0;
}

int path_read(const struct root *r, const char *path, struct err *e)
{
	fd_exec look = path_lookup(r, path, 0, e);
	fd_exec fd = -1;
	struct stat before, after;

	if (look < 0)
		return look;
	if (fstat(look, &before) < 0 || !S_ISREG(before.st_mode))
		return err_set(e, EINVAL, "\"%s\" is not a regular file", path);
	fd = open_in(r, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	if (fd < 0)
		return err_sys(e, fd, "read \"%s\" in the rootfs", path);
	if (fstat(fd, &after) < 0 || after.st_ino != before.st_ino || after.st_dev != before.st_dev)
		return err_set(e, EAGAIN, "\"%s\" changed while it was opened", path);
	return fd_take(&fd);
}
