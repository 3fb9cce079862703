// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The action on. A node that was fenced must not let itself in again: what it has in memory is out
 * of date. So it asks the LUNs that decide first, from which a fence removes a node first, and asks
 * them again at the end.
 */
#include "fence/act.h"
#include "fence/deciding.h"
#include "fence/entry.h"
#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"

/*
 * Whether the LUN that decides still lists this node after all others were registered: a fence
 * starts there.
 */
static void first_read_again(struct entry *entry)
{
	struct act *act = entry->act;
	struct request request = { .command = COMMAND_STATUS, .command_name = "unfencing" };
	struct result *first = act_result(&entry->done, entry->first->argument);
	const struct standing *standing = entry_standing(entry, first->argument);
	struct results again;
	const char *key, *holding;
	enum tri lost;

	act_ask(act, &request, &first->argument, 1, act_share(act, 1, 2), &again);
	if (!again.first || again.first->outcome.status != STATUS_OK) {
		entry_unread(first, again.first);
		entry_undo_unconfirmed(entry, first);
		return;
	}
	lost = standing_lost(act->fence, standing, &again.first->state, entry->first_changed);
	if (lost == TRI_NO)
		return;
	first->state = again.first->state;
	key = describe_key(first->arena, act->fence->key);
	holding = describe_holding(first->arena, &first->state);
	if (lost == TRI_YES) {
		result_fail(first, FENCE_FAIL_FENCED_SINCE, key, holding);
		entry_undo(entry, first);
	} else {
		result_fail(first, FENCE_FAIL_OMITTED_SINCE, key, holding);
		entry_undo_unconfirmed(entry, first);
	}
}

/* Nothing is registered anywhere, because of the LUN of @standing. */
static void refuse(struct entry *entry, const struct standing *standing)
{
	struct act *act = entry->act;
	const struct result *seen = standing->seen;
	struct result *copy = result_append(&act->told, seen->spare, seen->argument);
	const char *key = describe_key(copy->arena, standing->registered);
	const char *holding = describe_holding(copy->arena, &seen->state);
	bool certain = !standing->unread && standing_in(act->fence, standing) == TRI_NO;

	copy->lun = seen->lun;
	copy->state = seen->state;
	if (standing->unread)
		result_fail(copy, FENCE_FAIL_RECORDS_UNREAD, standing->unread, holding);
	else if (certain)
		result_fail(copy, FENCE_FAIL_FENCED, key, holding);
	else
		result_fail(copy, FENCE_FAIL_MAY_BE_FENCED, key, holding);
	act_leave(act, &entry->seen, seen,
		  arena_printf(act->told.arena,
			       certain ? FENCE_CAUSE_FENCED : FENCE_CAUSE_MAY_BE_FENCED,
			       seen->label));
	act_tell_failed(act, &entry->seen);
}

/* Finds the LUNs and reads them. Returns false if nothing more is to be done. */
static bool look(struct entry *entry)
{
	struct act *act = entry->act;
	struct request resolve = { .command = COMMAND_REGISTER,
				   .command_name = "unfencing",
				   .resolve_only = true };
	struct request status = { .command = COMMAND_STATUS,
				  .command_name = "unfencing",
				  .before_change = true };
	const struct result *first;
	const char **devices;
	size_t count;

	act_ask(act, &resolve, act->fence->devices, act->fence->device_count, act_share(act, 1, 4),
		&entry->found);
	if (!arbiters_find(act, resolve, &entry->found, &entry->arbiters))
		act_leave(act, &entry->found, NULL, FENCE_CAUSE_ARBITERS_WRONG);
	act_tell_failed(act, &entry->found);
	devices = arbiters_devices(act, &entry->arbiters, &entry->found, &count);
	if (!devices || act->failed)
		return false;
	act_ask(act, &status, devices, count, act_share(act, 1, 4), &entry->seen);
	first = fence_first(&entry->found);
	entry->first = first ? act_result(&entry->seen, first->argument) : NULL;
	entry->count = standing_read(act->told.arena, &entry->seen, &entry->standings);
	act->failed |= !entry->standings;
	return entry->first && !act->failed;
}

static void enter(struct entry *entry)
{
	struct act *act = entry->act;
	const char **others;
	size_t count;

	others = act_devices(act, &entry->found, act_result(&entry->found, entry->first->argument),
			     &count);
	if (!others)
		return;
	entry_register(entry, (const char *[]){ entry->first->argument }, 1,
		       count ? act_share(act, 1, 3) : act_share(act, 1, 2));
	if (act->failed || results_status(&entry->done) != STATUS_OK) {
		act_leave(act, &entry->found, act_result(&entry->found, entry->first->argument),
			  arena_printf(act->told.arena, FENCE_CAUSE_FIRST_NOT_IN,
				       entry->first->label));
		return;
	}
	entry->first_changed = entry->done.first->outcome.changed == TRI_YES;
	entry_register(entry, others, count, act_share(act, 1, 2));
	if (entry->gone) {
		/* The fence may have passed the LUNs that are new before this node was there. */
		entry_undo(entry, entry->gone);
	} else {
		entry_reserve(entry);
		first_read_again(entry);
	}
	entry_warn(entry);
}

/* The LUN that shows that this node was fenced; NULL: none does. */
static const struct standing *fenced_find(struct entry *entry)
{
	struct act *act = entry->act;

	if (!act->fence->arbiter_count)
		return standing_fenced(act->fence, entry->standings, entry->count,
				       deciding_doubt(act, &entry->found) ? NULL : entry->first);
	if (arbiters_count(&entry->arbiters, act->fence, entry->standings, entry->count) >=
	    entry->arbiters.needed)
		return NULL;
	return standing_fenced(act->fence, entry->standings, entry->count, NULL);
}

void on(struct act *act)
{
	struct entry entry = { .act = act };
	const struct standing *fenced;

	entry.done = (struct results){ .arena = act->told.arena, .end = &entry.done.first };
	if (!look(&entry)) {
		act_tell_failed(act, &entry.seen);
		act_tell_aside(act, false);
		return;
	}
	fenced = fenced_find(&entry);
	if (fenced && !act->fence->rejoin) {
		refuse(&entry, fenced);
	} else if (act->fence->arbiter_count) {
		on_by_arbiters(&entry);
	} else {
		enter(&entry);
	}
	arbiters_tell(act, &entry.arbiters, &entry.done);
	act_tell_aside(act, !act->failed);
}
