/* SPDX-License-Identifier: Apache-2.0 */
/* fd.c - see fd.h. */
#include "base/fd.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"

void fd_drop(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* nothing that we write to reports errors here */
	*fd = -1;
}

void fd_drop_high(int *fd)
{
	enum { HIGH = 128 };

	if (*fd >= HIGH)
		fd_drop(fd);
	*fd = -1;
}

int fd_take(int *fd)
{
	int ret = *fd;

	*fd = -1;
	return ret;
}

ssize_t fd_read_all(int fd, void *buf, size_t cap)
{
	size_t done = 0;

	while (done < cap) {
		ssize_t n = sys_ret(read(fd, (char *)buf + done, cap - done));

		if (n == -EINTR)
			continue;
		if (n < 0)
			return n;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

int fd_write_all(int fd, const void *buf, size_t n)
{
	const char *at = buf;

	while (n) {
		ssize_t done = sys_ret(write(fd, at, n));

		if (done == -EINTR)
			continue;
		if (done < 0)
			return (int)done;
		at += done;
		n -= (size_t)done;
	}
	return 0;
}

int fd_slurp(int fd, size_t limit, struct arena *a, char **ret, size_t *ret_len)
{
	struct stat st;
	size_t room, cap;
	ssize_t n;
	char *at;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
		return -EINVAL;
	if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > limit)
		return -EFBIG;
	/* A size is but a hint: files of /proc say 0, others grow meanwhile.  One byte
	 * more than allowed tells; what was not read into goes back untouched. */
	room = arena_room(a);
	if (room < 2)
		return -ENOMEM;
	cap = limit < room - 1 ? limit + 1 : room - 1;
	at = arena_alloc(a, cap + 1);
	/* a read that stops short of what was asked for is the end of a file */
	do
		n = sys_ret(read(fd, at, cap));
	while (n == -EINTR);
	if (n >= 0 && (!S_ISREG(st.st_mode) || (size_t)n == cap)) {
		ssize_t more = fd_read_all(fd, at + n, cap - (size_t)n);

		n = more < 0 ? more : n + more;
	}
	if (n < 0)
		return (int)n;
	if ((size_t)n > limit)
		return -EFBIG;
	if ((size_t)n == cap)
		return -ENOMEM;
	at[n] = '\0';
	a->used = (size_t)(at - a->base) + (size_t)n + 1;
	*ret = at;
	*ret_len = (size_t)n;
	return 0;
}

int fd_send(int sock, int fd, const void *data, size_t n)
{
	union {
		struct cmsghdr align;
		char at[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_base = (void *)(uintptr_t)data, .iov_len = n };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control.at),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	ssize_t ret;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	do
		ret = sys_ret(sendmsg(sock, &msg, MSG_NOSIGNAL));
	while (ret == -EINTR);
	/* the descriptor went with the first bytes; a full stream may owe us the rest */
	while (ret >= 0 && (size_t)ret < n) {
		data = (const char *)data + ret;
		n -= (size_t)ret;
		do
			ret = sys_ret(send(sock, data, n, MSG_NOSIGNAL));
		while (ret == -EINTR);
	}
	return ret < 0 ? (int)ret : 0;
}

int fd_cloexec_from(unsigned int from)
{
	return sys_close_range(from, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */);
}
