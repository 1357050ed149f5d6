/* SPDX-License-Identifier: Apache-2.0 */
/* resources.h - the limits of one cgroup.  Parent only; used by the drivers. */
#ifndef OCIRUN_CGROUP_RESOURCES_H
#define OCIRUN_CGROUP_RESOURCES_H

#include "base/err.h"
#include "plan/plan.h"

/* Carry out plan->writes, in order, below the cgroup's directory (O_PATH will
 * do).  A file that is not there belongs to a controller that this host does
 * not have: reported to the log and skipped, but for a key of `unified`, which
 * asks for that very file: -ENOENT.  A value that the kernel refuses is an
 * error. */
int resources_apply(int dir_fd, const struct plan_cgroup *plan, struct err *e);

#endif
