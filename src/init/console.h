/* SPDX-License-Identifier: Apache-2.0 */
/* console.h - the caller's terminal, joined with the container's for the time
 * of a foreground run.  Parent only. */
#ifndef OCIRUN_INIT_CONSOLE_H
#define OCIRUN_INIT_CONSOLE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "base/err.h"

struct console_buf {
	char at[4096];
	size_t begin, end;
};

struct console {
	int master_fd; /* -1: no terminal, or hung up */
	int slave_fd;  /* held open, so that a program may leave its terminal and come back */
	bool raw;      /* stdin was a terminal, its mode is in `saved` */
	bool in_open, out_open;
	struct termios saved;
	struct console_buf in, out; /* stdin -> master, master -> stdout */
};

/* Put stdin in raw mode if it is a terminal, take over its window size.  Takes
 * over the descriptor; console_end closes it. */
int console_begin(struct console *c, int *master_fd, struct err *e);
/* Fill what to poll for: p[0] stdin, p[1] stdout, p[2] master. */
void console_poll(const struct console *c, struct pollfd p[3]);
/* Move what can be moved.  When nobody takes the output any more (EPIPE), the
 * container's terminal is hung up: it gets SIGHUP and EIO, as from any terminal
 * that was closed, instead of waiting for room for ever. */
void console_pump(struct console *c, const struct pollfd p[3]);
/* The window was resized (SIGWINCH). */
void console_resize(const struct console *c);
/* Bring out what the container wrote last, and restore the terminal. */
void console_end(struct console *c);

#endif
