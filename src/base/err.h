/* SPDX-License-Identifier: Apache-2.0 */
/* err.h - the one error value of the project.
 *
 * Caller-owned, no allocation, the same in the parent, in the container's
 * init and in the library; small enough to travel as one frame of the wire.
 * A function that can fail returns 0 (or a value >= 0) or -errno, and fills
 * the error only when it fails.  Passing NULL means "do not format".
 */
#ifndef OCIRUN_BASE_ERR_H
#define OCIRUN_BASE_ERR_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>

enum { ERR_WHERE_MAX = 160, ERR_MSG_MAX = 344 };

struct err {
	int code;                  /* errno value, positive; 0: no error */
	char where[ERR_WHERE_MAX]; /* JSON pointer ("/mounts/3") or phase name; may be "" */
	char msg[ERR_MSG_MAX];     /* one line, no newline, no final period */
};

_Static_assert(sizeof(struct err) <= 512, "an error must fit one wire frame");

/* Fill e with code and message; returns -code.  Safe in every process. */
int err_set(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* As err_set() for a failed system call: `ret` is its -errno; the text of the
 * errno is appended (": no such file or directory").  Returns ret. */
int err_sys(struct err *e, int ret, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Say what asked for the thing that failed, unless an inner function already
 * did.  `where` is a JSON pointer or a phase name. */
void err_where(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Put "fmt: " before the message. */
void err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Lower-case text of an errno value ("permission denied"), as engines match
 * it; never NULL. */
const char *err_text(int code);

#endif
