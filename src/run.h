/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole run of a request: resolve every argument, then do each LUN. */
#ifndef RUN_H
#define RUN_H

#include "request.h"
#include "result.h"

/*
 * Fills @results, whose arena is set, in the order of the arguments. 0, or a negative errno where prctl itself
 * failed; what failed on a device is in its result.
 */
int run(const struct request *request, struct results *results);

/* The verdict of the whole: the worst of all. */
enum verdict results_verdict(const struct results *results);

#endif
