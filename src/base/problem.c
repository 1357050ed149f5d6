/* SPDX-License-Identifier: Apache-2.0 */
/* problem.c - see problem.h. */
#include "base/problem.h"

#include "base/text.h"

/* Where the next one is kept; NULL: only counted.  The first error always has a
 * place, that of the last warning when need be: problems_first() must find it. */
static struct problem *place_for(struct problems *p, bool warning)
{
	if (p->n < p->cap)
		return &p->at[p->n++];
	if (!warning && p->errors == 1 && p->cap > 0)
		return &p->at[p->cap - 1];
	return NULL;
}

int problem_add(struct problems *p, bool warning, const char *where, int code, const char *fmt, ...)
{
	struct problem *at;
	struct text t;
	va_list ap;

	if (warning && !p->all)
		return 0;
	*(warning ? &p->warnings : &p->errors) += 1;
	at = place_for(p, warning);
	if (at) {
		*at = (struct problem){ .warning = warning, .err.code = code };
		text_fmt(at->err.where, sizeof(at->err.where), "%s", where);
		t = text_over(at->err.msg, sizeof(at->err.msg));
		va_start(ap, fmt);
		text_addv(&t, fmt, ap);
		va_end(ap);
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
	/* an array without any place */
	return p->errors ? err_set(e, EINVAL, "%zu errors in the document", p->errors) : 0;
}
