/* SPDX-License-Identifier: Apache-2.0 */
/* device.c - nodes in our own /dev, in an image's, and where mknod is forbidden. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/device.h"

#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/fd.h"
#include "base/sys.h"
#include "tests/unit/linux/child.h"

static struct root root = { .fd = -1 };
static struct err e;
static int dev_fd = -1;

static const struct plan_device null_device = {
	.path = "/dev/null", .type = S_IFCHR, .major = 1, .minor = 3, .mode = 0666
};

/* /tmp/rootfs/dev is a directory of the image, /tmp/dev a tmpfs of ours. */
static bool begin(void)
{
	umask(0);
	if (mount("none", "/tmp", "tmpfs", 0, NULL) < 0 || chdir("/tmp") < 0 ||
	    mkdir("rootfs", 0755) < 0 || mkdir("dev", 0755) < 0 ||
	    mount("none", "dev", "tmpfs", 0, NULL) < 0)
		return false;
	e = (struct err){ 0 };
	root.fd = open("rootfs", O_PATH | O_DIRECTORY | O_CLOEXEC);
	dev_fd = open("dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root.fd >= 0 && dev_fd >= 0;
}

static bool is_node(const char *path, mode_t mode, dev_t number)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_mode == mode && st.st_rdev == number;
}

/* --- nodes ------------------------------------------------------------------------------- */

static int in_our_dev(void)
{
	static const struct plan_device owned = { .path = "/dev/disk",
						  .type = S_IFBLK,
						  .major = 7,
						  .minor = 300,
						  .mode = 0604,
						  .uid = 12,
						  .gid = 34 };
	static const struct plan_device deep = {
		.path = "/dev/net/tun", .type = S_IFCHR, .major = 10, .minor = 200, .mode = 0600
	};
	static const struct plan_device fifo = { .path = "/dev/initctl",
						 .type = S_IFIFO,
						 .mode = 0600 };
	static const struct plan_device parent = { .path = "/dev/..", .type = S_IFIFO };
	struct stat st;

	CHECK(begin());
	CHECK(device_make(&null_device, &root, dev_fd, &e) == 0);
	CHECK(is_node("dev/null", S_IFCHR | 0666, makedev(1, 3)));
	CHECK(access("rootfs/dev", F_OK) < 0); /* not even looked at */
	CHECK(device_make(&owned, &root, dev_fd, &e) == 0);
	CHECK(is_node("dev/disk", S_IFBLK | 0604, makedev(7, 300)));
	CHECK(stat("dev/disk", &st) == 0 && st.st_uid == 12 && st.st_gid == 34);
	CHECK(device_make(&fifo, &root, dev_fd, &e) == 0);
	CHECK(is_node("dev/initctl", S_IFIFO | 0600, 0));
	/* deeper ones are found by the path */
	CHECK(device_make(&deep, &root, dev_fd, &e) == 0);
	CHECK(is_node("rootfs/dev/net/tun", S_IFCHR | 0600, makedev(10, 200)));
	CHECK(device_make(&parent, &root, dev_fd, &e) == -EINVAL);
	return CHILD_OK;
}

static int in_an_image(void)
{
	static const struct plan_device moved = {
		.path = "/etc/../dev/zero", .type = S_IFCHR, .major = 1, .minor = 5, .mode = 0666
	};

	CHECK(begin());
	CHECK(symlink("/../../real", "rootfs/dev") == 0);
	CHECK(device_make(&null_device, &root, -1, &e) == 0);
	CHECK(is_node("rootfs/real/null", S_IFCHR | 0666, makedev(1, 3)));
	CHECK(access("real", F_OK) < 0 && access("/real", F_OK) < 0);
	CHECK(mkdir("rootfs/etc", 0755) == 0 && device_make(&moved, &root, -1, &e) == 0);
	CHECK(is_node("rootfs/real/zero", S_IFCHR | 0666, makedev(1, 5)));
	return CHILD_OK;
}

static int what_stands_there(void)
{
	CHECK(begin());
	for (int equal = 0; equal < 2; equal++) /* an equal one is fine, with any mode */
		CHECK(device_make(&null_device, &root, dev_fd, &e) == 0 &&
		      chmod("dev/null", 0600) == 0);
	CHECK(is_node("dev/null", S_IFCHR | 0600, makedev(1, 3)) && unlink("dev/null") == 0);
	CHECK(mknod("dev/null", S_IFCHR | 0666, makedev(1, 5)) == 0);
	CHECK(device_make(&null_device, &root, dev_fd, &e) == -EEXIST);
	CHECK(!strcmp(e.msg, "make device \"/dev/null\": something else is there"));
	CHECK(unlink("dev/null") == 0 && mknod("dev/null", S_IFBLK | 0666, makedev(1, 3)) == 0);
	CHECK(device_make(&null_device, &root, dev_fd, &e) == -EEXIST);
	CHECK(unlink("dev/null") == 0 && mknod("dev/null", S_IFREG | 0666, 0) == 0);
	CHECK(device_make(&null_device, &root, dev_fd, &e) == -EEXIST);
	/* a link to the right one is no device either */
	CHECK(unlink("dev/null") == 0 && symlink("/dev/null", "dev/null") == 0);
	CHECK(device_make(&null_device, &root, dev_fd, &e) == -EEXIST);
	CHECK(mkdir("rootfs/dev", 0755) == 0 && symlink("/x", "rootfs/dev/null") == 0);
	CHECK(device_make(&null_device, &root, -1, &e) == -EEXIST);
	CHECK(access("rootfs/x", F_OK) < 0);
	return CHILD_OK;
}

/* --- without CAP_MKNOD ---------------------------------------------------------------------- */

static bool drop_mknod(void)
{
	struct sys_cap_set caps;

	if (sys_capget(&caps) < 0)
		return false;
	caps.effective &= ~(1ULL << 27);
	return sys_capset(&caps) == 0;
}

static int bound_from_the_host(void)
{
	static const struct plan_device fifo = { .path = "/dev/pipe",
						 .type = S_IFIFO,
						 .mode = 0640 };
	struct stat st;

	CHECK(begin() && drop_mknod());
	CHECK(device_make(&null_device, &root, dev_fd, &e) == 0);
	CHECK(stat("dev/null", &st) == 0 && S_ISCHR(st.st_mode));
	CHECK(st.st_rdev == makedev(1, 3));
	CHECK(close(open("dev/null", O_WRONLY | O_CLOEXEC)) == 0);
	CHECK(device_make(&null_device, &root, -1, &e) == 0);
	CHECK(stat("rootfs/dev/null", &st) == 0 && st.st_rdev == makedev(1, 3));
	CHECK(device_make(&fifo, &root, dev_fd, &e) == 0); /* needs no privilege */
	CHECK(is_node("dev/pipe", S_IFIFO | 0640, 0));
	return CHILD_OK;
}

static int not_on_the_host(void)
{
	static const struct plan_device other = {
		.path = "/dev/zero", .type = S_IFCHR, .major = 1, .minor = 3
	};
	static const struct plan_device missing = {
		.path = "/dev/no-such-device", .type = S_IFCHR, .major = 1, .minor = 3
	};
	static const struct plan_device link = {
		.path = "/dev/fd", .type = S_IFCHR, .major = 1, .minor = 3
	};

	CHECK(begin() && drop_mknod());
	CHECK(device_make(&other, &root, dev_fd, &e) == -EPERM);
	CHECK(!strcmp(e.msg,
		      "make device \"/dev/zero\": not permitted, and the host's is another one"));
	CHECK(device_make(&missing, &root, dev_fd, &e) == -ENOENT);
	CHECK(!strcmp(e.msg, "make device \"/dev/no-such-device\": not permitted, and bind the "
			     "host's: no such file or directory"));
	CHECK(device_make(&link, &root, dev_fd, &e) == -EPERM);
	CHECK(access("dev/zero", F_OK) < 0);
	return CHILD_OK;
}

/* The place for the bind is not found through a link. */
static int bound_over_a_link(void)
{
	struct stat st;

	CHECK(begin() && symlink("/tmp/canary", "dev/null") == 0 && drop_mknod());
	CHECK(mknod("canary", S_IFREG | 0644, 0) == 0);
	CHECK(device_make(&null_device, &root, dev_fd, &e) == -EEXIST);
	CHECK(lstat("canary", &st) == 0 && S_ISREG(st.st_mode));
	return CHILD_OK;
}

/* --- links ---------------------------------------------------------------------------------- */

static bool is_link(const char *path, const char *target)
{
	char buf[128];
	ssize_t n = readlink(path, buf, sizeof(buf) - 1);

	if (n < 0)
		return false;
	buf[n] = '\0';
	return !strcmp(buf, target);
}

static int links(void)
{
	static const struct plan_link fd = { "/proc/self/fd", "/dev/fd" };
	static const struct plan_link ptmx = { "pts/ptmx", "/dev/ptmx" };
	static const struct plan_link elsewhere = { "/run", "/var/run" };

	CHECK(begin());
	for (int again = 0; again < 2; again++)
		CHECK(device_link(&fd, &root, dev_fd, &e) == 0);
	CHECK(is_link("dev/fd", "/proc/self/fd") && access("rootfs/dev", F_OK) < 0);
	CHECK(device_link(&elsewhere, &root, dev_fd, &e) == 0);
	CHECK(is_link("rootfs/var/run", "/run"));
	/* an image may bring what it likes, but for ptmx */
	CHECK(mkdir("rootfs/dev", 0755) == 0 && mkdir("rootfs/dev/fd", 0755) == 0);
	CHECK(device_link(&fd, &root, -1, &e) == 0 && rmdir("rootfs/dev/fd") == 0);
	CHECK(mknod("rootfs/dev/ptmx", S_IFCHR | 0666, makedev(5, 2)) == 0);
	CHECK(device_link(&ptmx, &root, -1, &e) == 0);
	CHECK(is_link("rootfs/dev/ptmx", "pts/ptmx"));
	CHECK(unlink("rootfs/dev/ptmx") == 0 && mkdir("rootfs/dev/ptmx", 0755) == 0);
	CHECK(device_link(&ptmx, &root, -1, &e) == -EISDIR);
	return CHILD_OK;
}

static int full(void)
{
	static const struct plan_link fd = { "/proc/self/fd", "/dev/fd" };

	CHECK(begin());
	CHECK(mount("none", "dev", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) == 0);
	CHECK(device_make(&null_device, &root, dev_fd, &e) == -EROFS);
	CHECK(!strcmp(e.msg, "make device \"/dev/null\": read-only file system"));
	CHECK(device_link(&fd, &root, dev_fd, &e) == -EROFS);
	CHECK(!strcmp(e.msg, "make symlink \"/dev/fd\": read-only file system"));
	return CHILD_OK;
}

IN_CHILD(in_our_dev)
IN_CHILD(in_an_image)
IN_CHILD(what_stands_there)
IN_CHILD(bound_from_the_host)
IN_CHILD(not_on_the_host)
IN_CHILD(bound_over_a_link)
IN_CHILD(links)
IN_CHILD(full)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_our_dev),
		cmocka_unit_test(test_in_an_image),
		cmocka_unit_test(test_what_stands_there),
		cmocka_unit_test(test_bound_from_the_host),
		cmocka_unit_test(test_not_on_the_host),
		cmocka_unit_test(test_bound_over_a_link),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
