/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - tables of names.def, and how they are searched. */
#include "base/names.h"

#include <errno.h>
#include <stdbool.h>
#include <signal.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>

#include "base/sys.h"
#include "base/text.h"

#ifndef RLIMIT_RTTIME /* musl 1.2.3 has it; kept for others */
#define RLIMIT_RTTIME 15
#endif

static const struct name namespace_rows[] = {
#define NAMESPACE(kind, name, proc, flag) { name, kind },
#include "base/names.def"
#undef NAMESPACE
};

#define ROW(name, value) { name, value },

static const struct name capability_rows[] = {
#define CAPABILITY ROW
#include "base/names.def"
#undef CAPABILITY
};

static const struct name rlimit_rows[] = {
#define RLIMIT(x) { "RLIMIT_" #x, RLIMIT_##x },
#include "base/names.def"
#undef RLIMIT
};

static const struct name signal_rows[] = {
#define SIGNAL(x) SIGNAL_ALIAS(x, x)
#define SIGNAL_ALIAS(x, first) { "SIG" #x, SIG##first },
#include "base/names.def"
#undef SIGNAL
#undef SIGNAL_ALIAS
};

static const struct name sched_policy_rows[] = {
#define SCHED_POLICY ROW
#include "base/names.def"
#undef SCHED_POLICY
};

static const struct name sched_flag_rows[] = {
#define SCHED_FLAG ROW
#include "base/names.def"
#undef SCHED_FLAG
};

static const struct name ioprio_class_rows[] = {
#define IOPRIO_CLASS ROW
#include "base/names.def"
#undef IOPRIO_CLASS
};

static const struct name mempolicy_mode_rows[] = {
#define MEMPOLICY_MODE ROW
#include "base/names.def"
#undef MEMPOLICY_MODE
};

static const struct name mempolicy_flag_rows[] = {
#define MEMPOLICY_FLAG ROW
#include "base/names.def"
#undef MEMPOLICY_FLAG
};

static const struct name personality_rows[] = {
#define PERSONALITY ROW
#include "base/names.def"
#undef PERSONALITY
};

static const struct name propagation_rows[] = {
#define PROPAGATION ROW
#include "base/names.def"
#undef PROPAGATION
};

static const struct name seccomp_action_rows[] = {
#define SECCOMP_ACTION ROW
#include "base/names.def"
#undef SECCOMP_ACTION
};

static const struct name seccomp_arch_rows[] = {
#define SECCOMP_ARCH ROW
#include "base/names.def"
#undef SECCOMP_ARCH
};

static const struct name seccomp_op_rows[] = {
#define SECCOMP_OP ROW
#include "base/names.def"
#undef SECCOMP_OP
};

static const struct name seccomp_flag_rows[] = {
#define SECCOMP_FLAG ROW
#include "base/names.def"
#undef SECCOMP_FLAG
};

static const struct name hook_rows[] = {
#define HOOK ROW
#include "base/names.def"
#undef HOOK
};

const struct mount_option mount_options[] = {
#define MOUNT_ATTR(n, s, c) { .name = n, .set = s, .clear = c },
#define MOUNT_REC_ATTR(n, s, c) { .name = n, .rec_set = s, .rec_clear = c },
#define MOUNT_FLAG(n, f) { .name = n, .flags = f },
#define PROPAGATION(n, p) { .name = n, .propagation = p },
#include "base/names.def"
#undef MOUNT_ATTR
#undef MOUNT_REC_ATTR
#undef MOUNT_FLAG
#undef PROPAGATION
};

const size_t mount_options_n = sizeof(mount_options) / sizeof(mount_options[0]);

#define NAMES(list, word)                                                                          \
	const struct names names_##list = { list##_rows,                                           \
					    sizeof(list##_rows) / sizeof(list##_rows[0]), word }

NAMES(namespace, "namespace");
NAMES(capability, "capability");
NAMES(rlimit, "rlimit");
NAMES(signal, "signal");
NAMES(sched_policy, "scheduling policy");
NAMES(sched_flag, "scheduling flag");
NAMES(ioprio_class, "I/O priority class");
NAMES(mempolicy_mode, "memory policy mode");
NAMES(mempolicy_flag, "memory policy flag");
NAMES(personality, "personality domain");
NAMES(propagation, "mount propagation");
NAMES(seccomp_action, "seccomp action");
NAMES(seccomp_arch, "seccomp architecture");
NAMES(seccomp_op, "seccomp operator");
NAMES(seccomp_flag, "seccomp flag");
NAMES(hook, "hook");

int64_t names_value(const struct names *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->at[i].name, name))
			return list->at[i].value;
	return -1;
}

const char *names_name(const struct names *list, int64_t value)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->at[i].value == value)
			return list->at[i].name;
	return NULL;
}

const struct mount_option *mount_option_find(const char *name)
{
	for (size_t i = 0; i < mount_options_n; i++)
		if (!strcmp(mount_options[i].name, name))
			return &mount_options[i];
	return NULL;
}

uint64_t ns_flag(enum ns_kind kind)
{
	static const uint64_t flags[] = {
#define NAMESPACE(kind, name, proc, flag) [kind] = flag,
#include "base/names.def"
#undef NAMESPACE
	};

	return flags[kind];
}

const char *ns_proc_name(enum ns_kind kind)
{
	static const char *const names[] = {
#define NAMESPACE(kind, name, proc, flag) [kind] = proc,
#include "base/names.def"
#undef NAMESPACE
	};

	return names[kind];
}

/* --- signals ---------------------------------------------------------------------- */

/* glibc's numbers of the real-time signals, whatever libc we have: they are
 * what users and engines mean. */
enum { RT_FIRST = 34, RT_LAST = 64 };

/* "RTMIN", "RTMIN+n", "RTMAX", "RTMAX-n"; -EINVAL. */
static int real_time(const char *s)
{
	bool from_min = !strncasecmp(s, "RTMIN", 5);
	uint32_t n = 0;

	if (!from_min && strncasecmp(s, "RTMAX", 5))
		return -EINVAL;
	s += 5;
	if (*s && (*s != (from_min ? '+' : '-') || text_u32(s + 1, &n) < 0))
		return -EINVAL;
	if (n > RT_LAST - RT_FIRST)
		return -EINVAL;
	return from_min ? RT_FIRST + (int)n : RT_LAST - (int)n;
}

int signal_parse(const char *s)
{
	const char *bare = !strncasecmp(s, "SIG", 3) ? s + 3 : s;
	uint32_t number;

	if (text_u32(s, &number) == 0)
		return number <= RT_LAST ? (int)number : -EINVAL;
	for (size_t i = 0; i < names_signal.n; i++)
		if (!strcasecmp(names_signal.at[i].name + 3, bare))
			return (int)names_signal.at[i].value;
	return real_time(bare);
}
