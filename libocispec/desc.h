/* SPDX-License-Identifier: Apache-2.0 */
/* desc.h - descriptions of JSON documents, and what is done with them.
 *
 * A document type is a C struct and a table with one row per JSON key.  From
 * the same rows come decoding, encoding and the list of all keys.  A row whose
 * member has another type than the row says does not compile.
 *
 * yajl lexes; text goes straight from its callbacks into the caller's structs
 * in an arena, without a generic tree.  Time and memory are linear in the
 * size of the text.  Parent only.
 */
#ifndef OCISPEC_DESC_H
#define OCISPEC_DESC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"
#include "base/text.h"
#include "libocispec/config.h"

/* Hard limits, refused before memory is spent. */
enum {
	OCI_TEXT_MAX = 16 << 20,	/* bytes of one document */
	OCI_DEPTH_MAX = 64,
	OCI_LIST_MAX = 1 << 20,		/* entries of one list or map */
};

enum oci_kind {
	OCI_BOOL,		/* bool */
	OCI_STRING,		/* char * */
	OCI_I64, OCI_U64, OCI_U32,	/* plain members: absent means 0 */
	OCI_OPT_BOOL, OCI_OPT_I32, OCI_OPT_U16, OCI_OPT_U32, OCI_OPT_I64, OCI_OPT_U64,
	OCI_STRINGS,		/* struct str_list */
	OCI_U32S,		/* struct u32_list */
	OCI_STRING_MAP,		/* struct str_map */
	OCI_OBJECT,		/* pointer to a struct, `type` */
	OCI_INLINE,		/* the struct itself */
	OCI_OBJECTS,		/* {at, n} of structs */
	OCI_OBJECT_MAP,		/* {at, n} of structs whose first member is char *key */
	OCI_SKIP,		/* known key of another platform: checked for syntax only */
};

enum { OCI_REQUIRED = 1 };

struct oci_field {
	const char *key;
	uint16_t key_len;
	uint8_t kind;
	uint8_t flags;
	uint16_t offset;	/* of the member */
	uint16_t has_offset;	/* of a bool that says "was there", or 0 */
	const struct oci_type *type;	/* of OCI_OBJECT, _INLINE, _OBJECTS, _OBJECT_MAP */
};

struct oci_type {
	const char *name;	/* "process", for messages */
	size_t size;		/* of the struct */
	const struct oci_field *fields;
	size_t n;
};

/* Rows: F_STRING(struct oci_root, path, "path", OCI_REQUIRED).  The _Generic
 * in each macro refuses a member of another type.  (Definitions: desc_rows.h,
 * included by the table files only.) */

/* A document as it was read: name for messages ("config.json"). */
struct oci_text {
	const char *name;
	const char *at;
	size_t len;
};

/* Address space that decoding a text of len bytes can need, whatever is in it
 * (proof: decode.c); a usual document touches two or three times its size. */
size_t oci_arena_size(size_t len);

/* Decode text into *out (type->size bytes, zeroed by the callee).  Reports
 * every error (wrong type, out of range, duplicate key, missing key, NUL,
 * invalid UTF-8, syntax) and, as warnings, unknown keys, in p, each with its
 * place; returns 0 or the -errno of the first error: -EINVAL, -EFBIG, -E2BIG
 * (depth, counts), -ENOMEM (the arena is smaller than oci_arena_size()).  *out
 * is only good for use when that is 0. */
int oci_decode(const struct oci_type *type, const struct oci_text *text, struct arena *a,
	       void *out, struct problems *p);

/* Encode; absent optional members and empty lists are left out, plain numbers
 * and booleans and required keys are not.  Bytes that are no UTF-8 become
 * U+FFFD.  indent: 0 (one line) or the number of spaces.  The text is in the
 * arena and has no newline at its end. */
char *oci_encode(const struct oci_type *type, const void *in, int indent, struct arena *a);

/* Place of a JSON pointer in a text, 1-based; the nearest existing parent
 * when the pointer itself is not there (a missing key).  0 or -ENOENT. */
int oci_locate(const struct oci_text *text, const char *pointer, unsigned *line, unsigned *col);
/* Line and column of a byte offset; columns count bytes. */
void oci_position(const struct oci_text *text, size_t offset, unsigned *line, unsigned *col);

/* Call fn for every key, as a pointer with * for list entries and map keys
 * ("/linux/devices/(*)/path" without the parentheses), parents first. */
void oci_keys(const struct oci_type *type,
	      void (*fn)(void *ctx, const char *pointer, const struct oci_field *f), void *ctx);

#endif
