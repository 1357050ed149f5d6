/* SPDX-License-Identifier: Apache-2.0 */
/* scan.c - pieces of JSON text. */
#include "libocispec/scan.h"

#include <errno.h>
#include <string.h>

/* yajl also takes \v and \f as white space. */
static bool is_between(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == ',' || c == ':';
}

size_t oci_scan_token(const char *text, size_t prev, size_t end)
{
	while (prev + 1 < end && is_between(text[prev]))
		prev++;
	return prev;
}

bool oci_scan_ascii(const char *s, size_t n)
{
	const uint64_t high = 0x8080808080808080;
	uint64_t word, seen = 0;

	for (; n >= sizeof(word); s += sizeof(word), n -= sizeof(word)) {
		memcpy(&word, s, sizeof(word));
		seen |= word;
	}
	while (n--)
		seen |= (unsigned char)*s++;
	return (seen & high) == 0;
}

/* Length of the sequence at s (n >= 1 bytes left), 0 when it is not valid. */
static size_t utf8_length(const unsigned char *s, size_t n)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t len;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	len = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (n < len)
		return 0;
	/* The second byte excludes overlong forms, surrogates and > U+10FFFF. */
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

bool oci_scan_utf8(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t len;

	for (; n > 0; p += len, n -= len) {
		len = utf8_length(p, n);
		if (len == 0)
			return false;
	}
	return true;
}

/* Value of four hexadecimal digits, -1 when they are none. */
static int32_t hex4(const char *s)
{
	int32_t v = 0;

	for (int i = 0; i < 4; i++) {
		char c = s[i];

		if (c >= '0' && c <= '9')
			v = v << 4 | (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			v = v << 4 | ((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return v;
}

/* Code point of "uXXXX" or "uXXXX\uXXXX" at s; *used: bytes taken. */
static int32_t unicode_escape(const char *s, size_t n, size_t *used)
{
	int32_t high, low;

	high = n < 5 ? -1 : hex4(s + 1);
	*used = 5;
	if (high < 0xd800 || high > 0xdfff)
		return high;
	if (high > 0xdbff || n < 11 || s[5] != '\\' || s[6] != 'u')
		return -1;
	low = hex4(s + 7);
	if (low < 0xdc00 || low > 0xdfff)
		return -1;
	*used = 11;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static size_t put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

int oci_scan_unescape(const char *s, size_t n, char *out, size_t *ret)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	size_t i = 0, len = 0;

	while (i < n) {
		const char *simple;
		size_t used;
		int32_t c;

		if (s[i] != '\\') {
			out[len++] = s[i++];
			continue;
		}
		if (++i == n)
			return -EILSEQ;
		simple = memchr(from, s[i], sizeof(from) - 1);
		if (simple) {
			out[len++] = to[simple - from];
			i++;
			continue;
		}
		c = s[i] == 'u' ? unicode_escape(s + i, n - i, &used) : -1;
		if (c <= 0)
			return c == 0 ? -EINVAL : -EILSEQ;
		len += put_utf8(out + len, (uint32_t)c);
		i += used;
	}
	*ret = len;
	return 0;
}

int oci_scan_integer(const char *s, size_t n, bool *negative, uint64_t *magnitude)
{
	uint64_t v = 0;
	size_t i = 0;
	int ret = 0;

	if (n > 0 && s[0] == '-')
		i++;
	*negative = i > 0;
	if (i == n)
		return -EINVAL;
	for (; i < n; i++) {
		unsigned int digit = (unsigned int)s[i] - '0';

		if (digit > 9)
			return -EINVAL;
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, digit, &v))
			ret = -ERANGE;
	}
	*magnitude = v;
	if (v == 0 && ret == 0)
		*negative = false;
	return ret;
}
