// SPDX-License-Identifier: GPL-2.0-or-later
#include "map.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "describe.h"
#include "judge.h"
#include "multipathd.h"
#include "nexus.h"
#include "operate.h"
#include "state.h"
#include "thread.h"

#define SILENCE INT64_C(1000000000) /* ns: a path that says nothing for so long is not waited for where another speaks */

/* The paths' threads and the map's own meet here. In the arena, for a thread may come back to it late. */
struct meeting {
	pthread_mutex_t lock;
	pthread_cond_t bell;
	bool over; /* the map is done: who comes now goes home */
};

struct probe {
	struct meeting *meeting;
	struct result *path;
};

static void *probe_thread(void *argument)
{
	struct probe *probe = argument;

	path_read(probe->path);
	pthread_mutex_lock(&probe->meeting->lock);
	if (probe->meeting->over && probe->path->fd >= 0)
		close(probe->path->fd);
	else
		atomic_store(&probe->path->probed, true);
	pthread_cond_signal(&probe->meeting->bell);
	pthread_mutex_unlock(&probe->meeting->lock);
	return NULL;
}

static bool is_alive(struct result *path)
{
	return atomic_load(&path->probed) && path->fd >= 0 &&
	       (path->answer.outcome == OUTCOME_DONE || path->answer.outcome == OUTCOME_NO_PRIVILEGE ||
		path->answer.outcome == OUTCOME_NO_INTERFACE);
}

/* Whether a command that needs one path may go through this one. */
static bool is_suitable(const struct request *request, struct result *path)
{
	const struct resv_state *state = &path->state;
	const struct registrant *own;

	if (!is_alive(path))
		return false;
	if (command_only_reads(request->command) || state->source == SOURCE_NONE)
		return true;
	own = state_own(state);
	/* A release by a nexus that does not hold does nothing. */
	if (request->command == COMMAND_RELEASE && own && state->type != RESV_NONE)
		return own->holder == TRI_YES;
	return state_own_has(state, request->key) != TRI_NO;
}

static bool works_path_by_path(const struct request *request)
{
	return request->command == COMMAND_REGISTER || request->command == COMMAND_UNREGISTER;
}

/* Whether the paths that have answered are enough to go on with, @waited ns after they were asked. */
static bool is_enough(const struct request *request, const struct result *map, int64_t waited)
{
	bool all = true, any = false, suitable = false;

	for (struct result *path = map->paths; path; path = path->next) {
		all &= atomic_load(&path->probed);
		any |= is_alive(path);
		suitable |= is_suitable(request, path);
	}
	return all || (any && waited > SILENCE) || (suitable && !works_path_by_path(request));
}

static struct meeting *meeting_new(struct arena *arena)
{
	struct meeting *meeting = arena_alloc(arena, sizeof(*meeting));
	pthread_condattr_t attributes;

	/* The clock that nobody sets. */
	if (!meeting || pthread_mutex_init(&meeting->lock, NULL) || pthread_condattr_init(&attributes) ||
	    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) || pthread_cond_init(&meeting->bell, &attributes))
		return NULL;
	return meeting;
}

/* What is still under way closes its own descriptor. */
static void meeting_end(struct meeting *meeting, struct result *map)
{
	pthread_mutex_lock(&meeting->lock);
	meeting->over = true;
	for (struct result *path = map->paths; path; path = path->next)
		if (atomic_load(&path->probed) && path->fd >= 0)
			close(path->fd);
	pthread_mutex_unlock(&meeting->lock);
}

/* Asks every path at once, each in a thread. NULL: no memory. */
static struct meeting *paths_probe(const struct request *request, struct result *map)
{
	struct meeting *meeting = meeting_new(map->arena);
	int64_t begin = clock_now();

	if (!meeting)
		return NULL;
	for (struct result *path = map->paths; path; path = path->next) {
		struct probe *probe = arena_alloc(map->arena, sizeof(*probe));

		if (!probe)
			return NULL;
		*probe = (struct probe){ meeting, path };
		if (!thread_start(probe_thread, probe))
			probe_thread(probe);
	}
	pthread_mutex_lock(&meeting->lock);
	while (!is_enough(request, map, clock_now() - begin)) {
		int64_t end = clock_now() + SILENCE / 10;
		struct timespec until = { end / 1000000000, end % 1000000000 };

		pthread_cond_timedwait(&meeting->bell, &meeting->lock, &until);
	}
	pthread_mutex_unlock(&meeting->lock);
	return meeting;
}

/* The path to work through: of those that have failed at it, none. @other: only one that is as good as they were. */
static struct result *path_choose(const struct request *request, struct result *map, bool other)
{
	struct result *any = NULL;

	for (struct result *path = map->paths; path; path = path->next) {
		if (path->verdict != VERDICT_OK)
			continue;
		if (is_suitable(request, path))
			return path;
		if (!any && is_alive(path))
			any = path;
	}
	return other ? NULL : any;
}

/* What kept @path from answering, in words. */
static const char *path_trouble(struct result *path)
{
	if (!atomic_load(&path->probed))
		return "does not answer";
	if (path->message)
		return path->message;
	return describe_answer(path->arena, &path->answer);
}

/* "/dev/sdb (does not answer)" */
static const char *path_text(struct result *path)
{
	if (is_alive(path))
		return path->lun.node;
	return arena_printf(path->arena, "%s (%s)", path->lun.node, path_trouble(path));
}

/* The map's own path that holds the reservation in @state; NULL: none does. */
static struct result *path_holding(const struct result *map, const struct resv_state *state)
{
	const struct registrant *holder = state_own_path_holder(state);

	for (struct result *path = map->paths; holder && path; path = path->next)
		if (nexus_is_same(&path->lun.nexus, &holder->nexus) == TRI_YES)
			return path;
	return NULL;
}

static const char *paths_text(struct result *map, bool (*is_meant)(struct result *map, struct result *path))
{
	const char *text = "";

	for (struct result *path = map->paths; path; path = path->next) {
		if (!is_meant(map, path))
			continue;
		text = arena_printf(map->arena, "%s%s%s", text, *text ? ", " : "", path_text(path));
	}
	return text;
}

static bool is_any(struct result *map, struct result *path)
{
	(void)map;
	return path != NULL;
}

/* Takes what became of @path for what became of the map. */
static void path_adopt(struct result *map, const struct result *path)
{
	map->verdict = path->verdict;
	map->reason = path->reason;
	map->step = path->step;
	map->err = path->err;
	map->raw = path->raw;
	map->success = path->success;
	map->message = path->message;
	if (path->message)
		map->message = arena_printf(map->arena, "%s (through %s)", path->message, path->lun.node);
	map->state = path->state;
	map->capabilities = path->capabilities;
	map->sent |= path->sent;
	if (path->changed != TRI_NO && map->changed != TRI_YES)
		map->changed = path->changed;
}

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
	struct result *path = path_choose(request, map, false), *holding, *next;

	holding = path_holding(map, &path->state);
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
	       (next = path_choose(request, map, true))) {
		result_trace(map, "%s failed, %s is next", path->lun.node, next->lun.node);
		path = next;
		path_reread(path);
		path_operate(request, path);
	}
	path_adopt(map, path);
	holding = path_holding(map, &map->state);
	if (map->verdict == VERDICT_OK && request->command == COMMAND_RESERVE && map->paths->next && holding &&
	    (request->type == RESV_WRITE_EXCLUSIVE || request->type == RESV_EXCLUSIVE_ACCESS))
		result_warn(map, "%s binds to one path, %s: writes through the others will fail; the types for registrants suit "
			    "a multipath map", type_words(request->type)->name, holding->lun.node);
}

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
	return path->verdict != VERDICT_OK || !is_alive(path);
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

			if (!is_alive(path) || holds != (last == 1))
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
	lacking = paths_text(map, lacks_key);
	if (done && request->allow_partial) {
		result_warn(map, "these paths lack %s: %s", key, lacking);
		map->success = arena_printf(map->arena, "registered %s on %zu of %zu paths", key, done, all);
		return;
	}
	if (!done && path_refused(map)) {
		path_adopt(map, path_refused(map));
		return;
	}
	result_fail(map, VERDICT_FAILED, REASON_PATH, STEP_CHANGE,
		    "%s is registered on %zu of %zu paths, and lacking on %s; bring that back and register again, or "
		    "give --allow-partial", key, done, all, lacking);
}

static void unregister_judge(const struct request *request, struct result *map, size_t done)
{
	const char *left = paths_text(map, is_left);

	if (!done && path_refused(map)) {
		path_adopt(map, path_refused(map));
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

static void path_by_path(const struct request *request, struct result *map, struct result *alive)
{
	size_t done;

	map->state = alive->state;
	done = each_path(request, map);
	if (path_unknown(map))
		path_adopt(map, path_unknown(map));
	else if (request->command == COMMAND_UNREGISTER)
		unregister_judge(request, map, done);
	else
		register_judge(request, map, done);
	if (request->command == COMMAND_REGISTER)
		warn_of_multipathd(request, map);
}

void map_operate(const struct request *request, struct result *map)
{
	struct meeting *meeting = paths_probe(request, map);
	struct result *alive;

	if (!meeting) {
		result_fail(map, VERDICT_FAILED, REASON_NOT_SENT, STEP_OPEN, "no memory to ask its paths");
		return;
	}
	alive = path_choose(request, map, false);
	if (!alive) {
		/* What one path says of itself says it of all, where none is merely dead. */
		path_operate(request, map->paths);
		path_adopt(map, map->paths);
		result_fail(map, map->verdict, map->reason, map->step, "no path answers: %s", paths_text(map, is_any));
	} else if (request->command == COMMAND_CHECK && alive->state.source != SOURCE_NONE) {
		map->state = alive->state;
		check_judge(request, map);
	} else if (works_path_by_path(request)) {
		path_by_path(request, map, alive);
	} else {
		through_one(request, map);
	}
	notes_adopt(map);
	/* What would be sent is told; what would have come of it is not known. */
	if (map->would)
		map->success = NULL;
	meeting_end(meeting, map);
}
