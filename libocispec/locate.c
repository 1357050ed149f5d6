/* SPDX-License-Identifier: Apache-2.0 */
/* locate.c - places in a JSON text.
 *
 * Only used to print a problem, on texts that may be broken.  A scanner that
 * knows nothing but strings and brackets is enough, and unlike a run of yajl it
 * needs no memory and cannot fail.
 */
#include "libocispec/desc.h"

#include <errno.h>
#include <string.h>

#include "libocispec/scan.h"

enum { COMPONENT_MAX = 512 };

struct cursor {
	const char *at;
	size_t len, pos;
};

void oci_position(const struct oci_text *text, size_t offset, unsigned *line, unsigned *col)
{
	const char *start = text->at, *end = text->at + (offset < text->len ? offset : text->len);
	const char *newline;

	*line = 1;
	while (start < end && (newline = memchr(start, '\n', (size_t)(end - start)))) {
		(*line)++;
		start = newline + 1;
	}
	*col = (unsigned)(end - start) + 1;
}

/* Skip white space and whatever stands between values; 0 at the end. */
static char next(struct cursor *c)
{
	c->pos = oci_scan_token(c->at, c->pos, c->len + 1);
	return c->pos < c->len ? c->at[c->pos] : '\0';
}

/* From a quote to behind its partner. */
static void skip_string(struct cursor *c)
{
	for (c->pos++; c->pos < c->len; c->pos++) {
		if (c->at[c->pos] == '\\')
			c->pos++;
		else if (c->at[c->pos] == '"')
			break;
	}
	c->pos = c->pos < c->len ? c->pos + 1 : c->len;
}

static void skip_word(struct cursor *c)
{
	while (c->pos < c->len && !strchr(" \t\n\v\f\r,:\"[]{}", c->at[c->pos]))
		c->pos++;
}

static void skip_value(struct cursor *c)
{
	size_t depth = 0;

	do {
		switch (next(c)) {
		case '\0': c->pos++; break;
		case '"': skip_string(c); break;
		case '{':
		case '[':
			depth++;
			c->pos++;
			break;
		case '}':
		case ']':
			depth -= depth > 0;
			c->pos++;
			break;
		default: skip_word(c); break;
		}
	} while (depth > 0 && c->pos < c->len);
	if (c->pos > c->len)
		c->pos = c->len;
}

/* Does the key in at[start, end), quotes included, read as name? */
static bool key_is(const struct cursor *c, size_t start, size_t end, const char *name)
{
	const char *raw = c->at + start + 1;
	size_t n = strlen(name), len;
	char buf[COMPONENT_MAX];

	if (end < start + 2)
		return false;
	len = end - start - 2;
	if (!memchr(raw, '\\', len))
		return len == n && memcmp(raw, name, n) == 0;
	if (len > sizeof(buf) || oci_scan_unescape(raw, len, buf, &len) < 0)
		return false;
	return len == n && memcmp(buf, name, n) == 0;
}

/* Move from an object to the value of a key; the last one counts. */
static bool enter_object(struct cursor *c, const char *name)
{
	struct cursor found = { .pos = 0 };

	c->pos++;
	while (next(c) == '"') {
		size_t start = c->pos;

		skip_string(c);
		if (key_is(c, start, c->pos, name)) {
			(void)next(c);
			found = *c;
		}
		skip_value(c);
	}
	if (found.at)
		*c = found;
	return found.at;
}

static bool enter_array(struct cursor *c, const char *name)
{
	uint64_t index;
	char kind;

	if (text_u64(name, &index) < 0)
		return false;
	c->pos++;
	while ((kind = next(c)) != '\0' && kind != ']' && kind != '}') {
		if (index-- == 0)
			return true;
		skip_value(c);
	}
	return false;
}

/* The component at *pointer, unescaped ("~1" is "/", "~0" is "~"); *pointer
 * moves behind it.  False when it is longer than any key worth finding. */
static bool take_component(const char **pointer, char *name)
{
	const char *p = *pointer + 1;
	size_t n = 0;

	for (; *p != '\0' && *p != '/'; p++) {
		char c = *p;

		if (c == '~' && (p[1] == '0' || p[1] == '1'))
			c = *++p == '0' ? '~' : '/';
		if (n == COMPONENT_MAX - 1)
			return false;
		name[n++] = c;
	}
	name[n] = '\0';
	*pointer = p;
	return true;
}

int oci_locate(const struct oci_text *text, const char *pointer, unsigned *line, unsigned *col)
{
	struct cursor c = { .at = text->at, .len = text->len };
	char name[COMPONENT_MAX], kind;
	size_t pos;

	kind = next(&c);
	pos = c.pos;
	if (kind == '\0')
		return -ENOENT;
	while (*pointer == '/' && take_component(&pointer, name)) {
		bool found = kind == '{'   ? enter_object(&c, name)
			     : kind == '[' ? enter_array(&c, name)
					   : false;

		if (!found)
			break;
		kind = next(&c);
		pos = c.pos;
	}
	oci_position(text, pos, line, col);
	return 0;
}
