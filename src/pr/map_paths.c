// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/map_paths.h"

#include <stdatomic.h>
#include <unistd.h>

#include "model/nexus.h"
#include "model/state.h"
#include "pr/path.h"
#include "pr/path_device.h"
#include "pr/path_identify.h"
#include "pr/path_text.h"
#include "pr/rule.h"
#include "pr/unread.h"
#include "util/clock.h"
#include "util/text.h"
#include "util/thread.h"

/*
 * Shared by the threads of the paths and the thread of the map. In the arena, because a path's
 * thread may use it after the map's has ended.
 */
struct path_threads {
	struct condition answered; /* a path has answered */
	bool over; /* the map is done: late threads close their descriptor and exit */
};

struct probe {
	const struct request *request;
	struct path_threads *threads;
	struct result *path;
	void (*ask)(const struct request *request, struct result *path);
};

static void *probe_thread(void *argument)
{
	struct probe *probe = argument;

	probe->ask(probe->request, probe->path);
	condition_lock(&probe->threads->answered);
	if (probe->threads->over && probe->path->device.fd >= 0)
		close(probe->path->device.fd);
	else
		atomic_store(&probe->path->use.probed, true);
	condition_signal(&probe->threads->answered);
	condition_unlock(&probe->threads->answered);
	return NULL;
}

bool map_path_suits(const struct request *request, struct result *path)
{
	const struct resv_state *state = &path->state;
	const struct registrant *own;

	if (!path_is_alive(path))
		return false;
	if (command_only_reads(request->command) || state->source == SOURCE_NONE)
		return true;
	own = state_own(state);
	/* A release by a nexus that does not hold the reservation has no effect. */
	if (rule_of(request)->by_holder && own && state->type != RESV_NONE)
		return own->holder == TRI_YES;
	return state_own_has(state, request->key) != TRI_NO;
}

/*
 * Whether to stop waiting for answers, @waited ns after the paths were asked. All paths that
 * answered are compared.
 */
static bool is_enough(const struct result *map, bool until_one, int64_t waited)
{
	bool all = true, any = !until_one;

	for (struct result *path = map->paths; path; path = path->next) {
		all &= atomic_load(&path->use.probed);
		any |= path_is_alive(path);
	}
	return all || (any && waited > THREAD_SILENCE);
}

static struct path_threads *path_threads_new(struct arena *arena)
{
	struct path_threads *threads = arena_alloc(arena, sizeof(*threads));

	if (!threads || !condition_init(&threads->answered))
		return NULL;
	return threads;
}

void map_paths_close(struct result *map)
{
	struct path_threads *threads = map->threads;

	condition_lock(&threads->answered);
	threads->over = true;
	for (struct result *path = map->paths; path; path = path->next)
		if (atomic_load(&path->use.probed))
			path_close(path);
	condition_unlock(&threads->answered);
}

/*
 * Starts a thread that calls @ask for @path and then sets path->use.probed. Returns false if there
 * is no memory.
 */
static bool probe_start(const struct request *request, struct result *path,
			void (*ask)(const struct request *request, struct result *path))
{
	struct probe *probe = arena_alloc(path->arena, sizeof(*probe));

	if (!probe)
		return false;
	*probe = (struct probe){ request, path->map->threads, path, ask };
	atomic_store(&path->use.probed, false);
	if (!thread_start(probe_thread, probe))
		probe_thread(probe);
	return true;
}

/* status reports each path, so it asks each; a change asks only the paths that it uses. */
static void path_read_identified(const struct request *request, struct result *path)
{
	path_read(request, path);
	if (path->device.fd >= 0 && path_answers(path))
		path_identify(request, path);
}

bool map_probe(const struct request *request, struct result *map, bool until_one)
{
	int64_t begin = clock_now();

	map->threads = path_threads_new(map->arena);
	if (!map->threads)
		return false;
	for (struct result *path = map->paths; path; path = path->next)
		if (!probe_start(request, path,
				 command_only_reads(request->command) ? path_read_identified
								      : path_read))
			return false;
	condition_lock(&map->threads->answered);
	while (!is_enough(map, until_one, clock_now() - begin))
		condition_wait(&map->threads->answered);
	condition_unlock(&map->threads->answered);
	return true;
}

static bool is_awaited(const struct result *map)
{
	for (const struct result *path = map->paths; path; path = path->next)
		if (path->use.awaited && !atomic_load(&path->use.probed))
			return true;
	return false;
}

static void awaited_wait(const struct result *map)
{
	struct condition *answered = &map->threads->answered;
	int64_t begin = clock_now();

	condition_lock(answered);
	while (is_awaited(map) && clock_now() - begin < THREAD_SILENCE)
		condition_wait(answered);
	condition_unlock(answered);
}

void map_paths_wait(struct result *map)
{
	for (struct result *path = map->paths; path; path = path->next)
		path->use.awaited = true;
	awaited_wait(map);
}

/* Until the device is ready, but not for as long as map_paths_reread() waits. */
static void ask_again(const struct request *request, struct result *path)
{
	struct patience patience = { .end = clock_now() + THREAD_SILENCE / 4 * 3 };

	(void)request;
	do
		path_reread(path);
	while (path->device.answer.kind == ANSWER_TRANSIENT && patience_wait(&patience, path));
}

void map_paths_reread(struct result *map, const struct result *reference, bool others)
{
	for (struct result *path = map->paths; path; path = path->next) {
		path->use.awaited = (path_is_alive(path) || path_contradicts(path)) &&
				    (path != reference) == others;
		if (path->use.awaited && !probe_start(NULL, path, ask_again))
			ask_again(NULL, path);
	}
	awaited_wait(map);
}

/* Whether @path may be used next: it was not tried, and suits @request, or @any will do. */
static bool is_choice(const struct request *request, struct result *path, bool any)
{
	return !path->use.tried &&
	       (any ? path_is_alive(path) : map_path_suits(request, path));
}

/*
 * The first such path that says that it is this LUN. NULL if there is none, or if those that are
 * left are not ready to say it: then *@unready is set.
 */
static struct result *choose_now(const struct request *request, struct result *map, bool any,
				 bool *unready)
{
	for (struct result *path = map->paths; path; path = path->next) {
		if (!is_choice(request, path, any))
			continue;
		if (path_identify_at_once(request, path))
			return path;
		*unready |= path_is_unready(path);
	}
	return NULL;
}

static bool is_any_tried(const struct result *map, bool again)
{
	for (const struct result *path = map->paths; path; path = path->next)
		if (path->use.tried && (!again || path->use.again))
			return true;
	return false;
}

/* No time is left: sets the status of the paths that were not ready. */
static void unready_fail(const struct request *request, struct result *map)
{
	for (struct result *path = map->paths; path; path = path->next)
		if (!path->use.tried && path_is_alive(path) && path_is_unready(path))
			unread_fail(request, path, STEP_READ, path_answer(path));
}

struct result *map_path_choose(const struct request *request, struct result *map,
			       struct patience *patience)
{
	bool unready, first = true;

	do {
		struct result *path;

		if (!first)
			map_paths_renew(map);
		first = unready = false;
		path = choose_now(request, map, false, &unready);
		/* What is sent through every path begins with one that is ready. */
		if (!path && (!unready || rule_of(request)->judge_paths) &&
		    !is_any_tried(map, false))
			path = choose_now(request, map, true, &unready);
		if (path)
			return path;
	} while ((unready || is_any_tried(map, true)) && patience_wait(patience, map));
	unready_fail(request, map);
	return NULL;
}

bool map_paths_renew(struct result *map)
{
	bool any = false;

	for (struct result *path = map->paths; path; path = path->next) {
		if (!path->use.tried || !path->use.again)
			continue;
		path_reread(path);
		path->use.tried = !path_is_alive(path);
		any |= !path->use.tried;
	}
	return any;
}

void map_path_begin(struct result *path, bool replaceable)
{
	outcome_succeed(&path->outcome, NULL);
	path->use.again = false;
	path->use.tried = true;
	path->use.replaceable = replaceable;
}

bool map_path_holds(const struct result *path, const struct resv_state *state)
{
	const struct registrant *holder = state_own_path_holder(state);

	return holder && state_path_own(state, path) == holder;
}

struct result *map_path_holding(const struct result *map, const struct resv_state *state)
{
	const struct registrant *holder = state_own_path_holder(state);
	struct result *shares = NULL;

	for (struct result *path = map->paths; holder && path; path = path->next) {
		if (nexus_is_same(&path->lun.nexus, &holder->nexus) == TRI_YES)
			return path;
		if (!shares && map_path_holds(path, state))
			shares = path;
	}
	return shares;
}

const char *map_paths_text(struct result *map,
			   bool (*is_meant)(struct result *map, struct result *path))
{
	const char *text = "";

	for (struct result *path = map->paths; path; path = path->next) {
		if (!is_meant(map, path))
			continue;
		text = text_list(map->arena, text, "%s", path_text(path));
	}
	return text;
}

void map_adopt(struct result *map, const struct result *path)
{
	outcome_take(&map->outcome, &path->outcome);
	if (path->outcome.message)
		map->outcome.message = arena_printf(map->arena, "through %s: %s", path->lun.node,
						    path->outcome.message);
	map->state = path->state;
	map->before = path->before;
	map->capabilities = path->capabilities;
	map->victim = path->victim;
}
