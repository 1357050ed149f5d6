/* SPDX-License-Identifier: Apache-2.0 */
/* bundle.c - see bundle.h. */
#include "runtime/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/sys.h"
#include "base/text.h"

_Static_assert(PATH_MAX <= HOST_PATH_MAX, "realpath(3) writes up to PATH_MAX bytes");

/* Path of the configuration, and its name for messages. */
static int config_path(const struct bundle *b, const char *file, char *path, size_t cap)
{
	struct text t = text_over(path, cap);

	if (strchr(file, '/'))
		text_add(&t, "%s", file);
	else
		text_add(&t, "%s/%s", b->path, file);
	return t.cut ? -ENAMETOOLONG : 0;
}

/* Slurp the file into an arena which is sized by it: also the decoded spec, the
 * host's facts aside, is never larger than that. */
static int read_text(struct bundle *b, const char *path, struct err *e)
{
	fd_auto fd = sys_open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0);
	size_t limit = OCI_TEXT_MAX;
	struct stat st;
	char *at;
	int ret;

	if (fd < 0)
		return err_sys(e, fd, "open \"%s\"", path);
	if (fstat(fd, &st) < 0)
		return err_sys(e, -errno, "stat \"%s\"", path);
	if (S_ISDIR(st.st_mode))
		return err_sys(e, -EISDIR, "read \"%s\"", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, EINVAL, "\"%s\" is not a regular file", path);
	if (st.st_size < OCI_TEXT_MAX)
		limit = (size_t)st.st_size;
	ret = arena_init(&b->spec_arena, limit + 4096 + oci_arena_size(limit), e);
	if (ret < 0)
		return ret;
	ret = fd_slurp(fd, limit, &b->spec_arena, &at, &b->text.len);
	if (ret < 0)
		return err_sys(e, ret, "read \"%s\"", path);
	b->text.at = at;
	return 0;
}

/* Syntax errors and duplicate keys have no pointer that leads to them. */
static int first_problem(const struct bundle *b, const struct problems *p, struct err *e)
{
	int ret = problems_first(p, e);

	for (size_t i = 0; i < p->n; i++) {
		if (p->at[i].warning)
			continue;
		if (p->at[i].line > 0 && e)
			bundle_problem_place(b, &p->at[i], e->where, sizeof(e->where));
		break;
	}
	return ret;
}

int bundle_read(struct bundle *b, const char *dir, const char *file, struct problems *p,
		struct err *e)
{
	char path[HOST_PATH_MAX];
	const char *slash;
	int ret;

	memset(b, 0, sizeof(*b));
	if (!file)
		file = "config.json";
	if (!realpath(dir ? dir : ".", b->path))
		return err_sys(e, -errno, "open the bundle \"%s\"", dir ? dir : ".");
	ret = config_path(b, file, path, sizeof(path));
	if (ret < 0)
		return err_sys(e, ret, "open \"%s\"", file);
	slash = strrchr(file, '/');
	b->text.name = slash ? slash + 1 : file;
	ret = read_text(b, path, e);
	if (ret < 0)
		return ret;
	ret = oci_decode(&oci_config_type, &b->text, &b->spec_arena, &b->spec, p);
	return ret < 0 ? first_problem(b, p, e) : 0;
}

/* Only a path that does not start at the hierarchy's root needs ours. */
static bool needs_own_cgroup(const struct bundle *b)
{
	const char *path = b->spec.linux ? b->spec.linux->cgroups_path : NULL;

	return !path || path[0] != '/';
}

int bundle_plan(struct bundle *b, struct plan_options *opt, struct problems *p, struct err *e)
{
	struct planner planner = {
		.spec = &b->spec,
		.host = &b->host,
		.opt = opt,
		.arena = &b->plan_arena,
		.problems = p,
	};
	int ret = host_probe(&b->host, needs_own_cgroup(b), e);

	if (ret < 0)
		return ret;
	ret = arena_init(&b->plan_arena, plan_arena_size(b->text.len, b->path), e);
	if (ret < 0)
		return ret;
	opt->bundle = b->path;
	planner.plan = arena_new(&b->plan_arena, struct plan);
	ret = plan_make(&planner);
	if (ret < 0)
		return first_problem(b, p, e);
	b->plan = planner.plan;
	ret = arena_seal(&b->spec_arena, e);
	return ret < 0 ? ret : arena_seal(&b->plan_arena, e);
}

void bundle_drop(struct bundle *b)
{
	arena_drop(&b->spec_arena);
	arena_drop(&b->plan_arena);
}

void bundle_place(const struct bundle *b, const char *pointer, char *buf, size_t cap)
{
	struct problem p = { .warning = false };

	text_fmt(p.err.where, sizeof(p.err.where), "%s", pointer);
	if (pointer[0])
		bundle_problem_place(b, &p, buf, cap);
	else
		buf[0] = '\0';
}

void bundle_problem_place(const struct bundle *b, const struct problem *p, char *buf, size_t cap)
{
	struct text t = text_over(buf, cap);
	const char *pointer = p->err.where;
	unsigned line = p->line, col = p->col;

	if (line == 0 && (!b->text.at || oci_locate(&b->text, pointer, &line, &col) < 0))
		line = 0;
	if (line > 0)
		text_add(&t, "%s:%u:%u%s", b->text.name, line, col, pointer[0] ? " " : "");
	text_add(&t, "%s", pointer);
}
