/* SPDX-License-Identifier: Apache-2.0 */
/* problem.h - what is wrong with a document, and where.
 *
 * The decoder and the planner both report into one list.  `check` wants all of
 * them, every other command the first.  Positions (line:column) are not kept:
 * a pointer is enough, spec_locate() finds its place when it is printed.
 */
#ifndef OCIRUN_BASE_PROBLEM_H
#define OCIRUN_BASE_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct problem {
	bool warning;       /* unknown key or deprecated value: not an error */
	unsigned line, col; /* 1-based, 0: take them from the pointer */
	struct err err;     /* where = JSON pointer ("" is the whole document) */
};

enum { PROBLEMS_MAX = 256 }; /* more are counted, not kept */

struct problems {
	struct problem *at;      /* caller's array */
	size_t cap, n;           /* kept */
	size_t errors, warnings; /* counted, those beyond cap included */
	bool all;                /* go on after the first error; keep warnings */
};

/* Add an error (or, with warning set, a warning: dropped unless ->all) at the
 * given pointer.  Returns -code for an error, 0 for a warning. */
int problem_add(struct problems *p, bool warning, const char *pointer, int code, const char *fmt,
		...) __attribute__((format(printf, 5, 6)));
/* True when the work should stop: an error was found and not all are wanted. */
bool problems_stop(const struct problems *p);
/* Copy the first error to e; returns -code, or 0 when there is none. */
int problems_first(const struct problems *p, struct err *e);

#endif
