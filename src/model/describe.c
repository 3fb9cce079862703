// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/describe.h"

#include <string.h>

#include "model/host_choice.h"
#include "model/initiator.h"
#include "model/key_names.h"
#include "model/nexus.h"
#include "model/state.h"
#include "util/text.h"

#define LISTED_MAX 8 /* how many registrants one message names */

static const char *const answer_kinds[] = {
	[ANSWER_DONE] = "good",
	[ANSWER_CONFLICT] = "RESERVATION CONFLICT",
	[ANSWER_CHECK] = "CHECK CONDITION",
	[ANSWER_TRANSIENT] = "not ready",
	[ANSWER_INVALID] = "invalid field",
	[ANSWER_NO_COMMAND] = "unknown command",
	[ANSWER_NO_LUN] = "no such LUN",
	[ANSWER_NO_INTERFACE] = "not supported",
	[ANSWER_NO_PRIVILEGE] = "not permitted",
	[ANSWER_PATH] = "the path failed",
	[ANSWER_REPLY] = "an inconsistent or oversized reply",
	[ANSWER_NO_MEMORY] = "out of memory",
};

static const char *const service_actions[ACTION_COUNT] = {
	[ACTION_REGISTER] = "REGISTER",
	[ACTION_REGISTER_IGNORE] = "REGISTER AND IGNORE EXISTING KEY",
	[ACTION_RESERVE] = "RESERVE",
	[ACTION_RELEASE] = "RELEASE",
	[ACTION_CLEAR] = "CLEAR",
	[ACTION_PREEMPT] = "PREEMPT",
	[ACTION_PREEMPT_ABORT] = "PREEMPT AND ABORT",
};

const char *describe_errno(struct arena *arena, int err)
{
	const char *name = strerrorname_np(err);

	return name ? name : arena_printf(arena, "errno %d", err);
}

const char *describe_answer(struct arena *arena, const struct answer *answer)
{
	const char *words = answer_kinds[answer->kind];

	if (answer->kind == ANSWER_DONE || answer->kind == ANSWER_NO_MEMORY)
		return words;
	if (answer->err)
		return arena_printf(arena, "%s (%s)", words, describe_errno(arena, answer->err));
	if (answer->sense_key)
		return arena_printf(arena, "%s,%s sense %02x/%02x/%02x (0x%lx)", words,
				    answer->deferred ? " deferred error," : "", answer->sense_key,
				    answer->asc, answer->ascq, answer->raw);
	/* The kernel's "I/O error" may be any status, and NVMe has no CHECK CONDITION. */
	if (answer->kind == ANSWER_CHECK)
		words = "I/O error";
	if (answer->raw)
		return arena_printf(arena, "%s (0x%lx)", words, answer->raw);
	return words;
}

const char *describe_key(struct arena *arena, uint64_t key)
{
	const char *name = key_names_of(arena->names, key);

	return name ? arena_printf(arena, KEY_FORMAT " (%s)", key, name)
		    : arena_printf(arena, KEY_FORMAT, key);
}

const char *describe_registrant(struct arena *arena, const struct registrant *registrant)
{
	const char *initiator = registrant->nexus.initiator,
		   *name = key_names_of(arena->names, registrant->key);
	const char *comma = name ? ", " : "";

	if (!name)
		name = "";
	if (registrant->own_path)
		return arena_printf(arena, KEY_FORMAT " (%s%sthis host)", registrant->key, name,
				    comma);
	if (initiator)
		return arena_printf(arena, KEY_FORMAT " (%s%s%.*s%s)", registrant->key, name, comma,
				    (int)initiator_length(initiator), initiator,
				    registrant->this_host == TRI_YES ? ", another path of this host"
								     : "");
	return describe_key(arena, registrant->key);
}

static const char *
registrants_text(struct arena *arena, const struct resv_state *state,
		 bool (*is_meant)(const struct registrant *registrant, uint64_t key), uint64_t key)
{
	const char *text = "";
	size_t listed = 0;

	for (size_t i = 0; i < state->count; i++)
		if (is_meant(&state->registrants[i], key) && ++listed <= LISTED_MAX)
			text = text_list(arena, text, "%s",
					 describe_registrant(arena, &state->registrants[i]));
	if (listed > LISTED_MAX)
		text = arena_printf(arena, "%s and %zu more", text, listed - LISTED_MAX);
	return text;
}

static bool is_told(const struct registrant *registrant, uint64_t key)
{
	return key ? registrant->key == key : !registrant->own_path;
}

const char *describe_registrants(struct arena *arena, const struct resv_state *state, uint64_t key)
{
	return registrants_text(arena, state, is_told, key);
}

static bool is_of_another_host(const struct registrant *registrant, uint64_t key)
{
	return (!key || registrant->key == key) && !registrant->own_path &&
	       registrant->this_host != TRI_YES;
}

const char *describe_other_hosts(struct arena *arena, const struct resv_state *state, uint64_t key)
{
	return registrants_text(arena, state, is_of_another_host, key);
}

const char *describe_holding(struct arena *arena, const struct resv_state *state)
{
	const char *type = type_words(state->type)->name;
	const struct registrant *holder = NULL;

	if (state->source == SOURCE_NONE)
		return "state unknown";
	if (state->type == RESV_NONE)
		return "nothing is reserved";
	if (state->type == RESV_OTHER)
		type = arena_printf(arena, "type 0x%x", state->type_code);
	if (type_words(state->type)->all_registrants && state->count > 1)
		return arena_printf(arena, "held by all %zu registrants, %s", state->count, type);
	if (state_may_omit(state))
		return arena_printf(arena, "held by %s, %s",
				    state->key ? describe_key(arena, state->key)
					       : "an unknown registrant", type);
	for (size_t i = 0; i < state->count && !holder; i++)
		if (state->registrants[i].holder != TRI_NO)
			holder = &state->registrants[i];
	return arena_printf(arena, "held by %s, %s",
			    holder ? describe_registrant(arena, holder)
				   : describe_key(arena, state->key), type);
}

/* Whether all registrants with @key are other hosts; TRI_UNKNOWN: for some this is unknown. */
static enum tri another_host_only(const struct resv_state *state, uint64_t key)
{
	enum tri others = TRI_YES;

	for (size_t i = 0; i < state->count; i++) {
		if (state->registrants[i].key != key || state->registrants[i].this_host == TRI_NO)
			continue;
		if (state->registrants[i].this_host == TRI_YES)
			return TRI_NO;
		others = TRI_UNKNOWN;
	}
	return others;
}

const char *describe_own(struct arena *arena, const struct resv_state *state, uint64_t key)
{
	const struct registrant *own = state_own(state);
	const char *text = describe_key(arena, key);

	switch (state_own_has(state, key)) {
	case TRI_YES:
		return arena_printf(arena, "%s is registered", text);
	case TRI_UNKNOWN:
		if (!state_has_key(state, key))
			return arena_printf(arena, "%s may be registered", text);
		return arena_printf(arena, "%s is registered, perhaps through another path", text);
	case TRI_NO:
		break;
	}
	if (own)
		return arena_printf(arena, "this host is registered with %s, not %s",
				    describe_key(arena, own->key), text);
	if (state_own_path_has(state, key))
		return arena_printf(
			arena, "%s is registered through another path, not through this one", text);
	if (another_host_only(state, key) != TRI_YES)
		return arena_printf(arena, "%s is registered, but not through this path: %s", text,
				    describe_registrants(arena, state, key));
	if (state_has_key(state, key))
		return arena_printf(arena, "%s is registered by another host: %s", text,
				    describe_registrants(arena, state, key));
	return arena_printf(arena, "%s is not registered", text);
}

const char *describe_victim(struct arena *arena, const struct request *request)
{
	const char *key = describe_key(arena, request->victim), *host;

	if (request->victim_all)
		return "all others";
	if (!request->victim_host)
		return key;
	host = text_line(arena, request->victim_host->text);
	return request->victim ? arena_printf(arena, "%s of %s", key, host) : host;
}

const char *describe_action(struct arena *arena, const struct action *action)
{
	const char *name = service_actions[action->op], *type = type_words(action->type)->name;
	const char *key = describe_key(arena, action->key);
	/* 0 means no key, or all keys. */
	const char *other = action->service_key ? describe_key(arena, action->service_key) : "0x0";

	switch (action->op) {
	case ACTION_REGISTER:
	case ACTION_REGISTER_IGNORE:
		return arena_printf(arena, "%s, key %s, new key %s%s%s", name, key, other,
				    action->all_ports ? ", all target ports" : "",
				    action->is_volatile ? ", volatile" : "");
	case ACTION_PREEMPT:
	case ACTION_PREEMPT_ABORT:
		return arena_printf(arena, "%s, key %s, victim %s, %s", name, key, other, type);
	case ACTION_CLEAR:
		return arena_printf(arena, "%s, key %s", name, key);
	default:
		return arena_printf(arena, "%s, key %s, %s%s", name, key, type,
				    action->ignore_key ? ", ignoring the key" : "");
	}
}
