/* SPDX-License-Identifier: Apache-2.0 */
/* seal.h - the last stage of every process that will run user code, as a
 * sealed memfd (CVE-2019-5736): what /proc/self/exe of such a process names is
 * a 4 KB stub that nobody can write, never the ocirun on disk.  Parent. */
#ifndef OCIRUN_LINUX_SEAL_H
#define OCIRUN_LINUX_SEAL_H

#include "base/arena.h"
#include "base/err.h"

/* memfd with the stub, executable, sealed against every change. */
int seal_stub(struct err *e);

/* Go on as a sealed copy of this program in a memfd: executes it anew with the
 * same arguments and environment, and returns 0 at once in that copy (asked of
 * the kernel, not of the environment).  For a container that joins a pid
 * namespace: its processes see the init before the stub has taken over, and a
 * privileged one could get at the file that it executes.  Everybody else is
 * spared the copy.  Returns -errno when it fails. */
int seal_self(struct arena *a, struct err *e);

#endif
