/* SPDX-License-Identifier: Apache-2.0 */
/* device.h - device nodes and links below the container's root.  Child, before
 * the root is switched (the host's nodes are the fallback's source). */
#ifndef OCIRUN_LINUX_DEVICE_H
#define OCIRUN_LINUX_DEVICE_H

#include "base/err.h"
#include "linux/path.h"
#include "plan/plan.h"

/* mknodat, owner, mode; an existing equal node is fine, another is an error.
 * EPERM (no CAP_MKNOD, or a user namespace): bind of the host's node after
 * checking its numbers. */
int device_make(const struct plan_device *d, const struct root *root, int dev_fd, struct err *e);
int device_link(const struct plan_link *l, const struct root *root, int dev_fd, struct err *e);

#endif
