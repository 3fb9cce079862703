// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/check.h"

#include <inttypes.h>

#include "model/describe.h"
#include "model/state.h"

/* What was found of the paths, each as a list for a message, and how many there are. */
struct findings {
	const char *lacking;
	const char *other; /* of those: registered with another key */
	const char *unknown;
	size_t count;
};

static const char *list_add(struct arena *arena, const char *list, const char *text)
{
	return list ? arena_printf(arena, "%s, %s", list, text) : text;
}

/* A disk is its own only path, and knows more of itself than its nexus. */
static void disk_look(const struct request *request, const struct result *disk, struct findings *findings)
{
	const char *text = describe_own(disk->arena, &disk->state, request->key);
	enum tri has = state_own_has(&disk->state, request->key);

	findings->count = 1;
	if (has == TRI_UNKNOWN)
		findings->unknown = text;
	if (has != TRI_NO)
		return;
	findings->lacking = text;
	if (state_own(&disk->state))
		findings->other = text;
}

/* Whether the LUN lists the path is what counts: one that is dead has its key still. */
static void path_look(const struct request *request, const struct result *map, const struct result *path,
		      struct findings *findings)
{
	struct arena *arena = map->arena;
	const char *text = path->lun.node;
	uint64_t there = 0;
	enum tri listed = state_path_key(&map->state, path, &there);

	findings->count++;
	if (listed == TRI_YES && there == request->key)
		return;
	if (listed == TRI_UNKNOWN && state_has_key(&map->state, request->key)) {
		findings->unknown = list_add(arena, findings->unknown, text);
		return;
	}
	if (listed == TRI_YES) {
		text = arena_printf(arena, "%s, which has %s", text, describe_key(arena, there));
		findings->other = text;
	}
	findings->lacking = list_add(arena, findings->lacking, text);
}

void check_judge(const struct request *request, struct result *result)
{
	const char *key = describe_key(result->arena, request->key);
	const char *holding = describe_holding(result->arena, &result->state);
	struct findings findings = { 0 };

	for (const struct result *path = result->paths; path; path = path->next)
		path_look(request, result, path, &findings);
	if (!result->paths)
		disk_look(request, result, &findings);
	if (findings.lacking && result->paths)
		result_fail(result, VERDICT_CONFLICT, findings.other ? REASON_OTHER_KEY_REGISTERED : REASON_KEY_NOT_REGISTERED,
			    STEP_READ, "%s is not registered on %s; %s", key, findings.lacking, holding);
	else if (findings.lacking)
		result_fail(result, VERDICT_CONFLICT, findings.other ? REASON_OTHER_KEY_REGISTERED : REASON_KEY_NOT_REGISTERED,
			    STEP_READ, "%s; %s", findings.lacking, holding);
	else if (request->type && result->state.type != request->type)
		result_fail(result, VERDICT_CONFLICT,
			    result->state.type == RESV_NONE ? REASON_NOT_RESERVED : REASON_HELD_WITH_OTHER_TYPE, STEP_READ,
			    "%s, not %s; %s is registered", holding, type_words(request->type)->name, key);
	else if (findings.unknown && result->paths)
		result_fail(result, VERDICT_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ,
			    "%s is registered, but whether on %s the device does not tell; %s", key, findings.unknown, holding);
	else if (findings.unknown)
		result_fail(result, VERDICT_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ,
			    "%s: whether it is this host's the device does not tell; %s", findings.unknown, holding);
	else if (findings.count > 1)
		result->success = arena_printf(result->arena, "%s is registered on %zu paths; %s", key, findings.count, holding);
	else
		result->success = arena_printf(result->arena, "%s is registered; %s", key, holding);
}
