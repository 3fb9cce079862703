// SPDX-License-Identifier: GPL-2.0-or-later
#include "job/schedule.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "block/host_ports.h"
#include "block/resolve.h"
#include "model/handover.h"
#include "model/messages.h"
#include "pr/operate.h"
#include "util/clock.h"
#include "util/thread.h"

/*
 * Where as many are silent as may run, it is not only now and then that one is: the next ones get
 * less time.
 */
#define SILENCE_SHORT (THREAD_SILENCE / 10)

struct scheduler;

struct job {
	struct scheduler *scheduler;
	struct result *result;
	struct job *follower; /* the next one on the same LUN: it waits for this one */
	struct job *next; /* in the queue */
	bool passed; /* the follower is in the queue */
	bool ended;
};

/*
 * What the dispatcher and the threads of jobs share, under the lock. None of it is freed: a thread
 * that has ended may be ringing still, and the process ends with the run.
 */
struct scheduler {
	const struct request *request;
	void *devices; /* a tree (tsearch) of jobs, by device number */
	void *luns; /* of the last job on each LUN, by WWID */
	size_t count; /* of jobs that have not ended */
	struct job *first, **end; /* the queue of those that may start */
	struct job **running; /* started, and not seen to have ended */
	size_t running_count, room;
	struct condition ended; /* something, and the dispatcher is to look */
};

struct resolution {
	struct scheduler *scheduler;
	struct slot *slot;
};

/*
 * By its WWID, because a disk of a LUN may come back as another one; by the disk if the kernel
 * reports no WWID.
 */
static bool is_expected(const struct lun *expected, const struct lun *lun)
{
	if (expected->wwid && lun->wwid)
		return strcmp(expected->wwid, lun->wwid) == 0;
	return expected->devno == lun->devno && expected->diskseq == lun->diskseq;
}

/*
 * One request of several on the same devices: a name that means another LUN meanwhile is refused.
 */
static void slot_compare(struct slot *slot)
{
	struct result *result = slot->results.first;

	if (!slot->expected || !result || result->outcome.status != STATUS_OK ||
	    is_expected(slot->expected, &result->lun))
		return;
	result_fail(result, FAIL_LUN_REPLACED,
		    slot->expected->wwid ? slot->expected->wwid : slot->expected->name,
		    result->lun.wwid ? result->lun.wwid : result->lun.name);
}

static void slot_resolve(const struct request *request, struct slot *slot)
{
	slot->err = slot->argument ? resolve_argument(request, slot->argument, &slot->results)
				   : resolve_all(request, &slot->results);
	slot_compare(slot);
	/* What resolving refused needs no more work. */
	for (struct result *result = slot->results.first; result; result = result->next)
		if (result->outcome.status != STATUS_OK)
			result_done(result);
	slot_ready(slot);
}

static void *resolve_thread(void *argument)
{
	struct resolution *resolution = argument;

	slot_resolve(resolution->scheduler->request, resolution->slot);
	condition_lock(&resolution->scheduler->ended);
	condition_signal(&resolution->scheduler->ended);
	condition_unlock(&resolution->scheduler->ended);
	free(resolution);
	return NULL;
}

/*
 * A tag is looked for in a thread: libblkid reads every disk, as lvm does for a group, and one of
 * them may be dead.
 */
static void slot_begin(struct scheduler *scheduler, struct slot *slot)
{
	struct resolution *resolution;

	if (slot->argument && resolve_is_slow(slot->argument)) {
		resolution = malloc(sizeof(*resolution));
		if (resolution) {
			*resolution = (struct resolution){ scheduler, slot };
			if (thread_start(resolve_thread, resolution))
				return;
			free(resolution);
		}
	}
	slot_resolve(scheduler->request, slot);
}

static int compare_devices(const void *one, const void *other)
{
	const struct job *a = one, *b = other;

	return (a->result->lun.devno > b->result->lun.devno) -
	       (a->result->lun.devno < b->result->lun.devno);
}

static int compare_luns(const void *one, const void *other)
{
	const struct job *a = one, *b = other;

	return strcmp(a->result->lun.wwid, b->result->lun.wwid);
}

static void queue_add(struct scheduler *scheduler, struct job *job)
{
	*scheduler->end = job;
	scheduler->end = &job->next;
}

/* What one device lacks memory for is that device's failure, and no other's. */
static void result_give_up(struct result *result)
{
	result_fail(result, FAIL_NO_MEMORY_FOR_DEVICE);
	result_done(result);
}

/* Paths of a LUN are done one after the other. False: no memory. */
static bool job_line_up(struct scheduler *scheduler, struct job *job)
{
	struct job **last = NULL;

	if (job->result->lun.wwid) {
		last = tsearch(job, &scheduler->luns, compare_luns);
		if (!last)
			return false;
	}
	if (!last || *last == job) {
		queue_add(scheduler, job);
		return true;
	}
	job->result->earlier = (*last)->result;
	if ((*last)->passed)
		queue_add(scheduler, job);
	else
		(*last)->follower = job;
	*last = job;
	return true;
}

/* Makes the result a job, unless it is judged already; a LUN that is a job already is left out. */
static void result_adopt(struct scheduler *scheduler, struct result *result)
{
	struct job *job, **found;

	if (result->outcome.status != STATUS_OK)
		return;
	job = calloc(1, sizeof(*job));
	if (!job) {
		result_give_up(result);
		return;
	}
	job->scheduler = scheduler;
	job->result = result;
	found = tsearch(job, &scheduler->devices, compare_devices);
	if (!found) {
		result_give_up(result);
		free(job);
		return;
	}
	if (*found != job) {
		result->duplicate = true;
		result_done(result);
		free(job);
		return;
	}
	if (job_line_up(scheduler, job))
		scheduler->count++;
	else
		result_give_up(result);
}

/*
 * In the order of the arguments, so that of two names for a LUN the first one stays; late ones
 * follow.
 */
static bool slots_adopt(struct scheduler *scheduler, struct work *work, bool *taken)
{
	bool all = true;

	for (size_t i = 0; i < work->count; i++) {
		enum slot_stage stage = taken[i] ? SLOT_TAKEN : slot_stage(&work->slots[i]);

		if (stage == SLOT_OPEN)
			all = false;
		if (stage != SLOT_READY)
			continue;
		taken[i] = true;
		for (struct result *result = work->slots[i].results.first; result;
		     result = result->next)
			result_adopt(scheduler, result);
	}
	return all;
}

static bool job_is_silent(struct job *job, int64_t now, int64_t patience)
{
	return now - result_beat_last(job->result) > patience;
}

/* It has ended, or nobody waits for it any more: the next one on the same LUN may start. */
static void job_pass(struct scheduler *scheduler, struct job *job)
{
	if (job->passed)
		return;
	job->passed = true;
	if (job->follower)
		queue_add(scheduler, job->follower);
}

/* Looks at those that run. Returns how many of them count. */
static size_t jobs_look(struct scheduler *scheduler, int64_t now)
{
	size_t stuck = 0, count = 0, left = 0;
	int64_t patience;

	for (size_t i = 0; i < scheduler->running_count; i++) {
		struct job *job = scheduler->running[i];

		if (job->ended) {
			scheduler->count--;
			job_pass(scheduler, job);
			continue;
		}
		stuck += job_is_silent(job, now, THREAD_SILENCE);
		scheduler->running[left++] = job;
	}
	scheduler->running_count = left;
	patience = stuck < scheduler->request->jobs ? THREAD_SILENCE : SILENCE_SHORT;
	for (size_t i = 0; i < scheduler->running_count; i++) {
		if (!job_is_silent(scheduler->running[i], now, patience))
			count++;
		else if (job_is_silent(scheduler->running[i], now, THREAD_SILENCE))
			job_pass(scheduler, scheduler->running[i]);
	}
	return count;
}

/* False: no memory. */
static bool running_add(struct scheduler *scheduler, struct job *job)
{
	if (scheduler->running_count == scheduler->room) {
		size_t room = scheduler->room ? 2 * scheduler->room : 64;
		struct job **more =
			realloc(scheduler->running, room * sizeof(scheduler->running[0]));

		if (!more)
			return false;
		scheduler->running = more;
		scheduler->room = room;
	}
	scheduler->running[scheduler->running_count++] = job;
	return true;
}

static struct job *queue_take(struct scheduler *scheduler)
{
	struct job *job = scheduler->first;

	scheduler->first = job->next;
	if (!scheduler->first)
		scheduler->end = &scheduler->first;
	return job;
}

/*
 * The next one that may start, and counts as running from now on; NULL: none. To be called with the
 * lock.
 */
static struct job *job_take(struct scheduler *scheduler)
{
	int64_t now = clock_now();
	size_t running = jobs_look(scheduler, now);

	while (scheduler->first && running < scheduler->request->jobs) {
		struct job *job = queue_take(scheduler);

		/* The parent wants nothing more begun. */
		if (result_stage(job->result) == STAGE_TAKEN) {
			scheduler->count--;
			job_pass(scheduler, job);
			continue;
		}
		result_beat(job->result);
		if (running_add(scheduler, job))
			return job;
		result_give_up(job->result);
		scheduler->count--;
		job_pass(scheduler, job);
	}
	return NULL;
}

/* It could not be begun: the next one again. */
static void job_return(struct scheduler *scheduler, struct job *job)
{
	size_t i = 0;

	while (scheduler->running[i] != job)
		i++;
	scheduler->running[i] = scheduler->running[--scheduler->running_count];
	job->next = scheduler->first;
	if (!scheduler->first)
		scheduler->end = &job->next;
	scheduler->first = job;
}

/* Does the job, and hands over what came of it; what is open is left open. */
static void job_do(struct job *job)
{
	struct scheduler *scheduler = job->scheduler;

	operate(scheduler->request, job->result);
	result_done(job->result);
	condition_lock(&scheduler->ended);
	job->ended = true;
	if (!scheduler->first)
		condition_signal(&scheduler->ended);
	condition_unlock(&scheduler->ended);
}

/*
 * Does the job, and then others, as long as there is one: to start a thread costs as much as to
 * read a LUN.
 */
static void *job_thread(void *argument)
{
	struct job *job = argument;
	struct scheduler *scheduler = job->scheduler;

	while (job) {
		job_do(job);
		/* It may wait for the device, and nobody waits for that. */
		operate_close(job->result);
		condition_lock(&scheduler->ended);
		job = job_take(scheduler);
		condition_unlock(&scheduler->ended);
	}
	return NULL;
}

/* Starts what may be started; @all: no more will come. True: every job has ended. */
static bool jobs_start(struct scheduler *scheduler, bool all)
{
	struct job *job;

	while ((job = job_take(scheduler))) {
		/*
		 * The only job that is left needs no thread beside the one that would wait for it.
		 */
		bool alone = all && scheduler->count == 1, started;

		condition_unlock(&scheduler->ended);
		started = !alone && thread_start(job_thread, job);
		condition_lock(&scheduler->ended);
		if (started)
			continue;
		if (jobs_look(scheduler, clock_now()) > 1) {
			job_return(scheduler, job);
			break; /* until one of those that run has ended, or is silent */
		}
		condition_unlock(&scheduler->ended);
		/* Behind the last one the process ends, which closes everything. */
		if (alone)
			job_do(job);
		else
			job_thread(job);
		condition_lock(&scheduler->ended);
	}
	return scheduler->count == 0;
}

static bool slots_ready(const struct work *work)
{
	for (size_t i = 0; i < work->count; i++)
		if (slot_stage(&work->slots[i]) == SLOT_OPEN)
			return false;
	return true;
}

static struct scheduler *scheduler_new(const struct request *request)
{
	struct scheduler *scheduler = calloc(1, sizeof(*scheduler));

	if (!scheduler || !condition_init(&scheduler->ended))
		abort();
	scheduler->request = request;
	scheduler->end = &scheduler->first;
	return scheduler;
}

/* Each device that does not answer keeps a descriptor. */
static void descriptors_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	/* Where it is refused, fewer devices than there might be are worked on at a time. */
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

void schedule_run(const struct request *request, struct work *work)
{
	struct scheduler *scheduler = scheduler_new(request);
	bool *taken = calloc(work->count, sizeof(*taken)), all = false, begun = false;
	int64_t begin = clock_now();
	const struct machine_ports *ports = host_ports_read(work->arena);

	if (!taken)
		abort();
	if (work->count > 1 || !work->slots[0].argument ||
	    resolve_is_slow(work->slots[0].argument))
		descriptors_raise();
	for (size_t i = 0; i < work->count; i++) {
		work->slots[i].results.ports = ports;
		slot_begin(scheduler, &work->slots[i]);
	}
	/*
	 * Relative names are resolved: the caller's directory may be unmounted, whatever hangs
	 * here.
	 */
	if (chdir("/") < 0)
		abort();
	condition_lock(&scheduler->ended);
	for (;;) {
		/*
		 * All are resolved before the first is changed; but a tag that hangs is not waited
		 * for.
		 */
		begun = begun || slots_ready(work) || clock_now() - begin > THREAD_SILENCE;
		if (begun && !all)
			all = slots_adopt(scheduler, work, taken);
		if (begun && jobs_start(scheduler, all) && all)
			break;
		condition_wait(&scheduler->ended);
	}
	condition_unlock(&scheduler->ended);
	free(taken);
}
