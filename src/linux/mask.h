/* SPDX-License-Identifier: Apache-2.0 */
/* mask.h - maskedPaths and readonlyPaths.  Child, before the root is switched:
 * the source of a mask is the host's /dev/null, checked to be char 1:3
 * (CVE-2025-31133), or one empty read-only tmpfs for directories; never a path
 * of the container. */
#ifndef OCIRUN_LINUX_MASK_H
#define OCIRUN_LINUX_MASK_H

#include "base/err.h"
#include "linux/path.h"
#include "plan/plan.h"

/* A path that does not exist is skipped; everything else must succeed. */
int mask_paths(const struct plan_path *at, size_t n, const struct root *root, struct err *e);
int mask_readonly(const struct plan_path *at, size_t n, const struct root *root, struct err *e);

#endif
