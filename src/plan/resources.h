/* SPDX-License-Identifier: Apache-2.0 */
/* resources.h - limits of the config as files of cgroup v2.  Parent only. */
#ifndef OCIRUN_PLAN_RESOURCES_H
#define OCIRUN_PLAN_RESOURCES_H

#include "plan/planner.h"

/* Fills plan->cgroup.writes and limits_asked. */
void plan_resources(struct planner *p, const struct oci_resources *r);

/* cpu.weight (1..10000) of cgroup v1's cpu.shares (2..262144); 0: not set. */
unsigned plan_cpu_weight(uint64_t shares);

#endif
