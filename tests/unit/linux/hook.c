/* SPDX-License-Identifier: Apache-2.0 */
/* hook.c - what a hook gets, and what each of its ends says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Runs `sh -c script` as a hook; its own words go to a file. */
static char out[] = "/tmp/hook-test-XXXXXX";

struct with {
	char **env;
	int64_t timeout;
	const char *cwd, *state;
};

static int run(const char *script, const struct with *w, struct err *e)
{
	static char sh[] = "sh", c[] = "-c", *no_env[] = { NULL };
	char *text = strdup(script);
	char *args[] = { sh, c, text, out, NULL }; /* $0: the file */
	struct plan_hook hook = { "/bin/sh", args, w->env ? w->env : no_env, w->timeout };
	const char *state = w->state ? w->state : "{}";
	const struct hook_call call = { &hook, "/hooks/poststop/1", state, strlen(state), w->cwd };
	int ret;

	*e = (struct err){ 0 };
	ret = hook_run(&call, e);
	free(text);
	return ret;
}

static const char *written(void)
{
	static char buf[65536];
	int fd = open(out, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, buf, sizeof(buf) - 1);

	assert_true(n >= 0);
	close(fd);
	buf[n] = '\0';
	return buf;
}

static int make_out(void **state)
{
	int fd = mkstemp(out);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int drop_out(void **state)
{
	(void)state;
	return unlink(out);
}

static void test_state(void **state)
{
	struct err e;
	char *big = malloc(300001);

	(void)state;
	assert_int_equal(run("cat >$0", &(struct with){ .state = "{\"id\":\"x\"}" }, &e), 0);
	assert_string_equal(written(), "{\"id\":\"x\"}");
	/* More than a pipe holds, and nobody reads it. */
	memset(big, 'x', 300000);
	big[300000] = '\0';
	assert_int_equal(run("exit 0", &(struct with){ .state = big }, &e), 0);
	assert_int_equal(run("wc -c >$0", &(struct with){ .state = big }, &e), 0);
	assert_int_equal(atoi(written()), 300000);
	free(big);
}

static void test_env(void **state)
{
	static char a[] = "A=1", b[] = "B=two words";
	char *env[] = { a, b, NULL };
	const struct with w = { .env = env };
	struct err e;

	(void)state;
	setenv("SECRET", "host", 1);
	/* The dynamic loader's and the shell's own variables do not count. */
	assert_int_equal(run("/usr/bin/env | grep -v '^PWD=\\|^_=\\|^SHLVL=' | sort >$0", &w, &e),
			 0);
	assert_string_equal(written(), "A=1\nB=two words\n");
	assert_int_equal(run("/usr/bin/env | grep -c SECRET >$0; exit 0", &w, &e), 0);
	assert_string_equal(written(), "0\n");
}

/* Nothing of us is open, nothing ignored or blocked, the group is its own. */
static void test_inherits_nothing(void **state)
{
	const struct with w = { .cwd = "/usr" };
	int leak = open("/dev/null", O_RDONLY); /* on purpose without close-on-exec */
	sigset_t usr1, old;
	struct err e;

	(void)state;
	assert_true(leak > 2);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, &old);
	assert_int_equal(run("cd /proc/self/fd && echo * >$0", &w, &e), 0);
	/* 3 is the shell's own for the directory that it lists. */
	assert_true(strcmp(written(), "0 1 2 3\n") == 0 || strcmp(written(), "0 1 2\n") == 0);
	assert_int_equal(run("grep SigBlk /proc/self/status >$0", &w, &e), 0);
	assert_string_equal(written(), "SigBlk:\t0000000000000000\n");
	/* But for 32 and 33, which libcs keep to themselves and posix_spawn(3) ignores. */
	assert_int_equal(run("grep SigIgn /proc/self/status >$0", &w, &e), 0);
	assert_int_equal(strtoull(written() + 7, NULL, 16) & ~0x180000000ULL, 0);
	assert_int_equal(run("pwd >$0", &w, &e), 0);
	assert_string_equal(written(), "/usr\n");
	assert_int_equal(run("read -r p c s pp pg sid tty x </proc/$$/stat;"
			     "echo $((pg == $$)) $((sid == $$)) $tty >$0",
			     &w, &e),
			 0);
	assert_string_equal(written(), "1 1 0\n");
	sigprocmask(SIG_SETMASK, &old, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	close(leak);
}

static void test_exit_status(void **state)
{
	const struct with w = { 0 };
	struct err e;

	(void)state;
	assert_int_equal(run("echo one; echo two >&2; echo 'the reason' >&2; exit 3", &w, &e),
			 -ECANCELED);
	assert_string_equal(e.msg, "hook /hooks/poststop/1 \"/bin/sh\": exit status 3: the reason");
	assert_int_equal(run("exit 255", &w, &e), -ECANCELED);
	assert_string_equal(e.msg, "hook /hooks/poststop/1 \"/bin/sh\": exit status 255");
	assert_int_equal(run("kill -TERM $$", &w, &e), -ECANCELED);
	assert_string_equal(e.msg, "hook /hooks/poststop/1 \"/bin/sh\": killed by signal 15");
	/* What it says cannot drive a terminal or break a line. */
	assert_int_equal(run("printf 'x\\033]0;evil\\007\\n\\n'; exit 1", &w, &e), -ECANCELED);
	assert_null(strchr(e.msg, '\033'));
	assert_null(strchr(e.msg, '\n'));
	assert_non_null(strstr(e.msg, "]0;evil"));
	/* The tail of much. */
	assert_int_equal(
		run("i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done; exit 1", &w,
		    &e),
		-ECANCELED);
	assert_non_null(strstr(e.msg, ": line 2999"));
}

static void test_not_started(void **state)
{
	static char name[] = "x";
	char *args[] = { name, NULL }, *env[] = { NULL };
	struct plan_hook hook = { "/nonexistent", args, env, 0 };
	const struct hook_call call = { &hook, "/hooks/createRuntime/0", "{}", 2, NULL };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(hook_run(&call, &e), -ENOENT);
	assert_string_equal(e.msg, "run hook /hooks/createRuntime/0 \"/nonexistent\": "
				   "no such file or directory");
	hook.path = "/etc/passwd";
	assert_int_equal(hook_run(&call, &e), -EACCES);
	assert_non_null(strstr(e.msg, "\"/etc/passwd\": permission denied"));
	assert_int_equal(run("exit 0", &(struct with){ .cwd = "/no-such" }, &e), -ENOENT);
	assert_non_null(strstr(e.msg, "in \"/no-such\": no such file or directory"));
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void test_timeout(void **state)
{
	double start = seconds();
	struct err e;
	pid_t pid;

	(void)state;
	/* The grandchild holds the output open and is in the group. */
	assert_int_equal(
		run("sleep 100 & echo $! >$0; echo busy; wait", &(struct with){ .timeout = 1 }, &e),
		-ETIMEDOUT);
	assert_true(seconds() - start < 10);
	assert_string_equal(e.msg, "hook /hooks/poststop/1 \"/bin/sh\": "
				   "killed after its timeout of 1 s: busy");
	pid = (pid_t)atoi(written());
	assert_true(pid > 1);
	for (int i = 0; i < 100 && kill(pid, 0) == 0; i++)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	assert_true(kill(pid, 0) < 0 || getpgid(pid) != pid);
	assert_int_equal(run("exit 0", &(struct with){ .timeout = INT64_MAX }, &e), 0);
}

/* A daemon that holds the output does not hold us. */
static void test_daemon(void **state)
{
	double start = seconds();
	struct err e;

	(void)state;
	assert_int_equal(run("sleep 20 & echo $! >$0; exit 0", &(struct with){ 0 }, &e), 0);
	assert_true(seconds() - start < 10);
	kill((pid_t)atoi(written()), SIGKILL);
}

static void test_sigchld_ignored(void **state)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, nowait = { .sa_flags = SA_NOCLDWAIT };
	struct sigaction old, now;
	struct err e;

	(void)state;
	ignore.sa_flags = 0;
	sigaction(SIGCHLD, &ignore, &old);
	assert_int_equal(run("exit 4", &(struct with){ 0 }, &e), -ECANCELED);
	assert_non_null(strstr(e.msg, "exit status 4"));
	sigaction(SIGCHLD, NULL, &now);
	assert_ptr_equal(now.sa_handler, SIG_IGN);
	nowait.sa_handler = SIG_DFL;
	sigaction(SIGCHLD, &nowait, NULL);
	assert_int_equal(run("exit 5", &(struct with){ 0 }, &e), -ECANCELED);
	assert_non_null(strstr(e.msg, "exit status 5"));
	sigaction(SIGCHLD, &old, NULL);
}

static void test_leaves_nothing(void **state)
{
	struct err e;
	int before = dup(0), after;

	(void)state;
	close(before);
	for (int i = 0; i < 5; i++)
		run("exit 1", &(struct with){ 0 }, &e);
	after = dup(0);
	close(after);
	assert_int_equal(before, after);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void test_no_descriptors(void **state)
{
	struct rlimit old, none;
	struct err e;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = old;
	none.rlim_cur = 4;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(run("exit 0", &(struct with){ 0 }, &e), -EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_non_null(strstr(e.msg, "too many open files"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_state),
		cmocka_unit_test(test_env),
		cmocka_unit_test(test_inherits_nothing),
		cmocka_unit_test(test_exit_status),
		cmocka_unit_test(test_not_started),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_daemon),
		cmocka_unit_test(test_sigchld_ignored),
		cmocka_unit_test(test_leaves_nothing),
		cmocka_unit_test(test_no_descriptors),
	};

	return cmocka_run_group_tests(tests, make_out, drop_out);
}
