/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of oci_decode(): values, every kind of mistake and its message and
 * place, limits, and hostile sizes. */
#include "tests/unit/libocispec/document.h"

#include <errno.h>

#include "libocispec/state.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- what is read ---------------------------------------------------------- */

static void values_arrive(void **state)
{
	struct document *d = document_good(
		&oci_config_type,
		"{\"ociVersion\":\"1.3.0\",\"hostname\":\"\",\"root\":{\"path\":\"r\","
		"\"readonly\":true},\"annotations\":{\"b\":\"2\",\"a\":\"\"},\"process\":{\"cwd\":"
		"\"/\",\"args\":[\"a\",\"b\"],\"env\":[],\"user\":{\"uid\":4294967295,"
		"\"additionalGids\":[1,0,4294967295]},\"oomScoreAdj\":-1000,\"rlimits\":[{\"type\":"
		"\"RLIMIT_CPU\",\"soft\":0,\"hard\":18446744073709551615}]},\"linux\":{"
		"\"netDevices\":{\"eth0\":{},\"eth1\":{\"name\":\"x\"}},\"resources\":{\"memory\":{"
		"\"limit\":-9223372036854775808,\"checkBeforeUpdate\":false}}}}");
	const struct oci_config *c = (const void *)d->out;

	(void)state;
	assert_string_equal(c->oci_version, "1.3.0");
	assert_string_equal(c->hostname, "");
	assert_null(c->domainname);
	assert_null(c->hooks);
	assert_true(c->root->readonly);
	assert_int_equal(c->annotations.n, 2);
	assert_string_equal(c->annotations.at[0].key, "b");
	assert_string_equal(c->annotations.at[1].value, "");
	assert_int_equal(c->process->args.n, 2);
	assert_string_equal(c->process->args.at[1], "b");
	assert_int_equal(c->process->env.n, 0);
	assert_int_equal(c->process->user.uid, UINT32_MAX);
	assert_int_equal(c->process->user.gid, 0);
	assert_false(c->process->user.umask.set);
	assert_int_equal(c->process->user.additional_gids.n, 3);
	assert_int_equal(c->process->user.additional_gids.at[2], UINT32_MAX);
	assert_true(c->process->oom_score_adj.set);
	assert_int_equal(c->process->oom_score_adj.v, -1000);
	assert_true(c->process->rlimits.at[0].hard == UINT64_MAX);
	assert_int_equal(c->linux->net_devices.n, 2);
	assert_string_equal(c->linux->net_devices.at[0].key, "eth0");
	assert_null(c->linux->net_devices.at[0].name);
	assert_string_equal(c->linux->net_devices.at[1].name, "x");
	assert_true(c->linux->resources->memory->limit.v == INT64_MIN);
	assert_true(c->linux->resources->memory->check_before_update.set);
	assert_false(c->linux->resources->memory->check_before_update.v);
	assert_false(c->linux->resources->memory->swap.set);
	document_drop(d);
}

static void null_is_absent(void **state)
{
	struct document *d = document_good(
		&oci_process_type,
		"{\"cwd\":\"/\",\"terminal\":null,\"consoleSize\":null,\"args\":null,\"user\":null,"
		"\"oomScoreAdj\":null,\"rlimits\":null,\"selinuxLabel\":null}");
	const struct oci_process *p = (const void *)d->out;
	struct document *m;

	(void)state;
	assert_false(p->terminal);
	assert_null(p->console_size);
	assert_int_equal(p->args.n, 0);
	assert_false(p->oom_score_adj.set);
	assert_null(p->selinux_label);
	document_drop(d);
	m = document_good(&oci_config_type,
			  "{\"ociVersion\":\"1\",\"annotations\":{\"a\":null,\"b\":\"1\"}}");
	assert_int_equal(((const struct oci_config *)(const void *)m->out)->annotations.n, 1);
	document_drop(m);
}

static void empty_list_of_a_hook_is_told_from_none(void **state)
{
	struct document *d = document_good(&oci_hook_type, "{\"path\":\"/x\",\"env\":[]}");

	(void)state;
	assert_true(((const struct oci_hook *)(const void *)d->out)->has_env);
	document_drop(d);
	d = document_good(&oci_hook_type, "{\"path\":\"/x\",\"env\":null}");
	assert_false(((const struct oci_hook *)(const void *)d->out)->has_env);
	document_drop(d);
}

static void escapes_in_keys_and_values(void **state)
{
	struct document *d =
		document_good(&oci_process_type, "{\"c\\u0077d\":\"\\u002f\\ud83d\\ude00\\n\"}");

	(void)state;
	assert_string_equal(((const struct oci_process *)(const void *)d->out)->cwd,
			    "/\xf0\x9f\x98\x80\n");
	document_drop(d);
}

static void keys_come_in_any_order(void **state)
{
	struct document *d =
		document_good(&oci_process_type, "{\"ioPriority\":{\"priority\":7,\"class\":\"c\"},"
						 "\"cwd\":\"/\",\"terminal\":true}");
	const struct oci_process *p = (const void *)d->out;

	(void)state;
	assert_true(p->terminal);
	assert_int_equal(p->io_priority->priority.v, 7);
	document_drop(d);
}

/* --- mistakes: one each, with message and place -------------------------------- */

struct mistake {
	const struct oci_type *type;
	const char *text, *where, *msg;
	unsigned line, col;
};

static const struct mistake mistakes[] = {
	{ &oci_config_type, "", "", "unexpected end of text", 1, 1 },
	{ &oci_config_type, " \n", "", "unexpected end of text", 2, 1 },
	{ &oci_config_type, "{", "", "unexpected end of text", 1, 2 },
	{ &oci_config_type, "12", "", "expected an object, found 12", 1, 1 },
	{ &oci_config_type, "null", "", "expected an object, found null", 1, 1 },
	{ &oci_config_type, "[]", "", "expected an object, found an array", 1, 1 },
	{ &oci_config_type, "\"\"", "", "expected an object, found a string", 1, 1 },
	{ &oci_config_type, "{}", "", "required key \"ociVersion\" is missing", 1, 1 },
	{ &oci_config_type, "{\"ociVersion\":null}", "", "required key \"ociVersion\" is missing",
	  1, 1 },
	{ &oci_config_type, "\xef\xbb\xbf{}", "", "text starts with a byte order mark", 1, 1 },
	{ &oci_config_type, "{]", "", "unexpected \"]\"", 1, 2 },
	{ &oci_config_type, "{\"ociVersion\":\"1\",}", "", "unexpected \"}\"", 1, 19 },
	{ &oci_config_type, "{\"ociVersion\" \"1\"}", "", "unexpected string", 1, 15 },
	{ &oci_config_type, "{\"ociVersion\":\"1\" \"x\\\\\"}", "", "unexpected string", 1, 19 },
	{ &oci_config_type, "{\"ociVersion\":\"1\" ]", "", "unexpected \"]\"", 1, 19 },
	{ &oci_config_type, "{\"ociVersion\":\"1\",]", "", "unexpected \"]\"", 1, 19 },
	{ &oci_config_type, "{\"ociVersion\":\"1\",,", "", "unexpected \",\"", 1, 19 },
	{ &oci_config_type, "{,\"ociVersion\"", "", "unexpected \",\"", 1, 2 },
	{ &oci_config_type, "{\"ociVersion\",\"1\"}", "", "unexpected \",\"", 1, 14 },
	{ &oci_config_type, "{\"ociVersion\"::\"1\"}", "", "unexpected \":\"", 1, 15 },
	{ &oci_config_type, "{\"mounts\":[,]}", "/mounts", "unexpected \",\"", 1, 12 },
	{ &oci_config_type, "{\"x\":{\"y\" 1}}", "/x", "unexpected \"1\"", 1, 11 },
	{ &oci_config_type, "{\"x\":[1 \"\\ud83d\\ude00\\n\"", "/x", "unexpected string", 1, 9 },
	{ &oci_config_type, "{\"x\":[1}", "/x", "unexpected \"}\"", 1, 8 },
	{ &oci_config_type, "{\"ociVersion\":,}", "", "unexpected \",\"", 1, 15 },
	{ &oci_config_type, "{\"ociVersion\":\"1\"} x", "", "unexpected \"x\"", 1, 20 },
	{ &oci_config_type, "{\"ociVersion\":\"1\"}{", "", "unexpected \"{\"", 1, 19 },
	{ &oci_config_type, "{\"ociVersion\":\"1\"} \"x", "", "unexpected string", 1, 20 },
	{ &oci_config_type, "{\"ociVersion\":\"1\"} tru", "", "unexpected \"tru\"", 1, 20 },
	{ &oci_config_type, "{\"ociVersion\":\"1\"},", "", "unexpected \",\"", 1, 19 },
	{ &oci_config_type, "{\"ociVersion\":\n truth}", "", "unexpected \"truth\"", 2, 2 },
	{ &oci_config_type, "{'ociVersion':1}", "", "unexpected \"'\"", 1, 2 },
	{ &oci_process_type, "{\"oomScoreAdj\":01}", "", "unexpected \"1\"", 1, 17 },
	{ &oci_config_type, "{ // x\n}", "", "unexpected \"/\"", 1, 3 },
	{ &oci_config_type, "{\x1b}", "", "unexpected \"\\x1b\"", 1, 2 },
	{ &oci_config_type, "{\"ociVersion\":\"a\tb\"}", "", "control character in a string", 1,
	  17 },
	{ &oci_config_type, "{\"ociVersion\":\"a\\x\"}", "", "invalid escape in a string", 1, 17 },
	{ &oci_config_type, "{\"ociVersion\":\"\\u12\"}", "", "invalid escape in a string", 1, 16 },
	{ &oci_config_type, "{\"linux\":{\"seccomp\":{\"flags\":[1 2]}}}", "/linux/seccomp/flags/0",
	  "expected a string, found 1", 1, 31 },
	{ &oci_config_type, "{\"ociVersion\":\"\\u0000\"}", "/ociVersion", "NUL in a string", 1,
	  15 },
	{ &oci_config_type, "{\"ociVersion\":\"\\ud800x\"}", "/ociVersion",
	  "unpaired surrogate in a string", 1, 15 },
	{ &oci_config_type, "{\"ociVersion\":\"\xff\"}", "/ociVersion", "invalid UTF-8 in a string",
	  1, 15 },
	{ &oci_config_type, "{\"ociVersion\":\"1\",\"\xc0\x80\":1}", "", "invalid UTF-8 in a key",
	  1, 19 },
	{ &oci_config_type, "{\"ociVersion\":\"1\",\"x\":{\"y\":\"\xff\"}}", "/x",
	  "invalid UTF-8 in a string", 1, 28 },
	{ &oci_config_type, "{\"ociVersion\":\"1\",\"x\":{\"\xff\":1}}", "/x",
	  "invalid UTF-8 in a key", 1, 24 },
	{ &oci_config_type, "{\"ociVersion\":\"1\",\n\"ociVersion\":\"2\"}", "/ociVersion",
	  "duplicate key", 2, 1 },
	{ &oci_config_type, "{\"ociVersion\":\"1\",\n\"oci\\u0056ersion\":\"2\"}", "/ociVersion",
	  "duplicate key", 2, 1 },
	{ &oci_config_type, "{\"ociVersion\":null,\"ociVersion\":\"2\"}", "/ociVersion",
	  "duplicate key", 1, 20 },
	{ &oci_config_type, "{\"ociVersion\":\"1\",\"vm\":{},\"vm\":{}}", "/vm", "duplicate key", 1,
	  27 },
	{ &oci_config_type,
	  "{\"ociVersion\":\"1\",\"annotations\":{\"a/~b\":\"\",\"c\":\"\",\"a/~b\":\"\"}}",
	  "/annotations/a~1~0b", "duplicate key", 1, 51 },
	{ &oci_config_type,
	  "{\"ociVersion\":\"1\",\"linux\":{\"netDevices\":{\"a\":{},\"a\":{\"x\":1}}}}",
	  "/linux/netDevices/a", "duplicate key", 1, 49 },
	{ &oci_config_type, "{\"ociVersion\":\"1\",\"annotations\":{\"\\u0000\":\"\"}}",
	  "/annotations", "NUL in a string", 1, 34 },
	{ &oci_config_type, "{\"ociVersion\":\"1\",\"annotations\":{\"a\":1}}", "/annotations/a",
	  "expected a string, found 1", 1, 38 },
	{ &oci_config_type,
	  "{\"ociVersion\":\"1\",\n\t\"process\":{\n\"user\":{\"uid\":-1},\"cwd\":\"/\"}}",
	  "/process/user/uid", "expected an integer from 0 to 4294967295, found -1", 3, 15 },
	{ &oci_config_type, "{\"ociVersion\":\"1\",\"process\":{\n}}", "/process",
	  "required key \"cwd\" is missing", 1, 29 },
	{ &oci_config_type,
	  "{\"ociVersion\":\"1\",\"mounts\":[{\"destination\":\"/\"},\n{\"type\":\"x\"}]}",
	  "/mounts/1", "required key \"destination\" is missing", 2, 1 },
	{ &oci_process_type, "{\"cwd\":\"/\",\"args\":[\"a\",[]]}", "/args/1",
	  "expected a string, found an array", 1, 24 },
	{ &oci_process_type, "{\"cwd\":\"/\",\"args\":[\"a\",null]}", "/args/1",
	  "expected a string, found null", 1, 24 },
	{ &oci_process_type, "{\"cwd\":\"/\",\"user\":{\"additionalGids\":[1,-2]}}",
	  "/user/additionalGids/1", "expected an integer from 0 to 4294967295, found -2", 1, 40 },
};

static void mistakes_are_described(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		const struct mistake *m = &mistakes[i];
		struct document *d = document_new(m->type, m->text);
		const struct problem *p = d->list;

		while (p->warning)
			p++;
		if (d->problems.errors == 0 || strcmp(p->err.where, m->where) != 0 ||
		    strcmp(p->err.msg, m->msg) != 0 || p->line != m->line || p->col != m->col)
			fail_msg("%s: %s: %s (%u:%u)", m->text, p->err.where, p->err.msg, p->line,
				 p->col);
		assert_int_equal(d->ret, -EINVAL);
		assert_int_equal(p->err.code, EINVAL);
		assert_false(p->warning);
		document_drop(d);
	}
}

/* Without ->all the first error is the only one, and the same. */
static void first_mistake_stops(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		const struct mistake *m = &mistakes[i];
		struct document *d = document_bytes(m->type, m->text, strlen(m->text), false);

		assert_int_equal(d->ret, -EINVAL);
		assert_int_equal(d->problems.errors, 1);
		assert_string_equal(d->list[0].err.where, m->where);
		assert_string_equal(d->list[0].err.msg, m->msg);
		document_drop(d);
	}
}

static void all_mistakes_are_found(void **state)
{
	struct document *d = document_new(
		&oci_process_type,
		"{\"terminal\":1,\"args\":[1,\"a\",{\"x\":[]},true],\"consoleSize\":[{}],\"user\":"
		"{\"uid\":\"0\",\"umask\":18,\"what\":{\"cwd\":1}},\"cwd\":null,\"cwd\":\"/\"}");
	static const char *const where[] = { "/terminal",  "/args/0",      "/args/2",
					     "/args/3",    "/consoleSize", "/user/uid",
					     "/user/what", "/cwd",         "" };

	(void)state;
	assert_int_equal(d->problems.n, COUNT(where));
	for (size_t i = 0; i < COUNT(where); i++) {
		assert_string_equal(d->list[i].err.where, where[i]);
		assert_int_equal(d->list[i].warning, strcmp(where[i], "/user/what") == 0);
	}
	assert_int_equal(d->problems.errors, COUNT(where) - 1);
	assert_int_equal(d->problems.warnings, 1);
	document_drop(d);
}

static void unknown_keys_are_warnings(void **state)
{
	static const char text[] = "{\"cwd\":\"/\",\"User\":{\"cwd\":[{\"x\":null}]},\"user\":"
				   "{\"ui\\u0064x\":-1e99}}";
	struct document *d = document_good(&oci_process_type, text);

	(void)state;
	assert_int_equal(d->problems.warnings, 2);
	assert_string_equal(d->list[0].err.where, "/User");
	assert_string_equal(d->list[0].err.msg, "unknown key");
	assert_int_equal(d->list[0].col, 12);
	assert_true(d->list[0].warning);
	assert_string_equal(d->list[1].err.where, "/user/uidx");
	document_drop(d);
	d = document_bytes(&oci_process_type, text, sizeof(text) - 1, false);
	assert_int_equal(d->ret, 0);
	assert_int_equal(d->problems.n, 0);
	document_drop(d);
}

static void other_platforms_are_skipped(void **state)
{
	struct document *d =
		document_good(&oci_config_type,
			      "{\"ociVersion\":\"1\",\"windows\":{\"a\":[1,{}]},\"vm\":7,\"zos\":"
			      "[],\"solaris\":{\"a\":1,\"a\":2},\"freebsd\":{}}");

	(void)state;
	assert_int_equal(d->problems.n, 0);
	document_drop(d);
}

/* --- types ---------------------------------------------------------------------- */

/* What each kind takes, as a document with an @ in its place. */
static const struct {
	enum oci_kind kind;
	const struct oci_type *type;
	const char *text, *expected;
	const char *takes; /* the index letters of values[] */
} kinds[] = {
	{ OCI_BOOL, &oci_process_type, "{\"cwd\":\"\",\"terminal\":@}", "true or false", "ab" },
	{ OCI_STRING, &oci_process_type, "{\"cwd\":@}", "a string", "h" },
	{ OCI_I64, &oci_resources_type,
	  "{\"blockIO\":{\"weightDevice\":[{\"minor\":0,\"major\":@}]}}",
	  "an integer from -9223372036854775808 to 9223372036854775807", "cd" },
	{ OCI_U64, &oci_process_type, "{\"cwd\":\"\",\"consoleSize\":{\"width\":1,\"height\":@}}",
	  "an integer from 0 to 18446744073709551615", "c" },
	{ OCI_U32, &oci_process_type, "{\"cwd\":\"\",\"user\":{\"gid\":@}}",
	  "an integer from 0 to 4294967295", "c" },
	{ OCI_OPT_BOOL, &oci_resources_type, "{\"memory\":{\"useHierarchy\":@}}", "true or false",
	  "ab" },
	{ OCI_OPT_I32, &oci_process_type,
	  "{\"cwd\":\"\",\"scheduler\":{\"policy\":\"\",\"nice\":@}}",
	  "an integer from -2147483648 to 2147483647", "cd" },
	{ OCI_OPT_U16, &oci_resources_type, "{\"blockIO\":{\"weight\":@}}",
	  "an integer from 0 to 65535", "c" },
	{ OCI_OPT_U32, &oci_process_type, "{\"cwd\":\"\",\"user\":{\"umask\":@}}",
	  "an integer from 0 to 4294967295", "c" },
	{ OCI_OPT_I64, &oci_process_type, "{\"cwd\":\"\",\"oomScoreAdj\":@}",
	  "an integer from -9223372036854775808 to 9223372036854775807", "cd" },
	{ OCI_OPT_U64, &oci_resources_type, "{\"cpu\":{\"shares\":@}}",
	  "an integer from 0 to 18446744073709551615", "c" },
	{ OCI_STRINGS, &oci_process_type, "{\"cwd\":\"\",\"args\":@}", "an array", "i" },
	{ OCI_U32S, &oci_process_type, "{\"cwd\":\"\",\"user\":{\"additionalGids\":@}}", "an array",
	  "i" },
	{ OCI_STRING_MAP, &oci_resources_type, "{\"unified\":@}", "an object", "j" },
	{ OCI_OBJECT, &oci_resources_type, "{\"cpu\":@}", "an object", "j" },
	{ OCI_INLINE, &oci_process_type, "{\"cwd\":\"\",\"user\":@}", "an object", "j" },
	{ OCI_OBJECTS, &oci_resources_type, "{\"devices\":@}", "an array", "i" },
	{ OCI_OBJECT_MAP, &oci_resources_type, "{\"rdma\":@}", "an object", "j" },
	{ OCI_SKIP, &oci_config_type, "{\"ociVersion\":\"\",\"vm\":@}", NULL, "abcdefghij" },
};

static const struct {
	const char *text, *found;
} values[] = {
	{ "true", "true" },                            /* a */
	{ "false", "false" },                          /* b */
	{ "12", "12" },                                /* c */
	{ "-1", "-1" },                                /* d */
	{ "1.0", "1.0" },                              /* e */
	{ "1e3", "1e3" },                              /* f */
	{ "99999999999999999999999999999999999999999", /* g: 41 digits */
	  "9999999999999999999999999999999999999999..." },
	{ "\"12\"", "a string" }, /* h */
	{ "[]", "an array" },     /* i */
	{ "{}", "an object" },    /* j */
};

/* Copy a pattern with value instead of its @, if there is one; returns the length. */
static size_t fill_in(char *out, size_t cap, const char *pattern, const char *value)
{
	size_t n = strcspn(pattern, "@");
	bool found = pattern[n] == '@';

	return (size_t)snprintf(out, cap, "%.*s%s%s", (int)n, pattern, found ? value : "",
				pattern + n + found);
}

static void every_kind_refuses_every_other_type(void **state)
{
	char text[256], msg[256];
	unsigned seen = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		seen |= 1U << kinds[i].kind;
		for (size_t k = 0; k < COUNT(values); k++) {
			struct document *d;

			(void)fill_in(text, sizeof(text), kinds[i].text, values[k].text);
			if (strchr(kinds[i].takes, 'a' + (int)k)) {
				document_drop(document_good(kinds[i].type, text));
				continue;
			}
			(void)snprintf(msg, sizeof(msg), "expected %s, found %s", kinds[i].expected,
				       values[k].found);
			d = document_new(kinds[i].type, text);
			assert_int_equal(d->ret, -EINVAL);
			assert_int_equal(d->problems.n, 1);
			assert_string_equal(d->list[0].err.msg, msg);
			document_drop(d);
		}
	}
	assert_int_equal(seen, (1U << (OCI_SKIP + 1)) - 1);
}

/* The last value that fits and the first that does not, both ways. */
static void integers_end_where_they_end(void **state)
{
	static const struct {
		enum oci_kind kind;
		const char *good[2], *bad[2];
	} edges[] = {
		{ OCI_OPT_U16, { "0", "65535" }, { "-1", "65536" } },
		{ OCI_OPT_I32, { "-2147483648", "2147483647" }, { "-2147483649", "2147483648" } },
		{ OCI_U32, { "-0", "4294967295" }, { "-1", "4294967296" } },
		{ OCI_OPT_U32, { "0", "4294967295" }, { "-1", "4294967296" } },
		{ OCI_I64,
		  { "-9223372036854775808", "9223372036854775807" },
		  { "-9223372036854775809", "9223372036854775808" } },
		{ OCI_OPT_I64,
		  { "-9223372036854775808", "9223372036854775807" },
		  { "-9223372036854775809", "9223372036854775808" } },
		{ OCI_U64, { "0", "18446744073709551615" }, { "-1", "18446744073709551616" } },
		{ OCI_OPT_U64, { "0", "18446744073709551615" }, { "-1", "18446744073709551616" } },
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(edges); i++) {
		size_t k = 0;

		while (kinds[k].kind != edges[i].kind)
			k++;
		for (int side = 0; side < 2; side++) {
			struct document *d;

			(void)fill_in(text, sizeof(text), kinds[k].text, edges[i].good[side]);
			document_drop(document_good(kinds[k].type, text));
			(void)fill_in(text, sizeof(text), kinds[k].text, edges[i].bad[side]);
			d = document_new(kinds[k].type, text);
			assert_int_equal(d->ret, -EINVAL);
			document_drop(d);
		}
	}
}

/* --- limits and hostile sizes -------------------------------------------------------- */

static void every_truncation_is_an_error(void **state)
{
	static const char text[] =
		"{\"ociVersion\":\"1\\u0031\",\"process\":{\"cwd\":\"/\",\"args\":[\"a\",\"b\"],"
		"\"terminal\":true,\"user\":{\"uid\":10}},\"annotations\":{\"k\":\"v\"},\"vm\":"
		"null,\"hostname\":\"h\xc3\xa9\"}";

	(void)state;
	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		for (int all = 0; all < 2; all++) {
			struct document *d = document_bytes(&oci_config_type, text, len, all);

			assert_int_equal(d->ret, -EINVAL);
			assert_int_equal(d->problems.errors, 1);
			assert_string_equal(d->list[0].err.msg, "unexpected end of text");
			assert_int_equal(d->list[0].col, len + 1);
			document_drop(d);
		}
	}
}

static void depth_is_limited(void **state)
{
	enum { BOMB = 1 << 20 };
	char *text = malloc(BOMB);
	size_t start;
	struct document *d;

	(void)state;
	assert_non_null(text);
	start = (size_t)snprintf(text, BOMB, "{\"ociVersion\":\"1\",\"x\":");
	memset(text + start, '[', BOMB - start);
	for (int all = 0; all < 2; all++) {
		d = document_bytes(&oci_config_type, text, BOMB, all);
		assert_int_equal(d->ret, -E2BIG);
		assert_int_equal(d->problems.errors, 1);
		assert_string_equal(d->list[d->problems.n - 1].err.where, "/x");
		assert_string_equal(d->list[d->problems.n - 1].err.msg,
				    "nested deeper than 64 levels");
		document_drop(d);
	}
	/* 64 levels, the outermost object included, are fine. */
	memset(text + start + 63, ']', 63);
	text[start + 126] = '}';
	d = document_bytes(&oci_config_type, text, start + 127, false);
	assert_int_equal(d->ret, 0);
	document_drop(d);
	free(text);
}

static void text_is_limited(void **state)
{
	size_t len = OCI_TEXT_MAX + (size_t)1;
	char *text = malloc(len);
	struct document *d;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', len);
	memcpy(text, "{\"cwd\":\"", 8);
	memcpy(text + OCI_TEXT_MAX - 2, "\"}", 2);
	d = document_bytes(&oci_process_type, text, len, true);
	assert_int_equal(d->ret, -EFBIG);
	assert_string_equal(d->list[0].err.msg, "text of 16777217 bytes, more than 16777216");
	assert_int_equal(d->arena.used, 0);
	document_drop(d);
	d = document_bytes(&oci_process_type, text, OCI_TEXT_MAX, true);
	assert_int_equal(d->ret, 0);
	assert_int_equal(strlen(((const struct oci_process *)(const void *)d->out)->cwd),
			 OCI_TEXT_MAX - 10);
	document_drop(d);
	free(text);
}

/* n times `entry`, separated by commas, between head and tail.  An @ in entry is
 * the number of the entry. */
static char *repeated(const char *head, const char *entry, const char *tail, unsigned n)
{
	size_t cap = strlen(head) + strlen(tail) + n * (strlen(entry) + 12) + 1, len;
	char *text = malloc(cap), number[12];

	assert_non_null(text);
	len = (size_t)snprintf(text, cap, "%s", head);
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			text[len++] = ',';
		(void)snprintf(number, sizeof(number), "%x", i);
		len += fill_in(text + len, cap - len, entry, number);
	}
	(void)snprintf(text + len, cap - len, "%s", tail);
	return text;
}

static const struct {
	const struct oci_type *type;
	const char *head, *entry, *tail;
	int err; /* for one entry more than OCI_LIST_MAX */
} bulks[] = {
	{ &oci_process_type, "{\"cwd\":\"/\",\"args\":[", "\"\"", "]}", -E2BIG },
	{ &oci_process_type, "{\"cwd\":\"/\",\"user\":{\"additionalGids\":[", "0", "]}}", -E2BIG },
	{ &oci_hooks_type, "{\"poststop\":[", "{\"path\":\"\"}", "]}", -E2BIG },
	{ &oci_linux_type, "{\"sysctl\":{", "\"@\":\"\"", "}}", -E2BIG },
	{ &oci_linux_type, "{\"netDevices\":{", "\"@\":{}", "}}", -E2BIG },
	{ &oci_linux_type, "{\"sysctl\":{", "\"@\":null", "}}", -E2BIG },
	{ &oci_linux_type, "{\"x\":[", "{}", "]}", 0 },
	{ &oci_linux_type, "{", "\"@\":0", "}", 0 },
};

/* Memory stands for work: what is done per token besides touching memory is a
 * look-up in the tree of scan.c's test or a bounded number of comparisons. */
static void lists_cost_what_they_are_long(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bulks); i++) {
		size_t used[2];

		for (unsigned k = 0; k < 2; k++) {
			char *text =
				repeated(bulks[i].head, bulks[i].entry, bulks[i].tail, 50000 << k);
			struct document *d = document_bytes(bulks[i].type, text, strlen(text), 1);

			assert_int_equal(d->ret, 0);
			assert_true(d->arena.used <= oci_arena_size(strlen(text)));
			used[k] = d->arena.used;
			document_drop(d);
			free(text);
		}
		assert_true(used[1] <= used[0] / 10 * 23);
	}
}

static void lists_are_limited(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bulks); i++) {
		for (unsigned more = 0; more < 2; more++) {
			char *text = repeated(bulks[i].head, bulks[i].entry, bulks[i].tail,
					      OCI_LIST_MAX + more);
			struct document *d = document_bytes(bulks[i].type, text, strlen(text), 0);

			assert_int_equal(d->ret, more ? bulks[i].err : 0);
			document_drop(d);
			free(text);
		}
	}
}

/* Texts that are as dear as texts can be stay inside oci_arena_size(), which is
 * the size of the arena. */
static void dearest_texts_fit(void **state)
{
	static const struct {
		const struct oci_type *type;
		const char *head, *entry, *tail;
	} dear[] = {
		{ &oci_linux_type, "{\"devices\":[", "{}", "]}" },
		{ &oci_config_type, "{\"mounts\":[", "{}", "]}" },
		{ &oci_linux_type, "{\"seccomp\":{\"syscalls\":[",
		  "{\"names\":[\"\"],\"args\":[{}]}", "]}}" },
		{ &oci_linux_type, "{\"resources\":{\"rdma\":{", "\"@\":{}", "}}}" },
		{ &oci_linux_type, "{\"uidMappings\":[", "{}", "]}" },
		{ &oci_process_type, "{\"args\":[", "\"\\n\"", "]}" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(dear); i++) {
		for (unsigned n = 1; n < 200000; n = n * 2 + 1) {
			char *text = repeated(dear[i].head, dear[i].entry, dear[i].tail, n);
			struct document *d = document_bytes(dear[i].type, text, strlen(text), 1);

			for (size_t k = 0; k < d->problems.n; k++)
				assert_int_not_equal(d->list[k].err.code, ENOMEM);
			document_drop(d);
			free(text);
		}
	}
}

/* Growing strings with escapes drive yajl's own buffer to its bound. */
static void yajl_memory_is_bounded(void **state)
{
	enum { LEN = 1 << 20 };
	char *text = malloc(LEN);
	struct document *d;
	size_t at;

	(void)state;
	assert_non_null(text);
	at = (size_t)snprintf(text, LEN, "{\"cwd\":\"");
	memset(text + at, 'x', LEN - at);
	for (size_t i = at; i + 2 < LEN - 4; i += 64)
		memcpy(text + i, "\\n", 2);
	d = document_bytes(&oci_process_type, text, LEN, true);
	assert_int_equal(d->ret, -EINVAL); /* unterminated: copied once more */
	document_drop(d);
	memcpy(text + LEN - 2, "\"}", 2);
	d = document_bytes(&oci_process_type, text, LEN, true);
	assert_int_equal(d->ret, 0);
	document_drop(d);
	free(text);
}

/* An arena that somebody else has used: an error before it is exhausted. */
static void small_arena_is_an_error(void **state)
{
	static const char text[] =
		"{\"cwd\":\"/\",\"args\":[\"a\",\"b\",\"c\"],\"rlimits\":[{\"type\":"
		"\"\",\"hard\":1,\"soft\":1}],\"capabilities\":{\"x\":1},"
		"\"ioPriority\":{\"class\":\"\"}}";
	struct oci_text t = { "test.json", text, sizeof(text) - 1 };
	struct problem list[1];
	unsigned good = 0, bad = 0;
	char out[512];

	(void)state;
	for (size_t room = 0; room < 32768; room += 8) {
		struct problems p = { .at = list, .cap = 1 };
		struct arena a;
		struct err e;
		int ret;

		assert_int_equal(arena_init(&a, oci_arena_size(t.len), &e), 0);
		(void)arena_alloc(&a, arena_room(&a) - room);
		ret = oci_decode(&oci_process_type, &t, &a, out, &p);
		if (ret != 0) {
			assert_int_equal(ret, -ENOMEM);
			assert_string_equal(list[0].err.msg, "no memory left for the document");
			assert_int_equal(good, 0);
			bad++;
		} else {
			good++;
		}
		arena_drop(&a);
	}
	assert_true(good > 0 && bad > 0);
}

static void pointers_are_cut_at_a_component(void **state)
{
	char text[1024], key[300];
	struct document *d;

	(void)state;
	memset(key, 'k', sizeof(key));
	key[sizeof(key) - 1] = '\0';
	(void)snprintf(text, sizeof(text),
		       "{\"linux\":{\"netDevices\":{\"%s\":{\"name\":1}}},"
		       "\"ociVersion\":\"1\"}",
		       key);
	d = document_new(&oci_config_type, text);
	assert_int_equal(d->ret, -EINVAL);
	assert_string_equal(d->list[0].err.where, "/linux/netDevices");
	assert_int_equal(d->list[0].col, 24 + sizeof(key) + 11);
	document_drop(d);
	/* The longest that fits. */
	key[ERR_WHERE_MAX - 1 - strlen("/linux/netDevices//name")] = '\0';
	(void)snprintf(text, sizeof(text),
		       "{\"linux\":{\"netDevices\":{\"%s\":{\"name\":1}}},"
		       "\"ociVersion\":\"1\"}",
		       key);
	d = document_new(&oci_config_type, text);
	assert_int_equal(strlen(d->list[0].err.where), ERR_WHERE_MAX - 1);
	document_drop(d);
}

static void problems_beyond_the_list_are_counted(void **state)
{
	char *text = repeated("{\"cwd\":\"/\",\"args\":[", "1", "]}", 5000);
	struct document *d = document_new(&oci_process_type, text);

	(void)state;
	assert_int_equal(d->problems.errors, 5000);
	assert_int_equal(d->problems.n, PROBLEMS_MAX);
	assert_string_equal(d->list[PROBLEMS_MAX - 1].err.where, "/args/255");
	document_drop(d);
	free(text);
	/* The first error has a place, and a position, even behind many warnings. */
	text = repeated("{", "\"@\":1", ",\"cwd\":1}", 300);
	d = document_new(&oci_process_type, text);
	assert_int_equal(d->problems.warnings, 300);
	assert_string_equal(d->list[PROBLEMS_MAX - 1].err.where, "/cwd");
	assert_int_equal(d->list[PROBLEMS_MAX - 1].col, strlen(text) - 1);
	document_drop(d);
	free(text);
}

/* A damaged byte anywhere: no crash, and a failure always has a description. */
static void damage_is_harmless(void **state)
{
	static const char text[] =
		"{\"ociVersion\":\"1\",\"process\":{\"cwd\":\"\\u00e9\",\"args\":[\"a\"],\"user\":{"
		"\"uid\":1}},\"annotations\":{\"k\":\"v\",\"l\":\"\"},\"hooks\":{\"poststop\":[{"
		"\"path\":\"/\",\"timeout\":3}]}}";
	static const char bytes[] = "\0\"\\{}[],:0-eu\x01\x80\xc3\xff";
	char copy[sizeof(text)];

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		for (size_t k = 0; k < sizeof(bytes) - 1; k++) {
			struct document *d;

			memcpy(copy, text, sizeof(text));
			copy[i] = bytes[k];
			d = document_bytes(&oci_config_type, copy, sizeof(text) - 1, true);
			assert_int_equal(d->ret != 0, d->problems.errors > 0);
			for (size_t p = 0; p < d->problems.n; p++) {
				assert_true(d->list[p].err.msg[0] != '\0');
				assert_int_equal(d->list[p].line, 1);
				assert_in_range(d->list[p].col, 1, sizeof(text));
			}
			document_drop(d);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_arrive),
		cmocka_unit_test(null_is_absent),
		cmocka_unit_test(empty_list_of_a_hook_is_told_from_none),
		cmocka_unit_test(escapes_in_keys_and_values),
		cmocka_unit_test(keys_come_in_any_order),
		cmocka_unit_test(mistakes_are_described),
		cmocka_unit_test(first_mistake_stops),
		cmocka_unit_test(all_mistakes_are_found),
		cmocka_unit_test(unknown_keys_are_warnings),
		cmocka_unit_test(other_platforms_are_skipped),
		cmocka_unit_test(every_kind_refuses_every_other_type),
		cmocka_unit_test(integers_end_where_they_end),
		cmocka_unit_test(every_truncation_is_an_error),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(text_is_limited),
		cmocka_unit_test(lists_cost_what_they_are_long),
		cmocka_unit_test(lists_are_limited),
		cmocka_unit_test(dearest_texts_fit),
		cmocka_unit_test(yajl_memory_is_bounded),
		cmocka_unit_test(small_arena_is_an_error),
		cmocka_unit_test(pointers_are_cut_at_a_component),
		cmocka_unit_test(problems_beyond_the_list_are_counted),
		cmocka_unit_test(damage_is_harmless),
	};

	return cmocka_run_group_tests_name("libocispec/decode", tests, NULL, NULL);
}
