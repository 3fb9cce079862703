// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/removal.h"

#include <string.h>

#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"

void removal_judge(const struct act *act, struct result *result, const struct resv_state *state)
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
	bool is_unclear = !success && to->outcome.changed != TRI_NO &&
			  from->state.source == SOURCE_NONE;
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
		if (success || is_unclear)
			to->outcome.message =
				arena_printf(to->arena, "%s; then: %s",
					     success ?: FENCE_CAUSE_RESERVE_UNCLEAR,
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
 * Two nodes may fence two others at once: then the key of a node that the other one fences may be
 * gone before it is removed here, and on NVMe nothing can prove then that its commands have ended.
 * Its own fence must, and this one need not fail.
 */
static void excuse(struct result *result, uint64_t key)
{
	if (result->outcome.status != STATUS_UNKNOWN ||
	    result->outcome.reason != REASON_ABORT_NOT_PROVEN ||
	    result->state.type == RESV_NONE || !state_lacks(&result->state, key))
		return;
	result_warn(result, FENCE_WARN_OTHER_FENCE, describe_key(result->arena, key));
	outcome_succeed(&result->outcome, NULL);
}

/*
 * Preempts the key of @victim on @count devices until @end. The results are joined with those of
 * @done for the same devices.
 */
static void preempt(struct act *act, const struct removal *victim, const char **devices,
		    size_t count, int64_t end, struct results *done)
{
	struct request request = { .command = COMMAND_PREEMPT_ABORT,
				   .command_name = "fence",
				   .victim = victim->key,
				   .if_registered = true,
				   .fence = true };
	struct result *result, *next, *first;
	struct results results;

	if (!count)
		return;
	act_request(act, &request, devices, count, end, &results);
	if (victim->key != act->fence->plug)
		act_audit(act, &results, "fence-off", victim->key);
	for (result = results.first; result; result = next) {
		next = result->next;
		if (!victim->needs_proof)
			excuse(result, victim->key);
		first = act_result(done, result->argument);
		if (first) {
			join(first, result);
			continue;
		}
		results_link(done, result);
	}
}

/*
 * Whether the victim's own key must be preempted on the device of @seen, too. If its host has only
 * another key, the abort of that key covers the same host, unless an earlier abort there is not
 * proven.
 */
static bool needs_plug(const struct act *act, const struct result *seen, size_t others)
{
	return !others || seen->victim.known == ABORT_KNOWN_OPEN || seen->victim.unread ||
	       !state_lacks(&seen->state, act->fence->plug);
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
	const char **some = act_device_list(act, count);
	size_t some_count = 0;
	struct results results;

	for (size_t i = 0; some && i < count; i++) {
		const struct result *seen = act_result(hosts->lists[0], devices[i]);

		if (seen && can_reserve(act, seen))
			some[some_count++] = devices[i];
	}
	if (!some_count)
		return;
	act_request(act, &request, some, some_count, end, &results);
	for (struct result *result = results.first; result; result = result->next)
		if (result->outcome.status != STATUS_OK)
			outcome_succeed(&result->outcome, NULL);
	results_join(done, &results);
}

static bool removals_add(struct arena *arena, struct removals *list, struct removal removal)
{
	struct removal *added = arena_alloc(arena, sizeof(*added));

	if (!added)
		return false;
	*added = removal;
	*list->end = added;
	list->end = &added->next;
	list->count++;
	return true;
}

bool removals_add_missing(struct arena *arena, struct removals *list, const char *device,
			  const struct hosts *hosts, const struct resv_state *state)
{
	uint64_t *keys;
	size_t count = hosts_missing_keys(hosts, arena, state, &keys);

	for (size_t i = 0; keys && i < count; i++) {
		bool needs_proof = hosts_needs_proof(hosts, state, keys[i]);

		if (!removals_add(arena, list,
				  (struct removal){ device, keys[i], needs_proof, NULL }))
			return false;
	}
	return keys;
}

/* The same with the keys of hosts_victim_keys(). */
static bool removals_add_victims(struct arena *arena, struct removals *list, const char *device,
				 const struct hosts *hosts, const struct resv_state *state)
{
	uint64_t *keys;
	size_t count = hosts_victim_keys(hosts, arena, state, &keys);

	for (size_t i = 0; keys && i < count; i++)
		if (!removals_add(arena, list, (struct removal){ device, keys[i], true, NULL }))
			return false;
	return keys;
}

static bool is_same_request(const struct removal *one, const struct removal *other)
{
	return one->key == other->key && one->needs_proof == other->needs_proof;
}

/* How many requests @list still needs, one for each key. */
static size_t keys_left(const struct removals *list)
{
	size_t count = 0;

	for (const struct removal *removal = list->first; removal; removal = removal->next) {
		const struct removal *same = list->first;

		while (same != removal && !is_same_request(same, removal))
			same = same->next;
		count += removal->key && same == removal;
	}
	return count;
}

static bool is_of_one_device(const struct removals *list)
{
	for (const struct removal *removal = list->first; removal; removal = removal->next)
		if (strcmp(removal->device, list->first->device) != 0)
			return false;
	return true;
}

void removals_do(struct act *act, const struct removals *list, int64_t end, struct results *done)
{
	const char **some = act_device_list(act, list->count);
	bool is_one = is_of_one_device(list);

	for (struct removal *removal = list->first; some && removal; removal = removal->next) {
		const struct removal this = *removal;
		size_t count = 0, left = keys_left(list);

		for (struct removal *same = removal; this.key && same; same = same->next) {
			if (!is_same_request(same, &this))
				continue;
			some[count++] = same->device;
			same->key = 0;
		}
		if (count)
			preempt(act, &this, some, count,
				act_share_before(end, is_one ? 0 : left - 1), done);
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

		if (seen &&
		    (!removals_add_victims(arena, list, devices[i], hosts, &seen->state) ||
		     !removals_add_missing(arena, list, devices[i], hosts, &seen->state)))
			return false;
	}
	return true;
}

void removal_of_victim(struct act *act, const struct hosts *hosts, const char **devices,
		       size_t count, int64_t end, struct results *done)
{
	const struct removal plug = { .key = act->fence->plug, .needs_proof = true };
	const char **some = act_device_list(act, count);
	struct removals removals = { .end = &removals.first };
	size_t some_count = 0, followers;

	*done = (struct results){ .arena = act->reported.arena, .end = &done->first };
	if (!removals_collect(act->reported.arena, hosts, devices, count, &removals) || !some) {
		act->failed = true;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct result *seen = act_result(hosts->lists[0], devices[i]);
		uint64_t *keys;

		if (!seen ||
		    needs_plug(act, seen,
			       hosts_victim_keys(hosts, act->reported.arena, &seen->state, &keys)))
			some[some_count++] = devices[i];
	}
	followers = count > 1 ? keys_left(&removals) : 0;
	reserve(act, hosts, devices, count,
		act_share_before(end, followers + (count > 1 && some_count)), done);
	preempt(act, &plug, some, some_count, act_share_before(end, followers), done);
	removals_do(act, &removals, end, done);
}
