// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/views.h"

#include <inttypes.h>
#include <string.h>

#include "model/describe.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/path_text.h"
#include "util/text.h"

#define LISTED_MAX 8 /* how many registrants of a view are named */

static bool names_nexuses(const struct resv_state *state)
{
	for (size_t i = 0; i < state->count; i++)
		if (!state->registrants[i].nexus.initiator)
			return false;
	return true;
}

static bool is_same(const struct registrant *a, const struct registrant *b)
{
	return a->key == b->key && a->nexus.target_port == b->nexus.target_port &&
	       strcmp(a->nexus.initiator, b->nexus.initiator) == 0 &&
	       (a->holder == b->holder || a->holder == TRI_UNKNOWN || b->holder == TRI_UNKNOWN);
}

/*
 * Whether @state lists each registrant of @other. Targets keep their order, so the same position is
 * compared first.
 */
static bool lists_all_of(const struct resv_state *state, const struct resv_state *other)
{
	for (size_t i = 0; i < other->count; i++) {
		const struct registrant *wanted = &other->registrants[i];
		bool found = i < state->count && is_same(&state->registrants[i], wanted);

		for (size_t j = 0; j < state->count && !found; j++)
			found = is_same(&state->registrants[j], wanted);
		if (!found)
			return false;
	}
	return true;
}

/* The same reservation and the same registrants, whatever the generations are. */
static bool lists_agree(const struct resv_state *a, const struct resv_state *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == RESV_OTHER && a->type_code != b->type_code)
		return false;
	/*
	 * If all registrants are holders, the interfaces report different keys as the holder's, or
	 * none.
	 */
	if (!type_words(a->type)->all_registrants && a->key != b->key)
		return false;
	if (names_nexuses(a) && names_nexuses(b))
		return lists_all_of(a, b) && lists_all_of(b, a);
	return state_has_same_keys(a, b);
}

bool views_agree(const struct resv_state *a, const struct resv_state *b)
{
	return a->generation == b->generation && lists_agree(a, b);
}

bool view_is_read(struct result *path)
{
	return path_is_alive(path) && path->state.source != SOURCE_NONE;
}

/*
 * Whether @registrant cannot have come through the controller that @path leads to. Paths to one
 * controller show the same generation, and a path that was not read may be one of them.
 */
static bool is_foreign(struct result *map, const struct result *path,
		       const struct registrant *registrant)
{
	for (struct result *other = map->paths; other; other = other->next)
		if ((!view_is_read(other) || other->state.generation == path->state.generation) &&
		    nexus_is_same(&other->lun.nexus, &registrant->nexus) != TRI_NO)
			return false;
	return true;
}

/*
 * Whether @a and @b, whose lists agree, lead to controllers that count commands separately but
 * share their registrations. They do if both list a registration that came through a path of the
 * map, and each of the two that has another generation than that path cannot have received it
 * itself. Gateways that share nothing cannot know each other's registrations.
 */
static bool is_shared(struct result *map, const struct result *a, const struct result *b)
{
	for (size_t i = 0; i < a->state.count; i++) {
		const struct registrant *registrant = &a->state.registrants[i];

		for (struct result *path = map->paths; path; path = path->next)
			if (view_is_read(path) &&
			    nexus_is_same(&path->lun.nexus, &registrant->nexus) == TRI_YES &&
			    (a->state.generation == path->state.generation ||
			     is_foreign(map, a, registrant)) &&
			    (b->state.generation == path->state.generation ||
			     is_foreign(map, b, registrant)))
				return true;
	}
	return false;
}

static enum views pair_compare(struct result *map, const struct result *a, const struct result *b)
{
	if (views_agree(&a->state, &b->state))
		return VIEWS_AGREE;
	if (!lists_agree(&a->state, &b->state))
		return VIEWS_DIFFER;
	return is_shared(map, a, b) ? VIEWS_GENERATION_PER_CONTROLLER : VIEWS_OTHER_GENERATION;
}

enum views views_compare(struct result *map, struct result *reference)
{
	enum views worst = VIEWS_AGREE, one;

	for (struct result *path = map->paths; path; path = path->next) {
		if (path_contradicts(path))
			return VIEWS_DIFFER;
		if (!view_is_read(path) || !view_is_read(reference))
			continue;
		one = pair_compare(map, reference, path);
		worst = one < worst ? one : worst;
	}
	return worst;
}

const char *views_generations_text(struct result *map)
{
	const char *text = "";

	for (struct result *path = map->paths; path; path = path->next)
		if (view_is_read(path))
			text = text_list(map->arena, text, "%s %" PRIu32, path->lun.node,
					 path->state.generation);
	return text;
}

/* "0xa (/dev/sda)": a registrant that is a path of this map is named by its device. */
static const char *registrant_text(const struct result *map, const struct registrant *registrant)
{
	for (const struct result *path = map->paths; path; path = path->next)
		if (nexus_is_same(&path->lun.nexus, &registrant->nexus) == TRI_YES)
			return arena_printf(map->arena, "%s (%s)",
					    describe_key(map->arena, registrant->key),
					    path->lun.node);
	return describe_registrant(map->arena, registrant);
}

static const char *view_text(const struct result *map, const struct resv_state *state)
{
	const char *text = "";

	for (size_t i = 0; i < state->count && i < LISTED_MAX; i++)
		text = text_list(map->arena, text, "%s",
				 registrant_text(map, &state->registrants[i]));
	if (state->count > LISTED_MAX)
		text = arena_printf(map->arena, "%s and %zu more", text, state->count - LISTED_MAX);
	return arena_printf(map->arena, "%s, %s, generation %" PRIu32,
			    *text ? text : "no registrants", describe_holding(map->arena, state),
			    state->generation);
}

/*
 * The paths from @first on that show the same view; NULL if an earlier path shows it and was named.
 */
static const char *same_view(struct result *map, struct result *first)
{
	const char *text = "";
	bool begun = false;

	for (struct result *path = map->paths; path; path = path->next) {
		begun |= path == first;
		if (!view_is_read(path) || !views_agree(&first->state, &path->state))
			continue;
		if (!begun)
			return NULL;
		text = text_list(map->arena, text, "%s", path->lun.node);
	}
	return text;
}

const char *views_text(struct result *map)
{
	const char *text = "";

	for (struct result *path = map->paths; path; path = path->next) {
		bool read = view_is_read(path);
		const char *names = read ? same_view(map, path) : path_text(path);

		if (names)
			text = arena_printf(map->arena, "%s%s%s%s%s", text, *text ? "; " : "",
					    names, read ? " shows " : "",
					    read ? view_text(map, &path->state) : "");
	}
	return text;
}
