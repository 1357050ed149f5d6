/* SPDX-License-Identifier: Apache-2.0 */
/* delete.c - the end of a container; also of one whose create was killed. */
#include "runtime/container.h"

/* A directory without a record: nothing else was made yet.  With a broken one
 * (files are replaced whole, so somebody else broke it) force means force. */
static int delete_bare(const struct container *c, const char *id, bool force, struct err *e)
{
	if (!force)
		return -ENODATA;
	return state_remove_dir(c->root, id, e);
}

static int check_ended(struct container *c, struct err *e)
{
	enum status s = c->pidfd < 0 && !c->rec.creating ? STATUS_STOPPED : container_status(c);

	if (s == STATUS_STOPPED || s == STATUS_CREATED)
		return 0;
	return err_set(e, EBUSY, "cannot delete container %s that is not stopped: %s", c->rec.id,
		       status_name(s));
}

int runtime_delete(const struct runtime *rt, const char *id, bool force, struct err *e)
{
	struct container c;
	int ret = container_open(rt, id, rt->arena, &c, e);

	if (ret == -ENOENT && force) {
		ret = 0;
	} else if (ret == -ENODATA) {
		ret = delete_bare(&c, id, force, e);
	} else if (ret == 0) {
		if (!force)
			ret = check_ended(&c, e);
		if (ret == 0)
			ret = container_destroy(&c, rt->arena, e);
	}
	container_close(&c);
	return ret;
}
