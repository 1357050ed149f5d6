/* SPDX-License-Identifier: Apache-2.0 */
/* notify.c - see notify.h. */
#include "runtime/notify.h"

#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "base/text.h"

int notify_reserve(int dir_fd, struct err *e)
{
	int ret = sys_ret(mkdirat(dir_fd, "notify", 0755));

	return ret < 0 ? err_sys(e, ret, "make the notify directory") : 0;
}

int notify_listen(int dir_fd, struct err *e)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX, .sun_path = "notify.sock" };
	fd_auto dir =
		sys_ret(openat(dir_fd, "notify", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
	fd_auto cwd = sys_open(".", O_PATH | O_DIRECTORY, 0);
	fd_auto fd = -1;
	int ret;

	if (dir < 0)
		return dir;
	fd = ret = sys_ret(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
	if (ret >= 0)
		ret = sys_ret(fchdir(dir));    /* sun_path is short */
	(void)unlinkat(dir, addr.sun_path, 0); /* of a start that was killed */
	if (ret >= 0)
		ret = sys_ret(bind(fd, (struct sockaddr *)&addr, sizeof(addr)));
	if (ret >= 0) /* any user of the container may say it */
		ret = sys_ret(fchmodat(AT_FDCWD, addr.sun_path, 0777, 0));
	if (cwd >= 0 && fchdir(cwd) < 0 && ret >= 0)
		ret = -errno;
	return ret < 0 ? err_sys(e, ret, "make the notify socket") : fd_take(&fd);
}

static int tell_host(const char *path, pid_t pid, struct err *e)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	fd_auto fd = sys_ret(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	size_t n = strlen(path);
	char text[64];
	int ret = fd;

	if (n == 0 || n >= sizeof(addr.sun_path))
		return err_sys(e, -ENAMETOOLONG, "NOTIFY_SOCKET \"%s\"", path);
	memcpy(addr.sun_path, path, n);
	if (path[0] == '@') /* abstract */
		addr.sun_path[0] = '\0';
	if (ret >= 0)
		ret = sys_ret(sendto(fd, text,
				     text_fmt(text, sizeof(text), "READY=1\nMAINPID=%d", pid),
				     MSG_NOSIGNAL, (struct sockaddr *)&addr,
				     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)));
	return ret < 0 ? err_sys(e, ret, "tell NOTIFY_SOCKET \"%s\"", path) : 0;
}

static bool says_ready(char *text)
{
	char *rest = text;

	for (char *line; (line = strsep(&rest, "\n"));)
		if (!strcmp(line, "READY=1"))
			return true;
	return false;
}

int notify_forward(int fd, const char *host_socket, pid_t pid, struct err *e)
{
	char text[4096];
	ssize_t n;

	while ((n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT)) >= 0) {
		text[n] = '\0';
		if (says_ready(text)) {
			int ret = tell_host(host_socket, pid, e);

			return ret < 0 ? ret : 1;
		}
	}
	return 0;
}

int notify_wait(int fd, const char *host_socket, pid_t pid, int pidfd, struct err *e)
{
	struct pollfd p[2] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = pidfd, .events = POLLIN },
	};

	for (;;) {
		int ret = sys_ret(poll(p, 2, -1));

		if (ret < 0 && ret != -EINTR)
			return err_sys(e, ret, "wait for READY=1");
		ret = notify_forward(fd, host_socket, pid, e);
		if (ret || p[1].revents)
			return ret < 0 ? ret : 0;
	}
}
