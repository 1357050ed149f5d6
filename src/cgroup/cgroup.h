/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup.h - the container's cgroup (v2), behind one vtable so that drivers
 * are interchangeable.  Parent only.  The driver of a container is recorded in
 * its state, never guessed from the command line.
 */
#ifndef OCIRUN_CGROUP_CGROUP_H
#define OCIRUN_CGROUP_CGROUP_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "plan/plan.h"

/* What is recorded in the state before anything is made. */
struct cgroup_ref {
	const char *driver; /* "cgroupfs"; "" or NULL: none */
	const char *mount;  /* "/sys/fs/cgroup" */
	const char *path;   /* "/ctr/ID", clean, absolute in the hierarchy */
};

struct cgroup_driver {
	const char *name;
	/* Make the cgroup with all its limits; returns an O_PATH|O_DIRECTORY fd
	 * for CLONE_INTO_CGROUP.  Controllers are enabled along the path.  An
	 * existing cgroup must be empty.  On failure nothing that it made stays. */
	int (*create)(const struct cgroup_ref *ref, const struct plan_cgroup *plan, struct err *e);
	/* Remove it (and what the container made below it), killing what is left
	 * in it.  A missing one is success.  No sleeping loop: EBUSY is retried
	 * with a short back-off, bounded to about a second. */
	int (*destroy)(const struct cgroup_ref *ref, struct err *e);
	/* Remove it only if no process is in it: after a create that was killed it is
	 * not known whose they are.  -EBUSY after about a second. */
	int (*remove_empty)(const struct cgroup_ref *ref, struct err *e);
	/* Send sig to every process in it and below; SIGKILL by cgroup.kill. */
	int (*kill)(const struct cgroup_ref *ref, int sig, struct err *e);
};

extern const struct cgroup_driver cgroup_fs; /* fs.c */

/* NULL when the name is none that is known. */
const struct cgroup_driver *cgroup_driver(const char *name);

#endif
