// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/map_one_path.h"

#include <stdatomic.h>

#include "model/describe.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/map_lost.h"
#include "pr/map_paths.h"
#include "pr/path.h"
#include "pr/path_text.h"
#include "pr/patience.h"
#include "pr/rule.h"
#include "util/text.h"

/*
 * Whether another path may be tried after @path failed: only if the state was read and shows that
 * nothing was done, whatever the path answered. Not if it may have been done, nor if the LUN itself
 * refuses it: a conflict is the LUN's answer if the list names this path, and this path does not
 * only seem to share a registration.
 */
static bool is_for_another(const struct result *path)
{
	if (path->outcome.status == STATUS_OK)
		return false;
	if (!path->outcome.sent)
		return path->outcome.status == STATUS_FAILED &&
		       (path->outcome.reason != REASON_NOT_SENT || path->use.again);
	if (path->outcome.changed != TRI_NO || path->state.source == SOURCE_NONE)
		return false;
	return path->outcome.status != STATUS_CONFLICT || path->unshared ||
	       !state_names_hosts(&path->state);
}

/* A path shares no registration: the states of the others must not count as if they did. */
static void paths_mark(struct result *map)
{
	for (struct result *path = map->paths; path; path = path->next)
		if (path_is_alive(path))
			nexus_mark(path, &path->state);
}

/*
 * Sends the request through @path and, as long as it is not done, through the next one. Returns the
 * path that was used last.
 */
static struct result *path_after_path(const struct request *request, struct result *map,
				      struct result *path)
{
	struct patience patience = patience_begin(request, PATIENCE_MINUTE);

	for (;;) {
		struct result *next;

		map_path_begin(path, true);
		path_operate(request, path);
		map->outcome.sent |= path->outcome.sent;
		if (!is_for_another(path))
			return path;
		map_paths_wait(map);
		if (path->unshared)
			paths_mark(map);
		next = map_path_choose(request, map, &patience);
		if (!next)
			return path;
		result_trace(map, "%s failed, %s is next", path->lun.node, next->lun.node);
		/* What it answered is no trouble of the map's. */
		if (path->unshared)
			outcome_succeed(&path->outcome, NULL);
		path = next;
		path_reread(path);
	}
}

/*
 * A preempt of all registrants spares only the path that it was sent through, @path. This registers
 * those other paths of this host again that had a key in @before. Returns the path through which
 * the LUN was changed last.
 */
static struct result *others_register(const struct request *request, struct result *map,
				      struct result *path, const struct resv_state *before)
{
	struct request again = { .command = COMMAND_REGISTER,
				 .command_name = "register",
				 .key = request->key,
				 .is_volatile = map->is_volatile,
				 .timeout = request->timeout,
				 .deadline = request->deadline };
	struct result *last = path;
	const char *back = "";

	map_paths_wait(map);
	path->use.key = request->key;
	for (struct result *other = map->paths; other; other = other->next) {
		uint64_t key;

		if (other == path || !path_is_alive(other) ||
		    state_path_has(before, other, 0) == TRI_NO ||
		    state_path_key(&path->state, other, &key) == TRI_YES)
			continue;
		other->outcome.status = STATUS_OK;
		path_reread(other);
		map_lost_register(&again, other);
		if (map_lost_stops(other)) {
			if (other->state.source != SOURCE_NONE)
				map->state = other->state;
			result_fail(map, FAIL_CHANGED_SINCE,
				    describe_holding(map->arena, &map->state),
				    describe_own(map->arena, &map->state, request->key));
			break;
		}
		if (other->outcome.status != STATUS_OK)
			continue;
		map->state = other->state;
		last = other;
		back = text_list(map->arena, back, "%s", other->lun.node);
	}
	if (*back)
		result_warn(map, WARN_PATHS_REREGISTERED, back);
	return last;
}

/* The map's paths that have no key, if that keeps them from writing. */
static bool is_shut_out(struct result *map, struct result *path)
{
	return map->state.type != RESV_NONE && state_path_has(&map->state, path, 0) == TRI_NO;
}

/* Whether a path of the map does not hold the reservation that another path holds. */
static bool has_path_without_hold(const struct result *map)
{
	for (const struct result *path = map->paths; path; path = path->next)
		if (!map_path_holds(path, &map->state))
			return true;
	return false;
}

/* Warns of what the user of a map may not expect after a success. */
static void warn_of_paths(const struct request *request, struct result *map)
{
	struct result *holding = map_path_holding(map, &map->state);
	const char *shut_out;

	if (map->outcome.status != STATUS_OK || request->dry_run)
		return;
	/* On NVMe the host holds the reservation, through whichever path it was taken. */
	if (!command_only_reads(request->command) && holding && has_path_without_hold(map) &&
	    map->lun.transport == TRANSPORT_SCSI && type_is_for_holder(map->state.type)) {
		result_warn(map, WARN_HELD_THROUGH_PATH, type_words(map->state.type)->name,
			    holding->lun.node);
		return;
	}
	shut_out = command_only_reads(request->command) ? "" : map_paths_text(map, is_shut_out);
	if (*shut_out)
		result_warn(map, WARN_PATHS_NOT_REGISTERED, shut_out);
}

/* The paths that failed before another one succeeded. */
static bool has_failed(struct result *map, struct result *path)
{
	(void)map;
	return path->use.tried && path->outcome.status == STATUS_FAILED;
}

static bool path_is_silent(struct result *map, struct result *path)
{
	(void)map;
	return !atomic_load(&path->use.probed);
}

/*
 * Whether a path that is not ready yet is the one that @request needs, as far as @path shows: the
 * holder's, or one that has the key.
 */
static bool is_needed_late(const struct request *request, struct result *map, struct result *path)
{
	for (struct result *late = map->paths; late; late = late->next) {
		if (atomic_load(&late->use.probed) || !atomic_load(&late->use.waiting))
			continue;
		if (rule_of(request)->by_holder && path->state.type != RESV_NONE
			    ? map_path_holds(late, &path->state)
			    : state_path_has(&path->state, late, request->key) != TRI_NO)
			return true;
	}
	return false;
}

/* Chooses a path instead of @path if that does not suit; waits for one that is not ready. */
static struct result *path_choose_late(const struct request *request, struct result *map,
				       struct result *path)
{
	struct patience patience = patience_begin(request, PATIENCE_MINUTE);
	struct result *next;

	while (!map_path_suits(request, path) && is_needed_late(request, map, path) &&
	       patience_wait(&patience, map)) {
		next = map_path_choose(request, map, &patience);
		path = next ? next : path;
	}
	return path;
}

struct result *map_one_path(const struct request *request, struct result *map,
			    struct result *alive)
{
	struct result *path = path_choose_late(request, map, alive),
		      *holding = map_path_holding(map, &path->state);
	const struct resv_state before = path->state;
	const char *silent = map_paths_text(map, path_is_silent);
	const char *failed;

	if (rule_of(request)->by_holder && holding && !map_path_holds(path, &path->state) &&
	    !type_words(path->state.type)->all_registrants) {
		map->state = path->state;
		result_fail(map, FAIL_RELEASE_PATH_DEAD, describe_holding(map->arena, &path->state),
			    path_text(holding));
		return NULL;
	}
	path = path_after_path(request, map, path);
	map_adopt(map, path);
	failed = map_paths_text(map, has_failed);
	if (map->outcome.status == STATUS_OK && *failed)
		result_warn(map, WARN_DONE_THROUGH, path->lun.node, failed);
	if (map->outcome.status == STATUS_OK && request->victim_all && path->outcome.sent)
		path = others_register(request, map, path, &before);
	if (*silent)
		result_warn(map, WARN_PATH_SILENT, silent);
	warn_of_paths(request, map);
	return path;
}
