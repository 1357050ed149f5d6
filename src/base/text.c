/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - see text.h. */
#include "base/text.h"

#include <errno.h>
#include <string.h>

struct text text_over(char *buf, size_t cap)
{
	buf[0] = '\0';
	return (struct text){ .at = buf, .cap = cap };
}

void text_bytes(struct text *t, const char *at, size_t n)
{
	size_t room = t->cap - 1 - t->len;

	if (n > room) {
		n = room;
		t->cut = true;
	}
	memcpy(t->at + t->len, at, n);
	t->len += n;
	t->at[t->len] = '\0';
}

/* --- formats ------------------------------------------------------------------ */

struct spec {
	int width;
	char pad;
	int precision;
	int longs;
	char conv;
};

static const char *parse_spec(const char *f, struct spec *s, va_list *ap)
{
	*s = (struct spec){ .pad = ' ', .precision = -1 };
	if (*f == '0') {
		s->pad = '0';
		f++;
	}
	for (; *f >= '0' && *f <= '9'; f++)
		s->width = s->width * 10 + (*f - '0');
	if (f[0] == '.' && f[1] == '*') {
		s->precision = va_arg(*ap, int);
		f += 2;
	}
	for (; *f == 'l' || *f == 'z'; f++)
		s->longs++;
	s->conv = *f;
	return *f ? f + 1 : f;
}

static void add_number(struct text *t, uint64_t v, bool negative, const struct spec *s)
{
	unsigned base = s->conv == 'x' ? 16 : s->conv == 'o' ? 8 : 10;
	char digits[32];
	size_t n = sizeof(digits);
	int width = s->width;

	do
		digits[--n] = "0123456789abcdef"[v % base];
	while (v /= base);
	width -= (int)(sizeof(digits) - n) + negative;
	if (s->pad == ' ')
		while (width-- > 0)
			text_bytes(t, " ", 1);
	if (negative)
		text_bytes(t, "-", 1);
	while (width-- > 0)
		text_bytes(t, "0", 1);
	text_bytes(t, digits + n, sizeof(digits) - n);
}

static void add_signed(struct text *t, const struct spec *s, va_list *ap)
{
	int64_t v = s->longs > 1 ? va_arg(*ap, long long)
		    : s->longs   ? va_arg(*ap, long)
				 : va_arg(*ap, int);

	add_number(t, v < 0 ? -(uint64_t)v : (uint64_t)v, v < 0, s);
}

static void add_unsigned(struct text *t, const struct spec *s, va_list *ap)
{
	uint64_t v = s->longs > 1 ? va_arg(*ap, unsigned long long)
		     : s->longs   ? va_arg(*ap, unsigned long)
				  : va_arg(*ap, unsigned int);

	add_number(t, v, false, s);
}

static void add_string(struct text *t, const struct spec *s, const char *at)
{
	if (!at)
		at = "(null)";
	text_bytes(t, at, s->precision < 0 ? strlen(at) : strnlen(at, (size_t)s->precision));
}

static void add_one(struct text *t, const struct spec *s, va_list *ap)
{
	char c;

	switch (s->conv) {
	case 's': add_string(t, s, va_arg(*ap, const char *)); break;
	case 'c':
		c = (char)va_arg(*ap, int);
		text_bytes(t, &c, 1);
		break;
	case 'd': add_signed(t, s, ap); break;
	case 'u':
	case 'x':
	case 'o': add_unsigned(t, s, ap); break;
	default: /* '%', and what nobody should write */ text_bytes(t, &s->conv, 1); break;
	}
}

void text_addv(struct text *t, const char *fmt, va_list ap)
{
	va_list args;

	va_copy(args, ap);
	while (*fmt) {
		size_t n = strcspn(fmt, "%");
		struct spec s;

		text_bytes(t, fmt, n);
		fmt += n;
		if (!*fmt || !fmt[1])
			break;
		fmt = parse_spec(fmt + 1, &s, &args);
		add_one(t, &s, &args);
	}
	va_end(args);
}

void text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_addv(t, fmt, ap);
	va_end(ap);
}

size_t text_fmt(char *buf, size_t cap, const char *fmt, ...)
{
	struct text t = text_over(buf, cap);
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	return t.len;
}

/* --- escapes -------------------------------------------------------------------- */

/* Bytes of the UTF-8 sequence at s; 0: not valid (RFC 3629). */
static size_t utf8_len(const unsigned char *s)
{
	size_t n = s[0] < 0x80   ? 1
		   : s[0] < 0xc2 ? 0
		   : s[0] < 0xe0 ? 2
		   : s[0] < 0xf0 ? 3
		   : s[0] < 0xf5 ? 4
				 : 0;

	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if (n == 3 && ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f)))
		return 0;
	if (n == 4 && ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f)))
		return 0;
	return n;
}

static void json_char(struct text *t, unsigned char c)
{
	static const char plain[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
	const char *at = memchr(plain, c, sizeof(plain) - 1);

	if (at)
		text_add(t, "\\%c", letter[at - plain]);
	else
		text_add(t, "\\u%04x", c);
}

void text_json(struct text *t, const char *s)
{
	const unsigned char *at = (const unsigned char *)s;

	text_bytes(t, "\"", 1);
	while (*at) {
		size_t n = utf8_len(at);

		if (n == 0) {
			text_bytes(t, "\xef\xbf\xbd", 3); /* U+FFFD */
			n = 1;
		} else if (n == 1 && (*at < 0x20 || *at == '"' || *at == '\\' || *at == 0x7f)) {
			json_char(t, *at);
		} else {
			text_bytes(t, (const char *)at, n);
		}
		at += n;
	}
	text_bytes(t, "\"", 1);
}

/* C0, DEL and C1 (U+0080..9F, which terminals obey too). */
static bool is_control(const unsigned char *at, size_t n)
{
	return n == 0 || (n == 1 && (*at < 0x20 || *at == 0x7f)) ||
	       (n == 2 && at[0] == 0xc2 && at[1] < 0xa0);
}

void text_printable(struct text *t, const char *s)
{
	const unsigned char *at = (const unsigned char *)s;

	while (*at) {
		size_t n = utf8_len(at);
		bool control = is_control(at, n);

		n = n ? n : 1;
		if (!control)
			text_bytes(t, (const char *)at, n);
		for (size_t i = 0; control && i < n; i++)
			text_add(t, "\\x%02x", at[i]);
		at += n;
	}
}

/* --- numbers --------------------------------------------------------------------- */

int text_u64(const char *s, uint64_t *ret)
{
	uint64_t v = 0;

	if (!*s || (s[0] == '0' && s[1]))
		return -EINVAL;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return -EINVAL;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v))
			return -ERANGE;
	}
	*ret = v;
	return 0;
}

int text_u32(const char *s, uint32_t *ret)
{
	uint64_t v;
	int err = text_u64(s, &v);

	if (err < 0)
		return err;
	if (v > UINT32_MAX)
		return -ERANGE;
	*ret = (uint32_t)v;
	return 0;
}

int text_i64(const char *s, int64_t *ret)
{
	bool negative = *s == '-';
	uint64_t v;
	int err = text_u64(s + negative, &v);

	if (err < 0)
		return err;
	if (v > (uint64_t)INT64_MAX + negative)
		return -ERANGE;
	*ret = negative ? (int64_t)-v : (int64_t)v;
	return 0;
}
