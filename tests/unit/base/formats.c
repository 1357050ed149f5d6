/* SPDX-License-Identifier: Apache-2.0 */
/* formats.c - the sources keep to the formats that base/text.h understands.  The
 * compiler checks arguments by printf's rules, which know much more.
 *
 * Functions that take a format are known by their attribute, macros by what they
 * call; every string between the parentheses of a call is looked at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <fts.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILES_MAX = 400, NAMES_MAX = 100, NAME_CAP = 40 };

struct source { char *path, *text; };

static struct {
	struct source files[FILES_MAX];
	size_t files_n;
	char names[NAMES_MAX][NAME_CAP];
	size_t names_n, calls, bad;
} tree;

/* --- the grammar -------------------------------------------------------------------- */

/* After a '%': bytes of the conversion, 0 when text.h has no such thing. */
static size_t conversion(const char *s)
{
	static const char *const plain[] = { "%",  "s",  ".*s", "c",   "d",   "u",   "x",  "o",
					     "ld", "lu", "lx",  "lld", "llu", "llx", "zu", "zd" };
	size_t width = 0;

	if (s[0] == '0')
		while (isdigit((unsigned char)s[width]))
			width++;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		size_t n = strlen(plain[i]);

		if (strncmp(s + width, plain[i], n))
			continue;
		/* zeros go before numbers */
		return width && strspn(plain[i], "%s.*c") == n ? 0 : width + n;
	}
	return 0;
}

static bool good_format(const char *s, size_t n)
{
	const char *end = s + n;

	while ((s = memchr(s, '%', (size_t)(end - s)))) {
		size_t len = conversion(s + 1);

		if (len == 0 || s + 1 + len > end)
			return false;
		s += 1 + len;
	}
	return true;
}

static void the_grammar(void **state)
{
	static const char *const good[] = {
		"", "a", "%%", "%s%d", "%04o", "%020lld", "%.*s", "%zu"
	};
	static const char *const bad[] = { "%",   "%5d", "%-5s", "%i",  "%X",  "%p",  "%.3s",
					   "%+d", "%#x", "%04s", "%hd", "%jd", "%zx", "%f",
					   "%m",  "%n",  "%1$s", "%*d", "%lo", "%ls", "%lc" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(good_format(good[i], strlen(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(good_format(bad[i], strlen(bad[i])));
}

/* --- reading C ------------------------------------------------------------------------ */

/* From the quote at s to what follows the string or character. */
static char *after_quote(char *s)
{
	char quote = *s++;

	while (*s && *s != quote)
		s += s[0] == '\\' && s[1] ? 2 : 1;
	return *s ? s + 1 : s;
}

static void blank_comments(char *s)
{
	while (*s) {
		if (*s == '"' || *s == '\'') {
			s = after_quote(s);
		} else if (s[0] == '/' && s[1] == '*') {
			char *end = strstr(s + 2, "*/");

			for (end = end ? end + 2 : s + strlen(s); s < end; s++)
				*s = *s == '\n' ? '\n' : ' ';
		} else {
			s++;
		}
	}
}

static bool in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static void add_name(const char *at, size_t n)
{
	for (size_t i = 0; i < tree.names_n; i++)
		if (strlen(tree.names[i]) == n && !strncmp(tree.names[i], at, n))
			return;
	assert_true(tree.names_n < NAMES_MAX && n < NAME_CAP);
	memcpy(tree.names[tree.names_n++], at, n);
}

static bool is_format_function(const char *at, size_t n)
{
	for (size_t i = 0; i < tree.names_n; i++)
		if (strlen(tree.names[i]) == n && !memcmp(tree.names[i], at, n))
			return true;
	return false;
}

/* The first "name(" from s on that is no attribute. */
static void add_declared(const char *s, const char *end)
{
	for (; s < end; s++) {
		const char *start = s;

		while (s < end && in_name(*s))
			s++;
		if (s == start || *s != '(')
			continue;
		if (strncmp(start, "__attribute__", 13)) {
			add_name(start, (size_t)(s - start));
			return;
		}
		for (int depth = 0; s < end; s++) {
			depth += (*s == '(') - (*s == ')');
			if (depth == 0)
				break;
		}
	}
}

static void find_functions(const struct source *f)
{
	const char *at = f->text;

	while ((at = strstr(at, "format(printf"))) {
		const char *start = at;

		while (start > f->text && !strchr(";}#", start[-1]))
			start--;
		if (start > f->text && start[-1] == '#') /* a directive ends with its line */
			start = strchr(start, '\n');
		at += strcspn(at, ";{");
		add_declared(start, at);
	}
}

/* Macros whose body calls one of the functions. */
static void find_macros(const struct source *f)
{
	const char *at = f->text;

	while ((at = strstr(at, "#define "))) {
		const char *name = at + 8, *end = name, *s;
		size_t n = 0;

		while (in_name(name[n]))
			n++;
		do
			end += strcspn(end, "\n") + 1;
		while (end[-2] == '\\' && *end);
		for (s = name + n; name[n] == '(' && s < end; s++) {
			size_t len = 0;

			while (in_name(s[len]))
				len++;
			if (len && s[len] == '(' && is_format_function(s, len))
				add_name(name, n);
			s += len;
		}
		at = name;
	}
}

static void look_at_call(const struct source *f, char *s)
{
	int depth = 0;

	tree.calls++;
	do {
		if (*s == '"') {
			char *end = after_quote(s);

			if (!good_format(s + 1, (size_t)(end - s) - 2)) {
				print_error("%s: %.*s\n", f->path, (int)(end - s), s);
				tree.bad++;
			}
			s = end;
			continue;
		}
		depth += (*s == '(') - (*s == ')');
		s = *s == '\'' ? after_quote(s) : s + 1;
	} while (*s && depth > 0);
}

static void look_at_file(const struct source *f)
{
	char *s = f->text;

	while (*s) {
		size_t n = 0;

		while (in_name(s[n]))
			n++;
		if (n && s[n] == '(' && is_format_function(s, n))
			look_at_call(f, s + n);
		if (*s == '"' || *s == '\'')
			s = after_quote(s);
		else
			s += n ? n : 1;
	}
}

/* --- the tree -------------------------------------------------------------------------- */

static void load(const char *path, size_t size)
{
	struct source *f = &tree.files[tree.files_n++];
	FILE *in = fopen(path, "re");

	assert_true(tree.files_n < FILES_MAX);
	assert_non_null(in);
	f->path = strdup(path);
	f->text = calloc(1, size + 1);
	assert_true(f->path && f->text);
	assert_int_equal(fread(f->text, 1, size, in), size);
	(void)fclose(in);
	blank_comments(f->text);
}

static void load_tree(const char *top, const char *dir)
{
	char path[4096];
	char *const paths[] = { path, NULL };
	FTS *fts;
	FTSENT *at;

	snprintf(path, sizeof(path), "%s/%s", top, dir);
	fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	assert_non_null(fts);
	while ((at = fts_read(fts))) {
		const char *dot = strrchr(at->fts_name, '.');

		if (at->fts_info == FTS_F && dot && (!strcmp(dot, ".c") || !strcmp(dot, ".h")))
			load(at->fts_path, (size_t)at->fts_statp->st_size);
	}
	fts_close(fts);
}

static void the_sources_keep_to_it(void **state)
{
	const char *top = getenv("srcdir");

	(void)state;
	load_tree(top ? top : ".", "src");
	load_tree(top ? top : ".", "libocispec");
	for (size_t i = 0; i < tree.files_n; i++)
		find_functions(&tree.files[i]);
	/* macros of macros come with the second round */
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < tree.files_n; i++)
			find_macros(&tree.files[i]);
	assert_true(is_format_function("err_set", 7));
	assert_true(is_format_function("err_sys", 7));
	assert_true(is_format_function("text_add", 8));
	assert_true(is_format_function("arena_fmt", 9));
	assert_true(is_format_function("problem_add", 11));
	for (size_t i = 0; i < tree.files_n; i++) {
		look_at_file(&tree.files[i]);
		free(tree.files[i].path);
		free(tree.files[i].text);
	}
	assert_true(tree.calls > 100);
	assert_int_equal(tree.bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_grammar),
		cmocka_unit_test(the_sources_keep_to_it),
	};

	return cmocka_run_group_tests_name("formats", tests, NULL, NULL);
}
