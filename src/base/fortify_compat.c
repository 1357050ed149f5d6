/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The three functions of glibc's FORTIFY that a distribution's yajl archive calls
 * and musl does not have.  Linked into the musl program only.  They keep their
 * promise: a write beyond the object aborts.  Contract: Linux Standard Base 4.1,
 * "Interfaces for libc", __memcpy_chk and friends.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *__memcpy_chk(void *dest, const void *src, size_t n, size_t dest_size);
int __snprintf_chk(char *s, size_t n, int flag, size_t s_size, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
int __sprintf_chk(char *s, int flag, size_t s_size, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

void *__memcpy_chk(void *dest, const void *src, size_t n, size_t dest_size)
{
	if (n > dest_size)
		abort();
	return memcpy(dest, src, n);
}

int __snprintf_chk(char *s, size_t n, int flag, size_t s_size, const char *fmt, ...)
{
	va_list ap;
	int len;

	(void)flag;
	if (n > s_size)
		abort();
	va_start(ap, fmt);
	len = vsnprintf(s, n, fmt, ap);
	va_end(ap);
	return len;
}

/* The object's size is a bound for the text; (size_t)-1 means that it is unknown. */
int __sprintf_chk(char *s, int flag, size_t s_size, const char *fmt, ...)
{
	size_t bound = s_size > (size_t)__INT_MAX__ ? (size_t)__INT_MAX__ : s_size;
	va_list ap;
	int len;

	(void)flag;
	va_start(ap, fmt);
	len = vsnprintf(s, bound, fmt, ap);
	va_end(ap);
	if (len >= 0 && (size_t)len >= bound)
		abort();
	return len;
}
