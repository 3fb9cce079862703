// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "job/supervise.h"
#include "util/clock.h"

/* also for a reader that comes late, if an action has used all of its time */
#define WAIT_MIN CLOCK_SECOND

/* How long the output may still wait for its readers, over all that is written. */
static int64_t left = WAIT_MIN;

/*
 * Waits until @fd can take a piece of at most PIPE_BUF bytes. False: that is not waited for any
 * longer.
 */
static bool is_ready(int fd)
{
	struct pollfd output = { .fd = fd, .events = POLLOUT };
	sigset_t none;
	int ready;

	sigemptyset(&none);
	do {
		int64_t begun = clock_now(), wait = supervise_signal_wait(0) ? 0 : left;
		const struct timespec time = clock_timespec(wait);

		ready = ppoll(&output, 1, wait == OUTPUT_FOREVER ? NULL : &time, &none);
		if (left != OUTPUT_FOREVER)
			left -= clock_now() - begun;
		left = left > 0 ? left : 0;
	} while (ready < 0 && errno == EINTR);
	return ready > 0;
}

/* Writes to the descriptor @cookie, as fopencookie() asks for it. */
static ssize_t output_write(void *cookie, const char *text, size_t size)
{
	const int *fd = cookie;
	size_t done = 0;

	while (done < size) {
		size_t piece = size - done < PIPE_BUF ? size - done : PIPE_BUF;
		ssize_t written;

		if (!is_ready(*fd))
			return left == OUTPUT_FOREVER ? (ssize_t)done : (ssize_t)size;
		written = write(*fd, text + done, piece);
		if (written < 0 && errno != EINTR && errno != EAGAIN)
			break;
		done += written > 0 ? (size_t)written : 0;
	}
	return (ssize_t)done;
}

/* A stream that writes to *@fd; NULL if there is no memory. */
static FILE *stream_open(int *fd, int buffering)
{
	FILE *stream = fopencookie(fd, "w", (cookie_io_functions_t){ .write = output_write });

	if (stream)
		(void)setvbuf(stream, NULL, buffering, BUFSIZ);
	return stream;
}

void output_begin(void)
{
	static int out = STDOUT_FILENO, err = STDERR_FILENO;

	stdout = stream_open(&out, isatty(out) ? _IOLBF : _IOFBF) ?: stdout;
	stderr = stream_open(&err, _IOLBF) ?: stderr;
}

void output_wait(int64_t time)
{
	left = time > WAIT_MIN ? time : WAIT_MIN;
}

bool output_end(void)
{
	bool unwritten = ferror(stdout);

	return fclose(stdout) == 0 && !unwritten;
}
