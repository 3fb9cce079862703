// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/state.h"

#include <string.h>

#include "model/nexus.h"

void state_holders_mark(struct resv_state *state)
{
	bool all = type_words(state->type)->all_registrants;
	size_t same = 0;

	for (size_t i = 0; i < state->count; i++)
		same += state->registrants[i].key == state->key;
	for (size_t i = 0; i < state->count; i++) {
		struct registrant *registrant = &state->registrants[i];

		registrant->this_nexus = TRI_UNKNOWN;
		registrant->this_host = TRI_UNKNOWN;
		if (state->type == RESV_NONE)
			registrant->holder = TRI_NO;
		else if (all)
			registrant->holder = TRI_YES;
		else if (!same)
			registrant->holder = TRI_UNKNOWN;
		else if (registrant->key != state->key)
			registrant->holder = TRI_NO;
		else
			registrant->holder = same == 1 ? TRI_YES : TRI_UNKNOWN;
	}
}

bool state_may_omit(const struct resv_state *state)
{
	if (state->type == RESV_NONE || (state->key && state_has_key(state, state->key)))
		return false;
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].holder == TRI_YES)
			return false;
	return true;
}

bool state_may_hide(const struct resv_state *state)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == 0 && state->registrants[i].this_host != TRI_YES)
			return true;
	return state_may_omit(state);
}

bool state_has_key(const struct resv_state *state, uint64_t key)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == key)
			return true;
	return false;
}

bool state_lacks(const struct resv_state *state, uint64_t key)
{
	return !state_has_key(state, key) && !state_may_hide(state);
}

/* Whether a registration that is not listed exists: TRI_NO, or TRI_UNKNOWN. */
static enum tri absent(const struct resv_state *state)
{
	return state_may_omit(state) ? TRI_UNKNOWN : TRI_NO;
}

size_t state_key_count(const struct resv_state *state, uint64_t key)
{
	size_t count = 0;

	for (size_t i = 0; i < state->count; i++)
		count += state->registrants[i].key == key;
	return count;
}

size_t state_gained(const struct resv_state *before, const struct resv_state *state)
{
	size_t gained = 0;

	for (size_t i = 0; i < state->count; i++) {
		uint64_t key = state->registrants[i].key;
		size_t same = 1; /* with this one */

		for (size_t j = 0; j < i; j++)
			same += state->registrants[j].key == key;
		gained += same > state_key_count(before, key);
	}
	return gained;
}

bool state_has_same_keys(const struct resv_state *a, const struct resv_state *b)
{
	size_t same = 0;

	if (a->count != b->count)
		return false;
	/* Most targets keep their order. */
	while (same < a->count && a->registrants[same].key == b->registrants[same].key)
		same++;
	for (size_t i = same; i < a->count; i++)
		if (state_key_count(a, a->registrants[i].key) !=
		    state_key_count(b, a->registrants[i].key))
			return false;
	return true;
}

bool registrant_is_own(const struct registrant *registrant)
{
	return registrant->own_path || registrant->this_host == TRI_YES;
}

enum tri state_host_registered(const struct resv_state *state)
{
	enum tri registered = absent(state);

	for (size_t i = 0; i < state->count; i++) {
		if (registrant_is_own(&state->registrants[i]))
			return TRI_YES;
		if (state->registrants[i].this_host == TRI_UNKNOWN)
			registered = TRI_UNKNOWN;
	}
	return registered;
}

const struct registrant *state_own(const struct resv_state *state)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].this_nexus == TRI_YES)
			return &state->registrants[i];
	return NULL;
}

const struct registrant *state_own_path_holder(const struct resv_state *state)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].own_path && state->registrants[i].holder == TRI_YES)
			return &state->registrants[i];
	return NULL;
}

const struct registrant *state_path_own(const struct resv_state *state, const struct result *path)
{
	const struct registrant *shared = NULL;

	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];

		if (nexus_is_same(&path->lun.nexus, &registrant->nexus) == TRI_YES)
			return registrant;
		if (!shared && nexus_is_path(path, &registrant->nexus, state) == TRI_YES)
			shared = registrant;
	}
	return shared;
}

enum tri state_path_key(const struct resv_state *state, const struct result *path, uint64_t *key)
{
	const struct registrant *own = state_path_own(state, path);
	enum tri registered = state->source == SOURCE_NONE ? TRI_UNKNOWN : absent(state);

	if (own) {
		*key = own->key;
		return TRI_YES;
	}
	for (size_t i = 0; i < state->count; i++)
		if (nexus_is_path(path, &state->registrants[i].nexus, state) == TRI_UNKNOWN)
			registered = TRI_UNKNOWN;
	return registered;
}

enum tri state_path_has(const struct resv_state *state, const struct result *path, uint64_t key)
{
	uint64_t there = 0;

	if (state_path_key(state, path, &there) == TRI_YES)
		return key == 0 || there == key ? TRI_YES : TRI_NO;
	if (state->source == SOURCE_NONE)
		return TRI_UNKNOWN;
	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];

		if ((key == 0 || registrant->key == key) &&
		    nexus_is_path(path, &registrant->nexus, state) == TRI_UNKNOWN)
			return TRI_UNKNOWN;
	}
	return absent(state);
}

bool state_own_path_has(const struct resv_state *state, uint64_t key)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].own_path && state->registrants[i].key == key)
			return true;
	return false;
}

bool state_host_has(const struct resv_state *state, uint64_t key)
{
	/* A list that may omit this host does not show that it is registered. */
	return state_own_path_has(state, key) ||
	       (state_has_key(state, key) && state_own_has(state, key) != TRI_NO);
}

bool state_names_hosts(const struct resv_state *state)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].this_nexus == TRI_UNKNOWN)
			return false;
	return true;
}

enum tri state_own_any(const struct resv_state *state)
{
	if (state_own(state))
		return TRI_YES;
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].this_nexus == TRI_UNKNOWN)
			return TRI_UNKNOWN;
	return absent(state);
}

enum tri state_own_has(const struct resv_state *state, uint64_t key)
{
	const struct registrant *own = state_own(state);

	if (own)
		return own->key == key ? TRI_YES : TRI_NO;
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == key &&
		    state->registrants[i].this_nexus == TRI_UNKNOWN)
			return TRI_UNKNOWN;
	return absent(state);
}

static bool is_same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool names_all(const struct resv_state *state)
{
	for (size_t i = 0; i < state->count; i++)
		if (!state->registrants[i].nexus.initiator)
			return false;
	return true;
}

/* How many registrants of @state are like @registrant. */
static size_t nexus_count(const struct resv_state *state, const struct registrant *registrant)
{
	size_t count = 0;

	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *other = &state->registrants[i];

		count += other->key == registrant->key &&
			 other->nexus.target_port == registrant->nexus.target_port &&
			 is_same_text(other->nexus.initiator, registrant->nexus.initiator);
	}
	return count;
}

enum tri state_own_gone(const struct resv_state *before, const struct resv_state *state)
{
	const struct registrant *own = state_own(before);

	if (state_own(state))
		return TRI_NO;
	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];

		/* A path has only one registration, so the others are not this path's. */
		if (registrant->this_nexus == TRI_UNKNOWN &&
		    !(own && nexus_count(before, registrant)))
			return TRI_UNKNOWN;
	}
	return state_may_omit(state) ? TRI_UNKNOWN : TRI_YES;
}

const struct registrant *state_own_lost(const struct resv_state *before,
					const struct resv_state *state, uint64_t key)
{
	const struct registrant *lost = NULL;
	/* One list may name the hosts, and the other one not. */
	bool named = names_all(before) && names_all(state);

	for (size_t i = 0; i < before->count; i++) {
		const struct registrant *registrant = &before->registrants[i];
		uint64_t there = registrant->key;

		if (registrant->this_nexus == TRI_NO || (key && there != key) ||
		    (named ? nexus_count(state, registrant) >= nexus_count(before, registrant)
			   : state_key_count(state, there) >= state_key_count(before, there)))
			continue;
		if (!lost || registrant->this_nexus == TRI_YES)
			lost = registrant;
	}
	return lost;
}

enum tri state_own_holds(const struct resv_state *state, uint64_t key)
{
	const struct registrant *own = state_own(state);

	if (own && own->holder != TRI_NO)
		return own->holder;
	if (state_own_path_holder(state))
		return TRI_YES;
	if (own)
		return TRI_NO;
	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];

		if (registrant->holder != TRI_NO && (key == 0 || registrant->key == key) &&
		    registrant->this_nexus == TRI_UNKNOWN)
			return TRI_UNKNOWN;
	}
	return absent(state);
}

static bool same_registrants(const struct resv_state *a, const struct resv_state *b)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->registrants[i].key != b->registrants[i].key ||
		    a->registrants[i].holder != b->registrants[i].holder)
			return false;
	return true;
}

bool state_is_same(const struct resv_state *a, const struct resv_state *b)
{
	return a->generation == b->generation && a->count == b->count && a->type == b->type &&
	       a->key == b->key && same_registrants(a, b);
}
