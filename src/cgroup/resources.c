/* SPDX-License-Identifier: Apache-2.0 */
/* resources.c - writes the limits of the plan into a cgroup.  Parent only.
 *
 * What is written was decided by src/plan/cgroup.c; this file knows no
 * controller, only files that are there or not.
 */
#include "cgroup/resources.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/sys.h"

static bool is_unified(const struct plan_cgroup_write *w)
{
	static const char prefix[] = "/linux/resources/unified";

	return w->pointer && strncmp(w->pointer, prefix, sizeof(prefix) - 1) == 0;
}

static int refused(const struct plan_cgroup_write *w, int ret, struct err *e)
{
	err_sys(e, ret, "write \"%s\" to cgroup file \"%s\"", w->value, w->file);
	err_where(e, "%s", w->pointer ? w->pointer : "");
	return ret;
}

static int missing(const struct plan_cgroup *plan, const struct plan_cgroup_write *w, struct err *e)
{
	if (is_unified(w)) {
		err_set(e, ENOENT, "cgroup file \"%s\" does not exist: no such controller",
			w->file);
		err_where(e, "%s", w->pointer);
		return -ENOENT;
	}
	log_msg(plan->limits_asked ? LOG_WARNING : LOG_DEBUG,
		"cgroup file \"%s\" does not exist: limit %s is not applied", w->file,
		w->pointer ? w->pointer : "");
	return 0;
}

/* cgroup files take one line per write(2): io.max, rdma.max. */
static int write_lines(int fd, const char *value)
{
	do {
		const char *end = strchrnul(value, '\n');
		ssize_t n = write(fd, value, (size_t)(end - value));

		if (n < 0)
			return -errno;
		if (n != end - value)
			return -EIO;
		value = *end ? end + 1 : end;
	} while (*value);
	return 0;
}

static int apply_one(int dir_fd, const struct plan_cgroup *plan, const struct plan_cgroup_write *w,
		     struct err *e)
{
	fd_auto fd = sys_ret(openat(dir_fd, w->file, O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
	int ret;

	if (fd == -ENOENT)
		return missing(plan, w, e);
	if (fd < 0)
		return refused(w, fd, e);
	ret = write_lines(fd, w->value);
	if (ret < 0)
		return refused(w, ret, e);
	log_msg(LOG_DEBUG, "cgroup file \"%s\" is \"%s\"", w->file, w->value);
	return 0;
}

int resources_apply(int dir_fd, const struct plan_cgroup *plan, struct err *e)
{
	for (size_t i = 0; i < plan->writes_n; i++) {
		int ret = apply_one(dir_fd, plan, &plan->writes[i], e);

		if (ret < 0)
			return ret;
	}
	return 0;
}
