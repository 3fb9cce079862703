// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/path_text.h"

#include <stdatomic.h>
#include <string.h>

#include "model/describe.h"

bool path_answers(const struct result *path)
{
	return path->answer.outcome == OUTCOME_DONE || path->answer.outcome == OUTCOME_NO_PRIVILEGE ||
	       path->answer.outcome == OUTCOME_NO_INTERFACE;
}

bool path_is_alive(struct result *path)
{
	return atomic_load(&path->probed) && path->fd >= 0 && !path->stranger && path_answers(path);
}

bool path_is_elsewhere(struct result *path)
{
	return atomic_load(&path->probed) && path->fd >= 0 && (path->stranger || path->answer.outcome == OUTCOME_NO_LUN);
}

/* What kept @path from answering, in words. */
static const char *path_trouble(struct result *path)
{
	if (!atomic_load(&path->probed))
		return atomic_load(&path->waiting) ? "not ready" : "does not answer";
	if (path_is_elsewhere(path) && !path->message)
		return arena_printf(path->arena, "the LUN is no longer mapped to this host (%s)", describe_answer(path->arena, &path->answer));
	/* The cause alone: what to do next is said of the map, unless it is this path that the device refuses. */
	if (path->message && path->verdict != VERDICT_CONFLICT && strstr(path->message, "; "))
		return arena_printf(path->arena, "%.*s", (int)(strstr(path->message, "; ") - path->message), path->message);
	if (path->message)
		return path->message;
	return describe_answer(path->arena, &path->answer);
}

const char *path_text(struct result *path)
{
	if (path_is_alive(path) && path->verdict == VERDICT_OK)
		return path->lun.node;
	return arena_printf(path->arena, "%s (%s)", path->lun.node, path_trouble(path));
}
