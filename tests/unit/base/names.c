/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - vocabularies: whole, without doubles, and with the kernel's values.
 * libcap and libseccomp, where they are installed, say what names mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/names.h"

#include <ctype.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/ioprio.h>
#include <linux/mempolicy.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/sys.h"

#if HAVE_LIBCAP
#include <sys/capability.h>
#endif
#if HAVE_LIBSECCOMP
#include <seccomp.h>
#endif

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* --- every vocabulary ------------------------------------------------------------ */

static const struct { const struct names *list; size_t n; const char *prefix; } all[] = {
	{ &names_namespace, NS_COUNT, "" }, { &names_capability, 41, "CAP_" },
	{ &names_rlimit, 16, "RLIMIT_" }, { &names_signal, 34, "SIG" },
	{ &names_sched_policy, 7, "SCHED_" }, { &names_sched_flag, 7, "SCHED_FLAG_" },
	{ &names_ioprio_class, 3, "IOPRIO_CLASS_" }, { &names_mempolicy_mode, 7, "MPOL_" },
	{ &names_mempolicy_flag, 3, "MPOL_F_" }, { &names_personality, 2, "LINUX" },
	{ &names_propagation, 8, "" }, { &names_seccomp_action, 9, "SCMP_ACT_" },
	{ &names_seccomp_arch, 23, "SCMP_ARCH_" }, { &names_seccomp_op, 7, "SCMP_CMP_" },
	{ &names_seccomp_flag, 4, "SECCOMP_FILTER_FLAG_" }, { &names_hook, HOOK_COUNT, "" },
};

static void lists_are_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(all); i++) {
		assert_int_equal(all[i].list->n, all[i].n);
		assert_true(all[i].list->what[0] != '\0');
	}
}

static void rows_are_found_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(all); i++) {
		const struct names *list = all[i].list;

		for (size_t j = 0; j < list->n; j++) {
			const struct name *row = &list->at[j];
			const char *back = names_name(list, row->value);

			assert_int_equal(strncmp(row->name, all[i].prefix, strlen(all[i].prefix)),
					 0);
			/* also proves that no name stands there twice */
			assert_int_equal(names_value(list, row->name), row->value);
			assert_true(row->value >= 0);
			assert_non_null(back);
			assert_int_equal(names_value(list, back), row->value);
			for (size_t k = 0; k < j; k++)
				assert_string_not_equal(list->at[k].name, row->name);
		}
	}
}

static void others_are_not_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(all); i++) {
		const struct names *list = all[i].list;
		char name[64];

		assert_int_equal(names_value(list, ""), -1);
		assert_null(names_name(list, -1));
		assert_null(names_name(list, INT64_MAX));
		snprintf(name, sizeof(name), "%sX", list->at[0].name);
		assert_int_equal(names_value(list, name), -1);
		snprintf(name, sizeof(name), "%s", list->at[0].name);
		name[0] = (char)(name[0] ^ ' '); /* the other case */
		assert_int_equal(names_value(list, name), -1);
	}
}

struct value { const char *name; int64_t value; };

static void assert_values(const struct names *list, const struct value *want, size_t n)
{
	assert_int_equal(list->n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(names_value(list, want[i].name), want[i].value);
}

#define V(x) { #x, x }

static void values_are_those_of_the_kernel(void **state)
{
	static const struct value rlimits[] = {
		V(RLIMIT_AS),     V(RLIMIT_CORE),   V(RLIMIT_CPU),        V(RLIMIT_DATA),
		V(RLIMIT_FSIZE),  V(RLIMIT_LOCKS),  V(RLIMIT_MEMLOCK),    V(RLIMIT_MSGQUEUE),
		V(RLIMIT_NICE),   V(RLIMIT_NOFILE), V(RLIMIT_NPROC),      V(RLIMIT_RSS),
		V(RLIMIT_RTPRIO), V(RLIMIT_RTTIME), V(RLIMIT_SIGPENDING), V(RLIMIT_STACK),
	};
	static const struct value policies[] = {
		V(SCHED_OTHER),     V(SCHED_FIFO), V(SCHED_RR),       V(SCHED_BATCH),
		{ "SCHED_ISO", 4 }, V(SCHED_IDLE), V(SCHED_DEADLINE),
	};
	static const struct value classes[] = {
		V(IOPRIO_CLASS_RT),
		V(IOPRIO_CLASS_BE),
		V(IOPRIO_CLASS_IDLE),
	};
	static const struct value modes[] = {
		V(MPOL_DEFAULT),
		V(MPOL_PREFERRED),
		V(MPOL_BIND),
		V(MPOL_INTERLEAVE),
		V(MPOL_LOCAL),
		V(MPOL_PREFERRED_MANY),
		{ "MPOL_WEIGHTED_INTERLEAVE", 6 },
	};
	static const struct value mode_flags[] = {
		V(MPOL_F_NUMA_BALANCING),
		V(MPOL_F_RELATIVE_NODES),
		V(MPOL_F_STATIC_NODES),
	};
	static const struct value domains[] = { { "LINUX", PER_LINUX },
						{ "LINUX32", PER_LINUX32 } };
	static const struct value flags[] = {
		V(SECCOMP_FILTER_FLAG_TSYNC),
		V(SECCOMP_FILTER_FLAG_LOG),
		V(SECCOMP_FILTER_FLAG_SPEC_ALLOW),
		V(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV),
	};

	(void)state;
	assert_values(&names_rlimit, rlimits, N(rlimits));
	assert_values(&names_sched_policy, policies, N(policies));
	assert_values(&names_ioprio_class, classes, N(classes));
	assert_values(&names_mempolicy_mode, modes, N(modes));
	assert_values(&names_mempolicy_flag, mode_flags, N(mode_flags));
	assert_values(&names_personality, domains, N(domains));
	assert_values(&names_seccomp_flag, flags, N(flags));
}

/* --- capabilities ------------------------------------------------------------------ */

static void capabilities_are_numbered_without_gaps(void **state)
{
	(void)state;
	for (size_t i = 0; i < names_capability.n; i++)
		assert_int_equal(names_capability.at[i].value, i);
	assert_int_equal(names_value(&names_capability, "CAP_CHOWN"), CAP_CHOWN);
	assert_int_equal(names_value(&names_capability, "CAP_CHECKPOINT_RESTORE"),
			 CAP_CHECKPOINT_RESTORE);
}

static void capabilities_are_those_of_libcap(void **state)
{
	(void)state;
#if HAVE_LIBCAP
	for (cap_value_t i = 0; i < cap_max_bits() && i < (cap_value_t)names_capability.n; i++) {
		char *theirs = cap_to_name(i);
		cap_value_t back;

		assert_non_null(theirs);
		if (isdigit((unsigned char)theirs[0])) { /* newer than this libcap */
			cap_free(theirs);
			continue;
		}
		assert_int_equal(strcasecmp(theirs, names_name(&names_capability, i)), 0);
		assert_int_equal(cap_from_name(names_name(&names_capability, i), &back), 0);
		assert_int_equal(back, i);
		cap_free(theirs);
	}
#else
	skip();
#endif
}

/* --- namespaces ---------------------------------------------------------------------- */

static void namespaces(void **state)
{
	static const struct {
		const char *name, *proc;
		uint64_t flag;
	} rows[] = {
		[NS_USER] = { "user", "user", CLONE_NEWUSER },
		[NS_MOUNT] = { "mount", "mnt", CLONE_NEWNS },
		[NS_PID] = { "pid", "pid", CLONE_NEWPID },
		[NS_NETWORK] = { "network", "net", CLONE_NEWNET },
		[NS_IPC] = { "ipc", "ipc", CLONE_NEWIPC },
		[NS_UTS] = { "uts", "uts", CLONE_NEWUTS },
		[NS_CGROUP] = { "cgroup", "cgroup", CLONE_NEWCGROUP },
		[NS_TIME] = { "time", "time", 0x80 /* CLONE_NEWTIME */ },
	};
	char path[64];
	struct stat st;

	(void)state;
	assert_int_equal(N(rows), NS_COUNT);
	for (int i = 0; i < NS_COUNT; i++) {
		assert_int_equal(names_value(&names_namespace, rows[i].name), i);
		assert_true(ns_flag((enum ns_kind)i) == rows[i].flag);
		assert_string_equal(ns_proc_name((enum ns_kind)i), rows[i].proc);
		snprintf(path, sizeof(path), "/proc/self/ns/%s", rows[i].proc);
		assert_int_equal(lstat(path, &st), 0);
	}
}

static void hooks(void **state)
{
	static const char *const order[] = { "prestart",       "createRuntime", "createContainer",
					     "startContainer", "poststart",     "poststop" };

	(void)state;
	for (size_t i = 0; i < N(order); i++)
		assert_int_equal(names_value(&names_hook, order[i]), i);
}

/* --- seccomp --------------------------------------------------------------------------- */

static void seccomp_actions(void **state)
{
	static const struct value rows[] = {
		{ "SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD },
		{ "SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD },
		{ "SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS },
		{ "SCMP_ACT_TRAP", SECCOMP_RET_TRAP },
		{ "SCMP_ACT_ERRNO", SECCOMP_RET_ERRNO },
		{ "SCMP_ACT_NOTIFY", SECCOMP_RET_USER_NOTIF },
		{ "SCMP_ACT_TRACE", SECCOMP_RET_TRACE },
		{ "SCMP_ACT_LOG", SECCOMP_RET_LOG },
		{ "SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW },
	};

	(void)state;
	assert_values(&names_seccomp_action, rows, N(rows));
}

static void seccomp_is_that_of_libseccomp(void **state)
{
	(void)state;
#if HAVE_LIBSECCOMP
	static const struct value ops[] = {
		V(SCMP_CMP_NE), V(SCMP_CMP_LT), V(SCMP_CMP_LE),        V(SCMP_CMP_EQ),
		V(SCMP_CMP_GE), V(SCMP_CMP_GT), V(SCMP_CMP_MASKED_EQ),
	};
	size_t known = 0;

	assert_values(&names_seccomp_op, ops, N(ops));
	for (size_t i = 0; i < names_seccomp_arch.n; i++) {
		const char *at = names_seccomp_arch.at[i].name + strlen("SCMP_ARCH_");
		char name[32] = "";
		uint32_t token;

		for (size_t j = 0; at[j]; j++)
			name[j] = (char)tolower((unsigned char)at[j]);
		token = seccomp_arch_resolve_name(name);
		if (token == 0) /* newer than this libseccomp */
			continue;
		known++;
		assert_int_equal(names_seccomp_arch.at[i].value, token);
	}
	assert_true(known >= 19); /* those of libseccomp 2.5 */
#else
	skip();
#endif
}

/* --- mount options ----------------------------------------------------------------------- */

/* Words of the specification 1.3, and those that other runtimes know. */
static const char *const option_words[] = {
	"acl", "noacl",
	"async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "iversion",
	"lazytime", "loud", "mand", "noatime", "nodev", "nodiratime", "noexec", "noiversion",
	"nolazytime", "nomand", "norelatime", "nostrictatime", "nosuid", "nosymfollow", "private",
	"ratime", "rbind", "rdev", "rdiratime", "relatime", "remount", "rexec", "rnoatime",
	"rnodev", "rnodiratime", "rnoexec", "rnorelatime", "rnostrictatime", "rnosuid",
	"rnosymfollow", "ro",
	"rprivate", "rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime", "rsuid",
	"rsymfollow", "runbindable", "rw", "shared", "silent", "slave", "strictatime", "suid",
	"symfollow", "sync", "tmpcopyup", "unbindable", "idmap", "ridmap", "copy-symlink",
	"src-nofollow", "dest-nofollow", "rsync", "rasync", "rdirsync", "rmand", "rnomand",
};

static void mount_options_are_whole(void **state)
{
	(void)state;
	assert_int_equal(mount_options_n, N(option_words));
	for (size_t i = 0; i < N(option_words); i++) {
		const struct mount_option *o = mount_option_find(option_words[i]);

		assert_non_null(o);
		assert_string_equal(o->name, option_words[i]);
	}
	assert_null(mount_option_find(""));
	assert_null(mount_option_find("RO"));
	assert_null(mount_option_find("size=1k"));
	assert_null(mount_option_find("idmap=uids=0-1-10"));
}

/* What mount_setattr(2) accepts: nothing is set and cleared at once but access time,
 * a field of which all bits are cleared whenever one is named. */
static void assert_good_attrs(uint64_t set, uint64_t clear)
{
	const uint64_t atime = SYS_ATTR_ATIME_MASK;

	assert_true((set & clear & ~atime) == 0);
	if ((set | clear) & atime)
		assert_true((clear & atime) == atime);
	assert_true(
		((set | clear) & ~(uint64_t)(SYS_ATTR_RDONLY | SYS_ATTR_NOSUID | SYS_ATTR_NODEV |
					     SYS_ATTR_NOEXEC | SYS_ATTR_ATIME_MASK |
					     SYS_ATTR_NODIRATIME | SYS_ATTR_NOSYMFOLLOW)) == 0);
}

static void mount_options_say_one_thing(void **state)
{
	(void)state;
	for (size_t i = 0; i < mount_options_n; i++) {
		const struct mount_option *o = &mount_options[i];
		int kinds = ((o->set | o->clear) != 0) + ((o->rec_set | o->rec_clear) != 0) +
			    (o->propagation != 0) + (o->flags != 0);
		bool nothing = !strcmp(o->name, "norelatime") || !strcmp(o->name, "rnorelatime");

		assert_int_equal(kinds, nothing ? 0 : 1);
		assert_good_attrs(o->set, o->clear);
		assert_good_attrs(o->rec_set, o->rec_clear);
		assert_ptr_equal(mount_option_find(o->name), o); /* no doubles */
		if (o->propagation)
			assert_int_equal(names_value(&names_propagation, o->name), o->propagation);
	}
}

struct attr { const char *on, *off; uint64_t bit; };

static void mount_attributes(void **state)
{
	static const struct attr rows[] = {
		{ "ro", "rw", SYS_ATTR_RDONLY },
		{ "nosuid", "suid", SYS_ATTR_NOSUID },
		{ "nodev", "dev", SYS_ATTR_NODEV },
		{ "noexec", "exec", SYS_ATTR_NOEXEC },
		{ "nodiratime", "diratime", SYS_ATTR_NODIRATIME },
		{ "nosymfollow", "symfollow", SYS_ATTR_NOSYMFOLLOW },
	};
	static const struct {
		const char *word;
		uint64_t set;
	} atime[] = {
		{ "noatime", SYS_ATTR_NOATIME },        { "atime", SYS_ATTR_RELATIME },
		{ "relatime", SYS_ATTR_RELATIME },      { "strictatime", SYS_ATTR_STRICTATIME },
		{ "nostrictatime", SYS_ATTR_RELATIME },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		assert_true(mount_option_find(rows[i].on)->set == rows[i].bit);
		assert_true(mount_option_find(rows[i].on)->clear == 0);
		assert_true(mount_option_find(rows[i].off)->set == 0);
		assert_true(mount_option_find(rows[i].off)->clear == rows[i].bit);
	}
	for (size_t i = 0; i < N(atime); i++) {
		assert_true(mount_option_find(atime[i].word)->set == atime[i].set);
		assert_true(mount_option_find(atime[i].word)->clear == SYS_ATTR_ATIME_MASK);
	}
}

/* rX does to a whole tree what X does to one mount. */
static void recursive_attributes(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < mount_options_n; i++) {
		const struct mount_option *o = &mount_options[i], *r;
		char name[32];

		if (!(o->set | o->clear))
			continue;
		snprintf(name, sizeof(name), "r%s", o->name);
		r = mount_option_find(name);
		assert_non_null(r);
		assert_true(r->rec_set == o->set && r->rec_clear == o->clear);
		n++;
	}
	assert_int_equal(n, 17);
}

static void mount_flags(void **state)
{
	static const struct {
		const char *word;
		uint32_t flags;
	} rows[] = {
		{ "bind", MOUNT_OPT_BIND },
		{ "rbind", MOUNT_OPT_BIND | MOUNT_OPT_RECURSIVE },
		{ "remount", MOUNT_OPT_REMOUNT },
		{ "tmpcopyup", MOUNT_OPT_COPYUP },
		{ "copy-symlink", MOUNT_OPT_COPY_SYMLINK },
		{ "src-nofollow", MOUNT_OPT_SRC_NOFOLLOW },
		{ "dest-nofollow", MOUNT_OPT_DEST_NOFOLLOW },
		{ "idmap", MOUNT_OPT_IDMAP },
		{ "ridmap", MOUNT_OPT_RIDMAP },
		{ "sync", MOUNT_OPT_SB },
		{ "async", MOUNT_OPT_SB },
		{ "dirsync", MOUNT_OPT_SB },
		{ "lazytime", MOUNT_OPT_SB },
		{ "nolazytime", MOUNT_OPT_SB },
		{ "mand", MOUNT_OPT_SB },
		{ "nomand", MOUNT_OPT_SB },
		{ "defaults", MOUNT_OPT_NOP },
		{ "iversion", MOUNT_OPT_NOP },
		{ "noiversion", MOUNT_OPT_NOP },
		{ "acl", MOUNT_OPT_NOP },
		{ "noacl", MOUNT_OPT_NOP },
		{ "silent", MOUNT_OPT_NOP },
		{ "loud", MOUNT_OPT_NOP },
		{ "rsync", MOUNT_OPT_NOP },
		{ "rasync", MOUNT_OPT_NOP },
		{ "rdirsync", MOUNT_OPT_NOP },
		{ "rmand", MOUNT_OPT_NOP },
		{ "rnomand", MOUNT_OPT_NOP },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_int_equal(mount_option_find(rows[i].word)->flags, rows[i].flags);
}

static void propagation(void **state)
{
	static const struct value rows[] = {
		{ "private", MS_PRIVATE },       { "rprivate", MS_PRIVATE | NAMES_RECURSIVE },
		{ "shared", MS_SHARED },         { "rshared", MS_SHARED | NAMES_RECURSIVE },
		{ "slave", MS_SLAVE },           { "rslave", MS_SLAVE | NAMES_RECURSIVE },
		{ "unbindable", MS_UNBINDABLE }, { "runbindable", MS_UNBINDABLE | NAMES_RECURSIVE },
	};

	(void)state;
	assert_values(&names_propagation, rows, N(rows));
}

/* --- signals ------------------------------------------------------------------------------ */

static void assert_parses_as(const char *name, int number)
{
	char buf[32], *s;

	for (int form = 0; form < 4; form++) {
		snprintf(buf, sizeof(buf), "%s%s", form & 1 ? "SIG" : "", name);
		for (s = buf; form & 2 && *s; s++)
			*s = (char)tolower((unsigned char)*s);
		assert_int_equal(signal_parse(buf), number);
	}
}

static void signals_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < names_signal.n; i++)
		assert_parses_as(names_signal.at[i].name + 3, (int)names_signal.at[i].value);
#ifdef __GLIBC__
	for (int number = 1; number < 32; number++) {
		char name[16];

		snprintf(name, sizeof(name), "SIG%s",
			 number == SIGPOLL ? "IO" : sigabbrev_np(number));
		assert_string_equal(names_name(&names_signal, number), name);
	}
#endif
	assert_parses_as("CLD", SIGCHLD);
	assert_parses_as("IOT", SIGABRT);
	assert_parses_as("POLL", SIGIO);
}

static void signals_by_number(void **state)
{
	char s[16];

	(void)state;
	for (int number = 0; number <= 64; number++) {
		snprintf(s, sizeof(s), "%d", number);
		assert_int_equal(signal_parse(s), number);
	}
}

static void real_time_signals(void **state)
{
	char s[24];

	(void)state;
	assert_parses_as("RTMIN", 34);
	assert_parses_as("RTMAX", 64);
	for (int i = 0; i <= 30; i++) {
		snprintf(s, sizeof(s), "RTMIN+%d", i);
		assert_parses_as(s, 34 + i);
		snprintf(s, sizeof(s), "RTMAX-%d", i);
		assert_parses_as(s, 64 - i);
	}
}

static void no_signals(void **state)
{
	static const char *const rows[] = {
		"",
		"SIG",
		"sig",
		"65",
		"-1",
		"+9",
		" 9",
		"9 ",
		"09",
		"0x9",
		"1e1",
		"4294967305",
		"18446744073709551625",
		"SIG9",
		"KILLS",
		"SIGSIGKILL",
		"KILL ",
		"RTMIN-1",
		"RTMAX+1",
		"RTMIN+",
		"RTMIN+31",
		"RTMAX-31",
		"RTMIN+01",
		"RTMIN+-1",
		"RTMIN+4294967296",
		"RTMINX",
		"RT",
		"RTMI",
		"\xc5\xbfIGKILL",
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_int_equal(signal_parse(rows[i]), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_whole),
		cmocka_unit_test(rows_are_found_both_ways),
		cmocka_unit_test(others_are_not_found),
		cmocka_unit_test(values_are_those_of_the_kernel),
		cmocka_unit_test(capabilities_are_numbered_without_gaps),
		cmocka_unit_test(capabilities_are_those_of_libcap),
		cmocka_unit_test(namespaces),
		cmocka_unit_test(hooks),
		cmocka_unit_test(seccomp_actions),
		cmocka_unit_test(seccomp_is_that_of_libseccomp),
		cmocka_unit_test(mount_options_are_whole),
		cmocka_unit_test(mount_options_say_one_thing),
		cmocka_unit_test(mount_attributes),
		cmocka_unit_test(recursive_attributes),
		cmocka_unit_test(mount_flags),
		cmocka_unit_test(propagation),
		cmocka_unit_test(signals_by_name),
		cmocka_unit_test(signals_by_number),
		cmocka_unit_test(real_time_signals),
		cmocka_unit_test(no_signals),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
