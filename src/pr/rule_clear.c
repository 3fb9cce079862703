// SPDX-License-Identifier: GPL-2.0-or-later
/* clear: removes every host's key, and the reservation. */
#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"
#include "pr/map_multipathd.h"
#include "pr/plan.h"

static struct plan clear_plan_blind(const struct request *request, struct result *result)
{
	(void)result;
	return plan_send(ACTION_CLEAR, request->key, 0, RESV_NONE);
}

static struct plan clear_plan(const struct request *request, struct result *result,
			      const struct tries *tries)
{
	(void)tries;
	if (state_own_has(&result->state, request->key) == TRI_NO)
		return plan_refuse_own(result, request->key, ADVICE_CURRENT_KEY,
				       ADVICE_NOT_CLEARED);
	return clear_plan_blind(request, result);
}

static enum tri clear_reached(const struct attempt *attempt)
{
	const struct resv_state *state = &attempt->result->state;

	return state->count == 0 && state->type == RESV_NONE ? TRI_YES : TRI_NO;
}

/* Whether another registrant of @before is still registered. */
static bool other_is_left(const struct resv_state *before, const struct resv_state *state)
{
	for (size_t i = 0; i < before->count; i++)
		if (before->registrants[i].this_nexus != TRI_YES &&
		    state_has_key(state, before->registrants[i].key))
			return true;
	return false;
}

/*
 * This host is not registered any more, so the present registrants may have registered after the
 * clear. Not if the only change that was counted may have been another host's preempt: a clear and
 * a registration after it are two.
 */
static enum tri clear_shown(const struct attempt *attempt)
{
	const struct resv_state *state = &attempt->result->state, *before = attempt->before;

	if (state->count && state_own_has(state, attempt->request->key) == TRI_NO &&
	    (!other_is_left(before, state) || state->generation != before->generation + 1))
		return TRI_UNKNOWN;
	return clear_reached(attempt);
}

static const char *clear_success(const struct attempt *attempt)
{
	size_t count = attempt->before->count;

	return count == 1 ? DONE_CLEARED_ONE
			  : arena_printf(attempt->result->arena, DONE_CLEARED, count);
}

static const char *clear_intent(struct arena *arena, const struct request *request,
				const struct resv_state *state)
{
	(void)request;
	return arena_printf(arena, "clear %zu registration%s, %s", state->count,
			    state->count == 1 ? "" : "s", describe_holding(arena, state));
}

const struct rule rule_clear = {
	.plan = clear_plan,
	.plan_blind = clear_plan_blind,
	.reached = clear_reached,
	.success = clear_success,
	.intent = clear_intent,
	.shown = clear_shown,
	.finish_map = map_multipathd_unsetprkey,
	.counted = true,
	.remembers = REMEMBER_NO_KEY,
};
