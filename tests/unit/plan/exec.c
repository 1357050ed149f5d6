/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "plan/planner.h"
#include "fixture.h"

static void test_layout(void **state)
{
	struct fixture *f = fixture_new();
	const struct plan_exec *x = &f->plan.exec;

	(void)state;
	assert_int_equal(plan_text(f, CONFIG(PROCESS("\"env\": [\"A=1\", \"A=2\"]"))), 0);
	assert_int_equal(x->args_n, 1);
	assert_null(x->args[1]);
	assert_int_equal(x->env_n, 1);
	assert_string_equal(x->env[0], "A=2");
	assert_null(x->env[1]);
	assert_null(x->env[2]); /* the slot for HOME */
	assert_true(x->home_missing);
	assert_string_equal(x->path_env,
			    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	assert_int_equal(x->umask, 0022);
	fixture_free(f);
}

static void test_no_process(void **state)
{
	struct fixture *f = fixture_new();
	const struct plan_exec *x = &f->plan.exec;

	(void)state;
	assert_int_equal(plan_text(f, CONFIG("\"hostname\": \"\"")), 0);
	assert_false(x->has_process);
	assert_null(x->args[0]);
	assert_null(x->env[0]);
	assert_null(x->env[1]);
	fixture_free(f);
}

static void test_home_and_path(void **state)
{
	struct fixture *f = fixture_new();
	const struct plan_exec *x = &f->plan.exec;

	(void)state;
	assert_int_equal(plan_text(f, CONFIG(PROCESS("\"env\": [\"HOME=/a\", \"PATH=\","
						     " \"HOMER=x\", \"PATHS=y\"]"))),
			 0);
	assert_false(x->home_missing);
	assert_string_equal(x->path_env, "");
	assert_int_equal(x->env_n, 4);
	fixture_free(f);
}

/* Time and memory are linear, duplicates included. */
static void test_large(void **state)
{
	enum { N = 200000 };
	struct fixture *f = fixture_new();
	char *json = malloc(24 * N);
	size_t n;

	(void)state;
	assert_non_null(json);
	n = (size_t)sprintf(json,
			    "{\"ociVersion\": \"1.3.0\", \"root\": {\"path\": \"x\"}, "
			    "\"process\": {\"cwd\": \"/\", \"args\": [\"x\"], \"env\": [\"A=\"");
	for (unsigned i = 0; i < N; i++)
		n += (size_t)sprintf(json + n, ",\"V%u=%u\"", i % (N / 2), i);
	strcpy(json + n, "]}}");
	assert_int_equal(plan_text(f, json), 0);
	assert_int_equal(f->plan.exec.env_n, N / 2 + 1);
	assert_string_equal(f->plan.exec.env[1], "V0=100000");
	fixture_free(f);
	free(json);
}

static void test_options(void **state)
{
	struct fixture *f = fixture_new();
	const struct plan_exec *x = &f->plan.exec;

	(void)state;
	f->opt.listen_fds = 3;
	f->opt.preserve_fds = 2;
	f->opt.notify_socket = true;
	f->opt.no_new_keyring = true;
	assert_int_equal(plan_text(f, CONFIG(PROCESS("\"env\": [\"LISTEN_PID=7\"]"))), 0);
	assert_int_equal(x->env_n, 3);
	assert_string_equal(x->env[0], "LISTEN_FDS=3");
	assert_string_equal(x->env[1], "LISTEN_PID=1");
	assert_string_equal(x->env[2], "NOTIFY_SOCKET=/run/notify/notify.sock");
	assert_int_equal(x->preserve_fds, 5);
	assert_false(x->new_keyring);
	fixture_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),        cmocka_unit_test(test_no_process),
		cmocka_unit_test(test_home_and_path), cmocka_unit_test(test_large),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
