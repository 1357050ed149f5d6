/* SPDX-License-Identifier: Apache-2.0 */
/* container.h - one existing container: its record, its init process, its
 * status.  Parent only.
 */
#ifndef OCIRUN_RUNTIME_CONTAINER_H
#define OCIRUN_RUNTIME_CONTAINER_H

#include "cgroup/cgroup.h"
#include "init/ctx.h"
#include "runtime/runtime.h"
#include "runtime/state.h"

enum status { STATUS_CREATING, STATUS_CREATED, STATUS_RUNNING, STATUS_STOPPED };

struct container {
	struct state_record rec;
	const char *root; /* of struct runtime */
	int dir_fd;
	int pidfd;   /* -1: stopped */
	int gate_fd; /* connection to the gate once the status was found to be created */
};

const char *status_name(enum status s);

/* Open by id, read the record, find its process.  -ENOENT: `container "X" does
 * not exist`.  -ENODATA, with dir_fd set: the directory is there but no record
 * (a create was killed in its first instructions), or one that cannot be read. */
int container_open(const struct runtime *rt, const char *id, struct arena *a, struct container *c,
		   struct err *e);
/* Read the record (again) and find the process.  -ENODATA as above. */
int container_load(struct container *c, const char *id, struct arena *a, struct err *e);
void container_close(struct container *c);

/* Asked of the kernel, not remembered.  Changes the current directory. */
enum status container_status(struct container *c);
/* A running container whose cgroup is frozen. */
bool container_is_paused(const struct container *c);

/* Record who the process c->pidfd, c->rec.pid is, so that a recycled pid is not taken for it. */
int container_identify(struct container *c, struct arena *a, struct err *e);

/* Connect to the gate of the created container whose directory is the current
 * one.  -ECONNREFUSED: its program runs already. */
int gate_connect(void);

struct cgroup_ref container_cgroup(const struct state_record *rec);

/* Kill what is left of it, remove its cgroup, run poststop hooks (their
 * failure is a warning), remove its state. */
int container_destroy(struct container *c, struct arena *a, struct err *e);

/* State document for hooks, cut for status and pid. */
void container_hook_state(const struct state_record *rec, struct arena *a, struct hook_state *s);
/* Recorded hooks as the planner's. */
struct plan_hooks container_hooks(const struct oci_hook_list *l, struct arena *a);

#endif
