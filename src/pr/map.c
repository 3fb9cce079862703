// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/map.h"

#include <stdatomic.h>

#include "model/describe.h"
#include "model/state.h"
#include "pr/check.h"
#include "pr/map_paths.h"
#include "pr/map_register.h"
#include "pr/path.h"

/* Tells what the paths were sent and answered; a path that is busy yet is left alone. */
static void notes_adopt(struct result *map)
{
	for (struct result *path = map->paths; path; path = path->next) {
		if (!atomic_load(&path->probed)) {
			result_trace(map, "%s: no answer", path->lun.node);
			continue;
		}
		for (const struct note *note = path->trace; note; note = note->next)
			result_trace(map, "%s: %s", path->lun.node, note->text);
		for (const struct note *note = path->warnings; note; note = note->next)
			result_warn(map, "%s", note->text);
		if (path->would)
			map->would = arena_printf(map->arena, "%s%s%s", map->would ? map->would : "", map->would ? "; " : "",
						  path->would);
	}
}

/*
 * Whether what ended badly through @path may end well through another: where it failed, with nothing done as the
 * read-back shows; and where the device refused it, and does not tell which path has the key or holds.
 */
static bool is_for_another(const struct result *path)
{
	if (path->verdict == VERDICT_FAILED && path->reason == REASON_PATH)
		return true;
	return path->verdict == VERDICT_CONFLICT && path->sent && !state_names_hosts(&path->state);
}

/* Does it through @path, and where that is of no avail through the next one. Returns the last. */
static struct result *path_after_path(const struct request *request, struct result *map, struct result *path)
{
	for (;;) {
		struct result *next;

		path->used = true;
		path_operate(request, path);
		map->sent |= path->sent;
		if (!is_for_another(path))
			return path;
		map_paths_wait(map);
		next = map_path_choose(request, map);
		if (!next)
			return path;
		result_trace(map, "%s failed, %s is next", path->lun.node, next->lun.node);
		path = next;
		path_reread(path);
	}
}

/*
 * PREEMPT of all spares the path that it goes through alone, @path: those of this host's others that had a key, as
 * @before shows, are to go on, too.
 */
static void others_register(const struct request *request, struct result *map, const struct result *path,
			    const struct resv_state *before)
{
	struct request again = { .command = COMMAND_REGISTER, .command_name = "register", .key = request->key,
				 .timeout = request->timeout };
	const char *back = "";

	map_paths_wait(map);
	for (struct result *other = map->paths; other; other = other->next) {
		uint64_t key;

		if (other == path || !path_is_alive(other) || state_path_has(before, other, 0) == TRI_NO ||
		    state_path_key(&path->state, other, &key) == TRI_YES)
			continue;
		other->verdict = VERDICT_OK;
		path_reread(other);
		path_operate(&again, other);
		if (other->verdict != VERDICT_OK)
			continue;
		map->state = other->state;
		back = arena_printf(map->arena, "%s%s%s", back, *back ? ", " : "", other->lun.node);
	}
	if (*back)
		result_warn(map, "this host's other paths lost their registrations with all others, and have them again: %s; "
			    "writes through them failed in between", back);
}

/* The map's paths that have no key, where that keeps them from writing. */
static bool is_shut_out(struct result *map, struct result *path)
{
	return map->state.type != RESV_NONE && state_path_has(&map->state, path, 0) == TRI_NO;
}

/* What is done, and yet not all that the user of a map will expect of it. */
static void warn_of_paths(const struct request *request, struct result *map)
{
	struct result *holding = map_path_holding(map, &map->state);
	const char *shut_out;

	if (map->verdict != VERDICT_OK || request->dry_run)
		return;
	/* On NVMe the host holds, whatever path it took. */
	if (request->command == COMMAND_RESERVE && map->paths->next && holding && map->lun.transport == TRANSPORT_SCSI &&
	    type_is_for_holder(request->type)) {
		result_warn(map, "%s binds to one path, %s: writes through the others will fail; the types for registrants suit "
			    "a multipath map", type_words(request->type)->name, holding->lun.node);
		return;
	}
	shut_out = command_only_reads(request->command) ? "" : map_paths_text(map, is_shut_out);
	if (*shut_out)
		result_warn(map, "these paths are not registered, and writes through them will fail: %s; register on the map "
			    "again", shut_out);
}

static bool is_silent(struct result *map, struct result *path)
{
	(void)map;
	return !atomic_load(&path->probed);
}

static void through_one(const struct request *request, struct result *map)
{
	struct result *path = map_path_choose(request, map), *holding = map_path_holding(map, &path->state);
	const struct resv_state before = path->state;
	const char *silent = command_only_reads(request->command) ? map_paths_text(map, is_silent) : "";

	if (request->command == COMMAND_RELEASE && holding && holding != path &&
	    !type_words(path->state.type)->all_registrants) {
		map->state = path->state;
		result_fail(map, VERDICT_FAILED, REASON_PATH, STEP_CHANGE,
			    "%s, through %s, and only that path can release it; bring it back, or preempt from another host, "
			    "or clear", describe_holding(map->arena, &path->state), path_text(holding));
		return;
	}
	path = path_after_path(request, map, path);
	map_adopt(map, path);
	if (map->verdict == VERDICT_OK && request->victim_all && path->sent)
		others_register(request, map, path, &before);
	if (*silent)
		result_warn(map, "no answer through %s; look at that path", silent);
	warn_of_paths(request, map);
}

static bool is_any(struct result *map, struct result *path)
{
	(void)map;
	return path != NULL;
}

/* What a path answers of the device holds for every path; that it is dead does not. */
static void none_alive(const struct request *request, struct result *map)
{
	struct result *telling = map->paths;

	for (struct result *path = map->paths; path; path = path->next)
		if (telling->fd < 0 || (path->fd >= 0 && telling->answer.outcome == OUTCOME_PATH))
			telling = path;
	path_operate(request, telling);
	map_adopt(map, telling);
	result_fail(map, map->verdict, map->reason, map->step, "no path answers: %s%s", map_paths_text(map, is_any),
		    map->verdict == VERDICT_FAILED ? "; bring one back" : "");
}

void map_operate(const struct request *request, struct result *map)
{
	struct meeting *meeting = map_probe(request, map);
	struct result *alive;

	if (!meeting) {
		result_fail(map, VERDICT_FAILED, REASON_NOT_SENT, STEP_OPEN, "no memory to ask its paths; nothing was sent; try again");
		return;
	}
	alive = map_path_choose(request, map);
	if (!alive) {
		none_alive(request, map);
	} else if (request->command == COMMAND_CHECK && alive->state.source != SOURCE_NONE) {
		map->state = alive->state;
		check_judge(request, map);
	} else if (map_works_path_by_path(request)) {
		map_register_paths(request, map, alive);
	} else {
		through_one(request, map);
	}
	notes_adopt(map);
	/* What would be sent is told; what would have come of it is not known. */
	if (map->would)
		map->success = NULL;
	map_paths_close(meeting, map);
}
