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
	assert_int_equal(second->outcome.status, STATUS_OK);
	assert_int_equal(second->outcome.changed, TRI_NO);
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
	assert_int_equal(result_fail(result, STATUS_CONFLICT, REASON_HOLDER, STEP_CHANGE, "%s %d",
				     "held by", 1),
			 STATUS_CONFLICT);
	assert_int_equal(result->outcome.status, STATUS_CONFLICT);
	assert_int_equal(result->outcome.reason, REASON_HOLDER);
	assert_int_equal(result->outcome.step, STEP_CHANGE);
	assert_string_equal(result->outcome.message, "held by 1");
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
	while (arena_alloc(results.arena, 16))
		;
	result_warn(result, "%s", "four");
	assert_null(result->warnings->next->next);
	arena_free(results.arena);
}

static const struct {
	const char *name;
	enum status statuses[3];
	size_t count;
	enum status worst;
} wholes[] = {
	{ "no device", { STATUS_OK }, 0, STATUS_OK },
	{ "ok", { STATUS_OK, STATUS_OK }, 2, STATUS_OK },
	{ "the worst first", { STATUS_UNKNOWN, STATUS_OK }, 2, STATUS_UNKNOWN },
	{ "the worst last", { STATUS_OK, STATUS_CONFLICT, STATUS_FAILED }, 3, STATUS_FAILED },
	{ "the worst between", { STATUS_CONFLICT, STATUS_DEVICE, STATUS_UNSUPPORTED }, 3,
	  STATUS_DEVICE },
};

static void whole(void **state)
{
	const typeof(wholes[0]) *row = *state;
	struct results results = { .arena = unit_arena(), .end = &results.first };

	for (size_t i = 0; i < row->count; i++)
		result_add(&results, "/dev/sda")->outcome.status = row->statuses[i];
	assert_int_equal(results_status(&results), row->worst);
	arena_free(results.arena);
}

/* The combined outcome of two requests, or two paths. */
static const struct {
	const char *name;
	struct outcome to, from;
	enum tri changed;
	bool sent, reset;
} sums[] = {
	{ "nothing", { .changed = TRI_NO }, { .changed = TRI_NO }, TRI_NO, false, false },
	{ "the second", { .changed = TRI_NO }, { .changed = TRI_YES, .sent = true }, TRI_YES, true,
	  false },
	{ "the first", { .changed = TRI_YES, .sent = true, .reset = true }, { .changed = TRI_NO },
	  TRI_YES, true, true },
	{ "the second, perhaps", { .changed = TRI_NO }, { .changed = TRI_UNKNOWN, .sent = true },
	  TRI_UNKNOWN, true, false },
	{ "the first, perhaps", { .changed = TRI_UNKNOWN, .sent = true }, { .changed = TRI_NO },
	  TRI_UNKNOWN, true, false },
	{ "one surely, one perhaps", { .changed = TRI_UNKNOWN }, { .changed = TRI_YES,
	  .reset = true }, TRI_YES, false, true },
	{ "one perhaps, one surely", { .changed = TRI_YES }, { .changed = TRI_UNKNOWN }, TRI_YES,
	  false, false },
};

static void summed(const struct outcome *outcome, const typeof(sums[0]) *row)
{
	assert_int_equal(outcome->changed, row->changed);
	assert_int_equal(outcome->sent, row->sent);
	assert_int_equal(outcome->reset, row->reset);
}

static void sum(void **state)
{
	const typeof(sums[0]) *row = *state;
	struct outcome added = row->to, taken = row->to, from = row->from;

	added.success = taken.success = "registered";
	from.status = STATUS_CONFLICT;
	from.message = "held by 1";
	outcome_add(&added, &from);
	summed(&added, row);
	assert_int_equal(added.status, STATUS_OK);
	assert_string_equal(added.success, "registered");
	outcome_take(&taken, &from);
	summed(&taken, row);
	assert_int_equal(taken.status, STATUS_CONFLICT);
	assert_string_equal(taken.message, "held by 1");
	assert_null(taken.success);
	outcome_succeed(&taken, "again");
	summed(&taken, row);
	assert_int_equal(taken.status, STATUS_OK);
	assert_null(taken.message);
	assert_string_equal(taken.success, "again");
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TEST(&unit, new_result);
	UNIT_TEST(&unit, failure);
	UNIT_TEST(&unit, notes);
	UNIT_TABLE(&unit, whole, wholes);
	UNIT_TABLE(&unit, sum, sums);
	return unit_run(&unit, "result");
}
