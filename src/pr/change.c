// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/change.h"

#include <stdatomic.h>
#include <string.h>

#include "block/siblings.h"
#include "device/open.h"
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
#include "pr/rule.h"
#include "pr/verify.h"
#include "util/clock.h"

#define PROOF_LONG INT64_C(1000000000) /* ns */
#define LATE INT64_C(2000000000) /* ns */
#define LATE_TRIES 5 /* over 0.75 s */
#define UNEXPLAINED 2 /* tries, before the reason is asked for */
#define TRIES_REPLACEABLE 3 /* if another path can be tried next */

/*
 * Whether a state that cannot be read now may be readable later: a path may come back, but a
 * deleted disk does not.
 */
static bool may_come_back(struct result *result, const struct answer *answer)
{
	if (answer->kind != ANSWER_PATH || !result->map)
		return answer->kind == ANSWER_TRANSIENT ||
		       (answer->kind == ANSWER_PATH &&
			!device_is_gone(result->device.fd, &result->lun));
	for (struct result *path = result->map->paths; path; path = path->next)
		if (!atomic_load(&path->use.probed) ||
		    (path->device.fd >= 0 && !device_is_gone(path->device.fd, &path->lun)))
			return true;
	return false;
}

/*
 * Reads the state of @result through @path, which is @result itself or another path of its map. The
 * state of another LUN, or of a device that does not identify itself, is not the LUN's.
 */
static void state_read(const struct request *request, struct result *result, struct result *path,
		       struct answer *answer)
{
	bool same = path_identify_again(request, path);
	int64_t begin = clock_now();

	if (same) {
		path_state_read(path->device.fd, result, answer);
		path_identity_age(path, begin);
		/* The reading marks @result if the target says that its LUNs have changed. */
		path->device.identified &= result->device.identified;
		same = answer->kind != ANSWER_DONE || path_identify_again(request, path);
	}
	if (same)
		return;
	memset(&result->state, 0, sizeof(result->state));
	*answer = path->device.answer;
	if (path->device.stranger)
		*answer = (struct answer){ .kind = ANSWER_NO_LUN };
}

/*
 * Reads the state after a change. If the path has died or is not ready, the other paths of the map
 * are tried. Repeats until one answers, or until the time is over.
 */
static void state_read_back(const struct request *request, struct result *result,
			    struct answer *answer)
{
	struct patience patience = patience_begin(request, PATIENCE_MINUTE);

	do {
		state_read(request, result, result, answer);
		for (struct result *path = result->map ? result->map->paths : NULL; path;
		     path = path->next)
			if ((answer->kind == ANSWER_PATH || answer->kind == ANSWER_TRANSIENT) &&
			    path != result && atomic_load(&path->use.probed) &&
			    path_identify(request, path))
				state_read(request, result, path, answer);
	} while (may_come_back(result, answer) && patience_wait(&patience, result));
}

/*
 * After success the state must show the change. A device that still shows the state before it may
 * be late, as the controllers of an array are: it is read again before that counts as not done.
 */
static void late_read_back(const struct attempt *attempt, struct answer *read_back)
{
	const struct rule *rule = rule_of(attempt->request);
	struct patience patience = patience_begin(attempt->request, LATE);

	for (int tries = 0;
	     tries < LATE_TRIES && attempt->answer->kind == ANSWER_DONE &&
	     read_back->kind == ANSWER_DONE &&
	     rule->reached(attempt) == TRI_NO &&
	     state_is_same(attempt->before, &attempt->result->state) &&
	     patience_wait(&patience, attempt->result);
	     tries++)
		state_read_back(attempt->request, attempt->result, read_back);
}

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

static bool was_sent(const struct answer *answer)
{
	return answer->kind != ANSWER_NO_PRIVILEGE && answer->kind != ANSWER_NO_INTERFACE;
}

static void interrupted(const struct request *request, struct result *result,
			const struct tries *tries)
{
	result_fail(result, FAIL_INTERRUPTED);
	if (tries->doubt)
		result->outcome.message = CAUSE_INTERRUPTED_AGAIN;
	verify_doubt(request, result, tries);
}

/*
 * If the proof took long, the victim may have registered again meanwhile, and may write. If the
 * state cannot be read now, the proof is still valid.
 */
static void look_again(const struct request *request, struct result *result)
{
	const struct resv_state before = result->state;
	struct answer answer;

	state_read(request, result, result, &answer);
	if (answer.kind != ANSWER_DONE) {
		result->state = before;
	} else if (before.type != RESV_NONE && result->state.type == RESV_NONE) {
		result->outcome.success = NULL;
		result_fail(result, FAIL_CHANGED_SINCE,
			    describe_holding(result->arena, &result->state),
			    describe_own(result->arena, &result->state, request->key));
	} else if (request->victim_all && plan_others_registered(result, request->key)) {
		result->outcome.success = NULL;
		result_fail(result, FAIL_OTHERS_REGISTERED_AGAIN,
			    describe_holding(result->arena, &result->state));
	} else if (!request->victim_all && plan_victim_registered(request, &result->state)) {
		result->outcome.success = NULL;
		result_fail(result, FAIL_VICTIM_REGISTERED_AGAIN,
			    describe_victim(result->arena, request),
			    describe_holding(result->arena, &result->state));
	}
}

/*
 * Calls abort_prove(). If it takes long, the device must identify itself again. The proof covers
 * the hosts that were gone when it began or, if it is an answer, the hosts that the answered
 * command removed.
 */
static struct abort_proof timed_prove(const struct request *request, struct result *result,
				      bool answered)
{
	int64_t begin = clock_now();
	uint32_t generation = result->state.generation;
	struct abort_proof proof = abort_prove(request, result, answered);

	if (proof.by == ABORT_BY_ANSWER)
		generation = result->before.generation + 1;
	result->victim.proof_begun = true;
	result->victim.proof_generation = generation;
	if (clock_now() - begin > PROOF_LONG)
		result->device.identified = false;
	return proof;
}

/* A preempt-abort is ok only if the victim's commands have ended, too. */
static void prove(const struct request *request, struct result *result, const struct answer *answer)
{
	struct abort_proof proof = timed_prove(request, result, answer->kind == ANSWER_DONE);

	if (proof.by == ABORT_BY_RESET)
		result->outcome.success =
			arena_printf(result->arena, DONE_AND_RESET, result->outcome.success);
	if (proof.by != ABORT_NOT_PROVEN && !result->device.identified)
		look_again(request, result);
	if (proof.by != ABORT_NOT_PROVEN)
		return;
	result->outcome.success = NULL;
	result->outcome.err = answer->err;
	result->outcome.raw = answer->raw;
	abort_fail(result, &proof);
}

/*
 * The victim was gone already: proves that its commands have ended, and that it is still gone
 * afterwards.
 */
static void prove_gone(const struct request *request, struct result *result,
		       const struct tries *tries)
{
	const struct tries again = { .victim_refused = tries->victim_refused };
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
	proof = timed_prove(request, result, false);
	if (proof.by == ABORT_NOT_PROVEN) {
		abort_fail(result, &proof);
		return;
	}
	if (!path_identify(request, result))
		return;
	state_read_back(request, result, &answer);
	if (answer.kind != ANSWER_DONE) {
		verify_unread(request, result, STEP_READ_BACK, &answer);
		return;
	}
	result->victim.known = ABORT_KNOWN_PROVEN;
	if (rule_of(request)->plan(&content, result, &again).kind != PLAN_SEND)
		return;
	if (request->victim_all)
		result_fail(result, FAIL_OTHERS_REGISTERED_AGAIN,
			    describe_holding(result->arena, &result->state));
	else
		result_fail(result, FAIL_VICTIM_REGISTERED_AGAIN,
			    describe_victim(result->arena, request),
			    describe_holding(result->arena, &result->state));
}

/* The administrator's confirmation replaces the missing proof. */
static void confirm(const struct request *request, struct result *result)
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

/* Sets what a dry run reports for @action. */
static void would_tell(const struct request *request, struct result *result,
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
	const struct result *whole = result->map ? result->map : result;
	bool unregisters = rule_of(request)->removes_own && result->lun.transport == TRANSPORT_SCSI;

	if (request->is_volatile)
		path_capabilities_read(result);
	return (struct tries){
		.all_ports = request->all_ports,
		.is_volatile = request->is_volatile || (unregisters && whole->is_volatile),
	};
}

/* Whether @action may be sent now. If not, the status is set. */
static bool may_send(const struct request *request, struct result *result,
		     const struct action *action, const struct tries *tries)
{
	const struct resv_state before = result->state;

	if (!path_identify(request, result)) {
		/*
		 * A state that was read before the path died is the LUN's, so another path may be
		 * tried.
		 */
		if (!result->device.stranger)
			result->state = before;
		verify_doubt(request, result, tries);
		return false;
	}
	if (action->op == ACTION_PREEMPT_ABORT && tries->sent == 0)
		memory_abort_begin(request, result);
	if (result_may_send(result))
		return true;
	interrupted(request, result, tries);
	return false;
}

/* Whether the kernel's ioctl has ended with its "I/O error", which may be many things. */
static bool answer_is_unexplained(const struct answer *answer)
{
	return answer->kind == ANSWER_CHECK && !answer->sense_key;
}

/* Sends the action that is planned, and reads the state that it has left. */
static void send_and_read_back(const struct attempt *attempt, struct answer *answer,
			       struct answer *read_back, struct resv_state *before)
{
	const struct plan *plan = attempt->plan;
	struct result *result = attempt->result;
	int64_t begin = clock_now();

	*before = result->state;
	if (!result->outcome.sent)
		result->before = *before;
	path_send(result->device.fd, result, &plan->action, answer);
	path_identity_age(result, begin);
	attempt->tries->unexplained += answer_is_unexplained(answer);
	result->outcome.sent |= was_sent(answer);
	if (answer->kind == ANSWER_DONE)
		result_accepted(result);
	attempt->tries->sent += !plan->proof;
	attempt->tries->proofs += plan->proof;
	state_read_back(attempt->request, result, read_back);
	late_read_back(attempt, read_back);
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

	tries->last = result->use.replaceable && tries->sent + tries->proofs >= TRIES_REPLACEABLE;
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
		if (plan.kind != PLAN_SEND) {
			verify_doubt(request, result, &tries);
			return;
		}
		if (request->dry_run) {
			would_tell(request, result, &plan.action);
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
	confirm(request, result);
	memory_settle(request, result);
}
