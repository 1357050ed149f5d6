/* SPDX-License-Identifier: Apache-2.0 */
/* dump_out.h - one line of a plan, as text for people or as a JSON object for
 * programs, from the same calls:
 *
 *	dump_phase(o, "mounts");
 *	dump_line(o, "proc");
 *	dump_named(o, "at", "/proc");		at /proc	"at":"/proc"
 *	dump_plain(o, "value", "x");		x		"value":"x"
 *	dump_end(o, "/mounts/0");		config.json:57:3 /mounts/0
 *
 * A phase without lines is not shown.  Strings of the config come out with
 * control characters made visible.  Parent only.
 */
#ifndef OCIRUN_PLAN_DUMP_OUT_H
#define OCIRUN_PLAN_DUMP_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/plan.h"

struct dump_out {
	const struct plan_dump *d;
	const char *phase;
	bool headed;		/* the phase's heading stands */
	bool any;		/* something was written */
	char list;		/* separator of the open list in text */
	bool list_any;
	size_t column;
	size_t n;
	char buf[4096];
};

void dump_begin(struct dump_out *o, const struct plan_dump *d);
void dump_finish(struct dump_out *o);

void dump_phase(struct dump_out *o, const char *name);
void dump_line(struct dump_out *o, const char *what);
/* pointer NULL: nothing in the config asked for it. */
void dump_end(struct dump_out *o, const char *pointer);

void dump_named(struct dump_out *o, const char *key, const char *value);
void dump_plain(struct dump_out *o, const char *key, const char *value);
/* Two texts that are one value. */
void dump_pair(struct dump_out *o, const char *key, const char *first, const char *second);
void dump_number(struct dump_out *o, const char *key, int64_t value);
/* UINT64_MAX is "unlimited". */
void dump_limit(struct dump_out *o, const char *key, uint64_t value);
void dump_octal(struct dump_out *o, const char *key, unsigned value);
void dump_flag(struct dump_out *o, const char *key);

/* JSON: a list of strings; text: the key if `label` is set, and then the
 * items with the separator between them. */
void dump_list(struct dump_out *o, const char *key, bool label, char separator);
void dump_item(struct dump_out *o, const char *item);
void dump_item_pair(struct dump_out *o, const char *key, const char *value);
void dump_list_end(struct dump_out *o);

#endif
