// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/own_registration.h"

#include <string.h>
#include <strings.h>

#include "model/initiator.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/sharing.h"
#include "model/state.h"
#include "store/store.h"

bool own_registration_is_by(const struct result *seen, const char *host)
{
	const struct nexus recorded = { host, TARGET_PORT_UNKNOWN };

	for (const struct result *path = seen->paths ?: seen; path; path = path->next) {
		const struct nexus *own = &path->lun.nexus;

		if (!nexus_names_alike(own, &recorded) ||
		    nexus_is_same_host(own, &recorded) != TRI_NO)
			return true;
		if (path == seen)
			break;
	}
	return false;
}

/*
 * Whether what was recorded in the boot @recorded is of this boot, @boot: also if one of them is
 * not known.
 */
static bool may_be_this_boot(const char *recorded, const char *boot)
{
	return strcmp(recorded, boot) == 0 || strcmp(recorded, STORE_BOOT_UNKNOWN) == 0 ||
	       strcmp(boot, STORE_BOOT_UNKNOWN) == 0;
}

size_t own_registrations_read(struct arena *arena, const struct results *seen,
			      struct own_registration **list)
{
	const char *boot = store_boot_id(arena);
	struct lun_records records;
	size_t all = 0, count = 0;

	for (const struct result *result = seen->first; result; result = result->next)
		all++;
	*list = arena_alloc(arena, (all + 1) * sizeof(**list));
	for (struct result *result = seen->first; *list && result; result = result->next) {
		struct own_registration *own = &(*list)[count++];
		const char *wrong;

		*own = (struct own_registration){ .seen = result };
		if (!result->lun.wwid) {
			if (result->outcome.status == STATUS_OK)
				result_warn(result, FENCE_WARN_RECORDS, CAUSE_NO_WWID);
			continue;
		}
		wrong = store_read(&store_system, arena, result->lun.wwid, &records);
		if (wrong) {
			result_warn(result, FENCE_WARN_RECORDS, wrong);
			own->unread = wrong;
			own->unfenced = true;
			continue;
		}
		if (!own_registration_is_by(result, records.host))
			continue;
		own->host = records.host;
		own->registered =
			records.own && may_be_this_boot(records.boot, boot) ? records.own : 0;
		own->unfenced =
			records.unfenced_boot && may_be_this_boot(records.unfenced_boot, boot);
		own->ports = own->registered ? records.ports : NULL;
		own->votes =
			own->registered && records.arbiter && strcmp(records.arbiter, boot) == 0;
	}
	return count;
}

const struct own_registration *own_registration_of(const struct own_registration *list,
						   size_t count, const char *argument)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].seen->argument, argument) == 0)
			return &list[i];
	return NULL;
}

/* Whether this node has registered with the initiator @name in this boot. */
static bool was_own(const struct own_registration *own, const char *name)
{
	if (own->host && initiator_is(name, own->host))
		return true;
	for (const char *const *port = own->ports; port && *port; port++)
		if (strcasecmp(*port, name) == 0)
			return true;
	return false;
}

/*
 * Whether @registrant is this node, or may be: it has its key in a list without names, or the port
 * by which it was registered, even if the adapter has gone since then.
 */
static bool is_own(const struct fence *fence, const struct own_registration *own,
		   const struct registrant *registrant)
{
	if (registrant->nexus.initiator && was_own(own, registrant->nexus.initiator))
		return true;
	if (registrant->this_host != TRI_UNKNOWN)
		return registrant->this_host == TRI_YES;
	return registrant->key &&
	       (registrant->key == fence->key || registrant->key == own->registered);
}

enum tri own_registration_listed(const struct fence *fence, const struct own_registration *own)
{
	const struct resv_state *state = &own->seen->state;

	for (size_t i = 0; i < state->count; i++)
		if (is_own(fence, own, &state->registrants[i]))
			return TRI_YES;
	return state_may_omit(state) ? TRI_UNKNOWN : TRI_NO;
}

static bool is_readable(const struct own_registration *own)
{
	return own->seen->outcome.status == STATUS_OK && own->seen->state.source != SOURCE_NONE;
}

const struct own_registration *own_registrations_fenced(const struct fence *fence,
							const struct own_registration *list,
							size_t count, const struct result *deciding)
{
	const struct own_registration *lost = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!is_readable(&list[i]))
			continue;
		if (list[i].seen == deciding && own_registration_listed(fence, &list[i]) == TRI_YES)
			return NULL;
		if ((list[i].registered || list[i].unread) &&
		    own_registration_listed(fence, &list[i]) != TRI_YES &&
		    (!lost || list[i].seen == deciding))
			lost = &list[i];
	}
	return lost;
}

uint64_t own_registration_other_key(const struct fence *fence, const struct own_registration *own)
{
	const struct resv_state *state = &own->seen->state;

	for (size_t i = 0; is_readable(own) && i < state->count; i++) {
		uint64_t key = state->registrants[i].key;

		if (registrant_is_own(&state->registrants[i]) && key != fence->key &&
		    key != own->registered && key_names_of(fence->names, key))
			return key;
	}
	return 0;
}

struct register_mode own_registration_mode(const struct fence *fence,
					   const struct own_registration *own)
{
	const struct resv_state *state = &own->seen->state;
	const struct registrant *there = state_own(state);

	if (!own->registered && !own->unread)
		return (struct register_mode){ .ignore_key = true };
	/* Whether the key is still there is for the LUN to say: a fence may have removed it. */
	if (!is_readable(own))
		return (struct register_mode){ .old_key = own->registered };
	if (there && there->key)
		return (struct register_mode){ .old_key = there->key };
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].own_path && state->registrants[i].key)
			return (struct register_mode){ .old_key = state->registrants[i].key };
	/* By this path or by another session: REGISTER with the key shows which. */
	if (state_has_key(state, fence->key) && state_own_has(state, fence->key) == TRI_UNKNOWN)
		return (struct register_mode){ .ignore_key = true, .old_key = fence->key };
	/* It is registered by another session, whose key this path cannot replace. */
	return (struct register_mode){ .ignore_key =
					       own_registration_listed(fence, own) == TRI_YES };
}

static bool is_same_nexus(const struct registrant *one, const struct registrant *other)
{
	if (!one->nexus.initiator || !other->nexus.initiator)
		return one->key == other->key;
	return strcasecmp(one->nexus.initiator, other->nexus.initiator) == 0 &&
	       one->nexus.target_port == other->nexus.target_port;
}

/*
 * Whether @state lists @registrant, or a path for which the target lists the same registration at
 * times, according to @sharers.
 */
static bool state_has_nexus(const struct resv_state *state, const struct registrant *registrant,
			    const struct sharer *sharers)
{
	for (size_t i = 0; i < state->count; i++)
		if (is_same_nexus(&state->registrants[i], registrant) ||
		    sharing_is_one(sharers, &state->registrants[i].nexus, &registrant->nexus))
			return true;
	return false;
}

enum tri own_registration_lost(const struct fence *fence, const struct own_registration *own,
			       const struct resv_state *now, bool replaced)
{
	const struct resv_state *seen = &own->seen->state;
	const struct registrant *was = state_own(seen);
	bool all = true, listed = false;

	if (replaced && was && was->key == fence->key && !own->seen->paths)
		return TRI_YES;
	for (size_t i = 0; i < seen->count; i++)
		if (is_own(fence, own, &seen->registrants[i]))
			all &= state_has_nexus(now, &seen->registrants[i], own->seen->sharers);
	for (size_t i = 0; i < now->count; i++)
		listed |= is_own(fence, own, &now->registrants[i]);
	if (all && listed)
		return TRI_NO;
	return state_may_omit(now) ? TRI_UNKNOWN : TRI_YES;
}
