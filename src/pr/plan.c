// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"
#include "pr/judge.h"

static struct plan refuse(void)
{
	return (struct plan){ .kind = PLAN_REFUSE };
}

static struct plan send(enum action_op op, uint64_t key, uint64_t service_key, enum resv_type type)
{
	return (struct plan){ .kind = PLAN_SEND, .action = { op, key, service_key, type, false } };
}

/* The state is what was asked for already. */
__attribute__((format(printf, 2, 3)))
static struct plan done(struct result *result, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	result->outcome.success = arena_vprintf(result->arena, format, args);
	va_end(args);
	/* What an earlier try of this run did is not undone by finding it done. */
	if (!result->outcome.sent)
		result->outcome.changed = TRI_NO;
	return (struct plan){ .kind = PLAN_DONE };
}

static const char *holding(struct result *result)
{
	return describe_holding(result->arena, &result->state);
}

/* This path does not have @key: which key it has instead, to be named with @option, or @advice where it has none. */
static struct plan refuse_own(struct result *result, uint64_t key, const char *option, const char *advice)
{
	const struct registrant *own = state_own(&result->state);

	/* The kernel's own unregister leaves it on NVMe. No option can name it. */
	if (own && own->key == 0)
		advice = ADVICE_KEY_ZERO;
	else if (own)
		advice = arena_printf(result->arena, ADVICE_GIVE_KEY, option);
	result_fail(result,
		    FAIL_OWN_KEY(own ? REASON_OTHER_KEY_REGISTERED : REASON_KEY_NOT_REGISTERED),
		    describe_own(result->arena, &result->state, key), holding(result), advice);
	return refuse();
}

/*
 * REGISTER of any kind. A registration that covers all ports of the target is changed and removed with ALL_TG_PT alone: LIO
 * refuses it without (core_scsi3_emulate_pro_register()), and others would keep it for the other ports.
 */
static struct plan send_register(const struct result *result, const struct tries *tries, enum action_op op, uint64_t key,
				 uint64_t service_key)
{
	const struct registrant *own = state_own(&result->state);
	struct plan plan = send(op, key, service_key, RESV_NONE);

	plan.action.all_ports = tries->all_ports || (own && own->nexus.target_port == TARGET_PORT_ALL);
	return plan;
}

/* A registrant with @key that is known to be of another host; NULL: there is none. */
static const struct registrant *other_host_with(const struct resv_state *state, uint64_t key)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == key && state->registrants[i].this_host == TRI_NO)
			return &state->registrants[i];
	return NULL;
}

static struct plan plan_register(const struct request *request, struct result *result, const struct tries *tries)
{
	const struct resv_state *state = &result->state;
	const struct registrant *own = state_own(state);
	enum tri own_has = tries->proof_refused ? TRI_NO : state_own_has(state, request->key);
	struct plan plan;

	if (request->fence && other_host_with(state, request->key)) {
		result_fail(result, FAIL_KEY_OF_OTHER_HOST,
			    describe_key(result->arena, request->key),
			    describe_registrant(result->arena, other_host_with(state, request->key)));
		return refuse();
	}
	if (own && own->key == request->key)
		return done(result, DONE_WAS_REGISTERED, describe_key(result->arena, request->key));
	if (request->ignore_key && tries->ignore_refused)
		return send_register(result, tries, ACTION_REGISTER, own ? own->key : 0, request->key);
	if (request->ignore_key)
		return send_register(result, tries, ACTION_REGISTER_IGNORE, request->key, request->key);
	if (own && own->key == 0)
		return refuse_own(result, request->key, NULL, NULL);
	if (own && !request->old_key) {
		result_fail(result, FAIL_REGISTERED_WITH_OTHER,
			    describe_key(result->arena, own->key), holding(result), (unsigned long long)own->key);
		return refuse();
	}
	if (own && own->key != request->old_key)
		return refuse_own(result, request->old_key, "--old-key, or --ignore-key", NULL);
	if (!own && own_has == TRI_UNKNOWN) {
		/* Somebody has the key, perhaps this path: from K to K succeeds for this path alone. */
		plan = send_register(result, tries, ACTION_REGISTER, request->key, request->key);
		plan.proof = true;
		return plan;
	}
	/* A path that came back: this host has not been fenced, for it is registered through another path of the map. */
	if (request->old_key && (tries->old_refused || state_own_any(state) == TRI_NO) &&
	    (state_own_path_has(state, request->old_key) || state_own_path_has(state, request->key)))
		return send_register(result, tries, ACTION_REGISTER, 0, request->key);
	/* A host that was fenced must not let itself in again by replacing a key that it has lost. */
	if (request->old_key && !own && state_own_has(state, request->old_key) == TRI_NO) {
		result_fail(result, FAIL_OLD_KEY_LOST,
			    describe_own(result->arena, state, request->old_key), holding(result));
		return refuse();
	}
	return send_register(result, tries, ACTION_REGISTER, request->old_key, request->key);
}

/* The registrations with @key that are taken for this argument's own if the list names no nexus: one for each path. */
static size_t own_unnamed(const struct result *result, uint64_t key)
{
	const struct resv_state *state = &result->state;
	size_t paths = 0, same = 0;

	if (state_own_any(state) != TRI_UNKNOWN)
		return 0;
	for (const struct result *path = result->map ? result->map->paths : result; path; path = result->map ? path->next : NULL)
		paths++;
	for (size_t i = 0; i < state->count; i++)
		same += state->registrants[i].this_host == TRI_UNKNOWN && (!key || state->registrants[i].key == key);
	return same < paths ? same : paths;
}

/* Whether other hosts are registered: what another path of this host has is this host's. */
static bool others_registered(const struct result *result, uint64_t key)
{
	const struct resv_state *state = &result->state;
	size_t own = own_unnamed(result, key);

	for (size_t i = 0; i < state->count; i++)
		own += state->registrants[i].own_path || state->registrants[i].this_host == TRI_YES;
	return state->count > own;
}

static struct plan plan_unregister(const struct request *request, struct result *result, const struct tries *tries)
{
	const struct resv_state *state = &result->state;
	const struct registrant *own = state_own(state);
	uint64_t key = request->ignore_key && own ? own->key : request->key;

	if (request->ignore_key && state_own_any(state) == TRI_NO)
		return done(result, DONE_NOTHING_REGISTERED);
	if (!request->ignore_key && state_own_has(state, key) == TRI_NO)
		return refuse_own(result, key, "--key, or --ignore-key", ADVICE_NOT_UNREGISTERED);
	if (!request->release && !type_words(state->type)->all_registrants && others_registered(result, key) &&
	    state_own_holds(state, key) != TRI_NO) {
		result_fail(result, FAIL_HOLDER, holding(result),
			    describe_other_hosts(result->arena, state, 0));
		return refuse();
	}
	return send_register(result, tries, request->ignore_key ? ACTION_REGISTER_IGNORE : ACTION_REGISTER, key, 0);
}

static struct plan plan_reserve(const struct request *request, struct result *result)
{
	const struct resv_state *state = &result->state;
	enum tri holds = state_own_holds(state, request->key);
	const char *advice;
	struct plan plan;

	if (!request->ignore_key && state_own_has(state, request->key) == TRI_NO)
		return refuse_own(result, request->key, "--key", ADVICE_REGISTER_FIRST);
	if (holds == TRI_YES && state->type == request->type)
		return done(result, DONE_WAS_RESERVED, type_words(state->type)->name,
			    describe_key(result->arena, request->key));
	if (holds == TRI_YES) {
		result_fail(result, FAIL_HELD_WITH_OTHER_TYPE, holding(result),
			    type_words(request->type)->name);
		return refuse();
	}
	/* Held under this host's key: the holder's repeated RESERVE of the same type succeeds, nobody else's does. */
	if (state->type != RESV_NONE && !(holds == TRI_UNKNOWN && state->type == request->type)) {
		advice = ADVICE_WAIT_OR_PREEMPT;
		/* Who wants to write need not hold it. */
		if (type_is_for_registrants(state->type))
			advice = ADVICE_NEED_NOT_HOLD;
		result_fail(result, FAIL_HELD_BY_OTHER, holding(result),
			    describe_own(result->arena, state, request->key), advice);
		return refuse();
	}
	plan = send(ACTION_RESERVE, request->key, 0, request->type);
	plan.action.ignore_key = request->ignore_key;
	plan.proof = state->type != RESV_NONE;
	return plan;
}

static struct plan plan_release(const struct request *request, struct result *result)
{
	const struct resv_state *state = &result->state;
	struct plan plan;

	if (state_own_has(state, request->key) == TRI_NO)
		return refuse_own(result, request->key, "--key", ADVICE_NOT_RELEASED);
	if (state->type == RESV_NONE && state_own_has(state, request->key) == TRI_YES)
		return done(result, DONE_NOTHING_RESERVED);
	/* A release by a registrant that does not hold is answered "good" and does nothing. */
	if (state->type != RESV_NONE && state_own_holds(state, request->key) == TRI_NO) {
		result_fail(result, FAIL_ONLY_HOLDER_RELEASES, holding(result),
			    describe_own(result->arena, state, request->key));
		return refuse();
	}
	if (state->type != RESV_NONE && request->type && request->type != state->type) {
		result_fail(result, FAIL_RELEASE_OTHER_TYPE, holding(result),
			    type_words(request->type)->name);
		return refuse();
	}
	/* Where nothing is held the command proves the key, and does nothing. */
	plan = send(ACTION_RELEASE, request->key, 0,
		    state->type != RESV_NONE ? state->type : request->type ? request->type : RESV_WRITE_EXCLUSIVE);
	plan.proof = state->type == RESV_NONE;
	return plan;
}

/* Whether this host is registered with @key through any path, of this argument or not. */
static bool this_host_has(const struct resv_state *state, uint64_t key)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == key && state->registrants[i].this_host == TRI_YES)
			return true;
	return false;
}

/* Whether @request is content with a victim that is gone: the user has said so, or its abort is only to be proven. */
static bool is_gone_good(const struct request *request, const struct result *result)
{
	return request->if_registered || request->confirmed_off ||
	       (request->command == COMMAND_PREEMPT_ABORT && result->aborted == ABORT_KNOWN_OPEN);
}

/* That the victim's key is gone is enough for a preempt; an abort is more. */
static struct plan plan_gone(const struct request *request, struct result *result)
{
	const char *victim = request->victim_all ? NULL : describe_key(result->arena, request->victim);

	if (request->command == COMMAND_PREEMPT)
		return victim ? done(result, DONE_VICTIM_GONE, victim, holding(result))
			      : done(result, DONE_NOBODY_ELSE, holding(result));
	if (result->aborted == ABORT_KNOWN_PROVEN)
		return victim ? done(result, DONE_VICTIM_ABORTED, victim, holding(result))
			      : done(result, DONE_ALL_ABORTED, holding(result));
	if (result->aborted == ABORT_KNOWN_CONFIRMED)
		return done(result, DONE_VICTIM_OFF, victim, holding(result));
	return (struct plan){ .kind = PLAN_PROVE };
}

static struct plan plan_preempt(const struct request *request, struct result *result)
{
	const struct resv_state *state = &result->state;
	enum action_op op = request->command == COMMAND_PREEMPT ? ACTION_PREEMPT : ACTION_PREEMPT_ABORT;
	enum resv_type type = request->type ? request->type : state->type;
	bool victim_there = state_has_key(state, request->victim);

	if (state_own_has(state, request->key) == TRI_NO)
		return refuse_own(result, request->key, "--key", ADVICE_NOT_PREEMPTED);
	if (!request->victim_all && (state_own_path_has(state, request->victim) ||
				     (request->fence && this_host_has(state, request->victim)))) {
		result_fail(result, FAIL_VICTIM_IS_OWN_PATH,
			    describe_key(result->arena, request->victim), holding(result));
		return refuse();
	}
	if (state->type == RESV_NONE && request->victim_all) {
		result_fail(result, FAIL_ALL_NOT_RESERVED);
		return refuse();
	}
	if (state->type == RESV_NONE && !request->unreserved) {
		result_fail(result, FAIL_NOT_RESERVED, describe_key(result->arena, request->victim),
			    victim_there ? "" : "not ");
		return refuse();
	}
	if (request->victim_all && !type_words(state->type)->all_registrants) {
		result_fail(result, FAIL_NOT_ALL_REGISTRANTS, holding(result));
		return refuse();
	}
	if (request->victim_all && !others_registered(result, request->key) &&
	    (!request->type || request->type == state->type))
		return plan_gone(request, result);
	/* Whether a type that no standard names keeps the victim out is not known; a holder that is preempted loses it. */
	if (state->type == RESV_OTHER && state->key != request->victim && !request->unreserved) {
		result_fail(result, FAIL_TYPE_UNKNOWN, holding(result));
		return refuse();
	}
	if (!request->victim_all && !victim_there && state->type != RESV_NONE && is_gone_good(request, result))
		return plan_gone(request, result);
	if (!request->victim_all && !victim_there) {
		result_fail(result, FAIL_VICTIM_NOT_REGISTERED,
			    describe_key(result->arena, request->victim), holding(result),
			    state->type == RESV_NONE ? ADVICE_RESERVE : ADVICE_IF_REGISTERED);
		return refuse();
	}
	if (state->type == RESV_OTHER && !request->type) {
		result_fail(result, FAIL_TYPE_NOT_KEPT, holding(result));
		return refuse();
	}
	/* Without a reservation the type is ignored, but some targets want a good one. */
	return send(op, request->key, request->victim_all ? 0 : request->victim,
		    type == RESV_NONE ? RESV_WRITE_EXCLUSIVE : type);
}

static struct plan plan_clear(const struct request *request, struct result *result)
{
	if (state_own_has(&result->state, request->key) == TRI_NO)
		return refuse_own(result, request->key, "--key", ADVICE_NOT_CLEARED);
	return send(ACTION_CLEAR, request->key, 0, RESV_NONE);
}

struct plan plan_make(const struct request *request, struct result *result, const struct tries *tries)
{
	switch (request->command) {
	case COMMAND_REGISTER:
		return plan_register(request, result, tries);
	case COMMAND_UNREGISTER:
		return plan_unregister(request, result, tries);
	case COMMAND_RESERVE:
		return plan_reserve(request, result);
	case COMMAND_RELEASE:
		return plan_release(request, result);
	case COMMAND_PREEMPT:
	case COMMAND_PREEMPT_ABORT:
		return plan_preempt(request, result);
	case COMMAND_CLEAR:
		return plan_clear(request, result);
	case COMMAND_STATUS:
	case COMMAND_CHECK:
		break;
	}
	return done(result, DONE_NOTHING);
}

struct plan plan_make_blind(const struct request *request, struct result *result)
{
	struct plan plan;

	switch (request->command) {
	case COMMAND_REGISTER:
		return send(request->ignore_key ? ACTION_REGISTER_IGNORE : ACTION_REGISTER,
			    request->ignore_key ? request->key : request->old_key, request->key, RESV_NONE);
	case COMMAND_UNREGISTER:
		return send(request->ignore_key ? ACTION_REGISTER_IGNORE : ACTION_REGISTER, request->key, 0, RESV_NONE);
	case COMMAND_RESERVE:
		plan = send(ACTION_RESERVE, request->key, 0, request->type);
		plan.action.ignore_key = request->ignore_key;
		return plan;
	case COMMAND_CLEAR:
		return send(ACTION_CLEAR, request->key, 0, RESV_NONE);
	default:
		break;
	}
	if (!request->type) {
		result_fail(result, FAIL_TYPE_UNREADABLE);
		return refuse();
	}
	if (request->command == COMMAND_RELEASE)
		return send(ACTION_RELEASE, request->key, 0, request->type);
	return send(request->command == COMMAND_PREEMPT ? ACTION_PREEMPT : ACTION_PREEMPT_ABORT, request->key,
		    request->victim_all ? 0 : request->victim, request->type);
}
