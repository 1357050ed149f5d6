/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.h - the operations of the OCI life cycle, one file each.
 *
 * A library: no exit(), no globals, errors explicit.  Every function is called
 * by the parent, in a single-threaded process whose signal state, children and
 * working directory it may use (a long-lived program forks a helper first).
 */
#ifndef OCIRUN_RUNTIME_RUNTIME_H
#define OCIRUN_RUNTIME_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "libocispec/state.h"
#include "runtime/bundle.h"

/* Memory for one operation, the caller's: results live in it, and it is dropped
 * when they are done with.  RUNTIME_ARENA bytes of address space are enough for
 * the largest state file, and for what create makes of the largest config. */
enum { RUNTIME_ARENA = 256 << 20 };

struct runtime {
	struct arena *arena;
	const char *root;          /* --root or NULL */
	const char *notify_socket; /* NOTIFY_SOCKET of our environment or NULL */
};

struct create_options {
	const char *id;
	const char *console_socket, *pidfd_socket, *pid_file; /* NULL: none */
	const char *fail_at; /* --fail-at PHASE[:kill], tests only */
	bool trace;          /* --trace: phases and their cost on stderr */
};

/* create: make the container and leave it waiting for start. */
int runtime_create(const struct runtime *rt, const struct bundle *b, const struct create_options *o,
		   struct err *e);

struct run_options {
	struct create_options create;
	bool detach, keep, no_subreaper;
};
/* run: create and start; in the foreground wait, forward signals and the
 * terminal, delete (unless keep).  *status: exit code, 128 + n for a signal. */
int runtime_run(const struct runtime *rt, const struct bundle *b, const struct run_options *o,
		int *status, struct err *e);

int runtime_start(const struct runtime *rt, const char *id, struct err *e);
/* all: every process of the container; a stopped container is then a success. */
int runtime_kill(const struct runtime *rt, const char *id, int sig, bool all, struct err *e);
/* force: also when it runs; a missing container is then a success. */
int runtime_delete(const struct runtime *rt, const char *id, bool force, struct err *e);

/* State of one container. */
int runtime_state(const struct runtime *rt, const char *id, struct oci_state *ret, struct err *e);

struct state_list {
	struct oci_state *at;
	size_t n;
};
/* All containers, sorted by id; one that vanishes meanwhile is left out.  A
 * missing root is an empty list.  ids_only: only ->id is filled in. */
int runtime_list(const struct runtime *rt, bool ids_only, struct state_list *ret, struct err *e);

/* Names of the phases for --fail-at list; NULL at the end. */
const char *runtime_phase(size_t i);

#endif
