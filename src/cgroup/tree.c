/* SPDX-License-Identifier: Apache-2.0 */
/* tree.c - the cgroups that a container made below its own.  Parent only;
 * knows directories and cgroup.procs, nothing of containers.
 */
#include "cgroup/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"

enum { DIR_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW };

static DIR *open_list(int dir_fd)
{
	fd_auto fd = sys_ret(openat(dir_fd, ".", DIR_FLAGS | O_CLOEXEC));
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (dir)
		fd_take(&fd);
	return dir;
}

/* The next directory in the list, NULL at its end.  kernfs tells types. */
static const char *next_child(DIR *dir)
{
	struct dirent *entry;

	while ((entry = readdir(dir))) {
		if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			return entry->d_name;
	}
	return NULL;
}

/* --- removal -------------------------------------------------------------------- */

/* Remove what can be removed right below fd; one child that cannot is named in
 * `left`, "" when there is none.  Returns the number of the removed. */
static int prune_level(int fd, char left[NAME_MAX + 1])
{
	DIR *dir = open_list(fd);
	const char *name;
	int removed = 0, ret = 0;

	left[0] = '\0';
	if (!dir)
		return -errno;
	while (ret == 0 && (name = next_child(dir))) {
		if (unlinkat(fd, name, AT_REMOVEDIR) == 0)
			removed++;
		else if (errno == EBUSY)
			memcpy(left, name, strlen(name) + 1);
		else if (errno != ENOENT)
			ret = -errno;
	}
	closedir(dir);
	return ret < 0 ? ret : removed;
}

/* Go down into a child that could not be removed until there is none, then one
 * level up, where the child is empty now and goes on the next look.  No stack
 * is needed: cgroups are never renamed, so ".." leads back the same way. */
int tree_prune(int dir_fd)
{
	fd_auto fd = sys_ret(openat(dir_fd, ".", DIR_FLAGS | O_CLOEXEC));
	int removed = 0, depth = 0;
	bool came_up = false;

	while (fd >= 0) {
		char left[NAME_MAX + 1];
		int n = prune_level(fd, left), next;

		if (n < 0)
			return n;
		removed += n;
		if (left[0] && came_up && n == 0) /* empty, but processes are in it */
			return removed ? removed : -EBUSY;
		if (!left[0] && depth == 0)
			return removed;
		next = sys_ret(openat(fd, left[0] ? left : "..", DIR_FLAGS | O_CLOEXEC));
		if (next == -ENOENT) /* removed by somebody else meanwhile */
			continue;
		came_up = !left[0];
		depth += came_up ? -1 : 1;
		fd_drop(&fd);
		fd = next;
	}
	return fd;
}

/* --- visiting ------------------------------------------------------------------- */

struct visitor {
	int (*visit)(pid_t pid, void *ctx);
	void *ctx;
};

/* Numbers, one a line; a line may be split between two reads. */
static int visit_procs(int dir_fd, const struct visitor *v)
{
	fd_auto fd = sys_ret(openat(dir_fd, "cgroup.procs", O_RDONLY | O_CLOEXEC));
	char buf[4096];
	pid_t pid = 0;
	ssize_t n;

	if (fd < 0)
		return fd;
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i] != '\n') {
				pid = pid * 10 + (buf[i] - '0');
				continue;
			}
			/* 0: in a pid namespace beside ours */
			int ret = pid > 0 ? v->visit(pid, v->ctx) : 0;

			if (ret)
				return ret;
			pid = 0;
		}
	}
	/* The processes of a threaded cgroup are listed by the domain above it. */
	if (n < 0 && errno != EOPNOTSUPP && errno != ENODEV)
		return -errno;
	return 0;
}

static int visit_tree(int dir_fd, int depth, const struct visitor *v)
{
	int ret = visit_procs(dir_fd, v);
	const char *name;
	DIR *dir;

	if (ret)
		return ret == -ENOENT ? 0 : ret;
	if (depth == TREE_DEPTH_MAX)
		return -ELOOP;
	dir = open_list(dir_fd);
	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while (ret == 0 && (name = next_child(dir))) {
		fd_auto fd = sys_ret(openat(dir_fd, name, DIR_FLAGS | O_CLOEXEC));

		if (fd >= 0)
			ret = visit_tree(fd, depth + 1, v);
		else if (fd != -ENOENT)
			ret = fd;
	}
	closedir(dir);
	return ret;
}

int tree_processes(int dir_fd, int (*visit)(pid_t pid, void *ctx), void *ctx)
{
	const struct visitor v = { visit, ctx };

	return visit_tree(dir_fd, 0, &v);
}
