/* SPDX-License-Identifier: Apache-2.0 */
/* child.h - the init lane of phases.def.  Nothing here allocates memory, uses
 * stdio or takes a lock: it runs between clone and exec. */
#ifndef OCIRUN_INIT_CHILD_H
#define OCIRUN_INIT_CHILD_H

#include "init/phases.h"

phase_fn init_begin, init_join, init_unshare, init_loopback, init_keyring, init_names,
	init_propagation, init_rootfs, init_mounts, init_devices, init_hooks_runtime,
	init_hooks_container, init_console, init_sysctls, init_make_cwd, init_mask,
	init_readonly_paths, init_readonly_root, init_switch, init_limits, init_credentials,
	init_enter, init_find, init_stub;

#endif
