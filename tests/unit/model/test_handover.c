// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/handover.h"
#include "unit.h"

/* What the worker and the parent may do at each stage, and the stage after that. */
enum handshake { MAY_SEND, MAY_PROVE, UNDONE, FINISHED, HALT, TAKE, HALT_AND_SEND, HALT_IN_DOUBT };

static const struct {
	const char *name;
	enum stage before;
	enum handshake call;
	int returned; /* return values, if there are any */
	enum stage after;
} handshakes[] = {
	{ "a change is sent", STAGE_WAITING, MAY_SEND, true, STAGE_SENT },
	{ "another try is, after one that may have been done", STAGE_SENT, MAY_SEND, true,
	  STAGE_SENT },
	{ "none is sent when the parent has reported", STAGE_TAKEN, MAY_SEND, false, STAGE_TAKEN },
	{ "none is sent when all is done", STAGE_DONE, MAY_SEND, false, STAGE_DONE },
	{ "the change did not happen", STAGE_SENT, UNDONE, 0, STAGE_WAITING },
	{ "nothing was sent that did not happen", STAGE_WAITING, UNDONE, 0, STAGE_WAITING },
	{ "what is done stays done", STAGE_DONE, UNDONE, 0, STAGE_DONE },
	{ "what is taken stays taken", STAGE_TAKEN, UNDONE, 0, STAGE_TAKEN },
	{ "done", STAGE_SENT, FINISHED, 0, STAGE_DONE },
	{ "done, and nothing sent", STAGE_WAITING, FINISHED, 0, STAGE_DONE },
	{ "the parent takes what was not sent", STAGE_WAITING, TAKE, STAGE_TAKEN, STAGE_TAKEN },
	{ "what is taken is not done any more", STAGE_TAKEN, FINISHED, 0, STAGE_TAKEN },
	{ "the parent sees what was sent, and no more is", STAGE_SENT, TAKE, STAGE_SENT,
	  STAGE_TAKEN },
	{ "the parent sees what was accepted", STAGE_ACCEPTED, TAKE, STAGE_ACCEPTED, STAGE_TAKEN },
	{ "halted before anything was sent", STAGE_WAITING, HALT, false, STAGE_TAKEN },
	{ "halted while a change is under way", STAGE_SENT, HALT, true, STAGE_SENT },
	{ "halted while it is read back", STAGE_ACCEPTED, HALT, true, STAGE_ACCEPTED },
	{ "halted during a reset", STAGE_PROVING, HALT, true, STAGE_PROVING },
	{ "a reset after what was accepted", STAGE_ACCEPTED, MAY_PROVE, true, STAGE_PROVING },
	{ "a reset though nothing was sent", STAGE_WAITING, MAY_PROVE, true, STAGE_PROVING },
	{ "a reset after an answer that was lost", STAGE_SENT, MAY_PROVE, true, STAGE_PROVING },
	{ "no reset when the parent has reported", STAGE_TAKEN, MAY_PROVE, false, STAGE_TAKEN },
	{ "another key after a reset", STAGE_PROVING, MAY_SEND, true, STAGE_SENT },
	{ "the parent sees a reset", STAGE_PROVING, TAKE, STAGE_PROVING, STAGE_TAKEN },
	{ "a reset is done", STAGE_PROVING, FINISHED, 0, STAGE_DONE },
	{ "halted when all is done", STAGE_DONE, HALT, false, STAGE_DONE },
	{ "halted, and it may have happened: no other try", STAGE_SENT, HALT_IN_DOUBT, false,
	  STAGE_SENT },
	{ "halted, and then it turned out not to have happened", STAGE_SENT, HALT_AND_SEND, false,
	  STAGE_WAITING },
	{ "the parent sees what is done", STAGE_DONE, TAKE, STAGE_DONE, STAGE_DONE },
};

static void stages(void **state)
{
	const typeof(handshakes[0]) *row = *state;
	struct result result = { .handover.stage = row->before };
	int returned = 0;

	switch (row->call) {
	case MAY_SEND:
		returned = result_may_send(&result);
		break;
	case MAY_PROVE:
		returned = result_may_prove(&result);
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
	case HALT_IN_DOUBT:
		result_halt(&result);
		returned = result_may_send(&result);
		break;
	case TAKE:
		returned = (int)result_take(&result);
		break;
	}
	assert_int_equal(returned, row->returned);
	assert_int_equal(result.handover.stage, row->after);
	assert_int_equal(result_was_sent(&result), row->call == MAY_SEND && row->returned);
}

static void slots(void **state)
{
	struct slot slot = { .stage = SLOT_OPEN };

	(void)state;
	slot_ready(&slot);
	assert_false(slot_take(&slot));
	assert_int_equal(slot_stage(&slot), SLOT_READY);
	slot.stage = SLOT_OPEN;
	assert_true(slot_take(&slot));
	assert_true(slot_take(&slot));
	slot_ready(&slot);
	assert_int_equal(slot_stage(&slot), SLOT_TAKEN);
}

/* A sign of life of a path counts for its map. */
static void beats(void **state)
{
	struct result map = { 0 }, path = { .map = &map };

	(void)state;
	assert_true(result_beat_last(&map) == 0);
	result_beat(&path);
	assert_true(result_beat_last(&map) > 1);
	result_rest(&path);
	assert_true(result_beat_last(&map) == 1);
	assert_true(result_beat_last(&path) == 0);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, stages, handshakes);
	UNIT_TEST(&unit, slots);
	UNIT_TEST(&unit, beats);
	return unit_run(&unit, "handover");
}
