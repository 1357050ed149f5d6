/* SPDX-License-Identifier: Apache-2.0 */
/* lex.c - yajl 2.1 as a lexer.
 *
 * yajl does not check what its allocator returns, so it must never run out:
 * it gets a fixed scratch buffer, and beyond that a share of the arena that
 * provably suffices and that nobody else may touch (->reserve).
 */
#include "libocispec/lex.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libocispec/scan.h"

/* A block of yajl's, preceded by its size. */
struct block {
	size_t size;
	_Alignas(max_align_t) char at[];
};

/* yajl allocates: three fixed structs (< 512 bytes); a state stack in steps of
 * 128 bytes, which OCI_DEPTH_MAX keeps at one; and two buffers, for the string
 * with escapes in hand and for a token that the end of the text cuts.  A
 * buffer starts at 2048 bytes and doubles until it exceeds what it holds, at
 * most len + 1 bytes: its last size is < 4 * (len + 1) or 2048, and all its
 * sizes together are less than twice that.  Blocks are never reused; each
 * costs up to 47 bytes more, at most 32 blocks per buffer. */
size_t oci_lex_memory(size_t len)
{
	return 2 * (2 * (4 * (len + 1) + 2048)) + 64 * (sizeof(struct block) + 31) + 4096;
}

static void *lex_malloc(void *ctx, size_t n)
{
	size_t size = sizeof(struct block) + ((n + 15) & ~(size_t)15);
	struct lex *lex = ctx;
	struct block *b;

	if (size <= sizeof(lex->scratch) - lex->used) {
		b = (struct block *)(void *)(lex->scratch + lex->used);
		lex->used += size;
	} else {
		if (size > lex->reserve)
			abort(); /* the bound above is wrong */
		lex->reserve -= size;
		b = arena_alloc(lex->arena, size);
	}
	b->size = n;
	return b->at;
}

static void *lex_realloc(void *ctx, void *old, size_t n)
{
	struct block *b;
	void *new;

	new = lex_malloc(ctx, n);
	if (old) {
		b = (struct block *)(void *)((char *)old - offsetof(struct block, at));
		memcpy(new, old, b->size < n ? b->size : n);
	}
	return new;
}

static void lex_free(void *ctx, void *old)
{
	(void)ctx;
	(void)old;
}

void oci_lex_token(struct lex *lex)
{
	lex->prev = lex->end;
	lex->key = false;
	/* At the end yajl is given one more blank, and counts from there. */
	lex->end = lex->finishing ? lex->text->len : yajl_get_bytes_consumed(lex->yajl);
}

/* First offset from `at` on that is no white space; yajl knows \v and \f too. */
static size_t skip_blanks(const struct oci_text *text, size_t at)
{
	while (at < text->len &&
	       (text->at[at] == ' ' || (text->at[at] >= '\t' && text->at[at] <= '\r')))
		at++;
	return at;
}

int oci_lex_run(struct lex *lex, const yajl_callbacks *callbacks, void *ctx)
{
	yajl_alloc_funcs memory = { lex_malloc, lex_realloc, lex_free, lex };
	const unsigned char *at = (const unsigned char *)lex->text->at;
	yajl_status status;

	lex->prev = lex->end = lex->used = 0;
	lex->finishing = lex->key = false;
	lex->yajl = yajl_alloc(callbacks, &memory, ctx);
	/* Its check of UTF-8 is lax; ours is in scan.c. */
	yajl_config(lex->yajl, yajl_dont_validate_strings, 1);
	status = yajl_parse(lex->yajl, at, lex->text->len);
	if (status == yajl_status_ok) {
		lex->finishing = true;
		status = yajl_complete_parse(lex->yajl);
	}
	/* No yajl_free(): its memory is the scratch buffer's and the arena's. */
	if (status == yajl_status_client_canceled)
		return -ECANCELED;
	if (status != yajl_status_ok)
		return -EINVAL;
	/* yajl takes a document that is followed by the beginning of a string. */
	return skip_blanks(lex->text, lex->end) < lex->text->len ? -EINVAL : 0;
}

/* Where yajl stopped depends on the kind of error, so it is not asked.  Since the
 * last callback came white space, at most one separator, and the culprit. */
static size_t find_culprit(const struct lex *lex, bool open)
{
	const char *text = lex->text->at;
	size_t at = skip_blanks(lex->text, lex->end);
	char last = lex->end > 0 ? text[lex->end - 1] : '\0';

	if (open && last != '{' && last != '[' && at < lex->text->len &&
	    text[at] == (lex->key ? ':' : ','))
		at = skip_blanks(lex->text, at + 1);
	return at;
}

/* Length of the escape at s, 0 when JSON has no such one. */
static size_t escape_length(const char *s, size_t left)
{
	if (left < 2 || !memchr("\"\\/bfnrtu", s[1], 9))
		return 0;
	if (s[1] != 'u')
		return 2;
	for (size_t i = 2; i < 6; i++)
		if (i >= left || !memchr("0123456789abcdefABCDEF", s[i], 22))
			return 0;
	return 6;
}

/* A string: wrong in itself, or where none may be? */
static size_t string_problem(const struct oci_text *text, size_t start, struct text *msg)
{
	size_t at = start + 1, n;

	while (at < text->len && text->at[at] != '"') {
		n = text->at[at] == '\\' ? escape_length(text->at + at, text->len - at) : 1;
		if (n == 0 || (unsigned char)text->at[at] < 0x20) {
			text_add(msg, n == 0 ? "invalid escape in a string"
					     : "control character in a string");
			return at;
		}
		at += n;
	}
	text_add(msg, "unexpected string");
	return start;
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' ||
	       c == '.' || c == '+' || c == '-';
}

size_t oci_lex_problem(const struct lex *lex, bool open, struct text *msg)
{
	size_t start = find_culprit(lex, open), len = lex->text->len, n = 1;
	const char *text = lex->text->at;
	char word[32];

	/* A token that the end cuts is not to blame. */
	if (start >= len || (lex->finishing && (open || lex->end == 0))) {
		text_add(msg, "unexpected end of text");
		return len;
	}
	if (text[start] == '"')
		return string_problem(lex->text, start, msg);
	if (text[start] == '\0') {
		text_add(msg, "unexpected NUL");
		return start;
	}
	while (is_word(text[start]) && n < len - start && n < sizeof(word) - 1 &&
	       is_word(text[start + n]))
		n++;
	memcpy(word, text + start, n);
	word[n] = '\0';
	text_add(msg, "unexpected \"");
	text_printable(msg, word);
	text_add(msg, "\"");
	return start;
}
