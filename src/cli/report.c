/* SPDX-License-Identifier: Apache-2.0 */
/* report.c - see report.h. */
#include "cli/report.h"

#include "base/log.h"
#include "base/text.h"
#include "runtime/state.h"

/* The place in config.json of what was asked for, or the name of a phase. */
static void add_where(struct text *t, const struct report *r, const char *where)
{
	char place[ERR_WHERE_MAX + HOST_PATH_MAX];

	if (where[0] == '\0')
		return;
	if (where[0] == '/' && r->bundle && r->bundle->text.at) {
		bundle_place(r->bundle, where, place, sizeof(place));
		where = place;
	}
	text_add(t, "%s: ", where);
}

void report_line(const struct report *r, const struct err *e, char *buf, size_t cap)
{
	struct text t = text_over(buf, cap);

	text_add(&t, "ocirun: ");
	if (r->command)
		text_add(&t, r->id ? "%s " : "%s: ", r->command);
	if (r->id) /* whatever stood on the command line: the message must fit, too */
		text_add(&t, "%.*s: ", STATE_ID_MAX, r->id);
	add_where(&t, r, e->where);
	text_add(&t, "%s", e->msg);
}

int report_error(const struct report *r, const struct err *e)
{
	char line[REPORT_MAX];

	report_line(r, e, line, sizeof(line));
	log_fatal(line);
	return EXIT_FAILED;
}

int report_failed(const struct cli *c, const struct err *e)
{
	struct report r = {
		.command = c->command->name,
		.id = c->words_n > 0 && c->command->words[0] == WORD_ID ? c->words[0] : NULL,
	};

	return report_error(&r, e);
}

void report_usage(const struct cli *c, const struct err *e)
{
	char line[REPORT_MAX];
	struct text t = text_over(line, sizeof(line));
	const char *name = c->command ? c->command->name : "";

	text_add(&t, "ocirun: %s, see \"ocirun %s%s--help\"", e->msg, name, name[0] ? " " : "");
	log_fatal(line);
}
