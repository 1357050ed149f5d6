/* SPDX-License-Identifier: Apache-2.0 */
/* out.c - see out.h. */
#include "cli/out.h"

#include <stdarg.h>
#include <string.h>

#include "base/fd.h"
#include "base/text.h"

void out_begin(struct out *o, int fd)
{
	o->fd = fd;
	o->ret = 0;
	o->len = 0;
}

static void flush(struct out *o)
{
	if (o->ret == 0 && o->len > 0)
		o->ret = fd_write_all(o->fd, o->buf, o->len);
	o->len = 0;
}

void out_bytes(struct out *o, const char *at, size_t n)
{
	if (n > sizeof(o->buf) - o->len)
		flush(o);
	if (n > sizeof(o->buf)) {
		if (o->ret == 0)
			o->ret = fd_write_all(o->fd, at, n);
		return;
	}
	memcpy(o->buf + o->len, at, n);
	o->len += n;
}

void out_str(struct out *o, const char *s)
{
	out_bytes(o, s, strlen(s));
}

void out_fmt(struct out *o, const char *fmt, ...)
{
	char buf[1024];
	struct text t = text_over(buf, sizeof(buf));
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	out_bytes(o, t.at, t.len);
}

void out_column(struct out *o, const char *s, size_t width)
{
	size_t len = strlen(s);

	out_bytes(o, s, len);
	if (width == 0)
		return;
	do
		out_bytes(o, " ", 1);
	while (++len < width);
}

void out_printable(struct out *o, const char *s)
{
	char buf[4096];
	struct text t = text_over(buf, sizeof(buf));

	text_printable(&t, s);
	out_bytes(o, t.at, t.len);
}

int out_end(struct out *o, struct err *e)
{
	flush(o);
	return o->ret < 0 ? err_sys(e, o->ret, "write to standard output") : 0;
}
