// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/recorded.h"

#include <string.h>

static bool is_in(const char *name, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

/* The names of those LUNs that have several, each name once: *@names. Returns their number. */
static size_t names_collect(struct act *act, const struct lun_records *luns, size_t count,
			    const char ***names)
{
	size_t all = 0;

	*names = act_device_list(act, count * RECORDS_NAMES_MAX);
	for (size_t i = 0; *names && i < count; i++)
		for (size_t j = 0; luns[i].names[1] && j < RECORDS_NAMES_MAX && luns[i].names[j];
		     j++)
			if (!is_in(luns[i].names[j], *names, all))
				(*names)[all++] = luns[i].names[j];
	return all;
}

static bool leads_to(const struct results *found, const char *name, const char *wwid)
{
	for (const struct result *result = found->first; result; result = result->next)
		if (result->lun.wwid && strcmp(result->lun.wwid, wwid) == 0 &&
		    strcmp(result->argument, name) == 0)
			return true;
	return false;
}

static const char *name_choose(const struct results *found, const struct lun_records *lun)
{
	for (size_t i = 0; i < RECORDS_NAMES_MAX && lun->names[i]; i++)
		if (leads_to(found, lun->names[i], lun->wwid))
			return lun->names[i];
	return lun->names[0];
}

const char **recorded_devices(struct act *act, const char *command_name,
			      const struct lun_records *luns, size_t count)
{
	struct request resolve = { .command = COMMAND_STATUS,
				   .command_name = command_name,
				   .resolve_only = true };
	struct results found = { .first = NULL };
	const char **devices = act_device_list(act, count), **names;
	size_t all = names_collect(act, luns, count, &names);

	/* If no name is found, the request that follows says so. */
	if (all && !act->failed)
		act_request(act, &resolve, names, all, act_share(act, 1, 4), &found);
	for (size_t i = 0; !act->failed && i < count; i++)
		devices[i] = name_choose(&found, &luns[i]);
	return act->failed ? NULL : devices;
}
