/* SPDX-License-Identifier: Apache-2.0 */
/* stub.h - what init and the stub agree on.
 *
 * The stub is executed as
 *
 *	argv = { "ocirun-init", BOOT, PATH, user's args..., NULL }, envp = user's
 *
 * where BOOT is one letter per decision followed by a number, no spaces:
 * "w5g6h7s8k3": wire fd, gate fd, hooks memfd, state memfd, first fd that must
 * not reach the user's program.  A missing letter means there is none.
 *
 * Frames on the wire (and on a connection to the gate) are SOCK_SEQPACKET
 * messages: a struct wire_head, then for WIRE_FAIL a struct err.
 */
#ifndef OCIRUN_STUB_STUB_H
#define OCIRUN_STUB_STUB_H

#include <stdint.h>

#include "base/err.h"

enum wire_type {
#define WIRE(name, sender, fds, meaning) WIRE_##name,
#include "init/wire.def"
#undef WIRE
	WIRE_COUNT
};

struct wire_head {
	uint32_t type;
};

struct wire_fail {
	struct wire_head head;
	struct err err;
};

/* startContainer hooks, in a memfd that the stub maps privately: a header, then
 * the hooks; every pointer is an offset into the file, 0 ends an array, and the
 * stub turns them into addresses in place. */
struct stub_hook {
	uint64_t path, argv, envp;
	int64_t timeout;
}; /* seconds, 0: none */
struct stub_hooks {
	uint64_t size, n;
	struct stub_hook at[];
};

#endif
