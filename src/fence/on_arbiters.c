// SPDX-License-Identifier: GPL-2.0-or-later
/* The action on if arbiters decide: docs/design/arbiters.md. */
#include "fence/unfencing.h"
#include "model/describe.h"
#include "model/messages.h"
#include "store/store.h"

/*
 * Whether a fence has removed this node from the arbiter of @own, or may have, and rejoin is
 * not given.
 */
static bool has_left(const struct unfencing *unfencing, const struct own_registration *own)
{
	return (own->registered || own->unread) &&
	       own_registration_listed(unfencing->act->fence, own) != TRI_YES &&
	       !unfencing->act->fence->rejoin;
}

/*
 * An arbiter that has voted against this node does not count until the node is restarted; nor does
 * one that does not say whether it has.
 */
static void left_report(struct unfencing *unfencing, const struct own_registration *own)
{
	const struct result *seen = own->seen;
	struct result *copy = result_append(&unfencing->done, seen->spare, seen->argument);

	copy->lun = seen->lun;
	copy->state = seen->state;
	if (seen->outcome.status != STATUS_OK)
		outcome_take(&copy->outcome, &seen->outcome);
	else if (own->unread)
		result_fail(copy, FENCE_FAIL_RECORDS_UNREAD, own->unread,
			    describe_holding(copy->arena, &seen->state));
	else
		arbiters_refuse(copy, own->registered, true);
}

/* The LUNs to register on, in two steps. */
struct steps {
	const char **voters; /* the arbiters that may say at the end whether this node is in */
	const char **others;
	size_t voter_count, other_count;
};

/*
 * Whether @arbiter is a voter: one on which this node has been before, if @member, which says that
 * it was unfenced in this boot. What it is registered on later counts only after the voters have
 * confirmed it: a fence may have counted the arbiter as its own.
 */
static bool is_voter(const struct unfencing *unfencing, const struct arbiter *arbiter, bool member)
{
	const struct own_registration *own = unfencing_own(unfencing, arbiter->argument);

	return own->seen->outcome.status == STATUS_OK &&
	       (arbiter->counts || !member || unfencing->act->fence->rejoin);
}

static bool is_member(const struct unfencing *unfencing)
{
	for (size_t i = 0; i < unfencing->arbiters.count; i++) {
		const struct own_registration *own =
			unfencing_own(unfencing, unfencing->arbiters.list[i].argument);

		if (own && own->votes)
			return true;
	}
	return false;
}

/* False: no memory. */
static bool steps_plan(struct unfencing *unfencing, struct steps *steps)
{
	struct act *act = unfencing->act;
	bool member = is_member(unfencing);
	size_t count;
	const char **devices =
		arbiters_devices(act, &unfencing->arbiters, &unfencing->found, &count);

	*steps = (struct steps){
		.voters = act_device_list(act, count),
		.others = act_device_list(act, count),
	};
	for (size_t i = 0; i < count && !act->failed; i++) {
		const struct arbiter *arbiter = arbiters_get(&unfencing->arbiters, devices[i]);
		const struct own_registration *own = unfencing_own(unfencing, devices[i]);

		if (arbiter && own && has_left(unfencing, own))
			left_report(unfencing, own);
		else if (arbiter && own && is_voter(unfencing, arbiter, member))
			steps->voters[steps->voter_count++] = devices[i];
		else
			steps->others[steps->other_count++] = devices[i];
	}
	return !act->failed;
}

/* How many of the voters have registered this node. */
static size_t voters_in(struct unfencing *unfencing, const struct steps *steps)
{
	size_t in = 0;

	for (size_t i = 0; i < steps->voter_count; i++) {
		const struct result *result = act_result(&unfencing->done, steps->voters[i]);

		in += result && result->outcome.status == STATUS_OK;
	}
	return in;
}

/*
 * Fails on each voter that does not confirm that this node is in. *@lost is one that has lost this
 * node since, and *@unread one that does not say; NULL: none.
 */
static void voters_read_again(struct unfencing *unfencing, const struct steps *steps,
			      struct result **lost, struct result **unread)
{
	struct act *act = unfencing->act;
	struct request request = { .command = COMMAND_STATUS, .command_name = "unfencing" };
	struct results again;

	*lost = NULL;
	*unread = NULL;
	act_request(act, &request, steps->voters, steps->voter_count, act_share(act, 1, 2), &again);
	for (size_t i = 0; i < steps->voter_count; i++) {
		struct result *done = act_result(&unfencing->done, steps->voters[i]);
		const struct result *now = act_result(&again, steps->voters[i]);
		enum tri is_lost;

		if (!done)
			continue;
		if (done->outcome.status != STATUS_OK || !now ||
		    now->outcome.status != STATUS_OK) {
			unfencing_unread(done, now);
			*unread = done;
			continue;
		}
		is_lost = own_registration_lost(act->fence, unfencing_own(unfencing, now->argument),
						&now->state, done->outcome.changed == TRI_YES);
		if (is_lost == TRI_NO)
			continue;
		done->state = now->state;
		arbiters_refuse(done, act->fence->key, true);
		*(is_lost == TRI_YES ? lost : unread) = done;
	}
}

static const char *vote_note(struct arena *arena, struct lun_records *lun, void *data)
{
	(void)data;
	lun->arbiter = lun->own ? store_boot_id(arena) : NULL;
	return NULL;
}

/* From now on the votes of those on which this node is registered count for it. */
static void votes_note(struct unfencing *unfencing)
{
	const char *wrong = NULL;

	for (size_t i = 0; i < unfencing->arbiters.count; i++) {
		const char *argument = unfencing->arbiters.list[i].argument;
		struct result *result = act_result(&unfencing->done, argument);
		const struct own_registration *own = unfencing_own(unfencing, argument);

		if (!result || result->outcome.status != STATUS_OK || !result->lun.wwid ||
		    (own && own->votes && result->outcome.changed == TRI_NO))
			continue;
		/* If one cannot be recorded, because of a lock for example, none waits again. */
		if (!wrong)
			wrong = store_change(&store_system, result->arena, result->lun.wwid,
					     vote_note, NULL);
		if (wrong)
			result_warn(result, WARN_NOT_RECORDED, wrong);
	}
}

static void voters_register(struct unfencing *unfencing, const struct steps *steps)
{
	struct act *act = unfencing->act;
	const char **copy = act_device_list(act, steps->voter_count);

	for (size_t i = 0; copy && i < steps->voter_count; i++)
		copy[i] = steps->voters[i];
	if (copy)
		unfencing_register(unfencing, copy, steps->voter_count, act_share(act, 1, 3));
}

void on_by_arbiters(struct unfencing *unfencing)
{
	struct act *act = unfencing->act;
	const struct arbiters *arbiters = &unfencing->arbiters;
	struct steps steps;
	struct result *lost, *unread;
	size_t in;

	if (!steps_plan(unfencing, &steps))
		return;
	if (steps.voter_count >= arbiters->needed)
		voters_register(unfencing, &steps);
	in = voters_in(unfencing, &steps);
	act->failed |= in < arbiters->needed;
	if (act->failed) {
		unfencing_undo_changed(unfencing);
		act_report_untried(act, &unfencing->found, &unfencing->done,
				   arena_printf(act->reported.arena, FENCE_CAUSE_ARBITERS_NOT_IN,
						in, act->fence->arbiter_count, arbiters->needed));
		return;
	}
	unfencing_register(unfencing, steps.others, steps.other_count, act_share(act, 1, 2));
	if (unfencing->gone) {
		unfencing_undo(unfencing, unfencing->gone);
		act->failed = true;
		return;
	}
	unfencing_reserve(unfencing);
	voters_read_again(unfencing, &steps, &lost, &unread);
	if (voters_in(unfencing, &steps) >= arbiters->needed)
		votes_note(unfencing);
	else if (lost)
		unfencing_undo(unfencing, lost);
	else if (unread)
		unfencing_undo_unconfirmed(unfencing, unread);
	act->failed |= voters_in(unfencing, &steps) < arbiters->needed;
	unfencing_warn(unfencing);
}
