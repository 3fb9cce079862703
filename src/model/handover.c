// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/handover.h"

#include <stdatomic.h>

#include "util/clock.h"

struct work *work_new(const struct request *request, struct arena *arena)
{
	size_t count = request->device_count ? request->device_count : 1;
	struct work *work = arena_alloc(arena, sizeof(*work) + count * sizeof(work->slots[0]));

	/* those of each argument, and those of its first result */
	struct result *spares = arena_alloc(arena, count * 2 * RESULT_SPARES * sizeof(*spares));

	if (!work || !spares)
		return NULL;
	work->arena = arena;
	work->count = count;
	for (size_t i = 0; i < count; i++) {
		struct slot *slot = &work->slots[i];

		slot->argument = request->device_count ? request->devices[i] : NULL;
		slot->expected = request->expected ? request->expected[i] : NULL;
		slot->results.arena = arena;
		slot->results.end = &slot->results.first;
		slot->results.spares = &spares[(i * 2 + 1) * RESULT_SPARES];
		slot->results.spare_count = 1;
		slot->spare = &spares[i * 2 * RESULT_SPARES];
	}
	return work;
}

void slot_ready(struct slot *slot)
{
	int open = SLOT_OPEN;

	atomic_compare_exchange_strong(&slot->stage, &open, SLOT_READY);
}

bool slot_take(struct slot *slot)
{
	int stage = SLOT_OPEN;

	return atomic_compare_exchange_strong(&slot->stage, &stage, SLOT_TAKEN) ||
	       stage == SLOT_TAKEN;
}

enum slot_stage slot_stage(const struct slot *slot)
{
	return (enum slot_stage)atomic_load(&slot->stage);
}

enum stage result_stage(const struct result *result)
{
	return (enum stage)atomic_load(&result->handover.stage);
}

/* Goes on to STAGE_SENT if the parent permits it. */
static bool sent_stage(struct result *head)
{
	int expected = STAGE_WAITING;

	if (atomic_load(&head->handover.halted) && !head->handover.undoing)
		return false;
	if (atomic_compare_exchange_strong(&head->handover.stage, &expected, STAGE_SENT))
		return true;
	/*
	 * It was sent before: by an earlier try, through another path of the map, or, after the
	 * abort of one key of a host was proven, for another of its keys.
	 */
	return (expected == STAGE_SENT || expected == STAGE_ACCEPTED ||
		expected == STAGE_PROVING) &&
	       (atomic_compare_exchange_strong(&head->handover.stage, &expected, STAGE_SENT) ||
		expected == STAGE_SENT);
}

bool result_may_send(struct result *result)
{
	struct result *head = result_head(result);

	if (!sent_stage(head))
		return false;
	atomic_store(&head->handover.sent, true);
	return true;
}

bool result_was_sent(const struct result *result)
{
	return atomic_load(&result->handover.sent);
}

void result_undo_begin(struct result *result)
{
	result_head(result)->handover.undoing = true;
}

bool result_may_prove(struct result *result)
{
	struct result *head = result_head(result);
	int stage = atomic_load(&head->handover.stage);

	while (!atomic_load(&head->handover.halted) && stage != STAGE_TAKEN && stage != STAGE_DONE)
		if (atomic_compare_exchange_weak(&head->handover.stage, &stage, STAGE_PROVING))
			return true;
	return false;
}

void result_accepted(struct result *result)
{
	int expected = STAGE_SENT;

	result_keep(result);
	atomic_compare_exchange_strong(&result_head(result)->handover.stage, &expected,
				       STAGE_ACCEPTED);
}

void result_keep(struct result *result)
{
	result_head(result)->handover.kept = true;
}

void result_undone(struct result *result)
{
	int expected = STAGE_SENT;

	/* What an earlier command, or another path of the map, has changed is not undone. */
	if (!result_head(result)->handover.kept &&
	    (!result->map || result->map->outcome.changed == TRI_NO))
		atomic_compare_exchange_strong(&result_head(result)->handover.stage, &expected,
					       STAGE_WAITING);
}

void result_done(struct result *result)
{
	int stage = atomic_load(&result->handover.stage);

	/* Once the parent has reported the result, it must not change. */
	while (stage != STAGE_TAKEN &&
	       !atomic_compare_exchange_weak(&result->handover.stage, &stage, STAGE_DONE))
		;
}

bool result_is_stopped(struct result *head)
{
	return atomic_load(&head->handover.halted) ||
	       atomic_load(&head->handover.stage) == STAGE_TAKEN;
}

void result_beat(struct result *result)
{
	atomic_store(&result_head(result)->handover.beat, clock_now());
}

void result_rest(struct result *result)
{
	/* The same value as after a long silence. */
	atomic_store(&result_head(result)->handover.beat, 1);
}

int64_t result_beat_last(const struct result *result)
{
	return atomic_load(&result->handover.beat);
}

bool result_halt(struct result *result)
{
	int stage = STAGE_WAITING;

	atomic_store(&result->handover.halted, true);
	return !atomic_compare_exchange_strong(&result->handover.stage, &stage, STAGE_TAKEN) &&
	       (stage == STAGE_SENT || stage == STAGE_ACCEPTED || stage == STAGE_PROVING);
}

enum stage result_take(struct result *result)
{
	int stage = atomic_load(&result->handover.stage);

	while (stage != STAGE_DONE &&
	       !atomic_compare_exchange_weak(&result->handover.stage, &stage, STAGE_TAKEN))
		;
	return stage == STAGE_WAITING ? STAGE_TAKEN : (enum stage)stage;
}
