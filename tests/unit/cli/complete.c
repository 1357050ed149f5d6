/* SPDX-License-Identifier: Apache-2.0 */
/* complete.c - the completion scripts and the manual page know every command
 * and every option, and contrib/completions/ is what the program prints. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "cli/complete.h"

static char script[1 << 16], file[1 << 16];

static const char *make(const char *shell)
{
	int fd = memfd_create("script", MFD_CLOEXEC);
	ssize_t n;

	assert_true(fd >= 0);
	assert_int_equal(complete_print(shell, fd, NULL), 0);
	n = pread(fd, script, sizeof(script) - 1, 0);
	assert_true(n > 0);
	script[n] = '\0';
	close(fd);
	return script;
}

/* A file of the source tree; automake says where that is. */
static const char *read_source(const char *name)
{
	const char *top = getenv("srcdir");
	char path[4096];
	ssize_t n;
	int fd;

	if (!top)
		skip();
	snprintf(path, sizeof(path), "%s/%s", top, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	n = read(fd, file, sizeof(file) - 1);
	assert_true(n > 0);
	file[n] = '\0';
	close(fd);
	return file;
}

/* Is the word in the text, whole, behind this prefix? */
static bool names(const char *text, const char *prefix, const char *name)
{
	char buf[64];
	size_t n = (size_t)snprintf(buf, sizeof(buf), "%s%s", prefix, name);

	for (const char *at = text; (at = strstr(at, buf)); at++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz-", at[n]))
			return true;
	print_message("missing: %s\n", buf);
	return false;
}

static bool names_table(const char *text, const char *prefix, const struct opt_table *table)
{
	bool all = true;

	for (size_t i = 0; i < table->n; i++)
		if (!table->at[i].hidden && !names(text, prefix, table->at[i].name))
			all = false;
	return all;
}

static void check_all(const char *text, const char *prefix)
{
	assert_true(names_table(text, prefix, &global_options));
	for (size_t i = 0; i < commands_n; i++) {
		assert_true(names(text, "", commands[i]->name));
		assert_true(names_table(text, prefix, &commands[i]->options));
	}
}

static void every_option_is_there(void **state)
{
	(void)state;
	check_all(make("bash"), "--");
	check_all(make("zsh"), "--");
	check_all(make("fish"), "-l ");
	assert_null(strstr(make("bash"), "fail-at"));
}

static void an_unknown_shell(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(complete_print("csh", 1, &e), -EINVAL);
	assert_string_equal(e.msg, "unknown shell \"csh\": bash, zsh and fish are known");
}

static void contrib_holds_them(void **state)
{
	(void)state;
	assert_string_equal(read_source("contrib/completions/ocirun.bash"), make("bash"));
	assert_string_equal(read_source("contrib/completions/_ocirun"), make("zsh"));
	assert_string_equal(read_source("contrib/completions/ocirun.fish"), make("fish"));
}

static void the_manual_page(void **state)
{
	(void)state;
	check_all(read_source("docs/ocirun.8"), "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option_is_there),
		cmocka_unit_test(an_unknown_shell),
		cmocka_unit_test(contrib_holds_them),
		cmocka_unit_test(the_manual_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
