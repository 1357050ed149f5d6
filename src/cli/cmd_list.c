/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_list.c - `ocirun list`. */
#include <fcntl.h>
#include <string.h>

#include "base/fd.h"
#include "base/text.h"
#include "cli/out.h"
#include "cli/report.h"
#include "libocispec/desc.h"

enum {
	PASSWD_MAX = 1 << 20,
};

/* /etc/passwd as text, "" when it cannot be read: then owners stay numbers. */
static const char *read_passwd(struct arena *a)
{
	fd_auto fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char *text;
	size_t len;

	return fd >= 0 && fd_slurp(fd, PASSWD_MAX, a, &text, &len) == 0 ? text : "";
}

/* Name of the numeric uid in lines "name:password:uid:...", or the uid itself. */
static char *owner_name(const char *passwd, char *uid, struct arena *a)
{
	size_t len = strlen(uid);
	const char *line = passwd;

	while (line[0]) {
		const char *end = strchrnul(line, '\n');
		const char *name_end = memchr(line, ':', (size_t)(end - line));
		const char *at =
			name_end ? memchr(name_end + 1, ':', (size_t)(end - name_end - 1)) : NULL;

		if (at && (size_t)(end - at) > len + 1 && memcmp(at + 1, uid, len) == 0 &&
		    at[len + 1] == ':')
			return arena_strndup(a, line, (size_t)(name_end - line));
		line = *end ? end + 1 : end;
	}
	return uid;
}

static void put_ids(struct out *o, const struct state_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		out_fmt(o, "%s\n", list->at[i].id);
}

static void put_json(struct out *o, const struct state_list *list, struct arena *a)
{
	out_str(o, "[");
	for (size_t i = 0; i < list->n; i++) {
		out_str(o, i ? "," : "");
		out_str(o, oci_encode(&oci_state_type, &list->at[i], 0, a));
	}
	out_str(o, "]\n");
}

enum { COLUMNS = 6 };

static void get_columns(const struct oci_state *s, const char *column[COLUMNS], struct arena *a)
{
	column[0] = s->id;
	column[1] = arena_fmt(a, "%lld", s->pid.set ? (long long)s->pid.v : 0LL);
	column[2] = s->status;
	column[3] = s->bundle;
	column[4] = s->created;
	column[5] = s->owner;
	for (int i = 0; i < COLUMNS; i++) {
		struct text t;

		if (!column[i])
			column[i] = "";
		/* A path may hold what a terminal would obey: up to 4 bytes for one. */
		t = text_over(arena_alloc(a, strlen(column[i]) * 4 + 1), strlen(column[i]) * 4 + 1);
		text_printable(&t, column[i]);
		column[i] = t.at;
	}
}

static void put_table(struct out *o, const struct state_list *list, struct arena *a)
{
	static const char *const title[COLUMNS] = { "ID",     "PID",     "STATUS",
						    "BUNDLE", "CREATED", "OWNER" };
	const char *(*rows)[COLUMNS] = arena_alloc(a, sizeof(*rows) * (list->n + 1));
	size_t width[COLUMNS] = { 0 };

	memcpy(rows[0], title, sizeof(title));
	for (size_t i = 0; i < list->n; i++)
		get_columns(&list->at[i], rows[i + 1], a);
	for (size_t i = 0; i <= list->n; i++)
		for (int k = 0; k < COLUMNS; k++)
			if (strlen(rows[i][k]) + 2 > width[k])
				width[k] = strlen(rows[i][k]) + 2;
	for (size_t i = 0; i <= list->n; i++) {
		for (int k = 0; k < COLUMNS; k++)
			out_column(o, rows[i][k], k == COLUMNS - 1 ? 0 : width[k]);
		out_str(o, "\n");
	}
}

static int list(struct cli *c, struct err *e)
{
	const struct runtime rt = cli_runtime(c);
	struct arena *a = rt.arena;
	const char *passwd = NULL;
	struct state_list found;
	struct out o;
	int ret = runtime_list(&rt, c->o.quiet, &found, e);

	if (ret < 0)
		return ret;
	out_begin(&o, 1);
	if (c->o.quiet) {
		put_ids(&o, &found);
		return out_end(&o, e);
	}
	for (size_t i = 0; i < found.n; i++) {
		if (!passwd)
			passwd = read_passwd(a);
		if (found.at[i].owner)
			found.at[i].owner = owner_name(passwd, found.at[i].owner, a);
	}
	if (c->o.format && strcmp(c->o.format, "json") == 0)
		put_json(&o, &found, a);
	else
		put_table(&o, &found, a);
	return out_end(&o, e);
}

static int list_command(struct cli *c)
{
	struct err e = { 0 };

	return list(c, &e) < 0 ? report_failed(c, &e) : 0;
}

static const struct opt rows[] = {
	OPT_WORD("format", 'f', format, "table|json", "form of the list (default: table)"),
	OPT_FLAG("quiet", 'q', quiet, "print ids only"),
};

const struct command cmd_list = {
	.name = "list",
	.synopsis = "",
	.summary = "print all containers",
	.options = OPT_TABLE(rows),
	.run = list_command,
};
