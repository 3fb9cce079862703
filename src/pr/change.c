// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/change.h"

#include "block/siblings.h"
#include "model/answer.h"
#include "model/describe.h"
#include "model/handover.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/abort.h"
#include "pr/memory.h"
#include "pr/path_device.h"
#include "pr/path_identify.h"
#include "pr/patience.h"
#include "pr/plan.h"
#include "pr/prove.h"
#include "pr/read_back.h"
#include "pr/rule.h"
#include "pr/verify.h"

#define UNEXPLAINED 2 /* tries, before the reason is asked for */

/*
 * After an unregister, the remaining registrations of this host may belong to another disk of the
 * same LUN. Only then all disks are searched, because that is slow.
 */
static void siblings_look(const struct request *request, struct result *result,
			  struct resv_state *before)
{
	if (!rule_of(request)->removes_own || result->map ||
	    state_own_any(&result->state) != TRI_UNKNOWN || result->siblings.list)
		return;
	result->siblings = siblings_read(result);
	nexus_mark(result, &result->state);
	nexus_mark(result, before);
}

static void interrupted(const struct request *request, struct result *result,
			const struct tries *tries)
{
	result_fail(result, FAIL_INTERRUPTED,
		    result->outcome.sent ? UNSENT_MORE : UNSENT_ANYTHING);
	if (tries->doubt)
		result->outcome.message = CAUSE_INTERRUPTED_AGAIN;
	verify_doubt(request, result, tries);
}

/* Sets what a dry run reports for @action. */
static void would_report(const struct request *request, struct result *result,
			 const struct action *action)
{
	result->would = arena_printf(result->arena, "%s, through %s%s",
				     describe_action(result->arena, action), result->lun.node,
				     abort_would(request, result));
}

/*
 * What was registered with APTPL=0 is unregistered with APTPL=0: the kernel's ioctl uses APTPL=1,
 * which would make the target keep other hosts' registrations, or which the target refuses.
 */
static struct tries tries_begin(const struct request *request, struct result *result)
{
	bool was_volatile = result_head(result)->is_volatile &&
			    result->lun.transport == TRANSPORT_SCSI;
	bool unregisters = rule_of(request)->removes_own && was_volatile;

	/*
	 * Another host may have registered with APTPL=1 since then: plan_stays_volatile(). A
	 * preempt may have to prove this host's key by a REGISTER.
	 */
	if (request->is_volatile ||
	    (was_volatile && (unregisters || request->victim || request->victim_host) &&
	     plan_others_registered(result, 0)))
		path_capabilities_read(result);
	return (struct tries){
		.all_ports = request->all_ports,
		.is_volatile = request->is_volatile ||
			       (unregisters && plan_stays_volatile(result)),
	};
}

/* Whether @action may be sent now. If not, the status is set. */
static bool may_send(const struct request *request, struct result *result,
		     const struct action *action, const struct tries *tries)
{
	const struct resv_state before = result->state;

	if (action->op == ACTION_PREEMPT_ABORT && tries->sent == 0)
		memory_abort_begin(request, result);
	if (!path_identify(request, result)) {
		/*
		 * A state that was read before the path died is the LUN's, so another path may be
		 * tried.
		 */
		if (!result->device.is_other_lun)
			result->state = before;
		verify_doubt(request, result, tries);
		return false;
	}
	if (result_may_send(result))
		return true;
	interrupted(request, result, tries);
	return false;
}

/* Sends the action that is planned, and reads the state that it has left. */
static void send_and_read_back(const struct attempt *attempt, struct answer *answer,
			       struct answer *read_back, struct resv_state *before)
{
	const struct plan *plan = attempt->plan;
	struct result *result = attempt->result;

	*before = result->state;
	if (!result->outcome.sent)
		result->before = *before;
	path_send(result->device.fd, result, &plan->action, answer);
	attempt->tries->unexplained += answer_is_unexplained(answer);
	result->outcome.sent |= !answer_is_unsent(answer);
	if (answer->kind == ANSWER_DONE)
		result_accepted(result);
	attempt->tries->sent += !plan->proof;
	attempt->tries->proofs += plan->proof;
	/*
	 * Another LUN may have been mapped there just before, so this asks which one it is. The
	 * state counts only if it is still the LUN; nor is anything else sent to another one: no
	 * other try, and no reset.
	 */
	read_back_state(attempt->request, result, read_back);
	read_back_late(attempt, read_back);
	siblings_look(attempt->request, result, before);
	/* The device's capabilities explain why a command is refused. */
	if (answer->kind == ANSWER_INVALID)
		path_capabilities_read(result);
}

/* What follows from the answer and from the state after it; waits if it may be better later. */
static enum verified judge(const struct attempt *attempt, struct patience *patience)
{
	struct result *result = attempt->result;
	struct tries *tries = attempt->tries;
	enum verified verified;

	tries->last = result->use.replaceable &&
		      tries->sent + tries->proofs >= PATIENCE_REPLACEABLE;
	verified = verify(attempt);
	if ((verified == VERIFIED_AGAIN || verified == VERIFIED_LATER) && !tries->doubt)
		result_undone(result);
	if (verified != VERIFIED_LATER)
		return verified;
	if (patience_wait(patience, result))
		return VERIFIED_AGAIN;
	tries->last = true;
	return verify(attempt);
}

static void try(const struct request *request, struct result *result)
{
	const struct rule *rule = rule_of(request);
	struct patience patience = patience_begin(request, PATIENCE_MINUTE);
	struct tries tries = tries_begin(request, result);
	struct answer answer, read_back;
	struct resv_state before;
	struct plan plan;
	const struct attempt attempt = { request,    result,  &plan, &answer,
					 &read_back, &before, &tries };
	enum verified verified;

	do {
		plan = result->state.source == SOURCE_NONE ? rule->plan_blind(request, result)
							   : rule->plan(request, result, &tries);
		if (plan.kind == PLAN_PROVE)
			prove_gone(request, result, &tries);
		if (plan.kind == PLAN_REFUSE && tries.victim_refused && !tries.doubt)
			memory_abort_end(request, result);
		if (plan.kind != PLAN_SEND) {
			verify_doubt(request, result, &tries);
			return;
		}
		if (request->dry_run) {
			would_report(request, result, &plan.action);
			return;
		}
		plan.action.wants_reason = tries.unexplained >= UNEXPLAINED;
		if (!may_send(request, result, &plan.action, &tries))
			return;
		send_and_read_back(&attempt, &answer, &read_back, &before);
		verified = judge(&attempt, &patience);
	} while (verified == VERIFIED_AGAIN);
	if (verified == VERIFIED_TO_PROVE)
		prove(request, result, &answer);
}

void change(const struct request *request, struct result *result)
{
	if (rule_of(request)->proves)
		memory_recall(request, result);
	try(request, result);
	if (result->outcome.changed != TRI_NO)
		result_keep(result);
	prove_confirmed(request, result);
	memory_settle(request, result);
}
