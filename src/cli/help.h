/* SPDX-License-Identifier: Apache-2.0 */
/* help.h - text about ocirun itself, from the rows of its commands. */
#ifndef OCIRUN_CLI_HELP_H
#define OCIRUN_CLI_HELP_H

#include "base/err.h"
#include "cli/cli.h"

/* Help of a command, or of ocirun when it is NULL, on standard output. */
int help_print(const struct command *command, struct err *e);
/* What `--version` prints: lines that go-runc, podman and CRI-O read. */
int help_version(struct err *e);

#endif
