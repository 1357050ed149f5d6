/* SPDX-License-Identifier: Apache-2.0 */
/* path.c - what container paths lead to: looked up, created, and while the tree
 * moves under the walk.  Every case works in "rootfs" below a directory of its
 * own; what appears beside it has escaped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/path.h"

#include <dirent.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <time.h>

#include "base/fd.h"
#include "tests/unit/scratch.h"

static struct root root = { .fd = -1 };
static struct err e;

static int set_up(void **state)
{
	if (scratch_make(state) < 0 || mkdir("rootfs", 0755) < 0)
		return -1;
	alarm(60); /* nothing here may wait */
	e = (struct err){ 0 };
	root.fd = open("rootfs", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root.fd < 0 || fchdir(root.fd) < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	alarm(0);
	fd_drop(&root.fd);
	return scratch_drop(state);
}

/* The descriptor is of what the host sees at `path` (not followed). */
static bool is_at(int fd, const char *path)
{
	struct stat a, b;

	return fd >= 0 && fstat(fd, &a) == 0 && lstat(path, &b) == 0 && a.st_ino == b.st_ino &&
	       a.st_dev == b.st_dev;
}

/* Nothing stands beside the root. */
static void assert_inside(void)
{
	DIR *d = opendir("..");
	struct dirent *entry;

	assert_non_null(d);
	while ((entry = readdir(d)))
		assert_true(!strcmp(entry->d_name, "rootfs") || !strcmp(entry->d_name, ".") ||
			    !strcmp(entry->d_name, ".."));
	closedir(d);
}

/* link-N -> link-N-1 -> ... -> link-1 -> target */
static void make_chain(int n, const char *target)
{
	char from[32], to[32];

	for (int i = 1; i <= n; i++) {
		snprintf(from, sizeof(from), "link-%d", i);
		snprintf(to, sizeof(to), "link-%d", i - 1);
		assert_int_equal(symlink(i == 1 ? target : to, from), 0);
	}
}

/* --- looking up --------------------------------------------------------------------- */

static void make_tree(void)
{
	mkdir("d", 0755);
	mkdir("d/sub", 0755);
	scratch_write("d/f", "text");
	assert_int_equal(symlink("/d", "abs") | symlink("d", "rel"), 0);
	assert_int_equal(symlink("../../../../../d", "up") | symlink("/", "top"), 0);
	assert_int_equal(symlink("../..", "d/sub/out") | symlink("f", "d/to-f"), 0);
	assert_int_equal(symlink("two", "one") | symlink("one", "two"), 0);
	assert_int_equal(symlink("/no/where", "dangling") | mkfifo("fifo", 0666), 0);
}

static void lookups(void **state)
{
	static const struct {
		const char *path;
		unsigned int flags;
		int error;
		const char *at;
	} rows[] = {
		{ "/", 0, 0, "." },
		{ ".", 0, 0, "." },
		{ "..", 0, 0, "." },
		{ "/..", PATH_STRICT, 0, "." },
		{ "/d/f", 0, 0, "d/f" },
		{ "d/f", 0, 0, "d/f" },
		{ "//d///f", PATH_STRICT, 0, "d/f" },
		{ "/d/./sub/../f", PATH_STRICT, 0, "d/f" },
		{ "/../../../d/f", 0, 0, "d/f" },
		{ "/d/", 0, 0, "d" },
		{ "/abs", 0, 0, "d" },
		{ "/abs/f", 0, 0, "d/f" },
		{ "/rel/f", 0, 0, "d/f" },
		{ "/up/f", 0, 0, "d/f" },
		{ "/top/d/f", 0, 0, "d/f" },
		{ "/top/../../d/f", 0, 0, "d/f" },
		{ "/d/sub/out", 0, 0, "." },
		{ "/d/sub/out/../../d/f", 0, 0, "d/f" },
		{ "/rel/to-f", 0, 0, "d/f" },
		{ "/abs", PATH_NOFOLLOW, 0, "abs" },
		{ "/abs/", PATH_NOFOLLOW, 0, "d" },
		{ "/abs/f", PATH_NOFOLLOW, 0, "d/f" },
		{ "/abs/to-f", PATH_NOFOLLOW, 0, "d/to-f" },
		{ "/one", PATH_NOFOLLOW, 0, "one" },
		{ "/dangling", PATH_NOFOLLOW, 0, "dangling" },
		{ "/fifo", 0, 0, "fifo" }, /* and does not wait for a writer */
		{ "/abs", PATH_STRICT, ELOOP, NULL },
		{ "/abs/f", PATH_STRICT, ELOOP, NULL },
		{ "/abs/none", PATH_STRICT, ELOOP, NULL },
		{ "/rel/to-f", PATH_STRICT | PATH_NOFOLLOW, ELOOP, NULL },
		{ "/one", 0, ELOOP, NULL },
		{ "/one/x", 0, ELOOP, NULL },
		{ "", 0, ENOENT, NULL },
		{ "/none", 0, ENOENT, NULL },
		{ "/none/..", 0, ENOENT, NULL },
		{ "/dangling", 0, ENOENT, NULL },
		{ "/d/f/x", 0, ENOTDIR, NULL },
		{ "/d/f/", 0, ENOTDIR, NULL },
		{ "/d/f/..", 0, ENOTDIR, NULL },
		{ "/fifo/x", 0, ENOTDIR, NULL },
	};

	(void)state;
	make_tree();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fd_auto quiet = path_try(&root, rows[i].path, rows[i].flags);
		fd_auto fd = path_lookup(&root, rows[i].path, rows[i].flags, &e);

		if (rows[i].error ? fd != -rows[i].error || quiet != fd || e.code != rows[i].error
				  : !is_at(fd, rows[i].at) || !is_at(quiet, rows[i].at))
			fail_msg("\"%s\" %u: %d", rows[i].path, rows[i].flags, fd);
	}
}

static void what_a_lookup_gives(void **state)
{
	fd_auto fd = -1;
	char c;

	(void)state;
	make_tree();
	fd = path_lookup(&root, "/d/f", 0, &e);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(fd, F_GETFL) & O_PATH);
	assert_int_equal(read(fd, &c, 1), -1);
	assert_int_equal(path_lookup(&root, "/none/x", 0, &e), -ENOENT);
	assert_string_equal(e.msg, "open \"/none/x\" in the rootfs: no such file or directory");
	assert_int_equal(path_lookup(&root, "/abs/f", PATH_STRICT, &e), -ELOOP);
	assert_string_equal(e.msg, "\"/abs/f\" must not lead through a symlink");
	assert_int_equal(path_lookup(&root, "/one", 0, NULL), -ELOOP);
}

/* 40 links are followed, as everywhere in the kernel. */
static void chains_of_links(void **state)
{
	fd_auto fd = -1;

	(void)state;
	mkdir("d", 0755);
	make_chain(41, "/d");
	fd = path_try(&root, "/link-40", 0);
	assert_true(is_at(fd, "d"));
	assert_int_equal(path_try(&root, "/link-41", 0), -ELOOP);
	assert_int_equal(path_mkdirs(&root, "/link-41/x", 0755, 0, &e), -ELOOP);
}

/* A procfs as the root: what stands in it are not ordinary links. */
static void magic_links(void **state)
{
	static const char *const ways[] = { "/self/root",        "/self/root/etc", "/self/cwd",
					    "/self/exe",         "/self/fd/0",     "/self/ns/mnt",
					    "/thread-self/root", "/self/cwd/../x" };
	fd_auto proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd_auto good = -1;
	struct root r = { proc };

	(void)state;
	if (proc < 0)
		skip();
	good = path_try(&r, "/self/status", 0); /* "self" itself is an ordinary one */
	assert_true(good >= 0);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		assert_int_equal(path_try(&r, ways[i], 0), -ELOOP);
		assert_int_equal(path_mkdirs(&r, ways[i], 0755, 0, &e), -ELOOP);
		assert_int_equal(path_mkfile(&r, ways[i], 0, &e), -ELOOP);
		assert_int_equal(path_read(&r, ways[i], &e), -ELOOP);
	}
}

/* --- creating ------------------------------------------------------------------------ */

static void assert_dir(const char *path, mode_t mode)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(st.st_mode & 07777, mode);
}

static void directories(void **state)
{
	fd_auto a = -1, b = -1, c = -1, top = -1;

	(void)state;
	mkdir("here", 0700);
	a = path_mkdirs(&root, "/here/x/y", 0750, 0, &e);
	assert_true(is_at(a, "here/x/y"));
	assert_dir("here", 0700);
	assert_dir("here/x", 0750);
	assert_dir("here/x/y", 0750);
	assert_true(fcntl(a, F_GETFD) & FD_CLOEXEC);
	b = path_mkdirs(&root, "//one//../two/./three//", 0755, 0, &e);
	assert_true(is_at(b, "two/three"));
	c = path_mkdirs(&root, "/here/x/y", 0755, PATH_STRICT, &e);
	assert_true(is_at(c, "here/x/y"));
	assert_dir("here/x/y", 0750);
	top = path_mkdirs(&root, "/", 0755, 0, &e);
	assert_true(is_at(top, "."));
	assert_int_equal(path_mkdirs(&root, "", 0755, 0, &e), -ENOENT);
	assert_string_equal(e.msg, "make directory \"\" in the rootfs: no such file or directory");
}

static void files(void **state)
{
	fd_auto a = -1, b = -1, pipe = -1;
	struct stat st;

	(void)state;
	a = path_mkfile(&root, "/x/y/file", 0, &e);
	assert_true(is_at(a, "x/y/file"));
	assert_dir("x", 0755);
	assert_dir("x/y", 0755);
	assert_int_equal(lstat("x/y/file", &st), 0);
	assert_true(S_ISREG(st.st_mode) && (st.st_mode & 07777) == 0644 && st.st_size == 0);
	scratch_write("x/text", "stays");
	b = path_mkfile(&root, "/x/text", PATH_STRICT, &e);
	assert_true(is_at(b, "x/text") && fstat(b, &st) == 0 && st.st_size == 5);
	assert_int_equal(mkfifo("x/fifo", 0666), 0);
	pipe = path_mkfile(&root, "/x/fifo", 0, &e);
	assert_true(is_at(pipe, "x/fifo"));
	assert_int_equal(path_mkfile(&root, "/x/text/y", 0, &e), -ENOTDIR);
	assert_string_equal(e.msg, "make file \"/x/text/y\" in the rootfs: not a directory");
	assert_int_equal(path_mkdirs(&root, "/x/text/y/z", 0755, 0, &e), -ENOTDIR);
}

/* CVE-2019-18837: what a dangling link names is made inside. */
static void dangling_links(void **state)
{
	static const struct {
		const char *link, *target, *path, *at;
	} rows[] = {
		{ "a", "/new/thing", "/a", "new/thing" },
		{ "b", "../../../../up", "/b", "up" },
		{ "c", "rel/ative", "/c/deeper/still", "rel/ative/deeper/still" },
		{ "d", "/tail///", "/d", "tail" },
		{ "e", "missing/../beside", "/e", "beside" },
		{ "f", "a2/./b2", "/f/g", "a2/b2/g" },
		{ "dir/sub", "../other", "/dir/sub/x", "other/x" },
		{ "g", "/dir/sub2", "/g/x", "dir/sub2/x" },
		{ "h", "i/rest", "/h", "i/rest" },
		{ "i2", "../../i3", "/i2", "i3" },
	};

	(void)state;
	mkdir("dir", 0755);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(symlink(rows[i].target, rows[i].link), 0);
		for (int again = 0; again < 2; again++) {
			fd_auto fd = path_mkdirs(&root, rows[i].path, 0755, 0, &e);

			if (!is_at(fd, rows[i].at))
				fail_msg("\"%s\" -> \"%s\": %d, %s", rows[i].link, rows[i].target,
					 fd, e.msg);
		}
	}
	assert_inside();
}

/* The same with a path of the host, for a file and for a directory. */
static void links_to_the_host(void **state)
{
	char target[PATH_MAX], inside[PATH_MAX];
	fd_auto file = -1, dir = -1;

	(void)state;
	snprintf(target, sizeof(target), "/../../../../../..%s/canary", scratch);
	snprintf(inside, sizeof(inside), "%s/canary", scratch + 1);
	assert_int_equal(symlink(target, "file") | symlink(scratch, "dir"), 0);
	file = path_mkfile(&root, "/file", 0, &e);
	assert_true(is_at(file, inside));
	dir = path_mkdirs(&root, "/dir/sub", 0755, 0, &e);
	snprintf(inside, sizeof(inside), "%s/sub", scratch + 1);
	assert_true(is_at(dir, inside));
	assert_inside();
}

static void links_that_are_refused(void **state)
{
	fd_auto self = -1, below = -1;

	(void)state;
	mkdir("d", 0755);
	assert_int_equal(symlink("/new", "l") | symlink("/d", "good"), 0);
	assert_int_equal(symlink("two", "one") | symlink("one", "two"), 0);
	assert_int_equal(path_mkdirs(&root, "/l", 0755, PATH_STRICT, &e), -ELOOP);
	assert_string_equal(e.msg, "\"/l\" must not lead through a symlink");
	assert_int_equal(path_mkdirs(&root, "/l/x", 0755, PATH_STRICT, &e), -ELOOP);
	assert_int_equal(path_mkdirs(&root, "/good/x", 0755, PATH_STRICT, &e), -ELOOP);
	assert_int_equal(path_mkfile(&root, "/good/x", PATH_STRICT, &e), -ELOOP);
	assert_string_equal(e.msg, "\"/good/x\" must not lead through a symlink");
	assert_int_equal(path_mkfile(&root, "/one", 0, &e), -ELOOP);
	assert_int_equal(access("new", F_OK) | access("d/x", F_OK), -1);
	/* the last one is not followed, those before it are */
	self = path_mkfile(&root, "/l", PATH_NOFOLLOW, &e);
	assert_true(is_at(self, "l"));
	assert_int_equal(access("new", F_OK), -1);
	below = path_mkfile(&root, "/l/x", PATH_NOFOLLOW, &e);
	assert_true(is_at(below, "new/x"));
}

static void chains_of_dangling_links(void **state)
{
	fd_auto fd = -1;

	(void)state;
	make_chain(41, "/made");
	assert_int_equal(path_mkdirs(&root, "/link-41", 0755, 0, &e), -ELOOP);
	assert_int_equal(access("made", F_OK), -1);
	fd = path_mkdirs(&root, "/link-40", 0755, 0, &e);
	assert_true(is_at(fd, "made"));
}

/* --- lengths -------------------------------------------------------------------------- */

static void names_of_any_length(void **state)
{
	char path[NAME_MAX + 8];
	fd_auto dir = -1, file = -1;

	(void)state;
	memset(path, 'n', sizeof(path));
	path[0] = '/';
	path[NAME_MAX + 1] = '\0';
	dir = path_mkdirs(&root, path, 0755, 0, &e);
	assert_true(is_at(dir, path + 1));
	path[1] = 'f';
	file = path_mkfile(&root, path, 0, &e);
	assert_true(is_at(file, path + 1));
	path[1] = 'x';
	path[NAME_MAX + 1] = 'n';
	path[NAME_MAX + 2] = '\0';
	assert_int_equal(path_try(&root, path, 0), -ENAMETOOLONG);
	assert_int_equal(path_mkdirs(&root, path, 0755, 0, &e), -ENAMETOOLONG);
	assert_int_equal(path_mkfile(&root, path, 0, &e), -ENAMETOOLONG);
}

/* "/./././x", n bytes long. */
static void long_path(char *path, size_t n)
{
	for (size_t i = 0; i < n; i++)
		path[i] = i % 2 ? '.' : '/';
	path[n - 1] = 'x';
	if (n % 2)
		path[n - 2] = '/';
	path[n] = '\0';
}

static void paths_of_any_length(void **state)
{
	char path[PATH_MAX + 2], name[256];
	fd_auto fd = -1, dir = -1;

	(void)state;
	long_path(path, PATH_MAX - 1);
	assert_int_equal(path_try(&root, path, 0), -ENOENT);
	fd = path_mkdirs(&root, path, 0755, 0, &e);
	assert_true(is_at(fd, "x"));
	dir = path_parent(&root, path, name, &e);
	assert_true(is_at(dir, ".") && !strcmp(name, "x"));
	for (size_t n = PATH_MAX; n <= PATH_MAX + 1; n++) {
		long_path(path, n);
		assert_int_equal(path_try(&root, path, 0), -ENAMETOOLONG);
		assert_int_equal(path_mkdirs(&root, path, 0755, 0, &e), -ENAMETOOLONG);
		assert_int_equal(path_mkfile(&root, path, 0, &e), -ENAMETOOLONG);
		assert_int_equal(path_read(&root, path, &e), -ENAMETOOLONG);
	}
	assert_int_equal(e.code, ENAMETOOLONG);
}

/* Short enough each, too long together. */
static void a_link_that_makes_the_path_too_long(void **state)
{
	char target[3001], path[1200] = "/l";

	(void)state;
	for (size_t i = 0; i < sizeof(target) - 1; i++)
		target[i] = i % 100 ? 't' : '/';
	target[sizeof(target) - 1] = '\0';
	for (size_t i = 2; i < sizeof(path) - 1; i++)
		path[i] = i % 100 == 2 ? '/' : 'p';
	assert_int_equal(symlink(target, "l"), 0);
	assert_int_equal(path_mkdirs(&root, path, 0755, 0, &e), -ENAMETOOLONG);
	assert_inside();
}

/* --- the other verbs --------------------------------------------------------------------- */

static void parents(void **state)
{
	static const char *const bad[] = { "", "/", "/x/", ".", "..", "/x/..", "/x/.", "x/.." };
	char name[256], longest[NAME_MAX + 3] = "/";
	fd_auto a = -1, b = -1, c = -1;

	(void)state;
	a = path_parent(&root, "/x/y/node", name, &e);
	assert_true(is_at(a, "x/y"));
	assert_string_equal(name, "node");
	assert_dir("x/y", 0755);
	assert_int_equal(access("x/y/node", F_OK), -1);
	b = path_parent(&root, "node", name, &e);
	assert_true(is_at(b, "."));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(path_parent(&root, bad[i], name, &e), -EINVAL);
	assert_string_equal(e.msg, "\"x/..\" is no path of a file");
	memset(longest + 1, 'n', NAME_MAX);
	c = path_parent(&root, longest, name, &e);
	assert_true(is_at(c, ".") && strlen(name) == NAME_MAX);
	longest[NAME_MAX + 1] = 'n';
	assert_int_equal(path_parent(&root, longest, name, &e), -EINVAL);
	scratch_write("f", "");
	assert_int_equal(path_symlink(&root, "/f/x", "y", true, &e), -ENOTDIR);
}

static void assert_link(const char *path, const char *target)
{
	char buf[256];
	ssize_t n = readlink(path, buf, sizeof(buf) - 1);

	assert_true(n > 0);
	buf[n] = '\0';
	assert_string_equal(buf, target);
}

static void symlinks(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(path_symlink(&root, "/dev/fd", "/proc/self/fd", false, &e), 0);
	assert_link("dev/fd", "/proc/self/fd");
	assert_dir("dev", 0755);
	assert_int_equal(path_symlink(&root, "/dev/fd", "/proc/self/fd", false, &e), 0);
	/* something else is left alone, or replaced */
	scratch_write("dev/file", "text");
	assert_int_equal(symlink("pts/ptmx2", "dev/ptmx"), 0);
	assert_int_equal(path_symlink(&root, "/dev/file", "x", false, &e), 0);
	assert_true(lstat("dev/file", &st) == 0 && st.st_size == 4);
	assert_int_equal(path_symlink(&root, "/dev/file", "x", true, &e), 0);
	assert_link("dev/file", "x");
	assert_int_equal(path_symlink(&root, "/dev/ptmx", "pts/ptmx", false, &e), 0);
	assert_link("dev/ptmx", "pts/ptmx2");
	assert_int_equal(path_symlink(&root, "/dev/ptmx", "pts/ptmx", true, &e), 0);
	assert_link("dev/ptmx", "pts/ptmx");
	/* but never a directory */
	assert_int_equal(mkdir("dev/dir", 0755), 0);
	assert_int_equal(path_symlink(&root, "/dev/dir", "x", false, &e), 0);
	assert_int_equal(path_symlink(&root, "/dev/dir", "x", true, &e), -EISDIR);
	assert_string_equal(e.msg, "replace \"/dev/dir\" by a symlink: is a directory");
}

/* The link is made where the image says that /dev is. */
static void symlinks_in_a_moved_directory(void **state)
{
	(void)state;
	assert_int_equal(symlink("../../../elsewhere", "dev"), 0);
	assert_int_equal(path_symlink(&root, "/dev/fd", "/proc/self/fd", true, &e), 0);
	assert_link("elsewhere/fd", "/proc/self/fd");
	assert_inside();
}

static void reading(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = "socket" };
	fd_auto fd = -1, sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char buf[8];

	(void)state;
	make_tree();
	fd = path_read(&root, "/rel/to-f", &e);
	assert_true(is_at(fd, "d/f"));
	assert_int_equal(read(fd, buf, sizeof(buf)), 4);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(bind(sock, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(path_read(&root, "/fifo", &e), -EINVAL);
	assert_string_equal(e.msg, "\"/fifo\" is not a regular file");
	assert_int_equal(path_read(&root, "/socket", &e), -EINVAL);
	assert_int_equal(path_read(&root, "/d", &e), -EINVAL);
	assert_int_equal(path_read(&root, "/none", &e), -ENOENT);
	assert_int_equal(path_read(&root, "/dangling", &e), -ENOENT);
	assert_int_equal(path_read(&root, "/one", &e), -ELOOP);
	if (geteuid() == 0 && mknod("tty", S_IFCHR | 0666, makedev(5, 0)) == 0)
		assert_int_equal(path_read(&root, "/tty", &e), -EINVAL);
}

/* --- while it moves ------------------------------------------------------------------------ */

static atomic_bool stop;

/* A directory and a link out of the root change places, and so do two levels. */
static void *rename_storm(void *arg)
{
	int fd = root.fd;

	(void)arg;
	while (!stop) {
		renameat2(fd, "x", fd, "way-out", RENAME_EXCHANGE);
		renameat2(fd, "a/b", fd, "c", RENAME_EXCHANGE);
	}
	return NULL;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* An answer that is allowed, and of an object inside. */
static bool is_sane(int fd, const char *inside)
{
	char link[32], path[PATH_MAX];
	ssize_t n;

	if (fd < 0)
		return fd == -EAGAIN || fd == -ENOENT || fd == -ENOTDIR || fd == -ELOOP;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path));
	return n > 0 && (size_t)n >= strlen(inside) && !memcmp(path, inside, strlen(inside));
}

static void a_storm_of_renames(void **state)
{
	static const char *const paths[] = { "/x/y/f", "/a/b/../../x/y", "/way-out/../c/b/../.." };
	char inside[128];
	pthread_t storm;
	double begin = now(), longest = 0, before;
	unsigned answers = 0, opened = 0;

	(void)state;
	snprintf(inside, sizeof(inside), "%s/rootfs", scratch);
	assert_int_equal(mkdir("x", 0755) | mkdir("x/y", 0755) | mkdir("a", 0755), 0);
	assert_int_equal(mkdir("a/b", 0755) | mkdir("c", 0755), 0);
	assert_int_equal(symlink("../../../../../../tmp", "way-out"), 0);
	stop = false;
	assert_int_equal(pthread_create(&storm, NULL, rename_storm, NULL), 0);
	do {
		for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) * 2; i++) {
			const char *path = paths[i / 2];
			fd_auto fd = -1;

			before = now();
			fd = i % 2 ? path_mkdirs(&root, path, 0755, 0, &e)
				   : path_try(&root, path, 0);
			if (now() - before > longest)
				longest = now() - before;
			if (!is_sane(fd, inside)) {
				stop = true;
				pthread_join(storm, NULL);
				fail_msg("\"%s\": %d, %s", path, fd, e.msg);
			}
			answers++;
			opened += fd >= 0;
		}
	} while (now() - begin < 1);
	stop = true;
	pthread_join(storm, NULL);
	print_message("# %u answers, %u opened, the longest took %.0f ms\n", answers, opened,
		      longest * 1e3);
	assert_true(opened > 0 && longest < 5);
	assert_inside();
}

/* Two containers that begin on one rootfs both make its mount points. */
static void *make_the_same(void *arg)
{
	atomic_int *turn = arg;

	for (int i = 0; i < 1000; i++) {
		char path[32];
		fd_auto fd = -1;

		atomic_fetch_add(turn, 1);
		while (*turn < 2 * (i + 1))
			sched_yield();
		snprintf(path, sizeof(path), i % 2 ? "/d%d/sub/x" : "/f%d/sub/x", i);
		fd = i % 2 ? path_mkdirs(&root, path, 0755, 0, NULL)
			   : path_mkfile(&root, path, 0, NULL);
		if (fd < 0) {
			atomic_fetch_add(turn, 1 << 20); /* lets the other one go on */
			return (void *)(intptr_t)fd;
		}
	}
	return NULL;
}

static void two_that_make_the_same(void **state)
{
	atomic_int turn = 0;
	pthread_t other;
	void *mine, *theirs;

	(void)state;
	assert_int_equal(pthread_create(&other, NULL, make_the_same, &turn), 0);
	mine = make_the_same(&turn);
	pthread_join(other, &theirs);
	assert_ptr_equal(mine, NULL);
	assert_ptr_equal(theirs, NULL);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(lookups),
		CASE(what_a_lookup_gives),
		CASE(chains_of_links),
		CASE(magic_links),
		CASE(directories),
		CASE(files),
		CASE(dangling_links),
		CASE(links_to_the_host),
		CASE(links_that_are_refused),
		CASE(chains_of_dangling_links),
		CASE(names_of_any_length),
		CASE(paths_of_any_length),
		CASE(a_link_that_makes_the_path_too_long),
		CASE(parents),
		CASE(symlinks),
		CASE(symlinks_in_a_moved_directory),
		CASE(reading),
		CASE(a_storm_of_renames),
		CASE(two_that_make_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
