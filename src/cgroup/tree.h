/* SPDX-License-Identifier: Apache-2.0 */
/* tree.h - walks through a cgroup and what is below it.  Parent only.
 *
 * A container with a writable cgroup mount shapes the tree as it likes, so
 * removal needs the same few descriptors for any depth and makes progress with
 * every step, and visiting has a limit of depth.
 */
#ifndef OCIRUN_CGROUP_TREE_H
#define OCIRUN_CGROUP_TREE_H

#include <sys/types.h>

#include "base/err.h"

enum { TREE_DEPTH_MAX = 64 };

/* Remove all cgroups below the directory, deepest first.  Returns how many were
 * removed, or -EBUSY when none could be (processes are left), or -errno. */
int tree_prune(int dir_fd);

/* Call visit for every process in the cgroup and below it, until it returns
 * something else than 0, which is passed on.  Processes of pid namespaces that
 * we cannot see are left out.  -ELOOP: deeper than TREE_DEPTH_MAX. */
int tree_processes(int dir_fd, int (*visit)(pid_t pid, void *ctx), void *ctx);

#endif
