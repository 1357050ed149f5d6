/* SPDX-License-Identifier: Apache-2.0 */
/* state.c - ids, directories and their owners, and the record: written, read
 * back, broken, too large.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "runtime/state.h"

#include <sys/wait.h>

#include "base/fd.h"
#include "tests/unit/scratch.h"

static struct arena arena;
static struct err e;
static char root[80]; /* "state" below the scratch directory */

static int set_up(void **state)
{
	e = (struct err){ 0 };
	if (scratch_make(state) < 0 || arena_init(&arena, 64 << 20, &e) < 0)
		return -1;
	snprintf(root, sizeof(root), "%s/state", scratch);
	alarm(60);
	return 0;
}

static int tear_down(void **state)
{
	alarm(0);
	arena_drop(&arena);
	return scratch_drop(state);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) < 0 ? 0 : st.st_mode;
}

/* --- ids ------------------------------------------------------------------------------ */

static void good_ids(void **state)
{
	static const char *const ids[] = { "a",   "web1",    "A-Z_0+9.x", "-",    "_", "+",
					   "...", ".hidden", "-rf",       "a..b", "0", "..a" };
	char longest[STATE_ID_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_int_equal(state_check_id(ids[i], &e), 0);
	memset(longest, 'n', STATE_ID_MAX);
	longest[STATE_ID_MAX] = '\0';
	assert_int_equal(state_check_id(longest, &e), 0);
	for (int c = 1; c < 256; c++) {
		const char id[] = { 'x', (char)c, 'x', '\0' };
		bool good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			    (c >= 'a' && c <= 'z') || strchr("_+.-", c);

		assert_int_equal(state_check_id(id, &e), good ? 0 : -EINVAL);
	}
}

static void bad_ids(void **state)
{
	static const char *const ids[] = { ".",    "..",   "/",    "a/b",      "../x", "x/..",
					   "a b",  "a\n",  "a\tb", "\xc3\xa4", "a:b",  "a*",
					   "\x7f", "a\\b", "a%s",  "@a",       "a=b",  "~" };
	char long_one[STATE_ID_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_int_equal(state_check_id(ids[i], &e), -EINVAL);
	assert_int_equal(state_check_id("a/b", &e), -EINVAL);
	assert_string_equal(e.msg, "invalid container ID format: \"a/b\"");
	assert_int_equal(state_check_id("", &e), -EINVAL);
	assert_string_equal(e.msg, "invalid container ID format: empty");
	memset(long_one, 'n', sizeof(long_one) - 1);
	long_one[sizeof(long_one) - 1] = '\0';
	assert_int_equal(state_check_id(long_one, &e), -ENAMETOOLONG);
	assert_non_null(strstr(e.msg, "file name too long"));
}

/* --- paths ----------------------------------------------------------------------------- */

static void paths(void **state)
{
	char path[HOST_PATH_MAX], longest[HOST_PATH_MAX];

	(void)state;
	assert_int_equal(state_path("/r", "web1", NULL, path, &e), 0);
	assert_string_equal(path, "/r/web1");
	assert_int_equal(state_path("/r", "web1", "notify", path, &e), 0);
	assert_string_equal(path, "/r/web1/notify");
	memset(longest, 'n', sizeof(longest));
	longest[0] = '/';
	longest[sizeof(longest) - 3] = '\0';
	assert_int_equal(state_path(longest, "i", NULL, path, &e), 0);
	assert_int_equal(strlen(path), HOST_PATH_MAX - 1);
	assert_int_equal(state_path(longest, "id", NULL, path, &e), -ENAMETOOLONG);
	assert_string_equal(e.msg, "path of \"id\": file name too long");
	longest[sizeof(longest) - 3] = 'n';
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(state_open_root(longest, &e), -ENAMETOOLONG);
}

/* Where containers are when nobody says so. */
static void default_roots(void **state)
{
	char path[HOST_PATH_MAX];
	pid_t pid;
	int status;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(state_path(NULL, "x", NULL, path, &e), 0);
	assert_string_equal(path, "/run/ocirun/x");
	pid = fork();
	if (pid == 0) {
		int bad = 0;

		if (setuid(12345) < 0)
			_exit(99);
		setenv("XDG_RUNTIME_DIR", "/run/user/12345", 1);
		bad += state_path(NULL, "x", NULL, path, &e) != 0 ||
		       strcmp(path, "/run/user/12345/ocirun/x") != 0;
		setenv("XDG_RUNTIME_DIR", "relative", 1);
		bad += state_path(NULL, "x", NULL, path, &e) != -EINVAL;
		unsetenv("XDG_RUNTIME_DIR");
		bad += state_path(NULL, "x", NULL, path, &e) != -EINVAL;
		bad += !strstr(e.msg, "XDG_RUNTIME_DIR is not set: give --root");
		bad += state_path("/given", "x", NULL, path, &e) != 0;
		_exit(bad);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* --- directories ------------------------------------------------------------------------- */

static void a_new_container(void **state)
{
	char deep[128];
	fd_auto a = -1, b = -1, c = -1, top = -1;

	(void)state;
	assert_int_equal(state_open_root(root, &e), -ENOENT);
	assert_int_equal(e.code, 0);
	snprintf(deep, sizeof(deep), "%s/x/y", root);
	a = state_make_dir(deep, "web1", &e);
	assert_true(a >= 0 && fcntl(a, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(mode_of("state"), S_IFDIR | 0755);
	assert_int_equal(mode_of("state/x/y"), S_IFDIR | 0711);
	assert_int_equal(mode_of("state/x/y/web1"), S_IFDIR | 0700);
	assert_int_equal(state_make_dir(deep, "web1", &e), -EEXIST);
	assert_string_equal(e.msg, "container with given ID already exists: \"web1\"");
	b = state_make_dir(deep, "web2", &e);
	c = state_open_dir(deep, "web1", &e);
	top = state_open_root(deep, &e);
	assert_true(b >= 0 && c >= 0 && top >= 0 && fcntl(top, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(faccessat(top, "web2", F_OK, 0), 0);
}

static void directories_that_are_not(void **state)
{
	(void)state;
	assert_int_equal(state_open_dir(root, "web1", &e), -ENOENT);
	assert_string_equal(e.msg, "container \"web1\" does not exist");
	assert_int_equal(mkdir("state", 0711), 0);
	assert_int_equal(state_open_dir(root, "web1", &e), -ENOENT);
	scratch_write("state/file", "");
	assert_int_equal(mkdir("else", 0700) | symlink("../else", "state/link"), 0);
	assert_int_equal(state_open_dir(root, "file", &e), -ENOTDIR);
	assert_int_equal(state_open_dir(root, "link", &e), -ENOTDIR);
	assert_int_equal(state_make_dir(root, "link", &e), -EEXIST);
	assert_int_equal(state_remove_dir(root, "link", &e), -ENOTDIR);
	assert_int_equal(mode_of("else"), S_IFDIR | 0700);
	assert_int_equal(state_remove_dir(root, "file", &e), -ENOTDIR);
	assert_int_equal(mode_of("state/file"), S_IFREG | 0644);
	/* a root that is a file */
	strcat(root, "/file");
	assert_int_equal(state_open_root(root, &e), -ENOTDIR);
	assert_non_null(strstr(e.msg, "open root directory \""));
	assert_int_equal(state_make_dir(root, "x", &e), -ENOTDIR);
}

static void other_owners(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(mkdir("state", 0777) | mkdir("state/mine", 0700), 0);
	assert_int_equal(mkdir("state/theirs", 0700) | chown("state/theirs", 12345, 0), 0);
	assert_int_equal(state_open_dir(root, "theirs", &e), -EPERM);
	assert_non_null(strstr(e.msg, "/state/theirs\" belongs to another user"));
	assert_int_equal(chown("state", 12345, 0), 0);
	assert_int_equal(state_open_root(root, &e), -EPERM);
	assert_non_null(strstr(e.msg, "/state\" belongs to another user"));
	assert_int_equal(state_make_dir(root, "new", &e), -EPERM);
	assert_int_equal(access("state/new", F_OK), -1);
}

static void removing(void **state)
{
	fd_auto dir = -1;

	(void)state;
	assert_int_equal(state_remove_dir(root, "web1", &e), 0); /* no root */
	dir = state_make_dir(root, "web1", &e);
	assert_int_equal(state_remove_dir(root, "web2", &e), 0); /* no container */
	assert_int_equal(state_remove_dir(root, "web1", &e), 0);
	assert_int_equal(access("state/web1", F_OK), -1);
	/* all that a killed one may leave */
	fd_drop(&dir);
	dir = state_make_dir(root, "web1", &e);
	scratch_write("state/web1/state.json", "{}");
	scratch_write("state/web1/state.new", "{");
	scratch_write("state/web1/start", "");
	assert_int_equal(mkdir("state/web1/notify", 0755), 0);
	scratch_write("state/web1/notify/notify.sock", "");
	scratch_write("state/web1/notify/.x", "");
	assert_int_equal(symlink("/etc", "state/web1/notify/link"), 0);
	assert_int_equal(state_remove_dir(root, "web1", &e), 0);
	assert_int_equal(access("state/web1", F_OK), -1);
	/* what ocirun never makes stays, and is told */
	assert_int_equal(mkdir("state/web2", 0700) | mkdir("state/web2/data", 0700), 0);
	scratch_write("state/web2/data/file", "");
	assert_int_equal(state_remove_dir(root, "web2", &e), -ENOTEMPTY);
	assert_non_null(strstr(e.msg, "directory not empty"));
	assert_int_equal(access("state/web2/data/file", F_OK), 0);
}

/* A link in place of "notify" leads nowhere. */
static void removing_a_link(void **state)
{
	(void)state;
	assert_int_equal(mkdir("else", 0755) | mkdir("state", 0711) | mkdir("state/x", 0700), 0);
	scratch_write("else/file", "");
	assert_int_equal(symlink("../../else", "state/x/notify"), 0);
	assert_int_equal(state_remove_dir(root, "x", &e), 0);
	assert_int_equal(access("else/file", F_OK), 0);
}

/* --- the lock ------------------------------------------------------------------------------- */

static void locks(void **state)
{
	fd_auto a = -1, b = -1;

	(void)state;
	a = state_make_dir(root, "web1", &e);
	b = state_open_dir(root, "web1", &e);
	assert_int_equal(state_lock(a, false, &e), 0);
	assert_int_equal(state_lock(a, false, &e), 0);
	assert_int_equal(state_lock(b, false, &e), -EBUSY);
	assert_string_equal(e.msg, "the container is being created or deleted");
	state_unlock(a);
	assert_int_equal(state_lock(b, true, &e), 0);
	assert_int_equal(state_lock(a, false, &e), -EBUSY);
	fd_drop(&b); /* as when its holder is killed */
	assert_int_equal(state_lock(a, true, &e), 0);
	assert_int_equal(state_lock(-1, false, &e), -EBADF);
}

/* It is waited for. */
static void a_lock_that_is_released(void **state)
{
	fd_auto dir = state_make_dir(root, "web1", &e);
	int ready[2], status;
	pid_t pid;
	char c;

	(void)state;
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		int own = state_open_dir(root, "web1", &e);

		if (state_lock(own, false, &e) < 0 || write(ready[1], "r", 1) != 1)
			_exit(1);
		usleep(50000);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(state_lock(dir, false, &e), -EBUSY);
	assert_int_equal(state_lock(dir, true, &e), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(ready[0]);
	close(ready[1]);
}

/* --- the record ------------------------------------------------------------------------------ */

static char *copy(const char *s)
{
	return arena_strdup(&arena, s);
}

static struct state_record minimal(void)
{
	return (struct state_record){ .oci_version = copy("1.3.0"),
				      .id = copy("web1"),
				      .bundle = copy("/b"),
				      .created = copy("2026-01-02T03:04:05Z") };
}

/* Every member has a value of its own; strings of any bytes that JSON can hold. */
static struct state_record full(void)
{
	struct state_record r = minimal();
	char *args[] = { copy("a"), copy(""), copy("c \" \\ \n \x01 \x7f \xc3\xa4") };
	struct oci_hook *hooks = arena_array(&arena, struct oci_hook, 2);
	struct str_pair *pairs = arena_array(&arena, struct str_pair, 2);

	hooks[0] = (struct oci_hook){ .path = copy("/h"), .timeout = { true, 9 } };
	hooks[0].args.at = arena_array(&arena, char *, 3);
	memcpy(hooks[0].args.at, args, sizeof(args));
	hooks[0].args.n = 3;
	hooks[0].env = hooks[0].args;
	hooks[1] = (struct oci_hook){ .path = copy("/second") };
	pairs[0] = (struct str_pair){ copy("key"), copy("value") };
	pairs[1] = (struct str_pair){ copy(""), copy("\"pid\":1") };
	r.rootfs = copy("/b/rootfs");
	r.creating = r.own_pidns = true;
	r.pid = (struct opt_i64){ true, 4194304 };
	r.pidfs_inode = (struct opt_u64){ true, UINT64_MAX };
	r.start_time = (struct opt_u64){ true, 0 };
	r.boot_id = copy("6a1c2f0e-0000-4000-8000-000000000000");
	r.owner = (struct opt_u32){ true, UINT32_MAX };
	r.cgroup_driver = copy("cgroupfs");
	r.cgroup_mount = copy("/sys/fs/cgroup");
	r.cgroup_path = copy("/ctr/web1");
	r.poststart = (struct oci_hook_list){ hooks, 2 };
	r.poststop = (struct oci_hook_list){ hooks + 1, 1 };
	r.annotations = (struct str_map){ pairs, 2 };
	return r;
}

static void round_trip(void **state)
{
	fd_auto dir = state_make_dir(root, "web1", &e);
	struct state_record in = full(), out;
	char first[4096], second[4096];

	(void)state;
	assert_int_equal(state_write(dir, &in, &arena, &e), 0);
	assert_int_equal(mode_of("state/web1/state.json"), S_IFREG | 0600);
	assert_int_equal(access("state/web1/state.new", F_OK), -1);
	assert_int_equal(state_read(dir, &arena, &out, &e), 0);
	assert_string_equal(out.rootfs, "/b/rootfs");
	assert_true(out.creating && out.own_pidns);
	assert_true(out.pid.set && out.pid.v == 4194304);
	assert_true(out.pidfs_inode.set && out.pidfs_inode.v == UINT64_MAX);
	assert_true(out.start_time.set && out.start_time.v == 0);
	assert_true(out.owner.set && out.owner.v == UINT32_MAX);
	assert_string_equal(out.boot_id, in.boot_id);
	assert_string_equal(out.cgroup_driver, "cgroupfs");
	assert_string_equal(out.cgroup_path, "/ctr/web1");
	assert_int_equal(out.poststart.n, 2);
	assert_string_equal(out.poststart.at[0].args.at[2], in.poststart.at[0].args.at[2]);
	assert_true(out.poststart.at[0].timeout.set && out.poststart.at[0].timeout.v == 9);
	assert_string_equal(out.poststop.at[0].path, "/second");
	assert_string_equal(out.annotations.at[1].value, "\"pid\":1");
	/* and written again it is the same, member by member */
	scratch_read("state/web1/state.json", first, sizeof(first));
	assert_int_equal(state_write(dir, &out, &arena, &e), 0);
	assert_string_equal(scratch_read("state/web1/state.json", second, sizeof(second)), first);
}

static void a_minimal_record(void **state)
{
	fd_auto dir = state_make_dir(root, "web1", &e);
	struct state_record in = minimal(), out;

	(void)state;
	scratch_write("state/web1/state.new", "torn, and longer than the record that follows");
	assert_int_equal(state_write(dir, &in, &arena, &e), 0);
	assert_int_equal(state_read(dir, &arena, &out, &e), 0);
	assert_string_equal(out.id, "web1");
	assert_true(!out.pid.set && !out.pidfs_inode.set && !out.start_time.set && !out.owner.set);
	assert_true(!out.creating && !out.rootfs && !out.boot_id && !out.cgroup_driver);
	assert_true(out.poststop.n == 0 && out.annotations.n == 0);
}

/* Replaced whole: who has the old one open reads the old one. */
static void replaced(void **state)
{
	fd_auto dir = state_make_dir(root, "web1", &e);
	struct state_record r = minimal(), out;
	fd_auto old = -1;
	struct stat a, b;

	(void)state;
	assert_int_equal(state_write(dir, &r, &arena, &e), 0);
	old = open("state/web1/state.json", O_RDONLY | O_CLOEXEC);
	r.pid = (struct opt_i64){ true, 7 };
	assert_int_equal(state_write(dir, &r, &arena, &e), 0);
	assert_int_equal(fstat(old, &a) | stat("state/web1/state.json", &b), 0);
	assert_true(a.st_ino != b.st_ino && a.st_nlink == 0);
	assert_int_equal(state_read(dir, &arena, &out, &e), 0);
	assert_int_equal(out.pid.v, 7);
}

static void broken_records(void **state)
{
	static const char good[] = "\"ociVersion\":\"1\",\"id\":\"i\",\"bundle\":\"/\",\"created\""
				   ":\"c\"";
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "", "state.json" },
		{ "{", "state.json" },
		{ "null", "state.json" },
		{ "[]", "state.json" },
		{ "{}", "ociVersion" },
		{ "{\"ociVersion\":\"1\",\"id\":\"i\",\"bundle\":\"/\"}", "created" },
		{ "{@,\"pid\":\"1\"}", "state.json" },
		{ "{@,\"pid\":99999999999999999999}", "state.json" },
		{ "{@,\"pidfsInode\":-1}", "state.json" },
		{ "{@,\"owner\":4294967296}", "state.json" },
		{ "{@,\"pid\":1,\"pid\":2}", "state.json" },
		{ "{@,\"poststop\":[{}]}", "path" },
		{ "{@,\"rootfs\":\"a\\u0000b\"}", "state.json" },
		{ "{@}x", "state.json" },
		{ "{@,\"rootfs\":\"\xff\"}", "state.json" },
	};
	fd_auto dir = state_make_dir(root, "web1", &e);
	struct state_record out;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *at = strchr(rows[i].text, '@');
		char text[512];

		snprintf(text, sizeof(text), "%.*s%s%s",
			 at ? (int)(at - rows[i].text) : (int)sizeof(text), rows[i].text,
			 at ? good : "", at ? at + 1 : "");
		scratch_write("state/web1/state.json", text);
		e = (struct err){ 0 };
		if (state_read(dir, &arena, &out, &e) != -EINVAL || !strstr(e.msg, rows[i].says))
			fail_msg("%s: %s", text, e.msg);
	}
}

/* What a later version wrote is read as far as we know it. */
static void a_record_of_tomorrow(void **state)
{
	fd_auto dir = state_make_dir(root, "web1", &e);
	struct state_record out;

	(void)state;
	scratch_write("state/web1/state.json",
		      " {\"tomorrow\":{\"x\":[1]},\"ociVersion\":\"9\",\"id\":\"i\","
		      "\"bundle\":\"/\",\"created\":\"c\"}\n");
	assert_int_equal(state_read(dir, &arena, &out, &e), 0);
	assert_string_equal(out.oci_version, "9");
}

static void no_record(void **state)
{
	fd_auto dir = state_make_dir(root, "web1", &e);
	struct state_record r;

	(void)state;
	assert_int_equal(state_read(dir, &arena, &r, &e), -ENOENT);
	assert_int_equal(e.code, 0);
	assert_int_equal(mkdir("state/web1/state.json", 0700), 0);
	assert_int_equal(state_read(dir, &arena, &r, &e), -EISDIR);
	r = minimal();
	assert_int_equal(state_write(dir, &r, &arena, &e), -EISDIR);
	assert_string_equal(e.msg, "write the state of \"web1\": is a directory");
	assert_int_equal(rmdir("state/web1/state.json"), 0);
	scratch_write("else", "{}");
	assert_int_equal(symlink("../../else", "state/web1/state.json"), 0);
	assert_int_equal(state_read(dir, &arena, &r, &e), -ELOOP);
	assert_int_equal(unlink("state/web1/state.json"), 0);
	/* nobody writes to it: an empty document, at once */
	assert_int_equal(mkfifo("state/web1/state.json", 0600), 0);
	assert_int_equal(state_read(dir, &arena, &r, &e), -EINVAL);
}

/* What could not be read again is not written: nobody could delete it. */
static void records_that_are_too_large(void **state)
{
	fd_auto dir = state_make_dir(root, "web1", &e);
	struct state_record r = minimal(), out;
	char *value = arena_alloc(&arena, STATE_FILE_MAX + 1);
	struct str_pair pair = { copy("k"), value };

	(void)state;
	r.annotations = (struct str_map){ &pair, 1 };
	memset(value, 'x', STATE_FILE_MAX - 200);
	assert_int_equal(state_write(dir, &r, &arena, &e), 0);
	assert_int_equal(state_read(dir, &arena, &out, &e), 0);
	assert_int_equal(strlen(out.annotations.at[0].value), STATE_FILE_MAX - 200);
	memset(value, 'y', STATE_FILE_MAX - 200);
	assert_int_equal(state_write(dir, &r, &arena, &e), 0);
	memset(value, 'z', STATE_FILE_MAX);
	assert_int_equal(state_write(dir, &r, &arena, &e), -EFBIG);
	assert_int_equal(state_read(dir, &arena, &out, &e), 0);
	assert_int_equal(out.annotations.at[0].value[0], 'y');
	assert_int_equal(truncate("state/web1/state.json", STATE_FILE_MAX + 1), 0);
	assert_int_equal(state_read(dir, &arena, &out, &e), -EFBIG);
	assert_string_equal(e.msg, "read state.json: file too large");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(good_ids),
		CASE(bad_ids),
		CASE(paths),
		CASE(default_roots),
		CASE(a_new_container),
		CASE(directories_that_are_not),
		CASE(other_owners),
		CASE(removing),
		CASE(removing_a_link),
		CASE(locks),
		CASE(a_lock_that_is_released),
		CASE(round_trip),
		CASE(a_minimal_record),
		CASE(replaced),
		CASE(broken_records),
		CASE(a_record_of_tomorrow),
		CASE(no_record),
		CASE(records_that_are_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
