/* SPDX-License-Identifier: Apache-2.0 */
/* dump.c - the plan in words, for `ocirun plan` and the golden tests.
 *
 * The headings are the names of the phases that carry the decisions out, in
 * the order of src/init/phases.def, then those of `start` and `delete`.  This
 * file decides nothing.  Parent only.
 */
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "base/sys.h"
#include "base/text.h"
#include "plan/dump_out.h"
#include "plan/planner.h"

static const char *propagation_word(uint32_t propagation)
{
	const char *word = names_name(&names_propagation, propagation);

	return word ? word : "unchanged";
}

/* --- before the child ------------------------------------------------------ */

static void dump_joins(struct dump_out *o, const struct plan *plan)
{
	dump_phase(o, "open-namespaces");
	for (size_t i = 0; i < plan->ns.join_n; i++) {
		const struct plan_join *j = &plan->ns.join[i];

		dump_line(o, names_name(&names_namespace, j->kind));
		dump_plain(o, "path", j->path);
		dump_end(o, AT("/linux/namespaces/%u", j->index));
	}
}

static void dump_cgroup(struct dump_out *o, const struct plan_cgroup *c)
{
	dump_phase(o, "make-cgroup");
	if (!c->manage)
		return;
	dump_line(o, "cgroup");
	dump_pair(o, "at", c->mount, c->path);
	dump_end(o, c->path_given ? "/linux/cgroupsPath" : NULL);
	for (size_t i = 0; i < c->writes_n; i++) {
		dump_line(o, c->writes[i].file);
		dump_plain(o, "value", c->writes[i].value);
		dump_end(o, c->writes[i].pointer);
	}
}

static void dump_clock(struct dump_out *o, const char *name, int64_t secs, uint32_t nsecs)
{
	char s[48];

	text_fmt(s, sizeof(s), "%lld s %u ns", (long long)secs, nsecs);
	dump_named(o, name, s);
}

static void dump_spawn(struct dump_out *o, const struct plan_namespaces *ns)
{
	dump_phase(o, "spawn");
	if (ns->present[NS_PID]) {
		dump_line(o, "pid");
		dump_plain(o, "namespace", ns->fresh[NS_PID] ? "new" : "joined");
		dump_end(o, AT("/linux/namespaces/%u", ns->index[NS_PID]));
	}
	if (!ns->new_time)
		return;
	dump_line(o, "time");
	dump_plain(o, "namespace", "new");
	if (ns->has_time_offsets) {
		dump_clock(o, "monotonic", ns->monotonic_secs, ns->monotonic_nsecs);
		dump_clock(o, "boottime", ns->boottime_secs, ns->boottime_nsecs);
	}
	dump_end(o, ns->has_time_offsets ? "/linux/timeOffsets"
					 : AT("/linux/namespaces/%u", ns->index[NS_TIME]));
}

/* --- in the namespaces -------------------------------------------------------- */

static void dump_namespaces(struct dump_out *o, const struct plan_namespaces *ns)
{
	dump_phase(o, "join-namespaces");
	for (size_t i = 0; i < ns->join_n; i++) {
		if (ns->join[i].kind == NS_PID)
			continue; /* the child is born in it */
		dump_line(o, names_name(&names_namespace, ns->join[i].kind));
		dump_end(o, AT("/linux/namespaces/%u", ns->join[i].index));
	}
	dump_phase(o, "unshare-namespaces");
	for (int kind = 0; kind < NS_COUNT; kind++) {
		if (!(ns->unshare_flags & ns_flag((enum ns_kind)kind)))
			continue;
		dump_line(o, names_name(&names_namespace, kind));
		dump_plain(o, "namespace", "new");
		dump_end(o, AT("/linux/namespaces/%u", ns->index[kind]));
	}
	dump_phase(o, "loopback");
	if (ns->loopback_up) {
		dump_line(o, "lo");
		dump_plain(o, "state", "up");
		dump_end(o, NULL);
	}
}

static void dump_identity(struct dump_out *o, const struct plan *plan)
{
	dump_phase(o, "session-keyring");
	if (plan->exec.new_keyring) {
		dump_line(o, "keyring");
		dump_plain(o, "session", "new");
		dump_end(o, NULL);
	}
	dump_phase(o, "host-names");
	if (plan->names.hostname) {
		dump_line(o, "hostname");
		dump_plain(o, "value", plan->names.hostname);
		dump_end(o, "/hostname");
	}
	if (plan->names.domainname) {
		dump_line(o, "domainname");
		dump_plain(o, "value", plan->names.domainname);
		dump_end(o, "/domainname");
	}
}

/* --- file system ---------------------------------------------------------------- */

static void dump_attrs(struct dump_out *o, const char *prefix, uint64_t set, uint64_t clear)
{
	static const struct {
		uint64_t bit;
		const char *set, *clear;
	} words[] = {
		{ SYS_ATTR_RDONLY, "ro", "rw" },
		{ SYS_ATTR_NOSUID, "nosuid", "suid" },
		{ SYS_ATTR_NODEV, "nodev", "dev" },
		{ SYS_ATTR_NOEXEC, "noexec", "exec" },
		{ SYS_ATTR_NODIRATIME, "nodiratime", "diratime" },
		{ SYS_ATTR_NOSYMFOLLOW, "nosymfollow", "symfollow" },
	};
	uint64_t atime = set & SYS_ATTR_ATIME_MASK;

	for (size_t i = 0; i < ARRAY_N(words); i++) {
		if (set & words[i].bit)
			dump_item(o, AT("%s%s", prefix, words[i].set));
		else if (clear & words[i].bit)
			dump_item(o, AT("%s%s", prefix, words[i].clear));
	}
	if (atime == SYS_ATTR_NOATIME)
		dump_item(o, AT("%s%s", prefix, "noatime"));
	else if (atime == SYS_ATTR_STRICTATIME)
		dump_item(o, AT("%s%s", prefix, "strictatime"));
	else if (clear & SYS_ATTR_ATIME_MASK)
		dump_item(o, AT("%s%s", prefix, "relatime"));
}

static const struct { uint32_t flag; const char *word; } flag_words[] = {
	{ MOUNT_OPT_COPYUP, "tmpcopyup" },
	{ MOUNT_OPT_COPY_SYMLINK, "copy-symlink" },
	{ MOUNT_OPT_SRC_NOFOLLOW, "src-nofollow" },
	{ MOUNT_OPT_DEST_NOFOLLOW, "dest-nofollow" },
};

/* True when dump_options() would have anything to say. */
static bool has_options(const struct plan_mount *m)
{
	bool shown = false;

	for (size_t i = 0; i < ARRAY_N(flag_words); i++)
		shown |= m->flags & flag_words[i].flag;
	return shown || m->attr_set || m->attr_clr || m->rec_attr_set || m->rec_attr_clr ||
	       m->propagation || m->params_n;
}

static void dump_options(struct dump_out *o, const struct plan_mount *m)
{
	if (!has_options(m))
		return;
	dump_list(o, "options", false, ',');
	dump_attrs(o, "", m->attr_set, m->attr_clr);
	dump_attrs(o, "r", m->rec_attr_set, m->rec_attr_clr);
	if (m->propagation)
		dump_item(o, propagation_word(m->propagation));
	for (size_t i = 0; i < ARRAY_N(flag_words); i++)
		if (m->flags & flag_words[i].flag)
			dump_item(o, flag_words[i].word);
	for (size_t i = 0; i < m->params_n; i++)
		dump_item_pair(o, m->params[i].key, m->params[i].value);
	dump_list_end(o);
}

static const char *mount_what(const struct plan_mount *m)
{
	switch (m->kind) {
	case MOUNT_FS: return m->type;
	case MOUNT_BIND: return m->flags & MOUNT_OPT_RECURSIVE ? "rbind" : "bind";
	case MOUNT_CGROUP: return "cgroup";
	case MOUNT_REMOUNT: return "remount";
	case MOUNT_PROPAGATION: return "propagation";
	}
	return "";
}

static void dump_mount(struct dump_out *o, const struct plan_mount *m)
{
	dump_line(o, mount_what(m));
	dump_named(o, "at", m->dest);
	if (m->kind == MOUNT_BIND ||
	    (m->kind == MOUNT_FS && plan_given(m->source) && strcmp(m->source, m->type)))
		dump_named(o, "from", m->source);
	dump_options(o, m);
	if (m->mode_from_dest)
		dump_named(o, "mode", "of the directory below");
	if (m->late_readonly)
		dump_named(o, "read-only", "once the devices stand");
	if (m->place == PLACE_STRICT)
		dump_named(o, "symlinks", "refused");
	dump_end(o, m->index == UINT32_MAX ? NULL : AT("/mounts/%u", m->index));
}

static void dump_device(struct dump_out *o, const struct plan_device *d)
{
	char number[32];

	dump_line(o, d->type == S_IFCHR ? "char" : d->type == S_IFBLK ? "block" : "fifo");
	dump_named(o, "at", d->path);
	text_fmt(number, sizeof(number), "%u:%u", d->major, d->minor);
	if (d->type != S_IFIFO)
		dump_plain(o, "number", number);
	dump_octal(o, "mode", d->mode);
	if (d->uid || d->gid) {
		dump_number(o, "uid", d->uid);
		dump_number(o, "gid", d->gid);
	}
	dump_end(o, d->index == UINT32_MAX ? NULL : AT("/linux/devices/%u", d->index));
}

static void dump_root(struct dump_out *o, const struct plan_rootfs *r)
{
	dump_phase(o, "root-propagation");
	if (r->new_mounts) {
		dump_line(o, "/");
		dump_plain(o, "propagation", propagation_word(r->setup_propagation));
		dump_end(o, NULL);
	}
	dump_phase(o, "attach-rootfs");
	dump_line(o, "rootfs");
	dump_plain(o, "path", r->path ? r->path : "");
	dump_end(o, "/root/path");
	dump_phase(o, "mounts");
	for (size_t i = 0; i < r->mounts_n; i++)
		dump_mount(o, &r->mounts[i]);
	dump_phase(o, "devices");
	for (size_t i = 0; i < r->devices_n; i++)
		dump_device(o, &r->devices[i]);
	for (size_t i = 0; i < r->links_n; i++) {
		dump_line(o, "link");
		dump_named(o, "at", r->links[i].path);
		dump_named(o, "to", r->links[i].target);
		dump_end(o, NULL);
	}
}

static void dump_paths(struct dump_out *o, const struct plan_path *at, size_t n,
		       const char *pointer)
{
	for (size_t i = 0; i < n; i++) {
		dump_line(o, "path");
		dump_plain(o, "path", at[i].path);
		dump_end(o, AT("%s/%u", pointer, at[i].index));
	}
}

static void dump_guards(struct dump_out *o, const struct plan_rootfs *r)
{
	dump_phase(o, "mask-paths");
	dump_paths(o, r->masked, r->masked_n, "/linux/maskedPaths");
	dump_phase(o, "readonly-paths");
	dump_paths(o, r->readonly_paths, r->readonly_n, "/linux/readonlyPaths");
	dump_phase(o, "readonly-root");
	if (r->readonly) {
		dump_line(o, "/");
		dump_list(o, "options", false, ',');
		dump_item(o, "ro");
		dump_list_end(o);
		dump_end(o, "/root/readonly");
	}
	dump_phase(o, "switch-root");
	dump_line(o, !r->new_mounts ? "chroot" : r->pivot ? "pivot_root" : "move");
	if (r->new_mounts)
		dump_named(o, "propagation", propagation_word(r->propagation));
	dump_end(o, NULL);
}

/* --- the process ------------------------------------------------------------------- */

static void dump_console(struct dump_out *o, const struct plan_exec *x)
{
	dump_phase(o, "console");
	if (!x->terminal)
		return;
	dump_line(o, "terminal");
	if (x->rows || x->cols) {
		dump_number(o, "rows", x->rows);
		dump_number(o, "columns", x->cols);
	}
	dump_end(o, "/process/terminal");
}

static void dump_sysctls(struct dump_out *o, const struct plan *plan)
{
	dump_phase(o, "sysctls");
	for (size_t i = 0; i < plan->sysctls_n; i++) {
		dump_line(o, plan->sysctls[i].path);
		dump_plain(o, "value", plan->sysctls[i].value);
		dump_end(o, AT_KEY("/linux/sysctl", plan->sysctls[i].key));
	}
}

static void dump_scheduler(struct dump_out *o, const struct plan_limits *l)
{
	const struct plan_scheduler *s = &l->scheduler;

	if (s->set) {
		dump_line(o, "scheduler");
		dump_plain(o, "policy", names_name(&names_sched_policy, s->policy));
		dump_number(o, "nice", s->nice);
		dump_number(o, "priority", s->priority);
		dump_number(o, "flags", (int64_t)s->flags);
		if (s->runtime) {
			dump_limit(o, "runtime", s->runtime);
			dump_limit(o, "deadline", s->deadline);
			dump_limit(o, "period", s->period);
		}
		dump_end(o, "/process/scheduler");
	}
	if (l->has_ioprio) {
		dump_line(o, "io-priority");
		dump_plain(o, "class", names_name(&names_ioprio_class, l->ioprio >> 13));
		dump_number(o, "priority", l->ioprio & 0x1fff);
		dump_end(o, "/process/ioPriority");
	}
	dump_line(o, "affinity");
	dump_plain(o, "cpus", l->reset_affinity ? "all" : "inherited");
	dump_end(o, NULL);
}

static void dump_nodes(struct dump_out *o, const struct plan_limits *l)
{
	const unsigned long width = 8 * sizeof(unsigned long);
	char node[16];

	dump_list(o, "nodes", true, ',');
	for (unsigned long i = 0; i < l->nodes_bits; i++) {
		if (!(l->nodes[i / width] & 1UL << (i % width)))
			continue;
		text_fmt(node, sizeof(node), "%lu", i);
		dump_item(o, node);
	}
	dump_list_end(o);
}

static void dump_mempolicy(struct dump_out *o, const struct plan_limits *l)
{
	static const int modes = (1 << 13) - 1; /* the flags are above */

	if (!l->has_mempolicy)
		return;
	dump_line(o, "memory-policy");
	dump_plain(o, "mode", names_name(&names_mempolicy_mode, l->mempolicy & modes));
	for (size_t i = 0; i < names_mempolicy_flag.n; i++)
		if (l->mempolicy & names_mempolicy_flag.at[i].value)
			dump_flag(o, names_mempolicy_flag.at[i].name);
	if (l->nodes_bits)
		dump_nodes(o, l);
	dump_end(o, "/linux/memoryPolicy");
}

static void dump_limits(struct dump_out *o, const struct plan_limits *l)
{
	dump_phase(o, "limits");
	if (l->has_oom_score_adj) {
		dump_line(o, "oom_score_adj");
		dump_number(o, "value", l->oom_score_adj);
		dump_end(o, "/process/oomScoreAdj");
	}
	dump_scheduler(o, l);
	dump_mempolicy(o, l);
	if (l->has_personality) {
		dump_line(o, "personality");
		dump_plain(o, "domain", names_name(&names_personality, (int64_t)l->personality));
		dump_end(o, "/linux/personality");
	}
	for (size_t i = 0; i < l->rlimits_n; i++) {
		dump_line(o, names_name(&names_rlimit, l->rlimits[i].resource));
		dump_limit(o, "soft", l->rlimits[i].soft);
		dump_limit(o, "hard", l->rlimits[i].hard);
		dump_end(o, AT("/process/rlimits/%u", l->rlimits[i].index));
	}
}

static void dump_caps(struct dump_out *o, const struct plan_cred *c)
{
	static const char *const sets[CAPSET_COUNT] = {
		[CAPSET_EFFECTIVE] = "effective",     [CAPSET_PERMITTED] = "permitted",
		[CAPSET_INHERITABLE] = "inheritable", [CAPSET_BOUNDING] = "bounding",
		[CAPSET_AMBIENT] = "ambient",
	};

	for (int set = 0; c->set_caps && set < CAPSET_COUNT; set++) {
		dump_line(o, sets[set]);
		dump_list(o, "capabilities", false, ',');
		for (unsigned cap = 0; cap < 64; cap++)
			if (c->caps[set] & 1ULL << cap)
				dump_item(o, names_name(&names_capability, cap));
		dump_list_end(o);
		dump_end(o, AT("/process/capabilities/%s", sets[set]));
	}
}

static void dump_cred(struct dump_out *o, const struct plan *plan)
{
	const struct plan_cred *c = &plan->cred;
	char gid[16];

	dump_phase(o, "credentials");
	dump_line(o, "user");
	dump_number(o, "uid", c->uid);
	dump_number(o, "gid", c->gid);
	dump_octal(o, "umask", plan->exec.umask);
	dump_end(o, "/process/user");
	dump_line(o, "groups");
	if (c->keep_groups)
		dump_plain(o, "groups", "of the caller");
	else {
		dump_list(o, "groups", false, ',');
		for (size_t i = 0; i < c->groups_n; i++) {
			text_fmt(gid, sizeof(gid), "%u", c->groups[i]);
			dump_item(o, gid);
		}
		dump_list_end(o);
	}
	dump_end(o, c->keep_groups ? "/annotations/run.oci.keep_original_groups"
		    : c->groups_n  ? "/process/user/additionalGids"
				   : NULL);
	dump_caps(o, c);
	if (c->no_new_privs) {
		dump_line(o, "no_new_privs");
		dump_end(o, "/process/noNewPrivileges");
	}
}

static void dump_strings(struct dump_out *o, const char *key, char *const *at)
{
	dump_list(o, key, true, ' ');
	for (; *at; at++)
		dump_item(o, *at);
	dump_list_end(o);
}

static void dump_exec(struct dump_out *o, const struct plan_exec *x)
{
	dump_phase(o, "enter-directory");
	dump_line(o, "cwd");
	dump_plain(o, "path", x->cwd ? x->cwd : "");
	dump_end(o, "/process/cwd");
	dump_phase(o, "find-executable");
	dump_line(o, "program");
	dump_plain(o, "name", x->args[0] ? x->args[0] : "");
	if (x->args[0] && !strchr(x->args[0], '/'))
		dump_named(o, "PATH", x->path_env);
	dump_end(o, "/process/args/0");
	dump_phase(o, "run-stub");
	for (size_t i = 0; i < x->env_n; i++) {
		dump_line(o, "env");
		dump_plain(o, "value", x->env[i]);
		dump_end(o, NULL);
	}
	if (x->home_missing) {
		dump_line(o, "env");
		dump_plain(o, "value", "HOME");
		dump_named(o, "from", "/etc/passwd of the image");
		dump_end(o, NULL);
	}
	if (x->preserve_fds) {
		dump_line(o, "descriptors");
		dump_number(o, "kept", x->preserve_fds);
		dump_end(o, NULL);
	}
}

/* --- hooks, and the whole ----------------------------------------------------------- */

static void dump_hooks(struct dump_out *o, const struct plan *plan, enum hook_kind kind)
{
	const char *name = names_name(&names_hook, kind);

	for (size_t i = 0; i < plan->hooks[kind].n; i++) {
		const struct plan_hook *h = &plan->hooks[kind].at[i];

		dump_line(o, name);
		dump_plain(o, "path", h->path);
		dump_strings(o, "args", h->args);
		if (h->env[0])
			dump_strings(o, "env", h->env);
		if (h->timeout)
			dump_number(o, "timeout", h->timeout);
		dump_end(o, AT("/hooks/%s/%zu", name, i));
	}
}

/* After `create`: what start and delete do. */
static void dump_later(struct dump_out *o, const struct plan *plan)
{
	dump_phase(o, "hooks-start-container");
	dump_hooks(o, plan, HOOK_START_CONTAINER);
	if (plan->exec.has_process) {
		dump_phase(o, "exec");
		dump_line(o, "program");
		dump_strings(o, "args", plan->exec.args);
		dump_end(o, "/process/args");
	}
	dump_phase(o, "hooks-poststart");
	dump_hooks(o, plan, HOOK_POSTSTART);
	dump_phase(o, "hooks-poststop");
	dump_hooks(o, plan, HOOK_POSTSTOP);
}

void plan_dump(const struct plan *plan, const struct plan_dump *d)
{
	struct dump_out out, *o = &out;

	dump_begin(o, d);
	dump_phase(o, "reserve-state");
	dump_line(o, "container");
	dump_named(o, "id", plan->id);
	dump_named(o, "bundle", plan->bundle ? plan->bundle : "");
	dump_end(o, NULL);
	dump_joins(o, plan);
	dump_cgroup(o, &plan->cgroup);
	dump_spawn(o, &plan->ns);
	dump_namespaces(o, &plan->ns);
	dump_identity(o, plan);
	dump_root(o, &plan->root);
	dump_phase(o, "hooks-create-runtime");
	dump_hooks(o, plan, HOOK_PRESTART);
	dump_hooks(o, plan, HOOK_CREATE_RUNTIME);
	dump_phase(o, "hooks-create-container");
	dump_hooks(o, plan, HOOK_CREATE_CONTAINER);
	dump_console(o, &plan->exec);
	dump_sysctls(o, plan);
	if (plan->exec.has_process) {
		dump_phase(o, "working-directory");
		dump_line(o, "cwd");
		dump_plain(o, "path", plan->exec.cwd ? plan->exec.cwd : "");
		dump_end(o, "/process/cwd");
	}
	dump_guards(o, &plan->root);
	if (plan->exec.has_process) {
		dump_limits(o, &plan->limits);
		dump_cred(o, plan);
		dump_exec(o, &plan->exec);
	}
	dump_later(o, plan);
	dump_finish(o);
}
