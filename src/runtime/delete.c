/* SPDX-License-Identifier: Apache-2.0 */
/* delete.c - the end of a container; also of one whose create was killed. */
#include <sys/stat.h>

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

/* Open it with the lock held, and with the record as it is then: a create that
 * was under way has completed it, or has removed everything, or was killed. */
static int open_locked(const struct runtime *rt, const char *id, struct container *c, struct err *e)
{
	for (;;) {
		int ret = container_open(rt, id, rt->arena, c, e), locked;
		struct stat st;

		if (c->dir_fd < 0)
			return ret;
		locked = state_lock(c->dir_fd, true, e);
		if (locked < 0)
			return locked;
		if (fstat(c->dir_fd, &st) == 0 && st.st_nlink > 0) {
			if (ret == 0 && !c->rec.creating)
				return 0;
			return container_load(c, id, rt->arena, e);
		}
		container_close(c); /* removed meanwhile; is there a new one? */
	}
}

int runtime_delete(const struct runtime *rt, const char *id, bool force, struct err *e)
{
	struct container c;
	int ret = open_locked(rt, id, &c, e);

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
