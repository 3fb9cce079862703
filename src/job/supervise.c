// SPDX-License-Identifier: GPL-2.0-or-later
#include "job/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "job/progress.h"
#include "job/report.h"
#include "job/schedule.h"
#include "model/handover.h"
#include "util/clock.h"

#define TICK (CLOCK_SECOND / 5) /* how often the child is checked */
/* After a signal: how long to wait for a change that is in progress. */
#define GRACE CLOCK_SECOND
#define GRACE_TICK (CLOCK_SECOND / 50)

#define REAP_PAUSE (CLOCK_SECOND / 200)

#define SETUP_FAILED 70 /* exit status of the child if it could not start */

static volatile sig_atomic_t caught; /* the last signal that came and was not handled yet */
static volatile sig_atomic_t prints; /* the work has ended, and signals may come at any time */

/* If nobody reads the output @fd, what is written there from now on fails. */
static void unread_end(int fd)
{
	struct pollfd output = { .fd = fd, .events = POLLOUT };
	int null;

	if (poll(&output, 1, 0) != 0)
		return;
	/* Opened in the wrong direction, as in process_begin(). */
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null < 0)
		return;
	(void)dup2(null, fd);
	close(null);
}

static void on_signal(int signal)
{
	int err = errno;

	caught = signal;
	if (prints) {
		unread_end(STDOUT_FILENO);
		unread_end(STDERR_FILENO);
	}
	errno = err;
}

/*
 * In the child: closes everything of the caller's, so that no pipe, lock or $(...) waits for it if
 * it hangs. It does not send a single command after its parent has died.
 */
__attribute__((noreturn)) static void child(const struct request *request, struct work *work,
					    int done, pid_t parent, int64_t begin)
{
	struct request mine = *request;
	int null = open("/dev/null", O_RDWR);

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent || null < 0)
		_exit(SETUP_FAILED);
	/* The parent handles signals from the terminal. */
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

/* Forbids further changes. Returns true if a change is in progress. */
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

/* Parses the set of signals in the line @name of /proc/PID/status: signal 1 is bit 0. */
static uint64_t signals_in(const char *text, const char *name)
{
	const char *line = strstr(text, name);

	return line ? strtoull(line + strlen(name), NULL, 16) : 0;
}

/*
 * Whether the child is dead although its end of the pipe is open: a thread that hangs in the kernel
 * keeps the pipe open, and wait() waiting. The state of the first thread shows it: it has exited,
 * or hangs itself with a SIGKILL pending.
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

/* The child is dead, or about to die: finds out how it ended, if the kernel reports that soon. */
static void child_reap(pid_t pid, struct ending *ending)
{
	ending->died = true;
	for (int tries = 0; tries < 200; tries++) {
		if (waitpid(pid, &ending->status, WNOHANG) == pid)
			return;
		clock_sleep(REAP_PAUSE);
	}
	ending->status = 0;
}

/*
 * Waits up to @wait for the child, whose end of the pipe is in @poll. Returns true if it is done or
 * dead.
 */
static bool child_has_ended(pid_t pid, struct pollfd *poll, int64_t wait, struct ending *ending)
{
	struct timespec left = clock_timespec(wait);
	sigset_t none;
	char byte;
	int ready;

	sigemptyset(&none);
	ready = ppoll(poll, 1, &left, &none);
	/* The child may have died just after it was done. */
	if (ready <= 0 && child_is_dead(pid)) {
		ready = ppoll(poll, 1, &(struct timespec){ 0 }, NULL);
		if (ready <= 0) {
			child_reap(pid, ending);
			return true;
		}
	}
	if (ready <= 0)
		return false;
	if (read(poll->fd, &byte, 1) != 1)
		child_reap(pid, ending);
	return true;
}

/* Takes the signal that came: from now on only a change that is in progress is waited for. */
static void signal_take(struct ending *ending, int64_t *tick, int64_t *end)
{
	int64_t grace = clock_now() + GRACE;

	ending->signal = caught;
	caught = 0;
	*tick = GRACE_TICK;
	*end = grace < *end ? grace : *end;
}

/*
 * Waits until the child is done or dead, until the deadline, or after a signal until the changes in
 * progress have ended.
 */
static struct ending child_wait(const struct request *request, struct work *work, pid_t pid,
				int done, int64_t begin)
{
	struct ending ending = { 0 };
	int64_t end = request->timeout ? begin + request->timeout : INT64_MAX, tick = TICK, now;
	struct pollfd poll = { .fd = done, .events = POLLIN };
	bool shown = false;

	while ((now = clock_now()) < end) {
		if (child_has_ended(pid, &poll, end - now < tick ? end - now : tick, &ending))
			break;
		if (caught && ending.signal)
			break;
		if (caught)
			signal_take(&ending, &tick, &end);
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

/* From now on signals arrive only in ppoll(); @before: the mask so far. */
static void signals_catch(sigset_t *before)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal }, old;
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, before);
	/*
	 * Signals that were ignored at the start stay ignored, as under nohup and in background
	 * jobs of a script.
	 */
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

/* Runs the child, and waits for it. Returns 0 or a negative errno. */
static int child_run(const struct request *request, struct work *work, int64_t begin,
		     struct ending *ending)
{
	pid_t parent = getpid(), pid;
	int ends[2], err = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		child(request, work, ends[1], parent, begin);
	if (pid < 0)
		err = -errno;
	close(ends[1]);
	if (!err)
		*ending = child_wait(request, work, pid, ends[0], begin);
	close(ends[0]);
	return err;
}

int supervise(const struct request *request, int64_t begin, struct results *results)
{
	struct work *work = work_new(request, results->arena);
	struct ending ending = { 0 };
	sigset_t before;
	int err = 0;

	results->end = &results->first;
	if (!work)
		return -ENOMEM;
	signals_catch(&before);
	prints = false;
	/* A signal that came between two requests: the second one is not started. */
	ending.signal = supervise_signal_wait(0);
	caught = 0;
	if (!ending.signal)
		err = child_run(request, work, begin, &ending);
	results->signal = ending.signal;
	for (size_t i = 0; !err && i < work->count; i++)
		report_slot(request, &work->slots[i], &ending, results);
	/*
	 * A signal ends output that nobody reads, like a write error. One that has come before is
	 * handled first, and ends nothing.
	 */
	sigprocmask(SIG_SETMASK, &before, NULL);
	prints = !sigismember(&before, SIGTERM);
	return err;
}
