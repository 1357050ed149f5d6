/* SPDX-License-Identifier: Apache-2.0 */
/* planner.h - what the sections of the planner share: how problems are said,
 * paths cleaned by their text alone, and duplicates found.
 *
 * Private to src/plan.  Parent only, no system calls.  A required key that is
 * missing (a NULL string) was reported by the decoder: the sections skip it.
 */
#ifndef OCIRUN_PLAN_PLANNER_H
#define OCIRUN_PLAN_PLANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/plan.h"

/* A JSON pointer in the making; lives as long as the expression that uses it. */
struct plan_pointer { char at[ERR_WHERE_MAX]; };

struct plan_pointer plan_pointer(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "parent/key" with ~ and / of the key escaped (RFC 6901). */
struct plan_pointer plan_pointer_key(const char *parent, const char *key);

#define AT(...) (plan_pointer(__VA_ARGS__).at)
#define AT_KEY(parent, key) (plan_pointer_key(parent, key).at)

#define plan_error(p, pointer, ...) \
	((void)problem_add((p)->problems, false, pointer, EINVAL, __VA_ARGS__))
#define plan_warn(p, pointer, ...) \
	((void)problem_add((p)->problems, true, pointer, EINVAL, __VA_ARGS__))
/* Something that a later version will do. */
#define plan_later(p, pointer, what) \
	((void)problem_add((p)->problems, false, pointer, ENOTSUP, \
			   "%s not supported by this version of ocirun", what))

#define ARRAY_N(a) (sizeof(a) / sizeof((a)[0]))

/* Absent and empty are the same to most keys. */
static inline bool plan_given(const char *s)
{
	return s && *s;
}

/* An absolute path without "//", "/./" and "..", which stops at the root; no
 * trailing slash but for "/" itself.  A relative one is taken from "/". */
char *plan_clean_path(struct arena *a, const char *path);
/* `path` itself, or below `dir` when it is relative.  Not cleaned: "x/.." is
 * not "." when x is a symlink. */
char *plan_join_path(struct arena *a, const char *dir, const char *path);
/* path is dir or lies below it; both clean. */
bool plan_path_within(const char *path, const char *dir);
/* Reports at `pointer` and is false when the kernel could not take the path:
 * PATH_MAX bytes with NUL, NAME_MAX per component. */
bool plan_path_fits(struct planner *p, const char *path, const char *pointer);

/* -1U means "leave it" to the kernel. */
bool plan_id_valid(struct planner *p, uint32_t id, const char *pointer);

/* Linux device numbers have 12 and 20 bits. */
bool plan_device_number(struct planner *p, int64_t major, int64_t minor, const char *pointer);

/* A set of at most as many strings as it was made for.  They are borrowed. */
struct plan_set_slot { const char *at; size_t len; };

struct plan_set {
	struct plan_set_slot *at;
	size_t slots;	/* power of two, more than strings */
};

struct plan_set plan_set_new(struct arena *a, size_t n);
/* True when the len bytes at s were not in it. */
bool plan_set_add(struct plan_set *set, const char *s, size_t len);

/* "0-3,7" (cpuset(7), "List format"): sets the bits in mask, which has `limit` bits,
 * and the greatest number in *highest.  -EINVAL; -ERANGE: a number >= limit.
 * With mask NULL only the syntax is judged. */
int plan_parse_list(const char *s, unsigned long limit, unsigned long *mask,
		    unsigned long *highest);

#endif
