// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/patience.h"

#include <stdatomic.h>

#include "model/handover.h"

#define PAUSE_FIRST (CLOCK_SECOND / 20)
#define PAUSE_MAX (2 * CLOCK_SECOND)
#define SLICE (CLOCK_SECOND / 20) /* how soon a signal is noticed */
#define MARGIN_MAX (CLOCK_SECOND / 2) /* before the deadline */

struct patience patience_begin(const struct request *request, int64_t limit)
{
	int64_t now = clock_now(), margin = request->timeout / 10;
	struct patience patience = { .end = limit > INT64_MAX - now ? INT64_MAX : now + limit };

	if (request->deadline)
		patience.end = request->deadline - (margin < MARGIN_MAX ? margin : MARGIN_MAX);
	return patience;
}

/*
 * After a pause another LUN may be mapped there, so its identity is checked again before anything
 * is sent.
 */
static void identity_forget(struct result *result)
{
	result->device.identified = false;
	/* A path that has not answered yet is used by its own thread. */
	for (struct result *path = result->paths; path; path = path->next)
		if (atomic_load(&path->use.probed))
			path->device.identified = false;
}

bool patience_wait(struct patience *patience, struct result *result)
{
	struct result *head = result_head(result);
	int64_t end = clock_now() + patience->pause, now;

	if (patience->pause)
		identity_forget(result);
	patience->pause = !patience->pause		    ? PAUSE_FIRST
			  : patience->pause > PAUSE_MAX / 2 ? PAUSE_MAX
							    : 2 * patience->pause;
	atomic_store(&result->use.waiting, true);
	while ((now = clock_now()) < end && now < patience->end && !result_is_stopped(head)) {
		result_rest(result);
		clock_sleep(end - now < SLICE ? end - now : SLICE);
	}
	return now < patience->end && !result_is_stopped(head);
}
