/* SPDX-License-Identifier: Apache-2.0 */
/* tty.c - makes the container's terminal, and hands it out.
 *
 * Both ends of the pty come from descriptors that the kernel gave, never from
 * a name like /dev/pts/0, which the image could have put there
 * (CVE-2025-52565).  Fds 0-2 are open in every process that calls this.
 */
#include "linux/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "base/text.h"
#include "linux/mount.h"

/* --- child: the pty --------------------------------------------------------- */

/* A devpts that ocirun did not mount: a bind, or one of the image's config. */
static int open_pts(const struct root *root, struct err *e)
{
	fd_auto fd = path_lookup(root, "/dev/pts", PATH_STRICT, e);
	struct statfs fs;

	if (fd < 0)
		return fd;
	if (fstatfs(fd, &fs) < 0 || fs.f_type != DEVPTS_SUPER_MAGIC)
		return err_set(e, EINVAL, "open terminal: /dev/pts is not a devpts");
	return fd_take(&fd);
}

static int open_ptmx(const struct root *root, int devpts_fd, struct err *e)
{
	fd_auto pts = -1, master = -1;
	struct stat st;
	int ret;

	if (devpts_fd < 0) {
		pts = open_pts(root, e);
		if (pts < 0)
			return pts;
		devpts_fd = pts;
	}
	/* Nobody makes files in a devpts; NO_XDEV excludes what is mounted in it. */
	master = sys_openat2(devpts_fd, "ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC, 0,
			     SYS_RESOLVE_BENEATH | SYS_RESOLVE_NO_XDEV | SYS_RESOLVE_NO_SYMLINKS |
				     SYS_RESOLVE_NO_MAGICLINKS);
	if (master < 0)
		return err_sys(e, master, "open terminal: ptmx of the container's devpts");
	ret = sys_ret(fstat(master, &st));
	if (ret < 0)
		return err_sys(e, ret, "open terminal: ptmx");
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(5, 2))
		return err_set(e, EINVAL, "open terminal: ptmx is not the device 5:2");
	return fd_take(&master);
}

static int open_peer(int master, struct err *e)
{
	int unlock = 0;
	int ret = sys_ret(ioctl(master, TIOCSPTLCK, &unlock));

	if (ret < 0)
		return err_sys(e, ret, "unlock terminal");
	ret = sys_ret(ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
	if (ret < 0)
		return err_sys(e, ret, "open terminal: its container side");
	return ret;
}

static int set_up(int peer, const struct plan_exec *x, const struct plan_cred *c, struct err *e)
{
	const struct winsize size = { .ws_row = x->rows, .ws_col = x->cols };
	int ret = 0;

	if (x->rows || x->cols)
		ret = sys_ret(ioctl(peer, TIOCSWINSZ, &size));
	if (ret < 0)
		return err_sys(e, ret, "set terminal size %ux%u", x->cols, x->rows);
	/* The group is the devpts' (gid=5), it is new and root's otherwise. */
	if (c->uid != 0)
		ret = sys_ret(fchown(peer, c->uid, (gid_t)-1));
	if (ret < 0)
		return err_sys(e, ret, "give terminal to uid %u", c->uid);
	return 0;
}

/* The place of /dev/console.  Neither it nor /dev may be a symlink: the image
 * would choose what is created or covered (CVE-2026-88264). */
static int open_console(const struct root *root, struct err *e)
{
	fd_auto at = path_mkfile(root, "/dev/console", PATH_STRICT, e);
	struct stat st;

	if (at < 0)
		return at;
	if (fstat(at, &st) < 0 || !(S_ISREG(st.st_mode) || S_ISCHR(st.st_mode)))
		return err_set(e, EINVAL, "\"/dev/console\" is neither a file nor a device");
	return fd_take(&at);
}

static int bind_console(int peer, const struct root *root, struct err *e)
{
	fd_auto at = open_console(root, e);
	fd_auto tree = -1;

	if (at < 0)
		return at;
	tree = sys_open_tree(peer, "",
			     SYS_AT_EMPTY_PATH | SYS_OPEN_TREE_CLONE | SYS_OPEN_TREE_CLOEXEC);
	if (tree < 0)
		return err_sys(e, tree, "bind terminal on \"/dev/console\"");
	return mount_attach(tree, at, e);
}

/* The caller has done setsid(2). */
static int become_stdio(int peer, struct err *e)
{
	int ret = sys_ret(ioctl(peer, TIOCSCTTY, 0));

	if (ret < 0)
		return err_sys(e, ret, "make the terminal the controlling one");
	for (int fd = 0; fd < 3; fd++) {
		ret = sys_ret(dup2(peer, fd));
		if (ret < 0)
			return err_sys(e, ret, "make the terminal fd %d", fd);
	}
	return 0;
}

int tty_open(const struct plan *plan, const struct root *root, int devpts_fd, int *master_fd,
	     struct err *e)
{
	fd_auto master = open_ptmx(root, devpts_fd, e);
	fd_auto peer = -1;
	int ret;

	if (master < 0)
		return master;
	peer = open_peer(master, e);
	if (peer < 0)
		return peer;
	ret = set_up(peer, &plan->exec, &plan->cred, e);
	if (ret == 0)
		ret = bind_console(peer, root, e);
	if (ret == 0)
		ret = become_stdio(peer, e);
	if (ret == 0)
		*master_fd = fd_take(&master);
	return ret;
}

/* --- child: no terminal ------------------------------------------------------ */

int tty_own_stdio(const struct plan_cred *c, struct err *e)
{
	for (int fd = 0; fd < 3; fd++) {
		struct stat st;
		int ret = sys_ret(fstat(fd, &st));

		if (ret < 0)
			return err_sys(e, ret, "stat fd %d", fd);
		/* Devices and files belong to the host (runc#3674, CVE-2026-88265). */
		if (st.st_uid == c->uid || !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
			continue;
		ret = sys_ret(fchown(fd, c->uid, (gid_t)-1));
		/* A FIFO on a file system that will not have it: the descriptor works
		 * as it is, only /dev/stdout cannot be opened anew. */
		if (ret < 0 && ret != -EPERM && ret != -EROFS && ret != -EINVAL)
			return err_sys(e, ret, "give fd %d to uid %u", fd, c->uid);
	}
	return 0;
}

/* --- parent ------------------------------------------------------------------- */

static int connect_to(const char *path, struct err *e)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = strlen(path);
	fd_auto sock = -1;
	int ret;

	if (n >= sizeof(to.sun_path))
		return err_sys(e, -ENAMETOOLONG, "connect to console socket \"%s\"", path);
	memcpy(to.sun_path, path, n + 1);
	sock = sys_ret(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	if (sock < 0)
		return err_sys(e, sock, "open a socket for the console");
	ret = sys_ret(connect(sock, (const struct sockaddr *)&to, sizeof(to)));
	if (ret < 0)
		return err_sys(e, ret, "connect to console socket \"%s\"", path);
	return fd_take(&sock);
}

int tty_send(const char *socket_path, int master_fd, struct err *e)
{
	fd_auto sock = connect_to(socket_path, e);
	unsigned int number;
	char name[32];
	size_t n;
	int ret;

	if (sock < 0)
		return sock;
	ret = sys_ret(ioctl(master_fd, TIOCGPTN, &number));
	if (ret < 0)
		return err_sys(e, ret, "ask for the number of the terminal");
	n = text_fmt(name, sizeof(name), "/dev/pts/%u", number);
	ret = fd_send(sock, master_fd, name, n);
	if (ret < 0)
		return err_sys(e, ret, "send terminal to \"%s\"", socket_path);
	return 0;
}
