/* SPDX-License-Identifier: Apache-2.0 */
/* opt.c - see opt.h. */
#include "cli/opt.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

/* One option as it was typed: "--name=value", "-n". */
struct typed {
	const char *dashes; /* "-" or "--" */
	const char *name;
	size_t len;        /* of the name */
	const char *value; /* behind "=", or NULL */
};

static struct typed split(const char *word)
{
	struct typed t = { .dashes = word[1] == '-' ? "--" : "-" };
	const char *equals;

	t.name = word + strlen(t.dashes);
	equals = strchr(t.name, '=');
	t.len = equals ? (size_t)(equals - t.name) : strlen(t.name);
	t.value = equals ? equals + 1 : NULL;
	return t;
}

static const struct opt *find_in(const struct opt_table *table, const struct typed *t)
{
	bool letter = t->len == 1 && t->dashes[1] == '\0';

	for (size_t i = 0; table && i < table->n; i++) {
		const struct opt *o = &table->at[i];

		if (letter ? o->letter == t->name[0]
			   : strncmp(o->name, t->name, t->len) == 0 && !o->name[t->len])
			return o;
	}
	return NULL;
}

bool opt_has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	if (strchr(word, '|'))
		return false;
	for (const char *at = words; at; at = strchr(at, '|')) {
		at += *at == '|';
		if (strncmp(at, word, len) == 0 && (at[len] == '|' || at[len] == '\0'))
			return len > 0;
	}
	return false;
}

static int store_flag(const struct opt *o, const char *value, bool *out, struct err *e)
{
	if (!value || opt_has_word("true|1", value))
		*out = true;
	else if (opt_has_word("false|0", value))
		*out = false;
	else
		return err_set(e, EINVAL, "option \"--%s\" takes true or false, not \"%s\"",
			       o->name, value);
	return 0;
}

static int store(const struct opt *o, const char *value, struct options *out, struct err *e)
{
	void *member = (char *)out + o->offset;
	uint32_t number;

	switch ((enum opt_kind)o->kind) {
	case OPT_FLAG: return store_flag(o, value, member, e);
	case OPT_TEXT: *(const char **)member = value[0] ? value : NULL; return 0;
	case OPT_WORD:
		if (value[0] && !opt_has_word(o->argument, value))
			return err_set(e, EINVAL, "option \"--%s\" takes %s, not \"%s\"", o->name,
				       o->argument, value);
		*(const char **)member = value[0] ? value : NULL;
		return 0;
	case OPT_NUMBER:
		if (text_u32(value, &number) < 0)
			return err_set(e, EINVAL, "option \"--%s\" takes a number, not \"%s\"",
				       o->name, value);
		*(unsigned *)member = number;
		return 0;
	}
	return 0;
}

static int take_option(struct opt_parse *p, const char *word, struct err *e)
{
	struct typed t = split(word);
	const struct opt *o = find_in(p->own, &t);
	const char *value = t.value;

	if (!o)
		o = find_in(p->global, &t);
	if (!o)
		return err_set(e, EINVAL, "unknown option \"%s%.*s\"", t.dashes, (int)t.len,
			       t.name);
	if (o->kind != OPT_FLAG && !value) {
		/* The text that podman's probe of an option looks for. */
		if (p->next == p->argc)
			return err_set(e, EINVAL, "flag needs an argument: --%s", o->name);
		value = p->argv[p->next++];
	}
	return store(o, value, p->out, e);
}

int opt_next(struct opt_parse *p, char **word, struct err *e)
{
	while (p->next < p->argc) {
		char *at = p->argv[p->next++];
		int ret;

		if (p->ended || at[0] != '-' || at[1] == '\0') {
			*word = at;
			return 1;
		}
		if (strcmp(at, "--") == 0) {
			p->ended = true;
			continue;
		}
		ret = take_option(p, at, e);
		if (ret < 0)
			return ret;
	}
	return 0;
}
