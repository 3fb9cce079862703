// SPDX-License-Identifier: GPL-2.0-or-later
#include "job/survey.h"

#include <errno.h>
#include <signal.h>

#include "job/expected.h"
#include "job/supervise.h"
#include "model/host_choice.h"

/* the survey gets one of this many parts of the time: a LUN that does not answer uses all of it */
#define PARTS 4

int survey(struct request *request, int64_t begin, struct arena *arena)
{
	struct results results = { .arena = arena };
	struct request look = *request;
	struct expected *list = NULL;
	int err;

	if (!request->victim_host || !request->victim_host->key)
		return 0;
	look.command = COMMAND_STATUS;
	look.victim = request->victim_host->key;
	look.victim_host = NULL;
	look.timeout = request->timeout / PARTS;
	err = supervise(&look, begin, &results);
	if (err)
		return err;
	/* It also ends the request itself, which sees the signal before it starts. */
	if (results.signal)
		(void)raise(results.signal);
	host_choice_find(request->victim_host, &results);
	return expected_remember(&list, arena, &results) && expected_require(list, arena, request)
		       ? 0
		       : -ENOMEM;
}
