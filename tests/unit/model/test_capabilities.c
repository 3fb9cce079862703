// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "model/capabilities.h"
#include "states.h"

static const struct {
	const char *name;
	bool known;
	int code;
	const char *words; /* NULL: none; otherwise their beginning */
} codes[] = {
	{ "nothing was read", false, 1, NULL },
	{ "not known", true, CAPABILITY_UNKNOWN, NULL },
	{ "NVMe", true, CAPABILITY_NONE, NULL },
	{ "0", true, 0, "not stated" },
	{ "1", true, 1, "TEST UNIT READY; others are not stated" },
	{ "2", true, 2, "TEST UNIT READY; not MODE SENSE" },
	{ "3", true, 3, "TEST UNIT READY; under write-exclusive types also MODE SENSE" },
	{ "4", true, 4, "TEST UNIT READY and RECEIVE COPY RESULTS; under" },
	{ "5", true, 5, "the reserved code 5" },
	{ "7", true, 7, "the reserved code 7" },
};

static void allowed(void **state)
{
	const typeof(codes[0]) *row = *state;
	struct capabilities can = { .known = row->known, .allow_commands = row->code };
	struct arena *arena = unit_arena();
	const char *words = capability_allowed(arena, &can);

	if (!row->words)
		assert_null(words);
	else
		assert_memory_equal(words, row->words, strlen(row->words));
	arena_free(arena);
}

/* Each row of the table has a different member. */
static void bits(void **state)
{
	(void)state;
	for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
		struct capabilities can = { 0 };
		size_t set = 0;

		*(enum tri *)((char *)&can + capability_list[i].offset) = Y;
		for (size_t j = 0; j < CAPABILITY_COUNT; j++)
			set += capability_of(&can, &capability_list[j]) == Y;
		assert_int_equal(set, 1);
		assert_int_equal(capability_of(&can, &capability_list[i]), Y);
	}
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, allowed, codes);
	UNIT_TEST(&unit, bits);
	return unit_run(&unit, "capabilities");
}
