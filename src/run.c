// SPDX-License-Identifier: GPL-2.0-or-later
#include "run.h"

#include "lun.h"
#include "operate.h"

/* Without arguments, a disk that has no reservations is no news. */
static void unsupported_drop(struct results *results)
{
	struct result **link = &results->first;

	while (*link) {
		if ((*link)->verdict == VERDICT_UNSUPPORTED)
			*link = (*link)->next;
		else
			link = &(*link)->next;
	}
	results->end = link;
}

int run(const struct request *request, struct results *results)
{
	int err = 0;

	results->end = &results->first;
	/* All of them are resolved before the first is changed: resolving may look at what a change moves. */
	for (size_t i = 0; i < request->device_count && !err; i++)
		err = lun_resolve(request, request->devices[i], results);
	if (request->device_count == 0)
		err = lun_resolve_all(results);
	if (err)
		return err;
	for (struct result *result = results->first; result; result = result->next)
		if (result->verdict == VERDICT_OK)
			operate(request, result);
	if (request->device_count == 0 && !request->verbose)
		unsupported_drop(results);
	return 0;
}

enum verdict results_verdict(const struct results *results)
{
	enum verdict worst = VERDICT_OK;

	for (const struct result *result = results->first; result; result = result->next)
		if (result->verdict > worst)
			worst = result->verdict;
	return worst;
}
