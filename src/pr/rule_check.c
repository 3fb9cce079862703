// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * status: reports what the device holds. check: is this host registered through each of its paths?
 */

#include "model/describe.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/memory.h"
#include "pr/path_device.h"
#include "pr/path_text.h"
#include "pr/rule.h"

/* The paths by what was found, each group as a list for a message, with their numbers. */
struct findings {
	const char *lacking;
	const char *other; /* of those: registered with another key */
	const char *unknown;
	const char *dead; /* registered, but not answering */
	const char *shut_out; /* registered, but cannot write: another path holds the reservation */
	size_t count;
	size_t have;
};

static const char *list_add(struct arena *arena, const char *list, const char *text)
{
	return list ? arena_printf(arena, "%s, %s", list, text) : text;
}

/*
 * The path of this host that alone holds the reservation, so that writes through the others fail.
 * NULL if there is none, or on NVMe, where the host holds it through any path.
 */
static const struct registrant *holder_alone(const struct result *result)
{
	const struct resv_state *state = &result->state;

	if (result->lun.transport != TRANSPORT_SCSI || !type_is_for_holder(state->type))
		return NULL;
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].holder == TRI_YES &&
		    state->registrants[i].this_host == TRI_YES)
			return &state->registrants[i];
	return NULL;
}

/* A disk is its own only path, so there is more to go by than its nexus. */
static void disk_classify(const struct request *request, const struct result *disk,
			  struct findings *findings)
{
	const char *text = describe_own(disk->arena, &disk->state, request->key);
	enum tri has = state_own_has(&disk->state, request->key);
	const struct registrant *holder = holder_alone(disk);

	findings->count = 1;
	if (holder && holder->this_nexus == TRI_NO)
		findings->shut_out = disk->lun.node;
	if (has == TRI_UNKNOWN)
		findings->unknown = text;
	if (has != TRI_NO)
		return;
	findings->lacking = text;
	if (state_own(&disk->state))
		findings->other = text;
}

/* What counts is whether the LUN lists the path: a dead path still has its key. */
static void path_classify(const struct request *request, const struct result *map,
			  struct result *path, struct findings *findings)
{
	struct arena *arena = map->arena;
	const char *text = path_text(path);
	const struct registrant *holder = holder_alone(map);
	uint64_t there = 0;

	findings->count++;
	if (holder && nexus_is_same(&path->lun.nexus, &holder->nexus) == TRI_NO &&
	    state_path_own(&map->state, path) != holder)
		findings->shut_out = list_add(arena, findings->shut_out, text);
	switch (state_path_has(&map->state, path, request->key)) {
	case TRI_YES:
		findings->have++;
		if (!path_is_alive(path))
			findings->dead = list_add(arena, findings->dead, text);
		return;
	case TRI_UNKNOWN:
		findings->unknown = list_add(arena, findings->unknown, text);
		return;
	case TRI_NO:
		break;
	}
	if (state_path_key(&map->state, path, &there) == TRI_YES) {
		text = arena_printf(arena, "%s, which has %s", text, describe_key(arena, there));
		findings->other = text;
	}
	findings->lacking = list_add(arena, findings->lacking, text);
}

/* Whether a registrant with @key may be this host, through another path or session. */
static bool may_have_elsewhere(const struct resv_state *state, uint64_t key)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == key && state->registrants[i].this_host != TRI_NO)
			return true;
	return false;
}

/* This host lacks the key: on every path, so this LUN shuts it out, or only on some paths. */
static void lacking_fail(const struct request *request, struct result *result,
			 const struct findings *findings)
{
	enum reason reason =
		findings->other ? REASON_OTHER_KEY_REGISTERED : REASON_KEY_NOT_REGISTERED;
	const char *holding = describe_holding(result->arena, &result->state);
	const char *key = describe_key(result->arena, request->key);
	/* A fence would have removed the key from every path of this host. */
	bool fenced = !findings->other && !may_have_elsewhere(&result->state, request->key);
	const char *advice = fenced ? "; " ADVICE_MAY_BE_FENCED : "";

	if (!result->paths)
		result_fail(result, FAIL_CHECK_DISK(reason), findings->lacking, holding, advice);
	else if (!findings->have && !findings->unknown)
		result_fail(result, FAIL_CHECK_NO_PATH(reason), key, findings->lacking, holding,
			    advice);
	else
		result_fail(result, FAIL_CHECK_SOME_PATHS(reason), key, findings->have,
			    findings->count, findings->lacking, holding);
}

/* The paths whose session of this host is unknown, while a session of it is registered. */
static const char *without_isid(const struct request *request, const struct result *result)
{
	const struct resv_state *state = &result->state;
	const char *paths = NULL;
	bool own = false;

	for (size_t i = 0; i < state->count; i++)
		own |= state->registrants[i].key == request->key &&
		       state->registrants[i].this_host == TRI_YES;
	for (struct result *path = own ? path_first(result) : NULL; path;
	     path = path_next(result, path))
		if (nexus_lacks_isid(&path->lun.nexus) &&
		    state_path_has(state, path, request->key) == TRI_UNKNOWN)
			paths = list_add(result->arena, paths, path->lun.node);
	return paths;
}

static void unknown_fail(const struct request *request, struct result *result,
			 const struct findings *findings)
{
	const char *holding = describe_holding(result->arena, &result->state);
	const char *isid = without_isid(request, result);

	if (isid)
		result_fail(result, FAIL_CHECK_ISID_UNKNOWN,
			    describe_key(result->arena, request->key), isid, holding);
	else if (result->paths)
		result_fail(result, FAIL_CHECK_PATHS_UNKNOWN,
			    describe_key(result->arena, request->key), findings->unknown, holding);
	else
		result_fail(result, FAIL_CHECK_DISK_UNKNOWN, findings->unknown, holding);
}

/* A failure if the user has asked for the type, and so relies on it; otherwise a warning. */
static void shut_out(const struct request *request, struct result *result, const char *paths)
{
	const char *holding = describe_holding(result->arena, &result->state);

	if (request->type)
		result_fail(result, FAIL_CHECK_HELD_BY_PATH, holding, paths);
	else
		result_warn(result, WARN_HELD_BY_PATH, holding, paths);
}

/*
 * Ok if every path is known to be registered with @request's key and, if the request has a type, a
 * reservation of that type is held. If anything is unknown, the result is not ok.
 */
static void check_read(const struct request *request, struct result *result)
{
	const char *key = describe_key(result->arena, request->key);
	const char *holding = describe_holding(result->arena, &result->state);
	struct findings findings = { 0 };

	for (struct result *path = result->paths; path; path = path->next)
		path_classify(request, result, path, &findings);
	if (!result->paths)
		disk_classify(request, result, &findings);
	if (findings.lacking) {
		lacking_fail(request, result, &findings);
		return;
	}
	if (request->type && result->state.type != request->type) {
		result_fail(result,
			    FAIL_CHECK_TYPE(result->state.type == RESV_NONE
						    ? REASON_NOT_RESERVED
						    : REASON_HELD_WITH_OTHER_TYPE),
			    holding, type_words(request->type)->name, key);
		return;
	}
	if (findings.unknown) {
		unknown_fail(request, result, &findings);
		return;
	}
	if (findings.shut_out)
		shut_out(request, result, findings.shut_out);
	if (result->outcome.status != STATUS_OK)
		return;
	if (findings.dead)
		result_warn(result, WARN_DEAD_PATHS_LISTED, findings.dead);
	result->outcome.success = findings.count > 1
					  ? arena_printf(result->arena, DONE_CHECKED_PATHS, key,
							 findings.count, holding)
					  : arena_printf(result->arena, DONE_CHECKED, key, holding);
}

static void status_read(const struct request *request, struct result *result)
{
	if (request->victim)
		memory_recall(request, result);
	else if (request_shows_details(request))
		path_capabilities_read(result);
}

const struct rule rule_status = { .read = status_read };
const struct rule rule_check = { .read = check_read,
				 .read_map = check_read,
				 .reports_absence = true };
