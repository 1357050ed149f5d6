/* SPDX-License-Identifier: Apache-2.0 */
/* desc_rows.h - macros that write the rows of a document's table.
 *
 * Included by table files only.  Every row names the struct, its member, the
 * JSON key and flags; rows with structs below name these by their tag: tag X
 * stands for `struct X`, described by X_type.  A member of another type than
 * the row's makes an array of size -1.  The sizes that oci_arena_size() counts
 * on are checked here too.
 */
#ifndef OCISPEC_DESC_ROWS_H
#define OCISPEC_DESC_ROWS_H

#include "libocispec/desc.h"

enum {
	OCI_STRUCT_MAX = 256, /* bytes of a struct behind an OCI_OBJECT */
	OCI_ELEMENT_MAX = 96, /* bytes of one entry of a list or map */
	OCI_FIELDS_MAX = 64,  /* rows of one table: a bit each in the decoder */
};

/* 0, or no constant at all. */
#define OCI_CHECK(cond) (0 * sizeof(char[(cond) ? 1 : -1]))
#define OCI_IS(expr, ctype) OCI_CHECK(_Generic((expr), ctype : 1, default : 0))

#define OCI_ROW(st, m, k, name, fl, has, ty, check)                                                \
	{                                                                                          \
		.key = (name), .key_len = sizeof(name) - 1, .kind = (k), .flags = (fl),            \
		.offset = (uint16_t)(offsetof(st, m) + (check)), .has_offset = (has), .type = (ty) \
	}
#define OCI_PLAIN(st, m, k, name, fl, ctype)                                                       \
	OCI_ROW(st, m, k, name, fl, 0, NULL, OCI_IS(((st *)NULL)->m, ctype))

#define F_BOOL(st, m, name, fl) OCI_PLAIN(st, m, OCI_BOOL, name, fl, bool)
#define F_STRING(st, m, name, fl) OCI_PLAIN(st, m, OCI_STRING, name, fl, char *)
#define F_I64(st, m, name, fl) OCI_PLAIN(st, m, OCI_I64, name, fl, int64_t)
#define F_U64(st, m, name, fl) OCI_PLAIN(st, m, OCI_U64, name, fl, uint64_t)
#define F_U32(st, m, name, fl) OCI_PLAIN(st, m, OCI_U32, name, fl, uint32_t)
#define F_OPT_BOOL(st, m, name, fl) OCI_PLAIN(st, m, OCI_OPT_BOOL, name, fl, struct opt_bool)
#define F_OPT_I32(st, m, name, fl) OCI_PLAIN(st, m, OCI_OPT_I32, name, fl, struct opt_i32)
#define F_OPT_U16(st, m, name, fl) OCI_PLAIN(st, m, OCI_OPT_U16, name, fl, struct opt_u16)
#define F_OPT_U32(st, m, name, fl) OCI_PLAIN(st, m, OCI_OPT_U32, name, fl, struct opt_u32)
#define F_OPT_I64(st, m, name, fl) OCI_PLAIN(st, m, OCI_OPT_I64, name, fl, struct opt_i64)
#define F_OPT_U64(st, m, name, fl) OCI_PLAIN(st, m, OCI_OPT_U64, name, fl, struct opt_u64)
#define F_STRINGS(st, m, name, fl) OCI_PLAIN(st, m, OCI_STRINGS, name, fl, struct str_list)
#define F_U32S(st, m, name, fl) OCI_PLAIN(st, m, OCI_U32S, name, fl, struct u32_list)
#define F_STRING_MAP(st, m, name, fl) OCI_PLAIN(st, m, OCI_STRING_MAP, name, fl, struct str_map)

/* Strings with a bool `has` that tells an empty list from an absent one. */
#define F_STRINGS_HAS(st, m, has, name, fl)                                                        \
	OCI_ROW(st, m, OCI_STRINGS, name, fl, offsetof(st, has), NULL,                             \
		OCI_IS(((st *)NULL)->m, struct str_list) + OCI_IS(((st *)NULL)->has, bool))

#define F_OBJECT(st, m, name, tag, fl)                                                             \
	OCI_ROW(st, m, OCI_OBJECT, name, fl, 0, &tag##_type,                                       \
		OCI_IS(((st *)NULL)->m, struct tag *) +                                            \
			OCI_CHECK(sizeof(struct tag) <= OCI_STRUCT_MAX))
#define F_INLINE(st, m, name, tag, fl)                                                             \
	OCI_ROW(st, m, OCI_INLINE, name, fl, 0, &tag##_type, OCI_IS(((st *)NULL)->m, struct tag))

#define OCI_IS_LIST(st, m, tag)                                                                    \
	(OCI_IS(*((st *)NULL)->m.at, struct tag) + OCI_IS(((st *)NULL)->m.n, size_t) +             \
	 OCI_CHECK(offsetof(st, m.at) == offsetof(st, m)) +                                        \
	 OCI_CHECK(offsetof(st, m.n) == offsetof(st, m) + sizeof(void *)) +                        \
	 OCI_CHECK(sizeof(struct tag) <= OCI_ELEMENT_MAX))

#define F_OBJECTS(st, m, name, tag, fl)                                                            \
	OCI_ROW(st, m, OCI_OBJECTS, name, fl, 0, &tag##_type, OCI_IS_LIST(st, m, tag))
#define F_OBJECT_MAP(st, m, name, tag, fl)                                                         \
	OCI_ROW(st, m, OCI_OBJECT_MAP, name, fl, 0, &tag##_type,                                   \
		OCI_IS_LIST(st, m, tag) + OCI_IS(((struct tag *)NULL)->key, char *) +              \
			OCI_CHECK(offsetof(struct tag, key) == 0))

/* A key of another platform: known, and skipped. */
#define F_SKIP(name)                                                                               \
	{                                                                                          \
		.key = (name), .key_len = sizeof(name) - 1, .kind = OCI_SKIP                       \
	}

/* The initializer of a struct oci_type: struct tag, rows in an array. */
#define OCI_TYPE(tag, label, rows)                                                                 \
	{                                                                                          \
		.name = (label), .size = sizeof(struct tag), .fields = (rows),                     \
		.n = sizeof(rows) / sizeof((rows)[0]) +                                            \
		     OCI_CHECK(sizeof(rows) / sizeof((rows)[0]) <= OCI_FIELDS_MAX)                 \
	}

#endif
