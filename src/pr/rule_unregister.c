// SPDX-License-Identifier: GPL-2.0-or-later
/* unregister: removes this path's key, and the reservation if this path holds it. */
#include "model/describe.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/map_multipathd.h"
#include "pr/map_register.h"
#include "pr/plan.h"
#include "util/text.h"

/* Whether this path, or another one of its map, holds the reservation, or may do so. */
static bool may_hold(const struct result *result, uint64_t key)
{
	return state_own_holds(&result->state, key) != TRI_NO ||
	       nexus_may_hold(result, &result->state, key);
}

static struct plan unregister_plan(const struct request *request, struct result *result,
				   const struct tries *tries)
{
	const struct resv_state *state = &result->state;
	const struct registrant *own = state_own(state);
	uint64_t key = request->ignore_key && own ? own->key : request->key;

	if (request->ignore_key && state_own_any(state) == TRI_NO)
		return plan_done(result, DONE_NOTHING_REGISTERED);
	if (!request->ignore_key && state_own_has(state, key) == TRI_NO)
		return plan_refuse_own(result, key, ADVICE_CURRENT_KEY_OR_IGNORE,
				       ADVICE_NOT_UNREGISTERED);
	if (!request->release && !type_words(state->type)->all_registrants &&
	    plan_others_registered(result, key) && may_hold(result, key)) {
		result_fail(result, FAIL_HOLDER, plan_holding(result),
			    describe_other_hosts(result->arena, state, 0));
		return plan_refuse();
	}
	/* A device may not support to ignore the key; then it must be known. */
	return plan_send_register(result, tries,
				  request->ignore_key && !(tries->ignore_refused && own)
					  ? ACTION_REGISTER_IGNORE
					  : ACTION_REGISTER,
				  key, 0);
}

static struct plan unregister_plan_blind(const struct request *request, struct result *result)
{
	(void)result;
	return plan_send(request->ignore_key ? ACTION_REGISTER_IGNORE : ACTION_REGISTER,
			 request->key, 0, RESV_NONE);
}

static enum tri unregister_reached(const struct attempt *attempt)
{
	return state_own_gone(attempt->before, &attempt->result->state);
}

/*
 * This path's registration that was removed, as far as the lists show it; NULL if none was. The
 * work of an earlier try of this run counts.
 */
static const struct registrant *unregistered(const struct attempt *attempt)
{
	const struct result *result = attempt->result;
	const struct resv_state *first =
		result->before.source == SOURCE_NONE ? attempt->before : &result->before;

	return state_own_lost(first, &result->state, attempt->request->key);
}

/* Whether @before may not show every registration. */
static bool is_hidden(const struct resv_state *before)
{
	return before->source == SOURCE_NONE || state_may_omit(before);
}

/*
 * Success, and this path is not listed: so it has no registration (SPC-4 5.12.11.3). The lists show
 * whether it had one.
 */
static bool unregister_accepted(const struct attempt *attempt, enum tri *changed)
{
	struct result *result = attempt->result;

	if (unregistered(attempt))
		return true;
	/* REGISTER AND IGNORE EXISTING KEY also succeeds if there is nothing to remove. */
	if (attempt->request->ignore_key) {
		*changed = is_hidden(attempt->before) ? TRI_UNKNOWN : TRI_NO;
		return true;
	}
	if (unregister_reached(attempt) == TRI_YES)
		return true;
	/*
	 * With the key, the command succeeds only if there was such a registration, so the list
	 * must have one less.
	 */
	result->outcome.changed = TRI_UNKNOWN;
	if (state_has_key(&result->state, attempt->request->key))
		result_fail(result, FAIL_UNREGISTER_UNCLEAR,
			    describe_key(result->arena, attempt->request->key),
			    plan_holding(result));
	else
		result_fail(result, FAIL_ACCEPTED_UNLISTED,
			    describe_key(result->arena, attempt->request->key),
			    plan_holding(result));
	return false;
}

static const char *unregister_success(const struct attempt *attempt)
{
	const struct registrant *lost = unregistered(attempt);
	struct arena *arena = attempt->result->arena;
	const char *holding = plan_holding(attempt->result);

	if (!lost && !attempt->request->key && is_hidden(attempt->before))
		return arena_printf(arena, DONE_NOT_REGISTERED_NOW, holding);
	if (!lost && !attempt->request->key)
		return arena_printf(arena, DONE_NOTHING_UNREGISTERED, holding);
	return arena_printf(arena, DONE_UNREGISTERED,
			    describe_key(arena, lost ? lost->key : attempt->request->key), holding);
}

static const char *unregister_intent(struct arena *arena, const struct request *request,
				     const struct resv_state *state)
{
	(void)state;
	return arena_printf(arena, "unregister %s",
			    request->key ? describe_key(arena, request->key) : "this host's key");
}

/*
 * Warns of registrations of this host that are left on a disk and are not this path's. The lists of
 * the disk's other paths and of the machine's ports show which of them belong to other paths: those
 * are left to the user. One that belongs to no path is from an earlier session; some targets, such
 * as Linux's, let any session of that name write with it.
 */
static bool unregister_finish(const struct attempt *attempt)
{
	struct result *result = attempt->result;
	const char *left = "", *others = "";

	/* The paths of a map are judged together. */
	if (result->map)
		return true;
	for (size_t i = 0; i < result->state.count; i++) {
		const struct registrant *registrant = &result->state.registrants[i];
		const char **text = registrant->this_nexus == TRI_NO ? &others : &left;

		if (registrant->this_host == TRI_YES)
			*text = text_list(result->arena, *text, "%s (%s)",
					  describe_key(result->arena, registrant->key),
					  registrant->nexus.initiator);
	}
	if (*others)
		result_warn(result, WARN_REGISTERED_ELSEWHERE, others);
	if (!*left)
		return true;
	result_fail(result, FAIL_STALE_SESSION, left);
	return false;
}

/* A key that is gone may have been this path's, or another path's that was removed meanwhile. */
static bool unregister_is_lost(const struct attempt *attempt)
{
	return unregister_reached(attempt) == TRI_UNKNOWN && attempt->request->key &&
	       unregistered(attempt);
}

const struct rule rule_unregister = {
	.plan = unregister_plan,
	.plan_blind = unregister_plan_blind,
	.reached = unregister_reached,
	.success = unregister_success,
	.intent = unregister_intent,
	.accepted = unregister_accepted,
	.finish = unregister_finish,
	.is_lost = unregister_is_lost,
	.judge_paths = map_unregister_judge,
	.finish_map = map_multipathd_unsetprkey,
	.removes_own = true,
	.remembers = REMEMBER_NO_KEY,
};
