// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/handover.h"
#include "unit.h"
#include "util/text.h"

#include "model/result.h"

static const struct {
	const char *name, *text;
	size_t length;
	const char *clean;
} texts[] = {
	{ "plain", "LIO-ORG", 7, "LIO-ORG" },
	{ "padded with blanks", "LIO-ORG ", 8, "LIO-ORG" },
	{ "blanks alone", "        ", 8, "" },
	{ "a blank between", "a b ", 4, "a b" },
	{ "a blank in front", " a", 2, " a" },
	{ "padded with NUL", "ab\0\0", 4, "ab" },
	{ "NUL between", "ab\0cd", 5, "ab" },
	{ "longer than asked for", "abcdef", 3, "abc" },
	{ "nothing", "", 0, "" },
	{ "escape sequence", "\033[31mred", 8, "?[31mred" },
	{ "line feed", "a\nb", 3, "a?b" },
	{ "all below the blank", "\x01\x02\x07\x08\t\r\x1f", 7, "???????" },
	{ "DEL", "a\x7f", 2, "a?" },
	{ "the first and the last that are kept", "!~", 2, "!~" },
	{ "UTF-8", "\xc3\xa4", 2, "??" },
	{ "C1 control, and 0xff", "\x9b\xff", 2, "??" },
	{ "quotes are the output's", "\"\\%s", 4, "\"\\%s" },
};

static void clean(void **state)
{
	const typeof(texts[0]) *row = *state;
	struct arena *arena = unit_arena();
	char *text = (char *)unit_copy((const uint8_t *)row->text, row->length);

	assert_string_equal(text_clean(arena, text, row->length), row->clean);
	free(text);
	arena_free(arena);
}

static void clean_when_full(void **state)
{
	struct arena *arena = arena_new(4096);

	(void)state;
	while (arena_alloc(arena, 16))
		;
	assert_string_equal(text_clean(arena, "a", 1), "(no memory)");
	arena_free(arena);
}

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

/* What the worker and the speaker may do at each stage, and what becomes of it. */
enum handshake { MAY_SEND, UNDONE, FINISHED, HALT, TAKE, HALT_AND_SEND };

static const struct {
	const char *name;
	enum stage before;
	enum handshake call;
	int returned; /* of what returns something */
	enum stage after;
} handshakes[] = {
	{ "a change is sent", STAGE_WAITING, MAY_SEND, true, STAGE_SENT },
	{ "another is not, while one is under way", STAGE_SENT, MAY_SEND, false, STAGE_SENT },
	{ "none is sent when the speaker has spoken", STAGE_TAKEN, MAY_SEND, false, STAGE_TAKEN },
	{ "none is sent when all is done", STAGE_DONE, MAY_SEND, false, STAGE_DONE },
	{ "the change did not happen", STAGE_SENT, UNDONE, 0, STAGE_WAITING },
	{ "nothing was sent that did not happen", STAGE_WAITING, UNDONE, 0, STAGE_WAITING },
	{ "what is done stays done", STAGE_DONE, UNDONE, 0, STAGE_DONE },
	{ "what is taken stays taken", STAGE_TAKEN, UNDONE, 0, STAGE_TAKEN },
	{ "done", STAGE_SENT, FINISHED, 0, STAGE_DONE },
	{ "done, and nothing sent", STAGE_WAITING, FINISHED, 0, STAGE_DONE },
	{ "the speaker takes what was not sent", STAGE_WAITING, TAKE, STAGE_TAKEN, STAGE_TAKEN },
	{ "what is taken is not done any more", STAGE_TAKEN, FINISHED, 0, STAGE_TAKEN },
	{ "the speaker sees what was sent, and no more is", STAGE_SENT, TAKE, STAGE_SENT, STAGE_TAKEN },
	{ "the speaker sees what was accepted", STAGE_ACCEPTED, TAKE, STAGE_ACCEPTED, STAGE_TAKEN },
	{ "halted before anything was sent", STAGE_WAITING, HALT, false, STAGE_TAKEN },
	{ "halted while a change is under way", STAGE_SENT, HALT, true, STAGE_SENT },
	{ "halted while it is read back", STAGE_ACCEPTED, HALT, true, STAGE_ACCEPTED },
	{ "halted when all is done", STAGE_DONE, HALT, false, STAGE_DONE },
	{ "halted, and then it turned out not to have happened", STAGE_SENT, HALT_AND_SEND, false, STAGE_WAITING },
	{ "the speaker sees what is done", STAGE_DONE, TAKE, STAGE_DONE, STAGE_DONE },
};

static void stages(void **state)
{
	const typeof(handshakes[0]) *row = *state;
	struct result result = { .stage = row->before };
	int returned = 0;

	switch (row->call) {
	case MAY_SEND:
		returned = result_may_send(&result);
		break;
	case UNDONE:
		result_undone(&result);
		break;
	case FINISHED:
		result_done(&result);
		break;
	case HALT:
		returned = result_halt(&result);
		break;
	case HALT_AND_SEND:
		result_halt(&result);
		result_undone(&result);
		returned = result_may_send(&result);
		break;
	case TAKE:
		returned = (int)result_take(&result);
		break;
	}
	assert_int_equal(returned, row->returned);
	assert_int_equal(result.stage, row->after);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, clean, texts);
	UNIT_TEST(&unit, clean_when_full);
	UNIT_TEST(&unit, new_result);
	UNIT_TEST(&unit, failure);
	UNIT_TEST(&unit, notes);
	UNIT_TABLE(&unit, whole, wholes);
	UNIT_TABLE(&unit, stages, handshakes);
	return unit_run(&unit, "result");
}
