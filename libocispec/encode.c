/* SPDX-License-Identifier: Apache-2.0 */
/* encode.c - structs to JSON text, in the order of the table.
 *
 * Two passes of the same code: the first counts bytes, the second writes them
 * to memory of that size.  Plain numbers and booleans are always written,
 * required keys too; everything else only when it is there.
 */
#include "libocispec/desc.h"

#include <string.h>

#include "libocispec/scan.h"

struct writer {
	char *at; /* NULL: count only */
	size_t len;
	int indent;
	unsigned depth;
	bool empty; /* nothing stands in the innermost bracket yet */
};

/* As every list of the structs looks. */
struct list {
	const char *at;
	size_t n;
};

static void put(struct writer *w, const char *s, size_t n)
{
	if (w->at)
		memcpy(w->at + w->len, s, n);
	w->len += n;
}

static void put_text(struct writer *w, const char *s)
{
	put(w, s, strlen(s));
}

static void new_line(struct writer *w)
{
	size_t n = w->depth * (size_t)w->indent;

	if (w->indent == 0)
		return;
	put(w, "\n", 1);
	if (w->at)
		memset(w->at + w->len, ' ', n);
	w->len += n;
}

static void open_bracket(struct writer *w, const char *bracket)
{
	put_text(w, bracket);
	w->depth++;
	w->empty = true;
}

static void close_bracket(struct writer *w, const char *bracket)
{
	w->depth--;
	if (!w->empty)
		new_line(w);
	put_text(w, bracket);
	w->empty = false;
}

/* Before every entry. */
static void separate(struct writer *w)
{
	if (!w->empty)
		put(w, ",", 1);
	new_line(w);
	w->empty = false;
}

/* Bytes at s that can stand as they are. */
static size_t plain_length(const char *s)
{
	size_t n = 0;

	while ((unsigned char)s[n] >= 0x20 && (unsigned char)s[n] < 0x7f && s[n] != '"' &&
	       s[n] != '\\')
		n++;
	return n;
}

/* One character that cannot: escaped, multi-byte or invalid.  Returns the bytes
 * of it. */
static size_t put_special(struct writer *w, const char *s)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *known = strchr(from, *s);
	unsigned char c = (unsigned char)*s;
	char buf[8];
	size_t n;

	if (known) {
		buf[0] = '\\';
		buf[1] = to[known - from];
		put(w, buf, 2);
		return 1;
	}
	if (c < 0x80) {
		put(w, buf, text_fmt(buf, sizeof(buf), "\\u%04x", c));
		return 1;
	}
	n = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (strnlen(s, n) < n || !oci_scan_utf8(s, n)) {
		put_text(w, "\\ufffd");
		return 1;
	}
	put(w, s, n);
	return n;
}

static void put_string(struct writer *w, const char *s)
{
	size_t n;

	put(w, "\"", 1);
	while (*s != '\0') {
		n = plain_length(s);
		put(w, s, n);
		s += n;
		if (*s != '\0')
			s += put_special(w, s);
	}
	put(w, "\"", 1);
}

static void put_key(struct writer *w, const char *key)
{
	separate(w);
	put_string(w, key);
	put_text(w, w->indent > 0 ? ": " : ":");
}

static void put_unsigned(struct writer *w, uint64_t v)
{
	char buf[24];

	put(w, buf, text_fmt(buf, sizeof(buf), "%llu", (unsigned long long)v));
}

static void put_signed(struct writer *w, int64_t v)
{
	char buf[24];

	put(w, buf, text_fmt(buf, sizeof(buf), "%lld", (long long)v));
}

static struct list list_at(const char *at)
{
	struct list l;

	memcpy(&l.at, at, sizeof(l.at));
	memcpy(&l.n, at + sizeof(l.at), sizeof(l.n));
	return l;
}

static const char *pointer_at(const char *at)
{
	const char *p;

	memcpy(&p, at, sizeof(p));
	return p;
}

#define AT(ctype) (*(const ctype *)(const void *)at)

static bool is_present(const struct oci_field *f, const char *in)
{
	const char *at = in + f->offset;

	if ((f->flags & OCI_REQUIRED) && f->kind != OCI_OBJECT)
		return true;
	switch ((enum oci_kind)f->kind) {
	case OCI_BOOL:
	case OCI_I64:
	case OCI_U64:
	case OCI_U32:
	case OCI_INLINE: return true;
	case OCI_OPT_BOOL: return AT(struct opt_bool).set;
	case OCI_OPT_I32: return AT(struct opt_i32).set;
	case OCI_OPT_U16: return AT(struct opt_u16).set;
	case OCI_OPT_U32: return AT(struct opt_u32).set;
	case OCI_OPT_I64: return AT(struct opt_i64).set;
	case OCI_OPT_U64: return AT(struct opt_u64).set;
	case OCI_STRING:
	case OCI_OBJECT: return pointer_at(at) != NULL;
	case OCI_STRINGS:
	case OCI_U32S:
	case OCI_STRING_MAP:
	case OCI_OBJECTS:
	case OCI_OBJECT_MAP:
		return list_at(at).n > 0 || (f->has_offset && *(const bool *)(in + f->has_offset));
	case OCI_SKIP: break;
	}
	return false;
}

static void put_object(struct writer *w, const struct oci_type *type, const char *in);

static void put_strings(struct writer *w, const struct str_list *l)
{
	open_bracket(w, "[");
	for (size_t i = 0; i < l->n; i++) {
		separate(w);
		put_string(w, l->at[i]);
	}
	close_bracket(w, "]");
}

static void put_numbers(struct writer *w, const struct u32_list *l)
{
	open_bracket(w, "[");
	for (size_t i = 0; i < l->n; i++) {
		separate(w);
		put_unsigned(w, l->at[i]);
	}
	close_bracket(w, "]");
}

static void put_string_map(struct writer *w, const struct str_map *m)
{
	open_bracket(w, "{");
	for (size_t i = 0; i < m->n; i++) {
		put_key(w, m->at[i].key);
		put_string(w, m->at[i].value);
	}
	close_bracket(w, "}");
}

static void put_objects(struct writer *w, const struct oci_type *type, struct list l)
{
	open_bracket(w, "[");
	for (size_t i = 0; i < l.n; i++) {
		separate(w);
		put_object(w, type, l.at + i * type->size);
	}
	close_bracket(w, "]");
}

static void put_object_map(struct writer *w, const struct oci_type *type, struct list l)
{
	open_bracket(w, "{");
	for (size_t i = 0; i < l.n; i++) {
		put_key(w, pointer_at(l.at + i * type->size));
		put_object(w, type, l.at + i * type->size);
	}
	close_bracket(w, "}");
}

static void put_value(struct writer *w, const struct oci_field *f, const char *at)
{
	switch ((enum oci_kind)f->kind) {
	case OCI_BOOL: put_text(w, AT(bool) ? "true" : "false"); break;
	case OCI_STRING: put_string(w, pointer_at(at) ? pointer_at(at) : ""); break;
	case OCI_I64: put_signed(w, AT(int64_t)); break;
	case OCI_U64: put_unsigned(w, AT(uint64_t)); break;
	case OCI_U32: put_unsigned(w, AT(uint32_t)); break;
	case OCI_OPT_BOOL: put_text(w, AT(struct opt_bool).v ? "true" : "false"); break;
	case OCI_OPT_I32: put_signed(w, AT(struct opt_i32).v); break;
	case OCI_OPT_U16: put_unsigned(w, AT(struct opt_u16).v); break;
	case OCI_OPT_U32: put_unsigned(w, AT(struct opt_u32).v); break;
	case OCI_OPT_I64: put_signed(w, AT(struct opt_i64).v); break;
	case OCI_OPT_U64: put_unsigned(w, AT(struct opt_u64).v); break;
	case OCI_STRINGS: put_strings(w, &AT(struct str_list)); break;
	case OCI_U32S: put_numbers(w, &AT(struct u32_list)); break;
	case OCI_STRING_MAP: put_string_map(w, &AT(struct str_map)); break;
	case OCI_OBJECT: put_object(w, f->type, pointer_at(at)); break;
	case OCI_INLINE: put_object(w, f->type, at); break;
	case OCI_OBJECTS: put_objects(w, f->type, list_at(at)); break;
	case OCI_OBJECT_MAP: put_object_map(w, f->type, list_at(at)); break;
	case OCI_SKIP: break;
	}
}

/* Calls itself as deep as the tables are, not as any text is. */
static void put_object(struct writer *w, const struct oci_type *type, const char *in)
{
	open_bracket(w, "{");
	for (size_t i = 0; i < type->n; i++) {
		const struct oci_field *f = &type->fields[i];

		if (!is_present(f, in))
			continue;
		put_key(w, f->key);
		put_value(w, f, in + f->offset);
	}
	close_bracket(w, "}");
}

char *oci_encode(const struct oci_type *type, const void *in, int indent, struct arena *a)
{
	struct writer count = { .indent = indent }, w = { .indent = indent };

	put_object(&count, type, in);
	w.at = arena_alloc(a, count.len + 1);
	put_object(&w, type, in);
	w.at[w.len] = '\0';
	return w.at;
}
