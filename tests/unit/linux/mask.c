/* SPDX-License-Identifier: Apache-2.0 */
/* mask.c - what is hidden, what is read-only, and what they are made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/mask.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include "base/fd.h"
#include "tests/unit/linux/child.h"

static struct root root = { .fd = -1 };
static struct err e;

/* The root holds files f1 f2 ("secret") and directories d1 d2 with a file each. */
static bool begin(void)
{
	static const char *const files[] = { "f1", "f2", "d1/file", "d2/file" };

	umask(0);
	if (mount("none", "/tmp", "tmpfs", 0, NULL) < 0 || mkdir("/tmp/rootfs", 0755) < 0 ||
	    chdir("/tmp/rootfs") < 0 || mkdir("d1", 0777) < 0 || mkdir("d2", 0777) < 0)
		return false;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int fd = open(files[i], O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

		if (write(fd, "secret", 6) != 6 || close(fd) < 0)
			return false;
	}
	e = (struct err){ 0 };
	root.fd = open("/tmp/rootfs", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root.fd >= 0;
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MASK(...)                                                                          \
	mask_paths((const struct plan_path[]){ __VA_ARGS__ },                              \
		   COUNT(((const struct plan_path[]){ __VA_ARGS__ })), &root, &e)
#define READONLY(...)                                                                      \
	mask_readonly((const struct plan_path[]){ __VA_ARGS__ },                           \
		      COUNT(((const struct plan_path[]){ __VA_ARGS__ })), &root, &e)

static bool is_null(const char *path)
{
	struct stat st;
	char buf[8];

	return stat(path, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3) &&
	       read_text(path, buf, sizeof(buf)) && !*buf;
}

static bool is_empty(const char *path)
{
	struct statvfs v;
	DIR *d = opendir(path);
	int n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n == 2 && statvfs(path, &v) == 0 &&
	       (v.f_flag & (ST_RDONLY | ST_NOSUID | ST_NODEV | ST_NOEXEC)) ==
		       (ST_RDONLY | ST_NOSUID | ST_NODEV | ST_NOEXEC);
}

/* --- masks --------------------------------------------------------------------------- */

static int masks(void)
{
	CHECK(begin() && mkfifo("fifo", 0666) == 0 && symlink("/../d2", "to-d2") == 0);
	CHECK(mask_paths(NULL, 0, &root, &e) == 0);
	CHECK(MASK({ 0, "/f1" }, { 1, "/missing" }, { 2, "/d1" }, { 3, "/f1/below" }, { 4, "/f2" },
		   { 5, "/missing/x" }, { 6, "/to-d2" }, { 7, "/fifo" }, { 8, "/d1" }) == 0);
	CHECK(is_null("f1") && is_null("f2") && is_null("fifo"));
	CHECK(is_empty("d1") && is_empty("d2"));
	CHECK(open("f1", O_WRONLY | O_CLOEXEC) >= 0); /* as into any null device */
	CHECK(mkdir("d1/x", 0755) < 0 && errno == EROFS);
	CHECK(access("missing", F_OK) < 0);
	CHECK(umount2("f1", MNT_DETACH) == 0 && !is_null("f1"));
	return CHILD_OK;
}

static int many_masks(void)
{
	static struct plan_path paths[200];
	static char names[200][16];

	CHECK(begin());
	for (size_t i = 0; i < COUNT(paths); i++) {
		snprintf(names[i], sizeof(names[i]), "/m%zu", i);
		paths[i] = (struct plan_path){ (unsigned)i, names[i] };
		CHECK(i % 2 ? mkdir(names[i] + 1, 0755) == 0
			    : mknod(names[i] + 1, S_IFREG | 0644, 0) == 0);
	}
	CHECK(mask_paths(paths, COUNT(paths), &root, &e) == 0);
	for (size_t i = 0; i < COUNT(paths); i++)
		CHECK(i % 2 ? is_empty(names[i] + 1) : is_null(names[i] + 1));
	return CHILD_OK;
}

/* CVE-2025-31133: a mask that is made of something else hides nothing. */
static int impostors(void)
{
	CHECK(begin());
	CHECK(mknod("/tmp/file", S_IFREG | 0666, 0) == 0);
	CHECK(mount("/tmp/file", "/dev/null", NULL, MS_BIND, NULL) == 0);
	CHECK(MASK({ 0, "/d1" }, { 7, "/f1" }) == -EINVAL);
	CHECK(!strcmp(e.msg, "mask \"/f1\": the host's /dev/null is not the null device"));
	CHECK(!strcmp(e.where, "/linux/maskedPaths/7"));
	CHECK(!is_null("f1") && umount("/dev/null") == 0);
	CHECK(mount("/dev/zero", "/dev/null", NULL, MS_BIND, NULL) == 0);
	CHECK(MASK({ 0, "/f1" }) == -EINVAL && umount("/dev/null") == 0);
	/* the container's own is never asked */
	CHECK(mkdir("dev", 0755) == 0 && mknod("dev/null", S_IFREG | 0666, 0) == 0);
	CHECK(MASK({ 0, "/f1" }) == 0 && is_null("f1"));
	return CHILD_OK;
}

static int no_null_at_all(void)
{
	CHECK(begin() && mount("none", "/dev", "tmpfs", 0, NULL) == 0);
	CHECK(MASK({ 3, "/f1" }) == -ENOENT);
	CHECK(!strcmp(e.msg, "mask \"/f1\": clone the host's /dev/null: no such file or "
			     "directory"));
	CHECK(MASK({ 3, "/d1" }) == 0 && is_empty("d1"));
	return CHILD_OK;
}

static int that_cannot_be_found(void)
{
	CHECK(begin() && symlink("loop", "loop") == 0);
	CHECK(MASK({ 2, "/loop" }) == -ELOOP);
	CHECK(!strcmp(e.where, "/linux/maskedPaths/2"));
	CHECK_MSG(&e, "mask \"/loop\": open \"/loop\" in the rootfs");
	e = (struct err){ 0 };
	CHECK(READONLY({ 4, "/loop" }) == -ELOOP);
	CHECK(!strcmp(e.where, "/linux/readonlyPaths/4"));
	CHECK_MSG(&e, "make \"/loop\" read-only: open \"/loop\" in the rootfs");
	return CHILD_OK;
}

/* --- read-only paths ----------------------------------------------------------------- */

static int readonly(void)
{
	struct statvfs v;

	CHECK(begin() && mkdir("d1/sub", 0755) == 0);
	CHECK(mount("none", "d1/sub", "tmpfs", MS_NOEXEC, NULL) == 0);
	CHECK(mkdir("d1/sub/inner", 0755) == 0 && symlink("d2", "link") == 0);
	CHECK(READONLY({ 0, "/d1" }, { 1, "/missing" }, { 2, "/f1" }, { 3, "/f1/x" },
		       { 4, "/link" }) == 0);
	CHECK(mkdir("d1/x", 0755) < 0 && errno == EROFS);
	CHECK(access("d1/sub/inner", F_OK) == 0); /* what is mounted below is still there */
	CHECK(mkdir("d1/sub/x", 0755) < 0 && errno == EROFS);
	CHECK(open("f1", O_WRONLY | O_CLOEXEC) < 0 && errno == EROFS);
	CHECK(open("d2/file", O_WRONLY | O_CLOEXEC) < 0 && errno == EROFS);
	CHECK(open("f2", O_WRONLY | O_CLOEXEC) >= 0);
	CHECK(READONLY({ 0, "/d1" }) == 0); /* twice is fine */
	/* with the attributes that were there */
	CHECK(statvfs("d1/sub", &v) == 0 && v.f_flag & ST_NOEXEC && v.f_flag & ST_RDONLY);
	return CHILD_OK;
}

/* First read-only, then masked: nothing is written through either. */
static int both(void)
{
	CHECK(begin());
	CHECK(READONLY({ 0, "/d1" }) == 0 && MASK({ 0, "/d1/file" }, { 1, "/d1" }) == 0);
	CHECK(is_empty("d1"));
	return CHILD_OK;
}

IN_CHILD(masks)
IN_CHILD(many_masks)
IN_CHILD(impostors)
IN_CHILD(no_null_at_all)
IN_CHILD(that_cannot_be_found)
IN_CHILD(readonly)
IN_CHILD(both)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_many_masks),
		cmocka_unit_test(test_impostors),
		cmocka_unit_test(test_no_null_at_all),
		cmocka_unit_test(test_that_cannot_be_found),
		cmocka_unit_test(test_readonly),
		cmocka_unit_test(test_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
