// SPDX-License-Identifier: GPL-2.0-or-later
#include "job/survey.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "job/supervise.h"
#include "model/host_choice.h"

/* the survey gets one of this many parts of the time: a LUN that does not answer uses all of it */
#define PARTS 4

/* What the device that was given as @argument was; NULL if it was not found. */
static const struct lun *lun_of(const struct results *results, const char *argument)
{
	for (const struct result *result = results->first; result; result = result->next)
		if (result->lun.name && strcmp(result->argument, argument) == 0)
			return &result->lun;
	return NULL;
}

static int luns_expect(struct request *request, const struct results *results)
{
	const struct lun **expected =
		arena_alloc(results->arena, (request->device_count + 1) * sizeof(*expected));

	if (!expected)
		return -ENOMEM;
	for (size_t i = 0; i < request->device_count; i++)
		expected[i] = lun_of(results, request->devices[i]);
	request->expected = expected;
	return 0;
}

int survey(struct request *request, int64_t begin, struct arena *arena)
{
	struct results results = { .arena = arena };
	struct request look = *request;
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
	return luns_expect(request, &results);
}
