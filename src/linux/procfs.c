/* SPDX-License-Identifier: Apache-2.0 */
/* procfs.c - opens files of a procfs that ocirun mounted itself, and nothing
 * that somebody put on top of one.  Child; knows no meaning of any file.
 */
#include "linux/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "linux/mount.h"

int procfs_private(struct err *e)
{
	return mount_detached("proc", SYS_ATTR_NOSUID | SYS_ATTR_NODEV | SYS_ATTR_NOEXEC, e);
}

/* "self" and "thread-self" are ordinary symlinks, so links stay allowed. */
static int open_file(int proc_fd, const char *file, int flags, struct err *e)
{
	int fd = sys_openat2(proc_fd, file, (uint64_t)flags | O_CLOEXEC, 0,
			     SYS_RESOLVE_BENEATH | SYS_RESOLVE_NO_XDEV | SYS_RESOLVE_NO_MAGICLINKS);

	if (fd < 0)
		return err_sys(e, fd, "open \"/proc/%s\"", file);
	return fd;
}

int procfs_write(int proc_fd, const char *file, const char *value, size_t n, struct err *e)
{
	fd_auto fd = open_file(proc_fd, file, O_WRONLY, e);
	ssize_t done;

	if (fd < 0)
		return fd;
	done = write(fd, value, n);
	if (done < 0)
		return err_sys(e, -errno, "write \"/proc/%s\"", file);
	if ((size_t)done != n)
		return err_set(e, EIO, "write \"/proc/%s\": the kernel took a part of it", file);
	return 0;
}

ssize_t procfs_read(int proc_fd, const char *file, char *buf, size_t cap, struct err *e)
{
	fd_auto fd = open_file(proc_fd, file, O_RDONLY, e);
	ssize_t n;

	if (fd < 0)
		return fd;
	/* One call: seq files hand out all that fits at once. */
	n = read(fd, buf, cap - 1);
	if (n < 0)
		return err_sys(e, -errno, "read \"/proc/%s\"", file);
	buf[n] = '\0';
	return n;
}

int procfs_open(int proc_fd, const char *file, struct err *e)
{
	return open_file(proc_fd, file, O_RDONLY, e);
}
