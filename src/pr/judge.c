// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/judge.h"
#include "pr/abort.h"

#include <inttypes.h>

#include "model/describe.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"

#define SENT_MAX 3 /* commands that one request may send where none of them settles it, but for those that time may settle */

/* What @request wants to see in @state: TRI_UNKNOWN where only the command's own success can tell. */
static enum tri reached(const struct request *request, const struct resv_state *state,
			const struct resv_state *before, const struct action *action)
{
	enum tri holds = state_own_holds(state, request->key);

	switch (request->command) {
	case COMMAND_REGISTER:
		return state_own_has(state, request->key);
	case COMMAND_UNREGISTER:
		return state_own_gone(before, state);
	case COMMAND_RESERVE:
		return state->type == request->type ? holds : TRI_NO;
	case COMMAND_RELEASE:
		return state->type == RESV_NONE ? TRI_YES : TRI_NO;
	case COMMAND_PREEMPT:
	case COMMAND_PREEMPT_ABORT:
		if (request->victim_all)
			return state->count == 1 && state->type == action->type ? holds : TRI_NO;
		if (state_has_key(state, request->victim))
			return TRI_NO;
		if (before->type == RESV_NONE)
			return TRI_YES;
		if (state->type == RESV_NONE)
			return TRI_NO;
		/* The victim alone held it: it must be ours now. */
		if (before->key == request->victim)
			return state->type == action->type && holds != TRI_NO ? TRI_YES : TRI_NO;
		return TRI_YES;
	case COMMAND_CLEAR:
		return state->count == 0 && state->type == RESV_NONE ? TRI_YES : TRI_NO;
	case COMMAND_STATUS:
	case COMMAND_CHECK:
		break;
	}
	return TRI_YES;
}

static const char *key_text(struct result *result, uint64_t key)
{
	return describe_key(result->arena, key);
}

/* The state before the first command of this run: what an earlier try has done is this run's work. */
static const struct resv_state *state_first(const struct result *result, const struct resv_state *before)
{
	return result->before.source == SOURCE_NONE ? before : &result->before;
}

/* This path's registration that an unregister has removed, as far as the lists show it; NULL: none. */
static const struct registrant *unregistered(const struct request *request, const struct result *result,
					     const struct resv_state *before)
{
	return state_own_lost(state_first(result, before), &result->state, request->key);
}

/* What to say on stdout of a request that is done. */
static const char *success_text(const struct request *request, struct result *result,
				const struct resv_state *before)
{
	struct arena *arena = result->arena;
	const char *key = key_text(result, request->key), *holding = describe_holding(arena, &result->state);
	const char *type = type_words(result->state.type)->name, *victim;
	const struct registrant *own = before->source == SOURCE_NONE ? NULL : state_own(before), *lost;

	switch (request->command) {
	case COMMAND_REGISTER:
		if (own && own->key != request->key)
			return arena_printf(arena, DONE_REPLACED, key, key_text(result, own->key));
		return arena_printf(arena, DONE_REGISTERED, key);
	case COMMAND_UNREGISTER:
		lost = unregistered(request, result, before);
		if (!lost && !request->key)
			return arena_printf(arena, DONE_NOTHING_UNREGISTERED, holding);
		return arena_printf(arena, DONE_UNREGISTERED, lost ? key_text(result, lost->key) : key, holding);
	case COMMAND_RESERVE:
		return arena_printf(arena, "reserved, %s, by %s", type, key);
	case COMMAND_RELEASE:
		return arena_printf(arena, "released%s%s", before->type != RESV_NONE ? ", was " : "",
				    before->type != RESV_NONE ? type_words(before->type)->name : "");
	case COMMAND_PREEMPT:
	case COMMAND_PREEMPT_ABORT:
		victim = request->victim_all ? "all others" : key_text(result, request->victim);
		return arena_printf(arena, "%s %s; %s", request->command == COMMAND_PREEMPT ?
				    "preempted" : "preempted and aborted", victim, holding);
	case COMMAND_CLEAR:
		return arena_printf(arena, "cleared, %zu registration%s", before->count, before->count == 1 ? "" : "s");
	case COMMAND_STATUS:
	case COMMAND_CHECK:
		break;
	}
	return NULL;
}

/* The victim's hosts that are registered under another key still: they may write on. */
static void warn_of_survivors(const struct request *request, struct result *result, const struct resv_state *before)
{
	for (size_t i = 0; i < result->state.count; i++) {
		const struct registrant *left = &result->state.registrants[i];

		for (size_t j = 0; j < before->count; j++) {
			const struct registrant *was = &before->registrants[j];

			if (was->key != request->victim || left->this_nexus == TRI_YES ||
			    nexus_is_same_host(&was->nexus, &left->nexus) != TRI_YES)
				continue;
			result_warn(result, WARN_VICTIM_HAS_OTHER_KEY,
				    (int)nexus_host_length(left->nexus.initiator),
				    left->nexus.initiator, key_text(result, request->victim),
				    key_text(result, left->key));
			break;
		}
	}
}

static void warn(const struct request *request, struct result *result, const struct resv_state *before)
{
	const struct resv_state *state = &result->state;

	switch (request->command) {
	case COMMAND_REGISTER:
		for (size_t i = 0; i < state->count; i++)
			if (state->registrants[i].key == request->key && state->registrants[i].this_host == TRI_NO)
				result_warn(result, WARN_KEY_OF_OTHER_HOST,
					    key_text(result, request->key),
					    (int)nexus_host_length(state->registrants[i].nexus.initiator),
					    state->registrants[i].nexus.initiator);
		break;
	case COMMAND_PREEMPT:
	case COMMAND_PREEMPT_ABORT:
		warn_of_survivors(request, result, before);
		if (request->type && state->type != RESV_NONE && state->type != request->type)
			result_warn(result, WARN_TYPE_NOT_USED, type_words(request->type)->name,
				    describe_holding(result->arena, state));
		if (state->type == RESV_NONE)
			result_warn(result, WARN_VICTIM_CAN_WRITE);
		break;
	default:
		break;
	}
}

/*
 * This host's registrations that are left on a disk, though none of them is this path's. The list of a disk's other paths
 * and of the machine's ports tells which of them other paths have: those are the user's. One that no path has is an earlier
 * session's: Linux's target, for one, lets any session of the name write by it.
 */
static bool left_fail(struct result *result)
{
	const char *left = "", *others = "";

	/* Of a map, all paths together are judged. */
	if (result->map)
		return false;
	for (size_t i = 0; i < result->state.count; i++) {
		const struct registrant *registrant = &result->state.registrants[i];
		const char **text = registrant->this_nexus == TRI_NO ? &others : &left;

		if (registrant->this_host == TRI_YES)
			*text = arena_printf(result->arena, "%s%s%s (%s)", *text, **text ? ", " : "",
					     key_text(result, registrant->key), registrant->nexus.initiator);
	}
	if (*others)
		result_warn(result, WARN_REGISTERED_ELSEWHERE, others);
	if (!*left)
		return false;
	result_fail(result, FAIL_STALE_SESSION, left);
	return true;
}

static enum judgement fail(const struct answer *answer, struct result *result)
{
	result->outcome.err = answer->err;
	result->outcome.raw = answer->raw;
	return JUDGED;
}

/* The state shows @request done. A target's word for an abort is not enough. */
static enum judgement done(const struct request *request, struct result *result, const struct answer *answer,
			   const struct resv_state *before, enum tri changed)
{
	result->outcome.changed = changed;
	if (request->command == COMMAND_UNREGISTER && left_fail(result))
		return fail(answer, result);
	result->outcome.success = success_text(request, result, before);
	warn(request, result, before);
	return request->command == COMMAND_PREEMPT_ABORT ? JUDGE_PROVE : JUDGED;
}

static bool same_registrants(const struct resv_state *a, const struct resv_state *b)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->registrants[i].key != b->registrants[i].key || a->registrants[i].holder != b->registrants[i].holder)
			return false;
	return true;
}

static bool same_state(const struct resv_state *a, const struct resv_state *b)
{
	return a->generation == b->generation && a->count == b->count && a->type == b->type && a->key == b->key &&
	       same_registrants(a, b);
}

/* Answered with success, and the state and its generation are what they were. */
static enum judgement not_done(const struct request *request, struct result *result, const struct answer *answer)
{
	result->outcome.changed = TRI_NO;
	result_fail(result, FAIL_ACCEPTED_NOT_DONE, describe_holding(result->arena, &result->state),
		    describe_own(result->arena, &result->state, request->key));
	return fail(answer, result);
}

/*
 * The device has answered "good" to an unregister, and does not list this path as registered. That answer proves that this
 * path has no registration (SPC-4 5.12.11.3); the lists tell whether it had one.
 */
static enum judgement judge_unregistered(const struct request *request, struct result *result, const struct answer *answer,
					 const struct resv_state *before)
{
	if (unregistered(request, result, before))
		return done(request, result, answer, before, TRI_YES);
	/* REGISTER AND IGNORE EXISTING KEY is answered so, too, if there is nothing to remove. */
	if (request->ignore_key)
		return done(request, result, answer, before, before->source == SOURCE_NONE ? TRI_UNKNOWN : TRI_NO);
	if (state_own_gone(before, &result->state) == TRI_YES)
		return done(request, result, answer, before, TRI_YES);
	/* With the key it is answered so only if there was such a registration, and one less is to be listed. */
	result->outcome.changed = TRI_UNKNOWN;
	result_fail(result, FAIL_UNREGISTER_UNCLEAR, key_text(result, request->key),
		    describe_holding(result->arena, &result->state));
	return fail(answer, result);
}

/* The command succeeded: does the state behind it show it? */
static enum judgement judge_success(const struct request *request, struct result *result, const struct plan *plan,
				    const struct answer *answer, const struct resv_state *before,
				    const struct tries *tries)
{
	const struct resv_state *state = &result->state;
	/* What a proof finds done may be the work of an earlier try that was answered otherwise. */
	enum tri changed = !plan->proof ? TRI_YES : tries->sent ? TRI_UNKNOWN : TRI_NO;

	if (request->command == COMMAND_UNREGISTER && state_own_gone(before, state) != TRI_NO)
		return judge_unregistered(request, result, answer, before);
	/* A first registration is one more in the list, though that may not say whose it is. */
	if (request->command == COMMAND_REGISTER && plan->action.key == 0 && before->source != SOURCE_NONE &&
	    same_state(before, state))
		return not_done(request, result, answer);
	if (reached(request, state, before, &plan->action) != TRI_NO)
		return done(request, result, answer, before, changed);
	/* A release that was answered "good" to a registrant that does not hold. */
	if (request->command == COMMAND_RELEASE && before->type != RESV_NONE && state->type == before->type &&
	    state->key == before->key && state_own_holds(state, request->key) != TRI_YES) {
		result->outcome.changed = TRI_NO;
		result_fail(result, FAIL_RELEASE_BY_OTHER, describe_holding(result->arena, state),
			    describe_own(result->arena, state, request->key));
		return fail(answer, result);
	}
	/* Linux's NVMe target lists all as holders, and takes one for the holder: the first, who reserved. */
	if (request->command == COMMAND_RELEASE && same_state(before, state) &&
	    type_words(state->type)->all_registrants) {
		result->outcome.changed = TRI_NO;
		result_fail(result, FAIL_RELEASE_NOT_FIRST, describe_holding(result->arena, state),
			    describe_registrants(result->arena, state, 0));
		return fail(answer, result);
	}
	if (before->source != SOURCE_NONE && same_state(before, state))
		return not_done(request, result, answer);
	result->outcome.changed = changed;
	result_fail(result, FAIL_CHANGED_SINCE, describe_holding(result->arena, state),
		    describe_own(result->arena, state, request->key),
		    request->victim && state_has_key(state, request->victim) ?
		    arena_printf(result->arena, "; the victim's key %s is registered", key_text(result, request->victim)) : "");
	return fail(answer, result);
}

static const char *right_to_read(const struct result *result)
{
	return result->lun.transport == TRANSPORT_NVME ?
	       "CAP_SYS_ADMIN, or kernel 6.2 and a device node that you may read" :
	       "CAP_SYS_RAWIO, or kernel 7.0 and a device node that you may read";
}

/* No state could be read behind the command. A conflict is no proof either: it may be the echo of the command's success. */
static enum judgement judge_unverified(const struct request *request, struct result *result, const struct plan *plan,
				       const struct answer *answer, const struct answer *read_back)
{
	const char *said = describe_answer(result->arena, answer);
	const char *why = read_back->kind == ANSWER_NO_PRIVILEGE || read_back->kind == ANSWER_NO_INTERFACE ?
			  arena_printf(result->arena, "that takes %s", right_to_read(result)) :
			  describe_answer(result->arena, read_back);

	switch (answer->kind) {
	case ANSWER_DONE:
		result->outcome.changed = TRI_UNKNOWN;
		result_fail(result, FAIL_ACCEPTED_UNREAD, why);
		break;
	default:
		result->outcome.changed = plan->proof ? TRI_NO : TRI_UNKNOWN;
		result_fail(result, FAIL_SENT_UNREAD, said, why, request->command_name);
	}
	return fail(answer, result);
}

/* The kernel or the device would not have the command at all: nothing was done. */
static enum judgement judge_refused(const struct request *request, struct result *result, const struct plan *plan,
				    const struct answer *answer)
{
	const struct capabilities *can = &result->capabilities;
	const char *said = describe_answer(result->arena, answer);
	bool registering = plan->action.op == ACTION_REGISTER || plan->action.op == ACTION_REGISTER_IGNORE;

	result->outcome.changed = TRI_NO;
	if (answer->kind == ANSWER_NO_PRIVILEGE && plan->action.all_ports)
		result_fail(result, FAIL_NO_PRIVILEGE_ALL_PORTS);
	else if (answer->kind == ANSWER_NO_PRIVILEGE)
		result_fail(result, FAIL_NO_PRIVILEGE_CHANGE);
	else if (request->ignore_key && request->command == COMMAND_RESERVE)
		result_fail(result, FAIL_NO_IGNORE_KEY, said);
	else if (answer->kind == ANSWER_NO_INTERFACE)
		result_fail(result, FAIL_DRIVER, said);
	else if (registering && can->known && can->power_loss_capable == TRI_NO)
		result_fail(result, FAIL_NO_APTPL, said);
	else if (plan->action.type && plan->action.type < RESV_OTHER && can->known &&
		 can->types[plan->action.type] == TRI_NO)
		result_fail(result, FAIL_TYPE_UNSUPPORTED, type_words(plan->action.type)->name,
			    said);
	else
		result_fail(result, FAIL_REFUSED, said,
			    describe_holding(result->arena, &result->state));
	return fail(answer, result);
}

static bool may_try_again(const struct tries *tries)
{
	return tries->sent + tries->proofs < SENT_MAX;
}

/* Whether the same may be answered otherwise later. The kernel's "I/O error" tells no more, and may be such an answer. */
static bool may_pass(const struct answer *answer)
{
	return answer->kind == ANSWER_TRANSIENT || answer->kind == ANSWER_CHECK;
}

static bool is_path_error(const struct answer *answer)
{
	return answer->kind == ANSWER_PATH ||
	       (answer->kind == ANSWER_TRANSIENT && (answer->err || answer->raw > 0xffff));
}

/* A conflict, with a state behind it that does not show the request done. */
static enum judgement judge_conflict(const struct request *request, struct result *result, const struct plan *plan,
				     const struct answer *answer, const struct resv_state *before, struct tries *tries)
{
	const char *holding = describe_holding(result->arena, &result->state);
	const char *key = key_text(result, request->key);

	if (plan->proof && request->command == COMMAND_REGISTER) {
		tries->proof_refused = true;
		tries->doubt = false; /* an earlier try would have given this nexus the key */
		return JUDGE_AGAIN;
	}
	if (plan->action.op == ACTION_REGISTER_IGNORE && request->command == COMMAND_REGISTER) {
		tries->ignore_refused = true;
		return JUDGE_AGAIN;
	}
	/* A path that came back under another name: the old key is its former registration's, or another path's. */
	if (request->command == COMMAND_REGISTER && request->old_key && plan->action.key == request->old_key &&
	    !tries->old_refused && state_own_any(&result->state) != TRI_YES &&
	    (state_own_path_has(&result->state, request->old_key) || state_own_path_has(&result->state, request->key))) {
		tries->old_refused = true;
		return JUDGE_AGAIN;
	}
	/* Somebody was quicker: the new state tells what is to be said, or it can be done now. */
	if (!same_state(before, &result->state) && may_try_again(tries))
		return JUDGE_AGAIN;
	result->outcome.changed = TRI_NO;
	if (request->command == COMMAND_REGISTER && !request->ignore_key && state_own_any(&result->state) == TRI_UNKNOWN)
		result_fail(result, FAIL_CONFLICT_OTHER_KEY, holding);
	else if (plan->proof && request->command == COMMAND_RESERVE)
		result_fail(result, FAIL_HELD_BY_SAME_KEY, holding, key);
	else if (state_own_has(&result->state, request->key) == TRI_UNKNOWN)
		result_fail(result, FAIL_NOT_ON_THIS_PATH, key, holding);
	else
		result_fail(result, FAIL_CONFLICT_UNEXPLAINED, holding,
			    describe_own(result->arena, &result->state, request->key));
	return fail(answer, result);
}

/* Whether another registrant of @before is there still. */
static bool other_is_left(const struct resv_state *before, const struct resv_state *state)
{
	for (size_t i = 0; i < before->count; i++)
		if (before->registrants[i].this_nexus != TRI_YES && state_has_key(state, before->registrants[i].key))
			return true;
	return false;
}

/* What the state shows of a command that was not answered with success. */
static enum tri shown(const struct request *request, const struct resv_state *state, const struct resv_state *before,
		      const struct plan *plan)
{
	/* The victim's key is gone: whatever else became of it, the abort is not proven. */
	if (request->command == COMMAND_PREEMPT_ABORT && !request->victim_all &&
	    state_has_key(before, request->victim) && !state_has_key(state, request->victim))
		return TRI_YES;
	/* Nothing was reserved before, and that nothing is proves no key. */
	if (request->command == COMMAND_RELEASE && plan->proof)
		return TRI_UNKNOWN;
	/* What another host holds now it may have taken when this one's was gone. */
	if (request->command == COMMAND_RELEASE && before->type != RESV_NONE && state->type != RESV_NONE &&
	    state->key != before->key)
		return TRI_UNKNOWN;
	if (request->command == COMMAND_CLEAR && state->count && state_own_has(state, request->key) == TRI_NO &&
	    !other_is_left(before, state))
		return TRI_UNKNOWN;
	return reached(request, state, before, &plan->action);
}

/* Neither the answer nor the state tells whether it was done. */
static enum judgement judge_lost(const struct request *request, struct result *result, const struct answer *answer)
{
	result->outcome.changed = TRI_UNKNOWN;
	result_fail(result, FAIL_OUTCOME_LOST, describe_answer(result->arena, answer),
		    describe_holding(result->arena, &result->state),
		    describe_own(result->arena, &result->state, request->key));
	return fail(answer, result);
}

/* Whether this path's registration, which is not known for certain, may be one that takes ALL_TG_PT to be changed. */
static bool may_cover_all_ports(const struct plan *plan, const struct resv_state *before)
{
	if ((plan->action.op != ACTION_REGISTER && plan->action.op != ACTION_REGISTER_IGNORE) || state_own(before))
		return false;
	for (size_t i = 0; i < before->count; i++)
		if (before->registrants[i].this_nexus == TRI_UNKNOWN &&
		    before->registrants[i].nexus.target_port == TARGET_PORT_ALL)
			return true;
	return false;
}

/*
 * What is known of all that was sent by now: it is in doubt from the command on that may have been carried out, and until a
 * list proves that none was. A proof changes nothing; what the device refuses by name it has not carried out; and of a
 * command behind which the device is as it was before, nothing was done.
 */
static void doubt_update(struct tries *tries, const struct plan *plan, const struct answer *answer,
			 const struct resv_state *before, const struct resv_state *state, enum tri now)
{
	if (now == TRI_NO)
		tries->doubt = false;
	else if (!plan->proof && answer->kind != ANSWER_INVALID && answer->kind != ANSWER_NO_COMMAND &&
		 !same_state(before, state))
		tries->doubt = true;
}

void judge_doubt(const struct request *request, struct result *result, const struct tries *tries)
{
	if (!tries->doubt || result->outcome.changed != TRI_NO)
		return;
	result->outcome.changed = TRI_UNKNOWN;
	if (result->outcome.status == STATUS_OK || result->outcome.status == STATUS_UNKNOWN)
		return;
	result_fail(result, FAIL_EARLIER_TRY(result->outcome.step), request->command_name, result->outcome.message);
}

static enum judgement judge_read(const struct request *request, struct result *result, const struct plan *plan,
				 const struct answer *answer, const struct resv_state *before, struct tries *tries)
{
	enum tri now;

	if (answer->kind == ANSWER_DONE)
		return judge_success(request, result, plan, answer, before, tries);
	/*
	 * The kernel repeats a command whose answer was lost, so any other answer may be the echo of its
	 * success. Where the state shows it done, it is; who did it is not known.
	 */
	now = shown(request, &result->state, before, plan);
	doubt_update(tries, plan, answer, before, &result->state, now);
	if (now == TRI_YES) {
		if (request->command == COMMAND_PREEMPT_ABORT && reached(request, &result->state, before, &plan->action) != TRI_NO)
			return done(request, result, answer, before, TRI_UNKNOWN);
		if (request->command != COMMAND_PREEMPT_ABORT) {
			result_warn(result, WARN_DONE_DESPITE,
				    describe_answer(result->arena, answer));
			return done(request, result, answer, before, plan->proof ? TRI_NO : TRI_UNKNOWN);
		}
		/* Targets drop the registration first, and abort then. */
		result->outcome.changed = TRI_UNKNOWN;
		result_fail(result, FAIL_ABORT_ANSWERED, describe_answer(result->arena, answer),
			    describe_holding(result->arena, &result->state));
		return fail(answer, result);
	}
	/* A key that is gone may have been this path's, or another's that was removed meanwhile. */
	if (now == TRI_UNKNOWN && request->command == COMMAND_UNREGISTER && request->key &&
	    unregistered(request, result, before))
		return judge_lost(request, result, answer);
	if (answer->kind == ANSWER_INVALID && may_cover_all_ports(plan, before) && !tries->all_ports) {
		tries->all_ports = true;
		return JUDGE_AGAIN;
	}
	if (answer->kind == ANSWER_INVALID || answer->kind == ANSWER_NO_COMMAND)
		return judge_refused(request, result, plan, answer);
	if (answer->kind == ANSWER_CONFLICT)
		return judge_conflict(request, result, plan, answer, before, tries);
	/* Not done, as the state shows: on 6.1 a unit attention ends here, and the command may be sent again. */
	if (may_pass(answer) && !tries->last)
		return JUDGE_LATER;
	if (!may_pass(answer) && may_try_again(tries))
		return JUDGE_AGAIN;
	if (now == TRI_UNKNOWN && tries->sent)
		return judge_lost(request, result, answer);
	result->outcome.changed = TRI_NO;
	result->again = may_pass(answer);
	result_fail(result, FAIL_NOT_DONE(is_path_error(answer) ? REASON_PATH : REASON_IO_ERROR),
		    tries->sent + tries->proofs, describe_answer(result->arena, answer),
		    describe_holding(result->arena, &result->state),
		    describe_own(result->arena, &result->state, request->key));
	return fail(answer, result);
}

enum judgement judge(const struct request *request, struct result *result, const struct plan *plan,
		     const struct answer *answer, const struct resv_state *before, const struct answer *read_back,
		     struct tries *tries)
{
	enum judgement judgement;

	if (answer->kind == ANSWER_NO_PRIVILEGE || answer->kind == ANSWER_NO_INTERFACE)
		judgement = judge_refused(request, result, plan, answer);
	else if (result->state.source == SOURCE_NONE)
		judgement = judge_unverified(request, result, plan, answer, read_back);
	else
		judgement = judge_read(request, result, plan, answer, before, tries);
	if (judgement == JUDGED)
		judge_doubt(request, result, tries);
	return judgement;
}

/* It asked for time until there was none left. */
static enum status judge_not_ready(const struct request *request, struct result *result, enum step step, const char *said)
{
	result->again = true;
	if (command_only_reads(request->command))
		return result_fail(result, FAIL_NOT_READY_READ(step), said);
	return result_fail(result, FAIL_NOT_READY_UNSENT(step), said);
}

enum status judge_unread(const struct request *request, struct result *result, enum step step, const struct answer *answer)
{
	const char *said = describe_answer(result->arena, answer);

	result->outcome.err = answer->err;
	result->outcome.raw = answer->raw;
	switch (answer->kind) {
	case ANSWER_NO_COMMAND:
		return result_fail(result, FAIL_NO_RESERVATIONS(step), said);
	case ANSWER_NO_LUN:
		return result_fail(result, FAIL_NOT_MAPPED(step), said);
	case ANSWER_CONFLICT:
		return result_fail(result, FAIL_LEGACY_RESERVED(step));
	case ANSWER_NO_PRIVILEGE:
	case ANSWER_NO_INTERFACE:
		return result_fail(result, FAIL_NO_PRIVILEGE_READ(step), said,
				   right_to_read(result));
	case ANSWER_TRANSIENT:
		return judge_not_ready(request, result, step, said);
	case ANSWER_PATH:
		return result_fail(result, FAIL_PATH_DEAD(step), said);
	case ANSWER_REPLY:
		return result_fail(result, FAIL_BAD_REPLY(step), said);
	default:
		return result_fail(result, FAIL_IO_ERROR(step), said);
	}
}
