/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The work of a whole request: resolve every argument, then do the LUNs side by side. It runs in a process of
 * its own (supervise.c), which may hang as long as the kernel likes.
 */
#ifndef RUN_H
#define RUN_H

#include "request.h"
#include "result.h"

/* What one argument means: the worker fills it, and sets ready when the list is whole. */
struct slot {
	const char *argument; /* NULL: every LUN of this host */
	_Atomic bool ready;
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

/* Does all of it, and returns when every LUN has its verdict. */
void run(const struct request *request, struct work *work);

#endif
