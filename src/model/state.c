// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/state.h"

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
		else if (registrant->key != state->key)
			registrant->holder = TRI_NO;
		else
			registrant->holder = same == 1 ? TRI_YES : TRI_UNKNOWN;
	}
}

bool state_has_key(const struct resv_state *state, uint64_t key)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == key)
			return true;
	return false;
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

enum tri state_path_key(const struct resv_state *state, const struct result *path, uint64_t *key)
{
	enum tri registered = state->source == SOURCE_NONE ? TRI_UNKNOWN : TRI_NO;

	for (size_t i = 0; i < state->count; i++) {
		enum tri same = nexus_is_same(&path->lun.nexus, &state->registrants[i].nexus);

		if (same == TRI_YES) {
			*key = state->registrants[i].key;
			return TRI_YES;
		}
		if (same == TRI_UNKNOWN)
			registered = TRI_UNKNOWN;
	}
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

		if (!registrant->own_path && (key == 0 || registrant->key == key) &&
		    nexus_is_same_host(&path->lun.nexus, &registrant->nexus) != TRI_NO)
			return TRI_UNKNOWN;
	}
	return TRI_NO;
}

bool state_own_path_has(const struct resv_state *state, uint64_t key)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].own_path && state->registrants[i].key == key)
			return true;
	return false;
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
	return TRI_NO;
}

/*
 * Whether @registrant may be this path though it is not known to be. The name of this path's session may be
 * another than prctl works out (nexus.c), so any registration of this host leaves the question to the device; but
 * for those that are known to be another path's.
 */
static bool may_be_own(const struct registrant *registrant)
{
	return registrant->this_nexus == TRI_UNKNOWN || (registrant->this_host == TRI_YES && !registrant->own_path);
}

enum tri state_own_has(const struct resv_state *state, uint64_t key)
{
	const struct registrant *own = state_own(state);

	if (own)
		return own->key == key ? TRI_YES : TRI_NO;
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == key && may_be_own(&state->registrants[i]))
			return TRI_UNKNOWN;
	return TRI_NO;
}

enum tri state_own_holds(const struct resv_state *state, uint64_t key)
{
	const struct registrant *own = state_own(state);

	if (own && own->holder != TRI_NO)
		return own->holder;
	if (state_own_path_holder(state))
		return TRI_YES;
	if (own)
		return own->holder;
	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];

		if (registrant->holder != TRI_NO && (key == 0 || registrant->key == key) && may_be_own(registrant))
			return TRI_UNKNOWN;
	}
	return TRI_NO;
}
