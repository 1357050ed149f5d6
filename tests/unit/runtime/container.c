/* SPDX-License-Identifier: Apache-2.0 */
/* container.c - who a recorded process is, what state it is in, and its end.  The
 * containers are records written here, about processes that only wait.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "runtime/container.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/sys.h"
#include "libocispec/desc.h"
#include "libocispec/state.h"
#include "tests/unit/scratch.h"

static struct arena arena;
static struct err e;
static struct container c;
static struct state_record rec;
static char root[80];
static struct runtime rt = { .arena = &arena, .root = root };
static pid_t child;
static int dir_fd = -1, listener = -1;

/* A process that waits, under a name that pretends to be more fields. */
static pid_t start_child(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "a) S 1 2 (b 3");
		for (;;)
			pause();
	}
	return pid;
}

static char *copy(const char *s)
{
	return arena_strdup(&arena, s);
}

static int set_up(void **state)
{
	e = (struct err){ 0 };
	if (scratch_make(state) < 0 || arena_init(&arena, 64 << 20, &e) < 0)
		return -1;
	snprintf(root, sizeof(root), "%s/state", scratch);
	c = (struct container){ .dir_fd = -1, .pidfd = -1, .gate_fd = -1 };
	dir_fd = state_make_dir(root, "web1", &e);
	child = start_child();
	rec = (struct state_record){ .oci_version = copy("1.3.0"),
				     .id = copy("web1"),
				     .bundle = scratch,
				     .created = copy("now"),
				     .pid = { true, child } };
	alarm(60);
	return dir_fd < 0 || child < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	alarm(0);
	container_close(&c);
	fd_drop(&dir_fd);
	fd_drop(&listener);
	if (child > 0) {
		kill(child, SIGKILL);
		(void)waitpid(child, NULL, 0);
	}
	arena_drop(&arena);
	return scratch_drop(state);
}

static int open_again(void)
{
	container_close(&c);
	e = (struct err){ 0 };
	return container_open(&rt, "web1", &arena, &c, &e);
}

/* Write the record, open it as the next command would, and ask for the status. */
static enum status status_of(const struct state_record *r)
{
	assert_int_equal(state_write(dir_fd, r, &arena, &e), 0);
	assert_int_equal(open_again(), 0);
	return container_status(&c);
}

/* As create does it. */
static struct state_record identified(void)
{
	struct container own = { .rec = rec, .dir_fd = dir_fd, .pidfd = sys_pidfd_open(child) };

	assert_true(own.pidfd >= 0);
	assert_int_equal(container_identify(&own, &arena, &e), 0);
	fd_drop(&own.pidfd);
	return own.rec;
}

/* --- identity ------------------------------------------------------------------------ */

static bool has_pidfs(void)
{
	fd_auto fd = sys_pidfd_open(child);
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == 0x50494446;
}

static void identify(void **state)
{
	struct state_record r = identified();
	struct statfs fs;

	(void)state;
	assert_true(r.pidfs_inode.set == has_pidfs() && r.start_time.set == !has_pidfs());
	assert_int_equal(fstatfs(dir_fd, &fs), 0);
	assert_true((r.boot_id == NULL) == (fs.f_type == 0x01021994));
	assert_int_equal(status_of(&r), STATUS_RUNNING);
	assert_true(c.pidfd >= 0 && fcntl(c.pidfd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(sys_pidfd_send_signal(c.pidfd, 0), 0);
}

static void another_process_under_the_pid(void **state)
{
	struct state_record r = identified();

	(void)state;
	if (!has_pidfs())
		skip();
	r.pidfs_inode.v++;
	assert_int_equal(status_of(&r), STATUS_STOPPED);
	assert_int_equal(c.pidfd, -1);
	/* the right inode, but somebody else's pid */
	r.pidfs_inode.v--;
	r.pid.v = getpid();
	assert_int_equal(status_of(&r), STATUS_STOPPED);
}

/* Field 22 of the stat file, read in another way than container.c does. */
static uint64_t start_time_of(pid_t pid)
{
	char path[64], buf[1024];
	unsigned long long ticks;
	const char *at;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	at = strrchr(scratch_read(path, buf, sizeof(buf)), ')');
	assert_non_null(at);
	assert_int_equal(sscanf(at,
				") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d "
				"%*d %*d %*d %*d %llu",
				&ticks),
			 1);
	return ticks;
}

/* Before Linux 6.9. */
static void identity_by_start_time(void **state)
{
	(void)state;
	rec.start_time = (struct opt_u64){ true, start_time_of(child) };
	assert_int_equal(status_of(&rec), STATUS_RUNNING);
	rec.start_time.v++;
	assert_int_equal(status_of(&rec), STATUS_STOPPED);
	rec.start_time = (struct opt_u64){ false, 0 };
	assert_int_equal(status_of(&rec), STATUS_STOPPED); /* nothing proves it */
}

static void another_boot(void **state)
{
	struct state_record r = identified();
	char now[64];

	(void)state;
	scratch_read("/proc/sys/kernel/random/boot_id", now, sizeof(now));
	now[36] = '\0';
	r.boot_id = now;
	assert_int_equal(status_of(&r), STATUS_RUNNING);
	now[0] = now[0] == '0' ? '1' : '0';
	assert_int_equal(status_of(&r), STATUS_STOPPED);
	now[8] = '\0';
	assert_int_equal(status_of(&r), STATUS_STOPPED);
}

static void pids_that_are_none(void **state)
{
	static const int64_t pids[] = { 0, -1, INT64_MIN, 1LL << 31, 1LL << 32, INT64_MAX };
	struct state_record r = identified();

	(void)state;
	for (size_t i = 0; i < sizeof(pids) / sizeof(pids[0]); i++) {
		r.pid.v = pids[i];
		assert_int_equal(status_of(&r), STATUS_STOPPED);
	}
	r.pid.v = child + (1LL << 32);
	assert_int_equal(status_of(&r), STATUS_STOPPED);
	r.pid.set = false;
	assert_int_equal(status_of(&r), STATUS_STOPPED);
}

static void zombies_have_stopped(void **state)
{
	struct state_record r = identified();
	siginfo_t info;

	(void)state;
	assert_int_equal(status_of(&r), STATUS_RUNNING);
	kill(child, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(status_of(&r), STATUS_STOPPED);
	assert_int_equal(waitpid(child, NULL, 0), child);
	child = -1;
	assert_int_equal(status_of(&r), STATUS_STOPPED);
}

/* --- status -------------------------------------------------------------------------- */

static void listen_at_the_gate(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = "state/web1/start" };

	assert_int_equal(chdir(scratch), 0);
	listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(listener, 1), 0);
}

static void the_gate_tells(void **state)
{
	struct state_record r = identified();
	fd_auto peer = -1;

	(void)state;
	assert_int_equal(status_of(&r), STATUS_RUNNING);
	assert_int_equal(gate_connect(), -ENOENT); /* in the container's directory now */
	listen_at_the_gate();
	assert_int_equal(status_of(&r), STATUS_CREATED);
	assert_true(c.gate_fd >= 0 && fcntl(c.gate_fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(container_status(&c), STATUS_CREATED); /* on the same connection */
	peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(peer >= 0);
	/* its program runs: nobody listens, though the name may still be there */
	fd_drop(&listener);
	assert_int_equal(status_of(&r), STATUS_RUNNING);
	assert_int_equal(gate_connect(), -ECONNREFUSED);
	/* an end beats the gate */
	(void)unlink("start");
	listen_at_the_gate();
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	child = -1;
	assert_int_equal(status_of(&r), STATUS_STOPPED);
}

static void still_being_created(void **state)
{
	struct state_record r = identified();

	(void)state;
	r.creating = true;
	assert_int_equal(status_of(&r), STATUS_CREATING);
	listen_at_the_gate();
	assert_int_equal(status_of(&r), STATUS_CREATING);
	r.pid.set = false;
	assert_int_equal(status_of(&r), STATUS_CREATING);
	r.pid = (struct opt_i64){ true, child };
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	child = -1;
	assert_int_equal(status_of(&r), STATUS_STOPPED);
}

static void names_of_status(void **state)
{
	(void)state;
	assert_string_equal(status_name(STATUS_CREATING), "creating");
	assert_string_equal(status_name(STATUS_CREATED), "created");
	assert_string_equal(status_name(STATUS_RUNNING), "running");
	assert_string_equal(status_name(STATUS_STOPPED), "stopped");
}

static void paused(void **state)
{
	(void)state;
	c.rec = rec;
	assert_false(container_is_paused(&c)); /* no cgroup */
	c.rec.cgroup_mount = scratch;
	c.rec.cgroup_path = copy("/none");
	assert_false(container_is_paused(&c));
	c.rec.cgroup_path = copy("/cg");
	assert_int_equal(mkdir("cg", 0755), 0);
	scratch_write("cg/cgroup.events", "populated 1\nfrozen 0\n");
	assert_false(container_is_paused(&c));
	scratch_write("cg/cgroup.events", "populated 1\nfrozen 1\n");
	assert_true(container_is_paused(&c));
}

/* --- opening ------------------------------------------------------------------------- */

static void opening(void **state)
{
	(void)state;
	assert_int_equal(container_open(&rt, "a/b", &arena, &c, &e), -EINVAL);
	assert_int_equal(c.dir_fd, -1);
	assert_int_equal(container_open(&rt, "none", &arena, &c, &e), -ENOENT);
	assert_string_equal(e.msg, "container \"none\" does not exist");
	assert_true(c.dir_fd < 0 && c.pidfd == -1 && c.gate_fd == -1);
	assert_int_equal(open_again(), -ENODATA);
	assert_string_equal(e.msg, "container \"web1\" has no state");
	assert_true(c.dir_fd >= 0 && c.pidfd == -1);
	scratch_write("state/web1/state.json", "{");
	assert_int_equal(open_again(), -ENODATA);
	assert_non_null(strstr(e.msg, "state.json"));
	assert_true(c.dir_fd >= 0 && c.pidfd == -1);
}

static void loading_again(void **state)
{
	struct state_record r = identified(), early = rec;

	(void)state;
	early.creating = true;
	early.pid.set = false;
	assert_int_equal(status_of(&early), STATUS_CREATING);
	assert_int_equal(state_write(dir_fd, &r, &arena, &e), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(container_load(&c, "web1", &arena, &e), 0);
		assert_int_equal(container_status(&c), STATUS_RUNNING);
	}
	assert_int_equal(unlinkat(dir_fd, "state.json", 0), 0);
	assert_int_equal(container_load(&c, "web1", &arena, &e), -ENODATA);
}

/* --- hooks --------------------------------------------------------------------------- */

/* The text that hooks get, with nothing in it that could be taken for a key. */
static void state_for_hooks(void **state)
{
	static const pid_t pids[] = { 0, 1, 4194304, INT32_MAX };
	struct str_pair pairs[] = { { copy("\"pid\":0"), copy("\"status\":\"@\"") },
				    { copy("x"), copy("\xc3\xa4\n\"") } };
	struct hook_state s;

	(void)state;
	rec.bundle = copy("/b/\"pid\":,\"status\":\"@\"");
	rec.oci_version = copy("1.3.0\"pid\":0");
	rec.annotations = (struct str_map){ pairs, 2 };
	container_hook_state(&rec, &arena, &s);
	for (size_t i = 0; i < sizeof(pids) / sizeof(pids[0]); i++) {
		size_t len = hook_state_text(&s, "creating", pids[i]);
		struct oci_text text = { "state", s.buf, len };
		struct problem list[4];
		struct problems p = { .at = list, .cap = 4, .all = true };
		struct oci_state out;

		assert_int_equal(len, strlen(s.buf));
		assert_int_equal(oci_decode(&oci_state_type, &text, &arena, &out, &p), 0);
		assert_int_equal(p.n, 0);
		assert_string_equal(out.id, "web1");
		assert_string_equal(out.status, "creating");
		assert_string_equal(out.bundle, rec.bundle);
		assert_string_equal(out.oci_version, rec.oci_version);
		assert_int_equal(out.pid.v, pids[i]);
		assert_string_equal(out.annotations.at[0].key, pairs[0].key);
		assert_string_equal(out.annotations.at[1].value, pairs[1].value);
	}
}

static void recorded_hooks(void **state)
{
	char *args[] = { copy("name"), copy("") }, *env[] = { copy("A=1") };
	struct oci_hook list[] = {
		{ .path = copy("/bare") },
		{ .path = copy("/full"),
		  .args = { args, 2 },
		  .env = { env, 1 },
		  .timeout = { true, 7 } },
	};
	struct plan_hooks h = container_hooks(&(struct oci_hook_list){ list, 2 }, &arena);

	(void)state;
	assert_int_equal(h.n, 2);
	assert_string_equal(h.at[0].path, "/bare");
	assert_string_equal(h.at[0].args[0], "/bare");
	assert_ptr_equal(h.at[0].args[1], NULL);
	assert_ptr_equal(h.at[0].env[0], NULL);
	assert_int_equal(h.at[0].timeout, 0);
	assert_string_equal(h.at[1].args[0], "name");
	assert_string_equal(h.at[1].args[1], "");
	assert_ptr_equal(h.at[1].args[2], NULL);
	assert_string_equal(h.at[1].env[0], "A=1");
	assert_int_equal(h.at[1].timeout, 7);
	assert_int_equal(container_hooks(&(struct oci_hook_list){ 0 }, &arena).n, 0);
}

/* --- the end ------------------------------------------------------------------------- */

static void destroying(void **state)
{
	struct state_record r = identified();
	siginfo_t info;

	(void)state;
	assert_int_equal(status_of(&r), STATUS_RUNNING);
	assert_int_equal(container_destroy(&c, &arena, &e), 0);
	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT), 0);
	assert_true(info.si_pid == child && info.si_status == SIGKILL);
	assert_int_equal(faccessat(AT_FDCWD, root, F_OK, 0), 0);
	assert_int_equal(open_again(), -ENOENT);
}

/* The hook sees a stopped container without a pid; that it fails is a warning. */
static void poststop_hooks(void **state)
{
	char *first[] = { copy("sh"), copy("-c"),
			  arena_fmt(&arena, "cat >%s/out; exit 3", scratch) };
	char *second[] = { copy("sh"), copy("-c"), arena_fmt(&arena, "echo >%s/second", scratch) };
	struct oci_hook hooks[2] = { { .path = copy("/bin/sh"), .args = { first, 3 } },
				     { .path = copy("/bin/sh"), .args = { second, 3 } } };
	struct state_record r = identified();
	struct log_options log = { .path = "log", .level = LOG_WARNING };
	char buf[1024];

	(void)state;
	assert_int_equal(log_open(&log, &e), 0);
	r.poststop = (struct oci_hook_list){ hooks, 2 };
	assert_int_equal(status_of(&r), STATUS_RUNNING);
	assert_int_equal(container_destroy(&c, &arena, &e), 0);
	assert_int_equal(chdir(scratch), 0);
	scratch_read("out", buf, sizeof(buf));
	assert_non_null(strstr(buf, "\"status\":\"stopped\""));
	assert_non_null(strstr(buf, "\"pid\":0"));
	assert_string_equal(scratch_read("second", buf, sizeof(buf)), "\n");
	scratch_read("log", buf, sizeof(buf));
	assert_non_null(strstr(buf, "poststop"));
	assert_int_equal(open_again(), -ENOENT);
}

/* A process that is not the recorded one is not killed. */
static void destroying_after_the_end(void **state)
{
	struct state_record r = rec;

	(void)state;
	r.start_time = (struct opt_u64){ true, 1 };
	assert_int_equal(status_of(&r), STATUS_STOPPED);
	assert_int_equal(container_destroy(&c, &arena, &e), 0);
	assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
	assert_int_equal(open_again(), -ENOENT);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(identify),
		CASE(another_process_under_the_pid),
		CASE(identity_by_start_time),
		CASE(another_boot),
		CASE(pids_that_are_none),
		CASE(zombies_have_stopped),
		CASE(the_gate_tells),
		CASE(still_being_created),
		CASE(names_of_status),
		CASE(paused),
		CASE(opening),
		CASE(loading_again),
		CASE(state_for_hooks),
		CASE(recorded_hooks),
		CASE(destroying),
		CASE(poststop_hooks),
		CASE(destroying_after_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
