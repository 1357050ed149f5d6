/* SPDX-License-Identifier: Apache-2.0 */
/* mounts.c - decides what each entry of /mounts becomes.
 *
 * Only texts are judged: where a destination leads to in the image is known
 * when it is opened, and judged again there.  The root itself and the masks
 * are rootfs.c's.  Parent only.
 */
#include "plan/mounts.h"

#include <limits.h>
#include <string.h>

#include "base/sys.h"

/* One entry on its way from the config to the plan. */
struct entry {
	struct planner *p;
	size_t i;
	const struct oci_mount *in;
	struct plan_mount *out;
	size_t words;			/* options that are not empty */
	size_t propagation_words;	/* ... and only set propagation */
};

#define AT_OPTION(e, j) AT("/mounts/%zu/options/%zu", (e)->i, j)

/* --- options -------------------------------------------------------------- */

/* A later word wins.  The kernel clears before it sets, and wants all bits of
 * atime cleared when one of them is set (mount_setattr(2)). */
static void merge_option(struct plan_mount *m, const struct mount_option *o)
{
	const uint64_t atime = SYS_ATTR_ATIME_MASK;

	m->attr_set = (m->attr_set & ~o->clear) | o->set;
	m->attr_clr = (m->attr_clr | o->clear) & ~(o->set & ~atime);
	m->rec_attr_set = (m->rec_attr_set & ~o->rec_clear) | o->rec_set;
	m->rec_attr_clr = (m->rec_attr_clr | o->rec_clear) & ~(o->rec_set & ~atime);
	if (o->propagation)
		m->propagation = o->propagation;
	m->flags |= o->flags & ~(uint32_t)(MOUNT_OPT_SB | MOUNT_OPT_NOP);
}

/* crun's form with the mappings in the word itself. */
static bool is_idmap_word(const char *word)
{
	return !strncmp(word, "idmap=", 6) || !strncmp(word, "ridmap=", 7);
}

static void read_options(struct entry *e)
{
	const struct str_list *list = &e->in->options;

	for (size_t j = 0; j < list->n; j++) {
		const struct mount_option *o = mount_option_find(list->at[j]);

		if (!list->at[j][0])
			continue;
		e->words++;
		if ((o && o->flags & (MOUNT_OPT_IDMAP | MOUNT_OPT_RIDMAP)) ||
		    is_idmap_word(list->at[j]))
			plan_later(e->p, AT_OPTION(e, j), "id-mapped mounts are");
		if (!o)
			continue;
		e->propagation_words += o->propagation != 0;
		merge_option(e->out, o);
	}
	if (e->in->uid_mappings.n)
		plan_later(e->p, AT("/mounts/%zu/uidMappings", e->i), "id-mapped mounts are");
	else if (e->in->gid_mappings.n)
		plan_later(e->p, AT("/mounts/%zu/gidMappings", e->i), "id-mapped mounts are");
}

/* --- file system parameters ------------------------------------------------ */

enum { FS_PARAM_MAX = 255 };	/* fsconfig(2): keys and values, without the NUL */

/* mount(2) let SELinux take the quotes off, fsconfig(2) does not. */
static bool is_context(const char *key)
{
	return !strcmp(key, "context") || !strcmp(key, "fscontext") || !strcmp(key, "defcontext") ||
	       !strcmp(key, "rootcontext");
}

/* One "key" or "key=value" of n bytes. */
static void add_param(struct entry *e, size_t j, const char *word, size_t n)
{
	const char *equals = memchr(word, '=', n);
	size_t key = equals ? (size_t)(equals - word) : n;
	size_t value = equals ? n - key - 1 : 0;
	struct plan_fs_param *param = &e->out->params[e->out->params_n];

	if (n == 0)
		return;
	if (key == 0) {
		plan_error(e->p, AT_OPTION(e, j), "mount option without a name");
		return;
	}
	if (key > FS_PARAM_MAX || value > FS_PARAM_MAX) {
		plan_error(e->p, AT_OPTION(e, j), "mount option has more than %d bytes",
			   FS_PARAM_MAX);
		return;
	}
	param->key = arena_strndup(e->p->arena, word, key);
	if (equals && is_context(param->key) && value >= 2 && equals[1] == '"' &&
	    equals[value] == '"')
		param->value = arena_strndup(e->p->arena, equals + 2, value - 2);
	else if (equals)
		param->value = arena_strndup(e->p->arena, equals + 1, value);
	e->out->params_n++;
}

/* Several in one word, as mount(2) takes its data: commas within quotes belong
 * to the value (context="a:b:c0,c1"). */
static void split_params(struct entry *e, size_t j, const char *word)
{
	bool quoted = false;
	size_t n = 0;

	for (;; n++) {
		if (word[n] == '"')
			quoted = !quoted;
		if (word[n] && (word[n] != ',' || quoted))
			continue;
		add_param(e, j, word, n);
		if (!word[n])
			return;
		word += n + 1;
		n = (size_t)-1;
	}
}

static void make_params(struct entry *e)
{
	const struct str_list *list = &e->in->options;
	size_t room = 1; /* "ro" */

	for (size_t j = 0; j < list->n; j++) {
		room++;
		for (const char *s = list->at[j]; (s = strchr(s, ',')); s++)
			room++;
	}
	e->out->params = arena_array(e->p->arena, struct plan_fs_param, room);
	for (size_t j = 0; j < list->n; j++) {
		const struct mount_option *o = mount_option_find(list->at[j]);

		if (!o)
			split_params(e, j, list->at[j]);
		else if (o->flags & MOUNT_OPT_SB)
			add_param(e, j, list->at[j], strlen(list->at[j]));
	}
}

static bool has_param(const struct plan_mount *m, const char *key)
{
	for (size_t i = 0; i < m->params_n; i++)
		if (!strcmp(m->params[i].key, key))
			return true;
	return false;
}

/* --- kinds -------------------------------------------------------------- */

/* Words that no kind but a file system can take.  On a bind runc refuses them
 * and crun drops them: dropping hides that a restriction was not applied. */
static void refuse_data(struct entry *e)
{
	for (size_t j = 0; j < e->in->options.n; j++) {
		const char *word = e->in->options.at[j];

		if (word[0] && !mount_option_find(word) && !is_idmap_word(word))
			plan_error(e->p, AT_OPTION(e, j), "unknown option \"%s\" for a bind mount",
				   word);
	}
}

static void plan_bind(struct entry *e)
{
	struct planner *p = e->p;

	refuse_data(e);
	if (!plan_given(e->in->source)) {
		plan_error(p, AT("/mounts/%zu/source", e->i), "bind mount without a source");
		return;
	}
	e->out->source =
		plan_join_path(p->arena, p->opt->bundle ? p->opt->bundle : "/", e->in->source);
	plan_path_fits(p, e->out->source, AT("/mounts/%zu/source", e->i));
}

/* File systems without a device, and those with one instance for all: their
 * superblock is not this container's alone, the mount's own flag does it. */
static bool has_own_superblock(const char *type)
{
	static const char *const none[] = {
		"binfmt_misc", "bpf",      "cgroup",   "cgroup2", "configfs",   "debugfs",
		"devpts",      "devtmpfs", "efivarfs", "fusectl", "hugetlbfs",  "mqueue",
		"overlay",     "proc",     "pstore",   "ramfs",   "securityfs", "selinuxfs",
		"sysfs",       "tmpfs",    "tracefs",
	};

	for (size_t i = 0; i < ARRAY_N(none); i++)
		if (!strcmp(type, none[i]))
			return false;
	return true;
}

static void plan_fs(struct entry *e)
{
	struct plan_mount *m = e->out;
	bool readonly = (m->attr_set | m->rec_attr_set) & SYS_ATTR_RDONLY;

	m->type = e->in->type;
	m->source = e->in->source;
	if (m->source && strlen(m->source) > FS_PARAM_MAX)
		plan_error(e->p, AT("/mounts/%zu/source", e->i), "source has more than %d bytes",
			   FS_PARAM_MAX);
	make_params(e);
	if (readonly && has_own_superblock(m->type))
		m->params[m->params_n++].key = "ro";
	m->is_proc = !strcmp(m->type, "proc") && !strcmp(m->dest, "/proc");
	m->is_devpts = !strcmp(m->type, "devpts") && !strcmp(m->dest, "/dev/pts");
	m->is_dev = !strcmp(m->dest, "/dev");
	m->late_readonly = m->is_dev && readonly;
	if (strcmp(m->type, "tmpfs")) {
		if (m->flags & MOUNT_OPT_COPYUP)
			plan_warn(e->p, AT("/mounts/%zu/options", e->i),
				  "tmpcopyup has no effect on \"%s\"", m->type);
		m->flags &= ~(uint32_t)MOUNT_OPT_COPYUP;
		return;
	}
	m->mode_from_dest = !has_param(m, "mode");
}

/* A clone keeps the options of the host's superblock; containerd repeats them
 * (nsdelegate, memory_recursiveprot). */
static void plan_cgroup_mount(struct entry *e)
{
	e->out->type = "cgroup2";
	for (size_t j = 0; j < e->in->options.n; j++) {
		const char *word = e->in->options.at[j];

		if (word[0] && !mount_option_find(word))
			plan_warn(e->p, AT_OPTION(e, j),
				  "option \"%s\" has no effect on a cgroup mount", word);
	}
}

/* With "bind" only the mount changes, without it the file system as well. */
static void plan_remount(struct entry *e)
{
	if (e->out->flags & MOUNT_OPT_BIND)
		refuse_data(e);
	else
		make_params(e);
}

static bool choose_kind(struct entry *e)
{
	const char *type = e->in->type ? e->in->type : "";
	struct plan_mount *m = e->out;

	if (m->flags & MOUNT_OPT_REMOUNT)
		m->kind = MOUNT_REMOUNT;
	else if (m->flags & (MOUNT_OPT_BIND | MOUNT_OPT_RECURSIVE) || !strcmp(type, "bind"))
		m->kind = MOUNT_BIND;
	else if (!strcmp(type, "cgroup") || !strcmp(type, "cgroup2"))
		m->kind = MOUNT_CGROUP;
	else if (*type && strcmp(type, "none"))
		m->kind = MOUNT_FS;
	else if (e->words && e->words == e->propagation_words)
		m->kind = MOUNT_PROPAGATION;
	else {
		plan_error(e->p, AT("/mounts/%zu/type", e->i),
			   "mount needs a type, or the option \"bind\"");
		return false;
	}
	return true;
}

/* --- destinations ---------------------------------------------------------- */

static bool makes_mount(const struct plan_mount *m)
{
	return m->kind != MOUNT_REMOUNT && m->kind != MOUNT_PROPAGATION;
}

/* What lxcfs and friends may cover.  Everything else of /proc is the kernel's
 * alone: a file of an image in its place could swallow labels and sysctls
 * (CVE-2019-16884, CVE-2025-52881). */
static bool may_cover_proc_file(const char *dest)
{
	static const char *const files[] = {
		"/proc/cpuinfo",
		"/proc/diskstats",
		"/proc/meminfo",
		"/proc/stat",
		"/proc/swaps",
		"/proc/uptime",
		"/proc/loadavg",
		"/proc/slabinfo",
		"/proc/sys/kernel/ns_last_pid",
		"/proc/sys/crypto/fips_enabled",
	};

	for (size_t i = 0; i < ARRAY_N(files); i++)
		if (!strcmp(dest, files[i]))
			return true;
	return false;
}

static void judge_proc(struct entry *e)
{
	const struct plan_mount *m = e->out;

	if (!makes_mount(m) || !plan_path_within(m->dest, "/proc"))
		return;
	if (strcmp(m->dest, "/proc")) {
		if (!may_cover_proc_file(m->dest))
			plan_error(e->p, AT("/mounts/%zu/destination", e->i),
				   "\"%s\" cannot be mounted because it is inside /proc", m->dest);
		return;
	}
	if (m->kind != MOUNT_BIND && !m->is_proc) /* of binds the source is judged later */
		plan_error(e->p, AT("/mounts/%zu", e->i),
			   "\"%s\" cannot be mounted because it is not of type proc", m->dest);
}

static enum mount_place choose_place(const struct plan_mount *m)
{
	if (m->kind == MOUNT_FS && (!strcmp(m->type, "proc") || !strcmp(m->type, "sysfs")))
		return PLACE_STRICT;
	if (plan_path_within(m->dest, "/proc") || !strcmp(m->dest, "/sys") ||
	    !strcmp(m->dest, "/dev") || !strcmp(m->dest, "/dev/pts"))
		return PLACE_STRICT;
	return PLACE_ORDINARY;
}

static bool read_destination(struct entry *e)
{
	const char *dest = e->in->destination;

	if (!dest)
		return false;
	if (!*dest) {
		plan_error(e->p, AT("/mounts/%zu/destination", e->i), "destination is empty");
		return false;
	}
	e->out->dest = plan_clean_path(e->p->arena, dest);
	if (dest[0] != '/')
		plan_warn(e->p, AT("/mounts/%zu/destination", e->i),
			  "destination \"%s\" is relative: taken as \"%s\"", dest, e->out->dest);
	return plan_path_fits(e->p, e->out->dest, AT("/mounts/%zu/destination", e->i));
}

/* --- entries ------------------------------------------------------------------ */

static bool plan_entry(struct entry *e)
{
	if (!read_destination(e))
		return false;
	read_options(e);
	if (!choose_kind(e))
		return false;
	if (makes_mount(e->out) && !strcmp(e->out->dest, "/")) {
		plan_error(e->p, AT("/mounts/%zu/destination", e->i),
			   "a mount at \"/\" would hide the root");
		return false;
	}
	switch (e->out->kind) {
	case MOUNT_FS: plan_fs(e); break;
	case MOUNT_BIND: plan_bind(e); break;
	case MOUNT_CGROUP: plan_cgroup_mount(e); break;
	case MOUNT_REMOUNT: plan_remount(e); break;
	case MOUNT_PROPAGATION: break;
	}
	judge_proc(e);
	e->out->place = choose_place(e->out);
	return true;
}

void plan_mount_list(struct planner *p)
{
	struct plan_rootfs *r = &p->plan->root;
	size_t n = p->spec->mounts.n;

	r->mounts = arena_array(p->arena, struct plan_mount, n);
	for (size_t i = 0; i < n; i++) {
		struct entry e = {
			.p = p,
			.i = i,
			.in = &p->spec->mounts.at[i],
			.out = &r->mounts[r->mounts_n],
		};

		*e.out = (struct plan_mount){ .index = (unsigned)i };
		if (!plan_entry(&e))
			continue;
		if (e.out->kind == MOUNT_BIND && !strcmp(e.out->dest, "/dev"))
			r->set_up_dev = false;
		r->mounts_n++;
	}
}
