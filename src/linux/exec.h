/* SPDX-License-Identifier: Apache-2.0 */
/* exec.h - what stands between the finished sandbox and the user's program.
 * Child, after the root was switched and the credentials are the user's. */
#ifndef OCIRUN_LINUX_EXEC_H
#define OCIRUN_LINUX_EXEC_H

#include "base/err.h"
#include "linux/path.h"
#include "plan/plan.h"

enum { EXEC_PATH_MAX = 4096, EXEC_HOME_MAX = 1024 };

/* HOME of uid from /etc/passwd of the image, read below the root; "/" when it
 * is not there or not absolute.  Hostile input: a value for one variable. */
void exec_home(const struct root *root, uid_t uid, char home[EXEC_HOME_MAX]);

/* chdir to the plan's cwd and prove with raw getcwd(2) that it lies inside the
 * container's root (CVE-2024-21626).  Called as root before, and if that gave
 * EACCES again after the credentials changed (`again`). */
int exec_chdir(const struct plan_exec *x, struct err *e);

/* Find args[0]: with a slash as it is, else along PATH.  Texts that engines
 * match: `exec: "foo": executable file not found in $PATH`,
 * `exec /foo: no such file or directory`, `exec /foo: permission denied`. */
int exec_find(const struct plan_exec *x, char path[EXEC_PATH_MAX], struct err *e);

#endif
