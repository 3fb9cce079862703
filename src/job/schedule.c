// SPDX-License-Identifier: GPL-2.0-or-later
#include "job/schedule.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "block/host_ports.h"
#include "block/resolve.h"
#include "job/slots.h"
#include "model/handover.h"
#include "model/messages.h"
#include "pr/operate.h"
#include "util/clock.h"
#include "util/thread.h"

/*
 * If as many LUNs are silent as may run at a time, silence is not an exception, so the next ones
 * get less time.
 */
#define SILENCE_SHORT (THREAD_SILENCE / 10)

struct scheduler;

struct job {
	struct scheduler *scheduler;
	struct result *result;
	struct job *follower; /* the next job on the same LUN, which waits for this one */
	struct job *next; /* in the queue */
	bool passed; /* its follower is in the queue */
	bool closed; /* so is its device: its thread can do something else */
};

/*
 * Shared by the dispatcher and the threads of jobs, under the lock. It is never freed: a thread
 * that has ended may still be signalling, and the process ends after this run anyway.
 */
struct scheduler {
	const struct request *request;
	void *devices; /* a tree (tsearch) of jobs, by device number */
	void *luns; /* of the last job on each LUN, sorted by WWID */
	size_t count; /* number of jobs that have not ended */
	struct job *first, **end; /* queue of the jobs that may start */
	struct job **running; /* started, and not known to be closed */
	size_t running_count, room;
	struct condition ended; /* signals the dispatcher that something has changed */
};

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

/* Lack of memory for one device is a failure of that device only. */
static void result_give_up(const struct request *request, struct result *result)
{
	result_fail(result, FAIL_NO_MEMORY_FOR_DEVICE,
		    request_unsent(request, "; " UNSENT_ALL));
	result_done(result);
}

/* Paths of the same LUN are processed one after the other. Returns false if there is no memory. */
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

/* Makes a job of the result, unless its status is set or its LUN is a job already. */
static void result_adopt(struct scheduler *scheduler, struct result *result)
{
	struct job *job, **found;

	if (result->outcome.status != STATUS_OK)
		return;
	job = calloc(1, sizeof(*job));
	if (!job) {
		result_give_up(scheduler->request, result);
		return;
	}
	job->scheduler = scheduler;
	job->result = result;
	found = tsearch(job, &scheduler->devices, compare_devices);
	if (!found) {
		result_give_up(scheduler->request, result);
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
		result_give_up(scheduler->request, result);
}

/*
 * In the order of the arguments, so that the first of two names for a LUN is used; arguments that
 * resolve late follow.
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

/* It has ended, or is no longer waited for: the next job on the same LUN may start. */
static void job_pass(struct scheduler *scheduler, struct job *job)
{
	if (job->passed)
		return;
	job->passed = true;
	if (job->follower)
		queue_add(scheduler, job->follower);
}

/* Checks the running jobs. Returns how many of them count against the limit. */
static size_t jobs_look(struct scheduler *scheduler, int64_t now)
{
	size_t stuck = 0, count = 0, left = 0;
	int64_t patience;

	for (size_t i = 0; i < scheduler->running_count; i++) {
		struct job *job = scheduler->running[i];

		if (job->closed)
			continue;
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

/* Returns false if there is no memory. */
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
 * Takes the next job that may start, which then counts as running; NULL if there is none. Call it
 * with the lock held.
 */
static struct job *job_take(struct scheduler *scheduler)
{
	int64_t now = clock_now();
	size_t running = jobs_look(scheduler, now);

	while (scheduler->first && running < scheduler->request->jobs) {
		struct job *job = queue_take(scheduler);

		/* The parent has forbidden to start more. */
		if (result_stage(job->result) == STAGE_TAKEN) {
			scheduler->count--;
			job_pass(scheduler, job);
			continue;
		}
		result_beat(job->result);
		if (running_add(scheduler, job))
			return job;
		result_give_up(scheduler->request, job->result);
		scheduler->count--;
		job_pass(scheduler, job);
	}
	return NULL;
}

/* The thread could not be started: puts the job back to the head of the queue. */
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

/* Carries out the job and publishes its result; descriptors stay open. */
static void job_do(struct job *job)
{
	struct scheduler *scheduler = job->scheduler;

	operate(scheduler->request, job->result);
	result_done(job->result);
	condition_lock(&scheduler->ended);
	scheduler->count--;
	job_pass(scheduler, job);
	if (!scheduler->first)
		condition_signal(&scheduler->ended);
	condition_unlock(&scheduler->ended);
}

/*
 * Carries out the job, and then others as long as there are any, because starting a thread takes as
 * long as reading a LUN.
 */
static void *job_thread(void *argument)
{
	struct job *job = argument;
	struct scheduler *scheduler = job->scheduler;

	while (job) {
		job_do(job);
		/*
		 * Closing may wait for the device, and no result waits for it. It counts against
		 * the limit for as long as a device may be silent: to start a thread in place of
		 * this one takes longer than to close a device that answers.
		 */
		operate_close(job->result);
		condition_lock(&scheduler->ended);
		job->closed = true;
		job = job_take(scheduler);
		condition_unlock(&scheduler->ended);
	}
	return NULL;
}

/*
 * Starts what may be started; @all: no more jobs will come. Returns true when every job has ended.
 */
static bool jobs_start(struct scheduler *scheduler, bool all)
{
	struct job *job;

	while ((job = job_take(scheduler))) {
		/*
		 * The last job is run here instead of in a thread for which this one would only
		 * wait.
		 */
		bool alone = all && scheduler->count == 1, started;

		condition_unlock(&scheduler->ended);
		started = !alone && thread_start(job_thread, job);
		condition_lock(&scheduler->ended);
		if (started)
			continue;
		if (jobs_look(scheduler, clock_now()) > 1) {
			job_return(scheduler, job);
			break; /* until a running job has ended or is silent */
		}
		condition_unlock(&scheduler->ended);
		/* The process ends after the last job, which closes everything. */
		if (alone)
			job_do(job);
		else
			job_thread(job);
		condition_lock(&scheduler->ended);
	}
	return scheduler->count == 0;
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

/* Each device that does not answer keeps a descriptor open. */
static void descriptors_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	/* If more is refused, fewer devices are processed at a time. */
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
		slot_begin(request, &work->slots[i], &scheduler->ended);
	}
	/*
	 * Relative names are resolved by now. Leave the caller's directory, so that it can be
	 * unmounted even if this process hangs.
	 */
	if (chdir("/") < 0)
		abort();
	condition_lock(&scheduler->ended);
	for (;;) {
		/* Resolve everything before the first change, except a tag that hangs. */
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
