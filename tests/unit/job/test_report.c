// SPDX-License-Identifier: GPL-2.0-or-later
/* What is reported of a LUN whose work was cut short: by the stage that it had reached. */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>

#include "job/report.h"
#include "states.h"

#define SECOND INT64_C(1000000000)
#define STATUS REQUEST(COMMAND_STATUS, "status")

static const struct {
	const char *name;
	struct request request;
	enum stage stage;
	struct ending ending;
	enum status status;
	enum tri changed;
	bool sent, reset;
	const char *message; /* a part of it; NULL: none */
} rows[] = {
	{ "complete", CLEAR, STAGE_DONE, { 0 }, STATUS_OK, N, false, false, NULL },
	{ "complete, and then the child died", CLEAR, STAGE_DONE, { .died = true }, STATUS_OK, N,
	  false, false, NULL },
	{ "not begun: the time is over", CLEAR, STAGE_WAITING, { 0 }, STATUS_FAILED, N, false,
	  false, "no response within 7 s" },
	{ "not begun: a signal", CLEAR, STAGE_WAITING, { .signal = SIGTERM }, STATUS_FAILED, N,
	  false, false, "interrupted by SIGTERM" },
	{ "not begun: killed", CLEAR, STAGE_WAITING, { .died = true, .status = SIGKILL },
	  STATUS_FAILED, N, false, false, "SIGKILL" },
	{ "not begun: ended", CLEAR, STAGE_WAITING, { .died = true, .status = 70 << 8 },
	  STATUS_FAILED, N, false, false, "70" },
	{ "a reading", STATUS, STAGE_WAITING, { 0 }, STATUS_UNKNOWN, N, false, false,
	  "no response within 7 s; state unknown" },
	{ "sent", CLEAR, STAGE_SENT, { 0 }, STATUS_UNKNOWN, U, true, false,
	  "the clear may have taken effect" },
	{ "accepted", CLEAR, STAGE_ACCEPTED, { 0 }, STATUS_UNKNOWN, U, true, false,
	  "accepted, but not verified" },
	{ "a reset", PREEMPT_ABORT(.victim = 0xb), STAGE_PROVING, { 0 }, STATUS_UNKNOWN, U, true,
	  true, "abort not proven" },
};

/* Whoever reports @result again, as the fence agent does of an arbiter, has memory for it. */
static void reported_again(const struct result *result)
{
	struct results again = { .arena = result->arena, .end = &again.first };

	assert_non_null(result->spare);
	result_append(&again, result->spare, result->argument);
	assert_string_equal(again.first->argument, result->argument);
	assert_ptr_not_equal(again.first, result);
}

static void stage(void **state)
{
	const typeof(rows[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct request request = row->request;
	const char *device = "/dev/a";
	struct results results = { .arena = arena, .end = &results.first };
	struct work *work;
	struct result *result;

	request.devices = &device;
	request.device_count = 1;
	request.timeout = 7 * SECOND;
	work = work_new(&request, arena);
	result = result_add(&work->slots[0].results, device);
	result->lun.name = "a";
	slot_ready(&work->slots[0]);
	atomic_store(&result->handover.stage, row->stage);
	report_slot(&request, &work->slots[0], &row->ending, &results);
	result = results.first;
	assert_non_null(result);
	assert_null(result->next);
	assert_string_equal(result->lun.name, "a");
	assert_int_equal(result->outcome.status, row->status);
	assert_int_equal(result->outcome.changed, row->changed);
	assert_int_equal(result->outcome.sent, row->sent);
	assert_int_equal(result->outcome.reset, row->reset);
	assert_int_equal(results.broken, row->ending.died && row->stage != STAGE_DONE);
	if (row->message)
		assert_non_null(strstr(result->outcome.message, row->message));
	else
		assert_null(result->outcome.message);
	reported_again(result);
	arena_free(arena);
}

/* An argument that was not resolved in time, or of which nothing was found, is reported itself. */
static void argument(void **state)
{
	struct arena *arena = unit_arena();
	const char *devices[] = { "/dev/a", "/dev/b" };
	struct request request = CLEAR;
	const struct ending ending = { .signal = SIGINT };
	struct results results = { .arena = arena, .end = &results.first };
	struct work *work;

	(void)state;
	request.devices = devices;
	request.device_count = 2;
	work = work_new(&request, arena);
	work->slots[1].err = -ENOMEM;
	slot_ready(&work->slots[1]);
	for (int i = 0; i < 2; i++)
		report_slot(&request, &work->slots[i], &ending, &results);
	assert_string_equal(results.first->argument, "/dev/a");
	assert_int_equal(results.first->outcome.step, STEP_RESOLVE);
	assert_non_null(strstr(results.first->outcome.message, "SIGINT"));
	assert_string_equal(results.first->next->argument, "/dev/b");
	assert_non_null(strstr(results.first->next->outcome.message, "Cannot allocate memory"));
	assert_null(results.first->next->next);
	reported_again(results.first);
	reported_again(results.first->next);
	arena_free(arena);
}

/*
 * Disks that support no reservations are reported only if they were named, by --verbose, or to
 * doctor.
 */
static void unsupported(void **state)
{
	static const struct ending ending;
	const char *device = "/dev/a";

	(void)state;
	for (int i = 0; i < 8; i++) {
		bool named = i & 1, verbose = i & 2, examines = i & 4;
		struct examination examination = { 0 };
		struct arena *arena = unit_arena();
		struct request request = STATUS;
		struct results results = { .arena = arena, .end = &results.first };
		struct work *work;
		struct result *result;

		request.devices = &device;
		request.device_count = named;
		request.verbose = verbose;
		request.examination = examines ? &examination : NULL;
		work = work_new(&request, arena);
		result = result_add(&work->slots[0].results, device);
		result->outcome.status = STATUS_UNSUPPORTED;
		result_done(result);
		slot_ready(&work->slots[0]);
		report_slot(&request, &work->slots[0], &ending, &results);
		assert_int_equal(results.first != NULL, named || verbose || examines);
		arena_free(arena);
	}
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, stage, rows);
	UNIT_TEST(&unit, argument);
	UNIT_TEST(&unit, unsupported);
	return unit_run(&unit, "report");
}
