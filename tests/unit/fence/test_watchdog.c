// SPDX-License-Identifier: GPL-2.0-or-later
/* Does a LUN show that this node, host-1 with 0xa, was fenced, so that it must be restarted? */
#include "unit.h"

#include "fence/watchdog.h"
#include "model/messages.h"
#include "states.h"

#define IN STATE(1, WERO, 0xa, OWN(0xa, Y))
#define OUT STATE(1, WERO, 0xb, OTHER(0xb, Y))

static const struct {
	const char *name;
	struct resv_state state;
	enum status status;
	const char *wwid; /* WWID of the LUN that has the name now; "on" was given naa.1 */
	uint64_t registered;
	bool let_in, fenced;
} rows[] = {
	{ "registered", IN, STATUS_OK, "naa.1", 0xa, true, false },
	{ "gone", OUT, STATUS_OK, "naa.1", 0xa, true, true },
	{ "gone, and nobody is left", EMPTY(2), STATUS_OK, "naa.1", 0xa, true, true },
	{ "not let in", OUT, STATUS_OK, "naa.1", 0xa, false, false },
	{ "unregistered by this node", OUT, STATUS_OK, "naa.1", 0, true, false },
	{ "a dead disk", UNREAD, STATUS_UNKNOWN, "naa.1", 0xa, true, false },
	{ "a state beside a failure", OUT, STATUS_FAILED, "naa.1", 0xa, true, false },
	{ "a state that may not be read", UNREAD, STATUS_OK, "naa.1", 0xa, true, false },
	{ "another disk by that name", OUT, STATUS_OK, "naa.2", 0xa, true, false },
	{ "a disk that is not known", OUT, STATUS_OK, NULL, 0xa, true, false },
	{ "registered with another key", STATE(1, WERO, 0xe, OWN(0xe, Y)), STATUS_OK, "naa.1", 0xa,
	  true, false },
	{ "by an earlier session", STATE(1, WERO, 0xa, MAYBE(0xa, Y)), STATUS_OK, "naa.1", 0xa,
	  true, false },
	{ "a list that may omit it", STATE(1, WERO, 0xc, OTHER(0xb, U)), STATUS_OK, "naa.1", 0xa,
	  true, false },
	{ "its key is another host's", STATE(1, WERO, 0xa, OTHER(0xa, Y)), STATUS_OK, "naa.1", 0xa,
	  true, true },
};

static void fenced(void **state)
{
	const typeof(rows[0]) *row = *state;
	const struct fence fence = { .action = FENCE_WATCHDOG };
	struct result seen = { .state = row->state,
			       .outcome.status = row->status,
			       .lun.wwid = row->wwid };
	const struct standing standing = { &seen, row->registered, row->let_in };

	assert_int_equal(watchdog_is_fenced(&fence, &standing, "naa.1"), row->fenced);
}

/* Only a missing key is a fence; other failures make no difference. */
static void judge(void **state)
{
	struct arena *arena = unit_arena();
	struct results results = { .arena = arena, .end = &results.first };

	(void)state;
	assert_int_equal(watchdog_judge(&results), FENCE_OK);
	result_add(&results, "/dev/a")->outcome.status = STATUS_UNKNOWN;
	result_add(&results, "/dev/b")->outcome.status = STATUS_CONFLICT;
	assert_int_equal(watchdog_judge(&results), FENCE_OK);
	result_fail(result_add(&results, "/dev/c"), FENCE_FAIL_WATCHDOG, "0xa", "nothing");
	assert_int_equal(watchdog_judge(&results), FENCE_IS_OFF);
	arena_free(arena);
}

/* A name that two disks had in this boot: the record is that of the one that has it now. */
static void one_name(void **state)
{
	const struct lun_records luns[] = { { .wwid = "naa.1", .names = { "/dev/mapper/a" } },
					    { .wwid = "naa.2", .names = { "/dev/mapper/a" } } };
	const struct result seen = { .argument = "/dev/mapper/a", .lun.wwid = "naa.2" };
	const struct result none = { 0 };

	(void)state;
	assert_ptr_equal(watchdog_lun(luns, 2, &seen), &luns[1]);
	assert_null(watchdog_lun(luns, 1, &seen));
	assert_null(watchdog_lun(luns, 2, &none));
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, fenced, rows);
	UNIT_TEST(&unit, judge);
	UNIT_TEST(&unit, one_name);
	return unit_run(&unit, "watchdog");
}
