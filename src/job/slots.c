// SPDX-License-Identifier: GPL-2.0-or-later
#include "job/slots.h"

#include <stdlib.h>

#include "block/resolve.h"
#include "model/messages.h"
#include "util/thread.h"

struct resolution {
	const struct request *request;
	struct slot *slot;
	struct condition *ended;
};

/*
 * If several requests must act on the same devices, a name that means another LUN by now is
 * refused.
 */
static void slot_compare(struct slot *slot)
{
	struct result *result = slot->results.first;

	if (!slot->expected || !result || result->outcome.status != STATUS_OK ||
	    lun_is_same(slot->expected, &result->lun))
		return;
	result_fail(result, FAIL_LUN_REPLACED,
		    slot->expected->wwid ? slot->expected->wwid : slot->expected->name,
		    result->lun.wwid ? result->lun.wwid : result->lun.name);
}

static void slot_resolve(const struct request *request, struct slot *slot)
{
	slot->err = slot->argument ? resolve_argument(request, slot->argument, &slot->results)
				   : resolve_all(request, &slot->results);
	slot_compare(slot);
	/* A result whose status was set while resolving needs no more work. */
	for (struct result *result = slot->results.first; result; result = result->next)
		if (result->outcome.status != STATUS_OK)
			result_done(result);
	slot_ready(slot);
}

static void *resolve_thread(void *argument)
{
	struct resolution *resolution = argument;

	slot_resolve(resolution->request, resolution->slot);
	condition_lock(resolution->ended);
	condition_signal(resolution->ended);
	condition_unlock(resolution->ended);
	free(resolution);
	return NULL;
}

void slot_begin(const struct request *request, struct slot *slot, struct condition *ended)
{
	struct resolution *resolution;

	if (slot->argument && resolve_is_slow(slot->argument)) {
		resolution = malloc(sizeof(*resolution));
		if (resolution) {
			*resolution = (struct resolution){ request, slot, ended };
			if (thread_start(resolve_thread, resolution))
				return;
			free(resolution);
		}
	}
	slot_resolve(request, slot);
}

bool slots_ready(const struct work *work)
{
	for (size_t i = 0; i < work->count; i++)
		if (slot_stage(&work->slots[i]) == SLOT_OPEN)
			return false;
	return true;
}
