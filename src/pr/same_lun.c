// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/same_lun.h"

#include <stdatomic.h>

#include "model/handover.h"
#include "model/messages.h"
#include "pr/map_paths.h"
#include "pr/map_views.h"
#include "pr/views.h"

/*
 * Only commands that only read are compared: after a change, the two states are from different
 * times.
 */
static bool may_contradict(const struct request *request, const struct result *result)
{
	const struct result *earlier = result->earlier;

	return command_only_reads(request->command) && earlier && !earlier->paths &&
	       !result->paths && result_stage(earlier) == STAGE_DONE &&
	       earlier->outcome.status == STATUS_OK && result->outcome.status == STATUS_OK &&
	       earlier->state.source != SOURCE_NONE && result->state.source != SOURCE_NONE &&
	       !views_agree(&earlier->state, &result->state);
}

static struct result *path_add(struct result *pair, struct result *next, const struct lun *lun)
{
	struct result *path = result_new(pair->arena, pair->argument);

	if (!path)
		return NULL;
	path->lun = *lun;
	path->map = pair;
	path->next = next;
	pair->paths = path;
	return path;
}

void same_lun_judge(const struct request *request, struct result *result)
{
	struct result *pair, *own;

	if (!may_contradict(request, result))
		return;
	pair = result_new(result->arena, result->argument);
	if (!pair || !path_add(pair, NULL, &result->earlier->lun))
		return;
	own = path_add(pair, pair->paths, &result->lun);
	if (!own || !map_probe(request, pair, false))
		return;
	/* They differed before, so if one cannot be read again, they still disagree. */
	if (!view_is_read(own) || !view_is_read(own->next) ||
	    map_views_compare(pair, own) < VIEWS_GENERATION_PER_CONTROLLER)
		result_fail(result, FAIL_DISKS_DISAGREE, result->earlier->lun.node,
			    views_text(pair));
	for (struct result *path = pair->paths; path; path = path->next)
		for (const struct note *note = atomic_load(&path->use.probed) ? path->trace : NULL;
		     note; note = note->next)
			result_trace(result, "%s: %s", path->lun.node, note->text);
	map_paths_close(pair);
}
