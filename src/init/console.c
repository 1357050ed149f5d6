/* SPDX-License-Identifier: Apache-2.0 */
/* console.c - see console.h. */
#include "init/console.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"

static bool buf_empty(const struct console_buf *b)
{
	return b->begin == b->end;
}

/* Read into an empty buffer; false at the end of the stream. */
static bool buf_fill(struct console_buf *b, int fd)
{
	ssize_t n = sys_ret(read(fd, b->at, sizeof(b->at)));

	b->begin = 0;
	b->end = n > 0 ? (size_t)n : 0;
	return n > 0 || n == -EINTR || n == -EAGAIN;
}

static bool buf_flush(struct console_buf *b, int fd)
{
	ssize_t n = sys_ret(write(fd, b->at + b->begin, b->end - b->begin));

	if (n > 0)
		b->begin += (size_t)n;
	return n >= 0 || n == -EINTR || n == -EAGAIN;
}

void console_resize(const struct console *c)
{
	struct winsize w;

	if (c->raw && ioctl(STDIN_FILENO, TIOCGWINSZ, &w) == 0)
		(void)ioctl(c->master_fd, TIOCSWINSZ, &w); /* the container may be gone */
}

static void hang_up(struct console *c)
{
	c->in_open = c->out_open = false;
	c->in = c->out = (struct console_buf){ 0 };
	fd_drop(&c->master_fd);
	fd_drop(&c->slave_fd);
}

int console_begin(struct console *c, int *master_fd, struct err *e)
{
	struct termios raw;
	int ret;

	memset(c, 0, sizeof(*c));
	c->master_fd = fd_take(master_fd);
	c->slave_fd = -1;
	if (c->master_fd < 0) /* stdin is the container's, not ours to read */
		return 0;
	c->in_open = c->out_open = true;
	/* a write that waits for room would wait for a program that waits for us to read */
	ret = sys_ret(fcntl(c->master_fd, F_SETFL, O_RDWR | O_NONBLOCK));
	if (ret < 0)
		return err_sys(e, ret, "make the terminal non-blocking");
	/* without one that is open, reads give EIO, and poll does not wait for the next */
	c->slave_fd = sys_ret(ioctl(c->master_fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
	if (tcgetattr(STDIN_FILENO, &c->saved) < 0)
		return 0;
	raw = c->saved;
	cfmakeraw(&raw);
	ret = sys_ret(tcsetattr(STDIN_FILENO, TCSADRAIN, &raw));
	if (ret < 0)
		return err_sys(e, ret, "put the terminal in raw mode");
	c->raw = true;
	console_resize(c);
	return 0;
}

void console_poll(const struct console *c, struct pollfd p[3])
{
	bool want_in = c->in_open && buf_empty(&c->in);
	bool want_out = c->out_open && buf_empty(&c->out);
	short master = (short)((want_out ? POLLIN : 0) | (buf_empty(&c->in) ? 0 : POLLOUT));

	p[0] = (struct pollfd){ .fd = want_in ? STDIN_FILENO : -1, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = buf_empty(&c->out) ? -1 : STDOUT_FILENO, .events = POLLOUT };
	p[2] = (struct pollfd){ .fd = c->master_fd >= 0 && master ? c->master_fd : -1,
				.events = master };
}

void console_pump(struct console *c, const struct pollfd p[3])
{
	if (p[0].revents && !buf_fill(&c->in, STDIN_FILENO))
		c->in_open = false;
	if ((p[2].revents & (POLLIN | POLLHUP | POLLERR)) && buf_empty(&c->out) && c->out_open &&
	    !buf_fill(&c->out, c->master_fd))
		c->out_open = false; /* EIO: nobody has the terminal open */
	if (p[2].revents & POLLOUT ? !buf_empty(&c->in) && !buf_flush(&c->in, c->master_fd)
				   : p[2].revents & (POLLHUP | POLLERR))
		c->in = (struct console_buf){ 0 }; /* nobody will read it */
	if (p[1].revents && !buf_empty(&c->out) && !buf_flush(&c->out, STDOUT_FILENO))
		hang_up(c);
}

void console_end(struct console *c)
{
	/* what was written before the end is still in the terminal */
	while (c->master_fd >= 0 && c->out_open &&
	       (!buf_empty(&c->out) || (buf_fill(&c->out, c->master_fd) && !buf_empty(&c->out)))) {
		struct pollfd p = { .fd = STDOUT_FILENO, .events = POLLOUT };

		(void)poll(&p, 1, -1); /* somebody may have made it non-blocking */
		if (!buf_flush(&c->out, STDOUT_FILENO))
			break;
	}
	if (c->raw)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &c->saved); /* best effort at the end */
	c->raw = false;
	fd_drop(&c->master_fd);
	fd_drop(&c->slave_fd);
}
