// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The action on. A node that was fenced must not let itself in again: what it has in memory is out
 * of date. So it asks the LUNs that decide first, from which a fence removes a node first, and asks
 * them again at the end.
 */
#include <string.h>

#include "fence/act.h"
#include "fence/deciding.h"
#include "fence/entry.h"
#include "fence/watchdog.h"
#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"
#include "store/store.h"

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

	act_request(act, &request, &first->argument, 1, act_share(act, 1, 2), &again);
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

/* A result of the LUN of @standing, because of which nothing is registered anywhere. */
static struct result *refusal(struct act *act, const struct standing *standing)
{
	const struct result *seen = standing->seen;
	struct result *copy = result_append(&act->reported, seen->spare, seen->argument);

	copy->lun = seen->lun;
	copy->state = seen->state;
	return copy;
}

/* Nothing is registered on the other LUNs either; @why is a clause. */
static void refuse_others(struct entry *entry, const struct standing *standing, const char *why)
{
	struct act *act = entry->act;

	act_report_unsent(act, &entry->seen, standing->seen, why);
	act_report_failed(act, &entry->seen);
}

/* This node was fenced, or may have been, as the LUN of @standing shows. */
static void refuse(struct entry *entry, const struct standing *standing)
{
	struct act *act = entry->act;
	const struct result *seen = standing->seen;
	struct result *copy = refusal(act, standing);
	const char *key = describe_key(copy->arena, standing->registered);
	const char *holding = describe_holding(copy->arena, &seen->state);
	bool certain = !standing->unread && standing_in(act->fence, standing) == TRI_NO;

	if (standing->unread)
		result_fail(copy, FENCE_FAIL_RECORDS_UNREAD, standing->unread, holding);
	else if (certain)
		result_fail(copy, FENCE_FAIL_FENCED, key, holding);
	else
		result_fail(copy, FENCE_FAIL_MAY_BE_FENCED, key, holding);
	refuse_others(entry, standing,
		      arena_printf(act->reported.arena,
				   certain ? FENCE_CAUSE_FENCED : FENCE_CAUSE_MAY_BE_FENCED,
				   seen->label));
}

/* The LUN that lists this host with the key of another node; NULL: none does. */
static const struct standing *mistaken_find(const struct entry *entry)
{
	for (size_t i = 0; i < entry->count; i++)
		if (standing_other_key(entry->act->fence, &entry->standings[i]))
			return &entry->standings[i];
	return NULL;
}

static void refuse_mistaken(struct entry *entry, const struct standing *standing)
{
	struct act *act = entry->act;
	struct result *copy = refusal(act, standing);

	result_fail(copy, FENCE_FAIL_KEY_OF_OTHER_NODE,
		    describe_key(copy->arena, standing_other_key(act->fence, standing)),
		    describe_holding(copy->arena, &copy->state), copy->label);
	refuse_others(
		entry, standing,
		arena_printf(act->reported.arena, FENCE_CAUSE_KEY_OF_OTHER_NODE, copy->label));
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

	act_request(act, &resolve, act->fence->devices, act->fence->device_count,
		    act_share(act, 1, 4), &entry->found);
	if (!arbiters_find(act, resolve, &entry->found, &entry->arbiters))
		act_report_unsent(act, &entry->found, NULL, FENCE_CAUSE_ARBITERS_WRONG);
	act_report_failed(act, &entry->found);
	devices = arbiters_devices(act, &entry->arbiters, &entry->found, &count);
	if (!devices || act->failed)
		return false;
	act_request(act, &status, devices, count, act_share(act, 1, 4), &entry->seen);
	first = fence_first(&entry->found);
	entry->first = first ? act_result(&entry->seen, first->argument) : NULL;
	entry->count = standing_read(act->reported.arena, &entry->seen, &entry->standings);
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
		act_report_unsent(act, &entry->found,
				  act_result(&entry->found, entry->first->argument),
				  arena_printf(act->reported.arena, FENCE_CAUSE_FIRST_NOT_IN,
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

/* Whether one of the LUNs lists this node. */
static bool is_listed(const struct entry *entry)
{
	for (size_t i = 0; i < entry->count; i++)
		if (standing_in(entry->act->fence, &entry->standings[i]) == TRI_YES)
			return true;
	return false;
}

static bool is_seen(const struct entry *entry, const char *wwid)
{
	for (const struct result *result = entry->seen.first; result; result = result->next)
		if (result->lun.wwid && strcmp(result->lun.wwid, wwid) == 0)
			return true;
	return false;
}

/*
 * Reads the LUNs on which "on" has registered this node in this boot and that it is not given now:
 * *@list. Returns their number.
 */
static size_t recorded_read(struct entry *entry, struct standing **list)
{
	struct act *act = entry->act;
	struct request status = { .command = COMMAND_STATUS, .command_name = "unfencing" };
	struct lun_records *luns;
	size_t all = store_luns(&store_system, act->reported.arena, &luns), count = 0;
	const char **devices = act_device_list(act, all);
	struct results elsewhere;

	act->failed |= !luns;
	for (size_t i = 0; !act->failed && i < all; i++)
		if (luns[i].own && luns[i].names[0] && !is_seen(entry, luns[i].wwid))
			devices[count++] = luns[i].names[0];
	if (!count)
		return 0;
	act_request(act, &status, devices, count, act_share(act, 1, 4), &elsewhere);
	count = standing_read(act->reported.arena, &elsewhere, list);
	act->failed |= !*list;
	return act->failed ? 0 : count;
}

/*
 * The LUN that shows that this node was fenced, of those that it was let in on earlier: a fence
 * may have come before the disks were changed. Not if one that is given now lists this node: then
 * the others were given up.
 */
static const struct standing *recorded_fenced(struct entry *entry)
{
	struct standing *list;
	size_t count = is_listed(entry) ? 0 : recorded_read(entry, &list);

	for (size_t i = 0; i < count; i++)
		if (watchdog_is_fenced(entry->act->fence, &list[i], list[i].seen->lun.wwid))
			return &list[i];
	return NULL;
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

/* Whether this node must not be let in, because a LUN shows it, or because that is not known. */
static bool is_refused(struct entry *entry)
{
	const struct fence *fence = entry->act->fence;
	const struct standing *mistaken = mistaken_find(entry), *fenced = fenced_find(entry);

	if (mistaken) {
		refuse_mistaken(entry, mistaken);
		return true;
	}
	if (!fenced && !fence->rejoin)
		fenced = recorded_fenced(entry);
	if (fenced && !fence->rejoin) {
		refuse(entry, fenced);
		return true;
	}
	return entry->act->failed;
}

void act_on(struct act *act)
{
	struct entry entry = { .act = act };

	entry.done = (struct results){ .arena = act->reported.arena, .end = &entry.done.first };
	if (!look(&entry)) {
		act_report_failed(act, &entry.seen);
		act_report_arbiters(act, false);
		return;
	}
	if (!is_refused(&entry)) {
		if (act->fence->arbiter_count)
			on_by_arbiters(&entry);
		else
			enter(&entry);
	}
	arbiters_report(act, &entry.arbiters, &entry.done);
	act_report_arbiters(act, !act->failed);
}
