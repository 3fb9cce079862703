// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * preempt: removes the keys of other hosts, and takes over the reservation if they hold it.
 * preempt-abort: the same, and succeeds only if the commands of those hosts have ended.
 */
#include "model/describe.h"
#include "model/initiator.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/plan.h"

/*
 * Whether this host is registered with @key through any path, whether or not it is in this
 * argument.
 */
static bool this_host_has(const struct resv_state *state, uint64_t key)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == key && state->registrants[i].this_host == TRI_YES)
			return true;
	return false;
}

/* Whether the victim is not registered any more. */
static bool is_gone(const struct request *request, const struct result *result)
{
	if (!request->victim_all)
		return !plan_victim_registered(request, &result->state);
	/* A registration without a name may be another host's, whatever its key is. */
	return state_own_any(&result->state) != TRI_UNKNOWN &&
	       !plan_others_registered(result, request->key) &&
	       (!request->type || request->type == result->state.type);
}

/*
 * Whether a Reservation Report, which does not list the victim, may omit it: the report lists the
 * controllers of registrants (NVMe 1.4, 6.13), and a host that has crashed has none. An abort that
 * is proven, or was confirmed, at this generation shows that the victim's key was removed.
 */
static bool may_lack_controller(const struct request *request, const struct result *result)
{
	return request->victim && result->lun.transport == TRANSPORT_NVME &&
	       (request->confirmed_off || result->victim.known == ABORT_KNOWN_NOTHING ||
		result->victim.known == ABORT_KNOWN_OPEN);
}

/*
 * Whether the list does not show if the victim, which is not listed, is registered: the list may
 * omit hosts, or hide their keys. A PREEMPT shows it, because a key that nobody has is a conflict
 * (SPC-4 5.13.11.4, NVMe 1.4 8.8.7).
 */
static bool may_be_omitted(const struct request *request, const struct result *result,
			   const struct resv_state *state, const struct tries *tries)
{
	return !request->victim_all && !tries->victim_refused &&
	       !plan_victim_registered(request, state) &&
	       (state_may_hide(state) || may_lack_controller(request, result));
}

/*
 * Whether the list does not show if it is this host that has @request's key: it may be the victim's
 * host that has it.
 */
static bool is_own_unproven(const struct request *request, const struct resv_state *state,
			    const struct tries *tries)
{
	return !tries->own_proven && !request->dry_run &&
	       state_own_has(state, request->key) == TRI_UNKNOWN &&
	       state_has_key(state, request->key) && !this_host_has(state, request->key);
}

/*
 * Whether @kind, what the state allows, must wait for that proof: nothing will be sent that needs
 * this host's registration, or a conflict must mean that the victim is not registered.
 */
static bool waits_for_proof(const struct request *request, const struct result *result,
			    const struct tries *tries, enum plan_kind kind)
{
	return is_own_unproven(request, &result->state, tries) &&
	       ((kind == PLAN_PROVE && result->victim.known != ABORT_KNOWN_PROVEN) ||
		(kind == PLAN_SEND && may_lack_controller(request, result) &&
		 may_be_omitted(request, result, &result->state, tries)));
}

/* A REGISTER of the key by itself: a conflict for a path that does not have it. */
static struct plan own_proof_plan(const struct request *request, const struct result *result,
				  const struct tries *tries)
{
	struct plan plan = plan_send_register(result, tries, ACTION_REGISTER, request->key,
					      request->key);

	plan.action.is_volatile |= plan_stays_volatile(result);
	plan.proof = true;
	return plan;
}

/* Whether the proof has succeeded. */
static bool preempt_hidden(const struct attempt *attempt)
{
	bool proven = attempt->plan->proof && !plan_is_uncounted(attempt);

	attempt->tries->own_proven |= proven;
	return proven;
}

/* Whether the victim is the only holder. */
static bool holds_alone(const struct request *request, const struct resv_state *state)
{
	return request->victim && state->key == request->victim;
}

/*
 * Refuses if the state of the reservation does not allow the request. Returns true if the status is
 * set.
 */
static bool reservation_refuses(const struct request *request, struct result *result)
{
	const struct resv_state *state = &result->state;

	if (state->type == RESV_NONE && request->victim_all)
		result_fail(result, FAIL_ALL_NOT_RESERVED);
	else if (state->type == RESV_NONE && !request->unreserved)
		result_fail(result, FAIL_NOT_RESERVED,
			    arena_printf(result->arena,
					 plan_victim_registered(request, state)
						 ? CAUSE_KEY_REGISTERED
						 : CAUSE_KEY_NOT_REGISTERED,
					 describe_victim(result->arena, request)));
	else if (request->victim_all && !type_words(state->type)->all_registrants)
		result_fail(result, FAIL_NOT_ALL_REGISTRANTS, plan_holding(result));
	/*
	 * A type that no standard defines may not keep the victim out; but if the holder is
	 * preempted, that reservation ends.
	 */
	else if (state->type == RESV_OTHER && !holds_alone(request, state) && !request->unreserved)
		result_fail(result, FAIL_TYPE_UNKNOWN, plan_holding(result));
	else
		return false;
	return true;
}

static void not_registered(const struct request *request, struct result *result)
{
	const char *victim = describe_victim(result->arena, request);
	const char *advice =
		result->state.type == RESV_NONE ? ADVICE_RESERVE : ADVICE_IF_REGISTERED;

	if (request->victim)
		result_fail(result, FAIL_VICTIM_NOT_REGISTERED, victim, plan_holding(result),
			    advice);
	else
		result_fail(result, FAIL_VICTIM_HOST_NOT_REGISTERED, victim, plan_holding(result),
			    advice);
}

/*
 * The checks of both commands. PLAN_SEND: the command must be sent. PLAN_PROVE: the victim is gone.
 */
static enum plan_kind plan_common(const struct request *request, struct result *result,
				  const struct tries *tries, bool gone_is_good)
{
	const struct resv_state *state = &result->state;
	bool gone = is_gone(request, result);
	bool omitted = may_be_omitted(request, result, state, tries);

	if (request->victim && (state_own_path_has(state, request->victim) ||
				(request->fence && this_host_has(state, request->victim)))) {
		result_fail(result, FAIL_VICTIM_IS_OWN_PATH,
			    describe_key(result->arena, request->victim), plan_holding(result));
		return PLAN_REFUSE;
	}
	if (reservation_refuses(request, result))
		return PLAN_REFUSE;
	if (omitted && !request->victim) {
		result_fail(result, FAIL_VICTIM_MAY_BE_OMITTED,
			    describe_victim(result->arena, request), plan_holding(result));
		return PLAN_REFUSE;
	}
	gone = gone && !omitted;
	if (gone && (request->victim_all || (state->type != RESV_NONE && gone_is_good)))
		return PLAN_PROVE;
	if (gone)
		not_registered(request, result);
	else if (state->type == RESV_OTHER && !request->type)
		result_fail(result, FAIL_TYPE_NOT_KEPT, plan_holding(result));
	else
		return PLAN_SEND;
	return PLAN_REFUSE;
}

static struct plan send_preempt(const struct request *request, const struct result *result,
				enum action_op op)
{
	enum resv_type type = request->type ? request->type : result->state.type;

	/* Without a reservation the type is ignored, but some targets insist on a valid one. */
	return plan_send(op, request->key, request->victim_all ? 0 : request->victim,
			 type == RESV_NONE ? RESV_WRITE_EXCLUSIVE : type);
}

/* For a preempt it is enough that the victim's key is gone. */
static struct plan preempt_plan(const struct request *request, struct result *result,
				const struct tries *tries)
{
	enum plan_kind kind;

	if (state_own_has(&result->state, request->key) == TRI_NO)
		return plan_refuse_own(result, request->key, ADVICE_CURRENT_KEY,
				       ADVICE_NOT_PREEMPTED);
	kind = plan_common(request, result, tries, request->if_registered);
	if (waits_for_proof(request, result, tries, kind))
		return own_proof_plan(request, result, tries);
	switch (kind) {
	case PLAN_SEND:
		return send_preempt(request, result, ACTION_PREEMPT);
	case PLAN_PROVE:
		if (request->victim_all)
			return plan_done(result, DONE_NOBODY_ELSE, plan_holding(result));
		return plan_done(result, DONE_VICTIM_GONE, describe_victim(result->arena, request),
				 plan_holding(result));
	default:
		return plan_refuse();
	}
}

/* The victim is gone: its commands must have ended as well. */
static struct plan plan_aborted(const struct request *request, struct result *result)
{
	const char *victim = describe_victim(result->arena, request);

	if (result->victim.known == ABORT_KNOWN_PROVEN && request->victim_all)
		return plan_done(result, DONE_ALL_ABORTED, plan_holding(result));
	if (result->victim.known == ABORT_KNOWN_PROVEN)
		return plan_done(result, DONE_VICTIM_ABORTED, victim, plan_holding(result));
	if (result->victim.known == ABORT_KNOWN_CONFIRMED)
		return plan_done(result, DONE_VICTIM_OFF, victim, plan_holding(result));
	return (struct plan){ .kind = PLAN_PROVE };
}

static struct plan abort_plan(const struct request *request, struct result *result,
			      const struct tries *tries)
{
	/* That is no error if the user allowed it, or if only the abort remains to be proven. */
	bool gone_is_good = request->if_registered || request->confirmed_off ||
			    result->victim.known == ABORT_KNOWN_OPEN;
	enum plan_kind kind;

	if (state_own_has(&result->state, request->key) == TRI_NO)
		return plan_refuse_own(result, request->key, ADVICE_CURRENT_KEY,
				       ADVICE_NOT_PREEMPTED);
	kind = plan_common(request, result, tries, gone_is_good);
	if (waits_for_proof(request, result, tries, kind))
		return own_proof_plan(request, result, tries);
	switch (kind) {
	case PLAN_SEND:
		return send_preempt(request, result, ACTION_PREEMPT_ABORT);
	case PLAN_PROVE:
		return plan_aborted(request, result);
	default:
		return plan_refuse();
	}
}

static struct plan preempt_plan_blind(const struct request *request, struct result *result)
{
	return plan_send_type(request, result, ACTION_PREEMPT,
			      request->victim_all ? 0 : request->victim);
}

static struct plan abort_plan_blind(const struct request *request, struct result *result)
{
	return plan_send_type(request, result, ACTION_PREEMPT_ABORT,
			      request->victim_all ? 0 : request->victim);
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
	    !may_be_omitted(request, attempt->result, attempt->before, attempt->tries) ||
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
