/* SPDX-License-Identifier: Apache-2.0 */
/* copyup.c - a tree and its copy, node by node. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/copyup.h"

#include <limits.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "base/fd.h"
#include "tests/unit/linux/child.h"

static struct err e;

static bool begin(void)
{
	umask(0);
	e = (struct err){ 0 };
	return mount("none", "/tmp", "tmpfs", 0, NULL) == 0 && chdir("/tmp") == 0 &&
	       mkdir("from", 0755) == 0 && mkdir("to", 0755) == 0 &&
	       mount("none", "to", "tmpfs", 0, NULL) == 0;
}

/* As mount.c calls it: O_PATH is enough. */
static int copy(void)
{
	fd_auto from = open("from", O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd_auto to = open("to", O_PATH | O_DIRECTORY | O_CLOEXEC);

	e = (struct err){ 0 };
	return copyup_tree(from, to, &e);
}

static bool put(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool done = write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	return close(fd) == 0 && done && chmod(path, mode) == 0;
}

/* Type, mode, owner, times, size and number are the same below from and to. */
static bool is_copied(const char *name)
{
	char from[64], to[64];
	struct stat a, b;

	snprintf(from, sizeof(from), "from/%s", name);
	snprintf(to, sizeof(to), "to/%s", name);
	return lstat(from, &a) == 0 && lstat(to, &b) == 0 && a.st_mode == b.st_mode &&
	       a.st_uid == b.st_uid && a.st_gid == b.st_gid && a.st_rdev == b.st_rdev &&
	       (S_ISDIR(a.st_mode) || a.st_size == b.st_size) &&
	       a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec &&
	       a.st_ino != 0 && (a.st_ino != b.st_ino || a.st_dev != b.st_dev);
}

static const char *const nodes[] = { "file",   "setuid",  "empty", "private", "sticky",
				     "closed", "link",	  "fifo",  "socket",  "null",
				     "block",  "hard-1", "hard-2", "closed/inside" };

static bool make_nodes(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = "from/socket" };
	fd_auto sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return put("from/file", "text", 0644) && put("from/setuid", "x", 06755) &&
	       put("from/empty", "", 0644) && put("from/private", "x", 0) &&
	       mkdir("from/sticky", 01777) == 0 && mkdir("from/closed", 0700) == 0 &&
	       put("from/closed/inside", "deep", 0600) && chmod("from/closed", 0) == 0 &&
	       symlink("/no/where", "from/link") == 0 && mkfifo("from/fifo", 0622) == 0 &&
	       bind(sock, (struct sockaddr *)&at, sizeof(at)) == 0 &&
	       mknod("from/null", S_IFCHR | 0666, makedev(1, 3)) == 0 &&
	       mknod("from/block", S_IFBLK | 0600, makedev(7, 300)) == 0 &&
	       put("from/hard-1", "one", 0644) && link("from/hard-1", "from/hard-2") == 0;
}

/* Owner and times differ for each; the setting of one clears set-id bits. */
static bool mark_nodes(void)
{
	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		const struct timespec times[2] = { { 1000 + (time_t)i, 5 },
						   { 2000 + (time_t)i, 123456789 } };
		char path[64];
		struct stat st;

		snprintf(path, sizeof(path), "from/%s", nodes[i]);
		if (lstat(path, &st) < 0 || lchown(path, 100 + (uid_t)i, 200 + (gid_t)i) < 0 ||
		    (!S_ISLNK(st.st_mode) && chmod(path, st.st_mode & 07777) < 0) ||
		    utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) < 0)
			return false;
	}
	return true;
}

static int all_kinds(void)
{
	char buf[64];
	struct stat st;
	ssize_t n;

	CHECK(begin() && make_nodes() && mark_nodes());
	CHECK(copy() == 0 && e.code == 0);
	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
		if (!is_copied(nodes[i])) {
			fprintf(stderr, "# %s\n", nodes[i]);
			return CHILD_FAILED;
		}
	CHECK(read_text("to/file", buf, sizeof(buf)) && !strcmp(buf, "text"));
	CHECK(read_text("to/closed/inside", buf, sizeof(buf)) && !strcmp(buf, "deep"));
	n = readlink("to/link", buf, sizeof(buf));
	CHECK(n == 9 && !memcmp(buf, "/no/where", 9));
	CHECK(stat("to/setuid", &st) == 0 && (st.st_mode & 07777) == 06755);
	return CHILD_OK;
}

static int big_and_many(void)
{
	static char page[65536];
	char path[300];
	struct stat st;
	int fd;

	CHECK(begin());
	fd = open("from/big", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	memset(page, 'b', sizeof(page));
	for (int i = 0; i < 50; i++)
		CHECK(write(fd, page, sizeof(page)) == (ssize_t)sizeof(page));
	CHECK(write(fd, "end", 3) == 3 && close(fd) == 0);
	/* more entries than one getdents gives, and the longest name */
	for (int i = 0; i < 500; i++) {
		snprintf(path, sizeof(path), "from/entry-%d", i);
		CHECK(put(path, "x", 0644));
	}
	memset(path + 5, 'n', NAME_MAX);
	path[5 + NAME_MAX] = '\0';
	CHECK(put(path, "x", 0644) && copy() == 0);
	CHECK(stat("to/big", &st) == 0 && st.st_size == 50 * (off_t)sizeof(page) + 3);
	fd = open("to/big", O_RDONLY | O_CLOEXEC);
	CHECK(pread(fd, page, 4, 50 * (off_t)sizeof(page) - 1) == 4 && !memcmp(page, "bend", 4));
	for (int i = 0; i < 500; i++) {
		snprintf(path, sizeof(path), "to/entry-%d", i);
		CHECK(access(path, F_OK) == 0);
	}
	return CHILD_OK;
}

/* Its place, not its content. */
static int mounts_below(void)
{
	CHECK(begin() && mkdir("from/sub", 0755) == 0 && mkdir("from/sub/mnt", 0755) == 0);
	CHECK(mount("none", "from/sub/mnt", "tmpfs", 0, "mode=1770,uid=9") == 0);
	CHECK(mkdir("from/sub/mnt/inside", 0755) == 0 && put("from/sub/after", "x", 0644));
	CHECK(copy() == 0 && is_copied("sub/mnt") && is_copied("sub/after"));
	CHECK(access("to/sub/mnt/inside", F_OK) < 0);
	return CHILD_OK;
}

static bool nest(int depth)
{
	for (int i = 0; i < depth; i++)
		if (mkdir("d", 0755) < 0 || chdir("d") < 0)
			return false;
	return chdir("/tmp") == 0;
}

static int how_deep(void)
{
	CHECK(begin() && chdir("from") == 0 && nest(64) && copy() == 0 && chdir("to") == 0);
	for (int i = 0; i < 64; i++)
		CHECK(chdir("d") == 0);
	CHECK(access("d", F_OK) < 0 && chdir("/tmp") == 0);
	CHECK(mkdir("from/other", 0755) == 0 && chdir("from/other") == 0 && nest(64));
	CHECK(umount2("to", MNT_DETACH) == 0 && copy() == -ELOOP);
	CHECK(!strcmp(e.msg, "copy \"d\" up: too many levels of symbolic links"));
	return CHILD_OK;
}

static int nothing_is_followed(void)
{
	CHECK(begin() && mkdir("other", 0755) == 0 && put("other/secret", "x", 0644));
	CHECK(symlink("../other", "from/dir") == 0 && symlink("../other/secret", "from/f") == 0);
	CHECK(copy() == 0 && is_copied("dir") && is_copied("f"));
	/* what stands in the way is not written through */
	CHECK(unlink("to/f") == 0 && unlink("from/f") == 0 && unlink("to/dir") == 0);
	CHECK(unlink("from/dir") == 0 && put("from/f", "new", 0644));
	CHECK(symlink("../other/secret", "to/f") == 0 && copy() == -EEXIST);
	CHECK(!strcmp(e.msg, "copy \"f\" up: file exists"));
	return CHILD_OK;
}

static int ends(void)
{
	fd_auto file = -1, dir = -1;

	CHECK(begin() && copy() == 0); /* nothing at all */
	CHECK(put("file", "x", 0644));
	file = open("file", O_PATH | O_CLOEXEC);
	dir = open("to", O_PATH | O_CLOEXEC);
	CHECK(copyup_tree(file, dir, &e) == -ENOTDIR);
	CHECK(!strcmp(e.msg, "open for tmpcopyup: not a directory"));
	CHECK(copyup_tree(dir, file, &e) == -ENOTDIR && copyup_tree(-1, dir, NULL) == -EBADF);
	/* the tmpfs is full */
	CHECK(umount2("to", MNT_DETACH) == 0);
	CHECK(mount("none", "to", "tmpfs", 0, "size=4096,nr_inodes=3") == 0);
	CHECK(put("from/a", "a", 0644) && put("from/b", "b", 0644) && put("from/c", "c", 0644));
	CHECK(copy() == -ENOSPC);
	CHECK_MSG(&e, "no space left on device");
	return CHILD_OK;
}

IN_CHILD(all_kinds)
IN_CHILD(big_and_many)
IN_CHILD(mounts_below)
IN_CHILD(how_deep)
IN_CHILD(nothing_is_followed)
IN_CHILD(ends)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_kinds),           cmocka_unit_test(test_big_and_many),
		cmocka_unit_test(test_mounts_below),        cmocka_unit_test(test_how_deep),
		cmocka_unit_test(test_nothing_is_followed), cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
