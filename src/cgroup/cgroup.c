/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup.c - the drivers by their names, as the state records them. */
#include "cgroup/cgroup.h"

#include <string.h>

const struct cgroup_driver *cgroup_driver(const char *name)
{
	static const struct cgroup_driver *const drivers[] = { &cgroup_fs };

	for (size_t i = 0; name && i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		if (strcmp(drivers[i]->name, name) == 0)
			return drivers[i];
	}
	return NULL;
}
