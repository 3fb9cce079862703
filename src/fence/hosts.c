// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/hosts.h"

#include "model/describe.h"
#include "model/initiator.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"

/* Whether @state lists the victim's key for the host of @registrant. */
static bool state_has_victim(const struct hosts *hosts, const struct resv_state *state,
			     const struct registrant *registrant)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == hosts->fence->plug &&
		    nexus_is_same_host(&state->registrants[i].nexus, &registrant->nexus) == TRI_YES)
			return true;
	return false;
}

/* Whether an earlier run of this node saw the victim's key for the host of @registrant. */
static bool is_remembered(const struct result *result, const struct registrant *registrant)
{
	const char *initiator = registrant->nexus.initiator;

	for (size_t i = 0; initiator && i < result->victim.host_count; i++)
		if (initiator_is(initiator, result->victim.hosts[i]))
			return true;
	return false;
}

/*
 * Whether the host of @registrant has or had the victim's key, on any LUN, in this run or an
 * earlier one.
 */
static bool is_victim(const struct hosts *hosts, const struct registrant *registrant)
{
	bool listed = false, remembered = false;

	if (!hosts->fence->plug || registrant->this_host == TRI_YES)
		return false;
	for (size_t i = 0; i < HOSTS_LISTS_MAX; i++) {
		for (const struct result *result = hosts->lists[i] ? hosts->lists[i]->first : NULL;
		     result; result = result->next) {
			if (state_has_victim(hosts, &result->before, registrant) ||
			    state_has_victim(hosts, &result->state, registrant))
				return true;
			listed |= state_has_key(&result->before, hosts->fence->plug) ||
				  state_has_key(&result->state, hosts->fence->plug);
			remembered |= is_remembered(result, registrant);
		}
	}
	/*
	 * What the LUNs list now is newer than the records: keys may have been given to other
	 * hosts.
	 */
	return remembered && !listed;
}

/* The same as state_has_victim(), unless it is certain that it is another host. */
static bool state_may_have_victim(const struct hosts *hosts, const struct resv_state *state,
				  const struct registrant *registrant)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == hosts->fence->plug &&
		    nexus_is_same_host(&state->registrants[i].nexus, &registrant->nexus) != TRI_NO)
			return true;
	return false;
}

/* Whether the host of @registrant may have or have had the victim's key, on any LUN. */
static bool may_be_victim(const struct hosts *hosts, const struct registrant *registrant)
{
	if (!registrant->nexus.initiator || !nexus_is_nvme(&registrant->nexus))
		return true;
	for (size_t i = 0; i < HOSTS_LISTS_MAX; i++)
		for (const struct result *result = hosts->lists[i] ? hosts->lists[i]->first : NULL;
		     result; result = result->next)
			if (state_may_have_victim(hosts, &result->before, registrant) ||
			    state_may_have_victim(hosts, &result->state, registrant) ||
			    is_remembered(result, registrant))
				return true;
	return false;
}

static bool is_other_node(const struct hosts *hosts, uint64_t key)
{
	return key == hosts->fence->key ||
	       (key != hosts->fence->plug && key_names_of(hosts->fence->names, key));
}

/*
 * The keys of the registrants for which @is_meant is true, each once, except the victim's own key.
 */
static size_t
keys_collect(const struct hosts *hosts, struct arena *arena, const struct resv_state *state,
	     bool (*is_meant)(const struct hosts *hosts, const struct registrant *registrant),
	     uint64_t **keys)
{
	size_t count = 0;

	*keys = arena_alloc(arena, (state->count + 1) * sizeof(**keys));
	for (size_t i = 0; *keys && i < state->count; i++) {
		uint64_t key = state->registrants[i].key;
		bool listed = key == 0 || key == hosts->fence->plug;

		for (size_t j = 0; j < count; j++)
			listed |= (*keys)[j] == key;
		if (!listed && is_meant(hosts, &state->registrants[i]))
			(*keys)[count++] = key;
	}
	return count;
}

static bool is_victims_key(const struct hosts *hosts, const struct registrant *registrant)
{
	return !is_other_node(hosts, registrant->key) && is_victim(hosts, registrant);
}

size_t hosts_victim_keys(const struct hosts *hosts, struct arena *arena,
			 const struct resv_state *state, uint64_t **keys)
{
	return keys_collect(hosts, arena, state, is_victims_key, keys);
}

/*
 * Whether enough of the LUNs that decide lack the node of @key: then no fence of that node can
 * succeed any more.
 */
static bool is_out(const struct hosts *hosts, uint64_t key)
{
	size_t lacking = 0;

	for (size_t i = 0; i < hosts->deciding_count; i++)
		lacking += state_lacks(hosts->deciding[i], key);
	return lacking >= hosts->needed;
}

static bool is_missing(const struct hosts *hosts, const struct registrant *registrant)
{
	return hosts->deciding_count && registrant->key != hosts->fence->key &&
	       registrant->this_host != TRI_YES &&
	       key_names_of(hosts->fence->names, registrant->key) &&
	       is_out(hosts, registrant->key) && !is_victim(hosts, registrant);
}

size_t hosts_missing_keys(const struct hosts *hosts, struct arena *arena,
			  const struct resv_state *state, uint64_t **keys)
{
	return keys_collect(hosts, arena, state, is_missing, keys);
}

bool hosts_needs_proof(const struct hosts *hosts, const struct resv_state *state, uint64_t key)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == key &&
		    may_be_victim(hosts, &state->registrants[i]))
			return true;
	return false;
}

/* "iqn...:host-2", or "an unnamed host" if the list has no name */
static const char *host_text(struct arena *arena, const struct registrant *registrant)
{
	const char *initiator = registrant->nexus.initiator;

	return initiator ? initiator_text(arena, initiator) : "an unnamed host";
}

/*
 * Whether two names may be those of two hosts. An iSCSI name and an NVMe identifier cannot be
 * compared, nor can NVMe identifiers of two sizes.
 */
static bool may_differ(const struct nexus *one, const struct nexus *other)
{
	enum tri same = nexus_is_same_host(one, other);

	return nexus_names_alike(one, other) &&
	       (same == TRI_NO || (same == TRI_UNKNOWN && !nexus_is_nvme(one)));
}

static const struct registrant *state_other_with_key(const struct resv_state *state,
						     const struct registrant *registrant)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == registrant->key &&
		    state->registrants[i].this_host != TRI_YES &&
		    may_differ(&state->registrants[i].nexus, &registrant->nexus))
			return &state->registrants[i];
	return NULL;
}

/* Another host with the key of @registrant, on any LUN; NULL if there is none, or if unknown. */
static const struct registrant *other_host_with_key(const struct hosts *hosts,
						    const struct registrant *registrant)
{
	const struct registrant *other = NULL;

	for (size_t i = 0; i < HOSTS_LISTS_MAX; i++)
		for (const struct result *result = hosts->lists[i] ? hosts->lists[i]->first : NULL;
		     result && !other; result = result->next)
			other = state_other_with_key(&result->state, registrant);
	return other;
}

/* Whether @state lists this node's key more often than this node has paths to the LUN. */
static bool is_own_too_often(const struct hosts *hosts, const struct result *result,
			     const struct resv_state *state)
{
	size_t paths = 0, count = 0;

	for (const struct result *path = result->paths; path; path = path->next)
		paths++;
	for (size_t i = 0; i < state->count; i++)
		count += state->registrants[i].key == hosts->fence->key;
	return count > (paths ? paths : 1);
}

static enum hosts_identity own_key_judge(const struct hosts *hosts, struct result *result,
					 const struct resv_state *state,
					 const struct registrant *registrant, const char **why)
{
	const char *key = describe_key(result->arena, registrant->key);

	if (nexus_was_this_host(result, &registrant->nexus))
		return HOSTS_KNOWN;
	if (registrant->this_host == TRI_NO)
		*why = arena_printf(result->arena, FENCE_CAUSE_OWN_KEY, key,
				    host_text(result->arena, registrant));
	else if (is_own_too_often(hosts, result, state))
		*why = arena_printf(result->arena, FENCE_CAUSE_OWN_KEY_TOO_OFTEN, key);
	else
		return HOSTS_KNOWN;
	return HOSTS_UNKNOWN;
}

static bool has_names(const struct hosts *hosts)
{
	return hosts->fence->names && hosts->fence->names->count != 0;
}

/*
 * What a host is while no node has a name. It is not enough to warn of it if there is a file that
 * may have names, and cannot be read.
 */
static enum hosts_identity nameless(const struct hosts *hosts)
{
	return hosts->fence->names && hosts->fence->names->ignored ? HOSTS_UNKNOWN : HOSTS_NO_NAMES;
}

enum hosts_identity hosts_judge(const struct hosts *hosts, struct result *result,
				const struct resv_state *state, const struct registrant *registrant,
				const char **why)
{
	struct arena *arena = result->arena;
	const char *key = describe_key(arena, registrant->key),
		   *host = host_text(arena, registrant);
	const struct registrant *other;

	*why = NULL;
	if (registrant->this_host == TRI_YES)
		return HOSTS_KNOWN;
	if (registrant->key == hosts->fence->key && hosts->fence->key)
		return own_key_judge(hosts, result, state, registrant, why);
	if (is_victim(hosts, registrant)) {
		*why = arena_printf(arena, FENCE_CAUSE_VICTIM,
				    host, describe_key(arena, hosts->fence->plug), key);
		return HOSTS_UNKNOWN;
	}
	if (!has_names(hosts)) {
		*why = arena_printf(arena, FENCE_CAUSE_NO_NAMES, host, key);
		return nameless(hosts);
	}
	if (!key_names_of(hosts->fence->names, registrant->key)) {
		*why = arena_printf(arena, FENCE_CAUSE_NO_NODE, host, key);
		return HOSTS_UNKNOWN;
	}
	other = other_host_with_key(hosts, registrant);
	if (!other)
		return HOSTS_KNOWN;
	*why = arena_printf(arena, FENCE_CAUSE_KEY_OF_TWO, key,
			    host, host_text(arena, other));
	return HOSTS_UNKNOWN;
}

enum hosts_identity hosts_omitted_judge(const struct hosts *hosts, struct result *result,
					const char **why)
{
	*why = NULL;
	if (!state_may_omit(&result->state))
		return HOSTS_KNOWN;
	*why = arena_printf(result->arena, FENCE_CAUSE_OMITTED,
			    describe_holding(result->arena, &result->state));
	return has_names(hosts) ? HOSTS_UNKNOWN : nameless(hosts);
}

/* Whether @result, or a record about its LUN, has the victim's key, or may have it. */
static bool has_heard(const struct hosts *hosts, const struct result *result)
{
	return !state_lacks(&result->state, hosts->fence->plug) ||
	       state_has_key(&result->before, hosts->fence->plug) || result->victim.unread ||
	       result->victim.recorded;
}

const char *hosts_unheard_of(const struct hosts *hosts, struct arena *arena)
{
	if (!has_names(hosts) || key_names_of(hosts->fence->names, hosts->fence->plug))
		return NULL;
	for (size_t i = 0; i < HOSTS_LISTS_MAX; i++)
		for (const struct result *result = hosts->lists[i] ? hosts->lists[i]->first : NULL;
		     result; result = result->next)
			if (has_heard(hosts, result))
				return NULL;
	return arena_printf(arena, FENCE_CAUSE_UNHEARD_OF, describe_key(arena, hosts->fence->plug));
}
