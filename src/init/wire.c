/* SPDX-License-Identifier: Apache-2.0 */
/* wire.c - see wire.h. */
#include "init/wire.h"

#include <string.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/sys.h"

union frame {
	struct wire_head head;
	struct wire_fail fail;
	struct {
		struct wire_head head;
		uint32_t cost[64];
	} trace;
};

const char *wire_name(enum wire_type type)
{
	static const char *const names[] = {
#define WIRE(name, sender, fds, meaning) #name,
#include "init/wire.def"
#undef WIRE
	};

	return type < WIRE_COUNT ? names[type] : "nonsense";
}

int wire_pair(int fds[2], struct err *e)
{
	int ret = sys_ret(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds));

	return ret < 0 ? err_sys(e, ret, "make the socket pair to init") : 0;
}

static int send_frame(int fd, const void *at, size_t n)
{
	int ret;

	do
		ret = sys_ret(send(fd, at, n, MSG_NOSIGNAL));
	while (ret == -EINTR);
	return ret < 0 ? ret : 0;
}

int wire_send(int fd, enum wire_type type, struct err *e)
{
	struct wire_head head = { .type = type };
	int ret = send_frame(fd, &head, sizeof(head));

	return ret < 0 ? err_sys(e, ret, "send %s", wire_name(type)) : 0;
}

int wire_send_fd(int fd, enum wire_type type, int passed, struct err *e)
{
	struct wire_head head = { .type = type };
	int ret = fd_send(fd, passed, &head, sizeof(head));

	return ret < 0 ? err_sys(e, ret, "send %s", wire_name(type)) : 0;
}

void wire_fail(int fd, const struct err *e)
{
	struct wire_fail f = { .head = { .type = WIRE_FAIL }, .err = *e };

	(void)send_frame(fd, &f, sizeof(f)); /* the sender ends in any case */
}

void wire_trace(int fd, const uint32_t *cost, size_t n)
{
	union frame f = { .trace.head = { .type = WIRE_TRACE } };

	memcpy(f.trace.cost, cost, n * sizeof(*cost));
	(void)send_frame(fd, &f, sizeof(f.trace.head) + n * sizeof(*cost));
}

/* Receive one frame with at most one descriptor; bytes or -errno. */
static ssize_t recv_frame(int fd, union frame *f, int *passed)
{
	char control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { .iov_base = f, .iov_len = sizeof(*f) };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n;

	*passed = -1;
	do
		n = sys_ret(recvmsg(fd, &msg, MSG_CMSG_CLOEXEC));
	while (n == -EINTR);
	if (n <= 0)
		return n;

	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(passed, CMSG_DATA(c), sizeof(*passed));
	return n;
}

/* The peer's error becomes ours; the stub has no table of errno texts. */
static int take_failure(union frame *f, struct err *e)
{
	struct err *sent = &f->fail.err;

	sent->where[sizeof(sent->where) - 1] = '\0';
	sent->msg[sizeof(sent->msg) - 1] = '\0';
	if (sent->code <= 0)
		sent->code = EIO;
	if (e)
		*e = *sent;
	if (e && f->head.type == WIRE_FAIL_ERRNO)
		return err_sys(e, -sent->code, "%s", sent->msg);
	return -sent->code;
}

int wire_recv(int fd, struct wire_got *got, struct err *e)
{
	union frame f;
	ssize_t n = recv_frame(fd, &f, &got->fd);

	got->type = WIRE_COUNT;
	if (n == 0 || n == -ECONNRESET)
		return -EPIPE;
	if (n < 0)
		return err_sys(e, (int)n, "receive from init");
	if ((size_t)n < sizeof(f.head))
		return err_set(e, EPROTO, "init sent a frame of %zd bytes", n);
	if ((f.head.type == WIRE_FAIL || f.head.type == WIRE_FAIL_ERRNO) &&
	    n == (ssize_t)sizeof(f.fail))
		return take_failure(&f, e);
	got->type = f.head.type;
	got->cost_n = 0;
	if (got->type == WIRE_TRACE) {
		got->cost_n = ((size_t)n - sizeof(f.head)) / sizeof(*got->cost);
		memcpy(got->cost, f.trace.cost, got->cost_n * sizeof(*got->cost));
	}
	return 0;
}

int wire_expect(int fd, enum wire_type type, struct err *e)
{
	struct wire_got got;
	int ret;

	do
		ret = wire_recv(fd, &got, e);
	while (ret == 0 && got.type == WIRE_TRACE);
	if (ret == -EPIPE)
		return err_set(e, EPIPE, "the other side ended before it said %s", wire_name(type));
	if (ret < 0)
		return ret;
	fd_drop(&got.fd);
	if (got.type != type)
		return err_set(e, EPROTO, "expected %s, got %s", wire_name(type),
			       wire_name(got.type));
	return 0;
}
