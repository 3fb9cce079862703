// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/prove.h"

#include <string.h>

#include "model/describe.h"
#include "model/messages.h"
#include "pr/abort.h"
#include "pr/memory.h"
#include "pr/path_identify.h"
#include "pr/patience.h"
#include "pr/plan.h"
#include "pr/read_back.h"
#include "pr/rule.h"
#include "pr/unread.h"

/* The victim is registered again: its commands have ended, but it can send others. */
static void registered_again_fail(const struct request *request, struct result *result)
{
	const char *holding = describe_holding(result->arena, &result->state);

	result->outcome.success = NULL;
	if (request->victim_all)
		result_fail(result, FAIL_OTHERS_REGISTERED_AGAIN, holding);
	else
		result_fail(result, FAIL_VICTIM_REGISTERED_AGAIN,
			    describe_victim(result->arena, request), holding);
}

static bool is_registered_again(const struct request *request, const struct result *result)
{
	return request->victim_all ? plan_others_registered(result, request->key)
				   : plan_victim_registered(request, &result->state);
}

/* There is no state after the proof. */
static void unproven_fail(struct result *result, const struct answer *answer)
{
	const char *said = describe_answer(result->arena, answer);
	const struct abort_proof other = {
		ABORT_NOT_PROVEN,
		arena_printf(result->arena, CAUSE_RESET_OTHER_LUN, result->lun.node), false
	};

	result->outcome.success = NULL;
	result->outcome.err = answer->err;
	result->outcome.raw = answer->raw;
	if (result->device.is_other_lun)
		abort_fail(result, &other);
	else
		result_fail(result, FAIL_PROVEN_UNREAD, said);
}

/*
 * The victim may have registered again during the reset, and may write; or the device is another
 * LUN by now, so that the reset was that one's.
 */
static void reread_after_reset(const struct request *request, struct result *result)
{
	const struct resv_state before = result->state;
	struct answer answer;

	read_back_state(request, result, &answer);
	if (answer.kind != ANSWER_DONE) {
		unproven_fail(result, &answer);
	} else if (before.type != RESV_NONE && result->state.type == RESV_NONE) {
		result->outcome.success = NULL;
		result_fail(result, FAIL_CHANGED_SINCE,
			    describe_holding(result->arena, &result->state),
			    describe_own(result->arena, &result->state, request->key));
	} else if (is_registered_again(request, result)) {
		registered_again_fail(request, result);
	}
}

/*
 * What @proof is worth after a reset: another path's answer would not show which LUN was reset
 * through this one.
 */
static struct abort_proof identify_after_reset(const struct request *request, struct result *result,
					       const struct abort_proof *proof)
{
	struct patience patience = patience_begin(request, PATIENCE_MINUTE);
	struct answer answer;
	const char *node = result->lun.node, *why;

	result->device.identified = false;
	do
		if (path_identify_once(result, &answer))
			return *proof;
	while (answer.kind == ANSWER_TRANSIENT && patience_wait(&patience, result));
	why = arena_printf(result->arena, CAUSE_RESET_OTHER_LUN, node);
	if (result->device.is_other_lun)
		memset(&result->state, 0, sizeof(result->state));
	else
		why = arena_printf(result->arena, CAUSE_UNIDENTIFIED_AFTER_RESET, node,
				   describe_answer(result->arena, &answer));
	return (struct abort_proof){ ABORT_NOT_PROVEN, why, false };
}

/*
 * Calls abort_prove(). After a reset the device must identify itself again. The proof covers the
 * hosts that were gone when it began or, if it is an answer, the hosts that the answered command
 * removed.
 */
static struct abort_proof begin_and_prove(const struct request *request, struct result *result,
					  bool answered)
{
	uint32_t generation = result->state.generation;
	struct abort_proof proof = abort_prove(request, result, answered);

	if (proof.by == ABORT_BY_ANSWER)
		generation = result->before.generation + 1;
	result->victim.proof_begun = true;
	result->victim.proof_generation = generation;
	return proof.by == ABORT_BY_RESET ? identify_after_reset(request, result, &proof) : proof;
}

void prove(const struct request *request, struct result *result, const struct answer *answer)
{
	struct abort_proof proof = begin_and_prove(request, result, answer->kind == ANSWER_DONE);

	if (proof.by == ABORT_BY_RESET) {
		result->outcome.success =
			arena_printf(result->arena, DONE_AND_RESET, result->outcome.success);
		reread_after_reset(request, result);
	}
	if (proof.by != ABORT_NOT_PROVEN)
		return;
	result->outcome.success = NULL;
	result->outcome.err = answer->err;
	result->outcome.raw = answer->raw;
	abort_fail(result, &proof);
}

void prove_gone(const struct request *request, struct result *result, const struct tries *tries)
{
	const struct tries again = { .victim_refused = tries->victim_refused,
				     .own_proven = true };
	struct request content = *request;
	struct abort_proof proof;
	struct answer answer;

	content.if_registered = true; /* otherwise this would not have been called */
	if (request->dry_run && abort_can_reset(request, result)) {
		result->would = arena_printf(result->arena, "LOGICAL UNIT RESET, through %s",
					     result->lun.node);
		return;
	}
	if (!request->dry_run)
		memory_abort_begin(request, result);
	proof = begin_and_prove(request, result, false);
	if (proof.by == ABORT_NOT_PROVEN) {
		abort_fail(result, &proof);
		return;
	}
	read_back_state(request, result, &answer);
	if (answer.kind != ANSWER_DONE) {
		unread_fail(request, result, STEP_READ_BACK, &answer);
		return;
	}
	result->victim.known = ABORT_KNOWN_PROVEN;
	if (rule_of(request)->plan(&content, result, &again).kind == PLAN_SEND)
		registered_again_fail(request, result);
}

void prove_confirmed(const struct request *request, struct result *result)
{
	/* Without a reservation nothing keeps the victim out when its host is on again. */
	if (result->state.type == RESV_NONE && !request->unreserved)
		return;
	if (!request->confirmed_off || result->outcome.status != STATUS_UNKNOWN ||
	    result->outcome.reason != REASON_ABORT_NOT_PROVEN)
		return;
	result_warn(result, WARN_ABORT_CONFIRMED);
	outcome_succeed(&result->outcome,
			arena_printf(result->arena, DONE_PREEMPTED_OFF,
				     describe_victim(result->arena, request),
				     describe_holding(result->arena, &result->state)));
}
