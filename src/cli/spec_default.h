/* SPDX-License-Identifier: Apache-2.0 */
/* spec_default.h - the config.json that `ocirun spec` writes. */
#ifndef OCIRUN_CLI_SPEC_DEFAULT_H
#define OCIRUN_CLI_SPEC_DEFAULT_H

#include <sys/types.h>

#include "base/arena.h"
#include "libocispec/config.h"

/* A shell on a terminal, in the same setting that `runc spec` gives it. */
struct oci_config *spec_default(struct arena *a);
/* Change it to what works for a user without privileges, who becomes root in a
 * user namespace. */
void spec_make_rootless(struct oci_config *spec, uid_t uid, gid_t gid, struct arena *a);

#endif
