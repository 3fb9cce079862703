// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * preempt: removes the keys of other hosts, and takes over the reservation if they hold it.
 * preempt-abort: the same, and succeeds only if the commands of those hosts have ended. Their plans
 * are in rule_preempt_plan.c.
 */
#include "model/describe.h"
#include "model/initiator.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/plan.h"
#include "pr/rule_preempt_plan.h"

/* Whether the proof has succeeded. */
static bool preempt_hidden(const struct attempt *attempt)
{
	bool proven = attempt->plan->proof && !plan_is_uncounted(attempt);

	attempt->tries->own_proven |= proven;
	return proven;
}

/* Whether neither the list before the command nor the one after it shows the victim, or has to. */
static bool is_unseen(const struct attempt *attempt)
{
	const struct resv_state *before = attempt->before, *now = &attempt->result->state;

	return !state_has_key(before, attempt->request->victim) &&
	       !state_has_key(now, attempt->request->victim) &&
	       (attempt->result->lun.transport == TRANSPORT_NVME ||
		(state_may_hide(before) && state_may_hide(now)));
}

static enum tri preempt_reached(const struct attempt *attempt)
{
	const struct request *request = attempt->request;
	const struct resv_state *state = &attempt->result->state, *before = attempt->before;
	enum tri holds = state_own_holds(state, request->key);
	bool has_type = state->type == attempt->plan->action.type;

	/* A proof does nothing of it: preempt_hidden(). */
	if (attempt->plan->proof)
		return TRI_NO;
	if (request->victim_all)
		return !plan_others_registered(attempt->result, request->key) && has_type ? holds
											  : TRI_NO;
	if (state_has_key(state, request->victim))
		return TRI_NO;
	if (before->type == RESV_NONE)
		return is_unseen(attempt) ? TRI_UNKNOWN : TRI_YES;
	if (state->type == RESV_NONE)
		return TRI_NO;
	/* Only the victim held it, so now this host must. */
	if (before->key == request->victim)
		return has_type && holds != TRI_NO ? TRI_YES : TRI_NO;
	return is_unseen(attempt) ? TRI_UNKNOWN : TRI_YES;
}

/*
 * Success, and the victim is in neither list. The generation shows whether a registration was
 * removed.
 */
static bool preempt_accepted(const struct attempt *attempt, enum tri *changed)
{
	const struct request *request = attempt->request;
	struct result *result = attempt->result;

	(void)changed;
	if (request->victim_all || preempt_reached(attempt) != TRI_UNKNOWN ||
	    attempt->before->source == SOURCE_NONE ||
	    attempt->before->generation != result->state.generation)
		return true;
	result->outcome.changed = TRI_UNKNOWN;
	result_fail(result, FAIL_VICTIM_UNSEEN, describe_victim(result->arena, request),
		    plan_holding(result));
	return false;
}

/*
 * A conflict, although this path has its key: the victim, which is not listed, is not registered.
 */
static bool preempt_retry(const struct attempt *attempt)
{
	const struct request *request = attempt->request;
	const struct resv_state *state = &attempt->result->state;
	const struct registrant *own = state_own(state);
	bool has_key = own && own->key == request->key &&
		       !nexus_is_assumed(attempt->result, &own->nexus);

	/* A path that is not registered itself is refused as well. */
	if (attempt->plan->proof ||
	    !preempt_may_be_omitted(request, attempt->result, attempt->before, attempt->tries) ||
	    !state_is_same(attempt->before, state) || (!has_key && !attempt->tries->own_proven))
		return false;
	attempt->tries->victim_refused = true;
	return true;
}

/* A list that may omit hosts does not show, without success, that the victim is gone. */
static enum tri preempt_shown(const struct attempt *attempt)
{
	enum tri reached = preempt_reached(attempt);

	return reached == TRI_YES && state_may_hide(&attempt->result->state) ? TRI_UNKNOWN
									      : reached;
}

/* The victim's key is gone; nothing proves that its commands have ended. */
static enum tri abort_shown(const struct attempt *attempt)
{
	const struct request *request = attempt->request;
	const struct resv_state *state = &attempt->result->state;

	if (!request->victim_all && state_has_key(attempt->before, request->victim) &&
	    state_lacks(state, request->victim))
		return TRI_YES;
	return preempt_shown(attempt);
}

static const char *preempt_success(const struct attempt *attempt)
{
	struct arena *arena = attempt->result->arena;

	return arena_printf(arena, DONE_PREEMPTED, describe_victim(arena, attempt->request),
			    plan_holding(attempt->result));
}

static const char *abort_success(const struct attempt *attempt)
{
	struct arena *arena = attempt->result->arena;

	return arena_printf(arena, DONE_PREEMPTED_ABORTED, describe_victim(arena, attempt->request),
			    plan_holding(attempt->result));
}

static const char *preempt_intent(struct arena *arena, const struct request *request,
				  const struct resv_state *state)
{
	return arena_printf(arena, "preempt %s, %s", describe_victim(arena, request),
			    describe_holding(arena, state));
}

static const char *abort_intent(struct arena *arena, const struct request *request,
				const struct resv_state *state)
{
	return arena_printf(arena, "preempt and abort %s, %s", describe_victim(arena, request),
			    describe_holding(arena, state));
}

/*
 * Whether @left is a registration of a host that had the victim's key in @before: that host can
 * still write.
 */
static bool is_survivor(const struct registrant *left, const struct resv_state *before,
			uint64_t victim)
{
	for (size_t i = 0; i < before->count; i++)
		if (before->registrants[i].key == victim && left->this_nexus != TRI_YES &&
		    nexus_is_same_host(&before->registrants[i].nexus, &left->nexus) == TRI_YES)
			return true;
	return false;
}

static bool preempt_finish(const struct attempt *attempt)
{
	const struct request *request = attempt->request;
	struct result *result = attempt->result;
	const struct resv_state *state = &result->state;

	/* If the victim is a host, each of its keys is preempted in turn. */
	for (size_t i = 0; !request->victim_host && i < state->count; i++)
		if (is_survivor(&state->registrants[i], attempt->before, request->victim))
			result_warn(result, WARN_VICTIM_HAS_OTHER_KEY,
				    (int)initiator_length(state->registrants[i].nexus.initiator),
				    state->registrants[i].nexus.initiator,
				    describe_key(result->arena, request->victim),
				    describe_key(result->arena, state->registrants[i].key));
	if (request->type && state->type != RESV_NONE && state->type != request->type)
		result_warn(result, WARN_TYPE_NOT_USED, type_words(request->type)->name,
			    plan_holding(result));
	if (state->type == RESV_NONE)
		result_warn(result, WARN_VICTIM_CAN_WRITE);
	return true;
}

const struct rule rule_preempt = {
	.plan = preempt_plan,
	.plan_blind = preempt_plan_blind,
	.reached = preempt_reached,
	.success = preempt_success,
	.intent = preempt_intent,
	.shown = preempt_shown,
	.accepted = preempt_accepted,
	.retry = preempt_retry,
	.hidden = preempt_hidden,
	.finish = preempt_finish,
	.counted = true,
};

const struct rule rule_preempt_abort = {
	.plan = abort_plan,
	.plan_blind = abort_plan_blind,
	.reached = preempt_reached,
	.success = abort_success,
	.intent = abort_intent,
	.shown = abort_shown,
	.accepted = preempt_accepted,
	.retry = preempt_retry,
	.hidden = preempt_hidden,
	.finish = preempt_finish,
	.proves = true,
	.counted = true,
	.remembers = REMEMBER_ABORT,
};
