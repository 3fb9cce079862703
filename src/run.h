/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The work of a whole request: resolve every argument, then do the LUNs side by side. It runs in a process of
 * its own (supervise.c), which may hang as long as the kernel likes.
 */
#ifndef RUN_H
#define RUN_H

#include "request.h"
#include "result.h"

enum slot_stage {
	SLOT_OPEN, /* the worker may be filling it */
	SLOT_READY, /* its list is whole */
	SLOT_TAKEN, /* the speaker has spoken for it: what becomes of it does not count any more */
};

/* What one argument means. */
struct slot {
	const char *argument; /* NULL: every LUN of this host */
	_Atomic int stage; /* enum slot_stage */
	struct results results;
	int err; /* negative errno: prctl itself failed at it */
};

struct work {
	struct arena *arena;
	size_t count;
	struct slot slots[];
};

/* Lays out the work of @request in @arena. NULL: it is full. */
struct work *work_new(const struct request *request, struct arena *arena);

/*
 * Does all of it, and returns when every LUN has its verdict. The process has no working directory of the
 * caller's any more behind it, and as many descriptors as it may have.
 */
void run(const struct request *request, struct work *work);

#endif
