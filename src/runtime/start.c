/* SPDX-License-Identifier: Apache-2.0 */
/* start.c - the word at the gate of a created container. */
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "init/wire.h"
#include "runtime/container.h"
#include "runtime/notify.h"
#include "runtime/poststart.h"

enum { START_ARENA = 16 << 20 };

static int check_status(const struct container *c, struct err *e)
{
	switch (c->status) {
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
	fd_auto gate = fchdir(c->dir_fd) < 0 ? -errno : gate_connect();
	int ret;

	if (gate < 0)
		return err_sys(e, gate, "connect to the start gate");
	ret = wire_send(gate, WIRE_START, e);
	if (ret < 0)
		return ret;
	ret = init_taken(gate, e);
	if (ret == -EALREADY)
		return err_set(e, EBUSY, "cannot start an already running container");
	return ret < 0 ? ret : init_executed(gate, e);
}

int runtime_start(const struct runtime *rt, const char *id, struct err *e)
{
	struct arena a = { 0 };
	struct container c = { .root_fd = -1, .dir_fd = -1, .pidfd = -1 };
	fd_auto notify = -1;
	int ret = arena_init(&a, START_ARENA, e);

	if (ret == 0)
		ret = container_open(rt, id, &a, &c, e);
	if (ret == 0)
		ret = check_status(&c, e);
	if (ret == 0 && rt->notify_socket)
		notify = notify_listen(c.dir_fd, e);
	if (ret == 0)
		ret = knock(&c, e);
	if (ret == 0) {
		(void)unlinkat(c.dir_fd, "start", 0); /* the kernel knows; this saves asking */
		ret = poststart_run(&c, &a, e);
	}
	if (ret == 0 && notify >= 0)
		ret = notify_wait(notify, rt->notify_socket, (pid_t)c.rec.pid.v, c.pidfd, e);
	container_close(&c);
	arena_drop(&a);
	return ret;
}
