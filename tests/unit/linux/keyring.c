/* SPDX-License-Identifier: Apache-2.0 */
/* keyring.c - the session keyring is new and has the container's name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/keyring.h"

#include <linux/keyctl.h>
#include <sys/syscall.h>

#include "tests/unit/linux/child.h"

static int joins(void)
{
	struct err e = { 0 };
	char text[512];
	long before, first, second, n;

	before = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
	if (before < 0 && errno == ENOSYS)
		return CHILD_SKIP;
	CHECK(keyring_join("web1", &e) == 0);
	first = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
	n = syscall(SYS_keyctl, KEYCTL_DESCRIBE, first, text, sizeof(text) - 1);
	CHECK(first > 0 && first != before && n > 0 && n < (long)sizeof(text));
	text[n] = '\0';
	CHECK(strstr(text, ";_ses.web1"));
	/* A second container of the same name does not meet the first. */
	CHECK(keyring_join("web1", &e) == 0);
	second = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
	CHECK(second > 0 && second != first);
	return CHILD_OK;
}

static int longest(void)
{
	struct err e = { 0 };
	char id[256];

	memset(id, 'x', 255);
	id[255] = '\0';
	CHECK(keyring_join(id, &e) == 0);
	return CHILD_OK;
}

static void test_joins(void **state)
{
	(void)state;
	run_child(joins, 0);
}

static void test_longest(void **state)
{
	(void)state;
	run_child(longest, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_joins),
		cmocka_unit_test(test_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
