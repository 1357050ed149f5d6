/* SPDX-License-Identifier: Apache-2.0 */
/* offer.c - see offer.h. */
#include "runtime/offer.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <stdio.h>

#include "base/fd.h"
#include "base/sys.h"
#include "base/text.h"

int offer_pid_file(const char *path, pid_t pid, struct err *e)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char aside[PATH_MAX], digits[16];
	struct text t = text_over(aside, sizeof(aside));
	size_t n = text_fmt(digits, sizeof(digits), "%d", pid);
	fd_auto fd = -1;
	int ret;

	text_add(&t, "%.*s.%s", (int)(name - path), path, name);
	if (t.cut)
		return err_sys(e, -ENAMETOOLONG, "pid file \"%s\"", path);
	(void)unlink(aside); /* of a writer that was killed */
	fd = sys_open(aside, O_WRONLY | O_CREAT | O_EXCL, 0666);
	ret = fd < 0 ? fd : fd_write_all(fd, digits, n);
	if (ret == 0)
		ret = sys_ret(rename(aside, path));
	if (ret < 0 && fd >= 0)
		(void)unlink(aside);
	return ret < 0 ? err_sys(e, ret, "write pid file \"%s\"", path) : 0;
}

int offer_pidfd(const char *socket_path, int pidfd, struct err *e)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	fd_auto fd = sys_ret(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	int ret = fd;

	if (strlen(socket_path) >= sizeof(addr.sun_path))
		return err_sys(e, -ENAMETOOLONG, "pidfd socket \"%s\"", socket_path);
	memcpy(addr.sun_path, socket_path, strlen(socket_path) + 1);
	if (ret >= 0)
		ret = sys_ret(connect(fd, (struct sockaddr *)&addr, sizeof(addr)));
	if (ret >= 0)
		ret = fd_send(fd, pidfd, "pidfd", 5);
	return ret < 0 ? err_sys(e, ret, "send the pidfd to \"%s\"", socket_path) : 0;
}
