/* SPDX-License-Identifier: Apache-2.0 */
/* caps.h - capability sets of this thread.  Child. */
#ifndef OCIRUN_LINUX_CAPS_H
#define OCIRUN_LINUX_CAPS_H

#include <stdint.h>

#include "base/err.h"
#include "plan/plan.h"

/* Drop from the bounding set all that is not in `keep` (needs CAP_SETPCAP, so
 * first of all). */
int caps_bounding(uint64_t keep, uint32_t last_cap, struct err *e);
/* Effective, permitted, inheritable exactly, then ambient. */
int caps_apply(const uint64_t caps[CAPSET_COUNT], uint32_t last_cap, struct err *e);

#endif
