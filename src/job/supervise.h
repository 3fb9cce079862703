/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The child works, the parent reports. An ioctl on a dead path sleeps where no signal reaches it,
 * so the process that touches devices is one that nobody waits for; the parent reports what is
 * known when the time is up.
 */
#ifndef SUPERVISE_H
#define SUPERVISE_H

#include "model/request.h"
#include "model/result.h"

/*
 * Does @request, and fills @results (whose arena is set) in the order of the arguments: each with
 * its status, also if the deadline, a signal or the child's death cut it short. @begin is when the
 * command began (clock_now()). Returns 0, or a negative errno if prctl itself failed;
 * @results->broken if the child died.
 */
int supervise(const struct request *request, int64_t begin, struct results *results);

/*
 * For a program with several requests: from now on SIGINT, SIGTERM and SIGHUP wait for the next
 * supervise(), which begins nothing then; those that are ignored stay so. Without it they are
 * caught in supervise() alone.
 */
void supervise_signals_hold(void);

/*
 * Waits for such a signal, for @time (ns; 0: not at all). Returns it, for the next supervise() to
 * see, or 0.
 */
int supervise_signal_wait(int64_t time);

#endif
