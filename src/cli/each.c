/* SPDX-License-Identifier: Apache-2.0 */
/* each.c - see each.h. */
#include "cli/each.h"

#include <errno.h>
#include <regex.h>

#include "cli/report.h"

/* Address space for the ids of all containers, 255 bytes at most each. */
static int report(const struct cli *c, const char *id, const struct err *e)
{
	const struct report r = { c->command->name, id, NULL };

	return report_error(&r, e);
}

static int compile(regex_t *re, const char *text, struct err *e)
{
	char why[128];
	int code = regcomp(re, text, REG_EXTENDED | REG_NOSUB);

	if (code == 0)
		return 0;
	regerror(code, re, why, sizeof(why));
	return err_set(e, EINVAL, "parse the regular expression \"%s\": %s", text, why);
}

static int run_matching(struct cli *c, const struct each *each, const regex_t *re)
{
	const struct runtime rt = cli_runtime(c);
	const char *failed = NULL;
	struct state_list list;
	struct err e = { 0 }, first = { 0 };

	if (runtime_list(&rt, true, &list, &e) < 0)
		return report(c, NULL, &e);
	for (size_t i = 0; i < list.n; i++) {
		const char *id = list.at[i].id;

		if (regexec(re, id, 0, NULL, 0) != 0)
			continue;
		e = (struct err){ 0 };
		if (each->fn(c, id, each->argument, &e) < 0 && !failed) {
			failed = id;
			first = e;
		}
	}
	return failed ? report(c, failed, &first) : 0;
}

int each_container(struct cli *c, const struct each *each)
{
	struct err e = { 0 };
	regex_t re;
	int code;

	if (!c->o.regex) {
		if (each->fn(c, c->words[0], each->argument, &e) < 0)
			return report(c, c->words[0], &e);
		return 0;
	}
	if (compile(&re, c->words[0], &e) < 0)
		return report(c, NULL, &e);
	code = run_matching(c, each, &re);
	regfree(&re);
	return code;
}
