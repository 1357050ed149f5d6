/* SPDX-License-Identifier: Apache-2.0 */
/* report.c - the words of the one error line. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/report.h"

static const char config[] = "{\n  \"mounts\": [\n    {},\n    {\"type\": 3}\n  ]\n}\n";

static const char *line(const struct report *r, const char *where, const char *msg)
{
	static char buf[REPORT_MAX];
	struct err e = { .code = 22 };

	snprintf(e.where, sizeof(e.where), "%s", where);
	snprintf(e.msg, sizeof(e.msg), "%s", msg);
	report_line(r, &e, buf, sizeof(buf));
	return buf;
}

static void what_is_known_is_said(void **state)
{
	const struct report none = { 0 };
	const struct report command = { .command = "list" };
	const struct report id = { .command = "start", .id = "web1" };

	(void)state;
	assert_string_equal(line(&none, "", "no command given"), "ocirun: no command given");
	assert_string_equal(line(&command, "", "open x"), "ocirun: list: open x");
	assert_string_equal(line(&id, "", "no"), "ocirun: start web1: no");
	assert_string_equal(line(&id, "switch-root", "no"), "ocirun: start web1: switch-root: no");
	assert_string_equal(line(&id, "/mounts/1", "no"), "ocirun: start web1: /mounts/1: no");
}

static void a_pointer_gets_its_place(void **state)
{
	struct bundle b = { .text = { "config.json", config, sizeof(config) - 1 } };
	const struct report r = { "create", "web1", &b };

	(void)state;
	assert_string_equal(line(&r, "/mounts/1", "no"),
			    "ocirun: create web1: config.json:4:5 /mounts/1: no");
	assert_string_equal(line(&r, "spawn", "no"), "ocirun: create web1: spawn: no");
	assert_string_equal(line(&r, "", "no"), "ocirun: create web1: no");
}

static void a_bundle_that_was_not_read(void **state)
{
	struct bundle b = { .path = "/b" };
	const struct report r = { "create", "web1", &b };

	(void)state;
	assert_string_equal(line(&r, "/mounts/1", "no"), "ocirun: create web1: /mounts/1: no");
}

static void the_longest_line_fits(void **state)
{
	char id[256], where[ERR_WHERE_MAX], msg[ERR_MSG_MAX];
	const struct report r = { "create", id, NULL };
	size_t length;

	(void)state;
	memset(id, 'i', sizeof(id) - 1);
	memset(where, 'w', sizeof(where) - 1);
	memset(msg, 'm', sizeof(msg) - 1);
	id[sizeof(id) - 1] = where[sizeof(where) - 1] = msg[sizeof(msg) - 1] = '\0';
	length = strlen(line(&r, where, msg));
	assert_int_equal(length,
			 strlen("ocirun: create : : ") + 255 + ERR_WHERE_MAX - 1 + ERR_MSG_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_known_is_said),
		cmocka_unit_test(a_pointer_gets_its_place),
		cmocka_unit_test(a_bundle_that_was_not_read),
		cmocka_unit_test(the_longest_line_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
