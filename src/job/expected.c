// SPDX-License-Identifier: GPL-2.0-or-later
#include "job/expected.h"

#include <string.h>

static const struct lun *expected_find(const struct expected *list, const char *argument)
{
	for (; list; list = list->next)
		if (strcmp(list->argument, argument) == 0)
			return list->lun;
	return NULL;
}

bool expected_remember(struct expected **list, struct arena *arena, const struct results *results)
{
	for (const struct result *result = results->first; result; result = result->next) {
		struct expected *expected;

		if (!result->lun.name || expected_find(*list, result->argument))
			continue;
		expected = arena_alloc(arena, sizeof(*expected));
		if (!expected)
			return false;
		*expected = (struct expected){ result->argument, &result->lun, *list };
		*list = expected;
	}
	return true;
}

bool expected_require(const struct expected *list, struct arena *arena, struct request *request)
{
	const struct lun **expected =
		arena_alloc(arena, (request->device_count + 1) * sizeof(*expected));

	if (!expected)
		return false;
	for (size_t i = 0; i < request->device_count; i++)
		expected[i] = expected_find(list, request->devices[i]);
	request->expected = expected;
	return true;
}
