/* SPDX-License-Identifier: Apache-2.0 */
/* host.h - facts of the host, probed once by the parent and then passed as a
 * value.  The planner sees this struct and nothing else of the machine, so
 * that golden tests can make one up.
 */
#ifndef OCIRUN_BASE_HOST_H
#define OCIRUN_BASE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { HOST_PATH_MAX = 4096 };

struct host {
	uint32_t euid;
	uint32_t last_cap;     /* highest capability number of the kernel */
	char cgroup2[64];      /* mount point of the cgroup v2 hierarchy; "" when none */
	char own_cgroup[1024]; /* our own path in it, "/" at its root; "" when unknown */
};

/* Fill from /proc and /sys.  Cheap: `last_cap` by prctl, cgroup2 by statfs of
 * the well-known places (/sys/fs/cgroup, /sys/fs/cgroup/unified).  own_cgroup
 * is read only when with_own_cgroup is set (one file of /proc). */
int host_probe(struct host *h, bool with_own_cgroup, struct err *e);

/* A made-up host for tests and for `plan`/`check` of another machine: root, all
 * capabilities known to us, cgroup2 at /sys/fs/cgroup. */
void host_typical(struct host *h);

#endif
