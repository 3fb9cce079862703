// SPDX-License-Identifier: GPL-2.0-or-later
#include "summary.h"

#include <string.h>

#include "model/describe.h"
#include "model/state.h"
#include "util/text.h"

struct clauses {
	const struct result *result;
	struct note *first;
	struct note **end;
};

static void clause_add(struct clauses *clauses, const char *text)
{
	struct note *note = arena_alloc(clauses->result->arena, sizeof(*note));

	if (!note)
		return;
	note->text = text;
	*clauses->end = note;
	clauses->end = &note->next;
}

static void summary_type(struct clauses *clauses)
{
	const struct resv_state *state = &clauses->result->state;
	struct arena *arena = clauses->result->arena;

	if (state->type == RESV_NONE)
		clause_add(clauses, "nothing is reserved: every host may write");
	else if (state->type == RESV_OTHER)
		clause_add(clauses, arena_printf(arena, "reserved with the unknown type 0x%x",
						 state->type_code));
	else
		clause_add(
			clauses,
			arena_printf(arena, "%s: only %s may %s", type_words(state->type)->name,
				     type_is_for_holder(state->type) ? "the holder"
								     : "registered hosts",
				     type_words(state->type)->exclusive ? "read or write"
									: "write"));
}

static void summary_holder(struct clauses *clauses)
{
	const struct resv_state *state = &clauses->result->state;
	struct arena *arena = clauses->result->arena;
	const struct registrant *holder = NULL;
	size_t unknown = 0;
	const char *text;

	if (state->type == RESV_NONE)
		return;
	if (type_words(state->type)->all_registrants) {
		clause_add(clauses, "each registrant holds it");
		return;
	}
	if (state_may_omit(state)) {
		clause_add(clauses, "the device does not say which host holds it");
		return;
	}
	for (size_t i = 0; i < state->count; i++) {
		if (state->registrants[i].holder == TRI_YES)
			holder = &state->registrants[i];
		unknown += state->registrants[i].holder == TRI_UNKNOWN;
	}
	if (holder) {
		/* On a map, such a reservation allows only one path to write. */
		bool alone = holder->own_path && clauses->result->paths &&
			     type_is_for_holder(state->type);

		text = describe_registrant(arena, holder);
		clause_add(clauses, arena_printf(arena, "%s holds it%s", text,
						 alone ? ", through one path only" : ""));
	} else if (unknown) {
		clause_add(
			clauses,
			arena_printf(
				arena,
				"one of the %zu registrants with key %s holds it; the device does "
				"not say which",
				unknown, describe_key(arena, state->key)));
	}
}

static enum tri host_holds(const struct resv_state *state)
{
	enum tri holds = state_may_omit(state) ? TRI_UNKNOWN : TRI_NO;

	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];
		bool maybe = registrant->own_path || registrant->this_host != TRI_NO;

		if (maybe && registrant->holder == TRI_YES && registrant->this_host != TRI_UNKNOWN)
			return TRI_YES;
		if (maybe && registrant->holder != TRI_NO)
			holds = TRI_UNKNOWN;
	}
	return holds;
}

static void summary_host(struct clauses *clauses)
{
	const struct resv_state *state = &clauses->result->state;
	enum tri registered = state_host_registered(state);
	const char *may_not =
		type_words(state->type)->exclusive ? "may neither read nor write" : "may not write";

	if (registered == TRI_UNKNOWN)
		clause_add(clauses, "it is unknown whether this host is registered");
	else if (type_is_for_registrants(state->type) && registered == TRI_NO)
		clause_add(clauses, arena_printf(clauses->result->arena,
						 "this host is not registered, and %s", may_not));
	else if (type_is_for_holder(state->type) && host_holds(state) == TRI_NO)
		clause_add(clauses,
			   arena_printf(clauses->result->arena, "this host %s%s",
					registered == TRI_NO ? "is not registered, and " : "",
					may_not));
	else if (registered == TRI_NO)
		clause_add(clauses, "this host is not registered");
}

static bool is_running(const struct result *path)
{
	return !path->lun.state || strcmp(path->lun.state, "running") == 0 ||
	       strcmp(path->lun.state, "live") == 0;
}

static enum tri path_registered(const struct result *map, const struct result *path)
{
	uint64_t key;

	return state_path_key(&map->state, path, &key);
}

/*
 * "/dev/sdc (offline), /dev/sdd": the paths with that registration, with the state of those that
 * are not running.
 */
static const char *paths_listed(const struct result *map, enum tri registered)
{
	const char *text = "";

	for (const struct result *path = map->paths; path; path = path->next) {
		bool runs = is_running(path);

		if (path_registered(map, path) != registered || (registered == TRI_YES && runs))
			continue;
		text = text_list(map->arena, text, "%s%s%s%s", path->lun.node,
				    runs ? "" : " (", runs ? "" : path->lun.state, runs ? "" : ")");
	}
	return text;
}

static void summary_paths(struct clauses *clauses)
{
	const struct result *map = clauses->result;
	const char *lacking = paths_listed(map, TRI_NO), *unknown = paths_listed(map, TRI_UNKNOWN);
	const char *idle = paths_listed(map, TRI_YES);
	bool registered = state_host_registered(&map->state) == TRI_YES;

	if (*lacking && registered)
		clause_add(clauses, arena_printf(map->arena, "%s has no key%s", lacking,
						 type_is_for_registrants(map->state.type)
							 ? ": writes through it fail"
							 : ""));
	if (*unknown && registered)
		clause_add(clauses,
			   arena_printf(map->arena, "it is unknown whether %s has a key", unknown));
	if (*idle)
		clause_add(clauses, arena_printf(map->arena, "not running: %s", idle));
}

const struct note *summary(const struct result *result)
{
	struct clauses clauses = { .result = result };

	clauses.end = &clauses.first;
	if (result->state.count || result->state.type != RESV_NONE) {
		summary_type(&clauses);
		summary_holder(&clauses);
		summary_host(&clauses);
		summary_paths(&clauses);
	}
	return clauses.first;
}
