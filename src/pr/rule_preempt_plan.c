// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/rule_preempt_plan.h"

#include "model/describe.h"
#include "model/messages.h"
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

bool preempt_may_be_omitted(const struct request *request, const struct result *result,
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
		 preempt_may_be_omitted(request, result, &result->state, tries)));
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
	bool omitted = preempt_may_be_omitted(request, result, state, tries);

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
struct plan preempt_plan(const struct request *request, struct result *result,
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

struct plan abort_plan(const struct request *request, struct result *result,
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

struct plan preempt_plan_blind(const struct request *request, struct result *result)
{
	return plan_send_type(request, result, ACTION_PREEMPT,
			      request->victim_all ? 0 : request->victim);
}

struct plan abort_plan_blind(const struct request *request, struct result *result)
{
	return plan_send_type(request, result, ACTION_PREEMPT_ABORT,
			      request->victim_all ? 0 : request->victim);
}
