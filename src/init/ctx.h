/* SPDX-License-Identifier: Apache-2.0 */
/* ctx.h - what one start works with: the sealed plan, the descriptors that the
 * parent made for the child, and what each side learns on its way.  After the
 * clone each side has its own copy.
 */
#ifndef OCIRUN_INIT_CTX_H
#define OCIRUN_INIT_CTX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "init/phases.h"
#include "linux/exec.h"
#include "linux/mount.h"
#include "linux/path.h"
#include "plan/plan.h"

struct init_ctx;

enum { INIT_BOOT_MAX = 96 };

/* What belongs to the runtime: state on disk and the cgroup.  Called in the
 * parent's lane; NULL members are skipped. */
struct init_owner {
	int (*reserve)(struct init_ctx *ctx, struct err *e);
	int (*gate)(struct init_ctx *ctx, struct err *e);    /* fills gate_fd */
	int (*cgroup)(struct init_ctx *ctx, struct err *e);  /* fills cgroup_fd */
	int (*record)(struct init_ctx *ctx, struct err *e);  /* pid is known */
	int (*publish)(struct init_ctx *ctx, struct err *e); /* all that callers see */
};

/* The state document for hooks, cut where pid and status go, so that the child
 * can complete it without an encoder. */
struct hook_state {
	const char *before_pid, *before_status, *rest;
	char *buf; /* writable, size bytes */
	size_t size, len;
};

struct init_ctx {
	const struct plan *plan;
	const struct init_owner *owner;
	void *owner_arg;
	bool run_now;        /* run: no gate; else wait for start */
	const char *fail_at; /* PHASE or PHASE:kill, or NULL */
	bool trace;
	uint32_t cost[PHASES_MAX]; /* microseconds, of the own lane */
	uint32_t child_cost[PHASES_MAX];

	/* made by the parent, inherited by the child; -1: none */
	int wire_fd;       /* the own end */
	int child_wire_fd; /* parent, until spawn */
	int stub_fd, gate_fd, cgroup_fd;
	int join_fd[NS_COUNT];
	int state_fd, hooks_fd; /* memfds for the stub: state, startContainer hooks */
	char *notify_dir;       /* bound at /run/notify; NULL: no sd_notify proxy */
	char **env;             /* writable copy of the plan's, one slot free */
	char *home;             /* "HOME=" + EXEC_HOME_MAX bytes */
	char *exec_path;        /* EXEC_PATH_MAX bytes */
	char **stub_argv;       /* "ocirun-init", boot, exec_path, the user's args */
	char *boot;             /* INIT_BOOT_MAX bytes */
	struct hook_state hook_state;

	/* the child's own */
	struct root root;
	struct mount_handles handles;
	int status_fd;			/* thread-self/status, for the read-back */
	bool entered; /* cwd was entered before the credentials changed */

	/* the parent's results */
	pid_t pid;
	int pidfd;
	int console_fd; /* master of the terminal */
};

void init_ctx_begin(struct init_ctx *ctx, const struct plan *plan);
/* Parent: kill and reap the child if it lives, close everything. */
void init_ctx_abort(struct init_ctx *ctx);
void init_ctx_end(struct init_ctx *ctx);

/* Compose the hooks' stdin in state->buf; returns its length. */
size_t hook_state_text(struct hook_state *s, const char *status, pid_t pid);

/* Parent: make a container as far as READY + publish + RUN/WAIT.  On failure
 * the child is gone; what the owner made is the owner's to undo. */
int init_create(struct init_ctx *ctx, struct err *e);
/* Child's whole life in this program; never returns. */
void init_child(struct init_ctx *ctx) __attribute__((noreturn));

/* After START on a connection to the gate: wait until it was taken.  -EALREADY
 * without message: somebody else's was. */
int init_taken(int fd, struct err *e);
/* Then, or after RUN on the wire: wait until the program runs.  The connection
 * ends by a successful exec; a failed one says why. */
int init_executed(int fd, struct err *e);

/* Run a list of hooks in the caller's namespaces, with the composed state;
 * `kind` for the pointer ("createRuntime"). */
int init_hooks(const struct plan_hooks *h, const char *kind, const struct hook_state *state,
	       const char *cwd, struct err *e);

#endif
