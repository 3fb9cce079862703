// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/result.h"
#include "unit.h"

static void new_result(void **state)
{
	static const struct machine_ports ports;
	struct results results = { .arena = unit_arena(), .end = &results.first, .ports = &ports };
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
	assert_int_equal(second->device.fd, -1);
	assert_ptr_equal(second->arena, results.arena);
	assert_ptr_equal(second->ports, &ports);
	assert_int_equal(second->state.source, SOURCE_NONE);
	assert_false(second->capabilities.known);
	while (arena_alloc(results.arena, 16))
		;
	assert_null(result_add(&results, "/dev/sdc"));
	assert_null(second->next);
	arena_free(results.arena);
}

/* A result that is in no list. */
static void alone(void **state)
{
	struct arena *arena = unit_arena();
	struct result *result = result_new(arena, "/dev/a\tb");

	(void)state;
	assert_string_equal(result->argument, "/dev/a\tb");
	assert_string_equal(result->label, "/dev/a?b");
	assert_ptr_equal(result->arena, arena);
	assert_int_equal(result->device.fd, -1);
	assert_null(result->next);
	while (arena_alloc(arena, 16))
		;
	assert_null(result_new(arena, "/dev/sda"));
	arena_free(arena);
}

/* Each result has a spare one of its own, which is empty; there are twice as many at most. */
static void spares(void **state)
{
	struct results results = { .arena = unit_arena(), .end = &results.first };
	static const struct result empty;
	size_t count = 0;

	(void)state;
	while (count++ < 200) {
		struct result *result = result_add(&results, "/dev/sda");

		assert_memory_equal(result->spare, &empty, sizeof(empty));
		memset(result->spare, 0xff, sizeof(empty));
		assert_true(results.spare_count < count);
	}
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
	result_warn(result, "%s", "three");
	result_warn(result, "%s", "one");
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
	bool explained; /* a finding explains the first result */
	bool fault; /* a finding is an error */
} wholes[] = {
	{ "no device", { STATUS_OK }, 0, .worst = STATUS_OK },
	{ "ok", { STATUS_OK, STATUS_OK }, 2, .worst = STATUS_OK },
	{ "the worst first", { STATUS_UNKNOWN, STATUS_OK }, 2, .worst = STATUS_UNKNOWN },
	{ "the worst last", { STATUS_OK, STATUS_CONFLICT, STATUS_FAILED }, 3,
	  .worst = STATUS_FAILED },
	{ "the worst between", { STATUS_CONFLICT, STATUS_DEVICE, STATUS_UNSUPPORTED }, 3,
	  .worst = STATUS_DEVICE },
	{ "a finding explains the worst", { STATUS_DEVICE, STATUS_CONFLICT }, 2,
	  .worst = STATUS_CONFLICT, .explained = true },
	{ "a finding explains the only one", { STATUS_DEVICE }, 1,
	  .worst = STATUS_OK, .explained = true },
	{ "ok, and a finding is an error", { STATUS_OK }, 1,
	  .worst = STATUS_CONFLICT, .fault = true },
	{ "a finding is an error, and a result is worse", { STATUS_UNKNOWN }, 1,
	  .worst = STATUS_UNKNOWN, .fault = true },
	{ "no device, and a finding is an error", { STATUS_OK }, 0,
	  .worst = STATUS_CONFLICT, .fault = true },
};

static void whole(void **state)
{
	const typeof(wholes[0]) *row = *state;
	struct results results = { .arena = unit_arena(), .end = &results.first };

	for (size_t i = 0; i < row->count; i++)
		result_add(&results, "/dev/sda")->outcome.status = row->statuses[i];
	if (results.first)
		results.first->explained = row->explained;
	results.fault = row->fault;
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
	from.reason = REASON_HOLDER;
	from.step = STEP_CHANGE;
	from.message = "held by 1";
	outcome_add(&added, &from);
	summed(&added, row);
	assert_int_equal(added.status, STATUS_OK);
	assert_string_equal(added.success, "registered");
	outcome_take(&taken, &from);
	summed(&taken, row);
	assert_int_equal(taken.status, STATUS_CONFLICT);
	assert_int_equal(taken.reason, REASON_HOLDER);
	assert_int_equal(taken.step, STEP_CHANGE);
	assert_string_equal(taken.message, "held by 1");
	assert_null(taken.success);
	outcome_succeed(&taken, "again");
	summed(&taken, row);
	assert_int_equal(taken.status, STATUS_OK);
	assert_int_equal(taken.reason, REASON_NONE);
	assert_int_equal(taken.step, STEP_NONE);
	assert_null(taken.message);
	assert_string_equal(taken.success, "again");
}

static const struct {
	const char *name;
	struct use uses[2];
	size_t count;
	enum use_kind but;
	const char *text; /* NULL: none */
} used[] = {
	{ "not at all", .count = 0, .but = USE_COUNT, .text = NULL },
	{ "twice", { { .kind = USE_MOUNTED, .name = "/data" }, { .kind = USE_PV, .name = "vg0" } },
	  2, USE_COUNT, "mounted at /data, PV of vg0" },
	{ "without a name", { { .kind = USE_MOUNTED } }, 1, USE_COUNT, "mounted at ?" },
	{ "twice, of which one is left out",
	  { { .kind = USE_MOUNTED, .name = "/data" }, { .kind = USE_PV, .name = "vg0" } },
	  2, USE_MOUNTED, "PV of vg0" },
	{ "once, and that is left out", { { .kind = USE_PV, .name = "vg0" } }, 1, USE_PV, NULL },
};

static void uses(void **state)
{
	const typeof(used[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct use list[2] = { row->uses[0], row->uses[1] };
	const char *text;

	list[0].next = row->count > 1 ? &list[1] : NULL;
	text = uses_text(arena, row->count ? list : NULL, row->but);
	if (row->text)
		assert_string_equal(text, row->text);
	else
		assert_null(text);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TEST(&unit, new_result);
	UNIT_TEST(&unit, alone);
	UNIT_TEST(&unit, spares);
	UNIT_TEST(&unit, failure);
	UNIT_TEST(&unit, notes);
	UNIT_TABLE(&unit, whole, wholes);
	UNIT_TABLE(&unit, sum, sums);
	UNIT_TABLE(&unit, uses, used);
	return unit_run(&unit, "result");
}
