// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The action off. Two nodes that have lost sight of each other fence each other, and both must not win half of the LUNs
 * each: so all meet at one LUN first. A node that loses its key there does not go on.
 */
#include <inttypes.h>
#include <string.h>

#include "fence/act.h"
#include "fence/hosts.h"
#include "model/describe.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"

struct result *fence_first(const struct results *results)
{
	struct result *first = NULL;

	for (struct result *result = results->first; result; result = result->next) {
		if (result->outcome.status != STATUS_OK)
			continue;
		/* If the kernel tells no WWID the order of the arguments stands, which is the cluster's own. */
		if (!first || (result->lun.wwid && (!first->lun.wwid || strcmp(result->lun.wwid, first->lun.wwid) < 0)))
			first = result;
	}
	return first;
}

/* What the devices that another one stopped are told to be: all of @found but @first; @why is a clause. */
static void not_attempted(struct act *act, const struct results *found, const struct result *first, const char *why)
{
	for (const struct result *result = found->first; result; result = result->next) {
		struct result *copy;

		if (result == first || result->outcome.status != STATUS_OK)
			continue;
		copy = result_append(&act->told, result->spare, result->argument);
		copy->lun = result->lun;
		result_fail(copy, FENCE_FAIL_NOT_ATTEMPTED, why);
	}
}

static struct result *result_of(const struct results *results, const char *argument)
{
	struct result *result = results->first;

	while (result && strcmp(result->argument, argument) != 0)
		result = result->next;
	return result;
}

/* Whether @result, of a device that was preempted, shows the victim's key gone for good; @state is what it holds now. */
static void shut_out_judge(const struct act *act, struct result *result, const struct resv_state *state)
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
			to->outcome.message = arena_printf(to->arena, "%s; then: %s", success, from->outcome.message);
	} else {
		outcome_add(&to->outcome, &from->outcome);
		if (success && from->outcome.success)
			to->outcome.success = arena_printf(to->arena, "%s; %s", success, from->outcome.success);
	}
	if (from->state.source != SOURCE_NONE)
		to->state = from->state;
}

/* Preempts @victim on @count devices until @end. What comes of it joins those of @done that are of the same device. */
static void preempt(struct act *act, uint64_t victim, const char **devices, size_t count, int64_t end, struct results *done)
{
	struct request request = { .command = COMMAND_PREEMPT_ABORT, .command_name = "fence", .victim = victim,
				   .if_registered = true, .fence = true };
	struct result *result, *next, *first;
	struct results results;

	if (!count)
		return;
	act_ask(act, &request, devices, count, end, &results);
	if (victim != act->fence->plug)
		act_audit(act, &results, "fence-off", victim);
	for (result = results.first; result; result = next) {
		next = result->next;
		first = result_of(done, result->argument);
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
 * Whether the victim's own key is to be preempted on the device of @seen, too. If its host has another key alone, the
 * abort of that one is of the same host; unless an earlier abort there is not proven.
 */
static bool needs_plug(const struct act *act, const struct result *seen, size_t others)
{
	return !others || seen->victim.known == ABORT_KNOWN_OPEN || state_has_key(&seen->state, act->fence->plug);
}

/* Preempts the victim, by each of the keys that its host has there, on @count devices until @end. */
static void victim_preempt(struct act *act, const struct hosts *hosts, const char **devices, size_t count, int64_t end,
			   struct results *done)
{
	const char **some = arena_alloc(act->told.arena, (count + 1) * sizeof(*some));
	uint64_t **keys = arena_alloc(act->told.arena, (count + 1) * sizeof(*keys));
	size_t *lengths = arena_alloc(act->told.arena, (count + 1) * sizeof(*lengths)), some_count = 0;

	*done = (struct results){ .arena = act->told.arena, .end = &done->first };
	if (!some || !keys || !lengths) {
		act->failed = true;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct result *seen = result_of(hosts->lists[0], devices[i]);

		lengths[i] = seen ? hosts_victim_keys(hosts, act->told.arena, &seen->state, &keys[i]) : 0;
		if (!seen || needs_plug(act, seen, lengths[i]))
			some[some_count++] = devices[i];
	}
	preempt(act, act->fence->plug, some, some_count, end, done);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < lengths[i]; k++) {
			uint64_t key = keys[i][k];

			some_count = 0;
			for (size_t j = i; key && j < count; j++)
				for (size_t l = 0; l < lengths[j]; l++)
					if (keys[j][l] == key) {
						some[some_count++] = devices[j];
						keys[j][l] = 0;
					}
			preempt(act, key, some, some_count, end, done);
		}
	}
}

/*
 * Each device was read after its own change; all together they are read once more after the last one, so that the
 * node is shut out of all at one time.
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
		struct result *told = result_of(&act->told, now->argument);

		if (!told || told->outcome.status != STATUS_OK)
			continue;
		told->state = now->state;
		if (now->outcome.status == STATUS_OK)
			shut_out_judge(act, told, &now->state);
		else
			result_fail(told, FENCE_FAIL_READ_AGAIN(now->outcome.status, now->outcome.reason),
				    now->outcome.message);
	}
}

/* Who is left on a device must be known: else it may be the victim, under another key. */
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

/* What the devices hold before the first preempt: who is the victim's host, and by which keys. */
static void survey(struct act *act, const struct results *found, struct results *seen)
{
	struct request request = { .command = COMMAND_STATUS, .command_name = "fence", .victim = act->fence->plug };
	const char **devices;
	size_t count;

	devices = act_devices(act, found, NULL, &count);
	act_ask(act, &request, devices, count, act_share(act, 1, 4), seen);
}

void off(struct act *act)
{
	struct request resolve = { .command = COMMAND_PREEMPT_ABORT, .command_name = "fence", .resolve_only = true };
	struct results found, seen, won, rest;
	struct hosts hosts = { .fence = act->fence };
	struct result *first;
	const char **others;
	size_t count;

	act_ask(act, &resolve, act->fence->devices, act->fence->device_count, act_share(act, 1, 4), &found);
	act_tell_failed(act, &found);
	/* What was not found may be the very LUN where the other node begins: to begin at another is to win half each. */
	if (act->told.first) {
		not_attempted(act, &found, NULL,
			      arena_printf(act->told.arena, FENCE_CAUSE_FIRST_MISSING,
					   act->told.first->label));
		return;
	}
	first = fence_first(&found);
	if (!first)
		return;
	survey(act, &found, &seen);
	hosts.lists[0] = &seen;
	hosts.lists[1] = &act->told;
	others = act_devices(act, &found, first, &count);
	victim_preempt(act, &hosts, &first->argument, 1, count ? act_share(act, 2, 3) : act->deadline, &won);
	for (struct result *result = won.first; result; result = result->next)
		shut_out_judge(act, result, &result->state);
	act_tell_all(act, &won);
	if (results_status(&act->told) != STATUS_OK || !act->told.first || act->failed) {
		not_attempted(act, &found, first,
			      arena_printf(act->told.arena, FENCE_CAUSE_FIRST_LOST,
					   first->label));
		return;
	}
	if (count) {
		victim_preempt(act, &hosts, others, count, act_share(act, 3, 4), &rest);
		act_tell_all(act, &rest);
		/* If one has failed the node is not fenced, whatever the others hold by now. */
		if (!act->failed && results_status(&act->told) == STATUS_OK)
			read_again(act);
	}
	for (struct result *result = act->told.first; result; result = result->next)
		left_judge(&hosts, result);
}
