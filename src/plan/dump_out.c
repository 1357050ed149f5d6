/* SPDX-License-Identifier: Apache-2.0 */
/* dump_out.c - see dump_out.h. */
#include "plan/dump_out.h"

#include <string.h>

#include "base/text.h"

enum { COLUMN_FIELDS = 16, COLUMN_PLACE = 72, PIECE = 64, TAB = 2 };

/* --- bytes ---------------------------------------------------------------- */

static void flush(struct dump_out *o)
{
	if (o->n)
		o->d->write(o->d->ctx, o->buf, o->n);
	o->n = 0;
}

static void put(struct dump_out *o, const char *at, size_t n)
{
	o->column += n;
	while (n) {
		size_t room = sizeof(o->buf) - o->n;
		size_t part = n < room ? n : room;

		memcpy(o->buf + o->n, at, part);
		o->n += part;
		at += part;
		n -= part;
		if (o->n == sizeof(o->buf))
			flush(o);
	}
}

static void put_text(struct dump_out *o, const char *s)
{
	put(o, s, strlen(s));
}

static void pad_to(struct dump_out *o, size_t column)
{
	while (o->column < column)
		put(o, " ", 1);
}

/* Bytes of the next piece of s: it does not end within a UTF-8 sequence. */
static size_t piece_length(const char *s)
{
	size_t n = strnlen(s, PIECE), back;

	if (n < PIECE)
		return n;
	for (back = 0; back < 3 && ((unsigned char)s[n - back] & 0xc0) == 0x80; back++)
		;
	return n - back;
}

/* Piece by piece: values have any length, the buffer has one. */
static void put_escaped(struct dump_out *o, const char *s)
{
	char piece[PIECE + 1], out[8 * PIECE];

	while (*s) {
		struct text t = text_over(out, sizeof(out));
		size_t n = piece_length(s);

		memcpy(piece, s, n);
		piece[n] = '\0';
		if (o->d->json) {
			text_json(&t, piece);
			put(o, out + 1, t.len - 2);
		} else {
			text_printable(&t, piece);
			put(o, out, t.len);
		}
		s += n;
	}
}

static void put_number(struct dump_out *o, int64_t value)
{
	char s[32];

	put(o, s, text_fmt(s, sizeof(s), "%lld", (long long)value));
}

/* --- lines ------------------------------------------------------------------- */

void dump_begin(struct dump_out *o, const struct plan_dump *d)
{
	*o = (struct dump_out){ .d = d };
	if (d->json)
		put_text(o, "[");
}

void dump_finish(struct dump_out *o)
{
	if (o->d->json)
		put_text(o, "\n]\n");
	flush(o);
}

void dump_phase(struct dump_out *o, const char *name)
{
	o->phase = name;
	o->headed = false;
}

void dump_line(struct dump_out *o, const char *what)
{
	if (o->d->json) {
		put_text(o, o->any ? ",\n{\"phase\":\"" : "\n{\"phase\":\"");
		put_text(o, o->phase);
		put_text(o, "\",\"what\":\"");
		put_escaped(o, what);
		put_text(o, "\"");
		o->any = true;
		return;
	}
	if (!o->headed) {
		put_text(o, o->phase);
		put_text(o, "\n");
	}
	o->headed = o->any = true;
	o->column = 0;
	pad_to(o, TAB);
	put_escaped(o, what);
}

/* "name:LINE:COLUMN pointer" -> LINE; 0 when it is not like that. */
static unsigned line_of(const char *place, const char *pointer)
{
	size_t n = strlen(place), tail = strlen(pointer);
	unsigned line = 0, unit = 1;

	if (n <= tail || strcmp(place + n - tail, pointer))
		return 0;
	for (n -= tail + 1; n > 0 && place[n] != ':'; n--)
		;
	while (n-- > 0 && place[n] >= '0' && place[n] <= '9') {
		line += unit * (unsigned)(place[n] - '0');
		unit *= 10;
	}
	return line;
}

static void put_place(struct dump_out *o, const char *pointer)
{
	char place[1024];
	unsigned line;

	if (o->d->place)
		o->d->place(o->d->ctx, pointer, place, sizeof(place));
	else
		text_fmt(place, sizeof(place), "%s", pointer);
	if (!o->d->json) {
		pad_to(o, COLUMN_PLACE - TAB);
		put_text(o, "  ");
		put_escaped(o, place);
		return;
	}
	put_text(o, ",\"pointer\":\"");
	put_escaped(o, pointer);
	put_text(o, "\"");
	line = line_of(place, pointer);
	if (line) {
		put_text(o, ",\"line\":");
		put_number(o, line);
	}
}

void dump_end(struct dump_out *o, const char *pointer)
{
	if (pointer)
		put_place(o, pointer);
	put_text(o, o->d->json ? "}" : "\n");
}

/* --- fields --------------------------------------------------------------- */

static void open_field(struct dump_out *o, const char *key, bool label)
{
	if (o->d->json) {
		put_text(o, ",\"");
		put_text(o, key);
		put_text(o, "\":");
		return;
	}
	if (o->column < COLUMN_FIELDS - TAB)
		pad_to(o, COLUMN_FIELDS);
	else
		put_text(o, "  ");
	if (label) {
		put_text(o, key);
		put_text(o, " ");
	}
}

static void quote(struct dump_out *o)
{
	if (o->d->json)
		put_text(o, "\"");
}

static void field(struct dump_out *o, const char *key, bool label, const char *value)
{
	open_field(o, key, label);
	quote(o);
	put_escaped(o, value);
	quote(o);
}

void dump_named(struct dump_out *o, const char *key, const char *value)
{
	field(o, key, true, value);
}

void dump_plain(struct dump_out *o, const char *key, const char *value)
{
	field(o, key, false, value);
}

void dump_pair(struct dump_out *o, const char *key, const char *first, const char *second)
{
	open_field(o, key, true);
	quote(o);
	put_escaped(o, first);
	put_escaped(o, second);
	quote(o);
}

void dump_number(struct dump_out *o, const char *key, int64_t value)
{
	open_field(o, key, true);
	put_number(o, value);
}

void dump_limit(struct dump_out *o, const char *key, uint64_t value)
{
	char s[32];

	if (value == UINT64_MAX) {
		field(o, key, true, "unlimited");
		return;
	}
	open_field(o, key, true);
	put(o, s, text_fmt(s, sizeof(s), "%llu", (unsigned long long)value));
}

void dump_octal(struct dump_out *o, const char *key, unsigned value)
{
	char s[32];

	text_fmt(s, sizeof(s), "%04o", value);
	field(o, key, true, s);
}

void dump_flag(struct dump_out *o, const char *key)
{
	open_field(o, key, false);
	put_text(o, o->d->json ? "true" : key);
}

/* --- lists ----------------------------------------------------------------- */

void dump_list(struct dump_out *o, const char *key, bool label, char separator)
{
	o->list = separator;
	o->list_any = false;
	open_field(o, key, label);
	if (o->d->json)
		put_text(o, "[");
}

static void between_items(struct dump_out *o)
{
	if (o->list_any)
		put(o, o->d->json ? "," : &o->list, 1);
	o->list_any = true;
}

/* In a list whose items are set apart by blanks, an item with blanks (or
 * nothing) in it stands in quotes. */
void dump_item(struct dump_out *o, const char *item)
{
	bool quotes = o->d->json || (o->list == ' ' && (!*item || strpbrk(item, " \t\n\"")));

	between_items(o);
	if (quotes)
		put_text(o, "\"");
	put_escaped(o, item);
	if (quotes)
		put_text(o, "\"");
}

void dump_item_pair(struct dump_out *o, const char *key, const char *value)
{
	between_items(o);
	quote(o);
	put_escaped(o, key);
	if (value) {
		put_text(o, "=");
		put_escaped(o, value);
	}
	quote(o);
}

void dump_list_end(struct dump_out *o)
{
	if (o->d->json)
		put_text(o, "]");
	else if (!o->list_any)
		put_text(o, "none");
}
