/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "init/phases.h"
#include "plan/planner.h"
#include "fixture.h"

enum { OUT = 1 << 17 };

static const char full[] = CONFIG(
	PROCESS("\"terminal\": true, \"env\": [\"A=\\u001b[31m\\\"\\u00e4\"], "
		"\"user\": {\"uid\": 5}, "
		"\"capabilities\": {\"bounding\": [\"CAP_KILL\"]}, \"noNewPrivileges\": true")
	", \"hostname\": \"h\", \"mounts\": [{\"destination\": \"/proc\", \"type\": \"proc\"}],"
	"\"hooks\": {\"prestart\": [{\"path\": \"/a\"}], \"createContainer\": [{\"path\": \"/b\"}],"
	" \"startContainer\": [{\"path\": \"/c\"}], \"poststart\": [{\"path\": \"/d\"}],"
	" \"poststop\": [{\"path\": \"/e\"}]},"
	"\"linux\": {\"namespaces\": [{\"type\": \"mount\"}, {\"type\": \"pid\"},"
	" {\"type\": \"uts\"},"
	" {\"type\": \"network\"}, {\"type\": \"ipc\", \"path\": \"/proc/1/ns/ipc\"}],"
	" \"maskedPaths\": [\"/proc/kcore\"], \"readonlyPaths\": [\"/proc/sys\"],"
	" \"sysctl\": {\"net.a\": \"1\"}, \"resources\": {\"pids\": {\"limit\": 5}}}");

struct output { size_t n; char at[OUT]; };

static void put(void *ctx, const char *at, size_t n)
{
	struct output *o = ctx;

	assert_true(o->n + n < OUT);
	memcpy(o->at + o->n, at, n);
	o->n += n;
	o->at[o->n] = '\0';
}

static void place(void *ctx, const char *pointer, char *buf, size_t cap)
{
	(void)ctx;
	snprintf(buf, cap, "my:file 1:41:7 %s", pointer);
}

static struct output *dump(const struct fixture *f, bool json, bool places)
{
	struct output *o = calloc(1, sizeof(*o));
	const struct plan_dump d = { json, places ? place : NULL, o, put };

	assert_non_null(o);
	plan_dump(&f->plan, &d);
	return o;
}

/* Every heading is a phase, in the order of the phases; those of start and
 * delete come after them. */
static void test_headings(void **state)
{
	static const char *const later[] = { "hooks-start-container", "exec", "hooks-poststart",
					     "hooks-poststop" };
	struct fixture *f = fixture_new();
	struct output *o;
	size_t next = 0, next_later = 0, headings = 0;

	(void)state;
	assert_int_equal(plan_text(f, full), 0);
	o = dump(f, false, false);
	for (char *line = strtok(o->at, "\n"); line; line = strtok(NULL, "\n")) {
		if (line[0] == ' ')
			continue;
		headings++;
		while (next < phases_n && strcmp(phases[next].name, line))
			next++;
		if (next < phases_n)
			continue;
		assert_true(next_later < ARRAY_N(later));
		assert_string_equal(line, later[next_later++]);
	}
	assert_int_equal(next_later, ARRAY_N(later));
	assert_true(headings > 25);
	free(o);
	fixture_free(f);
}

/* Valid JSON: as the value of a key that the decoder skips. */
static void check_json(const char *json)
{
	size_t size = strlen(json) + 64;
	char *wrapped = malloc(size);
	struct problem list[1];
	struct problems problems = { .at = list, .cap = 1 };
	struct oci_text text = { "dump", wrapped, 0 };
	struct oci_config spec;
	struct arena a;

	assert_non_null(wrapped);
	text.len = (size_t)snprintf(wrapped, size, "{\"ociVersion\": \"1\", \"vm\": %s}", json);
	assert_int_equal(arena_init(&a, oci_arena_size(text.len), NULL), 0);
	assert_int_equal(oci_decode(&oci_config_type, &text, &a, &spec, &problems), 0);
	arena_drop(&a);
	free(wrapped);
}

static void test_json(void **state)
{
	struct fixture *f = fixture_new();
	struct output *o;

	(void)state;
	assert_int_equal(plan_text(f, full), 0);
	o = dump(f, true, true);
	check_json(o->at);
	assert_non_null(strstr(o->at, "{\"phase\":\"mounts\",\"what\":\"proc\",\"at\":\"/proc\","
				      "\"symlinks\":\"refused\",\"pointer\":\"/mounts/0\","
				      "\"line\":41}"));
	assert_non_null(strstr(o->at, "\"value\":\"A=\\u001b[31m\\\"\xc3\xa4\""));
	free(o);
	o = dump(f, true, false);
	check_json(o->at);
	assert_null(strstr(o->at, "\"line\""));
	free(o);
	fixture_free(f);
}

static void test_text(void **state)
{
	struct fixture *f = fixture_new();
	struct output *o;

	(void)state;
	assert_int_equal(plan_text(f, full), 0);
	o = dump(f, false, true);
	assert_non_null(strstr(o->at, "my:file 1:41:7 /mounts/0\n"));
	assert_null(strchr(o->at, '\x1b'));
	assert_non_null(strstr(o->at, "A=\\x1b[31m\"\xc3\xa4"));
	free(o);
	fixture_free(f);
}

/* Values longer than any buffer come out whole, and no UTF-8 sequence is cut. */
static void test_long_values(void **state)
{
	enum { N = 20000 };
	struct fixture *f = fixture_new();
	char *json = malloc(4 * N);
	struct output *o;
	size_t n, seen = 0;

	(void)state;
	assert_non_null(json);
	n = (size_t)sprintf(json,
			    "{\"ociVersion\": \"1.3.0\", \"root\": {\"path\": \"x\"}, "
			    "\"process\": {\"cwd\": \"/\", \"args\": [\"x\"], \"env\": [\"A=");
	for (unsigned i = 0; i < N; i++)
		n += (size_t)sprintf(json + n, i % 7 ? "\xe2\x82\xac" : "a");
	strcpy(json + n, "\"]}}");
	assert_int_equal(plan_text(f, json), 0);
	o = dump(f, true, false);
	check_json(o->at);
	for (const char *s = o->at; (s = strstr(s, "\xe2\x82\xac")); s += 3)
		seen++;
	assert_int_equal(seen, N - (N + 6) / 7);
	free(o);
	free(json);
	fixture_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headings),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_long_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
