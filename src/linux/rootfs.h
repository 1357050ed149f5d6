/* SPDX-License-Identifier: Apache-2.0 */
/* rootfs.h - the container's root: taken, attached, switched to.  Child. */
#ifndef OCIRUN_LINUX_ROOTFS_H
#define OCIRUN_LINUX_ROOTFS_H

#include "base/err.h"
#include "linux/path.h"
#include "plan/plan.h"

/* Set the propagation of the whole (copied) mount namespace for building. */
int rootfs_propagation(const struct plan_rootfs *plan, struct err *e);
/* Clone the rootfs tree, make it private, attach it over itself; root->fd is
 * then the mount that becomes "/".  Without a mount namespace: just open it. */
int rootfs_attach(const struct plan_rootfs *plan, struct root *root, struct err *e);
/* Make the root's mount read-only. */
int rootfs_readonly(const struct root *root, struct err *e);
/* pivot_root (or chroot) into it, drop the old tree, and prove by mount id
 * that "/" is the container's root. */
int rootfs_switch(const struct plan_rootfs *plan, const struct root *root, struct err *e);

#endif
