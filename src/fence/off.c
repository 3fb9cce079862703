// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The action off. Two nodes that have lost sight of each other fence each other, and both must not
 * win half of the LUNs each: so one LUN, or most of several arbiters, must be won first. A node
 * that loses its key there does not go on.
 */
#include <inttypes.h>
#include <string.h>

#include "fence/act.h"
#include "fence/arbiters.h"
#include "fence/deciding.h"
#include "fence/hosts.h"
#include "model/describe.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"
#include "util/clock.h"
#include "util/text.h"

#define PAUSE_MAX (3 * CLOCK_SECOND) /* for another node that fences */

/*
 * Whether @result, of a device that was preempted, shows that the victim's key is gone for good;
 * @state is its present state.
 */
static void shut_out_judge(const struct act *act, struct result *result,
			   const struct resv_state *state)
{
	const char *plug = describe_key(result->arena, act->fence->plug);

	if (result->outcome.status != STATUS_OK)
		return;
	if (state_has_key(state, act->fence->plug))
		result_fail(result, FENCE_FAIL_VICTIM_CAME_BACK, plug,
			    describe_holding(result->arena, state));
	else if (state->type == RESV_NONE)
		result_fail(result, FENCE_FAIL_RESERVATION_GONE, plug);
}

/* The outcome of a second request on the same device is added to the first. */
static void join(struct result *to, struct result *from)
{
	const char *success = to->outcome.success;
	struct note **end = &to->trace;

	while (*end)
		end = &(*end)->next;
	*end = from->trace;
	for (const struct note *note = from->warnings; note; note = note->next)
		result_warn(to, "%s", note->text);
	if (from->outcome.status > to->outcome.status) {
		outcome_take(&to->outcome, &from->outcome);
		to->outcome.success = success;
		/* "Nothing was sent" applies only to this request. */
		if (success)
			to->outcome.message = arena_printf(to->arena, "%s; then: %s", success,
							   from->outcome.message);
	} else {
		outcome_add(&to->outcome, &from->outcome);
		if (from->outcome.success)
			to->outcome.success = success ? arena_printf(to->arena, "%s; %s", success,
								     from->outcome.success)
						      : from->outcome.success;
	}
	if (from->state.source != SOURCE_NONE)
		to->state = from->state;
}

/*
 * Preempts @victim on @count devices until @end. The results are joined with those of @done for the
 * same devices.
 */
static void preempt(struct act *act, uint64_t victim, const char **devices, size_t count,
		    int64_t end, struct results *done)
{
	struct request request = { .command = COMMAND_PREEMPT_ABORT,
				   .command_name = "fence",
				   .victim = victim,
				   .if_registered = true,
				   .fence = true };
	struct result *result, *next, *first;
	struct results results;

	if (!count)
		return;
	act_ask(act, &request, devices, count, end, &results);
	if (victim != act->fence->plug)
		act_audit(act, &results, "fence-off", victim);
	for (result = results.first; result; result = next) {
		next = result->next;
		first = act_result(done, result->argument);
		if (first) {
			join(first, result);
			continue;
		}
		result->next = NULL;
		*done->end = result;
		done->end = &result->next;
	}
}

/*
 * Whether the victim's own key must be preempted on the device of @seen, too. If its host has only
 * another key, the abort of that key covers the same host, unless an earlier abort there is not
 * proven.
 */
static bool needs_plug(const struct act *act, const struct result *seen, size_t others)
{
	return !others || seen->victim.known == ABORT_KNOWN_OPEN ||
	       state_has_key(&seen->state, act->fence->plug);
}

/*
 * Whether the device of @seen is not reserved, and this node is registered, so that it can reserve.
 */
static bool can_reserve(const struct act *act, const struct result *seen)
{
	const struct resv_state *state = &seen->state;

	return seen->outcome.status == STATUS_OK && state->source != SOURCE_NONE &&
	       state->type == RESV_NONE &&
	       (state_own_path_has(state, act->fence->key) ||
		state_own_has(state, act->fence->key) != TRI_NO);
}

/*
 * Reserves those of @count devices that are not reserved: without a reservation the victim could
 * write without its key. If that fails, another node was faster, or the preempt reports what is
 * wrong.
 */
static void reserve(struct act *act, const struct hosts *hosts, const char **devices, size_t count,
		    int64_t end, struct results *done)
{
	struct request request = { .command = COMMAND_RESERVE,
				   .command_name = "fence",
				   .type = act->fence->type };
	const char **some = act_list(act, count);
	size_t some_count = 0;
	struct results results;

	for (size_t i = 0; some && i < count; i++) {
		const struct result *seen = act_result(hosts->lists[0], devices[i]);

		if (seen && can_reserve(act, seen))
			some[some_count++] = devices[i];
	}
	if (!some_count)
		return;
	act_ask(act, &request, some, some_count, end, &results);
	for (struct result *result = results.first; result; result = result->next)
		if (result->outcome.status != STATUS_OK)
			outcome_succeed(&result->outcome, NULL);
	act_move(done, &results);
}

/* A key to remove from a device. */
struct removal {
	const char *device;
	uint64_t key; /* 0: done */
	struct removal *next;
};

struct removals {
	struct removal *first, **end;
	size_t count;
};

/* Adds @count @keys of @device to the end of @list. False: no memory. */
static bool removals_add(struct arena *arena, struct removals *list, const char *device,
			 const uint64_t *keys, size_t count)
{
	for (size_t i = 0; keys && i < count; i++) {
		struct removal *removal = arena_alloc(arena, sizeof(*removal));

		if (!removal)
			return false;
		*removal = (struct removal){ .device = device, .key = keys[i] };
		*list->end = removal;
		list->end = &removal->next;
		list->count++;
	}
	return keys;
}

/* Preempts each key of @list on all devices from which it must be removed, those in parallel. */
static void removals_do(struct act *act, const struct removals *list, int64_t end,
			struct results *done)
{
	const char **some = act_list(act, list->count);

	for (struct removal *removal = list->first; some && removal; removal = removal->next) {
		uint64_t key = removal->key;
		size_t count = 0;

		for (struct removal *same = removal; key && same; same = same->next) {
			if (same->key != key)
				continue;
			some[count++] = same->device;
			same->key = 0;
		}
		preempt(act, key, some, count, end, done);
	}
}

/*
 * The keys other than the victim's that are to be removed from @count devices, at the end of @list.
 * False: no memory.
 */
static bool removals_collect(struct arena *arena, const struct hosts *hosts, const char **devices,
			     size_t count, struct removals *list)
{
	for (size_t i = 0; i < count; i++) {
		const struct result *seen = act_result(hosts->lists[0], devices[i]);
		uint64_t *keys;
		size_t some;

		if (!seen)
			continue;
		some = hosts_victim_keys(hosts, arena, &seen->state, &keys);
		if (!removals_add(arena, list, devices[i], keys, some))
			return false;
		some = hosts_missing_keys(hosts, arena, &seen->state, &keys);
		if (!removals_add(arena, list, devices[i], keys, some))
			return false;
	}
	return true;
}

/*
 * Removes the victim from @count devices until @end, with each key that its host has there. If the
 * LUN that decides was won, also removes every other node that is no longer registered on that LUN.
 */
static void victim_preempt(struct act *act, const struct hosts *hosts, const char **devices,
			   size_t count, int64_t end, struct results *done)
{
	const char **some = act_list(act, count);
	struct removals removals = { .end = &removals.first };
	size_t some_count = 0;

	*done = (struct results){ .arena = act->told.arena, .end = &done->first };
	if (!removals_collect(act->told.arena, hosts, devices, count, &removals) || !some) {
		act->failed = true;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct result *seen = act_result(hosts->lists[0], devices[i]);
		uint64_t *keys;

		if (!seen ||
		    needs_plug(act, seen,
			       hosts_victim_keys(hosts, act->told.arena, &seen->state, &keys)))
			some[some_count++] = devices[i];
	}
	reserve(act, hosts, devices, count, end, done);
	preempt(act, act->fence->plug, some, some_count, end, done);
	removals_do(act, &removals, end, done);
}

/* One fence under way. */
struct fencing {
	struct act *act;
	struct results found, seen; /* the shared disks; and all LUNs before the first preempt */
	struct arbiters arbiters; /* the LUNs that decide; without arbiters the first one alone */
	struct hosts hosts;
	struct results votes; /* what the arbiters listed after the race */
};

/*
 * Each device was read after its own change. After the last change all are read once more, so that
 * the node is shut out of all at the same time.
 */
static void read_again(struct act *act)
{
	struct request request = { .command = COMMAND_STATUS, .command_name = "fence" };
	struct results again, all = { .arena = act->told.arena };
	const char **devices;
	size_t count;

	/* The two lists are one as long as it takes to name the devices. */
	*act->told.end = act->aside.first;
	all.first = act->told.first;
	devices = act_devices(act, &all, NULL, &count);
	*act->told.end = NULL;
	act_ask(act, &request, devices, count, act->deadline, &again);
	for (struct result *now = again.first; now; now = now->next) {
		struct result *told = act_result(&act->told, now->argument);

		told = told ? told : act_result(&act->aside, now->argument);
		if (!told || told->outcome.status != STATUS_OK)
			continue;
		told->state = now->state;
		if (now->outcome.status == STATUS_OK)
			shut_out_judge(act, told, &now->state);
		else
			result_fail(told,
				    FENCE_FAIL_READ_AGAIN(now->outcome.status, now->outcome.reason),
				    fence_read_failed(told->arena, now->outcome.message));
	}
}

/* Each host that remains on a device must be known: it may be the victim with another key. */
static void left_judge(const struct hosts *hosts, struct result *result)
{
	const struct resv_state *state = &result->state;
	const char *why;

	for (size_t i = 0; i < state->count && result->outcome.status == STATUS_OK; i++) {
		switch (hosts_judge(hosts, result, state, &state->registrants[i], &why)) {
		case HOSTS_KNOWN:
			break;
		case HOSTS_NO_NAMES:
			result_warn(result, "%s", why);
			break;
		case HOSTS_UNKNOWN:
			result_fail(result, FENCE_FAIL_HOST_UNKNOWN, why);
			break;
		}
	}
}

/* Reads the devices before the first preempt: which hosts are the victim's, and their keys. */
static void survey(struct fencing *fencing)
{
	struct act *act = fencing->act;
	struct request request = { .command = COMMAND_STATUS,
				   .command_name = "fence",
				   .victim = act->fence->plug };
	const char **devices;
	size_t count;

	devices = arbiters_devices(act, &fencing->arbiters, &fencing->found, &count);
	act_ask(act, &request, devices, count, act_share(act, 1, 4), &fencing->seen);
}

/* Whether an arbiter that answers does not list this node. */
static bool is_missed(const struct fencing *fencing)
{
	const struct fence *fence = fencing->act->fence;

	for (size_t i = 0; i < fencing->arbiters.count; i++) {
		const struct result *seen =
			act_result(&fencing->seen, fencing->arbiters.list[i].argument);

		if (seen && seen->outcome.status == STATUS_OK &&
		    seen->state.source != SOURCE_NONE &&
		    !arbiters_has_own(&seen->state, fence->key))
			return true;
	}
	return false;
}

/*
 * If an arbiter has removed this node, another node may be on its way to the next one. It goes
 * first: a race that begins later in the row may have no winner.
 */
static void give_way(struct fencing *fencing)
{
	int64_t pause = act_share(fencing->act, 1, 4) - clock_now();

	if (!is_missed(fencing))
		return;
	clock_sleep(pause < PAUSE_MAX ? pause : PAUSE_MAX);
	survey(fencing);
}

/* Why @arbiter, which is no shared disk, cannot vote for this node. */
static void not_counting_tell(struct fencing *fencing, const struct arbiter *arbiter)
{
	const struct result *seen = act_result(&fencing->seen, arbiter->argument);
	struct result *copy = seen ? result_append(&fencing->act->aside, seen->spare,
						   seen->argument)
				   : NULL;

	if (!copy)
		return;
	copy->lun = seen->lun;
	copy->state = seen->state;
	if (seen->outcome.status != STATUS_OK)
		outcome_take(&copy->outcome, &seen->outcome);
	else
		result_fail(copy, FENCE_FAIL_ARBITER_NOT_IN,
			    describe_key(copy->arena, fencing->act->fence->key),
			    describe_holding(copy->arena, &copy->state));
}

/*
 * Why the arbiters forbid this node to begin, as a clause; NULL: they do not. On one that is a
 * shared disk and answers, this node must be registered: it cannot fence there, so the other node
 * must win.
 */
static const char *arbiters_forbid(struct fencing *fencing)
{
	struct act *act = fencing->act;
	struct arbiters *arbiters = &fencing->arbiters;
	struct standing *standings;
	size_t count = standing_read(act->told.arena, &fencing->seen, &standings);
	size_t counting = arbiters_count(arbiters, act->fence, standings, standings ? count : 0);
	const char *gone = NULL;

	for (size_t i = 0; i < arbiters->count; i++) {
		const struct arbiter *arbiter = &arbiters->list[i];
		const struct result *seen = act_result(&fencing->seen, arbiter->argument);

		if (!arbiter->counts && !arbiter->is_shared)
			not_counting_tell(fencing, arbiter);
		if (arbiter->is_shared && seen && seen->state.source != SOURCE_NONE &&
		    seen->outcome.status == STATUS_OK &&
		    !arbiters_has_own(&seen->state, act->fence->key))
			gone = arbiter->argument;
	}
	if (gone)
		return arena_printf(act->told.arena, FENCE_CAUSE_ARBITER_GONE,
				    text_line(act->told.arena, gone));
	return counting < arbiters->needed
		       ? arena_printf(act->told.arena, FENCE_CAUSE_ARBITERS_FEW, counting,
				      arbiters->all, arbiters->needed)
		       : NULL;
}

/* The first LUN of those that were found is to decide. False: it may not. */
static bool first_choose(struct fencing *fencing)
{
	struct act *act = fencing->act;
	struct arbiters *arbiters = &fencing->arbiters;
	const struct result *first = fence_first(&fencing->found);
	/*
	 * A LUN that was not found may be the one that the other node tries first: then each would
	 * win a part.
	 */
	const char *doubt = deciding_doubt(act, &fencing->found);

	if (doubt)
		act_leave(act, &fencing->found, NULL, doubt);
	*arbiters = (struct arbiters){ .all = 1, .needed = 1 };
	arbiters->list = arena_alloc(act->told.arena, sizeof(*arbiters->list));
	act->failed |= !arbiters->list;
	if (doubt || !arbiters->list)
		return false;
	arbiters->list[arbiters->count++] =
		(struct arbiter){ .argument = first->argument,
				  .lun = &first->lun,
				  .is_shared = true,
				  .counts = true };
	return true;
}

/* Finds the LUNs, and reads them. False: the fence must not begin. */
static bool begin(struct fencing *fencing)
{
	struct act *act = fencing->act;
	struct request resolve = { .command = COMMAND_PREEMPT_ABORT,
				   .command_name = "fence",
				   .resolve_only = true };
	const char *why = NULL;

	act_ask(act, &resolve, act->fence->devices, act->fence->device_count, act_share(act, 1, 4),
		&fencing->found);
	if (!arbiters_find(act, resolve, &fencing->found, &fencing->arbiters))
		why = FENCE_CAUSE_ARBITERS_WRONG;
	act_tell_failed(act, &fencing->found);
	if (!fence_first(&fencing->found))
		return false;
	if (!act->fence->arbiter_count && !first_choose(fencing))
		return false;
	if (!why)
		survey(fencing);
	if (!why && act->fence->arbiter_count) {
		give_way(fencing);
		why = arbiters_forbid(fencing);
	}
	if (!why)
		return true;
	act_leave(act, &fencing->found, NULL, why);
	act->failed = true;
	return false;
}

/* The devices that were not tried yet: *@count of them. */
static const char **others_list(struct fencing *fencing, size_t *count)
{
	size_t all;
	const char **devices =
		arbiters_devices(fencing->act, &fencing->arbiters, &fencing->found, &all);

	*count = 0;
	for (size_t i = 0; devices && i < all; i++) {
		const struct arbiter *arbiter = arbiters_get(&fencing->arbiters, devices[i]);

		if (!arbiter || (!arbiter->is_tried && (arbiter->is_shared || arbiter->counts)))
			devices[(*count)++] = devices[i];
	}
	return devices;
}

/* Fences on the LUN of @arbiter alone, until @end. */
static void arbiter_try(struct fencing *fencing, struct arbiter *arbiter, int64_t end)
{
	struct act *act = fencing->act;
	struct results done;

	arbiter->is_tried = true;
	victim_preempt(act, &fencing->hosts, &arbiter->argument, 1, end, &done);
	arbiter->result = done.first;
	if (done.first)
		shut_out_judge(act, done.first, &done.first->state);
	arbiters_tell(act, &fencing->arbiters, &done);
}

/* Tries the LUNs that decide one after the other. Returns how many of them this node has won. */
static size_t race(struct fencing *fencing)
{
	struct act *act = fencing->act;
	const struct arbiters *arbiters = &fencing->arbiters;
	struct tally tally = { 0 };
	struct arbiter *arbiter;
	size_t at = 0, others;

	while ((arbiter = arbiters_next(arbiters, &tally, &at))) {
		int left = (int)(arbiters->needed - tally.won);

		others_list(fencing, &others);
		arbiter_try(fencing, arbiter,
			    others > 1 ? act_share(act, 2, 2 * left + 1) : act->deadline);
		if (act->failed || !arbiter->result)
			break;
		arbiters_tally(arbiters, &tally, arbiter->result->outcome.status);
	}
	return tally.won;
}

/*
 * Reads the arbiters again. Returns how many this node still has won: without that, three nodes
 * that fence each other, each with other arbiters, could win in a circle.
 */
static size_t confirm(struct fencing *fencing)
{
	struct act *act = fencing->act;
	struct request request = { .command = COMMAND_STATUS, .command_name = "fence" };
	const struct arbiters *arbiters = &fencing->arbiters;
	const char **devices = arena_alloc(act->told.arena, arbiters->count * sizeof(*devices));
	size_t count = 0, won = 0;

	act->failed |= !devices;
	for (size_t i = 0; devices && i < arbiters->count; i++)
		devices[count++] = arbiters->list[i].argument;
	act_ask(act, &request, devices, count, act_share(act, 1, 3), &fencing->votes);
	for (const struct result *now = fencing->votes.first; now; now = now->next) {
		const struct arbiter *arbiter = arbiters_get(arbiters, now->argument);

		won += arbiter && arbiter->result &&
		       arbiter->result->outcome.status == STATUS_OK &&
		       now->outcome.status == STATUS_OK &&
		       arbiters_has_own(&now->state, act->fence->key) &&
		       !state_has_key(&now->state, act->fence->plug);
	}
	return won;
}

/* What the LUNs that decide list now: a node that most of them do not list is fenced. */
static void deciding_set(struct fencing *fencing)
{
	struct arbiters *arbiters = &fencing->arbiters;
	const struct resv_state **states =
		arena_alloc(fencing->act->told.arena, arbiters->count * sizeof(*states));

	fencing->act->failed |= !states;
	fencing->hosts.deciding = states;
	fencing->hosts.needed = arbiters->needed;
	for (size_t i = 0; states && i < arbiters->count; i++) {
		const struct arbiter *arbiter = &arbiters->list[i];
		const struct result *result = arbiter->result;

		if (fencing->act->fence->arbiter_count)
			result = act_result(&fencing->votes, arbiter->argument);
		if (result && result->outcome.status == STATUS_OK &&
		    result->state.source != SOURCE_NONE)
			states[fencing->hosts.deciding_count++] = &result->state;
	}
}

/* Nothing is sent to the other LUNs, because this node has not won. */
static void lost(struct fencing *fencing, size_t won)
{
	struct act *act = fencing->act;
	struct arbiters *arbiters = &fencing->arbiters;
	const struct arbiter *first = arbiters->list;
	struct results tried = { .arena = act->told.arena, .end = &tried.first };
	const char *why;

	why = act->fence->arbiter_count
		      ? arena_printf(act->told.arena, FENCE_CAUSE_ARBITERS_LOST, won,
				     arbiters->all, arbiters->needed)
		      : arena_printf(act->told.arena, FENCE_CAUSE_FIRST_LOST,
				     text_line(act->told.arena, first->argument));
	for (size_t i = 0; i < arbiters->count; i++)
		if (arbiters->list[i].is_tried)
			result_add(&tried, arbiters->list[i].argument);
	act_leave_untried(act, &fencing->found, &tried, why);
	act->failed |= act->fence->arbiter_count != 0;
}

/*
 * Whether this node still has won most of the arbiters, as they were read last; an arbiter that has
 * lost this node's key since fails.
 */
static bool has_won(struct fencing *fencing)
{
	struct act *act = fencing->act;
	size_t won = 0;

	for (size_t i = 0; i < fencing->arbiters.count; i++) {
		const char *argument = fencing->arbiters.list[i].argument;
		struct result *result = act_result(&act->aside, argument);

		result = result ? result : act_result(&act->told, argument);
		if (!result || result->outcome.status != STATUS_OK)
			continue;
		if (arbiters_has_own(&result->state, act->fence->key))
			won++;
		else
			result_fail(result, FENCE_FAIL_ARBITER_LEFT,
				    describe_key(result->arena, act->fence->key),
				    describe_holding(result->arena, &result->state));
	}
	return won >= fencing->arbiters.needed;
}

/* The arbiters that were won before it was known who is fenced: removes those nodes there, too. */
static void won_clean(struct fencing *fencing, struct results *told)
{
	struct act *act = fencing->act;
	struct arena *arena = act->told.arena;
	struct removals removals = { .end = &removals.first };
	bool enough = true;

	for (const struct result *result = told->first; enough && result; result = result->next) {
		const struct arbiter *arbiter = arbiters_get(&fencing->arbiters, result->argument);
		uint64_t *keys;
		size_t count;

		if (!arbiter || arbiter->result != result || result->outcome.status != STATUS_OK)
			continue;
		count = hosts_missing_keys(&fencing->hosts, arena, &result->state, &keys);
		enough = removals_add(arena, &removals, result->argument, keys, count);
	}
	act->failed |= !enough;
	if (enough)
		removals_do(act, &removals, act_share(act, 1, 2), told);
}

/* Fences on all LUNs that are left, and reads all of them again. */
static void finish(struct fencing *fencing)
{
	struct act *act = fencing->act;
	bool by_arbiters = act->fence->arbiter_count != 0;
	size_t count;
	const char **others = others_list(fencing, &count);
	struct results rest;

	deciding_set(fencing);
	if (count)
		victim_preempt(act, &fencing->hosts, others, count, act_share(act, 3, 4), &rest);
	if (by_arbiters) {
		won_clean(fencing, &act->told);
		won_clean(fencing, &act->aside);
	}
	if (count)
		arbiters_tell(act, &fencing->arbiters, &rest);
	/* If one has failed, the node is not fenced, whatever the others hold by now. */
	if ((count || by_arbiters) && !act->failed && results_status(&act->told) == STATUS_OK)
		read_again(act);
	for (struct result *result = act->told.first; result; result = result->next)
		left_judge(&fencing->hosts, result);
	for (struct result *result = act->aside.first; result; result = result->next)
		if (result->outcome.status == STATUS_OK)
			left_judge(&fencing->hosts, result);
	if (by_arbiters && !act->failed)
		act->failed = !has_won(fencing);
}

void off(struct act *act)
{
	struct fencing fencing = { .act = act, .hosts = { .fence = act->fence } };
	size_t won;

	if (begin(&fencing)) {
		fencing.hosts.lists[0] = &fencing.seen;
		fencing.hosts.lists[1] = &act->told;
		fencing.hosts.lists[2] = &act->aside;
		won = race(&fencing);
		if (!act->failed && act->fence->arbiter_count && won >= fencing.arbiters.needed)
			won = confirm(&fencing);
		if (act->failed || won < fencing.arbiters.needed)
			lost(&fencing, won);
		else
			finish(&fencing);
	}
	act_tell_aside(act, !act->failed);
}
