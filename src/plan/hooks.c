/* SPDX-License-Identifier: Apache-2.0 */
/* hooks.c - decides what each hook is called with.  Parent only. */
#include "plan/planner.h"

static const struct oci_hook_list *hook_list(const struct oci_hooks *h, enum hook_kind kind)
{
	switch (kind) {
	case HOOK_PRESTART: return &h->prestart;
	case HOOK_CREATE_RUNTIME: return &h->create_runtime;
	case HOOK_CREATE_CONTAINER: return &h->create_container;
	case HOOK_START_CONTAINER: return &h->start_container;
	case HOOK_POSTSTART: return &h->poststart;
	case HOOK_POSTSTOP: return &h->poststop;
	case HOOK_COUNT: break;
	}
	return NULL;
}

static char **strings(struct planner *p, const struct str_list *in)
{
	char **ret = arena_array(p->arena, char *, in->n + 2);

	for (size_t i = 0; i < in->n; i++)
		ret[i] = in->at[i];
	return ret;
}

static void plan_hook(struct planner *p, const struct oci_hook *in, const char *pointer,
		      struct plan_hook *out)
{
	if (!in->path)
		return;
	if (in->path[0] != '/')
		plan_error(p, AT("%s/path", pointer), "hook path \"%s\" is not absolute", in->path);
	plan_path_fits(p, in->path, AT("%s/path", pointer));
	if (in->timeout.set && in->timeout.v <= 0)
		plan_error(p, AT("%s/timeout", pointer), "timeout must be greater than zero");
	out->path = in->path;
	out->args = strings(p, &in->args);
	if (!in->args.n)
		out->args[0] = in->path;
	out->env = strings(p, &in->env); /* exactly this, never ocirun's own */
	out->timeout = in->timeout.v;
}

void plan_hooks(struct planner *p)
{
	if (!p->spec->hooks)
		return;
	for (int kind = 0; kind < HOOK_COUNT; kind++) {
		const struct oci_hook_list *in = hook_list(p->spec->hooks, (enum hook_kind)kind);
		struct plan_hooks *out = &p->plan->hooks[kind];

		out->n = in->n;
		out->at = arena_array(p->arena, struct plan_hook, in->n);
		for (size_t i = 0; i < in->n; i++)
			plan_hook(p, &in->at[i],
				  AT("/hooks/%s/%zu", names_name(&names_hook, kind), i),
				  &out->at[i]);
	}
}
