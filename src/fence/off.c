// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The action off. Two nodes that have lost sight of each other fence each other, and both must not
 * win half of the LUNs each: so all meet at one LUN first. A node that loses its key there does not
 * go on.
 */
#include <inttypes.h>
#include <string.h>

#include "fence/act.h"
#include "fence/deciding.h"
#include "fence/hosts.h"
#include "model/describe.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"

/*
 * Whether @result, of a device that was preempted, shows the victim's key gone for good; @state is
 * what it holds now.
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

/* What became of a second request on the same device counts with the first. */
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
		/* "Nothing was sent" is of this request alone. */
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
 * Preempts @victim on @count devices until @end. What comes of it joins those of @done that are of
 * the same device.
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
 * Whether the victim's own key is to be preempted on the device of @seen, too. If its host has
 * another key alone, the abort of that one is of the same host; unless an earlier abort there is
 * not proven.
 */
static bool needs_plug(const struct act *act, const struct result *seen, size_t others)
{
	return !others || seen->victim.known == ABORT_KNOWN_OPEN ||
	       state_has_key(&seen->state, act->fence->plug);
}

/*
 * Whether nothing is reserved on the device of @seen, and this node is registered, so that it can
 * reserve.
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
 * Reserves those of @count devices on which nothing is: without a reservation the victim could
 * write without its key. If that fails another node was quicker, or the preempt says what is wrong.
 */
static void reserve(struct act *act, const struct hosts *hosts, const char **devices, size_t count,
		    int64_t end, struct results *done)
{
	struct request request = { .command = COMMAND_RESERVE,
				   .command_name = "fence",
				   .type = act->fence->type };
	const char **some = arena_alloc(act->told.arena, (count + 1) * sizeof(*some));
	struct result *result, *next;
	size_t some_count = 0;
	struct results results;

	act->failed |= !some;
	for (size_t i = 0; some && i < count; i++) {
		const struct result *seen = act_result(hosts->lists[0], devices[i]);

		if (seen && can_reserve(act, seen))
			some[some_count++] = devices[i];
	}
	if (!some_count)
		return;
	act_ask(act, &request, some, some_count, end, &results);
	for (result = results.first; result; result = next) {
		next = result->next;
		if (result->outcome.status != STATUS_OK && !result->outcome.sent)
			continue;
		if (result->outcome.status != STATUS_OK)
			outcome_succeed(&result->outcome, NULL);
		result->next = NULL;
		*done->end = result;
		done->end = &result->next;
	}
}

/* A key that is to be removed from a device. */
struct removal {
	const char *device;
	uint64_t key; /* 0: done */
};

/* Adds @count @keys of @device to the end of @list, which has room. */
static void removals_add(struct removal *list, size_t *length, const char *device,
			 const uint64_t *keys, size_t count)
{
	for (size_t i = 0; i < count; i++)
		list[(*length)++] = (struct removal){ device, keys[i] };
}

/* Preempts by each key of @list on all devices where it is to be removed, those side by side. */
static void removals_do(struct act *act, struct removal *list, size_t length, int64_t end,
			struct results *done)
{
	const char **some = arena_alloc(act->told.arena, (length + 1) * sizeof(*some));

	act->failed |= !some;
	for (size_t i = 0; some && i < length; i++) {
		uint64_t key = list[i].key;
		size_t count = 0;

		for (size_t j = i; key && j < length; j++) {
			if (list[j].key != key)
				continue;
			some[count++] = list[j].device;
			list[j].key = 0;
		}
		preempt(act, key, some, count, end, done);
	}
}

/*
 * The keys other than the victim's that are to be removed from @count devices: *@length of them.
 * NULL: no memory.
 */
static struct removal *removals_collect(struct act *act, const struct hosts *hosts,
					const char **devices, size_t count, size_t *length)
{
	struct arena *arena = act->told.arena;
	struct removal *list;
	size_t room = 1;

	for (size_t i = 0; i < count; i++) {
		const struct result *seen = act_result(hosts->lists[0], devices[i]);

		room += seen ? 2 * seen->state.count : 0;
	}
	list = arena_alloc(arena, room * sizeof(*list));
	*length = 0;
	for (size_t i = 0; list && i < count; i++) {
		const struct result *seen = act_result(hosts->lists[0], devices[i]);
		uint64_t *keys;
		size_t some;

		if (!seen)
			continue;
		some = hosts_victim_keys(hosts, arena, &seen->state, &keys);
		removals_add(list, length, devices[i], keys, some);
		some = hosts_missing_keys(hosts, arena, &seen->state, &keys);
		removals_add(list, length, devices[i], keys, some);
	}
	return list;
}

/*
 * Removes the victim from @count devices until @end, by each of the keys that its host has there;
 * and, once the LUN that decides was won, every other node that is not on that one any more.
 */
static void victim_preempt(struct act *act, const struct hosts *hosts, const char **devices,
			   size_t count, int64_t end, struct results *done)
{
	const char **some = arena_alloc(act->told.arena, (count + 1) * sizeof(*some));
	size_t some_count = 0, length;
	struct removal *removals = removals_collect(act, hosts, devices, count, &length);

	*done = (struct results){ .arena = act->told.arena, .end = &done->first };
	if (!some || !removals) {
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
	removals_do(act, removals, length, end, done);
}

/*
 * Each device was read after its own change; all together they are read once more after the last
 * one, so that the node is shut out of all at one time.
 */
static void read_again(struct act *act)
{
	struct request request = { .command = COMMAND_STATUS, .command_name = "fence" };
	struct results again;
	const char **devices;
	size_t count;

	devices = act_devices(act, &act->told, NULL, &count);
	act_ask(act, &request, devices, count, act->deadline, &again);
	for (struct result *now = again.first; now; now = now->next) {
		struct result *told = act_result(&act->told, now->argument);

		if (!told || told->outcome.status != STATUS_OK)
			continue;
		told->state = now->state;
		if (now->outcome.status == STATUS_OK)
			shut_out_judge(act, told, &now->state);
		else
			result_fail(told,
				    FENCE_FAIL_READ_AGAIN(now->outcome.status, now->outcome.reason),
				    now->outcome.message);
	}
}

/* Each host that is left on a device must be known: it may be the victim under another key. */
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
static void survey(struct act *act, const struct results *found, struct results *seen)
{
	struct request request = { .command = COMMAND_STATUS,
				   .command_name = "fence",
				   .victim = act->fence->plug };
	const char **devices;
	size_t count;

	devices = act_devices(act, found, NULL, &count);
	act_ask(act, &request, devices, count, act_share(act, 1, 4), seen);
}

void off(struct act *act)
{
	struct request resolve = { .command = COMMAND_PREEMPT_ABORT,
				   .command_name = "fence",
				   .resolve_only = true };
	struct results found, seen, done, rest;
	struct hosts hosts = { .fence = act->fence };
	const struct result *first;
	const char **others, *doubt;
	struct result *won;
	size_t count;

	act_ask(act, &resolve, act->fence->devices, act->fence->device_count, act_share(act, 1, 4),
		&found);
	act_tell_failed(act, &found);
	first = fence_first(&found);
	if (!first)
		return;
	/*
	 * A LUN that was not found may be the one that the other node tries first: then each would
	 * win half.
	 */
	doubt = deciding_doubt(act, &found);
	if (doubt) {
		act_leave(act, &found, NULL, doubt);
		return;
	}
	survey(act, &found, &seen);
	hosts.lists[0] = &seen;
	hosts.lists[1] = &act->told;
	others = act_devices(act, &found, first, &count);
	victim_preempt(act, &hosts, (const char *[]){ first->argument }, 1,
		       count ? act_share(act, 2, 3) : act->deadline, &done);
	won = done.first;
	if (won)
		shut_out_judge(act, won, &won->state);
	act_tell_all(act, &done);
	if (act->failed || !won || won->outcome.status != STATUS_OK) {
		act_leave(act, &found, first,
			  arena_printf(act->told.arena, FENCE_CAUSE_FIRST_LOST, first->label));
		return;
	}
	if (count) {
		hosts.deciding = &won->state;
		victim_preempt(act, &hosts, others, count, act_share(act, 3, 4), &rest);
		act_tell_all(act, &rest);
	}
	/* If one has failed the node is not fenced, whatever the others hold by now. */
	if (count && !act->failed && results_status(&act->told) == STATUS_OK)
		read_again(act);
	for (struct result *result = act->told.first; result; result = result->next)
		left_judge(&hosts, result);
}
