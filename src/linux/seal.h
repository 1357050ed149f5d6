/* SPDX-License-Identifier: Apache-2.0 */
/* seal.h - the last stage of every process that will run user code, as a
 * sealed memfd (CVE-2019-5736): what /proc/self/exe of such a process names is
 * a 4 KB stub that nobody can write, never the ocirun on disk.  Parent. */
#ifndef OCIRUN_LINUX_SEAL_H
#define OCIRUN_LINUX_SEAL_H

#include "base/err.h"

/* memfd with the stub, executable, sealed against every change. */
int seal_stub(struct err *e);

#endif
