/* SPDX-License-Identifier: Apache-2.0 */
/* start.c - the word at the gate of a created container. */
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "init/wire.h"
#include "runtime/container.h"
#include "runtime/notify.h"
#include "runtime/poststart.h"

static int check_status(struct container *c, struct err *e)
{
	switch (container_status(c)) {
	case STATUS_CREATED: return 0;
	case STATUS_RUNNING: return err_set(e, EBUSY, "cannot start an already running container");
	case STATUS_STOPPED: return err_set(e, ESRCH, "cannot start a container that has stopped");
	case STATUS_CREATING:
		return err_set(e, EBUSY, "cannot start a container that is being created");
	}
	return 0;
}

/* Say START and learn whether the program runs. */
static int knock(const struct container *c, struct err *e)
{
	int ret = wire_send(c->gate_fd, WIRE_START, e);
	if (ret < 0)
		return ret;
	ret = init_taken(c->gate_fd, e);
	if (ret == -EALREADY)
		return err_set(e, EBUSY, "cannot start an already running container");
	if (ret < 0)
		return ret;
	(void)unlinkat(c->dir_fd, "start", 0); /* has done its duty; while the stub goes on */
	return init_executed(c->gate_fd, e);
}

int runtime_start(const struct runtime *rt, const char *id, struct err *e)
{
	struct container c;
	fd_auto notify = -1;
	int ret = container_open(rt, id, rt->arena, &c, e);

	if (ret == 0)
		ret = check_status(&c, e);
	if (ret == 0 && rt->notify_socket) {
		notify = notify_listen(c.dir_fd, e);
		ret = notify < 0 && notify != -ENOENT ? notify : 0;
	}
	if (ret == 0)
		ret = knock(&c, e);
	if (ret == 0)
		ret = poststart_run(&c, rt->arena, e);
	if (ret == 0 && notify >= 0)
		ret = notify_wait(notify, rt->notify_socket, (pid_t)c.rec.pid.v, c.pidfd, e);
	container_close(&c);
	return ret;
}
