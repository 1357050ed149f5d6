/* SPDX-License-Identifier: Apache-2.0 */
/* log.h - the one log sink, the only global of the project.
 *
 * Parent only.  At the default level exactly one record leaves a failing
 * command, its error: podman reads the whole --log file as one JSON object.
 */
#ifndef OCIRUN_BASE_LOG_H
#define OCIRUN_BASE_LOG_H

#include <stdbool.h>

#include "base/err.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_DEBUG };

struct log_options {
	const char *path;     /* --log FILE; NULL: stderr */
	bool json;            /* --log-format json */
	enum log_level level; /* records above it are dropped */
};

/* Open the sink.  An unwritable file is an error. */
int log_open(const struct log_options *o, struct err *e);
void log_msg(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The final error of a command: to the sink, and, when the sink is a file, as
 * plain text to stderr too (conmon returns stderr, containerd reads the file). */
void log_fatal(const char *line);
bool log_enabled(enum log_level level);

#endif
