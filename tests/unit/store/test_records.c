// SPDX-License-Identifier: GPL-2.0-or-later
/* What is added to the records of a LUN, and what is dropped for it. */
#include "unit.h"

#include "store/records.h"

#define WWID "naa.6001405abc"

static void names_of_it(void **state)
{
	static const char *const more[] = { "1", "2", "3", "4", "5", "6", "7", "8", "8", "9" };
	struct lun_records lun = { .wwid = WWID };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(more); i++)
		records_name_add(&lun, more[i]);
	assert_false(records_has_name(&lun, "1"));
	assert_true(records_has_name(&lun, "2"));
	assert_string_equal(lun.names[0], "9");
	assert_string_equal(lun.names[RECORDS_NAMES_MAX - 1], "2");
	/* by which the disk was given last */
	records_name_add(&lun, "5");
	assert_string_equal(lun.names[0], "5");
	assert_string_equal(lun.names[1], "9");
	assert_string_equal(lun.names[RECORDS_NAMES_MAX - 1], "2");
}

/* An open record is never dropped for another one. */
static void no_room(void **state)
{
	struct arena *arena = unit_arena();
	struct lun_records lun = { .wwid = WWID };

	(void)state;
	for (uint64_t key = 1; key <= RECORDS_ABORTS_MAX; key++)
		assert_int_equal(records_abort_add(arena, &lun, key)->proof, RECORD_OPEN);
	assert_null(records_abort_add(arena, &lun, 1000));
	assert_non_null(records_abort_add(arena, &lun, 7));
	records_abort(&lun, 7)->proof = RECORD_PROVEN;
	records_abort(&lun, 9)->proof = RECORD_PROVEN;
	assert_non_null(records_abort_add(arena, &lun, 1000));
	assert_null(records_abort(&lun, 7)); /* the oldest */
	assert_non_null(records_abort(&lun, 9));
	arena_free(arena);
}

static void hosts(void **state)
{
	struct arena *arena = unit_arena();
	struct lun_records lun = { .wwid = WWID };
	struct abort_record *record = records_abort_add(arena, &lun, 0xb);

	(void)state;
	records_host_add(arena, record, "iqn.x,i,0x1", 5);
	records_host_add(arena, record, "iqn.x,i,0x2", 5);
	records_host_add(arena, record, "", 0);
	assert_int_equal(record->host_count, 1);
	assert_string_equal(record->hosts[0], "iqn.x");
	for (int i = 0; i < 2 * RECORDS_HOSTS_MAX; i++)
		records_host_add(arena, record, arena_printf(arena, "h%02d", i), 3);
	assert_int_equal(record->host_count, RECORDS_HOSTS_MAX);
	arena_free(arena);
}

static const struct {
	const char *name;
	enum record_proof proof;
	uint32_t at, before, after, now;
} steps[] = {
	{ "one step of this node's own", RECORD_PROVEN, 5, 5, 6, 6 },
	{ "a confirmed one", RECORD_CONFIRMED, 5, 5, 6, 6 },
	{ "no step", RECORD_PROVEN, 5, 5, 5, 5 },
	{ "two steps: another host was at work", RECORD_PROVEN, 5, 5, 7, 5 },
	{ "from another generation", RECORD_PROVEN, 4, 5, 6, 4 },
	{ "an open one", RECORD_OPEN, 5, 5, 6, 5 },
	{ "what proves nothing, after a loss of power", RECORD_PROVEN, 0, 0, 1, 0 },
	{ "over the top", RECORD_PROVEN, UINT32_MAX, UINT32_MAX, 0, 0 },
};

static void carry(void **state)
{
	const typeof(steps[0]) *row = *state;
	struct abort_record record = { .victim = 0xb, .proof = row->proof, .generation = row->at };
	struct lun_records lun = { .wwid = WWID, .aborts = &record };

	records_carry(&lun, row->before, row->after);
	assert_int_equal(record.generation, row->now);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TEST(&unit, names_of_it);
	UNIT_TEST(&unit, no_room);
	UNIT_TEST(&unit, hosts);
	UNIT_TABLE(&unit, carry, steps);
	return unit_run(&unit, "records");
}
