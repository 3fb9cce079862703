/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carries out a whole request: resolves every argument, then processes the LUNs in parallel. It
 * runs in a process of its own (supervise.c), which may hang in the kernel.
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include "model/handover.h"
#include "model/request.h"

/*
 * Returns when every LUN has its status. Afterwards the process has left the caller's working
 * directory. If there is not just one argument, or it is a tag or a volume group, the process has
 * as many descriptors as it may have.
 */
void schedule_run(const struct request *request, struct work *work);

#endif
