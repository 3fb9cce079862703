// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/unlisted.h"

#include <string.h>

#include "fence/own_registration.h"
#include "model/messages.h"
#include "store/store.h"

/* Whether @result is the LUN of @records, or was given by one of its names and not found. */
static bool is_that(const struct result *result, const struct lun_records *records)
{
	return result->lun.wwid ? strcmp(result->lun.wwid, records->wwid) == 0
				: records_has_name(records, result->argument);
}

static bool is_listed(const struct results *found, const struct lun_records *records)
{
	for (const struct result *result = found->first; result; result = result->next)
		if (is_that(result, records) || !own_registration_is_by(result, records->host))
			return true;
	return false;
}

void unlisted_report(struct act *act, const struct results *found)
{
	struct arena *arena = act->reported.arena;
	struct lun_records *luns;
	size_t all;

	if (!act->fence->by_groups)
		return;
	all = store_luns(&store_system, arena, &luns);
	act->failed |= !luns;
	for (size_t i = 0; luns && i < all; i++) {
		struct result *result;

		if (!luns[i].own || is_listed(found, &luns[i]))
			continue;
		result = result_add(&act->reported, luns[i].names[0] ?: luns[i].wwid);
		if (!result) {
			act->failed = true;
			return;
		}
		result->lun.wwid = luns[i].wwid;
		result_fail(result, FENCE_FAIL_UNLISTED);
	}
}
