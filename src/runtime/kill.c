/* SPDX-License-Identifier: Apache-2.0 */
/* kill.c - a signal for the container's init, or for all of its processes. */
#include <signal.h>

#include "base/sys.h"
#include "cgroup/cgroup.h"
#include "runtime/container.h"

enum { KILL_ARENA = 16 << 20 };

static int kill_open(const struct container *c, int sig, bool all, struct err *e)
{
	struct cgroup_ref cg = container_cgroup(&c->rec);
	const struct cgroup_driver *driver = cgroup_driver(cg.driver);
	int ret;

	/* without a pid namespace the others survive the init */
	if (sig == SIGKILL && !c->rec.own_pidns && driver)
		all = true;
	if (all && driver) {
		ret = driver->kill(&cg, sig, e);
		return c->status == STATUS_STOPPED && ret == -ENOENT ? 0 : ret;
	}
	if (c->pidfd < 0)
		return all ? 0 : err_set(e, ESRCH, "container not running: no such process");
	ret = sys_pidfd_send_signal(c->pidfd, sig);
	if (ret == -ESRCH)
		return err_set(e, ESRCH, "container not running: no such process");
	return ret < 0 ? err_sys(e, ret, "send signal %d", sig) : 0;
}

int runtime_kill(const struct runtime *rt, const char *id, int sig, bool all, struct err *e)
{
	struct arena a = { 0 };
	struct container c = { .root_fd = -1, .dir_fd = -1, .pidfd = -1 };
	int ret = arena_init(&a, KILL_ARENA, e);

	if (ret == 0)
		ret = container_open(rt, id, &a, &c, e);
	if (ret == 0 && c.status == STATUS_STOPPED && !all)
		ret = err_set(e, ESRCH, "container not running: no such process");
	if (ret == 0)
		ret = kill_open(&c, sig, all, e);
	container_close(&c);
	arena_drop(&a);
	return ret;
}
