/* SPDX-License-Identifier: Apache-2.0 */
/* report.h - the one line that a failing command leaves:
 *
 *	ocirun: create web1: config.json:41:7 /mounts/3: attach "/data": not a directory
 *
 * It goes to the log, and to stderr as well when the log is a file.
 */
#ifndef OCIRUN_CLI_REPORT_H
#define OCIRUN_CLI_REPORT_H

#include "base/err.h"
#include "cli/cli.h"
#include "runtime/bundle.h"

enum { REPORT_MAX = 2048 };

/* What the line says besides the error. */
struct report {
	const char *command;		/* NULL: none */
	const char *id;			/* of the container, NULL: none */
	const struct bundle *bundle;	/* finds the place in config.json; NULL: none was read */
};

/* Compose the line, without a newline. */
void report_line(const struct report *r, const struct err *e, char *buf, size_t cap);
/* Log it.  Returns EXIT_FAILED. */
int report_error(const struct report *r, const struct err *e);
/* The usual case: the command, and its first word as the id. */
int report_failed(const struct cli *c, const struct err *e);
/* A mistake on the command line: the message and where to read about it. */
void report_usage(const struct cli *c, const struct err *e);

#endif
