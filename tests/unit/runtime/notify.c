/* SPDX-License-Identifier: Apache-2.0 */
/* notify.c - what the container says, and the little of it that the host hears. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "runtime/notify.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "base/fd.h"
#include "base/sys.h"
#include "tests/unit/scratch.h"

static struct err e;
static int dir_fd = -1, proxy = -1, host = -1, container = -1;

/* Bound to, or connected to, a path; "@..." is abstract. */
static int datagrams(const char *path, int (*join)(int, const struct sockaddr *, socklen_t))
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	socklen_t n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(at.sun_path, path, strlen(path));
	if (path[0] == '@')
		at.sun_path[0] = '\0';
	assert_int_equal(join(fd, (struct sockaddr *)&at, n), 0);
	return fd;
}

static int set_up(void **state)
{
	e = (struct err){ 0 };
	if (scratch_make(state) < 0 || mkdir("c", 0700) < 0)
		return -1;
	alarm(60);
	dir_fd = open("c", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir_fd < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	alarm(0);
	fd_drop(&dir_fd);
	fd_drop(&proxy);
	fd_drop(&host);
	fd_drop(&container);
	return scratch_drop(state);
}

static void begin(void)
{
	assert_int_equal(notify_reserve(dir_fd, &e), 0);
	proxy = notify_listen(dir_fd, &e);
	assert_true(proxy >= 0);
	host = datagrams("host", bind);
	container = datagrams("c/notify/notify.sock", connect);
}

static void say_bytes(const char *text, size_t n)
{
	assert_int_equal(send(container, text, n, 0), (ssize_t)n);
}

static void say(const char *text)
{
	say_bytes(text, strlen(text));
}

/* What the host hears next; "" for nothing. */
static const char *heard(void)
{
	static char buf[256];
	ssize_t n = recv(host, buf, sizeof(buf) - 1, MSG_DONTWAIT);

	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

/* --- the socket ---------------------------------------------------------------------- */

static void the_socket(void **state)
{
	char before[128], after[128];
	struct stat st;

	(void)state;
	assert_int_equal(notify_listen(dir_fd, &e), -ENOENT); /* created without a proxy */
	assert_int_equal(e.code, 0);
	assert_non_null(getcwd(before, sizeof(before)));
	umask(0077);
	begin();
	assert_string_equal(getcwd(after, sizeof(after)), before);
	assert_true(fcntl(proxy, F_GETFD) & FD_CLOEXEC && fcntl(proxy, F_GETFL) & O_NONBLOCK);
	assert_int_equal(stat("c/notify/notify.sock", &st), 0);
	assert_true(S_ISSOCK(st.st_mode) && (st.st_mode & 0777) == 0777);
	assert_int_equal(notify_reserve(dir_fd, &e), -EEXIST);
	assert_string_equal(e.msg, "make the notify directory: file exists");
}

/* Its directory can be entered by every user of the container. */
static void the_directory(void **state)
{
	struct stat st;

	(void)state;
	umask(0);
	assert_int_equal(notify_reserve(dir_fd, &e) | stat("c/notify", &st), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0755);
}

/* A start that was killed after it had bound the socket can be repeated. */
static void twice(void **state)
{
	(void)state;
	begin();
	fd_drop(&proxy);
	fd_drop(&container);
	proxy = notify_listen(dir_fd, &e);
	assert_true(proxy >= 0);
	container = datagrams("c/notify/notify.sock", connect);
	say("READY=1");
	assert_int_equal(notify_forward(proxy, "host", 7, &e), 1);
}

static void no_directory(void **state)
{
	(void)state;
	assert_int_equal(symlink("/tmp", "c/notify"), 0);
	proxy = notify_listen(dir_fd, &e);
	assert_int_equal(proxy, -ENOTDIR);
	proxy = -1;
}

/* --- words --------------------------------------------------------------------------- */

static void words(void **state)
{
	static const struct {
		const char *text;
		bool ready;
	} rows[] = {
		{ "READY=1", true },
		{ "READY=1\n", true },
		{ "STATUS=up\nREADY=1\nMAINPID=1", true },
		{ "\n\nREADY=1", true },
		{ "READY=0", false },
		{ "READY=11", false },
		{ "READY=1 ", false },
		{ "READY=1\r\n", false },
		{ " READY=1", false },
		{ "XREADY=1", false },
		{ "ready=1", false },
		{ "READY", false },
		{ "", false },
		{ "\n", false },
		{ "STOPPING=1\nRELOADING=1\nWATCHDOG=1\nFDSTORE=1\nMAINPID=1", false },
	};

	(void)state;
	begin();
	assert_int_equal(notify_forward(proxy, "host", 42, &e), 0); /* nothing was said */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		say(rows[i].text);
		if (notify_forward(proxy, "host", 42, &e) != rows[i].ready)
			fail_msg("\"%s\"", rows[i].text);
		assert_string_equal(heard(), rows[i].ready ? "READY=1\nMAINPID=42" : "");
	}
	assert_string_equal(heard(), "");
}

static void hostile_words(void **state)
{
	static char big[8192];

	(void)state;
	begin();
	memset(big, 'x', sizeof(big));
	say_bytes(big, sizeof(big));
	say_bytes("\0\xff\n", 3);
	say_bytes("x\0\nREADY=1", 10); /* no text */
	memcpy(big + 5000, "\nREADY=1\n", 9);
	say_bytes(big, sizeof(big));
	assert_int_equal(notify_forward(proxy, "host", 42, &e), 0);
	say("X=1");
	say("READY=1");
	say("READY=1");
	assert_int_equal(notify_forward(proxy, "host", 42, &e), 1);
	assert_string_equal(heard(), "READY=1\nMAINPID=42");
	assert_string_equal(heard(), "");
}

/* A descriptor that the container sends along goes nowhere. */
static void descriptors(void **state)
{
	struct stat st;
	int pair[2];

	(void)state;
	begin();
	assert_int_equal(pipe2(pair, O_CLOEXEC), 0);
	assert_int_equal(fd_send(container, pair[1], "READY=1", 7), 0);
	close(pair[1]);
	assert_int_equal(notify_forward(proxy, "host", 42, &e), 1);
	assert_int_equal(read(pair[0], &st, 1), 0); /* nobody holds it */
	close(pair[0]);
}

/* --- the host's end ------------------------------------------------------------------ */

static void abstract_sockets(void **state)
{
	char name[128];

	(void)state;
	begin();
	snprintf(name, sizeof(name), "@%s", scratch);
	fd_drop(&host);
	host = datagrams(name, bind);
	say("READY=1");
	assert_int_equal(notify_forward(proxy, name, 1, &e), 1);
	assert_string_equal(heard(), "READY=1\nMAINPID=1");
}

static void hosts_that_do_not_listen(void **state)
{
	char longest[120];

	(void)state;
	begin();
	say("READY=1");
	assert_int_equal(notify_forward(proxy, "none", 1, &e), -ENOENT);
	assert_string_equal(e.msg, "tell NOTIFY_SOCKET \"none\": no such file or directory");
	fd_drop(&host);
	say("READY=1");
	assert_int_equal(notify_forward(proxy, "host", 1, &e), -ECONNREFUSED);
	memset(longest, 'n', sizeof(longest));
	longest[108] = '\0';
	say("READY=1");
	assert_int_equal(notify_forward(proxy, longest, 1, &e), -ENAMETOOLONG);
	say("READY=1");
	assert_int_equal(notify_forward(proxy, "", 1, &e), -ENAMETOOLONG);
	longest[107] = '\0'; /* needs no NUL behind it */
	say("READY=1");
	assert_int_equal(notify_forward(proxy, longest, 1, &e), -ENOENT);
}

/* --- waiting ------------------------------------------------------------------------- */

static pid_t in_a_process(const char *const *texts)
{
	pid_t pid = fork();

	if (pid == 0) {
		for (; *texts; texts++) {
			usleep(10000);
			(void)!send(container, *texts, strlen(*texts), 0);
		}
		_exit(0);
	}
	return pid;
}

static void waiting(void **state)
{
	static const char *const ready[] = { "STATUS=1", "READY=1", NULL }, *const nothing[] = {
		"STATUS=1", NULL
	};
	const char *const *const rows[] = { ready, nothing };

	(void)state;
	begin();
	for (size_t i = 0; i < 2; i++) {
		pid_t pid = in_a_process(rows[i]);
		fd_auto pidfd = sys_pidfd_open(pid);

		assert_int_equal(notify_wait(proxy, "host", pid, pidfd, &e), 0);
		assert_int_equal(strncmp(heard(), "READY=1\n", 8) == 0, i == 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
	}
	/* said and ended before anybody looked */
	say("READY=1");
	{
		pid_t pid = in_a_process(nothing + 1);
		fd_auto pidfd = sys_pidfd_open(pid);

		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_int_equal(notify_wait(proxy, "host", 5, pidfd, &e), 0);
		assert_string_equal(heard(), "READY=1\nMAINPID=5");
	}
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(the_socket),
		CASE(the_directory),
		CASE(twice),
		CASE(no_directory),
		CASE(words),
		CASE(hostile_words),
		CASE(descriptors),
		CASE(abstract_sockets),
		CASE(hosts_that_do_not_listen),
		CASE(waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
