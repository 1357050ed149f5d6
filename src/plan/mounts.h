/* SPDX-License-Identifier: Apache-2.0 */
/* mounts.h - between rootfs.c and mounts.c.  Parent only. */
#ifndef OCIRUN_PLAN_MOUNTS_H
#define OCIRUN_PLAN_MOUNTS_H

#include "plan/planner.h"

/* Fills plan->root.mounts, and clears set_up_dev for a bind at /dev. */
void plan_mount_list(struct planner *p);

#endif
