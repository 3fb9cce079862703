// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The action on. A node that was fenced must not unfence itself before it is restarted: what it has
 * in memory is out of date. So it asks the LUNs that decide first, from which a fence removes a
 * node first, and asks them again at the end.
 */
#include <string.h>

#include "fence/act.h"
#include "fence/deciding.h"
#include "fence/recorded.h"
#include "fence/unfencing.h"
#include "fence/unlisted.h"
#include "fence/watchdog.h"
#include "model/describe.h"
#include "model/messages.h"
#include "store/store.h"

/*
 * Whether the LUN that decides still lists this node after all others were registered: a fence
 * starts there.
 */
static void first_read_again(struct unfencing *unfencing)
{
	struct act *act = unfencing->act;
	struct request request = { .command = COMMAND_STATUS, .command_name = "unfencing" };
	struct result *first = act_result(&unfencing->done, unfencing->first->argument);
	const struct own_registration *own = unfencing_own(unfencing, first->argument);
	struct results again;
	const char *key, *holding;
	enum tri lost;

	act_request(act, &request, &first->argument, 1, act_share(act, 1, 2), &again);
	if (!again.first || again.first->outcome.status != STATUS_OK) {
		unfencing_unread(first, again.first);
		unfencing_undo_unconfirmed(unfencing, first);
		return;
	}
	lost = own_registration_lost(act->fence, own, &again.first->state,
				     unfencing->first_changed);
	if (lost == TRI_NO)
		return;
	first->state = again.first->state;
	key = describe_key(first->arena, act->fence->key);
	holding = describe_holding(first->arena, &first->state);
	if (lost == TRI_YES) {
		result_fail(first, FENCE_FAIL_FENCED_SINCE, key, holding);
		unfencing_undo(unfencing, first);
	} else {
		result_fail(first, FENCE_FAIL_OMITTED_SINCE, key, holding);
		unfencing_undo_unconfirmed(unfencing, first);
	}
}

/* A result of the LUN of @own, because of which nothing is registered anywhere. */
static struct result *refusal(struct act *act, const struct own_registration *own)
{
	const struct result *seen = own->seen;
	struct result *copy = result_append(&act->reported, seen->spare, seen->argument);

	copy->lun = seen->lun;
	copy->state = seen->state;
	return copy;
}

/* Nothing is registered on the other LUNs either; @why is a clause. */
static void refuse_others(struct unfencing *unfencing, const struct own_registration *own,
			  const char *why)
{
	struct act *act = unfencing->act;

	act_report_unsent(act, &unfencing->seen, own->seen, why);
	act_report_failed(act, &unfencing->seen);
}

/* This node was fenced, or may have been, as the LUN of @own shows. */
static void refuse(struct unfencing *unfencing, const struct own_registration *own)
{
	struct act *act = unfencing->act;
	const struct result *seen = own->seen;
	struct result *copy = refusal(act, own);
	const char *key = describe_key(copy->arena, own->registered);
	const char *holding = describe_holding(copy->arena, &seen->state);
	bool certain = !own->unread && own_registration_listed(act->fence, own) == TRI_NO;

	if (own->unread)
		result_fail(copy, FENCE_FAIL_RECORDS_UNREAD, own->unread, holding);
	else if (certain)
		result_fail(copy, FENCE_FAIL_FENCED, key, holding);
	else
		result_fail(copy, FENCE_FAIL_MAY_BE_FENCED, key, holding);
	refuse_others(unfencing, own,
		      arena_printf(act->reported.arena,
				   certain ? FENCE_CAUSE_FENCED : FENCE_CAUSE_MAY_BE_FENCED,
				   seen->label));
}

/* The LUN that lists this host with the key of another node; NULL: none does. */
static const struct own_registration *mistaken_find(const struct unfencing *unfencing)
{
	for (size_t i = 0; i < unfencing->count; i++)
		if (own_registration_other_key(unfencing->act->fence, &unfencing->registrations[i]))
			return &unfencing->registrations[i];
	return NULL;
}

static void refuse_mistaken(struct unfencing *unfencing, const struct own_registration *own)
{
	struct act *act = unfencing->act;
	struct result *copy = refusal(act, own);

	result_fail(copy, FENCE_FAIL_KEY_OF_OTHER_NODE,
		    describe_key(copy->arena, own_registration_other_key(act->fence, own)),
		    describe_holding(copy->arena, &copy->state), copy->label);
	refuse_others(
		unfencing, own,
		arena_printf(act->reported.arena, FENCE_CAUSE_KEY_OF_OTHER_NODE, copy->label));
}

/* Finds the LUNs and reads them. Returns false if nothing more is to be done. */
static bool luns_read(struct unfencing *unfencing)
{
	struct act *act = unfencing->act;
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
		    act_share(act, 1, 4), &unfencing->found);
	if (!arbiters_find(act, resolve, &unfencing->found, &unfencing->arbiters))
		act_report_unsent(act, &unfencing->found, NULL, FENCE_CAUSE_ARBITERS_WRONG);
	unlisted_report(act, &unfencing->found);
	act_report_failed(act, &unfencing->found);
	devices = arbiters_devices(act, &unfencing->arbiters, &unfencing->found, &count);
	if (!devices || act->failed)
		return false;
	act_request(act, &status, devices, count, act_share(act, 1, 4), &unfencing->seen);
	first = deciding_first(&unfencing->found);
	unfencing->first = first ? act_result(&unfencing->seen, first->argument) : NULL;
	unfencing->count = own_registrations_read(act->reported.arena, &unfencing->seen,
						  &unfencing->registrations);
	act->failed |= !unfencing->registrations;
	return unfencing->first && !act->failed;
}

/* Registers on the LUN that decides first, then on the others, and asks the first one again. */
static void on_by_first(struct unfencing *unfencing)
{
	struct act *act = unfencing->act;
	const char **others;
	size_t count;

	others = act_devices(act, &unfencing->found,
			     act_result(&unfencing->found, unfencing->first->argument), &count);
	if (!others)
		return;
	unfencing_register(unfencing, (const char *[]){ unfencing->first->argument }, 1,
			   count ? act_share(act, 1, 3) : act_share(act, 1, 2));
	if (act->failed || results_status(&unfencing->done) != STATUS_OK) {
		unfencing_undo_changed(unfencing);
		act_report_unsent(act, &unfencing->found,
				  act_result(&unfencing->found, unfencing->first->argument),
				  arena_printf(act->reported.arena, FENCE_CAUSE_FIRST_NOT_IN,
					       unfencing->first->label));
		return;
	}
	unfencing->first_changed = unfencing->done.first->outcome.changed == TRI_YES;
	unfencing_register(unfencing, others, count, act_share(act, 1, 2));
	if (unfencing->gone) {
		/* The fence may have passed the LUNs that are new before this node was there. */
		unfencing_undo(unfencing, unfencing->gone);
	} else {
		unfencing_reserve(unfencing);
		first_read_again(unfencing);
	}
	unfencing_warn(unfencing);
}

/* Whether one of the LUNs lists this node. */
static bool is_listed(const struct unfencing *unfencing)
{
	for (size_t i = 0; i < unfencing->count; i++)
		if (own_registration_listed(unfencing->act->fence, &unfencing->registrations[i]) ==
		    TRI_YES)
			return true;
	return false;
}

static bool is_seen(const struct unfencing *unfencing, const char *wwid)
{
	for (const struct result *result = unfencing->seen.first; result; result = result->next)
		if (result->lun.wwid && strcmp(result->lun.wwid, wwid) == 0)
			return true;
	return false;
}

/*
 * Reads the LUNs on which "on" has registered this node in this boot and that it is not given now:
 * *@list. Returns their number.
 */
static size_t recorded_read(struct unfencing *unfencing, struct own_registration **list)
{
	struct act *act = unfencing->act;
	struct request status = { .command = COMMAND_STATUS, .command_name = "unfencing" };
	struct lun_records *luns;
	size_t all = store_luns(&store_system, act->reported.arena, &luns), count = 0;
	const char **devices;
	struct results elsewhere;

	act->failed |= !luns;
	for (size_t i = 0; !act->failed && i < all; i++)
		if (luns[i].own && luns[i].names[0] && !is_seen(unfencing, luns[i].wwid))
			luns[count++] = luns[i];
	devices = recorded_devices(act, status.command_name, luns, count);
	if (!count || !devices)
		return 0;
	act_request(act, &status, devices, count, act_share(act, 1, 4), &elsewhere);
	count = own_registrations_read(act->reported.arena, &elsewhere, list);
	act->failed |= !*list;
	return act->failed ? 0 : count;
}

/*
 * The LUN that shows that this node was fenced, of those that it was unfenced on earlier: a fence
 * may have come before the disks were changed. Not if one that is given now lists this node: then
 * the others were given up.
 */
static const struct own_registration *recorded_fenced(struct unfencing *unfencing)
{
	struct own_registration *list;
	size_t count = is_listed(unfencing) ? 0 : recorded_read(unfencing, &list);

	for (size_t i = 0; i < count; i++)
		if (watchdog_is_fenced(unfencing->act->fence, &list[i], list[i].seen->lun.wwid))
			return &list[i];
	return NULL;
}

/* The LUN that shows that this node was fenced; NULL: none does. */
static const struct own_registration *fenced_find(struct unfencing *unfencing)
{
	struct act *act = unfencing->act;

	if (!act->fence->arbiter_count)
		return own_registrations_fenced(
			act->fence, unfencing->registrations, unfencing->count,
			deciding_obstacle(act, &unfencing->found) ? NULL : unfencing->first);
	if (arbiters_count(&unfencing->arbiters, act->fence, unfencing->registrations,
			   unfencing->count) >= unfencing->arbiters.needed)
		return NULL;
	return own_registrations_fenced(act->fence, unfencing->registrations, unfencing->count,
					NULL);
}

/* Whether this node must not be unfenced, because a LUN shows it, or because that is not known. */
static bool is_refused(struct unfencing *unfencing)
{
	const struct fence *fence = unfencing->act->fence;
	const struct own_registration *mistaken = mistaken_find(unfencing),
				      *fenced = fenced_find(unfencing);

	if (mistaken) {
		refuse_mistaken(unfencing, mistaken);
		return true;
	}
	if (!fenced && !fence->rejoin)
		fenced = recorded_fenced(unfencing);
	if (fenced && !fence->rejoin) {
		refuse(unfencing, fenced);
		return true;
	}
	return unfencing->act->failed;
}

void act_on(struct act *act)
{
	struct unfencing unfencing = { .act = act };

	unfencing.done =
		(struct results){ .arena = act->reported.arena, .end = &unfencing.done.first };
	if (!luns_read(&unfencing)) {
		act_report_failed(act, &unfencing.seen);
		act_report_arbiters(act, false);
		return;
	}
	if (!is_refused(&unfencing)) {
		if (act->fence->arbiter_count)
			on_by_arbiters(&unfencing);
		else
			on_by_first(&unfencing);
	}
	arbiters_report(act, &unfencing.arbiters, &unfencing.done);
	act_report_arbiters(act, !act->failed);
}
