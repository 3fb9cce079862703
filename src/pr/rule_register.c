// SPDX-License-Identifier: GPL-2.0-or-later
/* register: gives this path a key, or changes it. Its plan is in rule_register_plan.c. */
#include "model/answer.h"
#include "model/describe.h"
#include "model/initiator.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/sharing.h"
#include "model/state.h"
#include "pr/map_lost.h"
#include "pr/map_register.h"
#include "pr/plan.h"
#include "pr/rule_register_plan.h"

#define CANDIDATES_MAX 64 /* registrations of this host */

static size_t count_of_this_host(const struct resv_state *state)
{
	size_t count = 0;

	for (size_t i = 0; i < state->count; i++)
		count += state->registrants[i].this_host == TRI_YES;
	return count;
}

/*
 * Another path's registration that this path shares, as the success of this REGISTER has proven. It
 * is still listed, although some arrays list it for the path that registered last. NULL if nothing
 * is proven, for example because another process has registered this path meanwhile, which adds one
 * to the list.
 */
static const struct registrant *shared_by(const struct attempt *attempt)
{
	const struct resv_state *state = &attempt->result->state;
	const struct action *action = &attempt->plan->action;
	bool listed = state_own_has(state, attempt->request->key) == TRI_YES ||
		      register_other_path(state, attempt->request->key);

	if (attempt->answer->kind != ANSWER_DONE || action->op != ACTION_REGISTER || !listed ||
	    plan_is_uncounted(attempt) ||
	    count_of_this_host(state) > count_of_this_host(attempt->before))
		return NULL;
	return register_other_path(attempt->before, action->key);
}

static enum tri register_reached(const struct attempt *attempt)
{
	if (shared_by(attempt))
		return TRI_YES;
	/* What an earlier run has proven, perhaps through other paths, proves nothing now. */
	if (register_assumed_own(attempt->result) && attempt->answer->kind != ANSWER_DONE)
		return TRI_UNKNOWN;
	return state_own_has(&attempt->result->state, attempt->request->key);
}

/*
 * A first registration adds one to the list, even if the list does not show whose it is. A list
 * that may omit hosts may omit this one, too, but it may also lack it.
 */
static bool register_accepted(const struct attempt *attempt, enum tri *changed)
{
	const struct tries *tries = attempt->tries;
	struct result *result = attempt->result;

	/*
	 * A hidden registration was made by this run. If it was refused before the proof, it was
	 * not; if an earlier try had another answer, that is unknown.
	 */
	if (attempt->plan->proof && tries->shared)
		*changed = tries->hidden			     ? TRI_YES
			   : tries->sent > 1 + tries->ignore_refused ? TRI_UNKNOWN
								     : TRI_NO;
	if (plan_is_uncounted(attempt)) {
		result->outcome.changed = TRI_UNKNOWN;
		result_fail(result, FAIL_ACCEPTED_NOT_DONE, plan_holding(result),
			    describe_own(result->arena, &result->state, attempt->request->key));
		return false;
	}
	if (attempt->plan->proof || state_has_key(&result->state, attempt->request->key))
		return true;
	result->outcome.changed = TRI_UNKNOWN;
	result_fail(result, FAIL_ACCEPTED_UNLISTED,
		    describe_key(result->arena, attempt->request->key), plan_holding(result));
	return false;
}

static const char *register_success(const struct attempt *attempt)
{
	const struct registrant *own =
		attempt->before->source == SOURCE_NONE ? NULL : state_own(attempt->before);
	struct arena *arena = attempt->result->arena;
	const char *key = describe_key(arena, attempt->request->key);

	if (own && own->key != attempt->request->key)
		return arena_printf(arena, DONE_REPLACED, key, describe_key(arena, own->key));
	return arena_printf(arena, DONE_REGISTERED, key);
}

static const char *register_intent(struct arena *arena, const struct request *request,
				   const struct resv_state *state)
{
	const char *key = describe_key(arena, request->key);

	(void)state;
	if (request->old_key)
		return arena_printf(arena, "register %s in place of %s", key,
				    describe_key(arena, request->old_key));
	return arena_printf(arena, "register %s%s", key,
			    request->ignore_key ? ", replacing any key" : "");
}

/* Whether @state lists @nexus with @key; 0: with any key. */
static bool lists(const struct resv_state *state, const struct nexus *nexus, uint64_t key)
{
	for (size_t i = 0; i < state->count; i++)
		if ((!key || state->registrants[i].key == key) &&
		    nexus_is_same(&state->registrants[i].nexus, nexus) == TRI_YES)
			return true;
	return false;
}

/*
 * The registrations in @seen with @key that may be the one which @path shares. If only one of them
 * was changed, as @path->state shows, it is that one. Returns how many.
 */
static size_t candidates(const struct result *path, const struct resv_state *seen, uint64_t key,
			 struct nexus *list)
{
	const struct nexus *this = NULL;
	size_t count = 0, changed = 0;

	for (size_t i = 0; i < seen->count && count < CANDIDATES_MAX; i++) {
		const struct registrant *registrant = &seen->registrants[i];

		if (registrant->key != key ||
		    (registrant->this_host != TRI_YES && registrant->this_nexus != TRI_YES))
			continue;
		list[count++] = registrant->nexus;
		if (lists(&path->state, &registrant->nexus, key))
			continue;
		this = &registrant->nexus;
		changed++;
	}
	if (changed != 1)
		return count;
	*list = *this;
	return 1;
}

/*
 * From now on, a registration in @seen with @key, of another path, counts for this one. It still
 * counts for the path for which it was listed, if the target lists it for another one now.
 */
static void sharing_note(const struct attempt *attempt, const struct resv_state *seen, uint64_t key)
{
	struct result *result = attempt->result, *head = result_head(result);
	struct resv_state *state = &result->state;
	const struct nexus *own = &result->lun.nexus;
	struct nexus list[CANDIDATES_MAX];
	size_t count = candidates(result, seen, key, list);

	result->unshared = false;
	sharing_prove(head->arena, &head->sharers, own, list, count);
	for (size_t i = 0; count == 1 && i < state->count; i++)
		if (state->registrants[i].key == attempt->request->key &&
		    state->registrants[i].this_host == TRI_YES &&
		    !lists(seen, &state->registrants[i].nexus, 0))
			sharing_prove(head->arena, &head->sharers, own,
				      &state->registrants[i].nexus, 1);
	nexus_mark(result, state);
	result_trace(result, "this path shares the registration of another path of this %s",
		     nexus_is_same_host(own, &list[0]) == TRI_YES ? "initiator" : "host");
}

/*
 * The registration that an earlier run has proven to be shared is refused here: this path needs one
 * of its own, and each other path has to prove that it shares one.
 */
static bool sharing_refuted(const struct attempt *attempt)
{
	struct result *result = attempt->result;
	const struct registrant *assumed = register_assumed_own(result);

	if (attempt->plan->action.op != ACTION_REGISTER || !assumed ||
	    assumed->key != attempt->plan->action.key)
		return false;
	nexus_unshare(result);
	return true;
}

static bool register_finish(const struct attempt *attempt)
{
	const struct resv_state *state = &attempt->result->state;
	uint64_t key = attempt->request->key;

	const struct registrant *own = state_own(state);

	if (shared_by(attempt))
		sharing_note(attempt, attempt->before, attempt->plan->action.key);
	else if (attempt->answer->kind == ANSWER_DONE && attempt->plan->action.key &&
		 attempt->plan->action.op == ACTION_REGISTER &&
		 register_assumed_own(attempt->result))
		sharing_note(attempt, state, key);
	/* A registration that this path has proven to share is listed for the port of another. */
	if (attempt->request->all_ports && own && own->nexus.target_port != TARGET_PORT_ALL &&
	    !nexus_has_proven(attempt->result)) {
		result_fail(attempt->result, FAIL_ALL_PORTS_IGNORED,
			    describe_key(attempt->result->arena, key));
		return false;
	}
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == key && state->registrants[i].this_host == TRI_NO &&
		    !nexus_was_this_host(attempt->result, &state->registrants[i].nexus))
			result_warn(attempt->result, WARN_KEY_OF_OTHER_HOST,
				    describe_key(attempt->result->arena, key),
				    (int)initiator_length(state->registrants[i].nexus.initiator),
				    state->registrants[i].nexus.initiator);
	return true;
}

static bool register_retry(const struct attempt *attempt)
{
	const struct request *request = attempt->request;
	const struct resv_state *state = &attempt->result->state;
	struct tries *tries = attempt->tries;
	bool refuted = sharing_refuted(attempt);

	if (attempt->plan->proof) {
		tries->proof_refused = true;
		tries->doubt = false; /* an earlier try would have registered this nexus */
		return true;
	}
	if (refuted)
		return true;
	if (attempt->plan->action.op == ACTION_REGISTER_IGNORE) {
		tries->ignore_refused = true;
		return true;
	}
	if (attempt->plan->action.key == 0 && !tries->shared &&
	    (register_other_path(state, request->key) ||
	     register_other_path(state, request->old_key))) {
		tries->shared = true;
		return true;
	}
	/*
	 * A path that came back under another name: the old key belongs to its earlier
	 * registration, or to another path.
	 */
	if (request->old_key && attempt->plan->action.key == request->old_key &&
	    !tries->old_refused && state_own_any(state) != TRI_YES &&
	    (state_own_path_has(state, request->old_key) ||
	     state_own_path_has(state, request->key))) {
		tries->old_refused = true;
		return true;
	}
	return false;
}

static bool register_hidden(const struct attempt *attempt)
{
	struct tries *tries = attempt->tries;

	if (tries->shared || tries->proof_refused ||
	    !register_other_path(&attempt->result->state, attempt->request->key))
		return false;
	tries->shared = true;
	tries->hidden = true;
	return true;
}

/* Whether this path still has the key that the command was to replace. */
static bool has_former_key(const struct attempt *attempt)
{
	const struct registrant *own = state_own(&attempt->result->state);

	return own && own->key && !nexus_is_assumed(attempt->result, &own->nexus) &&
	       state_own_has(attempt->before, own->key) == TRI_YES;
}

/*
 * Whether the command may have been carried out, and a fence by another host may have removed the
 * key before the state was read: then the generation has advanced by more than the registrations
 * that the list has gained. REGISTER with another key than 0 is refused then, but a first one would
 * let this host in again. A device that counts none shows nothing.
 */
static bool may_be_removed(const struct attempt *attempt)
{
	const struct action *action = &attempt->plan->action;
	const struct resv_state *before = attempt->before, *state = &attempt->result->state;

	return before->source != SOURCE_NONE && !has_former_key(attempt) &&
	       (action->op == ACTION_REGISTER_IGNORE || !action->key) &&
	       state->generation - before->generation > state_gained(before, state);
}

/*
 * Whether the key that a proof was to show as this path's was removed before it was carried out. If
 * --old-key is gone, the next plan refuses; without --ignore-key that key is the proof then.
 */
static bool is_removed(const struct attempt *attempt)
{
	const struct request *request = attempt->request;
	bool refuses = request->old_key &&
		       (!request->ignore_key ||
			state_own_has(&attempt->result->state, request->old_key) == TRI_NO);

	return attempt->plan->proof && !refuses &&
	       state_has_key(attempt->before, attempt->plan->action.key);
}

/* If another path of the map has lost the key, too, the next plan refuses. */
static bool register_is_lost(const struct attempt *attempt)
{
	enum answer_kind kind = attempt->answer->kind;

	if (kind == ANSWER_DONE || kind == ANSWER_INVALID || kind == ANSWER_NO_COMMAND ||
	    answer_is_unsent(attempt->answer) ||
	    state_has_key(&attempt->result->state, attempt->request->key) ||
	    map_lost(attempt->request, attempt->result))
		return false;
	return is_removed(attempt) || may_be_removed(attempt);
}

static bool register_explain(const struct attempt *attempt)
{
	struct result *result = attempt->result;
	const char *key = describe_key(result->arena, attempt->request->key);

	if (register_is_lost(attempt)) {
		if (is_removed(attempt) && !attempt->tries->sent)
			result_fail(result, FAIL_OTHER_PATH_LOST, key, result->lun.node);
		else
			result_fail(result, FAIL_REGISTER_LOST,
				    describe_answer(result->arena, attempt->answer), key,
				    plan_holding(result));
		return true;
	}
	if (attempt->answer->kind != ANSWER_CONFLICT || attempt->request->ignore_key ||
	    state_own_any(&attempt->result->state) != TRI_UNKNOWN)
		return false;
	result_fail(attempt->result, FAIL_CONFLICT_OTHER_KEY, plan_holding(attempt->result));
	return true;
}

const struct rule rule_register = {
	.plan = register_plan,
	.plan_blind = register_plan_blind,
	.reached = register_reached,
	.success = register_success,
	.intent = register_intent,
	.accepted = register_accepted,
	.finish = register_finish,
	.retry = register_retry,
	.hidden = register_hidden,
	.explain = register_explain,
	.is_lost = register_is_lost,
	.judge_paths = map_register_judge,
	.finish_map = map_register_finish,
	.counted = true,
	.remembers = REMEMBER_OWN_KEY,
};
