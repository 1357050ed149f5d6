/* SPDX-License-Identifier: Apache-2.0 */
/* delete.c - the end of a container; also of one whose create was killed. */
#include "runtime/container.h"

enum { DELETE_ARENA = 16 << 20 };

/* A directory without a record: nothing else was made yet.  With a broken one
 * (files are replaced whole, so somebody else broke it) force means force. */
static int delete_bare(const struct container *c, const char *id, bool force, struct err *e)
{
	if (!force)
		return -ENODATA;
	return state_remove_dir(c->root_fd, id, e);
}

int runtime_delete(const struct runtime *rt, const char *id, bool force, struct err *e)
{
	struct arena a = { 0 };
	struct container c = { .root_fd = -1, .dir_fd = -1, .pidfd = -1 };
	int ret = arena_init(&a, DELETE_ARENA, e);

	if (ret == 0)
		ret = container_open(rt, id, &a, &c, e);
	if (ret == -ENOENT && force)
		ret = 0;
	else if (ret == -ENODATA)
		ret = delete_bare(&c, id, force, e);
	else if (ret == 0 && !force && c.status != STATUS_STOPPED && c.status != STATUS_CREATED)
		ret = err_set(e, EBUSY, "cannot delete container %s that is not stopped: %s", id,
			      status_name(c.status));
	else if (ret == 0)
		ret = container_destroy(&c, &a, e);
	container_close(&c);
	arena_drop(&a);
	return ret;
}
