/* SPDX-License-Identifier: Apache-2.0 */
/* parent.h - the parent lane of phases.def. */
#ifndef OCIRUN_INIT_PARENT_H
#define OCIRUN_INIT_PARENT_H

#include "init/phases.h"

phase_fn parent_reserve, parent_namespaces, parent_stub, parent_gate, parent_cgroup, parent_spawn,
	parent_record, parent_hooks, parent_console, parent_ready, parent_publish, parent_commit;

#endif
