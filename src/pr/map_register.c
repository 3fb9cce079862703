// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/map_register.h"

#include <stdatomic.h>

#include "block/resolve_map.h"
#include "model/describe.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/sharing.h"
#include "model/state.h"
#include "pr/map_lost.h"
#include "pr/map_multipathd.h"
#include "pr/map_paths.h"
#include "pr/path.h"
#include "pr/path_identify.h"
#include "pr/path_text.h"
#include "pr/patience.h"
#include "pr/rule.h"
#include "util/text.h"

/*
 * Whether @path has the key. Uses the state that was read last, which also lists paths that do not
 * answer, or otherwise the state that was read through @path at first.
 */
static bool has_key(const struct request *request, const struct result *map,
		    const struct result *path)
{
	const struct registrant *own = state_path_own(&map->state, path);
	bool refused = path->use.tried && path->outcome.status != STATUS_OK;

	/* If it was tried, an earlier run's proof that it shares the registration is obsolete. */
	if (own && own->key == request->key && !(refused && nexus_is_assumed(path, &own->nexus)))
		return true;
	return path->use.tried && path->outcome.status == STATUS_OK &&
	       (request->dry_run || state_path_has(&map->state, path, request->key) != TRI_NO);
}

/*
 * A registration of another path, or of an earlier session of this host, does not belong to @path.
 */
static bool is_still_registered(const struct request *request, const struct result *map,
				struct result *path)
{
	enum tri has = state_path_has(&map->state, path, 0);

	/*
	 * The path itself was found to be unregistered, so the similar registration in the list is
	 * another's.
	 */
	if (has == TRI_UNKNOWN && path_is_alive(path) && path->outcome.status == STATUS_OK &&
	    (path->use.tried || state_own_any(&path->state) == TRI_NO))
		return false;
	return has == TRI_YES ||
	       (has == TRI_UNKNOWN && state_path_has(&map->state, path, request->key) != TRI_NO);
}

/* The paths that lack the key, or are still registered, as one text. */
static const char *trouble_text(const struct request *request, struct result *map)
{
	bool removing = rule_of(request)->removes_own;
	const char *text = "";

	for (struct result *path = map->paths; path; path = path->next)
		if (removing ? is_still_registered(request, map, path)
			     : !has_key(request, map, path))
			text = text_list(map->arena, text, "%s", path_text(path));
	return text;
}

/* The refusal by a path, if nothing was changed on the map. */
static const struct result *path_refused(const struct result *map)
{
	for (const struct result *path = map->paths; path; path = path->next)
		if (path->outcome.status != STATUS_OK && path->outcome.status != STATUS_FAILED)
			return path;
	return NULL;
}

/* A path through which the device has refused the command; others would do the same. */
static const struct result *refused_by_device(const struct result *map)
{
	for (const struct result *path = map->paths; path; path = path->next)
		if (path->use.tried && path->outcome.status == STATUS_FAILED &&
		    path->outcome.reason == REASON_REFUSED && path->outcome.changed == TRI_NO)
			return path;
	return NULL;
}

/* Whether a refusal is about ports, which do not matter if all paths share one registration. */
static bool is_about_ports(const struct result *path)
{
	return path->outcome.reason == REASON_ONE_PORT_REGISTERED ||
	       path->outcome.reason == REASON_OPTION_UNSUPPORTED;
}

/* Whether @path shares a registration, for all that this run can know. */
static bool shares(const struct request *request, const struct result *path)
{
	return request->dry_run ? nexus_shares(path) : nexus_has_proven(path);
}

/*
 * A path that has the key, and for which the request was refused nevertheless, because a key is not
 * all that it asks for. NULL if there is none.
 */
static const struct result *refused_despite_key(const struct request *request,
						const struct result *map, size_t done)
{
	for (const struct result *path = map->paths; path; path = path->next)
		if (path->use.tried && path->outcome.status != STATUS_OK &&
		    (path->outcome.status != STATUS_FAILED || (request->is_volatile && !done)) &&
		    !(request->all_ports && shares(request, path) && is_about_ports(path)) &&
		    has_key(request, map, path))
			return path;
	return NULL;
}

/* A path whose outcome is unknown: the most serious outcome, which must not be hidden. */
static struct result *path_unknown(struct result *map)
{
	for (struct result *path = map->paths; path; path = path->next)
		if (path->outcome.status == STATUS_UNKNOWN)
			return path;
	return NULL;
}

/*
 * The order of the paths. First those whose key the request does not expect: they refuse it before
 * anything was done. Last the holder, because removing its key also removes the reservation.
 */
enum turn { TURN_REFUSES, TURN_ANY, TURN_HOLDS, TURN_COUNT };

static enum turn turn_of(const struct request *request, const struct result *path)
{
	const struct registrant *own = state_own(&path->state);

	if (own && !request->ignore_key && own->key != request->key &&
	    (rule_of(request)->removes_own || own->key != request->old_key))
		return TURN_REFUSES;
	return own && own->holder == TRI_YES ? TURN_HOLDS : TURN_ANY;
}

/*
 * Whether this host was, or may have been, fenced meanwhile, so that it registers no other path. A
 * user who cannot read the state does not know more of any path.
 */
static bool is_stopped(const struct request *request, const struct result *map)
{
	for (const struct result *path = map->paths; path; path = path->next)
		if (!rule_of(request)->removes_own &&
		    (map_lost_stops(path) || (path->outcome.status == STATUS_UNKNOWN &&
					      path->before.source != SOURCE_NONE)))
			return true;
	return false;
}

/*
 * Whether a path has refused so that all would, if nothing was done before. A registration for one
 * port may be one for all paths: the next path proves that. And a path that only seemed to share a
 * registration refuses for itself.
 */
static bool all_would_refuse(const struct request *request, const struct result *path)
{
	return path->outcome.status == STATUS_CONFLICT && !request->allow_partial &&
	       !path->unshared &&
	       !(path->outcome.reason == REASON_ONE_PORT_REGISTERED && nexus_shares(path));
}

static void path_do(const struct request *request, struct result *map, struct result *path,
		    bool fresh, bool late)
{
	if (!fresh)
		path_reread(path);
	/* In the first round, a path that is not ready must not delay the others. */
	path->use.replaceable = !late;
	/* If it is another LUN, its state does not count. */
	if (path_is_alive(path) && !path_identify(request, path)) {
		path->use.tried = true;
		return;
	}
	/* On NVMe the unregister through the previous path has removed the key of both. */
	if (rule_of(request)->removes_own && path_is_alive(path) &&
	    path->state.source != SOURCE_NONE && state_own_any(&path->state) == TRI_NO) {
		map->state = path->state;
		return;
	}
	map_path_begin(path, !late);
	if (rule_of(request)->removes_own)
		path_operate(request, path);
	else
		map_lost_register(request, path);
	if (path->state.source != SOURCE_NONE || map->state.source == SOURCE_NONE)
		map->state = path->state;
	outcome_add(&map->outcome, &path->outcome);
}

/*
 * Processes each path that answers and was not used. Returns how many have succeeded, @done from
 * before included. @last: the path from which the map's state was read. @late: no other path is
 * left to be done meanwhile.
 */
static size_t each_path(const struct request *request, struct result *map, struct result **last,
			size_t done, bool late)
{
	bool fresh = !late;

	for (enum turn turn = 0; turn < TURN_COUNT; turn++) {
		for (struct result *path = map->paths; path; path = path->next) {
			if (path->use.tried || !path_is_alive(path) ||
			    turn_of(request, path) != turn)
				continue;
			path_do(request, map, path, fresh, late);
			if (path->state.source != SOURCE_NONE)
				*last = path;
			fresh = false;
			done += path->use.tried && path->outcome.status == STATUS_OK;
			if (is_stopped(request, map))
				return done;
			if (!done && all_would_refuse(request, path))
				return 0;
		}
	}
	return done;
}

static bool is_dead(struct result *map, struct result *path)
{
	(void)map;
	return !path_is_alive(path);
}

void map_register_judge(const struct request *request, struct result *map, size_t done)
{
	size_t all = 0, have = 0;
	const char *lacking = trouble_text(request, map),
		   *key = describe_key(map->arena, request->key);
	const char *dead = map_paths_text(map, is_dead);
	const struct result *refused = refused_despite_key(request, map, done);
	const struct resv_state last = map->state;

	for (struct result *path = map->paths; path; path = path->next) {
		all++;
		have += has_key(request, map, path);
	}
	if (refused && have >= done && !is_stopped(request, map)) {
		map_adopt(map, refused);
		map->state = last;
		return;
	}
	if (have == all) {
		map->outcome.success =
			arena_printf(map->arena,
				     map->outcome.changed == TRI_NO ? DONE_WAS_REGISTERED_ON
								    : DONE_REGISTERED_ON,
				     key, all);
		if (*dead && !request->dry_run)
			result_warn(map, WARN_DEAD_PATHS_LISTED, dead);
		return;
	}
	if (have < done || is_stopped(request, map)) {
		/* The first path's registration was removed while the others were registered. */
		result_fail(map, FAIL_REGISTER_CHANGED_SINCE, key, have, all, lacking,
			    describe_holding(map->arena, &map->state));
		return;
	}
	if (done && request->allow_partial) {
		result_warn(map, WARN_PATHS_LACK_KEY, key, lacking);
		map->outcome.success =
			arena_printf(map->arena, DONE_REGISTERED_ON_SOME, key, have, all);
		return;
	}
	if (!done && path_refused(map)) {
		map_adopt(map, path_refused(map));
		return;
	}
	if (!have && refused_by_device(map)) {
		map_adopt(map, refused_by_device(map));
		return;
	}
	result_fail(map, FAIL_REGISTER_SOME_PATHS, key, have, all, lacking);
}

/*
 * Registrations of this host that belong to no path of the map: left by an earlier session, or of a
 * path outside the map.
 */
static const char *stale_text(const struct result *map)
{
	const char *text = "";

	for (size_t i = 0; i < map->state.count; i++) {
		const struct registrant *registrant = &map->state.registrants[i];

		if (registrant->this_host == TRI_YES && !registrant->own_path)
			text = text_list(map->arena, text, "%s (%s)",
					 describe_key(map->arena, registrant->key),
					 registrant->nexus.initiator);
	}
	return text;
}

void map_unregister_judge(const struct request *request, struct result *map, size_t done)
{
	const char *left = trouble_text(request, map), *stale = stale_text(map), *others, *key,
		   *holding;

	if (!done && path_refused(map)) {
		map_adopt(map, path_refused(map));
	} else if (request->dry_run && done) {
		map->outcome.success = NULL;
	} else if (*left) {
		result_fail(map, FAIL_UNREGISTER_SOME_PATHS, left);
	} else if (*stale &&
		   (done || request->ignore_key || state_has_key(&map->state, request->key))) {
		result_fail(map, FAIL_UNREGISTER_STALE, stale);
	} else if (done) {
		holding = describe_holding(map->arena, &map->state);
		map->outcome.success =
			done == 1 ? arena_printf(map->arena, DONE_UNREGISTERED_ON_ONE, holding)
				  : arena_printf(map->arena, DONE_UNREGISTERED_ON, done, holding);
	} else if (request->ignore_key) {
		map->outcome.success = DONE_NOTHING_REGISTERED;
	} else {
		others = describe_other_hosts(map->arena, &map->state, request->key);
		key = describe_key(map->arena, request->key);
		holding = describe_holding(map->arena, &map->state);
		if (*others)
			result_fail(map, FAIL_UNREGISTER_OTHER_HOST, key, others, holding);
		else
			result_fail(map, FAIL_UNREGISTER_NO_PATH, key, holding);
	}
}

/* Whether a path is still not ready: in its first reading, or when it was used. */
static bool is_any_waiting(const struct result *map)
{
	for (struct result *path = map->paths; path; path = path->next)
		if (atomic_load(&path->use.probed) ? path->use.tried && path->use.again
						   : atomic_load(&path->use.waiting))
			return true;
	return false;
}

static bool is_any_new(const struct result *map)
{
	for (struct result *path = map->paths; path; path = path->next)
		if (!path->use.tried && path_is_alive(path))
			return true;
	return false;
}

/* Every path must be processed: waits for those that are not ready after the others are done. */
static size_t late_paths(const struct request *request, struct result *map, struct result **last,
			 size_t done)
{
	struct patience patience = patience_begin(request, PATIENCE_MINUTE);

	/* A silent path may have answered while a later one was at work. */
	if (is_any_new(map) && !is_stopped(request, map))
		done = each_path(request, map, last, done, true);
	while (!is_stopped(request, map) && is_any_waiting(map) &&
	       patience_wait(&patience, map))
		if (map_paths_renew(map) || is_any_new(map))
			done = each_path(request, map, last, done, true);
	return done;
}

/* Whether @path certainly has or shares @registrant, and no other. */
static bool has_only(const struct resv_state *state, const struct result *path,
		     const struct registrant *registrant)
{
	const struct nexus *own = &path->lun.nexus, *listed = &registrant->nexus;
	size_t count = 0;

	for (size_t i = 0; i < state->count; i++)
		count += nexus_is_path(path, &state->registrants[i].nexus, state) == TRI_YES;
	return count == 1 && state_path_own(state, path) == registrant &&
	       (nexus_is_same(own, listed) == TRI_YES ||
		sharing_is_one(path->map->sharers, own, listed));
}

/* Whether an alive path can change the key of @registrant. */
static bool is_in_reach(struct result *map, const struct registrant *registrant)
{
	for (struct result *path = map->paths; path; path = path->next)
		if (path_is_alive(path) && has_only(&map->state, path, registrant))
			return true;
	return false;
}

/* The dead paths that have --old-key and would keep it. */
static const char *replaced_on_dead(const struct request *request, struct result *map)
{
	const char *text = "";

	if (!request->old_key || request->old_key == request->key || request->allow_partial)
		return text;
	for (struct result *path = map->paths; path; path = path->next)
		if (!path_is_alive(path) &&
		    state_path_has(&map->state, path, request->old_key) == TRI_YES &&
		    !is_in_reach(map, state_path_own(&map->state, path)))
			text = text_list(map->arena, text, "%s", path_text(path));
	return text;
}

struct result *map_register_paths(const struct request *request, struct result *map,
				  struct result *alive)
{
	struct result *last = alive;
	const char *dead;
	size_t done;

	map->state = alive->state;
	dead = replaced_on_dead(request, map);
	if (*dead) {
		result_fail(map, FAIL_REPLACE_PATH_DEAD, describe_key(map->arena, request->old_key),
			    dead);
		return NULL;
	}
	map_lost_note(request, map, &map->state);
	done = each_path(request, map, &last, 0, false);
	if (!path_unknown(map) && (done || !path_refused(map)))
		done = late_paths(request, map, &last, done);
	if (path_unknown(map))
		map_adopt(map, path_unknown(map));
	else
		rule_of(request)->judge_paths(request, map, done);
	return last;
}

void map_register_finish(const struct request *request, struct result *map)
{
	const char *key = describe_key(map->arena, request->key), *joined;
	size_t count, known = 0;

	map_multipathd_setprkey(request, map);
	if (map->outcome.status != STATUS_OK || request->dry_run)
		return;
	joined = resolve_map_joined(map, &count);
	if (!count)
		return;
	if (request->allow_partial) {
		result_warn(map, WARN_PATHS_LACK_KEY, key, joined);
		return;
	}
	for (const struct result *path = map->paths; path; path = path->next)
		known++;
	map->outcome.success = NULL;
	result_fail(map, FAIL_REGISTER_JOINED, key, known, known + count, joined);
}
