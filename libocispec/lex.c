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
	/* At the end yajl is given one more blank, and counts from there. */
	lex->end = lex->finishing ? lex->text->len : yajl_get_bytes_consumed(lex->yajl);
}

/* yajl takes a document that is followed by the beginning of a string. */
static bool has_trailing(struct lex *lex)
{
	static const char blank[] = " \t\n\v\f\r";
	size_t i = lex->end;

	while (i < lex->text->len && memchr(blank, lex->text->at[i], sizeof(blank) - 1))
		i++;
	lex->stop = i + 1;
	lex->trailing = i < lex->text->len;
	return lex->trailing;
}

int oci_lex_run(struct lex *lex, const yajl_callbacks *callbacks, void *ctx)
{
	yajl_alloc_funcs memory = { lex_malloc, lex_realloc, lex_free, lex };
	const unsigned char *at = (const unsigned char *)lex->text->at;
	yajl_status status;

	lex->prev = lex->end = lex->used = 0;
	lex->finishing = lex->trailing = false;
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
	if (status == yajl_status_ok)
		return has_trailing(lex) ? -EINVAL : 0;
	lex->stop = lex->finishing ? lex->text->len : yajl_get_bytes_consumed(lex->yajl);
	return -EINVAL;
}

/* The string that starts at `start` ends right before `end`: a quote that no
 * backslash escapes. */
static bool is_whole_string(const char *text, size_t start, size_t end)
{
	size_t slashes = 0;

	if (end < start + 2 || text[end - 1] != '"')
		return false;
	while (text[end - 2 - slashes] == '\\')
		slashes++;
	return slashes % 2 == 0;
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' ||
	       c == '.' || c == '+' || c == '-';
}

static size_t string_problem(const struct lex *lex, size_t start, struct text *msg)
{
	const char *text = lex->text->at;
	size_t stop = lex->stop;

	if (lex->trailing || is_whole_string(text, start, stop)) {
		text_add(msg, "unexpected string");
		return start;
	}
	/* Lexical errors leave yajl in front of the offending character. */
	if (stop < lex->text->len && (unsigned char)text[stop] < 0x20)
		text_add(msg, "control character in a string");
	else
		text_add(msg, "invalid escape in a string");
	return stop;
}

size_t oci_lex_problem(const struct lex *lex, struct text *msg)
{
	size_t len = lex->text->len, start, end;
	const char *text = lex->text->at;
	char word[32];

	if (lex->stop == 0 || (lex->finishing && !lex->trailing)) {
		text_add(msg, "unexpected end of text");
		return len;
	}
	start = oci_scan_token(text, lex->end, lex->stop);
	/* In front of a comment, yajl has not taken anything. */
	if (lex->stop < len && text[lex->stop] == '/' && strchr(" \t\n\v\f\r,:", text[start]))
		start = lex->stop;
	if (text[start] == '"')
		return string_problem(lex, start, msg);
	if (text[start] == '\0') {
		text_add(msg, "unexpected NUL");
		return start;
	}
	end = start + 1;
	while (is_word(text[start]) && end < len && end - start < sizeof(word) - 1 &&
	       is_word(text[end]))
		end++;
	memcpy(word, text + start, end - start);
	word[end - start] = '\0';
	text_add(msg, "unexpected \"");
	text_printable(msg, word);
	text_add(msg, "\"");
	return start;
}
