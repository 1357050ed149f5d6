/* SPDX-License-Identifier: Apache-2.0 */
/* opt.c - the spellings of options, and mistakes in them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "cli/opt.h"

static const struct opt own_rows[] = {
	OPT_TEXT("bundle", 'b', bundle, "DIR", "a text"),
	OPT_FLAG("detach", 'd', detach, "a flag"),
	OPT_FLAG("rootless", 0, rootless_spec, "hides the global one"),
	OPT_NUMBER("preserve-fds", 0, preserve_fds, "N", "a number"),
};
static const struct opt global_rows[] = {
	OPT_TEXT("root", 0, root, "DIR", "a text"),
	OPT_WORD("log-format", 0, log_format, "text|json", "a word"),
	OPT_WORD("rootless", 0, rootless, "true|false|auto", "a word"),
};
static const struct opt_table own = OPT_TABLE(own_rows), global = OPT_TABLE(global_rows);

enum { ARGS_MAX = 8 };

struct parsed {
	struct options o;
	char *words[ARGS_MAX];
	size_t words_n;
	int ret;
	struct err e;
};

/* Parse the blank-separated words; "_" stands for an empty one. */
static void parse_with(const struct opt_table *table, const char *line, struct parsed *r)
{
	static char buf[256], empty[] = "";
	char *argv[ARGS_MAX], *word, *rest = buf;
	struct opt_parse p = { .argv = argv, .own = table, .global = &global, .out = &r->o };

	memset(r, 0, sizeof(*r));
	assert_true(strlen(line) < sizeof(buf));
	memcpy(buf, line, strlen(line) + 1);
	while ((word = strsep(&rest, " ")))
		if (word[0]) {
			assert_true(p.argc < ARGS_MAX);
			argv[p.argc++] = strcmp(word, "_") == 0 ? empty : word;
		}
	while ((r->ret = opt_next(&p, &word, &r->e)) > 0)
		r->words[r->words_n++] = word;
}

static void parse(const char *line, struct parsed *r)
{
	parse_with(&own, line, r);
}

static void spellings_of_a_text(void **state)
{
	static const char *const lines[] = {
		"--bundle x",
		"--bundle=x",
		"-bundle x",
		"-bundle=x",
		"-b x",
		"-b=x",
		"--bundle y --bundle x",
		"-b y -b=x",
	};
	struct parsed r;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		parse(lines[i], &r);
		assert_int_equal(r.ret, 0);
		assert_string_equal(r.o.bundle, "x");
		assert_int_equal(r.words_n, 0);
	}
}

static void spellings_of_a_flag(void **state)
{
	static const struct {
		const char *line;
		bool on;
	} rows[] = {
		{ "--detach", true },       { "-detach", true },    { "-d", true },
		{ "--detach=true", true },  { "-d=1", true },       { "--detach=false", false },
		{ "-d --detach=0", false }, { "-detach=0", false }, { "-d=false -d", true },
	};
	struct parsed r;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		parse(rows[i].line, &r);
		assert_int_equal(r.ret, 0);
		assert_int_equal(r.o.detach, rows[i].on);
	}
}

static void words_and_options_mix(void **state)
{
	struct parsed r;

	(void)state;
	parse("a -d b --preserve-fds 3 - c", &r);
	assert_int_equal(r.ret, 0);
	assert_int_equal(r.words_n, 4);
	assert_string_equal(r.words[0], "a");
	assert_string_equal(r.words[1], "b");
	assert_string_equal(r.words[2], "-");
	assert_string_equal(r.words[3], "c");
	assert_true(r.o.detach);
	assert_int_equal(r.o.preserve_fds, 3);
}

static void two_dashes_end_the_options(void **state)
{
	struct parsed r;

	(void)state;
	parse("-d -- --bundle -- -d", &r);
	assert_int_equal(r.ret, 0);
	assert_true(r.o.detach);
	assert_null(r.o.bundle);
	assert_int_equal(r.words_n, 3);
	assert_string_equal(r.words[0], "--bundle");
	assert_string_equal(r.words[1], "--");
}

static void an_argument_may_look_like_an_option(void **state)
{
	struct parsed r;

	(void)state;
	parse("--bundle --detach -b=-- x", &r);
	assert_int_equal(r.ret, 0);
	assert_string_equal(r.o.bundle, "--");
	assert_false(r.o.detach);
	assert_int_equal(r.words_n, 1);
}

static void an_empty_text_counts_as_not_given(void **state)
{
	struct parsed r;

	(void)state;
	parse("--bundle x --bundle= --log-format json --log-format _", &r);
	assert_int_equal(r.ret, 0);
	assert_null(r.o.bundle);
	assert_null(r.o.log_format);
}

static void the_command_hides_a_global_option(void **state)
{
	struct parsed r;

	(void)state;
	parse("--rootless --log-format=text", &r);
	assert_int_equal(r.ret, 0);
	assert_true(r.o.rootless_spec);
	assert_string_equal(r.o.log_format, "text");
	parse_with(NULL, "--rootless auto", &r);
	assert_int_equal(r.ret, 0);
	assert_string_equal(r.o.rootless, "auto");
	assert_false(r.o.rootless_spec);
}

static void mistakes(void **state)
{
	static const struct {
		const char *line, *msg;
	} rows[] = {
		{ "--nosuch", "unknown option \"--nosuch\"" },
		{ "--nosuch=x", "unknown option \"--nosuch\"" },
		{ "-nosuch", "unknown option \"-nosuch\"" },
		{ "-Z", "unknown option \"-Z\"" },
		{ "-9", "unknown option \"-9\"" },
		{ "--b x", "unknown option \"--b\"" },
		{ "--bundl x", "unknown option \"--bundl\"" },
		{ "--bundles x", "unknown option \"--bundles\"" },
		{ "-db x", "unknown option \"-db\"" },
		{ "--=x", "unknown option \"--\"" },
		{ "-=x", "unknown option \"-\"" },
		{ "--bundle", "flag needs an argument: --bundle" },
		{ "x -b", "flag needs an argument: --bundle" },
		{ "--detach=maybe", "option \"--detach\" takes true or false, not \"maybe\"" },
		{ "--detach=", "option \"--detach\" takes true or false, not \"\"" },
		{ "--detach=true|1", "option \"--detach\" takes true or false, not \"true|1\"" },
		{ "--log-format=xml", "option \"--log-format\" takes text|json, not \"xml\"" },
		{ "--log-format=tex", "option \"--log-format\" takes text|json, not \"tex\"" },
		{ "--preserve-fds=", "option \"--preserve-fds\" takes a number, not \"\"" },
		{ "--preserve-fds -1", "option \"--preserve-fds\" takes a number, not \"-1\"" },
		{ "--preserve-fds 1x", "option \"--preserve-fds\" takes a number, not \"1x\"" },
		{ "--preserve-fds 4294967296",
		  "option \"--preserve-fds\" takes a number, not \"4294967296\"" },
	};
	struct parsed r;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		parse(rows[i].line, &r);
		assert_int_equal(r.ret, -EINVAL);
		assert_string_equal(r.e.msg, rows[i].msg);
	}
}

static void words_of_an_option(void **state)
{
	(void)state;
	assert_true(opt_has_word("text|json", "text"));
	assert_true(opt_has_word("text|json", "json"));
	assert_true(opt_has_word("one", "one"));
	assert_false(opt_has_word("text|json", "jso"));
	assert_false(opt_has_word("text|json", "jsonx"));
	assert_false(opt_has_word("text|json", "ext"));
	assert_false(opt_has_word("text|json", ""));
	assert_false(opt_has_word("text|json", "text|json"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spellings_of_a_text),
		cmocka_unit_test(spellings_of_a_flag),
		cmocka_unit_test(words_and_options_mix),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(an_argument_may_look_like_an_option),
		cmocka_unit_test(an_empty_text_counts_as_not_given),
		cmocka_unit_test(the_command_hides_a_global_option),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(words_of_an_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
