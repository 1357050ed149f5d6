/* SPDX-License-Identifier: Apache-2.0 */
/* cred.h - who the process is: groups, gid, uid, capabilities, no_new_privs,
 * and the proof of it.  Child, after the root was switched. */
#ifndef OCIRUN_LINUX_CRED_H
#define OCIRUN_LINUX_CRED_H

#include "base/err.h"
#include "plan/plan.h"

/* Bounding set, groups, gid, uid (keeping capabilities), the other sets,
 * ambient, no_new_privs; raw system calls of this thread. */
int cred_apply(const struct plan_cred *c, struct err *e);
/* thread-self/status below proc_fd, opened before limits could forbid it. */
int cred_status(int proc_fd, struct err *e);
/* Read everything back from one read of status_fd and compare (a nested seccomp
 * filter may fake success: runc 1.1.5 ran as root then).  -EPERM with a message
 * naming the field that differs.  The signals that are ignored come along: bit
 * N - 1 of *ret_ignored is signal N. */
int cred_verify(const struct plan_cred *c, int status_fd, uint64_t *ret_ignored, struct err *e);

#endif
