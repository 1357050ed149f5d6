/* SPDX-License-Identifier: Apache-2.0 */
/* phases.c - the order table is consistent: every slot is given before it is
 * needed, in the lane that needs it or, across lanes, with a rendezvous
 * between; names are unique; both lanes begin and end where they must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "init/parent.h"
#include "init/phases.h"

static size_t spawn_row(void)
{
	for (size_t i = 0; i < phases_n; i++)
		if (phases[i].parent == parent_spawn)
			return i;
	fail_msg("no spawn row");
	return 0;
}

/* Row that gives the slot, or phases_n. */
static size_t giver(uint32_t slot)
{
	for (size_t i = 0; i < phases_n; i++)
		if (phases[i].gives & slot)
			return i;
	return phases_n;
}

static bool rendezvous_between(size_t from, size_t to)
{
	for (size_t i = from; i <= to; i++)
		if (phases[i].parent && phases[i].init)
			return true;
	return false;
}

/* Can lane see at row `at` what row `from` gave? */
static bool seen(size_t from, size_t at, enum phase_lane lane)
{
	if (lane == LANE_PARENT ? phases[from].parent != NULL : phases[from].init != NULL)
		return true;
	/* before the clone the parent's things are the child's too */
	if (lane == LANE_INIT && from <= spawn_row())
		return true;
	return rendezvous_between(from, at);
}

static void every_slot_is_given_before_it_is_needed(void **state)
{
	(void)state;
	for (size_t i = 0; i < phases_n; i++) {
		for (uint32_t slot = 1; slot; slot <<= 1) {
			size_t from;

			if (!(phases[i].needs & slot))
				continue;
			from = giver(slot);
			if (from >= i)
				fail_msg("%s needs slot %#x, which nothing before it gives",
					 phases[i].name, slot);
			if (phases[i].parent && !seen(from, i, LANE_PARENT))
				fail_msg("%s: the parent cannot know what %s gave", phases[i].name,
					 phases[from].name);
			if (phases[i].init && !seen(from, i, LANE_INIT))
				fail_msg("%s: the init cannot know what %s gave", phases[i].name,
					 phases[from].name);
		}
	}
}

static void no_slot_is_given_twice(void **state)
{
	uint32_t given = 0;

	(void)state;
	for (size_t i = 0; i < phases_n; i++) {
		assert_int_equal(phases[i].gives & given, 0);
		given |= phases[i].gives;
	}
}

static void names_are_unique_and_plain(void **state)
{
	(void)state;
	for (size_t i = 0; i < phases_n; i++) {
		assert_true(phases[i].parent || phases[i].init);
		assert_int_equal(strspn(phases[i].name, "abcdefghijklmnopqrstuvwxyz-"),
				 strlen(phases[i].name));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(phases[i].name, phases[k].name);
	}
}

static void the_init_lane_begins_after_spawn(void **state)
{
	(void)state;
	for (size_t i = 0; i <= spawn_row(); i++)
		assert_null(phases[i].init);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_slot_is_given_before_it_is_needed),
		cmocka_unit_test(no_slot_is_given_twice),
		cmocka_unit_test(names_are_unique_and_plain),
		cmocka_unit_test(the_init_lane_begins_after_spawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
