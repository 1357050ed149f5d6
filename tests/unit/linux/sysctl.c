/* SPDX-License-Identifier: Apache-2.0 */
/* sysctl.c - sysctls of new namespaces, and the names of the host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/sysctl.h"

#include <sys/utsname.h>

#include "base/fd.h"
#include "tests/unit/linux/child.h"

static int writes(void)
{
	const struct plan_sysctl at[] = {
		{ "net.ipv4.ip_forward", "net/ipv4/ip_forward", "1", NS_NETWORK },
		{ "kernel.msgmax", "kernel/msgmax", "4321", NS_IPC },
	};
	fd_auto proc = open("/proc", O_PATH | O_CLOEXEC);
	struct err e = { 0 };
	char buf[32];

	CHECK(sysctl_apply(at, 2, proc, &e) == 0);
	CHECK(read_text("/proc/sys/net/ipv4/ip_forward", buf, sizeof(buf)));
	CHECK(strcmp(buf, "1\n") == 0);
	CHECK(read_text("/proc/sys/kernel/msgmax", buf, sizeof(buf)));
	CHECK(strcmp(buf, "4321\n") == 0);
	return CHILD_OK;
}

static int refused(void)
{
	const struct plan_sysctl missing = { "net/no~such", "net/no~such", "1", NS_NETWORK };
	const struct plan_sysctl bad = { "kernel.msgmax", "kernel/msgmax", "many", NS_NETWORK };
	const struct plan_sysctl out = { "net.x", "../../etc/passwd", "", NS_NETWORK };
	fd_auto proc = open("/proc", O_PATH | O_CLOEXEC);
	struct err e = { 0 };

	CHECK(sysctl_apply(&missing, 1, proc, &e) == -ENOENT);
	CHECK_MSG(&e, "\"/proc/sys/net/no~such\": no such file or directory");
	CHECK(strcmp(e.where, "/linux/sysctl/net~1no~0such") == 0);
	e = (struct err){ 0 };
	CHECK(sysctl_apply(&bad, 1, proc, &e) == -EINVAL);
	CHECK(strcmp(e.where, "/linux/sysctl/kernel.msgmax") == 0);
	CHECK(sysctl_apply(&out, 1, proc, &e) == -EXDEV);
	return CHILD_OK;
}

static int too_long(void)
{
	char path[1024];
	const struct plan_sysctl at = { "net.x", path, "", NS_NETWORK };
	struct err e = { 0 };

	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	CHECK(sysctl_apply(&at, 1, -1, &e) == -ENAMETOOLONG);
	return CHILD_OK;
}

static int names(void)
{
	const struct plan_names both = { "inside", "example.org" }, none = { NULL, NULL };
	char long_name[100];
	const struct plan_names bad = { long_name, NULL };
	struct utsname is;
	struct err e = { 0 };

	CHECK(sysctl_names(&both, &e) == 0 && uname(&is) == 0);
	CHECK(strcmp(is.nodename, "inside") == 0 && strcmp(is.domainname, "example.org") == 0);
	CHECK(sysctl_names(&none, &e) == 0 && uname(&is) == 0);
	CHECK(strcmp(is.nodename, "inside") == 0);
	memset(long_name, 'x', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	CHECK(sysctl_names(&bad, &e) == -EINVAL);
	CHECK(strcmp(e.where, "/hostname") == 0);
	return CHILD_OK;
}

static void test_writes(void **state)
{
	(void)state;
	run_child(writes, CLONE_NEWNET | CLONE_NEWIPC);
}

static void test_refused(void **state)
{
	(void)state;
	run_child(refused, CLONE_NEWNET | CLONE_NEWIPC);
}

static void test_too_long(void **state)
{
	(void)state;
	run_child(too_long, 0);
}

static void test_names(void **state)
{
	(void)state;
	run_child(names, CLONE_NEWUTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writes),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
