/* SPDX-License-Identifier: Apache-2.0 */
/* env.h - the environment variables that the command line reads, all of them.
 *
 * The environment belongs to whoever starts ocirun, not to the container: no
 * variable passes on as it is, and none that is not in this list has a meaning.
 * (state_open_root() reads XDG_RUNTIME_DIR.)
 */
#ifndef OCIRUN_CLI_ENV_H
#define OCIRUN_CLI_ENV_H

enum env_name {
	ENV_LISTEN_FDS,		/* socket activation, sd_listen_fds(3) */
	ENV_LISTEN_PID,
	ENV_LISTEN_FDNAMES,
	ENV_NOTIFY_SOCKET,	/* readiness, sd_notify(3) */
	ENV_COUNT
};

/* NULL when it is not set or empty. */
const char *env_get(enum env_name name);

/* Number of descriptors that socket activation passed to this process, from 3
 * on.  conmon writes our pid into LISTEN_PID; runc also takes them without it. */
unsigned env_listen_fds(void);

#endif
