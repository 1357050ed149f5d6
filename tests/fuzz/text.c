/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: text that others wrote, on its way to people and to programs.
 *
 * As a JSON string it is one that yajl accepts; for a terminal it holds nothing
 * that a terminal obeys; a number that is accepted is the one that was written.
 * Each is done once more with little room: cut, but ended.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "base/err.h"
#include "base/names.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 512, OUTPUT_MAX = 6 * INPUT_MAX + 3 };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool is_json(const char *at, size_t len)
{
	yajl_handle parser = yajl_alloc(NULL, NULL, NULL);
	bool good;

	require(parser != NULL);
	good = yajl_parse(parser, (const unsigned char *)at, len) == yajl_status_ok &&
	       yajl_complete_parse(parser) == yajl_status_ok;
	yajl_free(parser);
	return good;
}

static void check_json(const char *s)
{
	static char buf[OUTPUT_MAX];
	char small[16];
	struct text t = text_over(buf, sizeof(buf)), cut = text_over(small, sizeof(small));

	text_json(&t, s);
	require(!t.cut && t.len == strlen(buf) && is_json(buf, t.len));
	text_json(&cut, s);
	require(strlen(small) == cut.len && !strncmp(small, buf, cut.len));
	require(cut.cut == (t.len >= sizeof(small)));
}

static bool obeyed(const unsigned char *at)
{
	return *at < 0x20 || *at == 0x7f || (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0);
}

static void check_printable(const char *s)
{
	static char buf[OUTPUT_MAX], again[OUTPUT_MAX];
	struct text t = text_over(buf, sizeof(buf)), twice = text_over(again, sizeof(again));

	text_printable(&t, s);
	require(!t.cut && t.len == strlen(buf));
	for (const char *at = buf; *at; at++)
		require(!obeyed((const unsigned char *)at));
	text_printable(&twice, buf);
	require(!strcmp(buf, again));
}

static void check_number(const char *s)
{
	char back[32];
	uint64_t u;
	int64_t i;
	uint32_t small;

	if (text_u64(s, &u) == 0) {
		snprintf(back, sizeof(back), "%" PRIu64, u);
		require(!strcmp(back, s) && (text_u32(s, &small) == 0) == (u <= UINT32_MAX));
	}
	if (text_i64(s, &i) == 0) {
		snprintf(back, sizeof(back), "%" PRId64, i);
		require(!strcmp(back, s) || !strcmp(s, "-0"));
	}
}

static void check_names(const char *s)
{
	const struct mount_option *option = mount_option_find(s);
	int sig = signal_parse(s);

	require(sig == -EINVAL || (sig >= 0 && sig <= 64));
	require(!option || !strcmp(option->name, s));
	require(names_value(&names_capability, s) < 64);
}

static void check_errors(const char *s)
{
	struct err e = { 0 };

	require(err_sys(&e, -ENOENT, "open \"%s\"", s) == -ENOENT && e.code == ENOENT);
	err_where(&e, "%s", s);
	err_prefix(&e, "%s", s);
	require(strlen(e.msg) < sizeof(e.msg) && strlen(e.where) < sizeof(e.where));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s;

	if (size > INPUT_MAX)
		return 0;
	s = malloc(size + 1);
	require(s != NULL);
	memcpy(s, data, size);
	s[size] = '\0';
	check_json(s);
	check_printable(s);
	check_number(s);
	check_names(s);
	check_errors(s);
	free(s);
	return 0;
}
