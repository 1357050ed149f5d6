/* SPDX-License-Identifier: Apache-2.0 */
/* list.c - the state of one container, and of all. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "runtime/container.h"

static const char *status_text(struct container *c, enum status s)
{
	return s == STATUS_RUNNING && container_is_paused(c) ? "paused" : status_name(s);
}

static void fill(struct container *c, struct arena *a, bool owner, struct oci_state *ret)
{
	const struct state_record *r = &c->rec;
	enum status s = container_status(c);

	*ret = (struct oci_state){
		.oci_version = r->oci_version,
		.id = r->id,
		.bundle = r->bundle,
		.status = (char *)(uintptr_t)status_text(c, s),
		.pid = { true, s == STATUS_STOPPED ? 0 : r->pid.v },
		.rootfs = r->rootfs,
		.created = r->created,
		.annotations = r->annotations,
		.owner = owner && r->owner.set ? arena_fmt(a, "%u", r->owner.v)
					       : arena_strdup(a, ""),
	};
}

int runtime_state(const struct runtime *rt, const char *id, struct oci_state *ret, struct err *e)
{
	struct container c;
	int err = container_open(rt, id, rt->arena, &c, e);

	if (err == 0)
		fill(&c, rt->arena, false, ret);
	container_close(&c);
	return err;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct oci_state *)a)->id, ((const struct oci_state *)b)->id);
}

/* Names that can be containers; the arena holds them. */
static int read_ids(int root_fd, struct arena *a, struct state_list *ret, struct err *e)
{
	int fd = sys_ret(openat(root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	size_t cap = 0;
	struct dirent *entry;

	if (!d)
		return err_sys(e, fd < 0 ? fd : -errno, "read the root directory");
	while ((entry = readdir(d))) {
		if (state_check_id(entry->d_name, NULL) < 0)
			continue;
		if (ret->n == cap) {
			struct oci_state *more =
				arena_array(a, struct oci_state, cap = 2 * cap + 16);

			if (ret->n)
				memcpy(more, ret->at, ret->n * sizeof(*more));
			ret->at = more;
		}
		ret->at[ret->n++].id = arena_strdup(a, entry->d_name);
	}
	closedir(d);
	if (ret->n)
		qsort(ret->at, ret->n, sizeof(*ret->at), by_id);
	return 0;
}

int runtime_list(const struct runtime *rt, bool ids_only, struct state_list *ret, struct err *e)
{
	fd_auto root = state_open_root(rt->root, e);
	size_t kept = 0;
	int err;

	*ret = (struct state_list){ 0 };
	if (root < 0)
		return root == -ENOENT ? 0 : root;
	err = read_ids(root, rt->arena, ret, e);
	if (err < 0 || ids_only)
		return err;
	for (size_t i = 0; i < ret->n; i++) {
		struct container c;

		/* a container that vanishes meanwhile, or is no container */
		if (container_open(rt, ret->at[i].id, rt->arena, &c, NULL) == 0)
			fill(&c, rt->arena, true, &ret->at[kept++]);
		container_close(&c);
	}
	ret->n = kept;
	return 0;
}
