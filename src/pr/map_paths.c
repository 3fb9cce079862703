// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/map_paths.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "model/describe.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/path.h"
#include "util/clock.h"
#include "util/thread.h"

#define SILENCE INT64_C(1000000000) /* ns: a path that says nothing for so long is not waited for where another speaks */
#define TICK 10000000 /* ns */

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

bool path_is_alive(struct result *path)
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

	if (!path_is_alive(path))
		return false;
	if (command_only_reads(request->command) || state->source == SOURCE_NONE)
		return true;
	own = state_own(state);
	/* A release by a nexus that does not hold does nothing. */
	if (request->command == COMMAND_RELEASE && own && state->type != RESV_NONE)
		return own->holder == TRI_YES;
	return state_own_has(state, request->key) != TRI_NO;
}

bool map_works_path_by_path(const struct request *request)
{
	return request->command == COMMAND_REGISTER || request->command == COMMAND_UNREGISTER;
}

/* Whether the paths that have answered are enough to go on with, @waited ns after they were asked. */
static bool is_enough(const struct request *request, const struct result *map, int64_t waited)
{
	bool all = true, any = false, suitable = false;

	for (struct result *path = map->paths; path; path = path->next) {
		all &= atomic_load(&path->probed);
		any |= path_is_alive(path);
		suitable |= is_suitable(request, path);
	}
	if (all || (any && waited > SILENCE))
		return true;
	/* A status tells of every path; a change that needs one takes the first. */
	return suitable && !command_only_reads(request->command) && !map_works_path_by_path(request);
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

void map_paths_close(struct meeting *meeting, struct result *map)
{
	pthread_mutex_lock(&meeting->lock);
	meeting->over = true;
	for (struct result *path = map->paths; path; path = path->next)
		if (atomic_load(&path->probed) && path->fd >= 0)
			close(path->fd);
	pthread_mutex_unlock(&meeting->lock);
}

struct meeting *map_probe(const struct request *request, struct result *map)
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

void map_paths_wait(struct result *map)
{
	int64_t end = clock_now() + SILENCE;

	for (struct result *path = map->paths; path; path = path->next)
		while (!atomic_load(&path->probed) && clock_now() < end)
			nanosleep(&(struct timespec){ .tv_nsec = TICK }, NULL);
}

struct result *map_path_choose(const struct request *request, struct result *map)
{
	struct result *any = NULL;
	bool used = false;

	for (struct result *path = map->paths; path; path = path->next) {
		used |= path->used;
		if (path->used)
			continue;
		if (is_suitable(request, path))
			return path;
		if (!any && path_is_alive(path))
			any = path;
	}
	return used ? NULL : any;
}

/* What kept @path from answering, in words. */
static const char *path_trouble(struct result *path)
{
	if (!atomic_load(&path->probed))
		return "does not answer";
	/* The cause alone: what to do next is said of the map, unless it is this path that the device refuses. */
	if (path->message && path->verdict != VERDICT_CONFLICT && strstr(path->message, "; "))
		return arena_printf(path->arena, "%.*s", (int)(strstr(path->message, "; ") - path->message), path->message);
	if (path->message)
		return path->message;
	return describe_answer(path->arena, &path->answer);
}

const char *path_text(struct result *path)
{
	if (path_is_alive(path) && path->verdict == VERDICT_OK)
		return path->lun.node;
	return arena_printf(path->arena, "%s (%s)", path->lun.node, path_trouble(path));
}

/* The map's own path that holds the reservation in @state; NULL: none does. */
struct result *map_path_holding(const struct result *map, const struct resv_state *state)
{
	const struct registrant *holder = state_own_path_holder(state);

	for (struct result *path = map->paths; holder && path; path = path->next)
		if (nexus_is_same(&path->lun.nexus, &holder->nexus) == TRI_YES)
			return path;
	return NULL;
}

const char *map_paths_text(struct result *map, bool (*is_meant)(struct result *map, struct result *path))
{
	const char *text = "";

	for (struct result *path = map->paths; path; path = path->next) {
		if (!is_meant(map, path))
			continue;
		text = arena_printf(map->arena, "%s%s%s", text, *text ? ", " : "", path_text(path));
	}
	return text;
}

void map_adopt(struct result *map, const struct result *path)
{
	map->verdict = path->verdict;
	map->reason = path->reason;
	map->step = path->step;
	map->err = path->err;
	map->raw = path->raw;
	map->success = path->success;
	map->message = path->message;
	if (path->message)
		map->message = arena_printf(map->arena, "through %s: %s", path->lun.node, path->message);
	map->state = path->state;
	map->before = path->before;
	map->capabilities = path->capabilities;
	map->sent |= path->sent;
	if (path->changed != TRI_NO && map->changed != TRI_YES)
		map->changed = path->changed;
}
