/* SPDX-License-Identifier: Apache-2.0 */
/* names.h - closed vocabularies: one list feeds parser, `features` and docs.
 *
 * Each vocabulary is a table of {name, value}; the rows stand in names.def.
 * Look-ups are exact and case-sensitive unless said otherwise.
 */
#ifndef OCIRUN_BASE_NAMES_H
#define OCIRUN_BASE_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct name {
	const char *name;
	int64_t value;
};

struct names {
	const struct name *at;
	size_t n;
	const char *what; /* "capability", for messages */
};

/* Order of namespaces in the project; ns_flag() gives the CLONE_NEW* bit. */
enum ns_kind {
	NS_USER,
	NS_MOUNT,
	NS_PID,
	NS_NETWORK,
	NS_IPC,
	NS_UTS,
	NS_CGROUP,
	NS_TIME,
	NS_COUNT
};

extern const struct names names_namespace;    /* "pid" -> enum ns_kind */
extern const struct names names_capability;   /* "CAP_CHOWN" -> number */
extern const struct names names_rlimit;       /* "RLIMIT_NOFILE" -> RLIMIT_* */
extern const struct names names_signal;       /* "SIGTERM" -> number (no RT signals) */
extern const struct names names_sched_policy; /* "SCHED_OTHER" -> SCHED_* */
extern const struct names names_sched_flag;
extern const struct names names_ioprio_class; /* "IOPRIO_CLASS_BE" -> class */
extern const struct names names_mempolicy_mode;
extern const struct names names_mempolicy_flag;
extern const struct names names_personality; /* "LINUX32" -> PER_* */
extern const struct names names_propagation; /* "rslave" -> SYS_MS_SLAVE | NAMES_RECURSIVE */
extern const struct names names_seccomp_action;
extern const struct names names_seccomp_arch; /* "SCMP_ARCH_X86_64" -> AUDIT_ARCH_* token */
extern const struct names names_seccomp_op;
extern const struct names names_seccomp_flag;
extern const struct names names_hook; /* "prestart" -> enum hook_kind */

enum { NAMES_RECURSIVE = 1 << 30 };

enum hook_kind {
	HOOK_PRESTART,
	HOOK_CREATE_RUNTIME,
	HOOK_CREATE_CONTAINER,
	HOOK_START_CONTAINER,
	HOOK_POSTSTART,
	HOOK_POSTSTOP,
	HOOK_COUNT
};

/* Mount options: what one word means.  Bits that are set and cleared in the
 * attributes of the mount itself, and recursively; superblock words pass to
 * fsconfig. */
struct mount_option {
	const char *name;
	uint64_t set, clear;         /* SYS_ATTR_* */
	uint64_t rec_set, rec_clear; /* for the whole tree (r* options) */
	uint32_t propagation;        /* SYS_MS_*, may hold NAMES_RECURSIVE */
	uint32_t flags;              /* MOUNT_OPT_* */
};

enum {
	MOUNT_OPT_BIND = 1 << 0,
	MOUNT_OPT_RECURSIVE = 1 << 1, /* rbind */
	MOUNT_OPT_REMOUNT = 1 << 2,
	MOUNT_OPT_COPYUP = 1 << 3, /* tmpcopyup */
	MOUNT_OPT_COPY_SYMLINK = 1 << 4,
	MOUNT_OPT_SRC_NOFOLLOW = 1 << 5,
	MOUNT_OPT_DEST_NOFOLLOW = 1 << 6,
	MOUNT_OPT_IDMAP = 1 << 7,
	MOUNT_OPT_RIDMAP = 1 << 8,
	MOUNT_OPT_SB = 1 << 9,   /* the word itself is a superblock flag for fsconfig */
	MOUNT_OPT_NOP = 1 << 10, /* accepted, the kernel has no such thing any more */
};

extern const struct mount_option mount_options[];
extern const size_t mount_options_n;
const struct mount_option *mount_option_find(const char *name); /* NULL: none */

/* -1 when the name is not in the list. */
int64_t names_value(const struct names *list, const char *name);
/* NULL when the value is not in the list. */
const char *names_name(const struct names *list, int64_t value);

/* CLONE_NEW* flag of a namespace, and its name under /proc/PID/ns. */
uint64_t ns_flag(enum ns_kind kind);
const char *ns_proc_name(enum ns_kind kind);

/* "TERM", "SIGTERM", "sigterm", "15", "SIGRTMIN+3", "RTMAX-1" -> number; -EINVAL. */
int signal_parse(const char *s);

#endif
