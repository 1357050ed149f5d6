/* SPDX-License-Identifier: Apache-2.0 */
/* wire.h - the conversation between the two sides of a start: SOCK_SEQPACKET,
 * one frame type, rows in wire.def.  Any other message than the expected one
 * is a protocol error that names both; FAIL is legal at any time and becomes
 * the receiver's error.  EOF is an error, except after STARTED, where it is how
 * a successful exec looks.  Both sides; no malloc.
 */
#ifndef OCIRUN_INIT_WIRE_H
#define OCIRUN_INIT_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stub/stub.h"

int wire_pair(int fds[2], struct err *e);
int wire_send(int fd, enum wire_type type, struct err *e);
/* With one descriptor (CONSOLE). */
int wire_send_fd(int fd, enum wire_type type, int passed, struct err *e);
/* Best effort: the sender ends anyway. */
void wire_fail(int fd, const struct err *e);
/* Cost of each phase, microseconds. */
void wire_trace(int fd, const uint32_t *cost, size_t n);

struct wire_got {
	enum wire_type type;
	int fd;            /* of CONSOLE; else -1 */
	uint32_t cost[64]; /* of TRACE */
	size_t cost_n;
};

/* Receive the next frame of any type but FAIL.  -EPIPE without message: EOF. */
int wire_recv(int fd, struct wire_got *got, struct err *e);
/* Receive and insist on one type; TRACE frames on the way are dropped. */
int wire_expect(int fd, enum wire_type type, struct err *e);

const char *wire_name(enum wire_type type);

#endif
