// SPDX-License-Identifier: GPL-2.0-or-later
/* register: gives this path a key, or changes it. */
#include "model/describe.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/map_lost.h"
#include "pr/map_register.h"
#include "pr/plan.h"

/*
 * A registrant with @key that is known to be another host, and is no port of an adapter that this
 * host had until it went; NULL if there is none.
 */
static const struct registrant *other_host_with(const struct result *result, uint64_t key)
{
	const struct resv_state *state = &result->state;

	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == key && state->registrants[i].this_host == TRI_NO &&
		    !nexus_was_this_host(result, &state->registrants[i].nexus))
			return &state->registrants[i];
	return NULL;
}

/*
 * Another path's registration with @key, if this path has none: on an array that keeps one
 * registration for each initiator or host, it is this path's as well. NULL if there is none.
 */
static const struct registrant *other_path_with(const struct resv_state *state, uint64_t key)
{
	if (state_own(state) || !key)
		return NULL;
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == key &&
		    state->registrants[i].this_host == TRI_YES &&
		    state->registrants[i].this_nexus == TRI_NO)
			return &state->registrants[i];
	return NULL;
}

/*
 * Plans a REGISTER with the key of another path's registration. If it succeeds, this path shares
 * that registration, because a nexus that is not registered is refused (SPC-4 5.13.7). PLAN_DONE:
 * there is no such registration, or it was refused.
 */
static struct plan shared_plan(const struct request *request, const struct result *result,
			       const struct tries *tries)
{
	const struct resv_state *state = &result->state;
	uint64_t key = other_path_with(state, request->key) ? request->key : request->old_key;
	struct plan plan;

	if (tries->proof_refused || !other_path_with(state, key))
		return (struct plan){ .kind = PLAN_DONE };
	plan = plan_send_register(result, tries, ACTION_REGISTER, key, request->key);
	plan.proof = key == request->key;
	return plan;
}

/*
 * Whether another path of the map has proven in this run that it shares a registration with the
 * key: this path probably does, too.
 */
static bool may_share(const struct request *request, const struct result *result)
{
	if (!other_path_with(&result->state, request->key))
		return false;
	for (const struct result *path = result->map ? result->map->paths : NULL; path;
	     path = path->next)
		if (path->shares != SHARING_UNKNOWN)
			return true;
	return false;
}

/* This path's registration, if it is one only according to an earlier run; otherwise NULL. */
static const struct registrant *assumed_own(const struct result *result)
{
	const struct registrant *own = state_own(&result->state);

	return own && nexus_is_assumed(result, &own->nexus) ? own : NULL;
}

/* Refuses: this path has @key, so the request must name it as --old-key. */
static struct plan refuse_other_key(const struct request *request, struct result *result,
				    uint64_t key)
{
	if (key == 0)
		return plan_refuse_own(result, request->key, NULL, NULL);
	if (request->old_key)
		return plan_refuse_own(result, request->old_key, ADVICE_CURRENT_OLD_KEY_OR_IGNORE,
				       NULL);
	result_fail(result, FAIL_REGISTERED_WITH_OTHER, describe_key(result->arena, key),
		    plan_holding(result), (unsigned long long)key);
	return plan_refuse();
}

/* Plans a REGISTER that replaces --old-key, if it is given and this path may still have it. */
static struct plan replace_plan(const struct request *request, struct result *result,
				const struct tries *tries)
{
	const struct resv_state *state = &result->state;

	/*
	 * A path that came back: this host was not fenced, because another path of the map is
	 * registered, and this one was not when the run began.
	 */
	if (request->old_key && !result->use.key &&
	    (tries->old_refused || state_own_any(state) == TRI_NO) &&
	    (state_own_path_has(state, request->old_key) ||
	     state_own_path_has(state, request->key)))
		return plan_send_register(result, tries, ACTION_REGISTER, 0, request->key);
	/* A host that was fenced must not register again by replacing a key that it has lost. */
	if (request->old_key && !state_own(state) &&
	    state_own_has(state, request->old_key) == TRI_NO) {
		result_fail(result, FAIL_OLD_KEY_LOST,
			    describe_own(result->arena, state, request->old_key),
			    plan_holding(result));
		return plan_refuse();
	}
	return plan_send_register(result, tries, ACTION_REGISTER, request->old_key, request->key);
}

/*
 * --all-ports on a device without ports, or on a registration for one port, except for that of
 * another path, which this one has to prove that it shares.
 */
static bool all_ports_refused(struct result *result)
{
	const struct registrant *own = state_own(&result->state);

	if (result->lun.transport == TRANSPORT_NVME)
		result_fail(result, FAIL_ALL_PORTS_NVME);
	else if (own && own->nexus.target_port != TARGET_PORT_ALL && !assumed_own(result))
		result_fail(result, FAIL_ALL_PORTS_ONE_PORT, describe_key(result->arena, own->key),
			    plan_holding(result));
	else
		return false;
	return true;
}

/* --volatile would also end the persistence of other hosts' registrations (SPC-4 5.13.5). */
static bool volatile_refused(struct result *result)
{
	const char *others = describe_other_hosts(result->arena, &result->state, 0);

	if (!*others || plan_persists(result) == TRI_NO)
		return false;
	if (plan_persists(result) == TRI_YES)
		result_fail(result, FAIL_VOLATILE_OTHERS, others);
	else
		result_fail(result, FAIL_VOLATILE_UNCLEAR, others);
	return true;
}

static bool register_refused(const struct request *request, struct result *result)
{
	return (request->all_ports && all_ports_refused(result)) ||
	       (request->is_volatile && volatile_refused(result));
}

/* A node of a cluster must not use another host's key. Returns true if the status is set. */
static bool key_of_other_host_refused(const struct request *request, struct result *result)
{
	const struct registrant *other = other_host_with(result, request->key);

	const char *key, *text;

	if (!other)
		return false;
	key = describe_key(result->arena, request->key);
	text = describe_registrant(result->arena, other);
	if (nexus_is_port(other->nexus.initiator))
		result_fail(result, FAIL_KEY_OF_OTHER_PORT, key, text);
	else
		result_fail(result, FAIL_KEY_OF_OTHER_HOST, key, text);
	return true;
}

/*
 * Another path of the map has lost its key since this run has seen it: this host was fenced, so it
 * must not register again. Returns true if the status is set.
 */
static bool lost_refused(const struct request *request, struct result *result)
{
	const struct result *lost = map_lost(request, result);

	if (lost)
		result_fail(result, FAIL_OTHER_PATH_LOST,
			    describe_key(result->arena, request->key), lost->lun.node);
	return lost;
}

/* Replaces any key, also by REGISTER on a device that refuses the command for that. */
static struct plan ignore_plan(const struct request *request, const struct result *result,
			       const struct tries *tries)
{
	const struct registrant *own = state_own(&result->state);

	if (tries->ignore_refused)
		return plan_send_register(result, tries, ACTION_REGISTER, own ? own->key : 0,
					  request->key);
	return plan_send_register(result, tries, ACTION_REGISTER_IGNORE, request->key,
				  request->key);
}

/*
 * Someone has the key, perhaps this path: replacing it by itself succeeds only for a path that has
 * it.
 */
static struct plan own_proof_plan(const struct request *request, const struct result *result,
				  const struct tries *tries)
{
	struct plan plan =
		plan_send_register(result, tries, ACTION_REGISTER, request->key, request->key);

	plan.proof = true;
	return plan;
}

/*
 * This path's registration is listed for another path now. If it does not share that, this host was
 * fenced, so it must not be registered again.
 */
static struct plan moved_plan(const struct request *request, struct result *result,
			      const struct tries *tries)
{
	if (!tries->proof_refused)
		return own_proof_plan(request, result, tries);
	result_fail(result, FAIL_OTHER_PATH_LOST, describe_key(result->arena, request->key),
		    result->lun.node);
	return plan_refuse();
}

static struct plan register_plan(const struct request *request, struct result *result,
				 const struct tries *tries)
{
	const struct resv_state *state = &result->state;
	const struct registrant *own = state_own(state);
	struct plan plan;

	if (!result->outcome.sent && register_refused(request, result))
		return plan_refuse();
	if (request->fence && key_of_other_host_refused(request, result))
		return plan_refuse();
	if (own && own->key == request->key && request->is_volatile &&
	    plan_persists(result) != TRI_NO)
		return plan_send_register(result, tries, ACTION_REGISTER, own->key, own->key);
	if (own && own->key == request->key && assumed_own(result))
		return own_proof_plan(request, result, tries);
	if (own && own->key == request->key)
		return plan_done(result, DONE_WAS_REGISTERED,
				 describe_key(result->arena, request->key));
	if (result->use.moved)
		return moved_plan(request, result, tries);
	if (lost_refused(request, result))
		return plan_refuse();
	/*
	 * Replaces any key: if the registration is shared, that includes the key of another path.
	 */
	if (tries->shared || request->ignore_key || may_share(request, result)) {
		plan = shared_plan(request, result, tries);
		if (plan.kind == PLAN_SEND)
			return plan;
	}
	if (request->ignore_key)
		return ignore_plan(request, result, tries);
	if (own && (own->key == 0 || own->key != request->old_key))
		return refuse_other_key(request, result, own->key);
	if (!own && !tries->proof_refused && state_own_has(state, request->key) == TRI_UNKNOWN)
		return own_proof_plan(request, result, tries);
	return replace_plan(request, result, tries);
}

static struct plan register_plan_blind(const struct request *request, struct result *result)
{
	struct plan plan = request->ignore_key
				   ? plan_send(ACTION_REGISTER_IGNORE, request->key, request->key,
					       RESV_NONE)
				   : plan_send(ACTION_REGISTER, request->old_key, request->key,
					       RESV_NONE);

	(void)result;
	plan.action.all_ports = request->all_ports;
	plan.action.is_volatile = request->is_volatile;
	return plan;
}

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
		      other_path_with(state, attempt->request->key);

	if (attempt->answer->kind != ANSWER_DONE || action->op != ACTION_REGISTER || !listed ||
	    count_of_this_host(state) > count_of_this_host(attempt->before))
		return NULL;
	return other_path_with(attempt->before, action->key);
}

static enum tri register_reached(const struct attempt *attempt)
{
	if (shared_by(attempt))
		return TRI_YES;
	/* What an earlier run has proven, perhaps through other paths, proves nothing now. */
	if (assumed_own(attempt->result) && attempt->answer->kind != ANSWER_DONE)
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
	if (attempt->plan->action.key == 0 && attempt->before->source != SOURCE_NONE &&
	    state_is_same(attempt->before, &result->state)) {
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

/*
 * From now on, the registration of another path counts for this one. It still counts for the path
 * for which it was listed, if the target lists it for this one now.
 */
static void sharing_note(struct result *result, const struct registrant *shared)
{
	enum sharing sharing = nexus_is_same_host(&result->lun.nexus, &shared->nexus) == TRI_YES
				       ? SHARING_INITIATOR
				       : SHARING_HOST;

	for (struct result *path = result->map ? result->map->paths : NULL; path;
	     path = path->next)
		if (nexus_is_same(&path->lun.nexus, &shared->nexus) == TRI_YES)
			path->shares = sharing;
	result->shares = sharing;
	result->unshared = false;
	nexus_mark(result, &result->state);
	result_trace(result, "this path shares the registration of another path of this %s",
		     sharing == SHARING_HOST ? "host" : "initiator");
}

/*
 * The registration that an earlier run has proven to be shared is refused here: this path needs one
 * of its own, and each other path has to prove that it shares one.
 */
static bool sharing_refuted(const struct attempt *attempt)
{
	struct result *result = attempt->result;
	const struct registrant *assumed = assumed_own(result);

	if (attempt->plan->action.op != ACTION_REGISTER || !assumed ||
	    assumed->key != attempt->plan->action.key)
		return false;
	result->unshared = true;
	result_head(result)->sharing = SHARING_UNKNOWN;
	nexus_mark(result, &result->state);
	return true;
}

static bool register_finish(const struct attempt *attempt)
{
	const struct resv_state *state = &attempt->result->state;
	uint64_t key = attempt->request->key;

	const struct registrant *own = state_own(state);

	if (shared_by(attempt))
		sharing_note(attempt->result, shared_by(attempt));
	else if (attempt->answer->kind == ANSWER_DONE && attempt->plan->action.key &&
		 attempt->plan->action.op == ACTION_REGISTER && assumed_own(attempt->result))
		sharing_note(attempt->result, assumed_own(attempt->result));
	/* A registration that this path has proven to share is listed for the port of another. */
	if (attempt->request->all_ports && own && own->nexus.target_port != TARGET_PORT_ALL &&
	    attempt->result->shares == SHARING_UNKNOWN) {
		result_fail(attempt->result, FAIL_ALL_PORTS_IGNORED,
			    describe_key(attempt->result->arena, key));
		return false;
	}
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == key && state->registrants[i].this_host == TRI_NO)
			result_warn(attempt->result, WARN_KEY_OF_OTHER_HOST,
				    describe_key(attempt->result->arena, key),
				    (int)nexus_host_length(state->registrants[i].nexus.initiator),
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
	    (other_path_with(state, request->key) || other_path_with(state, request->old_key))) {
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
	    !other_path_with(&attempt->result->state, attempt->request->key))
		return false;
	tries->shared = true;
	tries->hidden = true;
	return true;
}

static bool register_explain(const struct attempt *attempt)
{
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
	.judge_paths = map_register_judge,
	.finish_map = map_register_finish,
	.counted = true,
	.remembers = REMEMBER_OWN_KEY,
};
