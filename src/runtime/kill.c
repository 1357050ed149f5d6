/* SPDX-License-Identifier: Apache-2.0 */
/* kill.c - a signal for the container's init, or for all of its processes. */
#include <signal.h>

#include "base/sys.h"
#include "cgroup/cgroup.h"
#include "runtime/container.h"

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
		return c->pidfd < 0 && ret == -ENOENT ? 0 : ret;
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
	struct container c;
	int ret = container_open(rt, id, rt->arena, &c, e);

	if (ret == 0 && c.pidfd < 0 && !all)
		ret = err_set(e, ESRCH, "container not running: no such process");
	if (ret == 0)
		ret = kill_open(&c, sig, all, e);
	container_close(&c);
	return ret;
}
