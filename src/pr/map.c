// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/map.h"

#include <stdatomic.h>

#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"
#include "pr/map_one_path.h"
#include "pr/map_paths.h"
#include "pr/map_register.h"
#include "pr/map_views.h"
#include "pr/path.h"
#include "pr/path_text.h"
#include "pr/plan.h"
#include "pr/rule.h"
#include "pr/unread.h"
#include "pr/views.h"

/*
 * Copies the traces and warnings of the paths to @map; skips a path whose thread is still working.
 */
static void notes_adopt(struct result *map)
{
	for (struct result *path = map->paths; path; path = path->next) {
		if (!atomic_load(&path->use.probed)) {
			result_trace(map, "%s: no answer", path->lun.node);
			continue;
		}
		for (const struct note *note = path->trace; note; note = note->next)
			result_trace(map, "%s: %s", path->lun.node, note->text);
		for (const struct note *note = path->warnings; note; note = note->next)
			result_warn(map, "%s", note->text);
		if (path->would)
			map->would =
				arena_printf(map->arena, "%s%s%s", map->would ? map->would : "",
					     map->would ? "; " : "", path->would);
	}
}

static bool is_any(struct result *map, struct result *path)
{
	(void)map;
	return path != NULL;
}

/*
 * The path that suits the request and is not ready, if others are, through which it cannot be done;
 * otherwise NULL.
 */
static const struct result *waited_for(const struct request *request, struct result *map)
{
	const struct result *waited = NULL;
	bool ready = false;

	for (struct result *path = map->paths; path; path = path->next)
		if (path_is_alive(path) && !path_is_unready(path))
			ready = true;
		else if (!waited && map_path_suits(request, path))
			waited = path;
	return ready ? waited : NULL;
}

/*
 * No path is usable. An answer of the device is valid for every path, so it is preferred to an
 * error of a path.
 */
static void none_alive(const struct request *request, struct result *map)
{
	const struct result *waited = waited_for(request, map);
	struct result *answered = map->paths;
	const char *paths;

	if (waited) {
		map_adopt(map, waited);
		return;
	}
	for (struct result *path = answered->next; path; path = path->next)
		if (answered->device.fd < 0 ||
		    (path->device.fd >= 0 && path_answer(answered)->kind == ANSWER_PATH))
			answered = path;
	if (answered->outcome.status == STATUS_OK)
		unread_fail(request, answered, STEP_READ, path_answer(answered));
	map_adopt(map, answered);
	paths = map_paths_text(map, is_any);
	if (path_is_elsewhere(answered))
		result_fail(map,
			    FAIL_NO_PATH_TO_LUN(map->outcome.status, map->outcome.reason,
						map->outcome.step),
			    paths);
	else if (map->outcome.status == STATUS_FAILED)
		result_fail(map, FAIL_NO_PATH_NOW(map->outcome.reason, map->outcome.step), paths);
	else
		result_fail(
			map,
			FAIL_NO_PATH(map->outcome.status, map->outcome.reason, map->outcome.step),
			paths);
}

/*
 * If the paths disagree, the view with the most registrants is shown: the others may have lost the
 * LUN.
 */
static void state_adopt(struct result *map)
{
	for (struct result *path = map->paths; path; path = path->next)
		if (view_is_read(path) &&
		    (map->state.source == SOURCE_NONE || path->state.count > map->state.count))
			map->state = path->state;
}

/*
 * Nobody knows which paths are right, so the state of one is not reported as the LUN's, and nothing
 * is sent.
 */
static void disagree(const struct request *request, struct result *map)
{
	const char *views = views_text(map);

	state_adopt(map);
	if (command_only_reads(request->command))
		result_fail(map, FAIL_PATHS_DISAGREE_READ, views);
	else
		result_fail(map, FAIL_PATHS_DISAGREE_UNSENT, views);
}

/*
 * What to report of the change that was sent. REASON_CHANGED_SINCE is replaced by "done", because
 * the caller reports the disagreement of the paths instead.
 */
static const char *change_text(const struct result *map)
{
	if (map->outcome.reason == REASON_CHANGED_SINCE)
		return "done";
	return map->outcome.message ? map->outcome.message : map->outcome.success;
}

/* Whether the paths show one LUN, as far as @request needs that to start. */
static bool is_one_lun(const struct request *request, struct result *map, struct result *alive)
{
	const struct rule *rule = rule_of(request);
	enum views views = map_views_compare(map, alive);

	map->generation_per_controller = views == VIEWS_GENERATION_PER_CONTROLLER;
	/* register is sent through every path, so only the lists that are read after it count. */
	return views > VIEWS_OTHER_GENERATION ||
	       (views == VIEWS_OTHER_GENERATION && rule->judge_paths && !rule->removes_own);
}

/* Whether the state that was read last still shows the request done. */
static bool is_still_done(const struct request *request, struct result *map)
{
	const enum resv_type type = request->type ? request->type : map->before.type;
	const struct plan plan = { .action.type = type };
	const struct answer done = { .kind = ANSWER_DONE };
	struct tries tries = { 0 };
	const struct attempt attempt = { request, map, &plan, &done, &done, &map->before, &tries };

	/* The victims of these were removed in turn, or other paths were registered again. */
	if (request->victim_host)
		return !plan_victim_registered(request, &map->state) &&
		       (map->state.type != RESV_NONE || map->before.type == RESV_NONE);
	if (request->victim_all)
		return map->state.type != RESV_NONE &&
		       state_own_holds(&map->state, request->key) != TRI_NO &&
		       !plan_others_registered(map, request->key);
	return rule_of(request)->reached(&attempt) != TRI_NO;
}

/*
 * Another host may have changed the LUN between the reading after the change and that through the
 * other paths: the later one counts.
 */
static void later_judge(const struct request *request, struct result *map,
			const struct result *last)
{
	size_t done = 0;

	if (map->outcome.status != STATUS_OK || last->state.source == SOURCE_NONE)
		return;
	/* The other paths were registered again since the change was judged. */
	if (!request->victim_all && views_agree(&map->state, &last->state))
		return;
	map->state = last->state;
	for (const struct result *path = map->paths; path; path = path->next)
		done += path->use.tried && path->outcome.status == STATUS_OK;
	if (rule_of(request)->judge_paths)
		rule_of(request)->judge_paths(request, map, done);
	else if (map->before.source != SOURCE_NONE && !is_still_done(request, map))
		result_fail(map, FAIL_CHANGED_SINCE, describe_holding(map->arena, &map->state),
			    describe_own(map->arena, &map->state, request->key));
	if (map->outcome.status != STATUS_OK)
		map->outcome.success = NULL;
}

/* A path that answered before the change, and was not ready after it. */
static bool is_not_compared(struct result *map, struct result *path)
{
	(void)map;
	return path->use.awaited && (!atomic_load(&path->use.probed) ||
				     path->device.answer.kind == ANSWER_TRANSIENT);
}

/*
 * Reads every other path after a change through @last; if one shows another state, the result is
 * not ok.
 */
static void read_back(const struct request *request, struct result *map, struct result *last)
{
	const char *views, *unready;
	enum views compared;

	map_paths_reread(map, last, true);
	unready = map_paths_text(map, is_not_compared);
	if (*unready)
		result_warn(map, WARN_PATH_NOT_COMPARED, unready);
	compared = map_views_compare(map, last);
	map->generation_per_controller |= compared == VIEWS_GENERATION_PER_CONTROLLER;
	if (compared >= VIEWS_GENERATION_PER_CONTROLLER) {
		later_judge(request, map, last);
		return;
	}
	views = views_text(map);
	if (map->outcome.status == STATUS_UNKNOWN)
		result_warn(map, WARN_PATHS_DISAGREE, views);
	else
		result_fail(map, FAIL_PATHS_DISAGREE_DONE, change_text(map), views);
}

void map_operate(const struct request *request, struct result *map)
{
	struct patience patience = patience_begin(request, PATIENCE_FOR_EVER);
	struct result *alive, *last = NULL;

	if (!map_probe(request, map, true)) {
		result_fail(map, FAIL_NO_MEMORY_FOR_PATHS,
			    request_unsent(request, "; " UNSENT_ALL));
		return;
	}
	alive = map_path_choose(request, map, &patience);
	if (alive && !is_one_lun(request, map, alive)) {
		disagree(request, map);
	} else if (!(alive = map_path_choose(request, map, &patience))) {
		none_alive(request, map);
	} else if (rule_of(request)->read_map && alive->state.source != SOURCE_NONE) {
		map->state = alive->state;
		rule_of(request)->read_map(request, map);
	} else if (rule_of(request)->judge_paths) {
		last = map_register_paths(request, map, alive);
	} else {
		last = map_one_path(request, map, alive);
	}
	if (last && map->outcome.sent)
		read_back(request, map, last);
	if (map->generation_per_controller)
		result_warn(map, WARN_GENERATION_PER_CONTROLLER, views_generations_text(map));
	if (rule_of(request)->finish_map)
		rule_of(request)->finish_map(request, map);
	notes_adopt(map);
	/* A dry run reports what would be sent; its outcome is unknown. */
	if (map->would)
		map->outcome.success = NULL;
}

void map_close(struct result *map)
{
	if (map->threads)
		map_paths_close(map);
}
