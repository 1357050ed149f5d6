/* SPDX-License-Identifier: Apache-2.0 */
/* lex.h - one run of yajl over one document: its memory, the place of every
 * token, and what is wrong where the text is no JSON.
 */
#ifndef OCISPEC_LEX_H
#define OCISPEC_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include <yajl/yajl_parse.h>

#include "libocispec/desc.h"

enum { LEX_SCRATCH = 5120 };

struct lex {
	const struct oci_text *text;
	struct arena *arena;
	yajl_handle yajl;
	size_t prev, end; /* ends of the last two tokens that had a callback */
	size_t reserve;   /* bytes of the arena that yajl may still ask for */
	size_t used;      /* of scratch */
	bool key;         /* the last one was the key of an object */
	bool finishing;   /* the whole text was given to yajl */
	_Alignas(max_align_t) char scratch[LEX_SCRATCH]; /* enough for most documents */
};

/* Bytes of an arena that yajl can need for a text of len bytes. */
size_t oci_lex_memory(size_t len);

/* Run the callbacks over the text.  0; -ECANCELED when a callback returned 0;
 * -EINVAL when the text is no JSON: oci_lex_problem() tells why. */
int oci_lex_run(struct lex *lex, const yajl_callbacks *callbacks, void *ctx);

/* To be called once by every callback: keeps ->prev and ->end, clears ->key. */
void oci_lex_token(struct lex *lex);

/* After -EINVAL: the place of the offending token and a text for it, such as
 * `unexpected "}"`.  open: a bracket is still open. */
size_t oci_lex_problem(const struct lex *lex, bool open, struct text *msg);

#endif
