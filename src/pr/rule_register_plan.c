// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/rule_register_plan.h"

#include "model/describe.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/sharing.h"
#include "model/state.h"
#include "pr/map_lost.h"
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

const struct registrant *register_other_path(const struct resv_state *state, uint64_t key)
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
	uint64_t key = register_other_path(state, request->key) ? request->key : request->old_key;
	struct plan plan;

	if (tries->proof_refused || !register_other_path(state, key))
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
	if (!register_other_path(&result->state, request->key))
		return false;
	return result->map && sharing_has_proof(result->map->sharers);
}

const struct registrant *register_assumed_own(const struct result *result)
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
	else if (own && own->nexus.target_port != TARGET_PORT_ALL && !register_assumed_own(result))
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

/*
 * For a node that has registered its key, which a list without names still has: replaces any key of
 * this path, unless a fence has removed the node meanwhile. If the path has the key, its success
 * proves it.
 */
static struct plan rejoin_plan(const struct request *request, struct result *result,
			       const struct tries *tries)
{
	if (!state_own(&result->state) &&
	    state_own_has(&result->state, request->old_key) == TRI_NO) {
		result_fail(result, FAIL_OLD_KEY_LOST,
			    describe_own(result->arena, &result->state, request->old_key),
			    plan_holding(result));
		return plan_refuse();
	}
	return tries->proof_refused ? ignore_plan(request, result, tries)
				    : own_proof_plan(request, result, tries);
}

struct plan register_plan(const struct request *request, struct result *result,
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
	if (own && own->key == request->key && register_assumed_own(result))
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
		return request->old_key ? rejoin_plan(request, result, tries)
					: ignore_plan(request, result, tries);
	if (own && (own->key == 0 || own->key != request->old_key))
		return refuse_other_key(request, result, own->key);
	if (!own && !tries->proof_refused && state_own_has(state, request->key) == TRI_UNKNOWN)
		return own_proof_plan(request, result, tries);
	return replace_plan(request, result, tries);
}

struct plan register_plan_blind(const struct request *request, struct result *result)
{
	struct plan plan = request->ignore_key && !request->old_key
				   ? plan_send(ACTION_REGISTER_IGNORE, request->key, request->key,
					       RESV_NONE)
				   : plan_send(ACTION_REGISTER, request->old_key, request->key,
					       RESV_NONE);

	(void)result;
	plan.action.all_ports = request->all_ports;
	plan.action.is_volatile = request->is_volatile;
	return plan;
}
