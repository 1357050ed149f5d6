/* SPDX-License-Identifier: Apache-2.0 */
/* decode.c - JSON text to structs, in one pass of yajl's callbacks.
 *
 * A stack of frames stands for the open objects, lists and maps that the table
 * knows; what it does not know, and what had the wrong type, is counted in
 * ->skip until it ends.  Every callback turns the top frame into a slot (kind
 * and address of the value to come) and stores there.  Pointers, lines and
 * columns are made only when there is a problem.
 *
 * Memory.  All strings go to one pool: a string of n bytes and its NUL come
 * from a token of at least n + 2 bytes.  Lists double, from 64 bytes or one
 * entry.  oci_arena_size() adds this up.
 */
#include "libocispec/desc.h"

#include <errno.h>
#include <string.h>

#include "libocispec/desc_rows.h"
#include "libocispec/keyset.h"
#include "libocispec/lex.h"
#include "libocispec/scan.h"

enum frame_kind { FRAME_OBJECT, FRAME_LIST, FRAME_MAP };

/* The first two members of every list as the structs have it. */
struct list {
	char *at;
	size_t n;
	size_t cap;
	size_t size; /* of one entry */
};

struct frame {
	enum frame_kind kind;
	bool drop;                     /* skip the value at hand: its key was refused */
	const struct oci_field *field; /* OBJECT: of the key at hand, NULL: unknown;
					 * LIST, MAP: their own, in the object around */
	const struct oci_type *type;   /* OBJECT */
	char *at;                      /* of the struct; of the member that takes the list */
	const char *key;               /* OBJECT, MAP: the key at hand, for pointers */
	size_t key_len;
	size_t start;           /* of the bracket in the text */
	size_t next;            /* OBJECT: the row that is expected next */
	uint64_t seen, present; /* OBJECT: bits of rows: keys, and those not null */
	struct list list;
	struct list keys; /* MAP: struct oci_keynode */
	uint32_t keys_root;
};

struct decoder {
	struct lex lex;
	const struct oci_text *text;
	struct arena *arena;
	struct problems *problems;
	const struct oci_type *type; /* of the document */
	char *out;
	char *pool;     /* free part of the pool of strings */
	bool ascii;     /* the whole text */
	bool fatal;     /* a limit was exceeded: no going on */
	int code;       /* of the first error */
	unsigned depth; /* open brackets */
	unsigned skip;  /* ... of them inside a value that is skipped */
	unsigned n;     /* frames */
	struct frame frame[OCI_DEPTH_MAX + 1];
};

/* Where a value goes. */
struct slot {
	enum oci_kind kind;
	const struct oci_field *field;
	const struct oci_type *type;
	char *at;
};

/* Bound of the memory per byte of text.  A byte is charged to the innermost
 * value it belongs to, brackets, commas and the key included.
 *   entry of n >= 3 bytes ("{},"): its list has at most 4 * ELEMENT bytes for
 *     it in all sizes it ever had, and 15 for alignment: below 133 per byte;
 *   entry of a map, n >= 6 bytes (`"":{},`), ELEMENT + a key node: below 85;
 *   numbers (`1,`): 16; strings (`"",`): 16;
 *   a list or map of its own, n >= 6 (`"k":[]`): 64 + 64 + 30, below 27;
 *   an object, n >= 6 (`"k":{}`): STRUCT + 15, below 46.
 * The pool and yajl come on top. */
enum { BYTES_PER_BYTE = 136 };

_Static_assert(4 * OCI_ELEMENT_MAX + 15 <= BYTES_PER_BYTE * 3, "list entries");
_Static_assert(4 * (OCI_ELEMENT_MAX + sizeof(struct oci_keynode)) + 30 <= BYTES_PER_BYTE * 6,
	       "map entries");
_Static_assert(OCI_STRUCT_MAX + 15 <= BYTES_PER_BYTE * 6, "objects");

size_t oci_arena_size(size_t len)
{
	if (len > OCI_TEXT_MAX)
		len = OCI_TEXT_MAX; /* longer texts are refused before memory is spent */
	return len * (BYTES_PER_BYTE + 1) + oci_lex_memory(len) + 4096;
}

/* --- problems ------------------------------------------------------------- */

/* Append "/name" in the escapes of RFC 6901; false when it does not fit. */
static bool add_component(struct text *t, const char *name, size_t len)
{
	struct text before = *t;

	text_bytes(t, "/", 1);
	for (size_t i = 0; i < len; i++) {
		if (name[i] == '~')
			text_bytes(t, "~0", 2);
		else if (name[i] == '/')
			text_bytes(t, "~1", 2);
		else
			text_bytes(t, name + i, 1);
	}
	if (!t->cut)
		return true;
	*t = before;
	t->at[t->len] = '\0';
	return false;
}

/* The pointer of what the first `levels` frames have at hand.  One that is too
 * long ends with the last component that fits: a parent. */
static void make_pointer(const struct decoder *d, unsigned levels, char *buf, size_t cap)
{
	struct text t = text_over(buf, cap);
	char index[24];

	for (unsigned i = 0; i < levels; i++) {
		const struct frame *f = &d->frame[i];
		const char *name = f->key;
		size_t len = f->key_len;

		if (f->kind == FRAME_LIST ? f->list.n == 0 : !name)
			return;
		if (f->kind == FRAME_LIST) {
			len = text_fmt(index, sizeof(index), "%zu", f->list.n - 1);
			name = index;
		}
		if (!add_component(&t, name, len))
			return;
	}
}

/* Report a problem of what the first `levels` frames have at hand, at an offset
 * of the text.  Returns what a callback returns: 1 to go on. */
static int report(struct decoder *d, unsigned levels, size_t offset, int code, const char *msg)
{
	struct problems *p = d->problems;
	char pointer[ERR_WHERE_MAX];
	bool warning = code == 0;
	struct problem *last;

	if (warning && !p->all)
		return 1;
	make_pointer(d, levels, pointer, sizeof(pointer));
	(void)problem_add(p, warning, pointer, code, "%s", msg);
	/* A full list keeps nothing, or puts the first error at its end. */
	last = p->n > 0 ? &p->at[p->n - 1] : NULL;
	if (last && last->line == 0 && strcmp(last->err.where, pointer) == 0)
		oci_position(d->text, offset, &last->line, &last->col);
	if (!warning && d->code == 0)
		d->code = -code;
	return warning || (!d->fatal && !problems_stop(p));
}

static size_t token_start(const struct decoder *d)
{
	return oci_scan_token(d->text->at, d->lex.prev, d->lex.end);
}

/* A problem of the value or key at hand. */
static int fail(struct decoder *d, const char *msg)
{
	return report(d, d->n, token_start(d), EINVAL, msg);
}

/* As fail(), when nothing can be said about what follows.  Returns 0. */
static int fail_limit(struct decoder *d, unsigned levels, int code, const char *msg)
{
	d->fatal = true;
	return report(d, levels, token_start(d), code, msg);
}

/* Of the list or map on top. */
static int fail_count(struct decoder *d)
{
	char msg[64];

	(void)text_fmt(msg, sizeof(msg), "more than %d entries", OCI_LIST_MAX);
	return fail_limit(d, d->n - 1, E2BIG, msg);
}

/* --- memory --------------------------------------------------------------- */

/* NULL: reported as fatal.  Cannot happen in an arena of oci_arena_size(). */
static void *take(struct decoder *d, size_t n)
{
	size_t need = n + 15 + d->lex.reserve;

	if (arena_room(d->arena) < need) {
		(void)fail_limit(d, d->n, ENOMEM, "no memory left for the document");
		return NULL;
	}
	return arena_alloc(d->arena, n);
}

/* Room for one more entry. */
static bool list_room(struct decoder *d, struct list *l)
{
	size_t cap = l->cap * 2;
	char *at;

	if (l->n < l->cap)
		return true;
	if (cap == 0)
		cap = l->size < 64 ? 64 / l->size : 1;
	at = take(d, cap * l->size);
	if (!at)
		return false;
	if (l->n > 0)
		memcpy(at, l->at, l->n * l->size);
	l->at = at;
	l->cap = cap;
	return true;
}

/* Address of a new zeroed entry, NULL when a limit is exceeded. */
static char *list_push(struct decoder *d, struct list *l)
{
	if (l->n == OCI_LIST_MAX) {
		(void)fail_count(d);
		return NULL;
	}
	if (!list_room(d, l))
		return NULL;
	return l->at + l->n++ * l->size;
}

/* A string token as it stands in the text, without the quotes. */
struct raw {
	const char *at;
	size_t n;
	bool escapes;
};

/* yajl gives the place in the text, or, when there are escapes, a copy without
 * them.  The copy is not used: unpaired surrogates are garbled in it. */
static struct raw raw_string(const struct decoder *d, const unsigned char *s, size_t n)
{
	uintptr_t offset = (uintptr_t)s - (uintptr_t)d->text->at;
	size_t start;

	if (offset < d->text->len)
		return (struct raw){ d->text->at + offset, n, false };
	start = token_start(d) + 1;
	return (struct raw){ d->text->at + start, d->lex.end - 1 - start, true };
}

static bool is_utf8(const struct decoder *d, const struct raw *raw)
{
	return d->ascii || oci_scan_utf8(raw->at, raw->n);
}

/* Copy a string to the pool; NULL when it was refused. */
static char *take_string(struct decoder *d, const struct raw *raw)
{
	char *ret = d->pool;
	size_t n = raw->n;
	int err;

	if (!raw->escapes) {
		memcpy(ret, raw->at, n);
	} else {
		err = oci_scan_unescape(raw->at, raw->n, ret, &n);
		if (err < 0) {
			(void)fail(d, err == -EINVAL ? "NUL in a string"
						     : "unpaired surrogate in a string");
			return NULL;
		}
	}
	ret[n] = '\0';
	d->pool += n + 1;
	return ret;
}

/* --- values ---------------------------------------------------------------- */

struct range {
	const char *name;
	uint64_t below; /* largest magnitude of a negative value */
	uint64_t above;
};

#define RANGE_U32 "an integer from 0 to 4294967295", 0, UINT32_MAX
#define RANGE_U64 "an integer from 0 to 18446744073709551615", 0, UINT64_MAX
#define RANGE_I64                                                                                  \
	"an integer from -9223372036854775808 to 9223372036854775807", (uint64_t)INT64_MAX + 1,    \
		INT64_MAX

/* The kinds that are numbers have a name here. */
static const struct range ranges[] = {
	[OCI_I64] = { RANGE_I64 },
	[OCI_U64] = { RANGE_U64 },
	[OCI_U32] = { RANGE_U32 },
	[OCI_OPT_I32] = { "an integer from -2147483648 to 2147483647", (uint64_t)INT32_MAX + 1,
			  INT32_MAX },
	[OCI_OPT_U16] = { "an integer from 0 to 65535", 0, UINT16_MAX },
	[OCI_OPT_U32] = { RANGE_U32 },
	[OCI_OPT_I64] = { RANGE_I64 },
	[OCI_OPT_U64] = { RANGE_U64 },
	[OCI_SKIP] = { NULL, 0, 0 },
};

static const char *expected(enum oci_kind kind)
{
	if (ranges[kind].name)
		return ranges[kind].name;
	if (kind == OCI_BOOL || kind == OCI_OPT_BOOL)
		return "true or false";
	if (kind == OCI_STRING)
		return "a string";
	if (kind == OCI_STRINGS || kind == OCI_U32S || kind == OCI_OBJECTS)
		return "an array";
	return "an object";
}

static int mismatch(struct decoder *d, enum oci_kind kind, const char *found)
{
	char msg[ERR_MSG_MAX];

	(void)text_fmt(msg, sizeof(msg), "expected %s, found %s", expected(kind), found);
	return fail(d, msg);
}

/* The slot of an entry of the list or map on top. */
static bool entry_slot(struct decoder *d, struct frame *f, struct slot *s)
{
	enum oci_kind kind = f->field->kind;

	s->type = f->field->type;
	s->at = list_push(d, &f->list);
	if (!s->at)
		return false;
	if (f->kind == FRAME_MAP)
		memcpy(s->at, &f->key, sizeof(f->key));
	if (kind == OCI_STRING_MAP) {
		s->kind = OCI_STRING;
		s->at += offsetof(struct str_pair, value);
	} else {
		s->kind = kind == OCI_STRINGS ? OCI_STRING
			  : kind == OCI_U32S  ? OCI_U32
					      : OCI_INLINE;
	}
	return true;
}

/* The slot of the value at hand.  False: skip it, or stop if ->fatal. */
static bool slot_of(struct decoder *d, struct slot *s)
{
	struct frame *f;

	s->field = NULL;
	if (d->n == 0) {
		s->kind = OCI_INLINE;
		s->type = d->type;
		s->at = d->out;
		return true;
	}
	f = &d->frame[d->n - 1];
	if (f->drop)
		return false;
	if (f->kind != FRAME_OBJECT)
		return entry_slot(d, f, s);
	if (!f->field || f->field->kind == OCI_SKIP)
		return false;
	s->field = f->field;
	s->kind = f->field->kind;
	s->type = f->field->type;
	s->at = f->at + f->field->offset;
	f->present |= UINT64_C(1) << (f->field - f->type->fields);
	if (f->field->has_offset)
		*(bool *)(f->at + f->field->has_offset) = true;
	return true;
}

/* Start of every callback for a scalar: is it to be stored? */
static bool begin(struct decoder *d, struct slot *s)
{
	oci_lex_token(&d->lex);
	return d->skip == 0 && slot_of(d, s);
}

static int on_null(void *ctx)
{
	struct decoder *d = ctx;
	struct frame *f = d->n > 0 ? &d->frame[d->n - 1] : NULL;
	struct slot s;

	/* Absent, which makes sense for a key only. */
	if (f && (f->kind != FRAME_LIST || d->skip > 0)) {
		oci_lex_token(&d->lex);
		return 1;
	}
	return begin(d, &s) ? mismatch(d, s.kind, "null") : !d->fatal;
}

static int on_boolean(void *ctx, int value)
{
	struct decoder *d = ctx;
	struct slot s;

	if (!begin(d, &s))
		return !d->fatal;
	if (s.kind == OCI_BOOL)
		*(bool *)s.at = value;
	else if (s.kind == OCI_OPT_BOOL)
		*(struct opt_bool *)(void *)s.at = (struct opt_bool){ true, value };
	else
		return mismatch(d, s.kind, value ? "true" : "false");
	return 1;
}

#define STORE(ctype, ...) (*(ctype *)(void *)s->at = (ctype)__VA_ARGS__)

/* v is in range, in two's complement. */
static void store_number(const struct slot *s, uint64_t v)
{
	switch (s->kind) {
	case OCI_OPT_I32: STORE(struct opt_i32, { true, (int32_t)v }); break;
	case OCI_OPT_U16: STORE(struct opt_u16, { true, (uint16_t)v }); break;
	case OCI_U32: STORE(uint32_t, v); break;
	case OCI_OPT_U32: STORE(struct opt_u32, { true, (uint32_t)v }); break;
	case OCI_I64: STORE(int64_t, v); break;
	case OCI_OPT_I64: STORE(struct opt_i64, { true, (int64_t)v }); break;
	case OCI_U64: STORE(uint64_t, v); break;
	case OCI_OPT_U64: STORE(struct opt_u64, { true, v }); break;
	case OCI_BOOL:
	case OCI_STRING:
	case OCI_OPT_BOOL:
	case OCI_STRINGS:
	case OCI_U32S:
	case OCI_STRING_MAP:
	case OCI_OBJECT:
	case OCI_INLINE:
	case OCI_OBJECTS:
	case OCI_OBJECT_MAP:
	case OCI_SKIP: break;
	}
}

static int on_number(void *ctx, const char *s, size_t n)
{
	struct decoder *d = ctx;
	const struct range *range;
	struct slot slot;
	uint64_t v = 0;
	bool negative = false;
	char found[48];

	if (!begin(d, &slot))
		return !d->fatal;
	range = &ranges[slot.kind];
	if (range->name && oci_scan_integer(s, n, &negative, &v) == 0 &&
	    v <= (negative ? range->below : range->above)) {
		store_number(&slot, negative ? -v : v);
		return 1;
	}
	(void)text_fmt(found, sizeof(found), "%.*s%s", n > 40 ? 40 : (int)n, s,
		       n > 40 ? "..." : "");
	return mismatch(d, slot.kind, found);
}

static int on_string(void *ctx, const unsigned char *s, size_t n)
{
	struct decoder *d = ctx;
	struct slot slot;
	struct raw raw;
	char *string;
	bool store = begin(d, &slot);

	if (d->fatal)
		return 0;
	raw = raw_string(d, s, n);
	if (!is_utf8(d, &raw))
		return fail(d, "invalid UTF-8 in a string");
	if (!store)
		return 1;
	if (slot.kind != OCI_STRING)
		return mismatch(d, slot.kind, "a string");
	string = take_string(d, &raw);
	if (!string)
		return !problems_stop(d->problems);
	memcpy(slot.at, &string, sizeof(string));
	return 1;
}

/* --- objects, lists, maps ---------------------------------------------------- */

static struct frame *push(struct decoder *d, enum frame_kind kind, const struct slot *s)
{
	struct frame *f = &d->frame[d->n++];

	*f = (struct frame){ .kind = kind, .field = s->field, .type = s->type, .at = s->at };
	f->start = d->lex.end - 1;
	if (kind == FRAME_OBJECT)
		f->field = NULL;
	else if (s->kind == OCI_STRINGS)
		f->list.size = sizeof(char *);
	else if (s->kind == OCI_U32S)
		f->list.size = sizeof(uint32_t);
	else if (s->kind == OCI_STRING_MAP)
		f->list.size = sizeof(struct str_pair);
	else
		f->list.size = s->type->size;
	f->keys.size = sizeof(struct oci_keynode);
	return f;
}

/* Start of both brackets: true when the table wants to see inside. */
static bool begin_bracket(struct decoder *d, struct slot *s)
{
	char msg[64];

	oci_lex_token(&d->lex);
	if (++d->depth > OCI_DEPTH_MAX) {
		(void)text_fmt(msg, sizeof(msg), "nested deeper than %d levels", OCI_DEPTH_MAX);
		(void)fail_limit(d, d->n, E2BIG, msg);
		return false;
	}
	if (d->skip == 0 && slot_of(d, s))
		return true;
	d->skip++;
	return false;
}

static int on_start_map(void *ctx)
{
	struct decoder *d = ctx;
	struct slot s;
	char *object;

	if (!begin_bracket(d, &s))
		return !d->fatal;
	if (s.kind == OCI_OBJECT) {
		object = take(d, s.type->size);
		if (!object)
			return 0;
		memcpy(s.at, &object, sizeof(object));
		s.at = object;
		push(d, FRAME_OBJECT, &s);
	} else if (s.kind == OCI_INLINE) {
		push(d, FRAME_OBJECT, &s);
	} else if (s.kind == OCI_STRING_MAP || s.kind == OCI_OBJECT_MAP) {
		push(d, FRAME_MAP, &s);
	} else {
		d->skip = 1;
		return mismatch(d, s.kind, "an object");
	}
	return 1;
}

static int on_start_array(void *ctx)
{
	struct decoder *d = ctx;
	struct slot s;

	if (!begin_bracket(d, &s))
		return !d->fatal;
	if (s.kind == OCI_STRINGS || s.kind == OCI_U32S || s.kind == OCI_OBJECTS) {
		push(d, FRAME_LIST, &s);
		return 1;
	}
	d->skip = 1;
	return mismatch(d, s.kind, "an array");
}

/* The row of a key; documents mostly keep the order of the specification. */
static const struct oci_field *find_field(struct frame *f, const char *key, size_t n)
{
	size_t i = f->next;

	for (size_t left = f->type->n; left > 0; left--, i++) {
		const struct oci_field *field;

		if (i >= f->type->n)
			i = 0;
		field = &f->type->fields[i];
		if (field->key_len == n && memcmp(field->key, key, n) == 0) {
			f->next = i + 1;
			return field;
		}
	}
	return NULL;
}

static int object_key(struct decoder *d, struct frame *f, const char *key, size_t n)
{
	uint64_t bit;

	f->key = key;
	f->key_len = n;
	f->field = find_field(f, key, n);
	if (!f->field)
		return report(d, d->n, token_start(d), 0, "unknown key");
	f->key = f->field->key;
	bit = UINT64_C(1) << (f->field - f->type->fields);
	if (f->seen & bit) {
		f->drop = true; /* the first one stands */
		return fail(d, "duplicate key");
	}
	f->seen |= bit;
	return 1;
}

static int map_key(struct decoder *d, struct frame *f, const char *key, size_t n)
{
	struct list *keys = &f->keys;

	f->key = key;
	f->key_len = n;
	if (keys->n == OCI_LIST_MAX)
		return fail_count(d);
	if (!list_room(d, keys))
		return 0;
	f->drop = !oci_keyset_add((struct oci_keynode *)(void *)keys->at, keys->n, &f->keys_root,
				  key);
	if (f->drop)
		return fail(d, "duplicate key");
	keys->n++;
	return 1;
}

static int on_key(void *ctx, const unsigned char *s, size_t n)
{
	struct decoder *d = ctx;
	struct frame *f;
	struct raw raw;
	const char *key;

	oci_lex_token(&d->lex);
	d->lex.key = true;
	raw = raw_string(d, s, n);
	if (d->skip > 0)
		return is_utf8(d, &raw) || fail(d, "invalid UTF-8 in a key");
	f = &d->frame[d->n - 1];
	f->key = NULL;
	f->drop = true; /* until the key is fine */
	if (!is_utf8(d, &raw))
		return fail(d, "invalid UTF-8 in a key");
	key = raw.at;
	/* The keys of objects need no copy, unless they were rewritten. */
	if (f->kind == FRAME_MAP || raw.escapes) {
		key = take_string(d, &raw);
		if (!key)
			return !problems_stop(d->problems);
		raw.n = (size_t)(d->pool - key) - 1;
	}
	f->drop = false;
	return f->kind == FRAME_MAP ? map_key(d, f, key, raw.n) : object_key(d, f, key, raw.n);
}

static int check_required(struct decoder *d, const struct frame *f)
{
	char msg[128];

	for (size_t i = 0; i < f->type->n; i++) {
		const struct oci_field *field = &f->type->fields[i];

		if (!(field->flags & OCI_REQUIRED) || (f->present >> i & 1))
			continue;
		(void)text_fmt(msg, sizeof(msg), "required key \"%s\" is missing", field->key);
		if (!report(d, d->n - 1, f->start, EINVAL, msg))
			return 0;
	}
	return 1;
}

static int on_end(void *ctx)
{
	struct decoder *d = ctx;
	struct frame *f;
	int ret = 1;

	oci_lex_token(&d->lex);
	d->depth--;
	if (d->skip > 0) {
		d->skip--;
		return 1;
	}
	f = &d->frame[d->n - 1];
	if (f->kind == FRAME_OBJECT) {
		ret = check_required(d, f);
	} else {
		memcpy(f->at, &f->list.at, sizeof(f->list.at));
		memcpy(f->at + sizeof(f->list.at), &f->list.n, sizeof(f->list.n));
	}
	d->n--;
	return ret;
}

/* --- the whole text ----------------------------------------------------------- */

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_start_map,
	.yajl_map_key = on_key,
	.yajl_end_map = on_end,
	.yajl_start_array = on_start_array,
	.yajl_end_array = on_end,
};

/* What can be refused without reading, and the memory that is known before. */
static int prepare(struct decoder *d)
{
	const struct oci_text *text = d->text;
	char msg[96];

	if (text->len > OCI_TEXT_MAX) {
		(void)text_fmt(msg, sizeof(msg), "text of %zu bytes, more than %d", text->len,
			       OCI_TEXT_MAX);
		return fail_limit(d, 0, EFBIG, msg);
	}
	if (text->len >= 3 && memcmp(text->at, "\xef\xbb\xbf", 3) == 0)
		return fail_limit(d, 0, EINVAL, "text starts with a byte order mark");
	d->ascii = oci_scan_ascii(text->at, text->len);
	d->pool = take(d, text->len + 1);
	return d->pool != NULL;
}

int oci_decode(const struct oci_type *type, const struct oci_text *text, struct arena *a, void *out,
	       struct problems *p)
{
	struct decoder d; /* 15 KiB, of which a usual document touches two */
	char msg[128];
	struct text t = text_over(msg, sizeof(msg));
	size_t place;

	memset(out, 0, type->size);
	d.text = d.lex.text = text;
	d.arena = d.lex.arena = a;
	d.lex.reserve = oci_lex_memory(text->len > OCI_TEXT_MAX ? OCI_TEXT_MAX : text->len);
	d.lex.prev = d.lex.end = 0;
	d.problems = p;
	d.type = type;
	d.out = out;
	d.fatal = false;
	d.code = 0;
	d.depth = d.skip = d.n = 0;
	if (prepare(&d) && oci_lex_run(&d.lex, &callbacks, &d) == -EINVAL) {
		place = oci_lex_problem(&d.lex, d.depth > 0, &t);
		/* Inside what is open; a key may be over or just begun. */
		(void)report(&d, d.skip > 0 || d.n == 0 ? d.n : d.n - 1, place, EINVAL, msg);
	}
	return d.code;
}
