// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two processes and their threads, on targets of this file's own (the linker's --wrap) that lie
 * in shared memory: they outlive a process that is killed, and tell what was really done. What
 * hangs here can be killed, unlike what hangs in the kernel; tests/bats/fleet.bats has that.
 *
 * The time of both processes is the lab's: it passes when a test says so, and no status depends on
 * how fast this machine is.
 */
#include "unit.h"
#include "util/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "block/resolve.h"
#include "device/identify.h"
#include "device/pr_ioctl.h"
#include "device/pr_scsi.h"
#include "job/supervise.h"
#include "output.h"
#include "no_store.h"
#include "states.h"

int login_tty(int fd); /* <utmp.h>, which has it, also has an EMPTY */

#define SECOND INT64_C(1000000000)
#define MILLISECOND INT64_C(1000000)
#define BEGIN (1000 * SECOND) /* the time when a test begins */
#define TICK (50 * MILLISECOND) /* in steps of this, time passes while everything waits for it */
#define GIVE_UP 600 /* seconds: an event that has not happened by then never will */
/* A sanitizer needs time, and memory of its own. */
#if defined(__SANITIZE_THREAD__)
#define FLEET 128
#define FLEET_MEMORY SIZE_MAX
#elif defined(__SANITIZE_ADDRESS__)
#define FLEET 512
#define FLEET_MEMORY SIZE_MAX
#else
#define FLEET 4096
#define FLEET_MEMORY (8 * 1024 + 16 * FLEET) /* KiB */
#endif

enum habit {
	LIVE,
	DEAD, /* does not answer any reading */
	LOST, /* carries out what it is sent, but answers nothing */
	CRASH, /* the worker crashes after the change */
	STICKY, /* carries out what it is sent, and closing it never ends */
	SLUGGISH, /* carries out what it is sent, and closing it takes a while */
	TOO_LARGE, /* there is no memory to resolve it */
	BUSY, /* answers each change with "not now", and does not carry it out */
	LATE, /* is not ready until the next target was changed */
};

/* What happens to a target during a register: the moments that a test can choose. */
enum moment {
	READ_BEGIN,
	READ_END,
	CHANGE_BEGIN,
	CHANGE_END, /* it is done, but not answered */
	READ_BACK_BEGIN,
	READ_BACK_END,
	MOMENTS,
};

struct target {
	enum habit habit;
	int64_t latency; /* time of each answer */
	_Atomic uint64_t key; /* it is registered */
	_Atomic int done; /* number of changes */
	_Atomic int refused; /* number of changes that were not carried out */
	_Atomic int readings; /* number of those that have begun */
	_Atomic bool finished; /* the worker has set its status */
	_Atomic int at_work; /* paths of this LUN that are being processed at the same time */
	enum status status; /* the parent's report of it */
	enum reason reason;
	bool sent; /* a change, says the parent */
	bool named; /* the parent's message has the words that it should have */
	int64_t said; /* the time when the parent was done */
};

/* In shared memory. */
static struct lab {
	struct target targets[FLEET];
	_Atomic int worker; /* process id of the worker */
	_Atomic int busy, busy_max; /* commands in progress at the same time */
	_Atomic bool ended; /* the parent has reported */
	_Atomic int parent; /* process id of the parent */
	_Atomic int64_t now; /* the time */
	/* how often the parent read the clock; how often the worker's first thread waited */
	_Atomic unsigned int looks, waits;
	/* threads except the first one; threads that wait for a target that never answers */
	_Atomic int alive, hung;
	_Atomic int asleep; /* threads that wait for a certain time */
	_Atomic unsigned int woken; /* how often one of them checked again */
	int meet; /* nothing is answered before this many commands are in progress */
	int chosen; /* target and moment: number * MOMENTS + moment; -1: none */
	_Atomic bool reached, released; /* that moment was reached; the thread may continue */
	bool broken;
	int terminal; /* of the parent; 0: none */
	bool raised; /* a signal came before the request started */
	int threads; /* how many threads the worker may start; 0: no limit */
	_Atomic int started; /* how many it has started */
	unsigned int luns; /* number of LUNs, if several targets are paths of one LUN */
	_Atomic bool overlap; /* of two paths of a LUN */
	char names[FLEET][16];
	const char *arguments[FLEET];
} *lab;

int __wrap_resolve_argument(const struct request *request, const char *argument,
	struct results *results);
int __wrap_device_open(const struct lun *lun, bool writable);
void __wrap_scsi_state_read(int fd, struct result *result, struct resv_state *state,
	struct answer *answer);
void __wrap_scsi_capabilities_read(int fd, struct result *result);
enum identity __wrap_device_identify(int fd, struct result *result, const char **now,
	struct answer *answer);
void __wrap_ioctl_state_read(int fd, struct result *result, struct resv_state *state,
	struct answer *answer);
void __wrap_ioctl_action_send(int fd, const struct action *action, struct answer *answer);
void __wrap_operate_close(struct result *result);
void __real_operate_close(struct result *result);
bool __wrap_thread_start(void *(*function)(void *), void *argument);
bool __real_thread_start(void *(*function)(void *), void *argument);
int64_t __wrap_clock_now(void);
void __wrap_clock_sleep(int64_t time);
void __wrap_result_done(struct result *result);
void __real_result_done(struct result *result);
pid_t __wrap_fork(void);
pid_t __real_fork(void);
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
	const struct timespec *until);
int __real_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
	const struct timespec *until);

static bool forks = true; /* false: the system has no room for another process */

pid_t __wrap_fork(void)
{
	if (forks)
		return __real_fork();
	errno = EAGAIN;
	return -1;
}

static void nap(int64_t time)
{
	nanosleep(&(struct timespec){ time / SECOND, time % SECOND }, NULL);
}

/* Waits for an event. One that never comes ends the program (GIVE_UP). */
#define UNTIL(event) \
	do { \
		while (!(event)) \
			nap(MILLISECOND / 20); \
	} while (0)

int64_t __wrap_clock_now(void)
{
	if (getpid() == atomic_load(&lab->parent))
		atomic_fetch_add(&lab->looks, 1);
	return atomic_load(&lab->now);
}

/* A thread that waits for a time checks again whenever time passes. */
void __wrap_clock_sleep(int64_t time)
{
	int64_t begin = atomic_load(&lab->now);

	(void)time;
	/* The parent waits for a worker that is about to die: here until it is dead. */
	if (getpid() == atomic_load(&lab->parent)) {
		waitid(P_PID, (id_t)atomic_load(&lab->worker), &(siginfo_t){ 0 },
		       WEXITED | WNOWAIT);
		return;
	}
	atomic_fetch_add(&lab->asleep, 1);
	UNTIL(atomic_load(&lab->now) != begin);
	atomic_fetch_sub(&lab->asleep, 1);
	atomic_fetch_add(&lab->woken, 1);
}

void __wrap_result_done(struct result *result)
{
	__real_result_done(result);
	if (getpid() == atomic_load(&lab->worker))
		atomic_store(&lab->targets[minor(result->lun.devno)].finished, true);
}

/*
 * The worker's first thread waits for time to pass, or for another thread; in real time only
 * briefly.
 */
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
	const struct timespec *until)
{
	struct timespec end;

	(void)until;
	if (gettid() == getpid())
		atomic_fetch_add(&lab->waits, 1);
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += 2 * MILLISECOND;
	end.tv_sec += end.tv_nsec / SECOND;
	end.tv_nsec %= SECOND;
	return __real_pthread_cond_timedwait(condition, mutex, &end);
}

int __wrap_resolve_argument(const struct request *request, const char *argument,
	struct results *results)
{
	unsigned int number = (unsigned int)atoi(argument);
	struct result *result = result_add(results, argument);

	(void)request;
	if (!result)
		return -ENOMEM;
	atomic_store(&lab->worker, getpid());
	if (lab->targets[number].habit == TOO_LARGE) {
		results->first = NULL;
		return -ENOMEM;
	}
	result->lun.devno = makedev(8, number);
	result->lun.name = result->lun.node = argument;
	result->lun.wwid = arena_printf(results->arena, "naa.%u",
		lab->luns ? number % lab->luns : number);
	result->lun.transport = TRANSPORT_SCSI;
	return 0;
}

/* Each target has a descriptor, so that they can be counted; its offset identifies the target. */
int __wrap_device_open(const struct lun *lun, bool writable)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	(void)writable;
	if (fd < 0)
		return -errno;
	lseek(fd, minor(lun->devno), SEEK_SET);
	return fd;
}

static struct target *target_of(int fd)
{
	return &lab->targets[lseek(fd, 0, SEEK_CUR)];
}

static void busy(const struct target *target, int change)
{
	size_t number = (size_t)(target - lab->targets);
	int now = atomic_fetch_add(&lab->busy, change) + change, max = atomic_load(&lab->busy_max);

	while (now > max && !atomic_compare_exchange_weak(&lab->busy_max, &max, now))
		;
	/* A dead target is not waited for, by design. */
	if (lab->luns && target->habit != DEAD &&
	    atomic_fetch_add(&lab->targets[number % lab->luns].at_work, change) > (change < 0))
		atomic_store(&lab->overlap, true);
}

/* It never answers. */
__attribute__((noreturn))
static void hang(void)
{
	atomic_fetch_add(&lab->hung, 1);
	for (;;)
		pause();
}

/* If this is the chosen moment: waits there. */
static void moment(const struct target *target, enum moment moment)
{
	if ((target - lab->targets) * MOMENTS + moment != lab->chosen)
		return;
	atomic_store(&lab->reached, true);
	UNTIL(atomic_load(&lab->released));
}

void __wrap_scsi_state_read(int fd, struct result *result, struct resv_state *state,
	struct answer *answer)
{
	struct target *target = target_of(fd);
	bool again = atomic_fetch_add(&target->readings, 1);
	uint64_t key;

	busy(target, 1);
	moment(target, again ? READ_BACK_BEGIN : READ_BEGIN);
	if (target->habit == DEAD)
		hang();
	UNTIL(atomic_load(&lab->busy_max) >= lab->meet);
	nap(target->latency);
	if (target->habit == LATE && !atomic_load(&target[1].done)) {
		*answer = (struct answer){ .kind = ANSWER_TRANSIENT };
		*state = (struct resv_state){ .source = SOURCE_NONE };
		busy(target, -1);
		result_trace(result, "READ FULL STATUS by SG_IO: not ready");
		return;
	}
	key = atomic_load(&target->key);
	*answer = (struct answer){ .kind = ANSWER_DONE };
	*state = (struct resv_state){ .source = SOURCE_FULL_STATUS, .count = key != 0 };
	if (key) {
		state->registrants = arena_alloc(result->arena, sizeof(*state->registrants));
		*state->registrants = (struct registrant)OWN(key, N);
	}
	busy(target, -1);
	result_trace(result, "READ FULL STATUS by SG_IO: ok, 96 bytes");
	moment(target, again ? READ_BACK_END : READ_END);
}

enum identity __wrap_device_identify(int fd, struct result *result, const char **now,
	struct answer *answer)
{
	(void)fd, (void)result, (void)now;
	*answer = (struct answer){ .kind = ANSWER_DONE };
	return IDENTITY_SAME;
}

void __wrap_scsi_capabilities_read(int fd, struct result *result)
{
	(void)fd;
	result_trace(result, "REPORT CAPABILITIES by SG_IO: ok, 8 bytes");
}

void __wrap_ioctl_state_read(int fd, struct result *result, struct resv_state *state,
	struct answer *answer)
{
	(void)fd;
	(void)result;
	(void)state;
	(void)answer;
	abort();
}

void __wrap_ioctl_action_send(int fd, const struct action *action, struct answer *answer)
{
	struct target *target = target_of(fd);

	if (target->habit == BUSY) {
		atomic_fetch_add(&target->refused, 1);
		*answer = (struct answer){ .kind = ANSWER_TRANSIENT, .raw = 8 };
		return;
	}
	busy(target, 1);
	moment(target, CHANGE_BEGIN);
	nap(target->latency / 2);
	atomic_store(&target->key, action->service_key);
	atomic_fetch_add(&target->done, 1);
	moment(target, CHANGE_END);
	if (target->habit == LOST)
		hang();
	/* cmocka has a handler */
	if (target->habit == CRASH && signal(SIGSEGV, SIG_DFL) != SIG_ERR)
		raise(SIGSEGV);
	nap(target->latency / 2);
	busy(target, -1);
	*answer = (struct answer){ .kind = ANSWER_DONE };
}

void __wrap_operate_close(struct result *result)
{
	if (target_of(result->device.fd)->habit == STICKY)
		hang();
	if (target_of(result->device.fd)->habit == SLUGGISH)
		__wrap_clock_sleep(TICK);
	__real_operate_close(result);
}

struct start {
	void *(*function)(void *);
	void *argument;
};

static void *thread_main(void *argument)
{
	struct start start = *(struct start *)argument;

	free(argument);
	start.function(start.argument);
	atomic_fetch_sub(&lab->alive, 1);
	return NULL;
}

bool __wrap_thread_start(void *(*function)(void *), void *argument)
{
	struct start *start = malloc(sizeof(*start));

	if (!start)
		return false;
	*start = (struct start){ function, argument };
	if (atomic_fetch_add(&lab->alive, 1) < lab->threads || !lab->threads)
		if (__real_thread_start(thread_main, start)) {
			atomic_fetch_add(&lab->started, 1);
			return true;
		}
	atomic_fetch_sub(&lab->alive, 1);
	free(start);
	return false;
}

static bool is_gone(pid_t pid)
{
	char path[64], text[256] = "", *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	if (!file)
		return true;
	end = fgets(text, sizeof(text), file) ? strrchr(text, ')') : NULL;
	fclose(file);
	return end && end[2] == 'Z'; /* left to this machine's init, which may not reap it */
}

static void lab_begin(size_t count, int64_t latency)
{
	alarm(GIVE_UP);
	/* left by a test that failed */
	if (lab->parent && !lab->ended && kill(lab->parent, SIGKILL) == 0) {
		waitpid(lab->parent, NULL, 0);
		UNTIL(!lab->worker || is_gone(lab->worker));
	}
	memset(lab, 0, sizeof(*lab));
	lab->now = BEGIN;
	lab->chosen = -1;
	for (size_t i = 0; i < count; i++) {
		snprintf(lab->names[i], sizeof(lab->names[i]), "%zu", i);
		lab->arguments[i] = lab->names[i];
		lab->targets[i].latency = latency;
	}
}

/* The parent, in its own process; its report is stored in shared memory. */
static pid_t parent_start(const struct request *request, size_t count, const char *words)
{
	struct request whole = *request;
	struct results results = { 0 };
	int64_t begin = clock_now();
	size_t i = 0;
	pid_t pid;

	whole.devices = lab->arguments;
	whole.device_count = count;
	pid = fork();
	assert_true(pid >= 0);
	if (pid)
		return pid;
	/* it may wait for an event that this program can no longer cause */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	atomic_store(&lab->parent, getpid());
	/* otherwise cmocka would continue with the next test here, too */
	signal(SIGSEGV, SIG_DFL);
	if (lab->terminal && login_tty(lab->terminal))
		_exit(74);
	results.arena = arena_new((size_t)1 << 30);
	if (lab->raised) {
		supervise_signals_hold();
		raise(SIGTERM);
	}
	if (supervise(&whole, begin, &results))
		_exit(70);
	for (const struct result *result = results.first; result; result = result->next, i++) {
		struct target *target = &lab->targets[i];

		if (i >= count || strcmp(result->argument, lab->names[i]) != 0)
			_exit(71); /* not in order */
		target->status = result->outcome.status;
		target->reason = result->outcome.reason;
		target->sent = result->outcome.sent;
		target->named = !words || (result->outcome.message &&
			strstr(result->outcome.message, words));
		target->said = clock_now() - begin;
	}
	if (i != count)
		_exit(72);
	if (output_json(fopen("/dev/null", "w"), &whole, &results))
		_exit(73);
	lab->broken = results.broken;
	atomic_store(&lab->ended, true);
	_exit(0);
}

static void parent_wait(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/*
 * Returns after the parent has checked the time this many times, and has acted on it; or has ended.
 */
static void parent_looks(unsigned int times)
{
	unsigned int before = atomic_load(&lab->looks);

	UNTIL(atomic_load(&lab->looks) - before >= times || atomic_load(&lab->ended));
}

/*
 * How many threads cannot continue before a target answers or time passes. More than are alive, if
 * the first one is included.
 */
static int stuck(void)
{
	return atomic_load(&lab->hung) + atomic_load(&lab->asleep);
}

/* Time passes: both processes see it. */
static void time_passes(int64_t time)
{
	unsigned int before = atomic_load(&lab->woken),
		asleep = (unsigned int)atomic_load(&lab->asleep);

	atomic_fetch_add(&lab->now, time);
	UNTIL(atomic_load(&lab->woken) - before >= asleep || atomic_load(&lab->ended));
	before = atomic_load(&lab->waits);
	UNTIL(atomic_load(&lab->waits) - before >= 2 || stuck() > atomic_load(&lab->alive) ||
		atomic_load(&lab->ended));
}

/*
 * Whether some answering targets are not finished, or some silent ones were not asked yet. As long
 * as only time can help, time passes.
 */
static bool is_going_on(size_t count)
{
	int waits = 0, hung = atomic_load(&lab->hung), still = stuck();
	unsigned int before = atomic_load(&lab->waits);
	bool all = true;

	for (size_t i = 0; i < count; i++) {
		if (lab->targets[i].habit == DEAD || lab->targets[i].habit == LOST)
			waits++;
		else
			all = all && atomic_load(&lab->targets[i].finished);
	}
	if ((all && hung == waits) || atomic_load(&lab->ended))
		return false;
	/* the first thread has checked, and every other one hangs or sleeps */
	UNTIL(atomic_load(&lab->waits) - before >= 2 || still != atomic_load(&lab->alive) ||
		atomic_load(&lab->ended));
	if (still >= atomic_load(&lab->alive) && still == stuck())
		time_passes(TICK);
	else
		nap(MILLISECOND / 5);
	return true;
}

/* Finishes everything that can be finished; the deadline comes only after that. */
static void deadline_comes(const struct request *request, size_t count, pid_t pid)
{
	while (is_going_on(count))
		;
	assert_in_range(atomic_load(&lab->now), BEGIN, BEGIN + request->timeout - 1);
	atomic_store(&lab->now, BEGIN + request->timeout - 1);
	parent_looks(3);
	assert_false(lab->ended);
	atomic_fetch_add(&lab->now, 1);
	parent_wait(pid);
}

#define REGISTER_IN(time, at_once) REGISTER(.timeout = time, .jobs = at_once, .quiet = true)

static void target_is(size_t i, enum status status, enum reason reason, int done)
{
	const struct target *target = &lab->targets[i];

	if (target->status != status || target->reason != reason || target->done != done)
		fail_msg("target %zu: status %d, reason %d, %d changes; not %d, %d, %d", i,
			(int)target->status,
			 (int)target->reason, target->done, (int)status, (int)reason, done);
}

/* Dead targets before a live one: the command still ends in time. */
static const struct {
	const char *name;
	size_t dead, jobs;
	int seconds;
} fronts[] = {
	{ "100, 64 at a time", 100, 64, 6 },
	{ "100, 8 at a time", 100, 8, 12 },
};

static void dead_in_front(void **state)
{
	const typeof(fronts[0]) *row = *state;
	const struct request request = REGISTER_IN(row->seconds * SECOND, row->jobs);

	lab_begin(row->dead + 1, MILLISECOND);
	for (size_t i = 0; i < row->dead; i++)
		lab->targets[i].habit = DEAD;
	deadline_comes(&request, row->dead + 1, parent_start(&request, row->dead + 1, NULL));
	for (size_t i = 0; i < row->dead; i++)
		target_is(i, STATUS_FAILED, REASON_NOT_SENT, 0);
	target_is(row->dead, STATUS_OK, REASON_NONE, 1);
	assert_in_range(lab->targets[0].said, row->seconds * SECOND - 1,
			(row->seconds + 2) * SECOND);
}

/* If all threads wait for dead targets, the rest is done without a thread. */
static void few_threads(void **state)
{
	const struct request request = REGISTER_IN(5 * SECOND, 64);

	(void)state;
	lab_begin(6, MILLISECOND);
	lab->threads = 3;
	for (size_t i = 0; i < 3; i++)
		lab->targets[i].habit = DEAD;
	deadline_comes(&request, 6, parent_start(&request, 6, NULL));
	for (size_t i = 0; i < 6; i++)
		target_is(i, i < 3 ? STATUS_FAILED : STATUS_OK,
			i < 3 ? REASON_NOT_SENT : REASON_NONE, i >= 3);
}

/* Exactly as many LUNs as --jobs allows are processed at once. */
static void at_a_time(void **state)
{
	const struct request request = REGISTER_IN(0, 7);

	(void)state;
	lab_begin(100, 5 * MILLISECOND);
	lab->meet = 7;
	parent_wait(parent_start(&request, 100, NULL));
	for (size_t i = 0; i < 100; i++)
		target_is(i, STATUS_OK, REASON_NONE, 1);
	assert_int_equal(lab->busy_max, 7);
}

/* Paths of a LUN are processed one after the other, in order, and not while one is silent. */
static void paths_of_a_lun(void **state)
{
	const struct request request = REGISTER_IN(5 * SECOND, 64);

	(void)state;
	lab_begin(12, 5 * MILLISECOND);
	lab->luns = 3;
	lab->targets[0].habit = DEAD;
	deadline_comes(&request, 12, parent_start(&request, 12, NULL));
	target_is(0, STATUS_FAILED, REASON_NOT_SENT, 0);
	for (size_t i = 1; i < 12; i++)
		target_is(i, STATUS_OK, REASON_NONE, 1);
	assert_false(lab->overlap);
	assert_in_range(lab->busy_max, 2, 4); /* with the one that is silent */
}

static void answer_lost(void **state)
{
	const struct request request = REGISTER_IN(5 * SECOND, 64);

	(void)state;
	lab_begin(3, MILLISECOND);
	lab->targets[1].habit = LOST;
	deadline_comes(&request, 3, parent_start(&request, 3, NULL));
	target_is(0, STATUS_OK, REASON_NONE, 1);
	target_is(1, STATUS_UNKNOWN, REASON_OUTCOME_LOST, 1);
	target_is(2, STATUS_OK, REASON_NONE, 1);
	assert_false(lab->broken);
}

/*
 * What is proven is reported, however long it takes to close the device; no deadline would end
 * this.
 */
static void never_closed(void **state)
{
	const struct request request = REGISTER_IN(0, 64);

	(void)state;
	for (size_t count = 1; count <= 3; count += 2) {
		lab_begin(count, MILLISECOND);
		lab->targets[count / 2].habit = STICKY;
		parent_wait(parent_start(&request, count, NULL));
		for (size_t i = 0; i < count; i++)
			target_is(i, STATUS_OK, REASON_NONE, 1);
	}
}

/* No thread is started in place of one that is closing its device. */
static void slow_to_close(void **state)
{
	const struct request request = REGISTER_IN(60 * SECOND, 4);
	pid_t pid;

	(void)state;
	lab_begin(40, MILLISECOND);
	for (size_t i = 0; i < 40; i++)
		lab->targets[i].habit = SLUGGISH;
	pid = parent_start(&request, 40, NULL);
	while (is_going_on(40))
		;
	parent_wait(pid);
	for (size_t i = 0; i < 40; i++)
		target_is(i, STATUS_OK, REASON_NONE, 1);
	assert_int_equal(lab->started, 4);
}

/* A device that is not ready delays no other, even if only one is processed at a time. */
static void not_ready(void **state)
{
	const struct request request = REGISTER_IN(60 * SECOND, 1);
	pid_t pid;

	(void)state;
	lab_begin(2, MILLISECOND);
	lab->targets[0].habit = LATE;
	pid = parent_start(&request, 2, NULL);
	while (is_going_on(2))
		;
	parent_wait(pid);
	/* and it does not wait longer than it must */
	assert_in_range(atomic_load(&lab->now), BEGIN, BEGIN + SECOND - 1);
	target_is(0, STATUS_OK, REASON_NONE, 1);
	target_is(1, STATUS_OK, REASON_NONE, 1);
}

/* A failure of one argument does not hide the others. */
static void no_memory_for_one(void **state)
{
	const struct request request = REGISTER_IN(60 * SECOND, 64);

	(void)state;
	lab_begin(3, MILLISECOND);
	lab->targets[1].habit = TOO_LARGE;
	parent_wait(parent_start(&request, 3, NULL));
	target_is(0, STATUS_OK, REASON_NONE, 1);
	target_is(1, STATUS_FAILED, REASON_NOT_SENT, 0);
	target_is(2, STATUS_OK, REASON_NONE, 1);
	assert_false(lab->broken);
}

static void crash(void **state)
{
	struct rlimit none = { 0, 0 };
	const struct request request = REGISTER_IN(60 * SECOND, 1);

	(void)state;
	lab_begin(3, MILLISECOND);
	lab->targets[1].habit = CRASH;
	setrlimit(RLIMIT_CORE, &none);
	parent_wait(parent_start(&request, 3, "was killed by SIGSEGV"));
	target_is(0, STATUS_OK, REASON_NONE, 1);
	target_is(1, STATUS_UNKNOWN, REASON_OUTCOME_LOST, 1);
	target_is(2, STATUS_FAILED, REASON_NOT_SENT, 0);
	assert_true(lab->targets[1].named && lab->targets[2].named);
	assert_true(lab->broken);
	assert_int_equal(lab->targets[0].said, 0); /* no time had to pass */
}

/* What may be reported about a target if a process was killed or a signal came. */
static void target_fits(size_t i, size_t *sent, size_t *unknown)
{
	const struct target *target = &lab->targets[i];
	int done = target->done;

	if (done > 1 || (target->status == STATUS_OK && done != 1) ||
		(target->status == STATUS_FAILED && done != 0) ||
	    (target->status != STATUS_OK && target->status != STATUS_FAILED &&
	    target->status != STATUS_UNKNOWN))
		fail_msg("target %zu: status %d, and %d changes", i, (int)target->status, done);
	*sent += (size_t)done;
	*unknown += target->status == STATUS_UNKNOWN;
}

enum { LUNS = 12 };

static int rounds = 100;

/*
 * Starts round @n. Up to its moment: in every other round the next of all moments of all targets,
 * at which one thread waits, while the others may be anywhere; otherwise any moment.
 */
static pid_t round_begin(const struct request *request, int n)
{
	pid_t pid;

	lab_begin(LUNS, 2 * MILLISECOND);
	lab->chosen = n / 2 % (LUNS * MOMENTS);
	pid = parent_start(request, LUNS, NULL);
	UNTIL(atomic_load(&lab->reached) || atomic_load(&lab->ended));
	if (n % 2) {
		atomic_store(&lab->released, true);
		nap(random() % (25 * MILLISECOND));
	}
	return pid;
}

static void worker_killed(void **state)
{
	const struct request request = REGISTER_IN(60 * SECOND, 4);
	size_t sent = 0, unknown = 0, told = 0;

	(void)state;
	srandom(1);
	for (int n = 0; n < rounds; n++) {
		size_t before = unknown;
		pid_t pid = round_begin(&request, n);

		if (!lab->ended)
			kill(lab->worker, SIGKILL);
		parent_wait(pid);
		for (size_t i = 0; i < LUNS; i++)
			target_fits(i, &sent, &unknown);
		told += lab->broken;
		assert_true(lab->broken || unknown == before);
	}
	/* The signals came at moments that test something. */
	assert_in_range(told, rounds / 2, rounds);
	assert_in_range(unknown, 1, rounds * LUNS);
	assert_in_range(sent, 1, rounds * LUNS - 1);
}

/* A signal loses nothing if every target answers. */
static void interrupted(void **state)
{
	const struct request request = REGISTER_IN(60 * SECOND, 4);
	size_t sent = 0, unknown = 0;

	(void)state;
	srandom(2);
	for (int n = 0; n < rounds; n++) {
		pid_t pid = round_begin(&request, n);

		kill(pid, n % 2 ? SIGINT : SIGTERM);
		/* A change in progress is waited for; a read before a change is not. */
		if (lab->chosen % MOMENTS >= CHANGE_BEGIN)
			atomic_store(&lab->released, true);
		parent_wait(pid);
		atomic_store(&lab->released, true);
		UNTIL(is_gone(lab->worker)); /* nor is anything sent now */
		for (size_t i = 0; i < LUNS; i++)
			target_fits(i, &sent, &unknown);
		assert_false(lab->broken);
	}
	assert_int_equal(unknown, 0);
	assert_in_range(sent, 1, rounds * LUNS - 1);
}

static size_t descriptors_open(void)
{
	size_t count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

/* Nothing was begun: the caller has its descriptors and its signals as before. */
static void no_child(void **state)
{
	const struct request request = REGISTER_IN(5 * SECOND, 64);
	struct arena *arena = unit_arena();
	struct results results = { .arena = arena };
	size_t before = descriptors_open();
	sigset_t mask;

	(void)state;
	forks = false;
	assert_int_equal(supervise(&request, 0, &results), -EAGAIN);
	forks = true;
	assert_null(results.first);
	assert_int_equal(descriptors_open(), before);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	assert_false(sigismember(&mask, SIGTERM));
	arena_free(arena);
}

/* For a program with several requests: a signal between two of them ends the second one. */
static void signal_before(void **state)
{
	const struct request request = REGISTER_IN(5 * SECOND, 64);

	(void)state;
	lab_begin(2, MILLISECOND);
	lab->raised = true;
	parent_wait(parent_start(&request, 2, "interrupted by SIGTERM"));
	for (size_t i = 0; i < 2; i++) {
		target_is(i, STATUS_FAILED, REASON_NOT_SENT, 0);
		assert_true(lab->targets[i].named);
	}
}

/* A change whose answer is lost is waited for at most a second; a second signal ends even that. */
static void interrupted_open(void **state)
{
	const struct request request = REGISTER_IN(60 * SECOND, 64);

	(void)state;
	for (int twice = 0; twice <= 1; twice++) {
		int64_t begin;
		pid_t pid;

		lab_begin(2, MILLISECOND);
		lab->targets[0].habit = LOST;
		lab->targets[1].habit = DEAD;
		pid = parent_start(&request, 2, "interrupted by SIGTERM");
		UNTIL(atomic_load(&lab->hung) == 2);
		begin = clock_now();
		kill(pid, SIGTERM);
		/* before and after its wait, in which the signal comes, and once more */
		parent_looks(3);
		assert_false(lab->ended);
		if (twice) {
			kill(pid, SIGTERM);
		} else {
			atomic_fetch_add(&lab->now, SECOND - 1);
			parent_looks(3);
			assert_false(lab->ended);
			atomic_fetch_add(&lab->now, 1);
		}
		parent_wait(pid);
		target_is(0, STATUS_UNKNOWN, REASON_OUTCOME_LOST, 1);
		target_is(1, STATUS_FAILED, REASON_NOT_SENT, 0);
		assert_true(lab->targets[0].named && lab->targets[1].named);
		assert_in_range(clock_now() - begin, twice ? 0 : SECOND,
				twice ? SECOND - 1 : 10 * SECOND);
	}
}

/* A signal comes in a pause between two tries, of which none was carried out. */
static void interrupted_pause(void **state)
{
	const struct request request = REGISTER_IN(60 * SECOND, 64);
	pid_t pid;

	(void)state;
	lab_begin(2, MILLISECOND);
	lab->targets[0].habit = BUSY;
	lab->targets[1].habit = DEAD;
	pid = parent_start(&request, 2, "interrupted by SIGTERM");
	UNTIL(atomic_load(&lab->targets[0].refused) > 1 && atomic_load(&lab->asleep) == 1 &&
	      atomic_load(&lab->hung) == 1);
	kill(pid, SIGTERM);
	parent_wait(pid);
	target_is(0, STATUS_FAILED, REASON_NOT_DONE, 0);
	target_is(1, STATUS_FAILED, REASON_NOT_SENT, 0);
	assert_true(lab->targets[0].sent);
	assert_false(lab->targets[1].sent);
	assert_true(lab->targets[0].named && lab->targets[1].named);
}

static void parent_killed(void **state)
{
	const struct request request = REGISTER_IN(60 * SECOND, 2);
	size_t sent = 0;

	(void)state;
	srandom(3);
	for (int n = 0; n < rounds; n++) {
		int status;
		pid_t pid = round_begin(&request, n);

		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		atomic_store(&lab->ended, true);
		/* a surviving worker would wait at the chosen moment, or do the rest */
		UNTIL(is_gone(lab->worker));
		for (size_t i = 0; i < LUNS; i++)
			sent += (size_t)lab->targets[i].done;
	}
	assert_in_range(sent, 1, rounds * LUNS - 1);
}

/*
 * A parent that was stopped, for example by ^Z, beyond its deadline: what was done meanwhile
 * counts.
 */
static void stopped(void **state)
{
	const struct request request = REGISTER_IN(3 * SECOND / 2, 64);
	int status;
	pid_t pid;

	(void)state;
	lab_begin(2, MILLISECOND);
	lab->targets[1].habit = LOST;
	lab->chosen = READ_BEGIN; /* of the first one */
	pid = parent_start(&request, 2, NULL);
	UNTIL(atomic_load(&lab->reached));
	kill(pid, SIGSTOP);
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
	atomic_store(&lab->released, true);
	UNTIL(atomic_load(&lab->targets[0].finished) && atomic_load(&lab->hung) == 1);
	atomic_fetch_add(&lab->now, 2 * SECOND);
	assert_false(lab->ended);
	kill(pid, SIGCONT);
	parent_wait(pid);
	target_is(0, STATUS_OK, REASON_NONE, 1);
	target_is(1, STATUS_UNKNOWN, REASON_OUTCOME_LOST, 1);
}

/* The output on a terminal of that width, and without a terminal. */
static const struct {
	const char *name;
	unsigned short columns;
	const char *shown; /* NULL: nothing */
} terminals[] = {
	{ "wide", 80, "\r1 of 4 done, waiting for 1 2 3\033[K" },
	{ "narrow", 20, "\r1 of 4 done, waitin\033[K" },
	{ "of unknown width", 0, "\r1 of 4 done, waiting for 1 2 3\033[K" },
	{ "none", 0, NULL },
};

static void progress(void **state)
{
	const typeof(terminals[0]) *row = *state;
	struct winsize size = { .ws_col = row->columns, .ws_row = 24 };
	struct request request = REGISTER_IN(2 * SECOND, 64);
	char text[65536] = "", *first;
	size_t length = 0;
	int fds[2], early;
	pid_t pid;

	request.quiet = false;
	lab_begin(4, MILLISECOND);
	lab->targets[1].habit = lab->targets[2].habit = DEAD;
	lab->targets[3].habit = LOST;
	if (row->shown)
		assert_int_equal(openpty(&fds[0], &fds[1], NULL, NULL, &size), 0);
	else
		assert_int_equal(pipe(fds), 0);
	lab->terminal = row->shown ? fds[1] : 0;
	if (!row->shown) {
		int stderr_fd = dup(STDERR_FILENO);

		dup2(fds[1], STDERR_FILENO);
		pid = parent_start(&request, 4, NULL);
		dup2(stderr_fd, STDERR_FILENO);
		close(stderr_fd);
	} else {
		pid = parent_start(&request, 4, NULL);
	}
	close(fds[1]);
	while (is_going_on(4))
		;
	assert_int_equal(lab->now, BEGIN);
	atomic_fetch_add(&lab->now, SECOND);
	parent_looks(3);
	/* not before a second has passed; after that each time it checks */
	assert_int_equal(ioctl(fds[0], FIONREAD, &early), 0);
	assert_int_equal(early, 0);
	atomic_fetch_add(&lab->now, 1);
	parent_looks(6);
	atomic_store(&lab->now, BEGIN + request.timeout);
	/*
	 * Writing to a terminal whose last user is gone fails with EIO; the worker, which hangs, is
	 * not a user.
	 */
	for (ssize_t more; length < sizeof(text) - 1 &&
		(more = read(fds[0], text + length, sizeof(text) - 1 - length)) > 0;)
		length += (size_t)more;
	text[length] = '\0';
	parent_wait(pid);
	close(fds[0]);
	if (!row->shown) {
		assert_string_equal(text, "");
		return;
	}
	first = strstr(text, row->shown);
	if (!first)
		fail_msg("the terminal shows '%s'", text);
	/* Rewritten in place, and erased at the end. */
	assert_non_null(strstr(first + 1, row->shown));
	assert_null(strchr(text, '\n'));
	assert_string_equal(text + length - 4, "\r\033[K");
}

/* Pss in KiB, and descriptors, of a process. */
static void measure(pid_t pid, size_t *memory, size_t *descriptors)
{
	char path[64], line[256];
	FILE *file;
	size_t kib;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "Pss: %zu kB", &kib) == 1)
			*memory += kib;
	if (file)
		fclose(file);
	for (int fd = 0; fd < 2 * FLEET; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
		*descriptors += access(path, F_OK) == 0;
		if (fd > 400 && fd % 2 && *descriptors < (size_t)fd / 4)
			break;
	}
}

/*
 * Limits for both processes together: 8 MiB and 16 KiB for each device; descriptors: those in use,
 * those that hang, and 16. A real device needs about 2 KiB more, for sysfs.
 */
static const struct {
	const char *name;
	enum command_id command;
	size_t dead;
} fleets[] = {
	{ "status", COMMAND_STATUS, 0 },
	{ "register", COMMAND_REGISTER, 0 },
	{ "status, 128 dead", COMMAND_STATUS, 128 },
};

static void fleet(void **state)
{
	const typeof(fleets[0]) *row = *state;
	struct request request = REGISTER_IN(20 * SECOND, 64);
	size_t memory_max = 0, descriptors_max = 0;
	struct timespec begin, end;
	pid_t pid;

	request.command = row->command;
	request.command_name = row->command == COMMAND_STATUS ? "status" : "register";
	lab_begin(FLEET, MILLISECOND);
	for (size_t i = 0; i < row->dead; i++)
		lab->targets[i * (FLEET / row->dead)].habit = DEAD;
	/* then it is checked for the first time */
	lab->chosen = (FLEET / 4 + 1) * MOMENTS + READ_BEGIN;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	if (row->dead)
		request.timeout = 6 * SECOND;
	pid = parent_start(&request, FLEET, NULL);
	UNTIL(atomic_load(&lab->reached) || atomic_load(&lab->ended));
	do {
		size_t memory = 0, descriptors = 0, ignored = 0;

		measure(pid, &memory, &ignored);
		measure(lab->worker, &memory, &descriptors);
		memory_max = memory > memory_max ? memory : memory_max;
		descriptors_max = descriptors > descriptors_max ? descriptors : descriptors_max;
		atomic_store(&lab->released, true);
	} while (is_going_on(FLEET));
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (row->dead)
		deadline_comes(&request, FLEET, pid);
	else
		parent_wait(pid);
	printf("# %s: %zu devices, %.2f s, at most %zu KiB, %zu descriptors\n", row->name,
		(size_t)FLEET,
	       (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9,
	       memory_max, descriptors_max);
	for (size_t i = 0; i < FLEET; i++)
		if (lab->targets[i].habit == DEAD)
			target_is(i, STATUS_UNKNOWN, REASON_NOT_READ, 0);
		else
			target_is(i, STATUS_OK, REASON_NONE, row->command == COMMAND_REGISTER);
	assert_in_range(memory_max, 1024, FLEET_MEMORY);
	assert_in_range(descriptors_max, 4, 64 + row->dead + 16);
}

int main(void)
{
	struct unit unit = { 0 };
	const char *cause;

	if (output_json_load(&cause))
		return 98;
	lab = mmap(NULL, sizeof(*lab), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (lab == MAP_FAILED)
		return 99;
	if (getenv("LAB_LONG") && *getenv("LAB_LONG"))
		rounds = 2000;
	UNIT_TABLE(&unit, dead_in_front, fronts);
	UNIT_TEST(&unit, few_threads);
	UNIT_TEST(&unit, at_a_time);
	UNIT_TEST(&unit, paths_of_a_lun);
	UNIT_TEST(&unit, answer_lost);
	UNIT_TEST(&unit, never_closed);
	UNIT_TEST(&unit, slow_to_close);
	UNIT_TEST(&unit, not_ready);
	UNIT_TEST(&unit, no_memory_for_one);
	UNIT_TEST(&unit, crash);
	UNIT_TEST(&unit, worker_killed);
	UNIT_TEST(&unit, interrupted);
	UNIT_TEST(&unit, interrupted_open);
	UNIT_TEST(&unit, interrupted_pause);
	UNIT_TEST(&unit, parent_killed);
	UNIT_TEST(&unit, stopped);
	UNIT_TABLE(&unit, progress, terminals);
	UNIT_TEST(&unit, signal_before);
	UNIT_TEST(&unit, no_child);
	UNIT_TABLE(&unit, fleet, fleets);
	return unit_run(&unit, "supervise");
}
