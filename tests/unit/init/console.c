/* SPDX-License-Identifier: Apache-2.0 */
/* console.c - the pump between our ends and a terminal.  Each case is a process of
 * its own, whose stdin and stdout are the test's; a pair of sockets plays the
 * master where a terminal's own rules do not matter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "init/console.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

/* Fail with a place; the process is the case's own. */
#define CHECK(what)                                                                        \
	do {                                                                               \
		if (!(what)) {                                                             \
			fprintf(stderr, "# %s:%d: %s (errno %s)\n", __FILE__, __LINE__,    \
				#what, strerror(errno));                                   \
			_exit(1);                                                          \
		}                                                                          \
	} while (0)

enum { SKIP = 77 };

static struct console c;
static struct err e;
static int in_fd = -1, out_fd = -1, peer = -1; /* the ends of whoever uses us */

static void run(void (*body)(void))
{
	pid_t pid;
	int status;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(20);
		signal(SIGPIPE, SIG_IGN);
		signal(SIGTTOU, SIG_IGN);
		body();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIP) {
		print_message("# this user gets no terminals\n");
		skip();
	}
	assert_int_equal(status, 0);
}

static void nonblock(int fd)
{
	CHECK(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0);
}

/* stdin and stdout become pipes, whose other ends are in_fd and out_fd. */
static void make_pipes(void)
{
	int in[2], out[2];

	CHECK(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
	CHECK(dup2(in[0], STDIN_FILENO) == STDIN_FILENO && close(in[0]) == 0);
	CHECK(dup2(out[1], STDOUT_FILENO) == STDOUT_FILENO && close(out[1]) == 0);
	in_fd = in[1];
	out_fd = out[0];
	nonblock(in_fd);
	nonblock(out_fd);
}

static void begin_with_sockets(void)
{
	int pair[2];

	make_pipes();
	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	peer = pair[1];
	nonblock(peer);
	CHECK(console_begin(&c, &pair[0], &e) == 0);
	CHECK(pair[0] == -1 && c.master_fd >= 0 && !c.raw);
}

/* One turn of the caller's loop; what poll(2) said: 0 when nothing can move. */
static int turn(void)
{
	struct pollfd p[3];
	int n;

	console_poll(&c, p);
	n = poll(p, 3, 0);
	CHECK(n >= 0);
	if (n > 0)
		console_pump(&c, p);
	return n;
}

/* Turns until nothing moves; more than a few mean that the loop would spin. */
static void settle(void)
{
	for (int i = 0; i < 1000; i++)
		if (turn() == 0)
			return;
	CHECK(!"the pump spins");
}

static ssize_t take(int fd, char *buf, size_t cap)
{
	ssize_t n = read(fd, buf, cap);

	return n < 0 && errno == EAGAIN ? -2 : n;
}

/* --- both ways ------------------------------------------------------------------------ */

static void both_ways(void)
{
	char buf[64];

	begin_with_sockets();
	settle(); /* nothing to do, and no spinning about it */
	CHECK(write(in_fd, "typed", 5) == 5 && write(peer, "shown", 5) == 5);
	settle();
	CHECK(take(peer, buf, sizeof(buf)) == 5 && !memcmp(buf, "typed", 5));
	CHECK(take(out_fd, buf, sizeof(buf)) == 5 && !memcmp(buf, "shown", 5));
	console_end(&c);
	CHECK(c.master_fd == -1 && take(peer, buf, sizeof(buf)) == 0);
}

/* Give and take as much as fits, in odd pieces, and prove the order. */
static bool give(int fd, unsigned *next, unsigned total)
{
	char buf[777];
	ssize_t n;

	if (*next >= total)
		return false;
	for (unsigned i = 0; i < sizeof(buf); i++)
		buf[i] = (char)((*next + i) % 251);
	n = write(fd, buf, total - *next < sizeof(buf) ? total - *next : sizeof(buf));
	*next += n > 0 ? (unsigned)n : 0;
	return n > 0;
}

static void drain(int fd, unsigned *next)
{
	char buf[333];
	ssize_t n = take(fd, buf, sizeof(buf));

	for (ssize_t i = 0; i < n; i++)
		CHECK(buf[i] == (char)((*next)++ % 251));
}

static void a_lot(void)
{
	enum { TOTAL = 3 << 20 };
	unsigned typed = 0, read_back = 0, printed = 0, shown = 0;

	begin_with_sockets();
	while (read_back < TOTAL || shown < TOTAL) {
		give(in_fd, &typed, TOTAL);
		give(peer, &printed, TOTAL);
		turn();
		drain(peer, &read_back);
		drain(out_fd, &shown);
	}
	settle();
	console_end(&c);
}

/* Who does not read stops only his own direction. */
static void a_full_stdout(void)
{
	unsigned printed = 0, shown = 0;
	char buf[64];

	begin_with_sockets();
	while (give(peer, &printed, 10 << 20) || turn() > 0)
		;
	settle();
	CHECK(write(in_fd, "\3", 1) == 1);
	settle();
	CHECK(take(peer, buf, sizeof(buf)) == 1 && buf[0] == 3);
	while (shown < printed) {
		drain(out_fd, &shown);
		turn();
	}
	console_end(&c);
}

/* --- ends --------------------------------------------------------------------------------- */

static void end_of_stdin(void)
{
	char buf[64];

	begin_with_sockets();
	CHECK(write(in_fd, "last", 4) == 4 && close(in_fd) == 0);
	settle();
	CHECK(take(peer, buf, sizeof(buf)) == 4);
	CHECK(take(peer, buf, sizeof(buf)) == -2); /* the terminal stays open */
	CHECK(write(peer, "shown", 5) == 5);
	settle();
	CHECK(take(out_fd, buf, sizeof(buf)) == 5);
	console_end(&c);
}

static void no_stdin(void)
{
	char buf[64];

	begin_with_sockets();
	CHECK(close(STDIN_FILENO) == 0 && write(peer, "shown", 5) == 5);
	settle();
	CHECK(take(out_fd, buf, sizeof(buf)) == 5);
	console_end(&c);
}

/* `run ... | head`: the terminal is hung up, nobody spins or waits for ever. */
static void end_of_stdout(void)
{
	char buf[64];

	begin_with_sockets();
	CHECK(close(out_fd) == 0 && write(peer, "shown", 5) == 5);
	settle();
	CHECK(c.master_fd == -1 && take(peer, buf, sizeof(buf)) == 0);
	CHECK(write(in_fd, "typed", 5) == 5);
	settle();
	console_end(&c);
}

/* The other side is gone: the rest is brought out, input leads nowhere. */
static void end_of_the_master(void)
{
	char buf[64];

	begin_with_sockets();
	CHECK(write(peer, "last", 4) == 4 && close(peer) == 0);
	settle();
	CHECK(take(out_fd, buf, sizeof(buf)) == 4);
	CHECK(write(in_fd, "typed", 5) == 5);
	settle();
	console_end(&c);
}

static void what_was_written_last(void)
{
	unsigned printed = 0, shown = 0;

	begin_with_sockets();
	CHECK(write(peer, "x", 0) == 0);
	while (printed < 60000)
		CHECK(give(peer, &printed, 60000));
	CHECK(close(peer) == 0);
	turn(); /* some of it is in the buffer */
	console_end(&c);
	while (shown < printed)
		drain(out_fd, &shown);
	CHECK(shown == printed);
}

/* A stdout that does not block is waited for, not asked again and again. */
static void last_words_to_a_slow_reader(void)
{
	static char page[65536];
	unsigned printed = 0;
	struct rusage used;
	pid_t pid;

	begin_with_sockets();
	nonblock(STDOUT_FILENO);
	CHECK(write(STDOUT_FILENO, page, sizeof(page)) > 0); /* full */
	while (printed < 20000)
		CHECK(give(peer, &printed, 20000));
	pid = fork();
	if (pid == 0) {
		usleep(300000);
		close(STDOUT_FILENO);
		CHECK(fcntl(out_fd, F_SETFL, 0) == 0);
		while (read(out_fd, page, sizeof(page)) > 0)
			;
		_exit(0);
	}
	console_end(&c);
	close(STDOUT_FILENO);
	CHECK(waitpid(pid, NULL, 0) == pid && getrusage(RUSAGE_SELF, &used) == 0);
	CHECK(used.ru_utime.tv_sec + used.ru_stime.tv_sec == 0);
	CHECK(used.ru_utime.tv_usec + used.ru_stime.tv_usec < 150000);
}

static void last_words_that_nobody_reads(void)
{
	begin_with_sockets();
	CHECK(write(peer, "x", 1) == 1 && close(out_fd) == 0);
	console_end(&c);
	CHECK(c.master_fd == -1);
}

static void no_terminal(void)
{
	int none = -1;
	char buf[8];

	make_pipes();
	CHECK(write(in_fd, "theirs", 6) == 6);
	CHECK(console_begin(&c, &none, &e) == 0 && c.master_fd == -1);
	settle();
	console_resize(&c);
	console_end(&c);
	CHECK(read(STDIN_FILENO, buf, sizeof(buf)) == 6); /* not ours to read */
}

/* --- terminals -------------------------------------------------------------------------------- */

/* A pseudo terminal: its master, and its slave in *slave. */
static int make_terminal(int *slave)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (master < 0 && errno == EACCES)
		_exit(SKIP);
	CHECK(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	*slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	CHECK(*slave >= 0);
	return master;
}

/* What a terminal sends may come in pieces, and a little later. */
static bool shows(int fd, const char *want)
{
	char buf[256];
	size_t n = 0;

	for (int i = 0; i < 200 && n < strlen(want); i++) {
		ssize_t got = read(fd, buf + n, sizeof(buf) - n);

		n += got > 0 ? (size_t)got : 0;
		if (turn() == 0 && got <= 0)
			usleep(1000);
	}
	return n == strlen(want) && !memcmp(buf, want, n);
}

static void raw_mode(void)
{
	struct winsize size = { .ws_row = 33, .ws_col = 99 }, got;
	int ours, user, theirs, slave, out[2];
	struct termios before, during, after;

	user = make_terminal(&ours); /* the user sits at `user`, our stdin is `ours` */
	slave = make_terminal(&theirs);
	CHECK(ioctl(user, TIOCSWINSZ, &size) == 0 && tcgetattr(ours, &before) == 0);
	CHECK(dup2(ours, STDIN_FILENO) == STDIN_FILENO && pipe2(out, O_CLOEXEC) == 0);
	CHECK(dup2(out[1], STDOUT_FILENO) == STDOUT_FILENO);
	nonblock(out[0]);
	CHECK(console_begin(&c, &slave, &e) == 0 && c.raw);
	CHECK(tcgetattr(STDIN_FILENO, &during) == 0);
	CHECK(!(during.c_lflag & (ICANON | ECHO | ISIG)) && !(during.c_oflag & OPOST));
	CHECK(ioctl(theirs, TIOCGWINSZ, &got) == 0 && got.ws_row == 33 && got.ws_col == 99);
	size.ws_row = 50;
	CHECK(ioctl(user, TIOCSWINSZ, &size) == 0);
	console_resize(&c);
	CHECK(ioctl(theirs, TIOCGWINSZ, &got) == 0 && got.ws_row == 50);
	/* one key at a time, ^C too; the container's own terminal echoes and edits */
	CHECK(write(user, "a\r", 2) == 2 && shows(out[0], "a\r\n"));
	CHECK(write(theirs, "b\n", 2) == 2 && shows(out[0], "b\r\n"));
	console_end(&c);
	CHECK(tcgetattr(STDIN_FILENO, &after) == 0 && !c.raw);
	CHECK(after.c_lflag == before.c_lflag && after.c_oflag == before.c_oflag &&
	      after.c_iflag == before.c_iflag);
	console_end(&c); /* twice changes nothing */
}

/* As systemd does for every line that it writes to the console. */
static void a_terminal_that_is_opened_again(void)
{
	char buf[16], path[64];
	int slave, master = make_terminal(&slave);

	make_pipes();
	snprintf(path, sizeof(path), "%s", ptsname(master));
	CHECK(console_begin(&c, &master, &e) == 0);
	for (int i = 0; i < 3; i++) {
		CHECK(write(slave, "line", 4) == 4 && close(slave) == 0);
		CHECK(shows(out_fd, "line"));
		slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	}
	CHECK(write(in_fd, "typed\n", 6) == 6);
	settle();
	CHECK(read(slave, buf, sizeof(buf)) == 6 && !memcmp(buf, "typed\n", 6));
	console_end(&c);
	CHECK(c.slave_fd == -1);
}

/* Nobody will open it again, and somebody still types. */
static void leave_and_type(bool held)
{
	unsigned typed = 0;
	int slave, master = make_terminal(&slave);

	make_pipes();
	CHECK(console_begin(&c, &master, &e) == 0);
	if (!held)
		fd_drop(&c.slave_fd);
	CHECK(write(slave, "bye", 3) == 3 && close(slave) == 0);
	CHECK(shows(out_fd, "bye"));
	while (typed < 1 << 18 && give(in_fd, &typed, 1 << 18))
		turn();
	settle();
	console_end(&c);
}

static void a_terminal_that_was_left(void)
{
	leave_and_type(true);
}

static void a_terminal_that_is_gone(void)
{
	leave_and_type(false);
}

/* The program reads nothing: input stops, without spinning, and output goes on. */
static void a_terminal_that_does_not_read(void)
{
	unsigned typed = 0;
	struct termios raw;
	int slave, master = make_terminal(&slave);

	make_pipes();
	CHECK(tcgetattr(slave, &raw) == 0);
	cfmakeraw(&raw);
	CHECK(tcsetattr(slave, TCSANOW, &raw) == 0);
	CHECK(console_begin(&c, &master, &e) == 0);
	while (give(in_fd, &typed, 1 << 20))
		turn();
	settle();
	CHECK(write(slave, "shown", 5) == 5 && shows(out_fd, "shown"));
	console_end(&c);
}

/* `run -t ... cat <file`: neither side may wait for the other one to read. */
static void an_echo(void)
{
	enum { TOTAL = 1 << 20 };
	unsigned typed = 0, shown = 0;
	struct termios raw;
	int slave, master = make_terminal(&slave);
	pid_t pid;

	make_pipes();
	CHECK(tcgetattr(slave, &raw) == 0);
	cfmakeraw(&raw);
	CHECK(tcsetattr(slave, TCSANOW, &raw) == 0);
	pid = fork();
	if (pid == 0) {
		char buf[4096];
		ssize_t n;

		while ((n = read(slave, buf, sizeof(buf))) > 0)
			CHECK(fd_write_all(slave, buf, (size_t)n) == 0);
		_exit(0);
	}
	CHECK(console_begin(&c, &master, &e) == 0);
	while (shown < TOTAL) {
		bool gave = give(in_fd, &typed, TOTAL);

		/* much is typed before any of it is read back */
		if (gave && typed < TOTAL / 2) {
			turn();
			continue;
		}
		if (turn() == 0)
			usleep(100);
		drain(out_fd, &shown);
	}
	console_end(&c);
	CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
}

#define IN_CHILD(f)                                                                        \
	static void test_##f(void **state)                                                 \
	{                                                                                  \
		(void)state;                                                               \
		run(f);                                                                    \
	}

IN_CHILD(both_ways)
IN_CHILD(a_lot)
IN_CHILD(a_full_stdout)
IN_CHILD(end_of_stdin)
IN_CHILD(no_stdin)
IN_CHILD(end_of_stdout)
IN_CHILD(end_of_the_master)
IN_CHILD(what_was_written_last)
IN_CHILD(last_words_to_a_slow_reader)
IN_CHILD(last_words_that_nobody_reads)
IN_CHILD(no_terminal)
IN_CHILD(raw_mode)
IN_CHILD(a_terminal_that_is_opened_again)
IN_CHILD(a_terminal_that_was_left)
IN_CHILD(a_terminal_that_is_gone)
IN_CHILD(a_terminal_that_does_not_read)
IN_CHILD(an_echo)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_a_lot),
		cmocka_unit_test(test_a_full_stdout),
		cmocka_unit_test(test_end_of_stdin),
		cmocka_unit_test(test_no_stdin),
		cmocka_unit_test(test_end_of_stdout),
		cmocka_unit_test(test_end_of_the_master),
		cmocka_unit_test(test_what_was_written_last),
		cmocka_unit_test(test_last_words_to_a_slow_reader),
		cmocka_unit_test(test_last_words_that_nobody_reads),
		cmocka_unit_test(test_no_terminal),
		cmocka_unit_test(test_raw_mode),
		cmocka_unit_test(test_a_terminal_that_is_opened_again),
		cmocka_unit_test(test_a_terminal_that_was_left),
		cmocka_unit_test(test_a_terminal_that_is_gone),
		cmocka_unit_test(test_a_terminal_that_does_not_read),
		cmocka_unit_test(test_an_echo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
