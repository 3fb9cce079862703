// SPDX-License-Identifier: GPL-2.0-or-later
#include "map.h"

#include <stdatomic.h>

#include "check.h"
#include "describe.h"
#include "map_each.h"
#include "map_paths.h"
#include "operate.h"

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
			map->would = arena_printf(map->arena, "%s%s%s through %s", map->would ? map->would : "",
						  map->would ? "; " : "", path->would, path->lun.node);
	}
}

static void through_one(const struct request *request, struct result *map)
{
	struct result *path = map_path_choose(request, map, false), *holding, *next;

	holding = map_path_holding(map, &path->state);
	if (request->command == COMMAND_RELEASE && holding && holding != path &&
	    !type_words(path->state.type)->all_registrants) {
		map->state = path->state;
		result_fail(map, VERDICT_FAILED, REASON_PATH, STEP_CHANGE,
			    "%s, through %s, and only that path can release it; bring it back, or preempt from another host, "
			    "or clear", describe_holding(map->arena, &path->state), path_text(holding));
		return;
	}
	path_operate(request, path);
	/* A path that failed, with nothing done as the read-back shows: the next one, from what is there now. */
	while (path->verdict == VERDICT_FAILED && path->reason == REASON_PATH &&
	       (next = map_path_choose(request, map, true))) {
		result_trace(map, "%s failed, %s is next", path->lun.node, next->lun.node);
		path = next;
		path_reread(path);
		path_operate(request, path);
	}
	map_adopt(map, path);
	holding = map_path_holding(map, &map->state);
	if (map->verdict == VERDICT_OK && request->command == COMMAND_RESERVE && map->paths->next && holding &&
	    (request->type == RESV_WRITE_EXCLUSIVE || request->type == RESV_EXCLUSIVE_ACCESS))
		result_warn(map, "%s binds to one path, %s: writes through the others will fail; the types for registrants suit "
			    "a multipath map", type_words(request->type)->name, holding->lun.node);
}

static bool is_any(struct result *map, struct result *path)
{
	(void)map;
	return path != NULL;
}

void map_operate(const struct request *request, struct result *map)
{
	struct meeting *meeting = map_probe(request, map);
	struct result *alive;

	if (!meeting) {
		result_fail(map, VERDICT_FAILED, REASON_NOT_SENT, STEP_OPEN, "no memory to ask its paths");
		return;
	}
	alive = map_path_choose(request, map, false);
	if (!alive) {
		/* What one path says of itself says it of all, where none is merely dead. */
		path_operate(request, map->paths);
		map_adopt(map, map->paths);
		result_fail(map, map->verdict, map->reason, map->step, "no path answers: %s", map_paths_text(map, is_any));
	} else if (request->command == COMMAND_CHECK && alive->state.source != SOURCE_NONE) {
		map->state = alive->state;
		check_judge(request, map);
	} else if (map_works_path_by_path(request)) {
		map_each_path(request, map, alive);
	} else {
		through_one(request, map);
	}
	notes_adopt(map);
	/* What would be sent is told; what would have come of it is not known. */
	if (map->would)
		map->success = NULL;
	map_paths_close(meeting, map);
}
