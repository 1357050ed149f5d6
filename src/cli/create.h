/* SPDX-License-Identifier: Apache-2.0 */
/* create.h - what `create` and `run` have in common: options, and the way from
 * the command line to a planned bundle. */
#ifndef OCIRUN_CLI_CREATE_H
#define OCIRUN_CLI_CREATE_H

#include "cli/cli.h"

#define CREATE_OPTIONS                                                                 \
	OPT_TEXT("bundle", 'b', bundle, "DIR",                                         \
		 "directory of the bundle (default: the current one)"),                \
	OPT_TEXT("config", 'f', config, "FILE",                                        \
		 "configuration, in the bundle unless it has a slash (default: config.json)"), \
	OPT_TEXT("console-socket", 0, console_socket, "SOCKET",                        \
		 "send the container's terminal to this AF_UNIX socket"),              \
	OPT_TEXT("pidfd-socket", 0, pidfd_socket, "SOCKET",                            \
		 "send a pidfd of the container's init to this AF_UNIX socket"),       \
	OPT_TEXT("pid-file", 0, pid_file, "FILE",                                      \
		 "write the pid of the container's init to FILE"),                     \
	OPT_FLAG("no-pivot", 0, no_pivot,                                              \
		 "move the root instead of pivot_root(2); for a root on a ramdisk"),   \
	OPT_FLAG("no-new-keyring", 0, no_new_keyring, "keep the session keyring of the caller"), \
	OPT_NUMBER("preserve-fds", 0, preserve_fds, "N",                               \
		   "pass descriptors 3 to 2+N to the container (default: 0)"),         \
	OPT_FLAG("no-subreaper", 0, no_subreaper,                                      \
		 "do not adopt orphans of the container (run in the foreground)")

/* Read and plan the bundle of the options.  Returns 0, or EXIT_FAILED with the
 * error reported; the bundle is to be dropped in both cases. */
int create_bundle(struct cli *c, struct bundle *b);
struct create_options create_options(const struct cli *c);
/* Report an error about the bundle.  EXIT_FAILED. */
int create_failed(const struct cli *c, const struct bundle *b, const struct err *e);

#endif
