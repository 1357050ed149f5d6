/* SPDX-License-Identifier: Apache-2.0 */
/* offer.h - what a caller asked to be told about a new container. */
#ifndef OCIRUN_RUNTIME_OFFER_H
#define OCIRUN_RUNTIME_OFFER_H

#include <sys/types.h>

#include "base/err.h"

/* Decimal pid without a newline, in place at once (written aside, renamed): it
 * must be whole when the command returns. */
int offer_pid_file(const char *path, pid_t pid, struct err *e);
/* One SOCK_STREAM message "pidfd" with the descriptor, as runc sends it. */
int offer_pidfd(const char *socket_path, int pidfd, struct err *e);

#endif
