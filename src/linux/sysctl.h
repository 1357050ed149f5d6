/* SPDX-License-Identifier: Apache-2.0 */
/* sysctl.h - sysctls, host name and domain name of the container.  Child. */
#ifndef OCIRUN_LINUX_SYSCTL_H
#define OCIRUN_LINUX_SYSCTL_H

#include "base/err.h"
#include "plan/plan.h"

int sysctl_apply(const struct plan_sysctl *at, size_t n, int proc_fd, struct err *e);
int sysctl_names(const struct plan_names *n, struct err *e);

#endif
