/* SPDX-License-Identifier: Apache-2.0 */
/* host.c - facts of the host: this one's, and those of hosts that are made up by
 * mounts in a namespace of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/host.h"

#include <sys/stat.h>
#include <sys/vfs.h>

#include "tests/unit/linux/child.h"

static void this_host(void **state)
{
	struct host h;
	struct err e = { 0 };
	char cap[16];
	struct statfs fs;

	(void)state;
	memset(&h, 0x55, sizeof(h));
	assert_int_equal(host_probe(&h, false, &e), 0);
	assert_int_equal(h.euid, geteuid());
	assert_true(read_text("/proc/sys/kernel/cap_last_cap", cap, sizeof(cap)));
	assert_int_equal(h.last_cap, atoi(cap));
	assert_string_equal(h.own_cgroup, "");
	if (h.cgroup2[0]) {
		assert_int_equal(statfs(h.cgroup2, &fs), 0);
		assert_int_equal(fs.f_type, 0x63677270);
		assert_int_equal(host_probe(&h, true, &e), 0);
		assert_int_equal(h.own_cgroup[0], '/');
		assert_null(strchr(h.own_cgroup, '\n'));
	}
}

static void typical_host(void **state)
{
	struct host h;

	(void)state;
	memset(&h, 0x55, sizeof(h));
	host_typical(&h);
	assert_int_equal(h.euid, 0);
	assert_int_equal(h.last_cap, 40);
	assert_string_equal(h.cgroup2, "/sys/fs/cgroup");
	assert_string_equal(h.own_cgroup, "/");
}

static int no_cgroup2(void)
{
	struct host h;
	struct err e = { 0 };

	CHECK(mount("none", "/sys/fs/cgroup", "tmpfs", 0, NULL) == 0);
	CHECK(host_probe(&h, true, &e) == 0);
	CHECK(!strcmp(h.cgroup2, "") && !strcmp(h.own_cgroup, ""));
	return CHILD_OK;
}

static int hybrid(void)
{
	struct host h;
	struct err e = { 0 };

	CHECK(mount("none", "/sys/fs/cgroup", "tmpfs", 0, NULL) == 0);
	CHECK(mkdir("/sys/fs/cgroup/unified", 0755) == 0);
	if (mount("none", "/sys/fs/cgroup/unified", "cgroup2", 0, NULL) < 0)
		return CHILD_SKIP;
	CHECK(host_probe(&h, false, &e) == 0);
	CHECK(!strcmp(h.cgroup2, "/sys/fs/cgroup/unified"));
	return CHILD_OK;
}

/* A /proc that says this of our cgroups. */
static bool fake_proc(const char *text)
{
	int fd;
	bool good;

	if (mount("none", "/proc", "tmpfs", 0, NULL) < 0 || mkdir("/proc/self", 0755) < 0)
		return false;
	fd = open("/proc/self/cgroup", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return good;
}

static int own_cgroups(void)
{
	static char longer[2100] = "0::/";
	const struct {
		const char *text, *want;
	} rows[] = {
		{ "0::/\n", "/" },
		{ "0::/user.slice/a b:c\n", "/user.slice/a b:c" },
		{ "12:cpu,cpuacct:/v1\n1:name=systemd:/v1\n0::/v2\n", "/v2" },
		{ "10::/ten\n0::/zero", "/zero" },
		{ "12:cpu:/only v1\n", "" },
		{ "12:cpu:/odd\n1:cpu:0::/no\n", "" },
		{ "0::/../../outside\n", "/../../outside" },
		{ "", "" },
		{ longer, "" },
	};
	struct host h;
	struct err e = { 0 };

	memset(longer + 4, 'l', sizeof(longer) - 5);
	while (umount2("/sys/fs/cgroup", MNT_DETACH) == 0)
		; /* a cgroup2 on a cgroup2 is EBUSY */
	CHECK(mount("none", "/sys/fs/cgroup", "cgroup2", 0, NULL) == 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK(fake_proc(rows[i].text));
		CHECK(host_probe(&h, true, &e) == 0);
		CHECK(!strcmp(h.own_cgroup, rows[i].want));
	}
	CHECK(unlink("/proc/self/cgroup") == 0);
	CHECK(host_probe(&h, false, &e) == 0);
	CHECK(host_probe(&h, true, &e) == -ENOENT);
	CHECK_MSG(&e, "read /proc/self/cgroup: no such file or directory");
	return CHILD_OK;
}

static void host_without_cgroup2(void **state)
{
	(void)state;
	run_child(no_cgroup2, CLONE_NEWNS);
}

static void hybrid_host(void **state)
{
	(void)state;
	run_child(hybrid, CLONE_NEWNS);
}

static void our_own_cgroup(void **state)
{
	(void)state;
	run_child(own_cgroups, CLONE_NEWNS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_host),
		cmocka_unit_test(typical_host),
		cmocka_unit_test(host_without_cgroup2),
		cmocka_unit_test(hybrid_host),
		cmocka_unit_test(our_own_cgroup),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
