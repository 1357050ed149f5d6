/* SPDX-License-Identifier: Apache-2.0 */
/* env.c - socket activation, and what counts as not set. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/env.h"

static void set_pid(pid_t pid)
{
	char buf[16];

	snprintf(buf, sizeof(buf), "%d", (int)pid);
	setenv("LISTEN_PID", buf, 1);
}

static void listen_fds(void **state)
{
	(void)state;
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_PID");
	assert_int_equal(env_listen_fds(), 0);
	setenv("LISTEN_FDS", "2", 1);
	assert_int_equal(env_listen_fds(), 2);
	set_pid(getpid());
	assert_int_equal(env_listen_fds(), 2);
	set_pid(getppid());
	assert_int_equal(env_listen_fds(), 0);
	setenv("LISTEN_PID", "x", 1);
	assert_int_equal(env_listen_fds(), 0);
	unsetenv("LISTEN_PID");
	setenv("LISTEN_FDS", "-1", 1);
	assert_int_equal(env_listen_fds(), 0);
	setenv("LISTEN_FDS", "99999999999", 1);
	assert_int_equal(env_listen_fds(), 0);
}

static void empty_is_not_set(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	assert_null(env_get(ENV_NOTIFY_SOCKET));
	setenv("NOTIFY_SOCKET", "", 1);
	assert_null(env_get(ENV_NOTIFY_SOCKET));
	setenv("NOTIFY_SOCKET", "/run/n", 1);
	assert_string_equal(env_get(ENV_NOTIFY_SOCKET), "/run/n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listen_fds),
		cmocka_unit_test(empty_is_not_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
