/* SPDX-License-Identifier: Apache-2.0 */
/* log.c - records as the engines read them.  The sink is a global that is opened
 * once, so each case is a child process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <yajl/yajl_tree.h>

enum { CAP = 256 << 10 };

struct place {
	char dir[32], log[48], err[48];	/* files: what --log names, and stderr */
	char log_text[CAP], err_text[CAP];
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	*state = p;
	if (!p)
		return -1;
	snprintf(p->dir, sizeof(p->dir), "/tmp/ocirun-log-XXXXXX");
	if (!mkdtemp(p->dir))
		return -1;
	snprintf(p->log, sizeof(p->log), "%s/log", p->dir);
	snprintf(p->err, sizeof(p->err), "%s/err", p->dir);
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	unlink(p->log);
	unlink(p->err);
	rmdir(p->dir);
	free(p);
	return 0;
}

static void read_file(const char *path, char *buf)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, buf, CAP - 1);

	assert_true(n >= 0);
	buf[n] = '\0';
	if (fd >= 0)
		close(fd);
}

/* Run body in a child whose stderr is a file, and read what it left. */
static void run(struct place *p, struct log_options o, void (*body)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct err e = { 0 };
		int fd = open(p->err, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

		if (fd < 0 || dup2(fd, 2) != 2 || log_open(&o, &e) < 0)
			_exit(1);
		body();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	read_file(p->log, p->log_text);
	read_file(p->err, p->err_text);
}

static void all_levels(void)
{
	log_msg(LOG_DEBUG, "d%d", 1);
	log_msg(LOG_WARNING, "w%d", 2);
	log_msg(LOG_ERROR, "e%d", 3);
}

static void fatal(void)
{
	log_fatal("ocirun: create web1: no such \"file\"\n");
}

static void nothing(void)
{
}

/* "2026-01-02T15:04:05Z", and now. */
static void assert_time(const char *s)
{
	struct tm tm = { 0 };
	const char *end = strptime(s, "%Y-%m-%dT%H:%M:%SZ", &tm);
	time_t then = timegm(&tm), now = time(NULL);

	assert_non_null(end);
	assert_in_range(then, now - 60, now);
}

/* One record on one line; returns the line after it. */
static const char *assert_record(const char *line, const char *level, const char *msg)
{
	static const char *const keys[][2] = { { "level", NULL },
					       { "msg", NULL },
					       { "time", NULL } };
	const char *end = strchr(line, '\n');
	char *one;
	yajl_val v;

	assert_non_null(end);
	one = strndup(line, (size_t)(end - line));
	v = yajl_tree_parse(one, NULL, 0);
	assert_non_null(v);
	assert_int_equal(YAJL_GET_OBJECT(v)->len, 3);
	for (size_t i = 0; i < 3; i++) {
		const char *path[] = { keys[i][0], NULL };
		yajl_val at = yajl_tree_get(v, path, yajl_t_string);

		assert_non_null(at);
		if (i == 0)
			assert_string_equal(YAJL_GET_STRING(at), level);
		else if (i == 1)
			assert_string_equal(YAJL_GET_STRING(at), msg);
		else
			assert_time(YAJL_GET_STRING(at));
	}
	yajl_tree_free(v);
	free(one);
	return end + 1;
}

static void stderr_by_default(void **state)
{
	struct place *p = *state;

	run(p, (struct log_options){ .level = LOG_ERROR }, all_levels);
	assert_string_equal(p->err_text, "e3\n");
}

static void levels(void **state)
{
	struct place *p = *state;

	run(p, (struct log_options){ .level = LOG_WARNING }, all_levels);
	assert_string_equal(p->err_text, "w2\ne3\n");
	unlink(p->err);
	run(p, (struct log_options){ .level = LOG_DEBUG }, all_levels);
	assert_string_equal(p->err_text, "d1\nw2\ne3\n");
}

static void json_records(void **state)
{
	struct place *p = *state;
	const char *next;

	run(p, (struct log_options){ .path = p->log, .json = true, .level = LOG_DEBUG },
	    all_levels);
	next = assert_record(p->log_text, "debug", "d1");
	next = assert_record(next, "warning", "w2");
	next = assert_record(next, "error", "e3");
	assert_string_equal(next, "");
	assert_string_equal(p->err_text, "");
}

/* podman takes the whole file for one object, conmon gives stderr back. */
static void the_fatal_error_is_the_only_record(void **state)
{
	struct place *p = *state;
	const char *next;

	run(p, (struct log_options){ .path = p->log, .json = true }, fatal);
	next = assert_record(p->log_text, "error", "ocirun: create web1: no such \"file\"\n");
	assert_string_equal(next, "");
	assert_string_equal(p->err_text, "ocirun: create web1: no such \"file\"\\x0a\n");
	unlink(p->err);
	run(p, (struct log_options){ .json = true }, fatal);
	assert_record(p->err_text, "error", "ocirun: create web1: no such \"file\"\n");
}

static void text_records(void **state)
{
	struct place *p = *state;

	run(p, (struct log_options){ .path = p->log }, fatal);
	p->log_text[20] = '\0';
	assert_time(p->log_text);
	assert_string_equal(p->log_text + 21,
			    "error: ocirun: create web1: no such \"file\"\\x0a\n");
	assert_string_equal(p->err_text, "ocirun: create web1: no such \"file\"\\x0a\n");
}

/* The worst there is: every byte becomes six, and there are too many. */
static void fatal_controls(void)
{
	char line[5000];

	memset(line, 1, sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	log_fatal(line);
	log_msg(LOG_ERROR, "%s", line);
}

static void a_long_message_is_still_json(void **state)
{
	struct place *p = *state;
	char want[2048];
	const char *next;

	memset(want, 1, sizeof(want) - 1);
	want[sizeof(want) - 1] = '\0';
	run(p, (struct log_options){ .path = p->log, .json = true }, fatal_controls);
	next = assert_record(p->log_text, "error", want);
	next = assert_record(next, "error", want);
	assert_string_equal(next, "");
	assert_int_equal(strlen(p->err_text), 4 * strlen(want) + 1);
}

static void the_file_is_appended_to(void **state)
{
	struct place *p = *state;
	struct stat st;

	umask(022);
	run(p, (struct log_options){ .path = p->log }, nothing);
	assert_int_equal(stat(p->log, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	run(p, (struct log_options){ .path = p->log, .json = true }, fatal);
	run(p, (struct log_options){ .path = p->log, .json = true }, fatal);
	assert_record(
		assert_record(p->log_text, "error", "ocirun: create web1: no such \"file\"\n"),
		"error", "ocirun: create web1: no such \"file\"\n");
}

static void hundred_records(void)
{
	for (int i = 0; i < 100; i++)
		log_msg(LOG_ERROR, "%s", "one of many records of many processes");
}

static void many_at_once(void)
{
	pid_t pid[4];

	for (int i = 0; i < 4; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			hundred_records();
			_exit(0);
		}
	}
	for (int i = 0; i < 4; i++)
		waitpid(pid[i], NULL, 0);
}

static void records_of_many_processes_do_not_mix(void **state)
{
	struct place *p = *state;
	const char *next;
	int n = 0;

	run(p, (struct log_options){ .path = p->log, .json = true }, many_at_once);
	for (next = p->log_text; *next; n++)
		next = assert_record(next, "error", "one of many records of many processes");
	assert_int_equal(n, 400);
}

static void an_unwritable_file_is_an_error(void **state)
{
	const struct log_options o = { .path = "/nonexistent/log" };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(log_open(&o, &e), -ENOENT);
	assert_string_equal(e.msg, "open log file \"/nonexistent/log\": no such file or directory");
	assert_true(log_enabled(LOG_ERROR));
	assert_false(log_enabled(LOG_WARNING));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(stderr_by_default),
		CASE(levels),
		CASE(json_records),
		CASE(the_fatal_error_is_the_only_record),
		CASE(text_records),
		CASE(a_long_message_is_still_json),
		CASE(the_file_is_appended_to),
		CASE(records_of_many_processes_do_not_mix),
		cmocka_unit_test(an_unwritable_file_is_an_error),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
