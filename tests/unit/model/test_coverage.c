// SPDX-License-Identifier: GPL-2.0-or-later
/* How much of a volume group, or of another argument on several LUNs, is reserved. */
#include "model/coverage.h"
#include "unit.h"

#include "states.h"

#define LUNS 4 /* with the numbers 1 to 4 */
#define HELD STATE(1, WERO, 0xb, OTHER(0xb, Y))

static const struct {
	const char *name;
	struct resv_state luns[LUNS];
	struct coverage_part parts[LUNS];
	size_t count;
	const char *why_incomplete;
	const char *text;
} rows[] = {
	{ "all", { HELD, HELD, HELD, HELD },
	  { { "a", (dev_t[]){ 1 }, 1 }, { "b", (dev_t[]){ 2 }, 1 }, { "c", (dev_t[]){ 3, 4 }, 2 } },
	  3, NULL, "3 of 3 physical volumes are reserved" },
	{ "one is not", { HELD, EMPTY(1), HELD, HELD },
	  { { "a", (dev_t[]){ 1 }, 1 }, { "b", (dev_t[]){ 2 }, 1 }, { "c", (dev_t[]){ 3 }, 1 },
	    { "d", (dev_t[]){ 4 }, 1 } }, 4, NULL, "3 of 4 physical volumes are reserved" },
	{ "one lies on two, of which one is not", { HELD, EMPTY(1), HELD, HELD },
	  { { "a", (dev_t[]){ 1, 2 }, 2 }, { "b", (dev_t[]){ 3 }, 1 } }, 2, NULL,
	  "1 of 2 physical volumes are reserved" },
	{ "one cannot be read", { HELD, UNREAD, HELD, HELD },
	  { { "a", (dev_t[]){ 1 }, 1 }, { "b", (dev_t[]){ 2 }, 1 } }, 2, NULL,
	  "1 of 2 physical volumes are reserved, and of 1 it is unknown" },
	{ "one lies on two, one of which is not, and one cannot be read",
	  { EMPTY(1), UNREAD, HELD, HELD }, { { "a", (dev_t[]){ 2, 1 }, 2 } }, 1, NULL,
	  "0 of 1 physical volumes are reserved" },
	{ "one is missing", { HELD, HELD, HELD, HELD },
	  { { "a", (dev_t[]){ 1 }, 1 }, { "b", NULL, 0 } }, 2, NULL,
	  "1 of 2 physical volumes are reserved, and of 1 it is unknown" },
	{ "one has no result", { HELD, HELD, HELD, HELD },
	  { { "a", (dev_t[]){ 1 }, 1 }, { "b", (dev_t[]){ 9 }, 1 } }, 2, NULL,
	  "1 of 2 physical volumes are reserved, and of 1 it is unknown" },
	{ "lvm was not asked", { HELD, HELD, HELD, HELD }, { { "a", (dev_t[]){ 1 }, 1 } }, 1,
	  "lvm is not installed",
	  "1 of 1 physical volumes are reserved; there may be more: lvm is not installed" },
};

static void counts(void **state)
{
	const typeof(rows[0]) *row = *state;
	struct results results = { .arena = unit_arena(), .end = &results.first };
	struct coverage coverage = { .unit = "physical volumes",
				     .parts = (struct coverage_part *)row->parts,
				     .count = row->count,
				     .why_incomplete = row->why_incomplete };

	for (size_t i = 0; i < LUNS; i++) {
		struct result *result = result_add(&results, "vg:data");

		result->lun.name = "sda";
		result->lun.devno = i + 1;
		result->state = row->luns[i];
	}
	assert_string_equal(coverage_text(results.arena, &coverage, &results), row->text);
	arena_free(results.arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, counts, rows);
	return unit_run(&unit, "coverage");
}
