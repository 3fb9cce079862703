// SPDX-License-Identifier: GPL-2.0-or-later
/* The action monitor, if arbiters decide: whether enough of them can vote for this node. */
#include <string.h>

#include "fence/act.h"
#include "fence/arbiters.h"
#include "fence/monitor.h"
#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"

/* Whether most of the arbiters list @key; TRI_UNKNOWN: lists that may omit it decide. */
static enum tri most_have(const struct fence *fence, const struct results *arbiters, uint64_t key)
{
	size_t listed = 0, possible = 0, most = arbiters_most(fence->arbiter_count);

	for (const struct result *result = arbiters->first; result; result = result->next) {
		listed += state_has_key(&result->state, key);
		possible += !state_lacks(&result->state, key);
	}
	if (listed >= most)
		return TRI_YES;
	return possible >= most ? TRI_UNKNOWN : TRI_NO;
}

/*
 * A key of another node in @from that most of the arbiters have, and @but lacks; with no @but, one
 * that most of them lack. 0: there is none.
 */
static uint64_t key_find(const struct fence *fence, const struct resv_state *from,
			 const struct results *arbiters, const struct resv_state *but)
{
	for (size_t i = 0; i < from->count; i++) {
		uint64_t key = from->registrants[i].key;
		bool is_other =
			key && key != fence->key && from->registrants[i].this_host != TRI_YES;

		if (is_other && most_have(fence, arbiters, key) == (but ? TRI_YES : TRI_NO) &&
		    (!but || state_lacks(but, key)))
			return key;
	}
	return 0;
}

/* Each other node must be on a shared disk if it is on most of the arbiters, and only then. */
static void members_judge(const struct fence *fence, struct result *result,
			  const struct results *arbiters)
{
	uint64_t key = 0;

	for (const struct result *one = arbiters->first; one && !key; one = one->next)
		key = key_find(fence, &one->state, arbiters, &result->state);
	if (key) {
		result_fail(result, FENCE_FAIL_MONITOR_OTHER_LACKS,
			    describe_key(result->arena, key));
		return;
	}
	key = key_find(fence, &result->state, arbiters, NULL);
	if (key)
		result_fail(result, FENCE_FAIL_MONITOR_OTHER_NOT_IN,
			    describe_key(result->arena, key));
}

/* Whether most of the arbiters have not failed. */
static bool most_are_ok(const struct fence *fence, const struct results *arbiters)
{
	size_t ok = 0;

	for (const struct result *result = arbiters->first; result; result = result->next)
		ok += result->outcome.status == STATUS_OK;
	return ok >= arbiters_most(fence->arbiter_count);
}

/* Fails on an arbiter that cannot vote for this node. */
static void arbiter_judge(const struct fence *fence, struct result *result,
			  const struct own_registration *own, bool any_votes)
{
	const struct resv_state *state = &result->state;

	if (!fence->key)
		result_fail(result, FENCE_FAIL_MONITOR_NO_KEY);
	else if (!state_host_has(state, fence->key) || (any_votes && !(own && own->votes)))
		arbiters_refuse(result, fence->key, own && own->registered);
	else if (state->type == RESV_NONE)
		result_fail(result, FENCE_FAIL_MONITOR_NOT_RESERVED);
	else if (state->type == RESV_OTHER)
		result_fail(result, FENCE_FAIL_MONITOR_TYPE,
			    describe_holding(result->arena, state));
}

bool monitor_arbiters_judge(const struct fence *fence, struct results *seen,
			    struct results *arbiters, const struct own_registration *list,
			    size_t count)
{
	bool any_votes = false, may_pass = false;

	for (size_t i = 0; i < count; i++)
		any_votes |= list[i].votes;
	for (struct result *result = seen->first; result; result = result->next) {
		if (result->outcome.status != STATUS_OK)
			continue;
		members_judge(fence, result, arbiters);
		may_pass |= result->outcome.status != STATUS_OK;
	}
	for (struct result *result = arbiters->first; result; result = result->next) {
		if (result->outcome.status != STATUS_OK)
			continue;
		arbiter_judge(fence, result, own_registration_of(list, count, result->argument),
			      any_votes);
		may_pass |= result->outcome.status != STATUS_OK;
	}
	return may_pass && (!most_are_ok(fence, arbiters) || results_status(seen) != STATUS_OK);
}

void monitor_arbiters_hosts_judge(const struct fence *fence, struct results *seen,
				  struct results *arbiters)
{
	const struct hosts hosts = { .fence = fence, .lists = { seen, arbiters } };

	for (struct result *result = seen->first; result; result = result->next)
		monitor_hosts_judge(&hosts, result);
	for (struct result *result = arbiters->first; result; result = result->next)
		monitor_hosts_judge(&hosts, result);
}

bool monitor_arbiters(struct act *act, struct results *seen, bool member)
{
	struct request status = { .command = COMMAND_STATUS,
				  .command_name = "monitor",
				  .fence = true };
	struct results given;
	struct own_registration *registrations;
	bool may_pass = false;
	size_t count;

	/* One that is dead must leave time for another reading. */
	act_request(act, &status, act->fence->arbiters, act->fence->arbiter_count,
		    act_share(act, 1, 2), &given);
	monitor_proof_check(&status, &given);
	count = own_registrations_read(act->reported.arena, &given, &registrations);
	act->failed |= !registrations;
	if (registrations && arbiters_are_different(act, &given) && member) {
		may_pass = monitor_arbiters_judge(act->fence, seen, &given, registrations, count);
		monitor_arbiters_hosts_judge(act->fence, seen, &given);
	}
	results_join(&act->arbiters_only, &given);
	act->arbiters_ok = most_are_ok(act->fence, &given);
	return may_pass;
}
