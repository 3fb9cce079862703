// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The action on. A node that was fenced must not let itself in again: what it has in memory is out
 * of date. So it asks the LUNs that decide first, from which a fence removes a node first, and asks
 * them again at the end.
 */
#include <inttypes.h>
#include <string.h>

#include "fence/act.h"
#include "fence/arbiters.h"
#include "fence/deciding.h"
#include "fence/standing.h"
#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"
#include "store/store.h"

/* The action: the state of each LUN before it, and its outcome. */
struct entry {
	struct act *act;
	struct results found, seen;
	/* the LUN that decides, one of @seen; NULL: it could not be read */
	const struct result *first;
	struct standing *standings;
	size_t count;
	struct results done;
	bool first_changed; /* the key was registered on the LUN that decides */
	/* of @done: a shared disk from which the key went meanwhile; NULL: from none */
	const struct result *gone;
	struct arbiters arbiters; /* none, unless the parameter is given */
};

/* Whether the device is reserved after @result, of a reserve: also if another node was faster. */
static bool is_reserved(const struct result *result)
{
	return result->outcome.status == STATUS_OK ||
	       (result->outcome.status == STATUS_CONFLICT &&
		result->outcome.reason == REASON_HELD_BY_OTHER);
}

/* Uses the outcome of the reserve, but keeps what the register before it has changed. */
static void reserve_join(struct result *registered, const struct result *reserved)
{
	const char *success =
		registered->outcome.success ? registered->outcome.success : "registered";
	bool changed = registered->outcome.changed != TRI_NO;

	if (is_reserved(reserved)) {
		outcome_add(&registered->outcome, &reserved->outcome);
		registered->outcome.success =
			arena_printf(registered->arena, "%s; %s", success,
				     describe_holding(registered->arena, &reserved->state));
	} else {
		outcome_take(&registered->outcome, &reserved->outcome);
		/* "No change was sent" applies only to the reserve. */
		if (changed)
			registered->outcome.message =
				arena_printf(registered->arena, "%s; then: %s", success,
					     reserved->outcome.message);
	}
	if (reserved->state.source != SOURCE_NONE)
		registered->state = reserved->state;
}

static const struct standing *standing_of(const struct entry *entry, const char *argument)
{
	return arbiters_standing(entry->standings, entry->count, argument);
}

/* How to register on the device @argument. */
static struct standing_entry entry_choose(const struct entry *entry, const char *argument)
{
	const struct standing *standing = standing_of(entry, argument);

	return standing ? standing_entry_choose(entry->act->fence, standing)
			: (struct standing_entry){ 0 };
}

/* A device whose key was removed after this node had read it: REGISTER with that key has failed. */
static bool is_gone(const struct result *result, const struct standing_entry *how)
{
	return how->old_key && result->outcome.status == STATUS_CONFLICT &&
	       result->outcome.reason == REASON_KEY_NOT_REGISTERED;
}

/* Whether @argument is of an arbiter that is no shared disk. */
static bool is_aside(const struct entry *entry, const char *argument)
{
	const struct arbiter *arbiter = arbiters_get(&entry->arbiters, argument);

	return arbiter && !arbiter->is_shared;
}

/* Registers the key in the way @how on @count devices until @end. */
static void enroll(struct entry *entry, const struct standing_entry *how, const char **devices,
		   size_t count, int64_t end)
{
	struct request request = { .command = COMMAND_REGISTER,
				   .command_name = "unfencing",
				   .fence = true,
				   .only_decides = is_aside(entry, devices[0]),
				   .allow_partial = entry->act->fence->allow_partial,
				   .ignore_key = how->ignore_key,
				   .old_key = how->old_key };
	struct results results;

	act_ask(entry->act, &request, devices, count, end, &results);
	for (struct result *result = results.first; result; result = result->next) {
		if (!is_gone(result, how))
			continue;
		/* One arbiter does not show that this node was fenced. */
		if (!arbiters_get(&entry->arbiters, result->argument))
			entry->gone = result;
		result_fail(result, FENCE_FAIL_FENCED_MEANWHILE,
			    describe_key(result->arena, how->old_key),
			    describe_holding(result->arena, &result->state));
	}
	act_move(&entry->done, &results);
}

/* Registers on each of @count devices in its own way; devices with the same way in parallel. */
static void enroll_all(struct entry *entry, const char **devices, size_t count, int64_t end)
{
	const char **some = act_list(entry->act, count);

	while (some && count) {
		struct standing_entry how = entry_choose(entry, devices[0]);
		bool aside = is_aside(entry, devices[0]);
		size_t some_count = 0, rest = 0;

		for (size_t i = 0; i < count; i++) {
			struct standing_entry other = entry_choose(entry, devices[i]);

			if (other.ignore_key == how.ignore_key && other.old_key == how.old_key &&
			    is_aside(entry, devices[i]) == aside)
				some[some_count++] = devices[i];
			else
				devices[rest++] = devices[i];
		}
		enroll(entry, &how, some, some_count, end);
		count = rest;
	}
}

/* Reserves the devices that are not reserved. */
static void reserve_all(struct entry *entry)
{
	struct act *act = entry->act;
	struct request reserve = { .command = COMMAND_RESERVE,
				   .command_name = "unfencing",
				   .type = act->fence->type };
	struct results reserved;
	const char **devices;
	size_t count;

	devices = act_devices(act, &entry->done, NULL, &count);
	if (!devices)
		return;
	count = 0;
	for (const struct result *result = entry->done.first; result; result = result->next)
		if (result->outcome.status == STATUS_OK && result->state.type == RESV_NONE)
			devices[count++] = result->argument;
	act_ask(act, &reserve, devices, count, act_share(act, 1, 2), &reserved);
	for (const struct result *result = reserved.first; result; result = result->next)
		reserve_join(act_result(&entry->done, result->argument), result);
}

/*
 * Takes back what this run has registered, as @lost shows that this node was fenced meanwhile: its
 * key may be gone from there.
 */
static void undo(struct entry *entry, const struct result *lost)
{
	struct act *act = entry->act;
	struct request request = { .command = COMMAND_UNREGISTER,
				   .command_name = "unfencing",
				   .release = true };
	const char **devices, *key = describe_key(act->told.arena, act->fence->key);
	struct results results;
	size_t count;

	devices = act_devices(act, &entry->done, NULL, &count);
	if (!devices)
		return;
	count = 0;
	for (const struct result *result = entry->done.first; result; result = result->next)
		if (result->outcome.changed != TRI_NO &&
		    (result != lost || state_own_has(&result->state, act->fence->key) != TRI_NO))
			devices[count++] = result->argument;
	act_ask(act, &request, devices, count, act->deadline, &results);
	for (const struct result *result = results.first; result; result = result->next) {
		struct result *done = act_result(&entry->done, result->argument);

		if (result->state.source != SOURCE_NONE)
			done->state = result->state;
		if (done == lost || done->outcome.status != STATUS_OK)
			continue;
		if (result->outcome.status == STATUS_OK ||
		    result->outcome.reason == REASON_KEY_NOT_REGISTERED)
			result_fail(done, FENCE_FAIL_TAKEN_BACK, key, lost->label);
		else
			result_fail(done, FENCE_FAIL_NOT_TAKEN_BACK, key, lost->label,
				    result->outcome.message);
	}
}

/*
 * Whether the LUN that decides still lists this node after all others were registered: a fence
 * starts there.
 */
static void first_read_again(struct entry *entry)
{
	struct act *act = entry->act;
	struct request request = { .command = COMMAND_STATUS, .command_name = "unfencing" };
	struct result *first = act_result(&entry->done, entry->first->argument);
	const struct standing *standing = standing_of(entry, first->argument);
	struct results again;

	if (first->outcome.status != STATUS_OK)
		return;
	act_ask(act, &request, &first->argument, 1, act_share(act, 1, 2), &again);
	if (!again.first)
		return;
	if (again.first->outcome.status != STATUS_OK) {
		result_fail(first,
			    FENCE_FAIL_READ_AGAIN(again.first->outcome.status,
						  again.first->outcome.reason),
			    fence_read_failed(first->arena, again.first->outcome.message));
		return;
	}
	if (!standing_is_lost(act->fence, standing, &again.first->state, entry->first_changed))
		return;
	first->state = again.first->state;
	result_fail(first, FENCE_FAIL_FENCED_SINCE, describe_key(first->arena, act->fence->key),
		    describe_holding(first->arena, &first->state));
	undo(entry, first);
}

/* Nothing is registered anywhere, because of the LUN of @standing. */
static void refuse(struct entry *entry, const struct standing *standing)
{
	struct act *act = entry->act;
	const struct result *seen = standing->seen;
	struct result *copy = result_append(&act->told, seen->spare, seen->argument);

	copy->lun = seen->lun;
	copy->state = seen->state;
	result_fail(copy, FENCE_FAIL_FENCED, describe_key(copy->arena, standing->registered),
		    describe_holding(copy->arena, &copy->state));
	act_leave(act, &entry->seen, seen,
		  arena_printf(act->told.arena, FENCE_CAUSE_FENCED, seen->label));
	act_tell_failed(act, &entry->seen);
}

/* Finds the LUNs and reads them. Returns false if nothing more is to be done. */
static bool look(struct entry *entry)
{
	struct act *act = entry->act;
	struct request resolve = { .command = COMMAND_REGISTER,
				   .command_name = "unfencing",
				   .resolve_only = true };
	struct request status = { .command = COMMAND_STATUS, .command_name = "unfencing" };
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

static void warn(struct entry *entry)
{
	struct act *act = entry->act;
	struct results *done = &entry->done;

	act_report(act, done);
	for (size_t i = 0; i < entry->count; i++) {
		const struct result *seen = entry->standings[i].seen;
		struct result *result = act_result(done, seen->argument);

		for (const struct note *note = result ? seen->warnings : NULL; note;
		     note = note->next)
			result_warn(result, "%s", note->text);
	}
	for (struct result *result = done->first; result; result = result->next)
		if (result->outcome.status == STATUS_OK && type_is_for_holder(result->state.type) &&
		    state_own_holds(&result->state, act->fence->key) == TRI_NO)
			result_warn(result, FENCE_WARN_NODE_CANNOT_WRITE,
				    describe_holding(result->arena, &result->state));
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
	enroll_all(entry, (const char *[]){ entry->first->argument }, 1,
		   count ? act_share(act, 1, 3) : act_share(act, 1, 2));
	if (act->failed || results_status(&entry->done) != STATUS_OK) {
		act_leave(act, &entry->found, act_result(&entry->found, entry->first->argument),
			  arena_printf(act->told.arena, FENCE_CAUSE_FIRST_NOT_IN,
				       entry->first->label));
		return;
	}
	entry->first_changed = entry->done.first->outcome.changed == TRI_YES;
	enroll_all(entry, others, count, act_share(act, 1, 2));
	if (entry->gone) {
		/* The fence may have passed the LUNs that are new before this node was there. */
		undo(entry, entry->gone);
	} else {
		reserve_all(entry);
		first_read_again(entry);
	}
	warn(entry);
}

/* Whether a fence has taken this node from the arbiter of @standing; by hand that is overridden. */
static bool has_left(const struct entry *entry, const struct standing *standing)
{
	return standing->registered && !standing_is_in(entry->act->fence, standing) &&
	       !entry->act->fence->rejoin;
}

/* An arbiter that has voted against this node stays with that until the node is restarted. */
static void left_tell(struct entry *entry, const struct standing *standing)
{
	const struct result *seen = standing->seen;
	struct result *copy = result_append(&entry->done, seen->spare, seen->argument);

	copy->lun = seen->lun;
	copy->state = seen->state;
	result_fail(copy, FENCE_FAIL_ARBITER_LEFT, describe_key(copy->arena, standing->registered),
		    describe_holding(copy->arena, &copy->state));
}

/* The LUNs to register on, in two steps. */
struct steps {
	const char **voters; /* the arbiters that may say at the end whether this node is in */
	const char **others;
	size_t voter_count, other_count;
};

/*
 * Whether the arbiter of @standing is a voter: one on which this node has been before, if @member,
 * which says that it has been let in in this boot. What it is registered on later counts only after
 * the voters have confirmed it: a fence may have counted the arbiter as its own.
 */
static bool is_voter(const struct entry *entry, const struct arbiter *arbiter, bool member)
{
	const struct standing *standing = standing_of(entry, arbiter->argument);

	return standing->seen->outcome.status == STATUS_OK &&
	       (arbiter->counts || !member || entry->act->fence->rejoin);
}

static bool is_member(const struct entry *entry)
{
	for (size_t i = 0; i < entry->arbiters.count; i++) {
		const struct standing *standing =
			standing_of(entry, entry->arbiters.list[i].argument);

		if (standing && standing->votes)
			return true;
	}
	return false;
}

/* False: no memory. */
static bool steps_plan(struct entry *entry, struct steps *steps)
{
	struct act *act = entry->act;
	bool member = is_member(entry);
	size_t count;
	const char **devices = arbiters_devices(act, &entry->arbiters, &entry->found, &count);

	*steps = (struct steps){
		.voters = arena_alloc(act->told.arena, (count + 1) * sizeof(*steps->voters)),
		.others = arena_alloc(act->told.arena, (count + 1) * sizeof(*steps->others)),
	};
	act->failed |= !steps->voters || !steps->others;
	for (size_t i = 0; i < count && !act->failed; i++) {
		const struct arbiter *arbiter = arbiters_get(&entry->arbiters, devices[i]);
		const struct standing *standing = standing_of(entry, devices[i]);

		if (arbiter && standing && has_left(entry, standing))
			left_tell(entry, standing);
		else if (arbiter && standing && is_voter(entry, arbiter, member))
			steps->voters[steps->voter_count++] = devices[i];
		else
			steps->others[steps->other_count++] = devices[i];
	}
	return !act->failed;
}

/* How many of the voters have let this node in. */
static size_t voters_in(struct entry *entry, const struct steps *steps)
{
	size_t in = 0;

	for (size_t i = 0; i < steps->voter_count; i++) {
		const struct result *result = act_result(&entry->done, steps->voters[i]);

		in += result && result->outcome.status == STATUS_OK;
	}
	return in;
}

/* Fails on each voter that has lost this node since; *@lost is one of them. */
static void voters_read_again(struct entry *entry, const struct steps *steps, struct result **lost)
{
	struct act *act = entry->act;
	struct request request = { .command = COMMAND_STATUS, .command_name = "unfencing" };
	struct results again;

	*lost = NULL;
	act_ask(act, &request, steps->voters, steps->voter_count, act_share(act, 1, 2), &again);
	for (const struct result *now = again.first; now; now = now->next) {
		struct result *done = act_result(&entry->done, now->argument);

		if (!done || done->outcome.status != STATUS_OK)
			continue;
		if (now->outcome.status != STATUS_OK) {
			result_fail(done,
				    FENCE_FAIL_READ_AGAIN(now->outcome.status, now->outcome.reason),
				    fence_read_failed(done->arena, now->outcome.message));
			continue;
		}
		if (!standing_is_lost(act->fence, standing_of(entry, now->argument), &now->state,
				      done->outcome.changed == TRI_YES))
			continue;
		done->state = now->state;
		result_fail(done, FENCE_FAIL_ARBITER_LEFT,
			    describe_key(done->arena, act->fence->key),
			    describe_holding(done->arena, &done->state));
		*lost = done;
	}
}

static const char *vote_note(struct arena *arena, struct lun_records *lun, void *data)
{
	(void)data;
	lun->arbiter = lun->own ? store_boot_id(arena) : NULL;
	return NULL;
}

/* From now on the votes of those on which this node is registered count for it. */
static void votes_note(struct entry *entry)
{
	for (size_t i = 0; i < entry->arbiters.count; i++) {
		const char *argument = entry->arbiters.list[i].argument, *wrong;
		struct result *result = act_result(&entry->done, argument);
		const struct standing *standing = standing_of(entry, argument);

		if (!result || result->outcome.status != STATUS_OK || !result->lun.wwid ||
		    (standing && standing->votes && result->outcome.changed == TRI_NO))
			continue;
		wrong = store_change(&store_system, result->arena, result->lun.wwid, vote_note,
				     NULL);
		if (wrong)
			result_warn(result, WARN_NOT_RECORDED, wrong);
	}
}

static void voters_enroll(struct entry *entry, const struct steps *steps)
{
	struct act *act = entry->act;
	const char **copy =
		arena_alloc(act->told.arena, (steps->voter_count + 1) * sizeof(*copy));

	act->failed |= !copy;
	for (size_t i = 0; copy && i < steps->voter_count; i++)
		copy[i] = steps->voters[i];
	if (copy)
		enroll_all(entry, copy, steps->voter_count, act_share(act, 1, 3));
}

/* Most of the arbiters let this node in, or nothing else is registered. */
static void enter_by_arbiters(struct entry *entry)
{
	struct act *act = entry->act;
	const struct arbiters *arbiters = &entry->arbiters;
	struct steps steps;
	struct result *lost;
	size_t in;

	if (!steps_plan(entry, &steps))
		return;
	if (steps.voter_count >= arbiters->needed)
		voters_enroll(entry, &steps);
	in = voters_in(entry, &steps);
	act->failed |= in < arbiters->needed;
	if (act->failed) {
		act_leave_untried(act, &entry->found, &entry->done,
				  arena_printf(act->told.arena, FENCE_CAUSE_ARBITERS_NOT_IN, in,
					       arbiters->all, arbiters->needed));
		return;
	}
	enroll_all(entry, steps.others, steps.other_count, act_share(act, 1, 2));
	if (entry->gone) {
		undo(entry, entry->gone);
		act->failed = true;
		return;
	}
	reserve_all(entry);
	voters_read_again(entry, &steps, &lost);
	if (voters_in(entry, &steps) >= arbiters->needed)
		votes_note(entry);
	else if (lost)
		undo(entry, lost);
	act->failed |= voters_in(entry, &steps) < arbiters->needed;
	warn(entry);
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
		enter_by_arbiters(&entry);
	} else {
		enter(&entry);
	}
	arbiters_tell(act, &entry.arbiters, &entry.done);
	act_tell_aside(act, !act->failed);
}
