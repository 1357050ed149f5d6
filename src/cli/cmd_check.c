/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_check.c - `ocirun check`: everything that is wrong with a bundle, with
 * the place in config.json.  Needs no privileges and touches nothing. */
#include "base/text.h"
#include "cli/out.h"
#include "cli/report.h"
#include "libocispec/desc_rows.h"

enum { CHECK_ARENA = 16 << 20 };

/* One problem as JSON. */
struct check_row {
	char *file, *pointer, *level, *message;
	struct opt_u32 line, column;
};

static const struct oci_field check_fields[] = {
	F_STRING(struct check_row, file, "file", 0),
	F_OPT_U32(struct check_row, line, "line", 0),
	F_OPT_U32(struct check_row, column, "column", 0),
	F_STRING(struct check_row, pointer, "pointer", 0),
	F_STRING(struct check_row, level, "level", 0),
	F_STRING(struct check_row, message, "message", 0),
};
static const struct oci_type check_row_type = OCI_TYPE(check_row, "problem", check_fields);

static const char *level(const struct problem *p)
{
	return p->warning ? "warning" : "error";
}

static void put_line(struct out *o, const struct bundle *b, const struct problem *p)
{
	char place[ERR_WHERE_MAX + HOST_PATH_MAX];

	bundle_problem_place(b, p, place, sizeof(place));
	out_printable(o, place);
	out_fmt(o, ": %s: ", level(p));
	out_printable(o, p->err.msg);
	out_str(o, "\n");
}

static void put_json(struct out *o, const struct bundle *b, const struct problem *p,
		     struct arena *a)
{
	struct check_row row = {
		.file = arena_strdup(a, b->text.name),
		.pointer = arena_strdup(a, p->err.where),
		.level = arena_strdup(a, level(p)),
		.message = arena_strdup(a, p->err.msg),
	};
	unsigned line = p->line, column = p->col;

	if (line > 0 || oci_locate(&b->text, p->err.where, &line, &column) == 0) {
		row.line = (struct opt_u32){ true, line };
		row.column = (struct opt_u32){ true, column };
	}
	out_str(o, oci_encode(&check_row_type, &row, 0, a));
}

static int print(const struct cli *c, const struct bundle *b, const struct problems *p,
		 struct arena *a, struct err *e)
{
	struct out o;

	out_begin(&o, 1);
	out_str(&o, c->o.json ? "[" : "");
	for (size_t i = 0; i < p->n; i++) {
		if (!c->o.json)
			put_line(&o, b, &p->at[i]);
		if (c->o.json && i > 0)
			out_str(&o, ",");
		if (c->o.json)
			put_json(&o, b, &p->at[i], a);
	}
	if (c->o.json)
		out_str(&o, "]\n");
	else if (p->errors + p->warnings > p->n)
		out_fmt(&o, "%s: %zu more problems\n", b->text.name,
			p->errors + p->warnings - p->n);
	else if (p->n == 0)
		out_fmt(&o, "%s: no problems found\n", b->text.name);
	return out_end(&o, e);
}

/* -errno: there was nothing to check, or nowhere to print. */
static int check(const struct cli *c, struct bundle *b, struct arena *a, struct err *e)
{
	struct problems problems = {
		.at = arena_array(a, struct problem, PROBLEMS_MAX),
		.cap = PROBLEMS_MAX,
		.all = true,
	};
	struct plan_options options = cli_plan_options(c);
	int ret = bundle_read(b, cli_bundle(c), c->o.config, &problems, e);

	/* Of a document that is not complete no plan can be made. */
	if (ret == 0)
		ret = bundle_plan(b, &options, &problems, e);
	if (ret < 0 && problems.errors == 0)
		return ret;
	ret = print(c, b, &problems, a, e);
	return ret < 0 ? ret : problems.errors > 0;
}

static int check_command(struct cli *c)
{
	struct bundle b = { 0 };
	struct err e = { 0 };
	struct arena a;
	int ret = arena_init(&a, CHECK_ARENA, &e);

	if (ret == 0) {
		ret = check(c, &b, &a, &e);
		bundle_drop(&b);
		arena_drop(&a);
	}
	return ret < 0 ? report_failed(c, &e) : ret;
}

static const struct opt rows[] = {
	OPT_TEXT("bundle", 'b', bundle, "DIR",
		 "directory of the bundle (default: the current one)"),
	OPT_TEXT("config", 'f', config, "FILE",
		 "configuration, in the bundle unless it has a slash (default: config.json)"),
	OPT_FLAG("json", 0, json, "print the problems as JSON"),
};

const struct command cmd_check = {
	.name = "check",
	.synopsis = "[BUNDLE]",
	.words_max = 1,
	.words = { WORD_NOTHING },
	.summary = "print all that is wrong with a bundle",
	.details = "Reads config.json as \"create\" does, but goes on after an error and also "
		   "warns, of\nunknown keys for instance.  Needs no privileges and changes "
		   "nothing.  The exit code\nis 1 when there are errors.",
	.options = OPT_TABLE(rows),
	.run = check_command,
};
