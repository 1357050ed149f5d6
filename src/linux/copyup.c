/* SPDX-License-Identifier: Apache-2.0 */
/* copyup.c - see copyup.h.  Every step is one component below an open
 * directory and follows no link: the source is the image's. */
#include "linux/copyup.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"

enum { DEPTH_MAX = 64, CHUNK = 1 << 30 };

struct level {
	int from, to;
	dev_t dev;
	int depth;
};

static int copy_level(const struct level *l, struct err *e);

static int copy_file(const struct level *l, const char *name, mode_t mode)
{
	fd_auto in = sys_ret(
		openat(l->from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
	fd_auto out = -1;
	ssize_t n;

	if (in < 0)
		return in;
	out = sys_ret(openat(l->to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode & 07777));
	if (out < 0)
		return out;
	do
		n = sys_ret(sendfile(out, in, NULL, CHUNK));
	while (n > 0 || n == -EINTR);
	return (int)n;
}

static int copy_link(const struct level *l, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = sys_ret(readlinkat(l->from, name, target, sizeof(target) - 1));

	if (n < 0)
		return (int)n;
	target[n] = '\0';
	return sys_ret(symlinkat(target, l->to, name));
}

static int copy_dir(const struct level *l, const char *name, const struct stat *st, struct err *e)
{
	fd_auto from =
		sys_ret(openat(l->from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
	fd_auto to = -1;
	int ret;

	if (from < 0)
		return from;
	ret = sys_ret(mkdirat(l->to, name, st->st_mode & 07777));
	if (ret < 0)
		return ret;
	if (st->st_dev != l->dev) /* a mount: its place, not its content */
		return 0;
	to = sys_ret(openat(l->to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
	if (to < 0)
		return to;
	return copy_level(&(struct level){ from, to, l->dev, l->depth + 1 }, e);
}

/* Owner before mode (chown clears the set-id bits), times last. */
static int copy_meta(const struct level *l, const char *name, const struct stat *st)
{
	struct timespec times[2] = { st->st_atim, st->st_mtim };
	int ret = sys_ret(fchownat(l->to, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW));

	if (ret == 0 && !S_ISLNK(st->st_mode))
		ret = sys_ret(fchmodat(l->to, name, st->st_mode & 07777, 0));
	if (ret == 0)
		ret = sys_ret(utimensat(l->to, name, times, AT_SYMLINK_NOFOLLOW));
	return ret;
}

static int copy_entry(const struct level *l, const char *name, struct err *e)
{
	struct stat st;
	int ret = sys_ret(fstatat(l->from, name, &st, AT_SYMLINK_NOFOLLOW));

	if (ret == 0) {
		if (S_ISDIR(st.st_mode))
			ret = copy_dir(l, name, &st, e);
		else if (S_ISREG(st.st_mode))
			ret = copy_file(l, name, st.st_mode);
		else if (S_ISLNK(st.st_mode))
			ret = copy_link(l, name);
		else
			ret = sys_ret(mknodat(l->to, name, st.st_mode, st.st_rdev));
	}
	if (ret == 0)
		ret = copy_meta(l, name, &st);
	if (ret < 0 && e && !e->code)
		err_sys(e, ret, "copy \"%s\" up", name);
	return ret;
}

struct dirent64_raw {
	uint64_t d_ino;
	int64_t d_off;
	unsigned short d_reclen;
	unsigned char d_type;
	char d_name[];
};

static int copy_level(const struct level *l, struct err *e)
{
	char buf[2048] __attribute__((aligned(8)));
	long n;

	if (l->depth > DEPTH_MAX)
		return -ELOOP;
	while ((n = sys_getdents(l->from, buf, sizeof(buf))) > 0) {
		for (long at = 0; at < n;) {
			const struct dirent64_raw *d = (const void *)(buf + at);
			int ret = 0;

			if (strcmp(d->d_name, ".") && strcmp(d->d_name, ".."))
				ret = copy_entry(l, d->d_name, e);
			if (ret < 0)
				return ret;
			at += d->d_reclen;
		}
	}
	return (int)n;
}

int copyup_tree(int from, int to, struct err *e)
{
	fd_auto in = sys_ret(openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	fd_auto out = sys_ret(openat(to, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	struct stat st;
	int ret;

	if (in < 0 || out < 0 || fstat(in, &st) < 0)
		return err_sys(e, in < 0 ? in : out < 0 ? out : -errno, "open for tmpcopyup");
	ret = copy_level(&(struct level){ in, out, st.st_dev, 0 }, e);
	if (ret < 0 && e && !e->code)
		return err_sys(e, ret, "copy the content of the directory up");
	return ret;
}
