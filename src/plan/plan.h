/* SPDX-License-Identifier: Apache-2.0 */
/* plan.h - the decisions of one container start, as plain data.
 *
 * (spec, host facts, options) -> plan, by pure functions that touch nothing.
 * The plan holds decisions, never observations of the rootfs or of a namespace
 * that the container can change.  It is made by the parent, sealed read-only
 * before the clone, and read by both sides: they cannot disagree.
 *
 * Every section that came from a list of the config keeps the index of its
 * entry, so that a failure names "/mounts/3".  Strings point into the arenas
 * of the spec or of the plan.
 */
#ifndef OCIRUN_PLAN_PLAN_H
#define OCIRUN_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "base/names.h"
#include "base/problem.h"
#include "libocispec/config.h"

/* What the command line adds to the config. */
struct plan_options {
	const char *id;     /* NULL for `plan` and `check`: "ID" is shown */
	const char *bundle; /* absolute, canonical */
	bool no_pivot, no_new_keyring, no_subreaper;
	bool console_socket;        /* one was given */
	bool detach;                /* create, run --detach */
	bool is_create;             /* create or run (not check, plan) */
	unsigned preserve_fds;      /* --preserve-fds N */
	unsigned listen_fds;        /* LISTEN_FDS of our environment when LISTEN_PID fits */
	const char *listen_fdnames; /* LISTEN_FDNAMES or NULL */
	bool notify_socket;         /* NOTIFY_SOCKET is to be proxied */
	bool systemd_cgroup;
	bool cgroup_disabled; /* --cgroup-manager disabled */
};

/* --- namespaces ------------------------------------------------------- */

struct plan_join {
	enum ns_kind kind;
	unsigned index;
	const char *path;
};

struct plan_namespaces {
	uint64_t clone_flags;     /* for clone3: CLONE_NEWPID */
	uint64_t unshare_flags;   /* by the child itself: mount, net, ipc, uts, cgroup */
	bool new_time;            /* unshared by the parent before the clone */
	bool present[NS_COUNT];   /* the config lists the namespace, new or joined */
	bool fresh[NS_COUNT];     /* ... as a new one */
	unsigned index[NS_COUNT]; /* of what is present: /linux/namespaces/N */
	struct plan_join *join;   /* in the order of joining: enum ns_kind's */
	size_t join_n;
	bool loopback_up; /* new network namespace */
	bool has_time_offsets;
	int64_t monotonic_secs, boottime_secs;
	uint32_t monotonic_nsecs, boottime_nsecs;
};

/* --- file system ------------------------------------------------------ */

enum mount_kind {
	MOUNT_FS,          /* fsopen(type) */
	MOUNT_BIND,        /* open_tree(source) */
	MOUNT_CGROUP,      /* clone of the container's cgroup (or of the hierarchy) */
	MOUNT_REMOUNT,     /* change what is mounted at the destination */
	MOUNT_PROPAGATION, /* only change propagation of what is mounted there */
};

/* Destinations that an image must not redirect (CVE-2019-19921, -2023-28642,
 * CVE-2026-41579): no symlink may stand on the way, and it must be a directory. */
enum mount_place { PLACE_ORDINARY, PLACE_STRICT };

struct plan_fs_param {
	const char *key, *value;
}; /* value NULL: a flag */

struct plan_mount {
	unsigned index; /* /mounts/N; UINT_MAX: made by ocirun itself */
	enum mount_kind kind;
	enum mount_place place;
	const char *type;             /* of MOUNT_FS */
	const char *source;           /* binds: absolute host path */
	const char *dest;             /* absolute in the container, lexically clean */
	struct plan_fs_param *params; /* for fsconfig, in order */
	size_t params_n;
	uint64_t attr_set, attr_clr;         /* this mount: SYS_ATTR_* */
	uint64_t rec_attr_set, rec_attr_clr; /* the whole tree */
	uint32_t propagation;                /* SYS_MS_*, NAMES_RECURSIVE; 0: private */
	uint32_t flags;                      /* MOUNT_OPT_* that steer: RECURSIVE, COPYUP, ... */
	bool is_proc;        /* fresh procfs at /proc: its fd serves sysctls and read-back */
	bool is_dev;         /* not a bind, at /dev: default devices go here */
	bool is_devpts;      /* fresh devpts at /dev/pts: gives the console */
	bool mode_from_dest; /* tmpfs without mode=: keep the mode of the directory */
	bool late_readonly;  /* tmpfs at /dev: read-only once the devices stand */
};

struct plan_device {
	unsigned index;   /* /linux/devices/N; UINT_MAX: default device */
	const char *path; /* absolute in the container, below /dev or not */
	mode_t type;      /* S_IFCHR, S_IFBLK, S_IFIFO */
	uint32_t major, minor;
	uint32_t mode; /* permission bits */
	uint32_t uid, gid;
};

struct plan_link {
	const char *target, *path;
};

struct plan_path {
	unsigned index;
	const char *path;
}; /* masked, read-only */

struct plan_rootfs {
	const char *path; /* absolute host path, not resolved */
	bool readonly;
	bool new_mounts;            /* a mount namespace of its own (new or joined) */
	bool pivot;                 /* false: --no-pivot; or chroot without mount namespace */
	uint32_t setup_propagation; /* of "/" while building; 0: leave it (shared) */
	uint32_t propagation;       /* of the new root when done; 0: leave */
	bool set_up_dev;            /* default devices and links (no bind at /dev) */
	struct plan_mount *mounts;
	size_t mounts_n;
	struct plan_device *devices;
	size_t devices_n;
	struct plan_link *links;
	size_t links_n;
	struct plan_path *masked, *readonly_paths;
	size_t masked_n, readonly_n;
};

/* --- kernel settings --------------------------------------------------- */

struct plan_sysctl {
	const char *key, *path, *value; /* path: "net/ipv4/x" */
	enum ns_kind ns;		/* whose it is */
};

struct plan_names {
	const char *hostname, *domainname;
};

/* --- the process -------------------------------------------------------- */

struct plan_rlimit {
	unsigned index;
	int resource;
	uint64_t soft, hard;
};

enum cap_set {
	CAPSET_EFFECTIVE,
	CAPSET_PERMITTED,
	CAPSET_INHERITABLE,
	CAPSET_BOUNDING,
	CAPSET_AMBIENT,
	CAPSET_COUNT
};

struct plan_cred {
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	size_t groups_n;
	bool set_caps; /* a capabilities block was given */
	uint64_t caps[CAPSET_COUNT];
	uint32_t last_cap;
	bool no_new_privs;
	bool keep_groups; /* annotation run.oci.keep_original_groups */
};

struct plan_scheduler {
	bool set;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period; /* ns */
};

struct plan_limits {
	struct plan_rlimit *rlimits;
	size_t rlimits_n;
	bool has_oom_score_adj;
	int oom_score_adj;
	struct plan_scheduler scheduler;
	bool has_ioprio;
	int ioprio; /* IOPRIO_PRIO_VALUE */
	bool has_personality;
	unsigned long personality;
	bool has_mempolicy;
	int mempolicy;        /* mode | flags */
	unsigned long *nodes; /* bit mask */
	unsigned long nodes_bits;
	bool reset_affinity; /* to all CPUs (runc's behaviour) */
};

struct plan_exec {
	bool has_process;
	char **args; /* NULL-terminated */
	size_t args_n;
	char **env; /* NULL-terminated, and one free slot more for HOME */
	size_t env_n;
	bool home_missing;    /* HOME comes from the image's /etc/passwd by uid */
	const char *path_env; /* value of PATH, or the default search path */
	const char *cwd;      /* absolute in the container */
	mode_t umask;
	bool terminal;
	uint16_t rows, cols;   /* 0: not set */
	unsigned preserve_fds; /* 3 .. 3+N-1 stay open */
	bool new_keyring;
};

/* --- cgroup -------------------------------------------------------------- */

struct plan_cgroup_write {
	const char *pointer, *file, *value;
}; /* file: "memory.max" */

struct plan_cgroup {
	bool manage;                      /* false: disabled, or no cgroup2 on this host */
	const char *mount;                /* "/sys/fs/cgroup" */
	const char *path;                 /* absolute in the hierarchy, "/ctr/ID" */
	bool path_given;                  /* by the config, not made up from the id */
	struct plan_cgroup_write *writes; /* in the order of writing */
	size_t writes_n;
	bool limits_asked;  /* by the config: --debug says what is applied */
	bool ignore_errors; /* unprivileged, no path, no limits asked */
};

/* --- hooks ---------------------------------------------------------------- */

struct plan_hook {
	const char *path;
	char **args;     /* NULL-terminated; [0] is path when args were not given */
	char **env;      /* NULL-terminated, empty when not given */
	int64_t timeout; /* seconds; 0: none */
};
struct plan_hooks {
	struct plan_hook *at;
	size_t n;
};

/* --- all of it -------------------------------------------------------------- */

struct plan {
	const char *id, *bundle;
	struct plan_namespaces ns;
	struct plan_rootfs root;
	struct plan_sysctl *sysctls;
	size_t sysctls_n;
	struct plan_names names;
	struct plan_cred cred;
	struct plan_limits limits;
	struct plan_exec exec;
	struct plan_cgroup cgroup;
	struct plan_hooks hooks[HOOK_COUNT];
	struct str_map annotations;
};

/* What a planning function sees. */
struct planner {
	const struct oci_config *spec;
	const struct host *host;
	const struct plan_options *opt;
	struct arena *arena;
	struct problems *problems;
	struct plan *plan;
};

/* Make the plan, reporting every problem of the spec (or the first, as
 * problems->all says).  0 or the -errno of the first error; the plan is
 * complete only when 0 is returned. */
int plan_make(struct planner *p);
/* Address space that a plan can need, of a config with text_len bytes. */
size_t plan_arena_size(size_t text_len, const char *bundle);

/* Sections, in the order in which plan_make() calls them.  Each reports
 * problems and fills its part of p->plan; later ones may read earlier parts. */
void plan_namespaces(struct planner *p);  /* ns.c */
void plan_mounts(struct planner *p);      /* mounts.c: rootfs, mounts, masks */
void plan_devices(struct planner *p);     /* devices.c */
void plan_sysctls(struct planner *p);     /* sysctl.c: sysctls and names */
void plan_cred(struct planner *p);        /* cred.c */
void plan_limits(struct planner *p);      /* limits.c */
void plan_exec(struct planner *p);        /* exec.c: args, env, cwd, terminal */
void plan_cgroup(struct planner *p);      /* cgroup.c */
void plan_hooks(struct planner *p);       /* hooks.c */
void plan_unsupported(struct planner *p); /* plan.c: what other versions will do */

/* Text of the plan: one line per decision under the phase that carries it out,
 * with the place in the config that asked for it.  `place` turns a pointer
 * into "config.json:41:7 /mounts/3"; NULL leaves the pointer alone.  json: one
 * array of {phase, what, ..., pointer, line}. */
struct plan_dump {
	bool json;
	void (*place)(void *ctx, const char *pointer, char *buf, size_t cap);
	void *ctx;
	void (*write)(void *ctx, const char *at, size_t n);
};
void plan_dump(const struct plan *plan, const struct plan_dump *d);

#endif
