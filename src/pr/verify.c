// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/verify.h"

#include "model/answer.h"
#include "model/describe.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/plan.h"
#include "pr/unread.h"
#include "wire/sense.h"

/* Maximum number of commands that one request sends; those repeated after a pause do not count. */
#define SENT_MAX 3

static const char *holding(const struct attempt *attempt)
{
	return describe_holding(attempt->result->arena, &attempt->result->state);
}

static const char *own(const struct attempt *attempt)
{
	return describe_own(attempt->result->arena, &attempt->result->state, attempt->request->key);
}

static const char *said(const struct attempt *attempt)
{
	return describe_answer(attempt->result->arena, attempt->answer);
}

/* For an answer that has set the status. */
static enum verified ended(const struct attempt *attempt, enum tri changed)
{
	attempt->result->outcome.changed = changed;
	attempt->result->outcome.err = attempt->answer->err;
	attempt->result->outcome.raw = attempt->answer->raw;
	return VERIFIED;
}

static bool explained(const struct attempt *attempt)
{
	const struct rule *rule = rule_of(attempt->request);

	return rule->explain && rule->explain(attempt);
}

/*
 * The state shows that the request is done. For an abort, the target's answer alone is not enough.
 */
static enum verified done(const struct attempt *attempt, enum tri changed)
{
	const struct rule *rule = rule_of(attempt->request);

	attempt->result->outcome.changed = changed;
	if (rule->finish && !rule->finish(attempt))
		return ended(attempt, changed);
	attempt->result->outcome.success = rule->success(attempt);
	return rule->proves ? VERIFIED_TO_PROVE : VERIFIED;
}

/* The answer is success: does the state that was read after it agree? */
static enum verified verify_success(const struct attempt *attempt)
{
	const struct rule *rule = rule_of(attempt->request);
	const struct request *request = attempt->request;
	struct result *result = attempt->result;
	/* If a proof shows that it is done, an earlier try with another answer may have done it. */
	enum tri changed = !attempt->plan->proof  ? TRI_YES
			   : attempt->tries->sent ? TRI_UNKNOWN
						  : TRI_NO;

	if (rule->reached(attempt) != TRI_NO) {
		if (rule->accepted && !rule->accepted(attempt, &changed))
			return ended(attempt, result->outcome.changed);
		return done(attempt, changed);
	}
	if (rule->hidden && rule->hidden(attempt))
		return VERIFIED_AGAIN;
	if (explained(attempt))
		return ended(attempt, TRI_NO);
	if (attempt->before->source != SOURCE_NONE &&
	    state_is_same(attempt->before, &result->state)) {
		/* It may be late, so that it is not certain that nothing was done. */
		result_fail(result, FAIL_ACCEPTED_NOT_DONE, holding(attempt), own(attempt));
		return ended(attempt, attempt->plan->proof ? TRI_NO : TRI_UNKNOWN);
	}
	if (request->victim && state_has_key(&result->state, request->victim))
		result_fail(result, FAIL_VICTIM_CHANGED_SINCE, holding(attempt), own(attempt),
			    describe_victim(result->arena, request));
	else
		result_fail(result, FAIL_CHANGED_SINCE, holding(attempt), own(attempt));
	return ended(attempt, changed);
}

/*
 * No state could be read after the command. A conflict proves nothing either: the kernel may have
 * repeated the command after it succeeded.
 */
static enum verified verify_blind(const struct attempt *attempt)
{
	const struct answer *read_back = attempt->read_back;
	struct result *result = attempt->result;
	const char *why = describe_answer(result->arena, read_back), *advice = ADVICE_CHECK;

	if (answer_is_unsent(read_back)) {
		why = arena_printf(result->arena, CAUSE_READING_NEEDS, unread_right(result));
		advice = ADVICE_CHECK_AS_ROOT;
	}
	if (attempt->answer->kind == ANSWER_DONE) {
		result_fail(result, FAIL_ACCEPTED_UNREAD, why, advice);
		return ended(attempt, TRI_UNKNOWN);
	}
	result_fail(result, FAIL_SENT_UNREAD, said(attempt), why, attempt->request->command_name,
		    advice);
	return ended(attempt, attempt->plan->proof ? TRI_NO : TRI_UNKNOWN);
}

/* INSUFFICIENT REGISTRATION RESOURCES: SPC-4 5.13.7. */
static bool is_full(const struct answer *answer)
{
	return answer->sense_key == SENSE_ILLEGAL_REQUEST && answer->asc == ASC_SYSTEM_RESOURCE &&
	       answer->ascq == 0x04;
}

/* The kernel or the device does not support the command: nothing was done. */
static enum verified verify_refused(const struct attempt *attempt)
{
	const struct action *action = &attempt->plan->action;
	struct result *result = attempt->result;
	const struct capabilities *can = &result->capabilities;

	if (attempt->answer->kind == ANSWER_NO_PRIVILEGE &&
	    (attempt->request->all_ports || attempt->request->is_volatile))
		result_fail(result, FAIL_NO_PRIVILEGE_OPTION);
	else if (attempt->answer->kind == ANSWER_NO_PRIVILEGE && action->all_ports)
		result_fail(result, FAIL_NO_PRIVILEGE_ALL_PORTS);
	else if (attempt->answer->kind == ANSWER_NO_PRIVILEGE)
		result_fail(result, FAIL_NO_PRIVILEGE_CHANGE);
	else if (explained(attempt))
		return ended(attempt, TRI_NO);
	else if (is_full(attempt->answer))
		result_fail(result, FAIL_NO_ROOM, said(attempt), holding(attempt));
	else if (attempt->answer->kind == ANSWER_NO_INTERFACE)
		result_fail(result, FAIL_DRIVER, said(attempt));
	else if (attempt->request->all_ports && attempt->answer->kind == ANSWER_INVALID &&
		 can->known && can->all_target_ports == TRI_NO)
		result_fail(result, FAIL_ALL_PORTS_UNSUPPORTED, said(attempt));
	else if (action_is_register(action) && !action->is_volatile && can->known &&
		 can->power_loss_capable == TRI_NO)
		result_fail(result, FAIL_NO_APTPL, said(attempt));
	else if (action->type && action->type < RESV_OTHER && can->known &&
		 can->types[action->type] == TRI_NO)
		result_fail(result, FAIL_TYPE_UNSUPPORTED, type_words(action->type)->name,
			    said(attempt));
	else if (action_is_register(action) && !action->is_volatile && action->service_key)
		result_fail(result, FAIL_REFUSED_REGISTER, said(attempt), holding(attempt));
	else if (action->op == ACTION_PREEMPT_ABORT)
		result_fail(result, FAIL_REFUSED_ABORT, said(attempt), holding(attempt));
	else
		result_fail(result, FAIL_REFUSED, said(attempt), holding(attempt));
	return ended(attempt, TRI_NO);
}

static bool may_try_again(const struct tries *tries)
{
	return tries->sent + tries->proofs < SENT_MAX;
}

/* Whether the same command may be answered differently later. */
static bool may_pass(const struct answer *answer)
{
	return answer->kind == ANSWER_TRANSIENT || answer_is_unexplained(answer);
}

static bool is_path_error(const struct answer *answer)
{
	return answer->kind == ANSWER_PATH ||
	       (answer->kind == ANSWER_TRANSIENT && (answer->err || answer->raw > 0xffff));
}

/*
 * Whether the device refuses what the registration allows that this path has only according to an
 * earlier run: then this path does not share it, and neither may the others.
 */
static bool is_sharing_refuted(const struct attempt *attempt)
{
	struct result *result = attempt->result;
	const struct registrant *own = state_own(&result->state);

	if (!own || own->key != attempt->plan->action.key ||
	    !nexus_is_assumed(result, &own->nexus) ||
	    !state_is_same(attempt->before, &result->state))
		return false;
	nexus_unshare(result);
	return true;
}

/* A conflict, and the state after it does not show that the request is done. */
static enum verified verify_conflict(const struct attempt *attempt)
{
	const struct rule *rule = rule_of(attempt->request);
	struct result *result = attempt->result;
	uint64_t key = attempt->request->key;

	if (rule->retry && rule->retry(attempt))
		return VERIFIED_AGAIN;
	/*
	 * Another host was faster: plan again in the new state, which may forbid the request or
	 * allow it now.
	 */
	if (!state_is_same(attempt->before, &result->state) && may_try_again(attempt->tries))
		return VERIFIED_AGAIN;
	if (is_sharing_refuted(attempt)) {
		result_fail(result, FAIL_NOT_ON_THIS_PATH,
			    describe_key(result->arena, attempt->plan->action.key),
			    holding(attempt));
		return ended(attempt, TRI_NO);
	}
	if (explained(attempt))
		return ended(attempt, TRI_NO);
	if (state_own_has(&result->state, key) == TRI_UNKNOWN &&
	    state_has_key(&result->state, key))
		result_fail(result, FAIL_NOT_ON_THIS_PATH, describe_key(result->arena, key),
			    holding(attempt));
	else
		result_fail(result, FAIL_CONFLICT_UNEXPLAINED, holding(attempt), own(attempt));
	return ended(attempt, TRI_NO);
}

/* Neither the answer nor the state shows whether the request was done. */
static enum verified verify_lost(const struct attempt *attempt)
{
	result_fail(attempt->result, FAIL_OUTCOME_LOST, said(attempt), holding(attempt),
		    own(attempt));
	return ended(attempt, TRI_UNKNOWN);
}

/* The same, and the state shows that the command must not be repeated: is_lost() of its rule. */
static enum verified verify_unrepeatable(const struct attempt *attempt)
{
	if (!explained(attempt))
		return verify_lost(attempt);
	return ended(attempt,
		     attempt->plan->proof && !attempt->tries->sent ? TRI_NO : TRI_UNKNOWN);
}

/*
 * Whether a registration that may be this path's covers all ports, so that it can be changed only
 * with ALL_TG_PT.
 */
static bool may_cover_all_ports(const struct plan *plan, const struct resv_state *before)
{
	if (!action_is_register(&plan->action) || state_own(before))
		return false;
	for (size_t i = 0; i < before->count; i++)
		if (before->registrants[i].this_nexus == TRI_UNKNOWN &&
		    before->registrants[i].nexus.target_port == TARGET_PORT_ALL)
			return true;
	return false;
}

/* Whether a REGISTER is sent only because a preempt needs a proof of this path's key. */
static bool is_proof_of_preempt(const struct attempt *attempt)
{
	return attempt->plan->proof && (attempt->request->victim || attempt->request->victim_host);
}

/*
 * Whether an unregister, or a proof of this path's key, may have been refused because of APTPL=1: a
 * target that refuses that keeps nothing through a loss of power.
 */
static bool may_be_volatile(const struct attempt *attempt)
{
	return (rule_of(attempt->request)->removes_own || is_proof_of_preempt(attempt)) &&
	       action_is_register(&attempt->plan->action) && !attempt->tries->is_volatile &&
	       plan_persists(attempt->result) != TRI_YES &&
	       attempt->result->lun.transport == TRANSPORT_SCSI;
}

/*
 * Whether the device may not know REGISTER AND IGNORE EXISTING KEY, which is optional in SPC-2, so
 * that REGISTER may do instead. An unregister by that needs the key.
 */
static bool may_lack_ignore(const struct attempt *attempt)
{
	const struct capabilities *can = &attempt->result->capabilities;

	return attempt->plan->action.op == ACTION_REGISTER_IGNORE &&
	       !attempt->tries->ignore_refused &&
	       !(can->known && can->power_loss_capable == TRI_NO) &&
	       (!rule_of(attempt->request)->removes_own || state_own(attempt->before));
}

/*
 * Updates what is known of all commands so far. A command that may have been carried out leaves a
 * doubt, until a list proves that none was. No doubt comes from a proof, which changes nothing;
 * from a command that the device refuses as invalid; or from one after which the state is the same
 * as before.
 */
static void doubt_update(const struct attempt *attempt, enum tri now)
{
	enum answer_kind kind = attempt->answer->kind;

	if (now == TRI_NO)
		attempt->tries->doubt = false;
	else if (!attempt->plan->proof && kind != ANSWER_INVALID && kind != ANSWER_NO_COMMAND &&
		 !state_is_same(attempt->before, &attempt->result->state))
		attempt->tries->doubt = true;
}

void verify_doubt(const struct request *request, struct result *result, const struct tries *tries)
{
	if (!tries->doubt || result->outcome.changed != TRI_NO)
		return;
	result->outcome.changed = TRI_UNKNOWN;
	if (result->outcome.status == STATUS_OK || result->outcome.status == STATUS_UNKNOWN)
		return;
	result_fail(result, FAIL_EARLIER_TRY(result->outcome.step), request->command_name,
		    result->outcome.message);
}

/*
 * The answer is not success, but the state shows the request done. It is unknown which host did it.
 */
static enum verified verify_shown(const struct attempt *attempt)
{
	const struct rule *rule = rule_of(attempt->request);

	if (!rule->proves) {
		result_warn(attempt->result, WARN_DONE_DESPITE, said(attempt));
		return done(attempt, attempt->plan->proof ? TRI_NO : TRI_UNKNOWN);
	}
	if (rule->reached(attempt) != TRI_NO)
		return done(attempt, TRI_UNKNOWN);
	/* Targets remove the registration first, and abort afterwards. */
	result_fail(attempt->result, FAIL_ABORT_ANSWERED, said(attempt), holding(attempt));
	return ended(attempt, TRI_UNKNOWN);
}

/*
 * The answer is not success, and the state does not show the request done: @now is TRI_NO or
 * TRI_UNKNOWN.
 */
static enum verified verify_failure(const struct attempt *attempt, enum tri now)
{
	const struct answer *answer = attempt->answer;
	struct tries *tries = attempt->tries;
	struct result *result = attempt->result;

	if (answer->kind == ANSWER_INVALID && may_cover_all_ports(attempt->plan, attempt->before) &&
	    !tries->all_ports) {
		tries->all_ports = true;
		return VERIFIED_AGAIN;
	}
	if (answer->kind == ANSWER_INVALID && may_lack_ignore(attempt)) {
		tries->ignore_refused = true;
		return VERIFIED_AGAIN;
	}
	if (answer->kind == ANSWER_INVALID && may_be_volatile(attempt)) {
		tries->is_volatile = true;
		return VERIFIED_AGAIN;
	}
	if (answer->kind == ANSWER_INVALID || answer->kind == ANSWER_NO_COMMAND)
		return verify_refused(attempt);
	if (answer->kind == ANSWER_CONFLICT)
		return verify_conflict(attempt);
	/*
	 * The state shows that it was not done. On 6.1 a unit attention ends up here, so it may be
	 * sent again.
	 */
	if (may_pass(answer) && !tries->last)
		return VERIFIED_LATER;
	if (!may_pass(answer) && may_try_again(tries))
		return VERIFIED_AGAIN;
	if (now == TRI_UNKNOWN && tries->sent)
		return verify_lost(attempt);
	result->use.again = may_pass(answer);
	result_fail(result, FAIL_NOT_DONE(is_path_error(answer) ? REASON_PATH : REASON_IO_ERROR),
		    tries->sent + tries->proofs, said(attempt), holding(attempt), own(attempt));
	return ended(attempt, TRI_NO);
}

/*
 * The kernel repeats a command whose answer was lost, so an answer other than success may belong to
 * the repetition of a command that succeeded. The state decides.
 */
static enum verified verify_read(const struct attempt *attempt)
{
	const struct rule *rule = rule_of(attempt->request);
	enum tri now;

	if (attempt->answer->kind == ANSWER_DONE)
		return verify_success(attempt);
	now = rule->shown ? rule->shown(attempt) : rule->reached(attempt);
	doubt_update(attempt, now);
	if (now == TRI_YES)
		return verify_shown(attempt);
	if (rule->is_lost && rule->is_lost(attempt))
		return verify_unrepeatable(attempt);
	return verify_failure(attempt, now);
}

enum verified verify(const struct attempt *attempt)
{
	enum verified verified;

	if (answer_is_unsent(attempt->answer))
		verified = verify_refused(attempt);
	else if (attempt->result->state.source == SOURCE_NONE)
		verified = verify_blind(attempt);
	else
		verified = verify_read(attempt);
	if (verified == VERIFIED)
		verify_doubt(attempt->request, attempt->result, attempt->tries);
	return verified;
}
