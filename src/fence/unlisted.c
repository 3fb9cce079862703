// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/unlisted.h"

#include <string.h>

#include "fence/own_registration.h"
#include "model/messages.h"
#include "store/store.h"
#include "util/text.h"

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

/* Whether "on" has registered this node on the LUN of @wwid by the name @name, too. */
static bool is_recorded_as(const struct lun_records *luns, size_t count, const char *wwid,
			   const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(luns[i].wwid, wwid) == 0)
			return records_has_name(&luns[i], name);
	return false;
}

/*
 * The name by which "on" has registered this node on the LUN of @records, if it was given again and
 * leads to another LUN now; NULL if there is none. If "on" was run since then, it leads where it
 * should.
 */
static const char *name_of_another(const struct results *found, const struct lun_records *records,
				   const struct lun_records *luns, size_t count)
{
	for (const struct result *result = found->first; result; result = result->next)
		if (result->lun.wwid && records_has_name(records, result->argument) &&
		    !is_recorded_as(luns, count, result->lun.wwid, result->argument))
			return result->argument;
	return NULL;
}

/* Reports the LUN of @records, to which @name has led; NULL: lvm does not list it. */
static bool one_report(struct act *act, const struct lun_records *records, const char *name)
{
	const char *label = name || !records->names[0] ? records->wwid : records->names[0];
	struct result *result = result_add(&act->reported, label);

	if (!result)
		return false;
	result->lun.wwid = records->wwid;
	if (!name)
		result_fail(result, FENCE_FAIL_UNLISTED);
	else if (act->fence->action == FENCE_ON)
		result_warn(result, FENCE_WARN_RENAMED, text_line(result->arena, name));
	else
		result_fail(result, FENCE_FAIL_RENAMED, text_line(result->arena, name));
	return true;
}

void unlisted_report(struct act *act, const struct results *found)
{
	struct lun_records *luns;
	size_t all = store_luns(&store_system, act->reported.arena, &luns);

	act->failed |= !luns;
	for (size_t i = 0; luns && i < all; i++) {
		const char *name = NULL;

		if (!luns[i].own || is_listed(found, &luns[i]))
			continue;
		if (!act->fence->by_groups)
			name = name_of_another(found, &luns[i], luns, all);
		if (!act->fence->by_groups && !name)
			continue;
		if (!one_report(act, &luns[i], name)) {
			act->failed = true;
			return;
		}
	}
}
