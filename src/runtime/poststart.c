/* SPDX-License-Identifier: Apache-2.0 */
/* poststart.c - see poststart.h. */
#include "runtime/poststart.h"

int poststart_run(struct container *c, struct arena *a, struct err *e)
{
	struct plan_hooks hooks;
	struct hook_state state;
	struct err ignored = { 0 };
	int ret;

	if (!c->rec.poststart.n)
		return 0;
	hooks = container_hooks(&c->rec.poststart, a);
	container_hook_state(&c->rec, a, &state);
	hook_state_text(&state, "running", (pid_t)c->rec.pid.v);
	ret = init_hooks(&hooks, "poststart", &state, c->rec.bundle, e);
	if (ret < 0)
		(void)container_destroy(c, a, &ignored); /* the hook's error is the news */
	return ret;
}
