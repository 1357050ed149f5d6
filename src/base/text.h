/* SPDX-License-Identifier: Apache-2.0 */
/* text.h - bounded text without libc's stdio, usable in every process.
 *
 * Formats understood: %s %.*s %c %d %u %x %o %ld %lu %lx %lld %llu %llx %zu %zd
 * %% and zero padding with a width ("%04o").  Nothing else: a unit test holds
 * the callers to it.  Text that does not fit is cut and marked in `cut`.
 */
#ifndef OCIRUN_BASE_TEXT_H
#define OCIRUN_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *at;   /* NUL-terminated at all times */
	size_t cap; /* bytes at `at`, the NUL included; >= 1 */
	size_t len;
	bool cut;
};

/* A text over a caller's buffer. */
struct text text_over(char *buf, size_t cap);
void text_add(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_addv(struct text *t, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void text_bytes(struct text *t, const char *at, size_t n);
/* Append s as a JSON string with quotes; control characters and invalid
 * UTF-8 come out escaped. */
void text_json(struct text *t, const char *s);
/* Append s with control characters and invalid UTF-8 made visible (\x1b), for
 * terminals and logs. */
void text_printable(struct text *t, const char *s);

/* snprintf without libc: returns the bytes written (cut text included, the
 * NUL excluded) and never fails. */
size_t text_fmt(char *buf, size_t cap, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Strict decimal numbers: the whole string, digits only, no sign (but '-' for
 * the signed one), no leading zeros but "0" itself.  0 or -EINVAL / -ERANGE;
 * the result is untouched on failure. */
int text_u64(const char *s, uint64_t *ret);
int text_u32(const char *s, uint32_t *ret);
int text_i64(const char *s, int64_t *ret);

#endif
