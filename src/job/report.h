/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parent reports of work that the child has done, or has not completed. Nothing here waits
 * or asks a process: functions of what is in the shared memory.
 */
#ifndef REPORT_H
#define REPORT_H

#include "model/handover.h"
#include "model/request.h"
#include "model/result.h"

/* How waiting for the child ended. */
struct ending {
	int signal; /* the signal that ended the wait, or 0 */
	bool died; /* the child died before it was done */
	int status; /* the child's wait status (waitpid(2)), if known; else 0 */
};

/*
 * Takes the results of @slot from the child, and adds them to @results: at least one for each
 * argument, whatever happened to the others.
 */
void report_slot(const struct request *request, struct slot *slot, const struct ending *ending,
		 struct results *results);

#endif
