// SPDX-License-Identifier: GPL-2.0-or-later
#include "map_each.h"

#include <inttypes.h>

#include "describe.h"
#include "map_paths.h"
#include "multipathd.h"
#include "operate.h"
#include "state.h"

/* Whether @path is listed with @key in the state that was read last; 0: with any. */
static enum tri path_has(const struct result *map, const struct result *path, uint64_t key)
{
	uint64_t there = 0;
	enum tri listed = state_path_key(&map->state, path, &there);

	if (listed != TRI_YES || key == 0)
		return listed;
	return there == key ? TRI_YES : TRI_NO;
}

static bool lacks_key(struct result *map, struct result *path)
{
	(void)map;
	return path->verdict != VERDICT_OK || !path_is_alive(path);
}

static bool is_left(struct result *map, struct result *path)
{
	return path_has(map, path, 0) == TRI_YES;
}

/* A path's own refusal, for a map on which nothing was changed. */
static const struct result *path_refused(const struct result *map)
{
	for (const struct result *path = map->paths; path; path = path->next)
		if (path->verdict != VERDICT_OK && path->verdict != VERDICT_FAILED)
			return path;
	return NULL;
}

/* The worst of what must not be glossed over: a change whose outcome is not known. */
static struct result *path_unknown(struct result *map)
{
	for (struct result *path = map->paths; path; path = path->next)
		if (path->verdict == VERDICT_UNKNOWN)
			return path;
	return NULL;
}

/* Does each path that answers, @holders last: a holder's key takes the reservation with it. */
static size_t each_path(const struct request *request, struct result *map)
{
	size_t done = 0;

	for (int last = 0; last <= 1; last++) {
		for (struct result *path = map->paths; path; path = path->next) {
			const struct registrant *own = state_own(&path->state);
			bool holds = own && own->holder == TRI_YES;

			if (!path_is_alive(path) || holds != (last == 1))
				continue;
			if (request->command == COMMAND_UNREGISTER && state_own_any(&path->state) == TRI_NO)
				continue;
			if (done)
				path_reread(path);
			path_operate(request, path);
			map->state = path->state;
			map->sent |= path->sent;
			if (path->changed != TRI_NO && map->changed != TRI_YES)
				map->changed = path->changed;
			done += path->verdict == VERDICT_OK;
			/* A refusal before anything was done holds for every path. */
			if (path->verdict == VERDICT_CONFLICT && !done)
				return 0;
		}
	}
	return done;
}

/* The daemon brings a path back without its key unless it has been told the key. */
static void warn_of_multipathd(const struct request *request, struct result *map)
{
	const char *name = map->lun.node + sizeof("/dev/mapper/") - 1;

	if (map->verdict != VERDICT_OK || request->dry_run || multipathd_registers(name, request->key) != TRI_NO)
		return;
	result_warn(map, "multipathd would not register a path that comes back: with \"reservation_key file\" in "
		    "multipath.conf, run: multipathd setprkey map %s key " KEY_FORMAT " && multipathd setprstatus map %s",
		    name, request->key, name);
}

static void register_judge(const struct request *request, struct result *map, size_t done)
{
	size_t all = 0;
	const char *lacking, *key = describe_key(map->arena, request->key);

	for (struct result *path = map->paths; path; path = path->next)
		all++;
	if (done == all) {
		map->success = arena_printf(map->arena, map->changed == TRI_NO ? "%s was registered already on %zu paths"
									      : "registered %s on %zu paths",
					    key, all);
		return;
	}
	lacking = map_paths_text(map, lacks_key);
	if (done && request->allow_partial) {
		result_warn(map, "these paths lack %s: %s", key, lacking);
		map->success = arena_printf(map->arena, "registered %s on %zu of %zu paths", key, done, all);
		return;
	}
	if (!done && path_refused(map)) {
		map_adopt(map, path_refused(map));
		return;
	}
	result_fail(map, VERDICT_FAILED, REASON_PATH, STEP_CHANGE,
		    "%s is registered on %zu of %zu paths, and lacking on %s; bring that back and register again, or "
		    "give --allow-partial", key, done, all, lacking);
}

static void unregister_judge(const struct request *request, struct result *map, size_t done)
{
	const char *left = map_paths_text(map, is_left);

	if (!done && path_refused(map)) {
		map_adopt(map, path_refused(map));
	} else if (*left) {
		result_fail(map, VERDICT_FAILED, REASON_PATH, STEP_CHANGE,
			    "registered still on %s; bring the path back and unregister again, or preempt its key from another host",
			    left);
	} else if (done) {
		map->success = arena_printf(map->arena, "unregistered on %zu path%s; %s", done, done == 1 ? "" : "s",
					    describe_holding(map->arena, &map->state));
	} else if (request->ignore_key) {
		map->success = "nothing was registered";
	} else {
		result_fail(map, VERDICT_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_CHANGE, "%s on no path; %s",
			    describe_own(map->arena, &map->state, request->key), describe_holding(map->arena, &map->state));
	}
}

void map_each_path(const struct request *request, struct result *map, struct result *alive)
{
	size_t done;

	map->state = alive->state;
	done = each_path(request, map);
	if (path_unknown(map))
		map_adopt(map, path_unknown(map));
	else if (request->command == COMMAND_UNREGISTER)
		unregister_judge(request, map, done);
	else
		register_judge(request, map, done);
	if (request->command == COMMAND_REGISTER)
		warn_of_multipathd(request, map);
}
