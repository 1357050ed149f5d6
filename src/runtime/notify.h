/* SPDX-License-Identifier: Apache-2.0 */
/* notify.h - the sd_notify proxy: the container says READY=1 on a socket in
 * ROOT/ID/notify, which is bound at /run/notify inside; ocirun tells its own
 * NOTIFY_SOCKET, with the container's pid as MAINPID.  Nothing else that the
 * container says is passed on.  Parent only.
 */
#ifndef OCIRUN_RUNTIME_NOTIFY_H
#define OCIRUN_RUNTIME_NOTIFY_H

#include <sys/types.h>

#include "base/err.h"

/* Make the directory (create). */
int notify_reserve(int dir_fd, struct err *e);
/* Bind the socket, before the program runs; its descriptor, or -ENOENT without
 * message when the container was created without a proxy. */
int notify_listen(int dir_fd, struct err *e);
/* Take what has arrived; 1 when READY=1 was among it, and was forwarded. */
int notify_forward(int fd, const char *host_socket, pid_t pid, struct err *e);
/* Wait until READY=1 was forwarded or the process has ended. */
int notify_wait(int fd, const char *host_socket, pid_t pid, int pidfd, struct err *e);

#endif
