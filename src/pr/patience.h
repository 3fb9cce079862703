/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long, and how often, a device is asked again that asks for that: answers that pass by
 * themselves (ANSWER_TRANSIENT) are not final. This is the one place that pauses for them.
 */
#ifndef PATIENCE_H
#define PATIENCE_H

#include "model/request.h"
#include "model/result.h"

#define PATIENCE_MINUTE INT64_C(60000000000)
#define PATIENCE_FOR_EVER INT64_MAX

struct patience {
	int64_t end; /* clock_now() */
	int64_t pause; /* ns, the next one */
};

/*
 * Begins to be patient: until shortly before the deadline of @request, so that what is known by
 * then can still be reported. Without a deadline: for @limit nanoseconds.
 */
struct patience patience_begin(const struct request *request, int64_t limit);

/*
 * Pauses: not at all the first time, then for 50 ms and each time twice as long, up to 2 s. False,
 * perhaps before the pause is over: it is not to be tried again, for the time is over, or the
 * parent wants nothing more done (a signal). @result is what is worked on, a disk, a map or a path;
 * while it waits it keeps no other device from being begun.
 */
bool patience_wait(struct patience *patience, struct result *result);

#endif
