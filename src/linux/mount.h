/* SPDX-License-Identifier: Apache-2.0 */
/* mount.h - one entry of the plan's mount list, carried out.
 *
 * Every mount is built detached (fsopen or open_tree), gets all its attributes
 * while detached, and is attached once, by descriptor (move_mount): there is
 * no moment at which it is visible and not yet restricted (CVE-2021-30465,
 * GHSA-3q8j-pf29-vwv8), and no path is resolved twice.  Child, after the mount
 * namespace exists and before the root is switched.
 */
#ifndef OCIRUN_LINUX_MOUNT_H
#define OCIRUN_LINUX_MOUNT_H

#include "base/err.h"
#include "base/sys.h"
#include "linux/path.h"
#include "plan/plan.h"

/* What mounting gives to later steps; -1: not there.  The owner closes. */
struct mount_handles {
	int proc_fd;   /* container's fresh procfs */
	int dev_fd;    /* tmpfs (or other) mounted at /dev by us */
	int devpts_fd; /* fresh devpts at /dev/pts */
};

/* Carry out one entry. */
int mount_apply(const struct plan_mount *m, const struct plan *plan, const struct root *root,
		struct mount_handles *h, struct err *e);

/* Detached file system of the given type without parameters, with attributes. */
int mount_detached(const char *type, unsigned int attrs, struct err *e);
/* Attach the detached mount fd on top of what at_fd is. */
int mount_attach(int mount_fd, int at_fd, struct err *e);
#define MOUNT_ATTRS_RDONLY ((struct sys_mount_attr){ .attr_set = SYS_ATTR_RDONLY })

/* mount_setattr(2) on the mount that fd is the root of, or on its whole tree. */
int mount_attrs(int fd, struct sys_mount_attr attr, bool recursive, struct err *e);

#endif
