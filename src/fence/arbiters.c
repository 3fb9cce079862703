// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/arbiters.h"

#include <string.h>

#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"

size_t arbiters_most(size_t count)
{
	return count / 2 + 1;
}

struct arbiter *arbiters_next(const struct arbiters *arbiters, const struct tally *tally,
			      size_t *at)
{
	while (!tally->is_over && *at < arbiters->count) {
		struct arbiter *arbiter = &arbiters->list[(*at)++];

		if (arbiter->counts)
			return arbiter;
	}
	return NULL;
}

void arbiters_tally(const struct arbiters *arbiters, struct tally *tally, enum status status)
{
	tally->won += status == STATUS_OK;
	tally->is_over = status == STATUS_CONFLICT || tally->won >= arbiters->needed;
}

/* The shared disk that is the same LUN as @result; NULL if there is none. */
static const struct result *shared_find(const struct results *found, const struct result *result)
{
	for (const struct result *device = found->first; device; device = device->next)
		if (device->lun.name && lun_is_same(&device->lun, &result->lun))
			return device;
	return NULL;
}

/* By WWID, those without one last; for the rest in the order in which they were given. */
static bool is_before(const struct lun *one, const struct lun *other)
{
	if (!one->wwid || !other->wwid)
		return one->wwid && !other->wwid;
	return strcmp(one->wwid, other->wwid) < 0;
}

/* Takes the arbiter of @result, unless it is a shared disk that cannot be used. */
static void take(struct arbiters *arbiters, const struct results *found,
		 const struct result *result)
{
	const struct result *shared = shared_find(found, result);
	size_t i = arbiters->count;

	if (shared && shared->outcome.status != STATUS_OK)
		return;
	for (; i > 0 && is_before(&result->lun, arbiters->list[i - 1].lun); i--)
		arbiters->list[i] = arbiters->list[i - 1];
	arbiters->list[i] = (struct arbiter){
		.argument = shared ? shared->argument : result->argument,
		.lun = &result->lun,
		.is_shared = shared,
	};
	arbiters->count++;
}

/* Whether @argument is one of the shared disks, which are reported in any case. */
static bool is_shared_disk(const struct act *act, const char *argument)
{
	for (size_t i = 0; i < act->fence->device_count; i++)
		if (strcmp(act->fence->devices[i], argument) == 0)
			return true;
	return false;
}

/* Adds a copy of @result to act->arbiters_only. */
static void arbiters_only_add(struct act *act, const struct result *result)
{
	struct result *copy = result_append(&act->arbiters_only, result->spare, result->argument);

	copy->lun = result->lun;
	outcome_take(&copy->outcome, &result->outcome);
}

/* The name of an earlier one of @given that is the same LUN; NULL if there is none. */
static const char *twin_find(const struct results *given, const struct result *result)
{
	for (const struct result *one = given->first; one && one != result; one = one->next)
		if (one->lun.name && result->lun.name && lun_is_same(&one->lun, &result->lun))
			return one->label;
	return NULL;
}

bool arbiters_are_different(struct act *act, const struct results *given)
{
	for (size_t i = 0; i < act->fence->arbiter_count; i++) {
		const char *argument = act->fence->arbiters[i], *twin = "another one";
		struct result *result = act_result(given, argument), *copy;

		/* A disk that was given by two names has one result. */
		if (result)
			twin = twin_find(given, result);
		if (!twin)
			continue;
		copy = result_add(&act->reported, argument);
		if (copy)
			result_fail(copy, FENCE_FAIL_ARBITER_TWICE, twin);
		act->failed = true;
		return false;
	}
	return true;
}

bool arbiters_find(struct act *act, struct request resolve, const struct results *found,
		   struct arbiters *arbiters)
{
	size_t all = act->fence->arbiter_count;
	struct results given;

	*arbiters = (struct arbiters){ .needed = arbiters_most(all) };
	if (!all)
		return true;
	arbiters->list = arena_alloc(act->reported.arena, all * sizeof(*arbiters->list));
	act_request(act, &resolve, act->fence->arbiters, all, act_share(act, 1, 4), &given);
	act->failed |= !arbiters->list;
	if (act->failed || !arbiters_are_different(act, &given))
		return false;
	for (const struct result *result = given.first; result; result = result->next) {
		if (result->outcome.status == STATUS_OK)
			take(arbiters, found, result);
		else if (!is_shared_disk(act, result->argument))
			arbiters_only_add(act, result);
	}
	return true;
}

struct arbiter *arbiters_get(const struct arbiters *arbiters, const char *argument)
{
	for (size_t i = 0; i < arbiters->count; i++)
		if (strcmp(arbiters->list[i].argument, argument) == 0)
			return &arbiters->list[i];
	return NULL;
}

const char **arbiters_devices(struct act *act, const struct arbiters *arbiters,
			      const struct results *found, size_t *count)
{
	size_t shared;
	const char **devices = act_devices(act, found, NULL, &shared), **list;

	list = act_device_list(act, shared + arbiters->count);
	*count = 0;
	if (!list || !devices)
		return NULL;
	for (size_t i = 0; i < shared; i++)
		list[(*count)++] = devices[i];
	for (size_t i = 0; i < arbiters->count; i++)
		if (!arbiters->list[i].is_shared)
			list[(*count)++] = arbiters->list[i].argument;
	return list;
}

void arbiters_report(struct act *act, const struct arbiters *arbiters, struct results *results)
{
	struct result *next;

	for (struct result *result = results->first; result; result = next) {
		const struct arbiter *arbiter = arbiters_get(arbiters, result->argument);
		struct results *to =
			arbiter && !arbiter->is_shared ? &act->arbiters_only : &act->reported;

		next = result->next;
		results_link(to, result);
	}
	results->first = NULL;
	results->end = &results->first;
}

void arbiters_refuse(struct result *result, uint64_t key, bool had)
{
	const struct resv_state *state = &result->state;
	const char *text = describe_key(result->arena, key);
	const char *holding = describe_holding(result->arena, state);

	if (state_host_has(state, key))
		result_fail(result, FENCE_FAIL_ARBITER_UNCONFIRMED, text, holding);
	else if (state_may_omit(state))
		result_fail(result, FENCE_FAIL_ARBITER_OMITS, text, holding);
	else if (had)
		result_fail(result, FENCE_FAIL_ARBITER_LEFT, text, holding);
	else
		result_fail(result, FENCE_FAIL_ARBITER_NOT_IN, text, holding);
}

size_t arbiters_count(struct arbiters *arbiters, const struct fence *fence,
		      const struct own_registration *list, size_t count)
{
	bool any = false;
	size_t counting = 0;

	for (size_t i = 0; i < arbiters->count; i++) {
		const struct own_registration *own =
			own_registration_of(list, count, arbiters->list[i].argument);

		any |= own && own->votes;
	}
	for (size_t i = 0; i < arbiters->count; i++) {
		struct arbiter *arbiter = &arbiters->list[i];
		const struct own_registration *own =
			own_registration_of(list, count, arbiter->argument);

		arbiter->counts = own && own->seen->outcome.status == STATUS_OK &&
				  own->seen->state.source != SOURCE_NONE && (own->votes || !any) &&
				  state_host_has(&own->seen->state, fence->key);
		counting += arbiter->counts;
	}
	return counting;
}
