/* SPDX-License-Identifier: Apache-2.0 */
/* out.h - buffered standard output without stdio.
 *
 * The first failed write is kept and stops the rest; out_end() returns it.
 */
#ifndef OCIRUN_CLI_OUT_H
#define OCIRUN_CLI_OUT_H

#include <stddef.h>

#include "base/err.h"

struct out {
	int fd;
	int ret;	/* 0 or -errno of the first failed write */
	size_t len;
	char buf[4096];
};

void out_begin(struct out *o, int fd);
void out_bytes(struct out *o, const char *at, size_t n);
void out_str(struct out *o, const char *s);
/* Formats of base/text.h, up to 1 KiB at once. */
void out_fmt(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* s, then blanks up to the width; at least one blank when width is not 0. */
void out_column(struct out *o, const char *s, size_t width);
/* s with control characters made visible, cut at 4 KiB: for terminals. */
void out_printable(struct out *o, const char *s);
/* Write the rest.  0 or -errno. */
int out_end(struct out *o, struct err *e);

#endif
