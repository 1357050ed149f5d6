/* SPDX-License-Identifier: Apache-2.0 */
/* hookimage.h - the startContainer hooks as the stub reads them: one memfd,
 * laid out as struct stub_hooks of stub/stub.h.  Parent only. */
#ifndef OCIRUN_RUNTIME_HOOKIMAGE_H
#define OCIRUN_RUNTIME_HOOKIMAGE_H

#include "base/arena.h"
#include "base/err.h"
#include "plan/plan.h"

/* The memfd, or -errno. */
int hookimage_make(const struct plan_hooks *h, struct arena *a, struct err *e);

#endif
