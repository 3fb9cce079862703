// SPDX-License-Identifier: GPL-2.0-or-later
#include "run.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lun.h"
#include "operate.h"
#include "tag.h"
#include "thread.h"

#define TICK INT64_C(50000000) /* ns: how soon silence and late arguments are noticed */
#define SILENCE INT64_C(1000000000) /* ns: who answers nothing for so long no longer keeps others waiting */

struct crew;

struct job {
	struct crew *crew;
	struct result *result;
	struct job *before; /* the last earlier one on the same LUN; NULL: none */
	bool started;
	_Atomic bool ended;
};

/*
 * The dispatcher's own data. Threads of jobs touch nothing of it but their job and the bell. None of it is
 * freed: a thread that has ended may be ringing still, and the process ends with the run.
 */
struct crew {
	const struct request *request;
	struct job **jobs;
	size_t count, room;
	pthread_mutex_t lock;
	pthread_cond_t bell; /* something ended */
};

struct look {
	struct crew *crew;
	struct slot *slot;
};

struct work *work_new(const struct request *request, struct arena *arena)
{
	size_t count = request->device_count ? request->device_count : 1;
	struct work *work = arena_alloc(arena, sizeof(*work) + count * sizeof(work->slots[0]));

	if (!work)
		return NULL;
	work->arena = arena;
	work->count = count;
	for (size_t i = 0; i < count; i++) {
		struct slot *slot = &work->slots[i];

		slot->argument = request->device_count ? request->devices[i] : NULL;
		slot->results.arena = arena;
		slot->results.end = &slot->results.first;
	}
	return work;
}

static void bell_ring(struct crew *crew)
{
	pthread_mutex_lock(&crew->lock);
	pthread_cond_signal(&crew->bell);
	pthread_mutex_unlock(&crew->lock);
}

static void bell_wait(struct crew *crew)
{
	struct timespec until;
	int64_t end = clock_now() + TICK;

	until.tv_sec = end / 1000000000;
	until.tv_nsec = end % 1000000000;
	pthread_cond_timedwait(&crew->bell, &crew->lock, &until);
}

static void slot_resolve(const struct request *request, struct slot *slot)
{
	slot->err = slot->argument ? lun_resolve(request, slot->argument, &slot->results)
				   : lun_resolve_all(&slot->results);
	/* What resolving refused needs no more work. */
	for (struct result *result = slot->results.first; result; result = result->next)
		if (result->verdict != VERDICT_OK)
			result_done(result);
	atomic_store(&slot->ready, true);
}

static void *look_thread(void *argument)
{
	struct look *look = argument;

	slot_resolve(look->crew->request, look->slot);
	bell_ring(look->crew);
	free(look);
	return NULL;
}

static void *job_thread(void *argument)
{
	struct job *job = argument;

	operate(job->crew->request, job->result);
	result_done(job->result);
	atomic_store(&job->ended, true);
	bell_ring(job->crew);
	return NULL;
}

/* A tag is looked for in a thread: libblkid reads every disk, and one of them may be dead. */
static void slot_begin(struct crew *crew, struct slot *slot)
{
	struct look *look;

	if (slot->argument && tag_is(slot->argument)) {
		look = malloc(sizeof(*look));
		if (look) {
			*look = (struct look){ crew, slot };
			if (thread_start(look_thread, look))
				return;
			free(look);
		}
	}
	slot_resolve(crew->request, slot);
}

static bool is_same_lun(const struct result *one, const struct result *other)
{
	return one->lun.wwid && other->lun.wwid && strcmp(one->lun.wwid, other->lun.wwid) == 0;
}

static bool is_adopted(const struct crew *crew, const struct lun *lun)
{
	for (size_t i = 0; i < crew->count; i++)
		if (crew->jobs[i]->result->lun.devno == lun->devno)
			return true;
	return false;
}

/* Makes the result a job, unless it is judged already; a LUN that is a job already is left out. */
static void result_adopt(struct crew *crew, struct result *result)
{
	struct job *job, **jobs, *before = NULL;

	if (result->verdict != VERDICT_OK)
		return;
	if (is_adopted(crew, &result->lun)) {
		result->duplicate = true;
		result_done(result);
		return;
	}
	for (size_t i = 0; i < crew->count; i++)
		if (is_same_lun(crew->jobs[i]->result, result))
			before = crew->jobs[i];
	if (crew->count == crew->room) {
		crew->room = crew->room ? 2 * crew->room : 16;
		jobs = realloc(crew->jobs, crew->room * sizeof(crew->jobs[0]));
		if (!jobs)
			abort(); /* the speaker tells */
		crew->jobs = jobs;
	}
	job = calloc(1, sizeof(*job));
	if (!job)
		abort();
	job->crew = crew;
	job->result = result;
	job->before = before;
	crew->jobs[crew->count++] = job;
}

/* In the order of the arguments, so that of two names for a LUN the first one stays; late ones follow. */
static bool slots_adopt(struct crew *crew, struct work *work, bool *taken)
{
	bool all = true;

	for (size_t i = 0; i < work->count; i++) {
		if (taken[i])
			continue;
		if (!atomic_load(&work->slots[i].ready)) {
			all = false;
			continue;
		}
		taken[i] = true;
		for (struct result *result = work->slots[i].results.first; result; result = result->next)
			result_adopt(crew, result);
	}
	return all;
}

static bool is_silent(struct job *job, int64_t now)
{
	return now - atomic_load(&job->result->beat) > SILENCE;
}

/* Two paths of a LUN are done one after the other, unless the first is silent. */
static bool must_wait(struct job *job, int64_t now)
{
	for (job = job->before; job; job = job->before)
		if (!atomic_load(&job->ended) && !(job->started && is_silent(job, now)))
			return true;
	return false;
}

/* Starts what may be started. True: every job has ended. */
static bool jobs_start(struct crew *crew)
{
	int64_t now = clock_now();
	size_t running = 0, ended = 0;

	for (size_t i = 0; i < crew->count; i++) {
		if (atomic_load(&crew->jobs[i]->ended))
			ended++;
		else if (crew->jobs[i]->started && !is_silent(crew->jobs[i], now))
			running++;
	}
	for (size_t i = 0; i < crew->count && running < crew->request->jobs; i++) {
		struct job *job = crew->jobs[i];

		if (job->started || must_wait(job, now))
			continue;
		atomic_store(&job->result->beat, now);
		job->started = thread_start(job_thread, job);
		if (!job->started && running)
			break; /* until one of those that run has ended */
		if (!job->started) {
			job->started = true;
			pthread_mutex_unlock(&crew->lock);
			job_thread(job);
			pthread_mutex_lock(&crew->lock);
		}
		running++;
	}
	return ended == crew->count;
}

static bool slots_ready(const struct work *work)
{
	for (size_t i = 0; i < work->count; i++)
		if (!atomic_load(&work->slots[i].ready))
			return false;
	return true;
}

static struct crew *crew_new(const struct request *request)
{
	struct crew *crew = calloc(1, sizeof(*crew));
	pthread_condattr_t attributes;

	if (!crew || pthread_mutex_init(&crew->lock, NULL) || pthread_condattr_init(&attributes) ||
	    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) || pthread_cond_init(&crew->bell, &attributes))
		abort();
	crew->request = request;
	return crew;
}

void run(const struct request *request, struct work *work)
{
	struct crew *crew = crew_new(request);
	bool *taken = calloc(work->count, sizeof(*taken)), all = false;
	int64_t begin = clock_now();

	if (!taken)
		abort();
	for (size_t i = 0; i < work->count; i++)
		slot_begin(crew, &work->slots[i]);
	pthread_mutex_lock(&crew->lock);
	for (;;) {
		/* All are resolved before the first is changed; but a tag that hangs is not waited for. */
		bool begun = slots_ready(work) || clock_now() - begin > SILENCE;

		if (begun && !all)
			all = slots_adopt(crew, work, taken);
		if (begun && jobs_start(crew) && all)
			break;
		bell_wait(crew);
	}
	pthread_mutex_unlock(&crew->lock);
	free(taken);
}
