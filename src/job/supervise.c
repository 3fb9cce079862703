// SPDX-License-Identifier: GPL-2.0-or-later
#include "job/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "job/progress.h"
#include "job/schedule.h"
#include "model/coverage.h"
#include "model/describe.h"
#include "model/handover.h"
#include "model/messages.h"
#include "pr/abort.h"
#include "util/clock.h"

#define TICK (CLOCK_SECOND / 5) /* how often the child is looked at */
/* After a signal: a change that is under way may end by itself, for so long. */
#define GRACE CLOCK_SECOND
#define GRACE_TICK (CLOCK_SECOND / 50)

#define SETUP_FAILED 70 /* how the child ends if it could not begin */

static volatile sig_atomic_t caught; /* the last signal that came, and was not seen to yet */

static void on_signal(int signal)
{
	caught = signal;
}

/* How the wait for the child ended. */
struct ending {
	int signal; /* one that ended the wait, or 0 */
	bool died; /* the child, before it was done */
	int status; /* the child's, if it died and that is known; else 0 */
};

/*
 * The child: nothing of the caller's stays open in it, so that a pipe, a lock or $(...) does not
 * wait for it when it hangs; and it does not outlive its parent by a single command.
 */
__attribute__((noreturn)) static void child(const struct request *request, struct work *work,
					    int done, pid_t parent, int64_t begin)
{
	struct request mine = *request;
	int null = open("/dev/null", O_RDWR);

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent || null < 0)
		_exit(SETUP_FAILED);
	/* Signals of the terminal are for the one that speaks. */
	if (setsid() < 0)
		_exit(SETUP_FAILED);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(null, fd) < 0)
			_exit(SETUP_FAILED);
	if (dup2(done, STDERR_FILENO + 1) < 0 || close_range(STDERR_FILENO + 2, ~0u, 0) < 0)
		_exit(SETUP_FAILED);
	mine.deadline = request->timeout ? begin + request->timeout : 0;
	schedule_run(&mine, work);
	if (write(STDERR_FILENO + 1, "", 1) != 1)
		_exit(SETUP_FAILED);
	_exit(0);
}

/* From now on nothing is sent any more. True: a change is under way. */
static bool work_halt(struct work *work)
{
	bool open = false;

	for (size_t i = 0; i < work->count; i++) {
		struct slot *slot = &work->slots[i];

		if (slot_take(slot))
			continue;
		for (struct result *result = slot->results.first; result; result = result->next)
			open |= result_halt(result);
	}
	return open;
}

/* The set of signals in the line @name of /proc/PID/status, by numbers from 1 in bits from 0. */
static uint64_t signals_in(const char *text, const char *name)
{
	const char *line = strstr(text, name);

	return line ? strtoull(line + strlen(name), NULL, 16) : 0;
}

/*
 * Whether the child is dead though its end of the pipe is open: a thread of it that hangs in the
 * kernel keeps that, and keeps wait() waiting, too. The first thread shows it: it is gone, or hangs
 * itself with SIGKILL on its way.
 */
static bool child_is_dead(pid_t pid)
{
	char path[64], text[4096], *state;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (length <= 0)
		return false;
	text[length] = '\0';
	state = strstr(text, "\nState:\t");
	if (state && (state[8] == 'Z' || state[8] == 'X'))
		return true;
	return (signals_in(text, "\nSigPnd:\t") | signals_in(text, "\nShdPnd:\t")) &
	       (UINT64_C(1) << (SIGKILL - 1));
}

/* The child is dead, or about to be: how it ended, if the kernel reports it soon. */
static void child_reap(pid_t pid, struct ending *ending)
{
	ending->died = true;
	for (int tries = 0; tries < 200; tries++) {
		if (waitpid(pid, &ending->status, WNOHANG) == pid)
			return;
		nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
	}
	ending->status = 0;
}

/* Waits until the child is done or dead, the deadline, or a signal and what was under way then. */
static struct ending child_wait(const struct request *request, struct work *work, pid_t pid,
				int done, int64_t begin)
{
	struct ending ending = { 0 };
	int64_t end = request->timeout ? begin + request->timeout : INT64_MAX, tick = TICK, now;
	struct pollfd poll = { .fd = done, .events = POLLIN };
	bool shown = false;
	sigset_t none;
	char byte;

	sigemptyset(&none);
	while ((now = clock_now()) < end) {
		int64_t wait = end - now < tick ? end - now : tick;
		struct timespec left = clock_timespec(wait);
		int ready = ppoll(&poll, 1, &left, &none);

		/* A child that was done just now may be dead as well. */
		if (ready <= 0 && child_is_dead(pid)) {
			ready = ppoll(&poll, 1, &(struct timespec){ 0 }, NULL);
			if (ready <= 0) {
				child_reap(pid, &ending);
				break;
			}
		}
		if (ready > 0) {
			if (read(done, &byte, 1) != 1)
				child_reap(pid, &ending);
			break;
		}
		if (caught && ending.signal)
			break;
		if (caught) {
			ending.signal = caught;
			caught = 0;
			tick = GRACE_TICK;
			now = clock_now();
			end = now + GRACE < end ? now + GRACE : end;
		}
		if (ending.signal && !work_halt(work))
			break;
		if (now - begin > CLOCK_SECOND && !request->quiet) {
			progress_show(work);
			shown = true;
		}
	}
	if (shown)
		progress_end();
	return ending;
}

static const char *cause(const struct request *request, struct arena *arena,
			 const struct ending *ending)
{
	if (ending->died && ending->status && WIFSIGNALED(ending->status))
		return arena_printf(arena, CAUSE_DIED_OF, sigabbrev_np(WTERMSIG(ending->status)));
	if (ending->died && ending->status)
		return arena_printf(arena, CAUSE_ENDED_WITH, WEXITSTATUS(ending->status));
	if (ending->died)
		return CAUSE_DIED;
	if (ending->signal)
		return arena_printf(arena, CAUSE_INTERRUPTED_BY, sigabbrev_np(ending->signal));
	return arena_printf(arena, CAUSE_NO_ANSWER, (double)request->timeout / 1e9);
}

/*
 * What to do if it was cut short. If the time was over, a path is dead more often than the time is
 * too short.
 */
static const char *next_step(const struct ending *ending)
{
	return ending->died || ending->signal ? ADVICE_AGAIN : ADVICE_MORE_TIME;
}

/* The status of a LUN whose work was cut short; @result is the parent's own copy. */
static void unfinished_judge(const struct request *request, struct result *result, enum stage stage,
			     const struct ending *ending)
{
	const char *why = cause(request, result->arena, ending);

	if (stage == STAGE_ACCEPTED) {
		result->outcome.sent = true;
		result->outcome.changed = TRI_UNKNOWN;
		result_fail(result, FAIL_CUT_SHORT_ACCEPTED, why);
	} else if (stage == STAGE_SENT) {
		result->outcome.sent = true;
		result->outcome.changed = TRI_UNKNOWN;
		result_fail(result, FAIL_CUT_SHORT_SENT, why, request->command_name);
	} else if (stage == STAGE_PROVING) {
		result->outcome.sent = true;
		result->outcome.reset = true; /* or about to be */
		result->outcome.changed = TRI_UNKNOWN;
		result_fail(result, FAIL_CUT_SHORT_RESET, why);
	} else if (command_only_reads(request->command)) {
		result_fail(result, FAIL_CUT_SHORT_READ, why, next_step(ending));
	} else {
		result_fail(result, FAIL_CUT_SHORT_UNSENT, why, next_step(ending));
	}
}

/*
 * What is known of a LUN while another process may still be writing the rest: what was set when it
 * was resolved.
 */
static struct result *copy_known(struct results *results, const struct result *from)
{
	struct result *copy = result_append(results, from->spare, from->argument);

	copy->label = from->label;
	copy->lun = from->lun;
	copy->paths = from->paths; /* of which only the LUNs are looked at */
	return copy;
}

/* Of the argument itself, if it has no result. */
static struct result *slot_result(struct slot *slot, struct results *results)
{
	return result_append(results, slot->spare, slot->argument ? slot->argument : "every disk");
}

static void coverages_join(struct coverage **list, struct coverage *more)
{
	while (*list)
		list = &(*list)->next;
	*list = more;
}

/* Each argument has something said of it, whatever became of the others. */
static void slot_report(const struct request *request, struct slot *slot,
			const struct ending *ending, struct results *results)
{
	struct result *next, *copy;

	if (slot_take(slot)) {
		copy = slot_result(slot, results);
		unfinished_judge(request, copy, STAGE_TAKEN, ending);
		copy->outcome.step = STEP_RESOLVE;
		results->broken = ending->died;
		return;
	}
	coverages_join(&results->coverages, slot->results.coverages);
	for (struct result *result = slot->results.first; result; result = next) {
		enum stage stage = result_take(result);

		next = result->next;
		if (stage == STAGE_DONE) {
			/* Without arguments, a disk that has no reservations is not shown. */
			if (result->duplicate ||
			    (!slot->argument && result->outcome.status == STATUS_UNSUPPORTED &&
			     !request->verbose))
				continue;
			result->next = NULL;
			*results->end = result;
			results->end = &result->next;
			continue;
		}
		copy = copy_known(results, result);
		unfinished_judge(request, copy, stage, ending);
		results->broken = ending->died;
	}
	if (slot->err)
		result_fail(slot_result(slot, results), FAIL_CANNOT_RESOLVE,
			    strerrordesc_np(-slot->err),
			    describe_errno(results->arena, -slot->err));
}

/* From now on they come in ppoll() alone; @before: the mask until now. */
static void signals_catch(sigset_t *before)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal }, old;
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, before);
	/* nohup, and background jobs of a script: what was ignored stays so. */
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], &action, &old) == 0 && old.sa_handler == SIG_IGN)
			sigaction(signals[i], &old, NULL);
}

void supervise_signals_hold(void)
{
	sigset_t before;

	signals_catch(&before);
}

int supervise_signal_wait(int64_t time)
{
	int64_t end = clock_now() + time, left = time;
	sigset_t none;

	sigemptyset(&none);
	do {
		struct timespec wait = clock_timespec(left);

		(void)ppoll(NULL, 0, &wait, &none);
		left = end - clock_now();
	} while (!caught && left > 0);
	return caught;
}

int supervise(const struct request *request, int64_t begin, struct results *results)
{
	struct work *work = work_new(request, results->arena);
	pid_t parent = getpid(), pid;
	struct ending ending = { 0 };
	int ends[2];
	sigset_t before;

	results->end = &results->first;
	if (!work)
		return -ENOMEM;
	signals_catch(&before);
	/* One that came between two requests: the second one is not begun. */
	ending.signal = supervise_signal_wait(0);
	caught = 0;
	if (!ending.signal) {
		if (pipe2(ends, O_CLOEXEC) < 0)
			return -errno;
		pid = fork();
		if (pid < 0)
			return -errno;
		if (pid == 0)
			child(request, work, ends[1], parent, begin);
		close(ends[1]);
		ending = child_wait(request, work, pid, ends[0], begin);
		close(ends[0]);
	}
	results->signal = ending.signal;
	for (size_t i = 0; i < work->count; i++)
		slot_report(request, &work->slots[i], &ending, results);
	/* Output that nobody takes is ended by a signal, as an error of writing. */
	sigprocmask(SIG_SETMASK, &before, NULL);
	return 0;
}
