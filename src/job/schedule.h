/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The work of a whole request: resolve every argument, then do the LUNs side by side. It runs in a
 * process of its own (supervise.c), which may hang as long as the kernel likes.
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include "model/handover.h"
#include "model/request.h"

/*
 * Does all of it, and returns when every LUN has its status. The process has no working directory
 * of the caller's any more after it, and as many descriptors as it may have.
 */
void schedule_run(const struct request *request, struct work *work);

#endif
