/* SPDX-License-Identifier: Apache-2.0 */
/* poststart.h - hooks after the program was started. */
#ifndef OCIRUN_RUNTIME_POSTSTART_H
#define OCIRUN_RUNTIME_POSTSTART_H

#include "runtime/container.h"

/* Run them in the runtime's namespaces.  If one fails the container is stopped
 * and removed (runtime-spec 1.3, lifecycle step 10). */
int poststart_run(struct container *c, struct arena *a, struct err *e);

#endif
