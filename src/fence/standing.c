// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/standing.h"

#include <string.h>
#include <strings.h>

#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"
#include "store/store.h"

/*
 * Whether @host, which has registered, is this node, through any path to the LUN. Another name of a
 * host is another host. A port is not: what is recorded here is of this machine, although the
 * adapter may have gone since then.
 */
static bool is_this_node(const struct result *seen, const char *host)
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

size_t standing_read(struct arena *arena, const struct results *seen, struct standing **list)
{
	const char *boot = store_boot_id(arena);
	struct lun_records records;
	size_t all = 0, count = 0;

	for (const struct result *result = seen->first; result; result = result->next)
		all++;
	*list = arena_alloc(arena, (all + 1) * sizeof(**list));
	for (struct result *result = seen->first; *list && result; result = result->next) {
		struct standing *standing = &(*list)[count++];
		const char *wrong;

		*standing = (struct standing){ .seen = result };
		if (!result->lun.wwid) {
			if (result->outcome.status == STATUS_OK)
				result_warn(result, FENCE_WARN_RECORDS, CAUSE_NO_WWID);
			continue;
		}
		wrong = store_read(&store_system, arena, result->lun.wwid, &records);
		if (wrong) {
			result_warn(result, FENCE_WARN_RECORDS, wrong);
			standing->unread = wrong;
			standing->let_in = true;
			continue;
		}
		if (!is_this_node(result, records.host))
			continue;
		standing->host = records.host;
		standing->registered =
			records.own && may_be_this_boot(records.boot, boot) ? records.own : 0;
		standing->let_in = records.let_in && may_be_this_boot(records.let_in, boot);
		standing->votes = standing->registered && records.arbiter &&
				  strcmp(records.arbiter, boot) == 0;
	}
	return count;
}

/*
 * Whether @registrant is this node, or may be: it has its key in a list without names, or the port
 * by which it was registered, even if the adapter has gone since then.
 */
static bool is_own(const struct fence *fence, const struct standing *standing,
		   const struct registrant *registrant)
{
	if (standing->host && registrant->nexus.initiator &&
	    nexus_is_host(registrant->nexus.initiator, standing->host))
		return true;
	if (registrant->this_host != TRI_UNKNOWN)
		return registrant->this_host == TRI_YES;
	return registrant->key &&
	       (registrant->key == fence->key || registrant->key == standing->registered);
}

enum tri standing_in(const struct fence *fence, const struct standing *standing)
{
	const struct resv_state *state = &standing->seen->state;

	for (size_t i = 0; i < state->count; i++)
		if (is_own(fence, standing, &state->registrants[i]))
			return TRI_YES;
	return state_may_omit(state) ? TRI_UNKNOWN : TRI_NO;
}

static bool is_readable(const struct standing *standing)
{
	return standing->seen->outcome.status == STATUS_OK &&
	       standing->seen->state.source != SOURCE_NONE;
}

const struct standing *standing_fenced(const struct fence *fence, const struct standing *list,
				       size_t count, const struct result *deciding)
{
	const struct standing *lost = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!is_readable(&list[i]))
			continue;
		if (list[i].seen == deciding && standing_in(fence, &list[i]) == TRI_YES)
			return NULL;
		if ((list[i].registered || list[i].unread) &&
		    standing_in(fence, &list[i]) != TRI_YES && (!lost || list[i].seen == deciding))
			lost = &list[i];
	}
	return lost;
}

uint64_t standing_other_key(const struct fence *fence, const struct standing *standing)
{
	const struct resv_state *state = &standing->seen->state;

	for (size_t i = 0; is_readable(standing) && i < state->count; i++) {
		uint64_t key = state->registrants[i].key;

		if (registrant_is_own(&state->registrants[i]) && key != fence->key &&
		    key != standing->registered && key_names_of(fence->names, key))
			return key;
	}
	return 0;
}

struct standing_registration standing_registration(const struct fence *fence,
						   const struct standing *standing)
{
	const struct resv_state *state = &standing->seen->state;
	const struct registrant *own = state_own(state);

	if (!standing->registered && !standing->unread)
		return (struct standing_registration){ .ignore_key = true };
	/* Whether the key is still there is for the LUN to say: a fence may have removed it. */
	if (!is_readable(standing))
		return (struct standing_registration){ .old_key = standing->registered };
	if (own && own->key)
		return (struct standing_registration){ .old_key = own->key };
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].own_path && state->registrants[i].key)
			return (struct standing_registration){ .old_key =
								       state->registrants[i].key };
	/* It is registered by another session, whose key this path cannot replace. */
	return (struct standing_registration){ .ignore_key =
						       standing_in(fence, standing) == TRI_YES };
}

static bool is_same_nexus(const struct registrant *one, const struct registrant *other)
{
	if (!one->nexus.initiator || !other->nexus.initiator)
		return one->key == other->key;
	return strcasecmp(one->nexus.initiator, other->nexus.initiator) == 0 &&
	       one->nexus.target_port == other->nexus.target_port;
}

static bool state_has_nexus(const struct resv_state *state, const struct registrant *registrant)
{
	for (size_t i = 0; i < state->count; i++)
		if (is_same_nexus(&state->registrants[i], registrant))
			return true;
	return false;
}

enum tri standing_lost(const struct fence *fence, const struct standing *standing,
		       const struct resv_state *now, bool replaced)
{
	const struct resv_state *seen = &standing->seen->state;
	const struct registrant *own = state_own(seen);
	bool all = true, listed = false;

	if (replaced && own && own->key == fence->key && !standing->seen->paths)
		return TRI_YES;
	for (size_t i = 0; i < seen->count; i++)
		if (is_own(fence, standing, &seen->registrants[i]))
			all &= state_has_nexus(now, &seen->registrants[i]);
	for (size_t i = 0; i < now->count; i++)
		listed |= is_own(fence, standing, &now->registrants[i]);
	if (all && listed)
		return TRI_NO;
	return state_may_omit(now) ? TRI_UNKNOWN : TRI_YES;
}
