/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: config.json -> plan -> text and JSON.
 *
 * A first byte other than '{' chooses options and the host.  What the planner
 * accepts must keep the promises of plan.h, and both forms of its dump must be
 * sound; what it refuses must say why.  The arena has exactly the size that
 * plan_arena_size() promises to be enough.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "libocispec/desc.h"
#include "plan/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PROBLEMS = 8 };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct arena new_arena(size_t size)
{
	struct arena a;

	require(arena_init(&a, size, NULL) == 0);
	return a;
}

static void choose(unsigned bits, struct plan_options *opt, struct host *host)
{
	host_typical(host);
	opt->bundle = bits & 1 ? "/" : "/a/bundle";
	opt->is_create = bits & 2;
	opt->detach = bits & 4;
	opt->console_socket = bits & 8;
	opt->no_pivot = bits & 16;
	opt->listen_fds = bits & 32 ? 3 : 0;
	opt->listen_fdnames = bits & 32 ? "a:b:c" : NULL;
	opt->notify_socket = bits & 32;
	if (bits & 64)
		host->cgroup2[0] = '\0';
	if (bits & 128)
		text_fmt(host->own_cgroup, sizeof(host->own_cgroup), "/a.slice/b.scope");
}

/* --- promises -------------------------------------------------------------------- */

static bool is_clean(const char *path)
{
	size_t n = strlen(path);

	if (path[0] != '/' || strstr(path, "//") || strstr(path, "/../") || strstr(path, "/./"))
		return false;
	if (n > 1 && path[n - 1] == '/')
		return false;
	return (n < 3 || strcmp(path + n - 3, "/..")) && (n < 2 || strcmp(path + n - 2, "/."));
}

static void check_root(const struct plan_rootfs *r)
{
	require(r->path && r->path[0] == '/');
	require(r->new_mounts ||
		!(r->mounts_n + r->devices_n + r->masked_n + r->readonly_n + r->links_n));
	for (size_t i = 0; i < r->mounts_n; i++) {
		const struct plan_mount *m = &r->mounts[i];

		require(is_clean(m->dest));
		require(m->kind != MOUNT_BIND || m->source[0] == '/');
		require(m->kind != MOUNT_FS || m->type[0]);
		for (size_t j = 0; j < m->params_n; j++)
			require(m->params[j].key && m->params[j].key[0]);
	}
	for (size_t i = 0; i < r->devices_n; i++)
		require(is_clean(r->devices[i].path) && r->devices[i].mode <= 07777);
	for (size_t i = 0; i < r->masked_n; i++)
		require(is_clean(r->masked[i].path));
	for (size_t i = 0; i < r->readonly_n; i++)
		require(is_clean(r->readonly_paths[i].path));
}

static void check_process(const struct plan *plan)
{
	const struct plan_exec *x = &plan->exec;
	const uint64_t *caps = plan->cred.caps;

	require(!x->args[x->args_n] && !x->env[x->env_n] && x->cwd && x->cwd[0] == '/');
	for (size_t i = 0; i < x->env_n; i++)
		require(strchr(x->env[i], '='));
	require(x->umask <= 0777 && plan->cred.uid != UINT32_MAX && plan->cred.gid != UINT32_MAX);
	require(!(caps[CAPSET_EFFECTIVE] & ~caps[CAPSET_PERMITTED]));
	require(!(caps[CAPSET_AMBIENT] & ~caps[CAPSET_PERMITTED]));
	require(!(caps[CAPSET_AMBIENT] & ~caps[CAPSET_INHERITABLE]));
}

static void check_files(const struct plan *plan)
{
	for (size_t i = 0; i < plan->sysctls_n; i++) {
		const char *path = plan->sysctls[i].path;

		require(path[0] != '/' && !strstr(path, "//") && !strstr(path, "/../"));
	}
	if (plan->cgroup.manage)
		require(is_clean(plan->cgroup.path) && plan->cgroup.path[1]);
	for (size_t i = 0; i < plan->cgroup.writes_n; i++)
		require(!strchr(plan->cgroup.writes[i].file, '/') && plan->cgroup.writes[i].value);
}

/* --- dumps ------------------------------------------------------------------------ */

struct output { size_t n, cap; char *at; };

static void put(void *ctx, const char *at, size_t n)
{
	struct output *o = ctx;

	if (o->n + n + 1 > o->cap) {
		o->cap = 2 * (o->n + n + 1);
		o->at = realloc(o->at, o->cap);
		require(o->at);
	}
	memcpy(o->at + o->n, at, n);
	o->n += n;
	o->at[o->n] = '\0';
}

/* The dump must be JSON: as the value of a key that the decoder skips. */
static void check_json(const struct plan *plan)
{
	static const char head[] = "{\"ociVersion\": \"1\", \"vm\": ";
	struct output o = { 0 };
	struct plan_dump d = { .json = true, .ctx = &o, .write = put };
	struct problem list[1];
	struct problems problems = { .at = list, .cap = 1 };
	struct oci_text text;
	struct oci_config spec;
	struct arena a;

	put(&o, head, sizeof(head) - 1);
	plan_dump(plan, &d);
	put(&o, "}", 1);
	text = (struct oci_text){ "dump", o.at, o.n };
	if (o.n <= OCI_TEXT_MAX) {
		a = new_arena(oci_arena_size(o.n));
		require(oci_decode(&oci_config_type, &text, &a, &spec, &problems) == 0);
		arena_drop(&a);
	}
	free(o.at);
}

static void check_text(const struct plan *plan)
{
	struct output o = { 0 };
	struct plan_dump d = { .ctx = &o, .write = put };

	plan_dump(plan, &d);
	for (size_t i = 0; i < o.n; i++)
		require(o.at[i] == '\n' || (unsigned char)o.at[i] >= ' ');
	free(o.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool chosen = size > 0 && data[0] != '{';
	struct oci_text text = { "config.json", (const char *)data + chosen, size - chosen };
	struct problem list[PROBLEMS];
	struct problems problems = { .at = list, .cap = PROBLEMS, .all = true };
	struct plan_options opt = { 0 };
	struct arena spec_arena, arena;
	struct oci_config spec;
	struct plan plan = { 0 };
	struct host host;
	struct planner p = { &spec, &host, &opt, &arena, &problems, &plan };
	int ret;

	if (text.len > OCI_TEXT_MAX)
		return 0;
	choose(chosen ? data[0] : 0, &opt, &host);
	spec_arena = new_arena(oci_arena_size(text.len));
	arena = new_arena(plan_arena_size(text.len, opt.bundle));
	if (oci_decode(&oci_config_type, &text, &spec_arena, &spec, &problems) == 0) {
		ret = plan_make(&p);
		require((ret != 0) == (problems.errors > 0));
		if (ret == 0) {
			check_root(&plan.root);
			check_process(&plan);
			check_files(&plan);
			check_json(&plan);
			check_text(&plan);
		}
	}
	arena_drop(&arena);
	arena_drop(&spec_arena);
	return 0;
}
