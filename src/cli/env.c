/* SPDX-License-Identifier: Apache-2.0 */
/* env.c - see env.h. */
#include "cli/env.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

const char *env_get(enum env_name name)
{
	static const char *const names[] = {
		[ENV_LISTEN_FDS] = "LISTEN_FDS",
		[ENV_LISTEN_PID] = "LISTEN_PID",
		[ENV_LISTEN_FDNAMES] = "LISTEN_FDNAMES",
		[ENV_NOTIFY_SOCKET] = "NOTIFY_SOCKET",
	};
	const char *value = getenv(names[name]);

	return value && value[0] ? value : NULL;
}

unsigned env_listen_fds(void)
{
	const char *n = env_get(ENV_LISTEN_FDS);
	const char *pid = env_get(ENV_LISTEN_PID);
	uint32_t count, owner;

	if (!n || text_u32(n, &count) < 0)
		return 0;
	if (pid && (text_u32(pid, &owner) < 0 || owner != (uint32_t)getpid()))
		return 0;
	return count;
}
