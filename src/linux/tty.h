/* SPDX-License-Identifier: Apache-2.0 */
/* tty.h - the container's terminal. */
#ifndef OCIRUN_LINUX_TTY_H
#define OCIRUN_LINUX_TTY_H

#include <stdint.h>

#include "base/err.h"
#include "linux/path.h"
#include "plan/plan.h"

/* Child: open a pty of the container's devpts (devpts_fd when ocirun mounted
 * it, else /dev/pts below the root; ptmx is checked to be devpts' own 5:2),
 * peer by TIOCGPTPEER (CVE-2025-52565), window size, owner; bind the peer on
 * /dev/console; make it the controlling terminal and fds 0-2.  Returns the
 * master in *master_fd for the parent. */
int tty_open(const struct plan *plan, const struct root *root, int devpts_fd, int *master_fd,
	     struct err *e);
/* Child, no terminal: give the inherited stdio to the container's user where
 * it is a pipe or socket; never a device or file (runc#3674). */
int tty_own_stdio(const struct plan_cred *c, struct err *e);
/* Parent: hand the master to the console socket (connect, one fd, name). */
int tty_send(const char *socket_path, int master_fd, struct err *e);

#endif
