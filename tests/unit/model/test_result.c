// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/result.h"
#include "unit.h"

static void new_result(void **state)
{
	struct results results = { .arena = unit_arena(), .end = &results.first };
	struct result *first = result_add(&results, "/dev/sda"),
		      *second = result_add(&results, "/dev/sdb");

	(void)state;
	assert_ptr_equal(results.first, first);
	assert_ptr_equal(first->next, second);
	assert_null(second->next);
	assert_string_equal(second->argument, "/dev/sdb");
	assert_string_equal(second->label, "/dev/sdb");
	assert_int_equal(second->verdict, VERDICT_OK);
	assert_int_equal(second->changed, TRI_NO);
	assert_int_equal(second->lun.nexus.target_port, -1);
	assert_int_equal(second->state.source, SOURCE_NONE);
	assert_false(second->capabilities.known);
	while (arena_alloc(results.arena, 16))
		;
	assert_null(result_add(&results, "/dev/sdc"));
	assert_null(second->next);
	arena_free(results.arena);
}

static void failure(void **state)
{
	struct results results = { .arena = unit_arena(), .end = &results.first };
	struct result *result = result_add(&results, "/dev/sda");

	(void)state;
	assert_int_equal(result_fail(result, VERDICT_CONFLICT, REASON_HOLDER, STEP_CHANGE, "%s %d",
				     "held by", 1),
			 VERDICT_CONFLICT);
	assert_int_equal(result->verdict, VERDICT_CONFLICT);
	assert_int_equal(result->reason, REASON_HOLDER);
	assert_int_equal(result->step, STEP_CHANGE);
	assert_string_equal(result->message, "held by 1");
	arena_free(results.arena);
}

static void notes(void **state)
{
	struct results results = { .arena = unit_arena(), .end = &results.first };
	struct result *result = result_add(&results, "/dev/sda");

	(void)state;
	result_warn(result, "%s", "one");
	result_trace(result, "%s", "two");
	result_warn(result, "%s", "three");
	assert_string_equal(result->warnings->text, "one");
	assert_string_equal(result->warnings->next->text, "three");
	assert_null(result->warnings->next->next);
	assert_string_equal(result->trace->text, "two");
	assert_null(result->trace->next);
	assert_true(result->beat > 0); /* a command was answered: the device lives */
	while (arena_alloc(results.arena, 16))
		;
	result_warn(result, "%s", "four");
	assert_null(result->warnings->next->next);
	arena_free(results.arena);
}

static const struct {
	const char *name;
	enum verdict verdicts[3];
	size_t count;
	enum verdict worst;
} wholes[] = {
	{ "no device", { VERDICT_OK }, 0, VERDICT_OK },
	{ "ok", { VERDICT_OK, VERDICT_OK }, 2, VERDICT_OK },
	{ "the worst first", { VERDICT_UNKNOWN, VERDICT_OK }, 2, VERDICT_UNKNOWN },
	{ "the worst last", { VERDICT_OK, VERDICT_CONFLICT, VERDICT_FAILED }, 3, VERDICT_FAILED },
	{ "the worst between", { VERDICT_CONFLICT, VERDICT_DEVICE, VERDICT_UNSUPPORTED }, 3,
	  VERDICT_DEVICE },
};

static void whole(void **state)
{
	const typeof(wholes[0]) *row = *state;
	struct results results = { .arena = unit_arena(), .end = &results.first };

	for (size_t i = 0; i < row->count; i++)
		result_add(&results, "/dev/sda")->verdict = row->verdicts[i];
	assert_int_equal(results_verdict(&results), row->worst);
	arena_free(results.arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TEST(&unit, new_result);
	UNIT_TEST(&unit, failure);
	UNIT_TEST(&unit, notes);
	UNIT_TABLE(&unit, whole, wholes);
	return unit_run(&unit, "result");
}
