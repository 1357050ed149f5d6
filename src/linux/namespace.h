/* SPDX-License-Identifier: Apache-2.0 */
/* namespace.h - joining and making namespaces. */
#ifndef OCIRUN_LINUX_NAMESPACE_H
#define OCIRUN_LINUX_NAMESPACE_H

#include "base/err.h"
#include "plan/plan.h"

/* Parent: open a namespace file and check that it is one of the wanted kind
 * (nsfs magic, NS_GET_NSTYPE) without blocking on a FIFO.  fd or -errno; the
 * message names path and kind. */
int namespace_open(const char *path, enum ns_kind kind, struct err *e);
/* True when fd is the namespace that the caller is in. */
bool namespace_is_own(int fd, enum ns_kind kind);
/* Child or parent: setns(2). */
int namespace_enter(int fd, enum ns_kind kind, struct err *e);
/* Parent: what clone3 of the container needs in the parent itself - new time
 * namespace with its offsets, joined pid namespace - and its undoing. */
struct namespace_detour {
	int own_pid_fd, own_time_fd;
};
int namespace_detour(const struct plan_namespaces *ns, int pid_fd, struct namespace_detour *d,
		     struct err *e);
int namespace_return(struct namespace_detour *d, struct err *e);
/* Child: unshare(2) of plan->unshare_flags. */
int namespace_unshare(uint64_t flags, struct err *e);

#endif
