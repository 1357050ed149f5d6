/* SPDX-License-Identifier: Apache-2.0 */
/* Golden plans: tests/plan/NAME.json is decoded and planned for a typical host,
 * and what comes out must be tests/plan/NAME.plan: the problems as `ocirun
 * check` prints them, and the plan as `ocirun plan` does, when there is one.
 *
 * Words after an @ in the name are options: "x@create+detach.json".
 * UPDATE=1 in the environment writes the .plan files anew: read the diff.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "libocispec/desc.h"
#include "plan/plan.h"

enum { PATH = 4096, TEXT = 1 << 20 };

struct output {
	const struct oci_text *text;
	size_t n;
	char at[TEXT];
};

static void put(void *ctx, const char *at, size_t n)
{
	struct output *o = ctx;

	assert_true(o->n + n < sizeof(o->at));
	memcpy(o->at + o->n, at, n);
	o->n += n;
	o->at[o->n] = '\0';
}

static void place(void *ctx, const char *pointer, char *buf, size_t cap)
{
	const struct output *o = ctx;
	unsigned line, col;

	if (oci_locate(o->text, pointer, &line, &col) == 0)
		snprintf(buf, cap, "%s:%u:%u%s%s", o->text->name, line, col, *pointer ? " " : "",
			 pointer);
	else
		snprintf(buf, cap, "%s", pointer);
}

static void directory(char dir[PATH])
{
	const char *srcdir = getenv("srcdir");

	snprintf(dir, PATH, "%s/tests/plan", srcdir ? srcdir : ".");
}

static size_t read_file(const char *path, char *buf, size_t cap)
{
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(buf, 1, cap - 1, f) : 0;

	buf[n] = '\0';
	if (f)
		fclose(f);
	return n;
}

/* --- options in the name -------------------------------------------------------- */

static bool has_word(const char *name, const char *word)
{
	const char *at = strchr(name, '@');

	for (size_t n = strlen(word); at; at = strchr(at + 1, '+'))
		if (!strncmp(at + 1, word, n) && (!at[n + 1] || strchr("+.", at[n + 1])))
			return true;
	return false;
}

static void set_options(const char *name, struct plan_options *opt, struct host *host)
{
	opt->bundle = "/bundle";
	opt->is_create = has_word(name, "create");
	opt->detach = has_word(name, "detach");
	opt->console_socket = has_word(name, "console-socket");
	opt->no_pivot = has_word(name, "no-pivot");
	opt->no_new_keyring = has_word(name, "no-new-keyring");
	opt->notify_socket = has_word(name, "notify");
	opt->systemd_cgroup = has_word(name, "systemd-cgroup");
	opt->cgroup_disabled = has_word(name, "no-cgroup");
	if (has_word(name, "listen")) {
		opt->listen_fds = 2;
		opt->listen_fdnames = "http:https";
	}
	if (has_word(name, "preserve-fds"))
		opt->preserve_fds = 3;
	if (has_word(name, "cgroup-v1"))
		host->cgroup2[0] = '\0';
	if (has_word(name, "delegated"))
		strcpy(host->own_cgroup, "/user.slice/session.scope");
	if (has_word(name, "user"))
		host->euid = 1000;
	if (has_word(name, "old-kernel"))
		host->last_cap = 37;
}

/* --- one file ------------------------------------------------------------------ */

static void put_problems(struct output *o, const struct problems *p)
{
	char where[1024], out[4096];

	for (size_t i = 0; i < p->n; i++) {
		struct text t = text_over(out, sizeof(out));

		place(o, p->at[i].err.where, where, sizeof(where));
		text_printable(&t, where);
		text_add(&t, ": %s: ", p->at[i].warning ? "warning" : "error");
		text_printable(&t, p->at[i].err.msg);
		text_add(&t, "\n");
		put(o, out, t.len);
	}
}

static void make_plan(const char *name, const struct oci_text *text, struct output *o)
{
	static struct problem list[PROBLEMS_MAX];
	struct problems problems = { .at = list, .cap = PROBLEMS_MAX, .all = true };
	struct plan_options opt = { 0 };
	struct plan plan = { 0 };
	struct arena spec_arena, plan_arena;
	struct oci_config spec;
	struct host host;
	struct planner p = { &spec, &host, &opt, &plan_arena, &problems, &plan };
	const struct plan_dump dump = { false, place, o, put };

	host_typical(&host);
	set_options(name, &opt, &host);
	assert_int_equal(arena_init(&spec_arena, oci_arena_size(text->len), NULL), 0);
	assert_int_equal(arena_init(&plan_arena, plan_arena_size(text->len, opt.bundle), NULL), 0);
	if (oci_decode(&oci_config_type, text, &spec_arena, &spec, &problems) == 0) {
		int ret = plan_make(&p);

		assert_int_equal(ret<0, problems.errors> 0);
		put_problems(o, &problems);
		if (ret == 0)
			plan_dump(&plan, &dump);
	} else {
		put_problems(o, &problems);
	}
	arena_drop(&plan_arena);
	arena_drop(&spec_arena);
}

static void write_file(const char *path, const struct output *o)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(o->at, 1, o->n, f), o->n);
	assert_int_equal(fclose(f), 0);
}

static void compare(const char *name, const char *want, const char *have)
{
	for (unsigned line = 1;; line++) {
		size_t w = strcspn(want, "\n"), h = strcspn(have, "\n");

		if (w != h || memcmp(want, have, w) || want[w] != have[h])
			fail_msg("%s.plan:%u: expected \"%.*s\", got \"%.*s\"", name, line, (int)w,
				 want, (int)h, have);
		if (!want[w])
			return;
		want += w + 1;
		have += h + 1;
	}
}

static void test_golden(void **state)
{
	static char json[TEXT], want[TEXT];
	static struct output have;
	const char *name = *state;
	char path[2 * PATH], dir[PATH];
	struct oci_text text = { "config.json", json, 0 };

	directory(dir);
	snprintf(path, sizeof(path), "%s/%s.json", dir, name);
	text.len = read_file(path, json, sizeof(json));
	assert_true(text.len > 0);
	have.text = &text;
	have.n = 0;
	make_plan(name, &text, &have);
	snprintf(path, sizeof(path), "%s/%s.plan", dir, name);
	if (getenv("UPDATE")) {
		write_file(path, &have);
		return;
	}
	read_file(path, want, sizeof(want));
	compare(name, want, have.at);
}

/* --- all files ------------------------------------------------------------------- */

static int is_json(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && !strcmp(d->d_name + n - 5, ".json");
}

int main(void)
{
	static struct CMUnitTest tests[512];
	struct dirent **list;
	char dir[PATH];
	size_t n = 0;
	int found, failed;

	directory(dir);
	found = scandir(dir, &list, is_json, alphasort);
	for (int i = 0; i < found && n < sizeof(tests) / sizeof(tests[0]); i++) {
		list[i]->d_name[strlen(list[i]->d_name) - 5] = '\0';
		tests[n++] = (struct CMUnitTest){
			.name = list[i]->d_name,
			.test_func = test_golden,
			.initial_state = list[i]->d_name,
		};
	}
	if (n == 0) {
		fprintf(stderr, "no golden plans in %s\n", dir);
		return 99;
	}
	failed = _cmocka_run_group_tests("golden", tests, n, NULL, NULL);
	while (found-- > 0)
		free(list[found]);
	free(list);
	return failed;
}
