/* SPDX-License-Identifier: Apache-2.0 */
/* fd.h - file descriptors: ownership, whole reads and writes, passing.
 *
 * -1 means none.  Every descriptor is close-on-exec from birth.  A parameter
 * `int fd` borrows, `int *fd` takes over; struct members named *_fd own.
 * Safe in every process (no malloc, no stdio).
 */
#ifndef OCIRUN_BASE_FD_H
#define OCIRUN_BASE_FD_H

#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"

void fd_drop(int *fd);
int fd_take(int *fd); /* returns *fd and leaves -1: moves ownership */

/* Local variable closed at the end of its scope. */
#define fd_auto __attribute__((cleanup(fd_drop))) int

/* The same for the container's init, whose end is an exec that closes everything
 * (all descriptors are close-on-exec): only high numbers are closed one by one,
 * so that an init with many mounts does not run out of them. */
void fd_drop_high(int *fd);
#define fd_exec __attribute__((cleanup(fd_drop_high))) int

/* Read up to cap bytes until EOF; returns the bytes read or -errno. */
ssize_t fd_read_all(int fd, void *buf, size_t cap);
/* Write all of it; 0 or -errno. */
int fd_write_all(int fd, const void *buf, size_t n);
/* Whole file into the arena, NUL-terminated; refuses more than `limit` bytes
 * (-EFBIG) and anything but regular files and pipes.  *ret_len excludes NUL. */
int fd_slurp(int fd, size_t limit, struct arena *a, char **ret, size_t *ret_len);

/* One message over a SOCK_STREAM/SEQPACKET socket with one descriptor
 * (SCM_RIGHTS).  Sends with MSG_NOSIGNAL.  0 or -errno. */
int fd_send(int sock, int fd, const void *data, size_t n);

/* Set FD_CLOEXEC on every descriptor >= from (close_range, Linux 5.11). */
int fd_cloexec_from(unsigned int from);

#endif
