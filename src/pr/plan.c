// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "model/describe.h"
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
	result->success = arena_vprintf(result->arena, format, args);
	va_end(args);
	/* What an earlier try of this run did is not undone by finding it done. */
	if (!result->sent)
		result->changed = TRI_NO;
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
		advice = "that key was left by another tool; --ignore-key registers in its place, or unregisters it";
	else if (own)
		advice = arena_printf(result->arena, "give the key that is there as %s", option);
	result_fail(result, STATUS_CONFLICT, own ? REASON_OTHER_KEY_REGISTERED : REASON_KEY_NOT_REGISTERED,
		    STEP_CHANGE, "%s; %s; %s", describe_own(result->arena, &result->state, key), holding(result),
		    advice);
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
		result_fail(result, STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE,
			    "%s is registered by another host: %s; a fence of one would hit both; give each host a key of its own",
			    describe_key(result->arena, request->key),
			    describe_registrant(result->arena, other_host_with(state, request->key)));
		return refuse();
	}
	if (own && own->key == request->key)
		return done(result, "%s was registered already", describe_key(result->arena, request->key));
	if (request->ignore_key && tries->ignore_refused)
		return send_register(result, tries, ACTION_REGISTER, own ? own->key : 0, request->key);
	if (request->ignore_key)
		return send_register(result, tries, ACTION_REGISTER_IGNORE, request->key, request->key);
	if (own && own->key == 0)
		return refuse_own(result, request->key, NULL, NULL);
	if (own && !request->old_key) {
		result_fail(result, STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE,
			    "this host is registered with %s; %s; --old-key " KEY_FORMAT " replaces it",
			    describe_key(result->arena, own->key), holding(result), own->key);
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
		result_fail(result, STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_CHANGE,
			    "%s, so there is nothing to replace; %s; register without --old-key to join anew",
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
		return done(result, "nothing was registered");
	if (!request->ignore_key && state_own_has(state, key) == TRI_NO)
		return refuse_own(result, key, "--key, or --ignore-key", "nothing to unregister under that key");
	if (!request->release && !type_words(state->type)->all_registrants && others_registered(result, key) &&
	    state_own_holds(state, key) != TRI_NO) {
		result_fail(result, STATUS_CONFLICT, REASON_HOLDER, STEP_CHANGE,
			    "%s, and unregistering would drop the reservation while other hosts are registered: %s; "
			    "--release means it", holding(result), describe_other_hosts(result->arena, state, 0));
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
		return refuse_own(result, request->key, "--key", "register it first");
	if (holds == TRI_YES && state->type == request->type)
		return done(result, "was reserved already, %s, by %s", type_words(state->type)->name,
			    describe_key(result->arena, request->key));
	if (holds == TRI_YES) {
		result_fail(result, STATUS_CONFLICT, REASON_HELD_WITH_OTHER_TYPE, STEP_CHANGE,
			    "%s, not %s; release it first", holding(result), type_words(request->type)->name);
		return refuse();
	}
	/* Held under this host's key: the holder's repeated RESERVE of the same type succeeds, nobody else's does. */
	if (state->type != RESV_NONE && !(holds == TRI_UNKNOWN && state->type == request->type)) {
		advice = "it must release, or be preempted";
		/* Who wants to write need not hold it. */
		if (type_is_for_registrants(state->type))
			advice = "registered hosts may write without holding it";
		result_fail(result, STATUS_CONFLICT, REASON_HELD_BY_OTHER, STEP_CHANGE, "%s; %s; %s", holding(result),
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
		return refuse_own(result, request->key, "--key", "only a registered host can release");
	if (state->type == RESV_NONE && state_own_has(state, request->key) == TRI_YES)
		return done(result, "nothing was reserved");
	/* A release by a registrant that does not hold is answered "good" and does nothing. */
	if (state->type != RESV_NONE && state_own_holds(state, request->key) == TRI_NO) {
		result_fail(result, STATUS_CONFLICT, REASON_HELD_BY_OTHER, STEP_CHANGE,
			    "%s; %s; only the holder can release, and preempt takes over from it",
			    holding(result), describe_own(result->arena, state, request->key));
		return refuse();
	}
	if (state->type != RESV_NONE && request->type && request->type != state->type) {
		result_fail(result, STATUS_CONFLICT, REASON_HELD_WITH_OTHER_TYPE, STEP_CHANGE,
			    "%s, not %s; leave --type out to release that",
			    holding(result), type_words(request->type)->name);
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
	const char *victim = describe_key(result->arena, request->victim);

	if (request->command == COMMAND_PREEMPT)
		return done(result, "%s was not registered; %s", victim, holding(result));
	if (result->aborted == ABORT_KNOWN_PROVEN)
		return done(result, "%s was not registered, and its commands are aborted; %s", victim, holding(result));
	if (result->aborted == ABORT_KNOWN_CONFIRMED)
		return done(result, "%s was not registered, and its host is confirmed to be off; %s", victim, holding(result));
	return (struct plan){ .kind = PLAN_PROVE };
}

static struct plan plan_preempt(const struct request *request, struct result *result)
{
	const struct resv_state *state = &result->state;
	enum action_op op = request->command == COMMAND_PREEMPT ? ACTION_PREEMPT : ACTION_PREEMPT_ABORT;
	enum resv_type type = request->type ? request->type : state->type;
	bool victim_there = state_has_key(state, request->victim);

	if (state_own_has(state, request->key) == TRI_NO)
		return refuse_own(result, request->key, "--key", "only a registered host can preempt");
	if (!request->victim_all && (state_own_path_has(state, request->victim) ||
				     (request->fence && this_host_has(state, request->victim)))) {
		result_fail(result, STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE,
			    "%s is the key of another path of this host, which that would cut off; %s; register one key on "
			    "every path first", describe_key(result->arena, request->victim), holding(result));
		return refuse();
	}
	if (state->type == RESV_NONE && request->victim_all) {
		result_fail(result, STATUS_CONFLICT, REASON_NOT_RESERVED, STEP_CHANGE,
			    "nothing is reserved, and --victim all needs a reservation of an all-registrants type; "
			    "reserve first");
		return refuse();
	}
	if (state->type == RESV_NONE && !request->unreserved) {
		result_fail(result, STATUS_CONFLICT, REASON_NOT_RESERVED, STEP_CHANGE,
			    "nothing is reserved, so the victim could still write without its key; %s is %sregistered; "
			    "reserve first, or remove the key alone with --unreserved",
			    describe_key(result->arena, request->victim), victim_there ? "" : "not ");
		return refuse();
	}
	if (request->victim_all && !type_words(state->type)->all_registrants) {
		result_fail(result, STATUS_CONFLICT, REASON_NOT_ALL_REGISTRANTS, STEP_CHANGE,
			    "%s, and --victim all needs an all-registrants type; name the victim's key", holding(result));
		return refuse();
	}
	if (request->victim_all && !others_registered(result, request->key))
		return done(result, "nobody else is registered; %s", holding(result));
	if (!request->victim_all && !victim_there && state->type != RESV_NONE && is_gone_good(request, result))
		return plan_gone(request, result);
	if (!request->victim_all && !victim_there) {
		result_fail(result, STATUS_CONFLICT, REASON_VICTIM_NOT_REGISTERED, STEP_CHANGE,
			    "the victim's key %s is not registered; %s; %s", describe_key(result->arena, request->victim),
			    holding(result),
			    state->type == RESV_NONE ? "reserve, to keep out who is not registered" :
						       "--if-registered takes that for done");
		return refuse();
	}
	if (state->type == RESV_OTHER && !request->type) {
		result_fail(result, STATUS_CONFLICT, REASON_HELD_WITH_OTHER_TYPE, STEP_CHANGE,
			    "%s, which cannot be kept; name the one to take with --type", holding(result));
		return refuse();
	}
	/* Without a reservation the type is ignored, but some targets want a good one. */
	return send(op, request->key, request->victim_all ? 0 : request->victim,
		    type == RESV_NONE ? RESV_WRITE_EXCLUSIVE : type);
}

static struct plan plan_clear(const struct request *request, struct result *result)
{
	if (state_own_has(&result->state, request->key) == TRI_NO)
		return refuse_own(result, request->key, "--key", "only a registered host can clear");
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
	return done(result, "nothing to do");
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
		result_fail(result, STATUS_DEVICE, REASON_NO_PRIVILEGE, STEP_READ,
			    "the type that is held may not be read; name it with --type");
		return refuse();
	}
	if (request->command == COMMAND_RELEASE)
		return send(ACTION_RELEASE, request->key, 0, request->type);
	return send(request->command == COMMAND_PREEMPT ? ACTION_PREEMPT : ACTION_PREEMPT_ABORT, request->key,
		    request->victim_all ? 0 : request->victim, request->type);
}
