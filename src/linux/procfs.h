/* SPDX-License-Identifier: Apache-2.0 */
/* procfs.h - writes and reads of procfs that cannot be redirected.
 *
 * A handle is the descriptor of a procfs mount which ocirun made itself: the
 * container's own fresh one when it has one, else a private detached one.
 * Files are opened below it with RESOLVE_BENEATH | RESOLVE_NO_XDEV |
 * RESOLVE_NO_MAGICLINKS, so that neither a mount over /proc nor a symlink can
 * stand in for the kernel (CVE-2019-16884, CVE-2025-52881).  Child.
 */
#ifndef OCIRUN_LINUX_PROCFS_H
#define OCIRUN_LINUX_PROCFS_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* A private detached procfs of the caller's pid namespace.  Its close waits
 * for a grace period of the kernel: only for containers without /proc. */
int procfs_private(struct err *e);

/* Open a file for reading: what it says is made when it is read. */
int procfs_open(int proc_fd, const char *file, struct err *e);
/* One write(2) of the whole value. */
int procfs_write(int proc_fd, const char *file, const char *value, size_t n, struct err *e);
/* Reads up to cap - 1 bytes and ends them with NUL; returns the length. */
ssize_t procfs_read(int proc_fd, const char *file, char *buf, size_t cap, struct err *e);

#endif
