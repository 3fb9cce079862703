// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/sharing.h"

#include "model/initiator.h"

/* A path of which neither is known cannot be told from another. */
static bool is_named(const struct sharer *sharer, const struct nexus *nexus)
{
	if (sharer->target_port != nexus->target_port)
		return false;
	if (!sharer->initiator || !nexus->initiator)
		return sharer->initiator == nexus->initiator &&
		       nexus->target_port != TARGET_PORT_UNKNOWN;
	return initiator_is(nexus->initiator, sharer->initiator);
}

static struct sharer *find(struct sharer *list, const struct nexus *nexus)
{
	while (list && !is_named(list, nexus))
		list = list->next;
	return list;
}

const struct sharer *sharing_find(const struct sharer *list, const struct nexus *nexus)
{
	return find((struct sharer *)list, nexus);
}

static bool is_one_group(uint64_t groups)
{
	return groups && !(groups & (groups - 1));
}

bool sharing_is_one(const struct sharer *list, const struct nexus *a, const struct nexus *b)
{
	const struct sharer *one = sharing_find(list, a), *other = sharing_find(list, b);

	return one && other && one->groups == other->groups && is_one_group(one->groups);
}

/*
 * The registrant in @state that counts for a path which shares one of several registrations, those
 * of @groups: one that does not hold the reservation, if there is one. NULL if one of them is not
 * listed, or if their keys differ.
 */
static const struct registrant *least(const struct sharer *list, uint64_t groups,
				      const struct resv_state *state)
{
	const struct registrant *found = NULL;
	uint64_t listed = 0;

	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];
		const struct sharer *sharer = sharing_find(list, &registrant->nexus);

		if (!sharer || !is_one_group(sharer->groups) || !(sharer->groups & groups))
			continue;
		if (found && found->key != registrant->key)
			return NULL;
		if (!found || found->holder == TRI_YES)
			found = registrant;
		listed |= sharer->groups;
	}
	return groups & ~listed ? NULL : found;
}

bool sharing_is_path(const struct sharer *list, const struct nexus *nexus,
		     const struct nexus *listed, const struct resv_state *state)
{
	const struct sharer *path = sharing_find(list, nexus);
	const struct registrant *found;

	if (!path)
		return false;
	if (is_one_group(path->groups))
		return sharing_is_one(list, nexus, listed);
	found = least(list, path->groups, state);
	return found && listed == &found->nexus;
}

bool sharing_may_be_path(const struct sharer *list, const struct nexus *nexus,
			 const struct nexus *listed)
{
	const struct sharer *path = sharing_find(list, nexus), *other = sharing_find(list, listed);

	return path && other && (path->groups & other->groups);
}

static uint64_t group_new(const struct sharer *list)
{
	uint64_t used = 0;

	for (; list; list = list->next)
		used |= list->groups;
	return ~used & (used + 1);
}

/*
 * The entry of @nexus; if there is none, it is added, with a group of its own. NULL if there is no
 * memory, or no group left.
 */
static struct sharer *find_or_add(struct arena *arena, struct sharer **list,
				  const struct nexus *nexus, bool *changed)
{
	struct sharer *sharer = find(*list, nexus);
	uint64_t group = group_new(*list);

	if (sharer)
		return sharer;
	sharer = group ? arena_alloc(arena, sizeof(*sharer)) : NULL;
	if (!sharer)
		return NULL;
	*sharer = (struct sharer){ .target_port = nexus->target_port, .groups = group };
	if (nexus->initiator)
		sharer->initiator = initiator_text(arena, nexus->initiator);
	while (*list)
		list = &(*list)->next;
	*list = sharer;
	*changed = true;
	return sharer;
}

/* The registration of @group, a bit, is one of those of @groups. */
static void group_replace(struct sharer *list, uint64_t group, uint64_t groups)
{
	for (; list; list = list->next)
		if (list->groups & group)
			list->groups = (list->groups & ~group) | groups;
}

bool sharing_prove(struct arena *arena, struct sharer **list, const struct nexus *nexus,
		   const struct nexus *listed, size_t count)
{
	bool changed = false;
	struct sharer *path = find_or_add(arena, list, nexus, &changed);
	uint64_t groups = 0;

	for (size_t i = 0; path && i < count; i++) {
		struct sharer *other = find_or_add(arena, list, &listed[i], &changed);

		if (!other)
			return changed;
		/* It is listed, so it is one registration. */
		if (!is_one_group(other->groups)) {
			other->groups = group_new(*list);
			changed = true;
		}
		groups |= other->groups;
		other->proven = true;
	}
	if (!groups)
		return changed;
	path->proven = true;
	if (is_one_group(path->groups) && (path->groups & groups))
		return changed;
	if (path->groups == groups)
		return false;
	if (is_one_group(path->groups))
		group_replace(*list, path->groups, groups);
	path->groups = groups;
	return true;
}

/* Notes in @list the registration that @sharer of @from shares with others. */
static bool take(struct arena *arena, struct sharer **list, const struct sharer *from,
		 const struct sharer *sharer)
{
	struct nexus path = { sharer->initiator, sharer->target_port }, listed[64];
	uint64_t groups = 0;
	size_t count = 0;

	/* Of each group, another path. */
	for (; from; from = from->next) {
		if (from == sharer || !from->proven || !is_one_group(from->groups) ||
		    !(from->groups & sharer->groups & ~groups))
			continue;
		groups |= from->groups;
		listed[count++] = (struct nexus){ from->initiator, from->target_port };
	}
	/* It shares with another session by the same ports. */
	if (!count)
		listed[count++] = path;
	return sharing_prove(arena, list, &path, listed, count);
}

bool sharing_take_proven(struct arena *arena, struct sharer **list, const struct sharer *from)
{
	bool changed = false;

	for (const struct sharer *sharer = from; sharer; sharer = sharer->next)
		if (sharer->proven)
			changed |= take(arena, list, from, sharer);
	return changed;
}

/* Drops the entries that have one of @groups. */
static void drop(struct sharer **list, uint64_t groups)
{
	while (*list)
		if ((*list)->groups & groups)
			*list = (*list)->next;
		else
			list = &(*list)->next;
}

void sharing_drop(struct sharer **list, const struct nexus *nexus)
{
	const struct sharer *sharer = sharing_find(*list, nexus);

	if (sharer)
		drop(list, sharer->groups);
}

void sharing_drop_recorded(struct sharer **list)
{
	while (*list)
		if ((*list)->proven)
			list = &(*list)->next;
		else
			*list = (*list)->next;
}

bool sharing_has_proof(const struct sharer *list)
{
	while (list && !list->proven)
		list = list->next;
	return list;
}
