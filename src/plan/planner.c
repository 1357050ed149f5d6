/* SPDX-License-Identifier: Apache-2.0 */
/* planner.c - see planner.h. */
#include "plan/planner.h"

#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"

/* --- pointers ------------------------------------------------------------ */

struct plan_pointer plan_pointer(const char *fmt, ...)
{
	struct plan_pointer ret;
	struct text t = text_over(ret.at, sizeof(ret.at));
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	return ret;
}

struct plan_pointer plan_pointer_key(const char *parent, const char *key)
{
	struct plan_pointer ret;
	struct text t = text_over(ret.at, sizeof(ret.at));

	text_add(&t, "%s/", parent);
	for (; *key; key++) {
		if (*key == '~')
			text_add(&t, "~0");
		else if (*key == '/')
			text_add(&t, "~1");
		else
			text_bytes(&t, key, 1);
	}
	return ret;
}

/* --- paths ---------------------------------------------------------------- */

char *plan_clean_path(struct arena *a, const char *path)
{
	char *ret = arena_alloc(a, strlen(path) + 2);
	size_t n = 0;

	while (*path) {
		size_t len;

		while (*path == '/')
			path++;
		len = strcspn(path, "/");
		if (len == 2 && path[0] == '.' && path[1] == '.') {
			while (n > 0 && ret[--n] != '/')
				;
		} else if (len > 0 && !(len == 1 && path[0] == '.')) {
			ret[n++] = '/';
			memcpy(ret + n, path, len);
			n += len;
		}
		path += len;
	}
	if (n == 0)
		ret[n++] = '/';
	ret[n] = '\0';
	return ret;
}

/* Not arena_fmt(), which has a limit. */
char *plan_join_path(struct arena *a, const char *dir, const char *path)
{
	size_t d = strlen(dir), n = strlen(path);
	char *ret;

	if (path[0] == '/')
		return arena_strdup(a, path);
	while (d > 0 && dir[d - 1] == '/')
		d--;
	ret = arena_alloc(a, d + 1 + n + 1);
	memcpy(ret, dir, d);
	ret[d] = '/';
	memcpy(ret + d + 1, path, n + 1);
	return ret;
}

bool plan_path_within(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (n == 1) /* "/" */
		return true;
	return !strncmp(path, dir, n) && (path[n] == '/' || path[n] == '\0');
}

bool plan_path_fits(struct planner *p, const char *path, const char *pointer)
{
	if (strlen(path) >= PATH_MAX) {
		problem_add(p->problems, false, pointer, ENAMETOOLONG,
			    "path has more than %d bytes", PATH_MAX - 1);
		return false;
	}
	while (*path) {
		size_t n = strcspn(path, "/");

		if (n > NAME_MAX) {
			problem_add(p->problems, false, pointer, ENAMETOOLONG,
				    "path has a name of more than %d bytes", NAME_MAX);
			return false;
		}
		path += n + (path[n] == '/');
	}
	return true;
}

/* --- numbers ---------------------------------------------------------------- */

bool plan_id_valid(struct planner *p, uint32_t id, const char *pointer)
{
	if (id != UINT32_MAX)
		return true;
	plan_error(p, pointer, "4294967295 is not an id");
	return false;
}

bool plan_device_number(struct planner *p, int64_t major, int64_t minor, const char *pointer)
{
	if (major >= 0 && major < 1 << 12 && minor >= 0 && minor < 1 << 20)
		return true;
	plan_error(p, pointer, "device number %lld:%lld is out of range (4095:1048575)",
		   (long long)major, (long long)minor);
	return false;
}

static const char *parse_number(const char *s, unsigned long limit, unsigned long *ret)
{
	unsigned long v = 0;

	if (*s < '0' || *s > '9')
		return NULL;
	for (; *s >= '0' && *s <= '9'; s++)
		v = v < limit ? v * 10 + (unsigned long)(*s - '0') : limit;
	*ret = v;
	return s;
}

static void set_bits(unsigned long *mask, unsigned long first, unsigned long last)
{
	const unsigned long width = 8 * sizeof(*mask);

	for (; mask && first <= last; first++)
		mask[first / width] |= 1UL << (first % width);
}

int plan_parse_list(const char *s, unsigned long limit, unsigned long *mask, unsigned long *highest)
{
	*highest = 0;
	for (;;) {
		unsigned long first, last;

		s = parse_number(s, limit, &first);
		last = first;
		if (s && *s == '-')
			s = parse_number(s + 1, limit, &last);
		if (!s || last < first)
			return -EINVAL;
		if (last >= limit)
			return -ERANGE;
		set_bits(mask, first, last);
		if (last > *highest)
			*highest = last;
		if (*s == '\0')
			return 0;
		if (*s++ != ',')
			return -EINVAL;
	}
}

/* --- sets ---------------------------------------------------------------- */

struct plan_set plan_set_new(struct arena *a, size_t n)
{
	struct plan_set ret = { .slots = 4 };

	while (ret.slots < 2 * n)
		ret.slots *= 2;
	ret.at = arena_array(a, struct plan_set_slot, ret.slots);
	return ret;
}

/* FNV-1a.  The config is trusted not to attack its own planning time. */
static uint64_t hash(const char *s, size_t len)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3;
	return h ^ h >> 32;
}

bool plan_set_add(struct plan_set *set, const char *s, size_t len)
{
	size_t i = (size_t)hash(s, len) & (set->slots - 1);

	for (; set->at[i].at; i = (i + 1) & (set->slots - 1))
		if (set->at[i].len == len && !memcmp(set->at[i].at, s, len))
			return false;
	set->at[i] = (struct plan_set_slot){ s, len };
	return true;
}
