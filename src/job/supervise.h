/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The child works, the parent reports. An ioctl on a dead path sleeps where no signal reaches it,
 * so the parent does not wait for the process that uses devices: when the time is over, it reports
 * what is known.
 */
#ifndef SUPERVISE_H
#define SUPERVISE_H

#include "model/request.h"
#include "model/result.h"

/*
 * Carries out @request and fills @results (whose arena is set) in the order of the arguments. Each
 * has its status, even if the deadline, a signal or the child's death interrupted the work. @begin:
 * when the command started (clock_now()). Returns 0, or a negative errno if prctl itself failed;
 * @results->broken is set if the child died.
 */
int supervise(const struct request *request, int64_t begin, struct results *results);

/*
 * For a program with several requests: from now on SIGINT, SIGTERM and SIGHUP are held back until
 * the next supervise(), which then starts nothing; ignored signals stay ignored. Without this call
 * they are only caught within supervise().
 */
void supervise_signals_hold(void);

/*
 * Waits up to @time (ns; 0: not at all) for such a signal. Returns it, or 0; the next supervise()
 * still sees it.
 */
int supervise_signal_wait(int64_t time);

#endif
