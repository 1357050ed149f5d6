/* SPDX-License-Identifier: Apache-2.0 */
/* net.c - the loopback of a new network namespace carries traffic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "tests/unit/linux/child.h"

static int send_to_self(void)
{
	fd_auto fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(at);
	char c = 0;

	if (bind(fd, (struct sockaddr *)&at, n) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &n) < 0 ||
	    sendto(fd, "x", 1, 0, (struct sockaddr *)&at, n) != 1 || read(fd, &c, 1) != 1)
		return -errno;
	return c == 'x' ? 0 : -EIO;
}

static int loopback(void)
{
	struct err e = { 0 };

	CHECK(send_to_self() != 0);
	CHECK(net_loopback_up(&e) == 0);
	CHECK(send_to_self() == 0);
	CHECK(net_loopback_up(&e) == 0); /* again is fine */
	return CHILD_OK;
}

static int not_allowed(void)
{
	struct err e = { 0 };

	CHECK(setuid(1000) == 0);
	CHECK(net_loopback_up(&e) == -EPERM);
	CHECK_MSG(&e, "bring up the loopback interface: operation not permitted");
	return CHILD_OK;
}

static void test_loopback(void **state)
{
	(void)state;
	run_child(loopback, CLONE_NEWNET);
}

static void test_not_allowed(void **state)
{
	(void)state;
	run_child(not_allowed, CLONE_NEWNET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loopback),
		cmocka_unit_test(test_not_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
