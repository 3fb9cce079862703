/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long and how often a request is repeated after a transient answer (ANSWER_TRANSIENT), which
 * is not final. All pauses for such answers are made here.
 */
#ifndef PATIENCE_H
#define PATIENCE_H

#include "model/request.h"
#include "model/result.h"
#include "util/clock.h"

#define PATIENCE_MINUTE (60 * CLOCK_SECOND)
#define PATIENCE_FOR_EVER INT64_MAX
#define PATIENCE_REPLACEABLE 3 /* tries, if another path can be tried next */

struct patience {
	int64_t end; /* clock_now() */
	int64_t pause; /* ns, the next pause */
};

/*
 * Starts a series of attempts. It ends shortly before the deadline of @request, so that the outcome
 * can still be reported, or without a deadline after @limit nanoseconds.
 */
struct patience patience_begin(const struct request *request, int64_t limit);

/*
 * Pauses before the next attempt: not at all the first time, then for 50 ms, and each time twice as
 * long, up to 2 s. Returns false, perhaps early, if there must be no further attempt: the time is
 * over, or the parent has received a signal. @result is the disk, map or path in question; while it
 * waits, it does not delay the start of other devices. After a pause it must identify itself again:
 * path_identify().
 */
bool patience_wait(struct patience *patience, struct result *result);

#endif
