// SPDX-License-Identifier: GPL-2.0-or-later
/* reserve and release: this path takes the reservation, or gives it up. */
#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"
#include "pr/plan.h"

/*
 * Whether another key holds: another path of this host may be registered with a key of its own. If
 * all registrants hold, no key is the holder's; and one that is not listed may be out of date.
 */
static bool other_key_holds(const struct request *request, const struct resv_state *state)
{
	return !request->ignore_key && state->key && state->key != request->key &&
	       state_has_key(state, state->key);
}

static struct plan reserve_plan(const struct request *request, struct result *result,
				const struct tries *tries)
{
	const struct resv_state *state = &result->state;
	enum tri holds = other_key_holds(request, state)
				 ? TRI_NO
				 : state_own_holds(state, request->key);
	const char *advice;
	struct plan plan;

	(void)tries;
	if (!request->ignore_key && state_own_has(state, request->key) == TRI_NO)
		return plan_refuse_own(result, request->key, ADVICE_CURRENT_KEY,
				       state->type == RESV_NONE ? ADVICE_REGISTER_FIRST
								: ADVICE_REGISTER_UNLESS_FENCED);
	if (holds == TRI_YES && state->type == request->type)
		return plan_done(result, DONE_WAS_RESERVED, type_words(state->type)->name,
				 describe_key(result->arena, request->key));
	if (holds == TRI_YES) {
		result_fail(result, FAIL_HELD_WITH_OTHER_TYPE, plan_holding(result),
			    type_words(request->type)->name);
		return plan_refuse();
	}
	/*
	 * Held by this host's key: a repeated RESERVE of the same type succeeds only for the
	 * holder.
	 */
	if (state->type != RESV_NONE && !(holds == TRI_UNKNOWN && state->type == request->type)) {
		advice = ADVICE_WAIT_OR_PREEMPT;
		/* A host can write without holding it. */
		if (type_is_for_registrants(state->type))
			advice = ADVICE_NEED_NOT_HOLD;
		result_fail(result, FAIL_HELD_BY_OTHER, plan_holding(result),
			    describe_own(result->arena, state, request->key), advice);
		return plan_refuse();
	}
	plan = plan_send(ACTION_RESERVE, request->key, 0, request->type);
	plan.action.ignore_key = request->ignore_key;
	plan.proof = state->type != RESV_NONE;
	return plan;
}

static struct plan reserve_plan_blind(const struct request *request, struct result *result)
{
	struct plan plan = plan_send(ACTION_RESERVE, request->key, 0, request->type);

	(void)result;
	plan.action.ignore_key = request->ignore_key;
	return plan;
}

static enum tri reserve_reached(const struct attempt *attempt)
{
	const struct resv_state *state = &attempt->result->state;
	const struct registrant *own = state_own(state);
	const struct request *request = attempt->request;

	/* The key that this path has now may have replaced the one that reserved. */
	if (state->type != request->type ||
	    (own && own->key != request->key && !request->ignore_key) ||
	    other_key_holds(request, state))
		return TRI_NO;
	return state_own_holds(state, request->key);
}

static const char *reserve_success(const struct attempt *attempt)
{
	struct arena *arena = attempt->result->arena;

	return arena_printf(arena, DONE_RESERVED,
			    type_words(attempt->result->state.type)->name,
			    describe_key(arena, attempt->request->key));
}

static const char *reserve_intent(struct arena *arena, const struct request *request,
				  const struct resv_state *state)
{
	(void)state;
	return arena_printf(arena, "reserve, %s, for %s", type_words(request->type)->name,
			    describe_key(arena, request->key));
}

static bool reserve_explain(const struct attempt *attempt)
{
	struct result *result = attempt->result;

	if (attempt->answer->kind == ANSWER_CONFLICT && attempt->plan->proof &&
	    state_may_omit(&result->state))
		result_fail(result, FAIL_HELD_BY_OTHER, plan_holding(result),
			    describe_own(result->arena, &result->state, attempt->request->key),
			    ADVICE_WAIT_OR_PREEMPT);
	else if (attempt->answer->kind == ANSWER_CONFLICT && attempt->plan->proof)
		result_fail(result, FAIL_HELD_BY_SAME_KEY, plan_holding(result),
			    describe_key(result->arena, attempt->request->key));
	else if (attempt->answer->kind != ANSWER_CONFLICT && attempt->request->ignore_key)
		result_fail(result, FAIL_NO_IGNORE_KEY,
			    describe_answer(result->arena, attempt->answer));
	else
		return false;
	return true;
}

const struct rule rule_reserve = {
	.plan = reserve_plan,
	.plan_blind = reserve_plan_blind,
	.reached = reserve_reached,
	.success = reserve_success,
	.intent = reserve_intent,
	.explain = reserve_explain,
};

static struct plan release_plan(const struct request *request, struct result *result,
				const struct tries *tries)
{
	const struct resv_state *state = &result->state;
	struct plan plan;

	(void)tries;
	if (state_own_has(state, request->key) == TRI_NO)
		return plan_refuse_own(result, request->key, ADVICE_CURRENT_KEY,
				       ADVICE_NOT_RELEASED);
	if (state->type == RESV_NONE && state_own_has(state, request->key) == TRI_YES)
		return plan_done(result, DONE_NOTHING_RESERVED);
	/*
	 * A release by a registrant that does not hold the reservation is answered "good" and has
	 * no effect.
	 */
	if (state->type != RESV_NONE && state_own_holds(state, request->key) == TRI_NO) {
		result_fail(result, FAIL_ONLY_HOLDER_RELEASES, plan_holding(result),
			    describe_own(result->arena, state, request->key));
		return plan_refuse();
	}
	if (state->type != RESV_NONE && request->type && request->type != state->type) {
		result_fail(result, FAIL_RELEASE_OTHER_TYPE, plan_holding(result),
			    type_words(request->type)->name);
		return plan_refuse();
	}
	/* If nothing is held, the command has no effect, but its success proves the key. */
	plan = plan_send(ACTION_RELEASE, request->key, 0,
			 state->type != RESV_NONE ? state->type
			 : request->type	  ? request->type
						  : RESV_WRITE_EXCLUSIVE);
	plan.proof = state->type == RESV_NONE;
	return plan;
}

static struct plan release_plan_blind(const struct request *request, struct result *result)
{
	return plan_send_type(request, result, ACTION_RELEASE, 0);
}

static enum tri release_reached(const struct attempt *attempt)
{
	return attempt->result->state.type == RESV_NONE ? TRI_YES : TRI_NO;
}

static enum tri release_shown(const struct attempt *attempt)
{
	const struct resv_state *state = &attempt->result->state, *before = attempt->before;

	/* Nothing was reserved before, so that nothing is reserved now proves no key. */
	if (attempt->plan->proof)
		return TRI_UNKNOWN;
	/* If another host holds now, it may have reserved after this host's reservation ended. */
	if (before->type != RESV_NONE && state->type != RESV_NONE && state->key != before->key)
		return TRI_UNKNOWN;
	return release_reached(attempt);
}

static const char *release_success(const struct attempt *attempt)
{
	enum resv_type was = attempt->before->type;

	if (was == RESV_NONE)
		return DONE_RELEASED;
	return arena_printf(attempt->result->arena, DONE_RELEASED_TYPE, type_words(was)->name);
}

static const char *release_intent(struct arena *arena, const struct request *request,
				  const struct resv_state *state)
{
	(void)request;
	return arena_printf(arena, "release, %s", describe_holding(arena, state));
}

static bool release_explain(const struct attempt *attempt)
{
	const struct resv_state *before = attempt->before;
	struct result *result = attempt->result;
	const struct resv_state *state = &result->state;

	if (attempt->answer->kind != ANSWER_DONE)
		return false;
	/* The answer was "good", but this registrant does not hold the reservation. */
	if (state->type == before->type && state->key == before->key &&
	    state_own_holds(state, attempt->request->key) != TRI_YES)
		result_fail(result, FAIL_RELEASE_BY_OTHER, plan_holding(result),
			    describe_own(result->arena, state, attempt->request->key));
	/*
	 * Linux's NVMe target reports all registrants as holders, but treats one as the holder: the
	 * first, which reserved.
	 */
	else if (state_is_same(before, state) && type_words(state->type)->all_registrants)
		result_fail(result, FAIL_RELEASE_NOT_FIRST, plan_holding(result),
			    describe_registrants(result->arena, state, 0));
	else
		return false;
	return true;
}

const struct rule rule_release = {
	.plan = release_plan,
	.plan_blind = release_plan_blind,
	.reached = release_reached,
	.success = release_success,
	.intent = release_intent,
	.shown = release_shown,
	.explain = release_explain,
	.by_holder = true,
};
