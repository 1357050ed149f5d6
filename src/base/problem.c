/* SPDX-License-Identifier: Apache-2.0 */
/* problem.c - see problem.h. */
#include "base/problem.h"

#include <string.h>

#include "base/text.h"

int problem_add(struct problems *p, bool warning, const char *pointer, int code,
		const char *fmt, ...)
{
	struct problem *at = p->n < p->cap ? &p->at[p->n] : NULL;
	struct text t;
	va_list ap;

	if (warning && !p->all)
		return 0;
	*(warning ? &p->warnings : &p->errors) += 1;
	if (at) {
		*at = (struct problem){ .warning = warning, .err.code = code };
		text_fmt(at->err.where, sizeof(at->err.where), "%s", pointer);
		t = text_over(at->err.msg, sizeof(at->err.msg));
		va_start(ap, fmt);
		text_addv(&t, fmt, ap);
		va_end(ap);
		p->n++;
	}
	return warning ? 0 : -code;
}

bool problems_stop(const struct problems *p)
{
	return p->errors && !p->all;
}

int problems_first(const struct problems *p, struct err *e)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->at[i].warning)
			continue;
		if (e)
			*e = p->at[i].err;
		return -p->at[i].err.code;
	}
	return 0;
}
