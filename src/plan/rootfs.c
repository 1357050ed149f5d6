/* SPDX-License-Identifier: Apache-2.0 */
/* rootfs.c - decides what becomes "/" and what of it is hidden or guarded.
 *
 * Whatever only makes sense in a mount namespace is refused without one: runc
 * ignored it there, and a restriction that is ignored is a hole (runc#5371).
 * Parent only.
 */
#include "plan/mounts.h"

#include <string.h>

#include "base/sys.h"

static void plan_root(struct planner *p)
{
	const struct oci_root *in = p->spec->root;
	struct plan_rootfs *r = &p->plan->root;

	if (!in) {
		plan_error(p, "/root", "root is required");
		return;
	}
	if (!in->path)
		return;
	if (!*in->path) {
		plan_error(p, "/root/path", "path is empty");
		return;
	}
	r->path = plan_join_path(p->arena, p->opt->bundle ? p->opt->bundle : "/", in->path);
	r->readonly = in->readonly;
	plan_path_fits(p, r->path, "/root/path");
	if (r->readonly && !r->new_mounts)
		plan_error(p, "/root/readonly", "a read-only root needs a mount namespace");
}

/* While the root is built nothing may reach the host, so the copied tree is a
 * slave at most; only "shared" leaves it in the host's peer groups.  The word
 * itself holds for the finished root. */
static void plan_propagation(struct planner *p)
{
	const char *word = p->spec->linux ? p->spec->linux->rootfs_propagation : NULL;
	struct plan_rootfs *r = &p->plan->root;
	int64_t value;

	if (r->new_mounts) {
		r->setup_propagation = SYS_MS_SLAVE | NAMES_RECURSIVE;
		r->propagation = SYS_MS_PRIVATE | NAMES_RECURSIVE;
	}
	if (!plan_given(word))
		return;
	value = names_value(&names_propagation, word);
	if (value < 0) {
		plan_error(p, "/linux/rootfsPropagation", "unknown rootfsPropagation \"%s\"", word);
		return;
	}
	if (!r->new_mounts) {
		plan_error(p, "/linux/rootfsPropagation",
			   "rootfsPropagation needs a mount namespace");
		return;
	}
	r->propagation = (uint32_t)value;
	if (value & SYS_MS_SHARED)
		r->setup_propagation = 0;
	if (value & SYS_MS_PRIVATE)
		r->setup_propagation = SYS_MS_PRIVATE | NAMES_RECURSIVE;
	/* moving the root out of a private mount leaves the host's tree below it */
	if ((value & SYS_MS_PRIVATE) && p->opt->no_pivot)
		plan_error(p, "/linux/rootfsPropagation",
			   "rootfsPropagation \"%s\" is not safe without pivot_root", word);
}

static struct plan_path *path_list(struct planner *p, const struct str_list *in,
				   const char *pointer, size_t *n)
{
	struct plan_path *ret = arena_array(p->arena, struct plan_path, in->n);

	*n = 0;
	if (in->n && !p->plan->root.new_mounts) {
		plan_error(p, pointer, "%s need a mount namespace", strrchr(pointer, '/') + 1);
		return ret;
	}
	for (size_t i = 0; i < in->n; i++) {
		char *path;

		if (in->at[i][0] != '/') {
			plan_error(p, AT("%s/%zu", pointer, i), "path \"%s\" is not absolute",
				   in->at[i]);
			continue;
		}
		path = plan_clean_path(p->arena, in->at[i]);
		if (plan_path_fits(p, path, AT("%s/%zu", pointer, i)))
			ret[(*n)++] = (struct plan_path){ (unsigned)i, path };
	}
	return ret;
}

void plan_mounts(struct planner *p)
{
	const struct oci_linux *l = p->spec->linux;
	struct plan_rootfs *r = &p->plan->root;

	r->new_mounts = p->plan->ns.present[NS_MOUNT];
	r->pivot = r->new_mounts && !p->opt->no_pivot;
	r->set_up_dev = r->new_mounts;
	plan_root(p);
	plan_propagation(p);
	plan_mount_list(p);
	if (p->spec->mounts.n && !r->new_mounts)
		plan_error(p, "/mounts", "mounts need a mount namespace");
	if (!l)
		return;
	r->masked = path_list(p, &l->masked_paths, "/linux/maskedPaths", &r->masked_n);
	r->readonly_paths =
		path_list(p, &l->readonly_paths, "/linux/readonlyPaths", &r->readonly_n);
}
