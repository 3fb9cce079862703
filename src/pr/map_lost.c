// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/map_lost.h"

#include "model/describe.h"
#include "model/handover.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/path.h"
#include "pr/path_text.h"

void map_lost_note(const struct request *request, struct result *map,
		   const struct resv_state *state)
{
	for (struct result *path = map->paths; path; path = path->next) {
		const struct registrant *own = state_path_own(state, path);

		/* A path that does not share it after all has lost nothing. */
		if (!own || nexus_is_assumed(path, &own->nexus))
			continue;
		if (own->key == request->key || (own->key && own->key == request->old_key))
			path->use.key = own->key;
	}
}

const struct result *map_lost(const struct request *request, const struct result *result)
{
	const struct resv_state *state = &result->state;

	if (!result->map || state->source == SOURCE_NONE)
		return NULL;
	for (const struct result *path = result->map->paths; path; path = path->next)
		if (path->use.key == request->key &&
		    (state_path_has(state, path, request->key) == TRI_NO ||
		     !state_has_key(state, request->key)))
			return path;
	return NULL;
}

/* Unregisters @path again, even if the rest of the request was stopped. */
static void take_back(const struct request *request, struct result *path,
		      const struct result *lost)
{
	const struct request undo = { .command = COMMAND_UNREGISTER,
				      .command_name = "unregister",
				      .key = request->key,
				      .release = true,
				      .was_fenced = true,
				      .is_volatile = request->is_volatile,
				      .timeout = request->timeout,
				      .deadline = request->deadline };
	const struct outcome registered = path->outcome;
	bool done;
	const char *key = describe_key(path->arena, request->key);

	result_undo_begin(path);
	path->outcome = (struct outcome){ .changed = TRI_NO };
	path_operate(&undo, path);
	done = path->outcome.status == STATUS_OK;
	if (!done)
		result_warn(path, WARN_NOT_TAKEN_BACK, key, path->lun.node, path->outcome.message);
	outcome_add(&path->outcome, &registered);
	if (done)
		result_fail(path, FAIL_TAKEN_BACK, key, lost->lun.node);
	else
		result_fail(path, FAIL_NOT_TAKEN_BACK, key, lost->lun.node);
}

/*
 * Whether the registration of @lost may be listed for @path since that has registered: on an array
 * with one registration for each initiator, a later one may replace the first. Only that command
 * was counted since @lost was listed; a fence would have been counted, too.
 */
static bool may_have_moved(const struct request *request, const struct result *path,
			   const struct result *lost)
{
	return path->before.source != SOURCE_NONE &&
	       path->state.generation == path->before.generation + 1 &&
	       path->state.count == path->before.count && !path->map->generation_per_controller &&
	       state_path_has(&path->before, lost, request->key) == TRI_YES;
}

/*
 * Whether @path shares the registration that is listed for another one: REGISTER from the key to
 * itself, which registers nothing, succeeds.
 */
static bool proves_sharing(const struct request *request, struct result *path)
{
	const struct outcome registered = path->outcome;
	bool proven;

	if (!path_is_alive(path))
		return false;
	path_reread(path);
	path->outcome = (struct outcome){ .changed = TRI_NO };
	path->use.moved = true;
	path_operate(request, path);
	path->use.moved = false;
	proven = path->outcome.status == STATUS_OK && nexus_has_proven(path);
	path->outcome = registered;
	return proven;
}

/* A path that has lost its key while @path was registered; NULL if there is none. */
static const struct result *lost_meanwhile(const struct request *request, struct result *path)
{
	const struct result *lost = map_lost(request, path);

	for (struct result *other = path->map->paths; other; other = other->next) {
		if (other != lost || !may_have_moved(request, path, other) ||
		    !proves_sharing(request, other))
			continue;
		path_reread(path);
		return map_lost(request, path);
	}
	return lost;
}

void map_lost_register(const struct request *request, struct result *path)
{
	const struct result *lost;

	path_operate(request, path);
	if (path->outcome.status != STATUS_OK || request->dry_run)
		return;
	lost = path->outcome.sent ? lost_meanwhile(request, path) : NULL;
	if (lost) {
		take_back(request, path, lost);
		return;
	}
	path->use.key = request->key;
	map_lost_note(request, path->map, &path->state);
}

bool map_lost_stops(const struct result *path)
{
	return path->outcome.status == STATUS_FAILED &&
	       path->outcome.reason == REASON_CHANGED_SINCE;
}
