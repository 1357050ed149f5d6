/* SPDX-License-Identifier: Apache-2.0 */
/* wire.c - the protocol against a peer that the test plays. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fd.h"
#include "init/ctx.h"
#include "init/wire.h"

static int pair[2];

static int set_up(void **state)
{
	(void)state;
	return wire_pair(pair, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	fd_drop(&pair[0]);
	fd_drop(&pair[1]);
	return 0;
}

static void the_expected_type_passes(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(wire_send(pair[0], WIRE_READY, &e), 0);
	assert_int_equal(wire_expect(pair[1], WIRE_READY, &e), 0);
}

static void another_type_is_an_error_that_names_both(void **state)
{
	struct err e = { 0 };

	(void)state;
	wire_send(pair[0], WIRE_GO, &e);
	assert_int_equal(wire_expect(pair[1], WIRE_READY, &e), -EPROTO);
	assert_string_equal(e.msg, "expected READY, got GO");
}

static void fail_becomes_the_receivers_error(void **state)
{
	struct err sent = { .code = ENOTDIR, .where = "/mounts/3", .msg = "attach" };
	struct err e = { 0 };

	(void)state;
	wire_fail(pair[0], &sent);
	assert_int_equal(wire_expect(pair[1], WIRE_READY, &e), -ENOTDIR);
	assert_string_equal(e.where, "/mounts/3");
	assert_string_equal(e.msg, "attach");
}

static void text_of_a_peer_is_ended(void **state)
{
	struct wire_fail f = { .head.type = WIRE_FAIL };
	struct err e = { 0 };

	(void)state;
	memset(&f.err, 'x', sizeof(f.err));
	f.err.code = -5;
	assert_int_equal(send(pair[0], &f, sizeof(f), 0), sizeof(f));
	assert_int_equal(wire_expect(pair[1], WIRE_READY, &e), -EIO);
	assert_int_equal(strlen(e.msg), sizeof(e.msg) - 1);
}

static void end_of_the_peer_is_an_error(void **state)
{
	struct err e = { 0 };

	(void)state;
	fd_drop(&pair[0]);
	assert_int_equal(wire_expect(pair[1], WIRE_READY, &e), -EPIPE);
}

static void a_short_frame_is_refused(void **state)
{
	struct wire_got got;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(send(pair[0], "ab", 2, 0), 2);
	assert_int_equal(wire_recv(pair[1], &got, &e), -EPROTO);
}

static void a_descriptor_travels(void **state)
{
	struct wire_got got;
	struct err e = { 0 };
	int pipe_fds[2];
	char c = 0;

	(void)state;
	assert_int_equal(pipe(pipe_fds), 0);
	assert_int_equal(wire_send_fd(pair[0], WIRE_CONSOLE, pipe_fds[0], &e), 0);
	assert_int_equal(wire_recv(pair[1], &got, &e), 0);
	assert_int_equal(got.type, WIRE_CONSOLE);
	assert_int_equal(write(pipe_fds[1], "z", 1), 1);
	assert_int_equal(read(got.fd, &c, 1), 1);
	assert_int_equal(c, 'z');
	close(got.fd);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
}

static void started_and_end_mean_success(void **state)
{
	struct err e = { 0 };

	(void)state;
	wire_send(pair[0], WIRE_STARTED, &e);
	fd_drop(&pair[0]);
	assert_int_equal(init_taken(pair[1], &e), 0);
	assert_int_equal(init_executed(pair[1], &e), 0);
}

static void end_without_started_is_somebody_elses_start(void **state)
{
	struct err e = { 0 };

	(void)state;
	fd_drop(&pair[0]);
	assert_int_equal(init_taken(pair[1], &e), -EALREADY);
}

static void a_failed_exec_is_reported_after_started(void **state)
{
	struct err sent = { .code = ENOENT, .where = "exec", .msg = "exec /x" };
	struct err e = { 0 };

	(void)state;
	wire_send(pair[0], WIRE_STARTED, &e);
	wire_fail(pair[0], &sent);
	assert_int_equal(init_taken(pair[1], &e), 0);
	assert_int_equal(init_executed(pair[1], &e), -ENOENT);
	assert_string_equal(e.where, "exec");
}

static void the_receiver_adds_the_errno_text_for_the_stub(void **state)
{
	struct wire_fail f = {
		.head.type = WIRE_FAIL_ERRNO,
		.err = { .code = ENOENT, .where = "exec", .msg = "exec /x" },
	};
	struct err e = { 0 };

	(void)state;
	assert_int_equal(send(pair[0], &f, sizeof(f), 0), sizeof(f));
	assert_int_equal(wire_expect(pair[1], WIRE_READY, &e), -ENOENT);
	assert_string_equal(e.msg, "exec /x: no such file or directory");
	assert_string_equal(e.where, "exec");
}

static void hook_state_is_completed_in_place(void **state)
{
	char buf[64];
	struct hook_state s = {
		.before_pid = "{\"pid\":",
		.before_status = ",\"status\":\"",
		.rest = "\"}",
		.buf = buf,
		.size = sizeof(buf),
	};

	(void)state;
	hook_state_text(&s, "creating", 42);
	assert_string_equal(buf, "{\"pid\":42,\"status\":\"creating\"}");
	assert_int_equal(s.len, strlen(buf));
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_expected_type_passes),
		T(another_type_is_an_error_that_names_both),
		T(fail_becomes_the_receivers_error),
		T(text_of_a_peer_is_ended),
		T(end_of_the_peer_is_an_error),
		T(a_short_frame_is_refused),
		T(a_descriptor_travels),
		T(started_and_end_mean_success),
		T(end_without_started_is_somebody_elses_start),
		T(a_failed_exec_is_reported_after_started),
		T(the_receiver_adds_the_errno_text_for_the_stub),
		T(hook_state_is_completed_in_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
