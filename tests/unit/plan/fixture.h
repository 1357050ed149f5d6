/* SPDX-License-Identifier: Apache-2.0 */
/* A plan out of a JSON text, for a typical host, with everything that went in
 * open to change before plan_text() is called. */
#ifndef OCIRUN_TESTS_UNIT_PLAN_FIXTURE_H
#define OCIRUN_TESTS_UNIT_PLAN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libocispec/desc.h"
#include "plan/plan.h"

struct fixture {
	struct plan_options opt;
	struct host host;
	struct problem list[PROBLEMS_MAX];
	struct problems problems;
	struct arena spec_arena, arena;
	struct oci_config spec;
	struct oci_text text;
	struct plan plan;
	struct planner p;
};

static inline struct fixture *fixture_new(void)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	host_typical(&f->host);
	f->opt.bundle = "/bundle";
	f->problems = (struct problems){ .at = f->list, .cap = PROBLEMS_MAX, .all = true };
	return f;
}

static inline void fixture_free(struct fixture *f)
{
	arena_drop(&f->arena);
	arena_drop(&f->spec_arena);
	free(f);
}

/* Decode (which must work) and plan; returns plan_make()'s value. */
static inline int plan_text(struct fixture *f, const char *json)
{
	f->text = (struct oci_text){ "config.json", json, strlen(json) };
	assert_int_equal(arena_init(&f->spec_arena, oci_arena_size(f->text.len), NULL), 0);
	assert_int_equal(arena_init(&f->arena, plan_arena_size(f->text.len, f->opt.bundle), NULL),
			 0);
	assert_int_equal(
		oci_decode(&oci_config_type, &f->text, &f->spec_arena, &f->spec, &f->problems), 0);
	f->p = (struct planner){ &f->spec, &f->host, &f->opt, &f->arena, &f->problems, &f->plan };
	return plan_make(&f->p);
}

/* A whole config around some members; MOUNT_NS adds a mount namespace. */
#define CONFIG(members) "{\"ociVersion\": \"1.3.0\", \"root\": {\"path\": \"rootfs\"}, " members "}"
#define PROCESS(members) "\"process\": {\"cwd\": \"/\", \"args\": [\"sh\"], " members "}"
#define MOUNT_NS "\"linux\": {\"namespaces\": [{\"type\": \"mount\"}]}"

#endif
