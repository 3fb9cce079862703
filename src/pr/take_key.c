// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/take_key.h"

#include "model/cluster.h"
#include "model/describe.h"
#include "model/handover.h"
#include "model/key_names.h"
#include "model/messages.h"
#include "model/origin.h"
#include "model/state.h"
#include "pr/plan.h"
#include "util/text.h"

static bool is_excepted(const struct request *request, uint64_t key)
{
	for (size_t i = 0; i < request->even_if_count; i++)
		if (request->even_if[i] == key)
			return true;
	return false;
}

/* Whether a file of this host names the key: then the host that it names may be running. */
static bool is_known(const struct result *result, uint64_t key)
{
	const struct key_names *names = result->arena->names;

	return names && (key_names_of(names, key) ||
			 origin_is_of_cluster(result->arena, key, names->cluster));
}

/* The hosts that may be running, as one text; "" if none is known. */
static const char *alive_text(const struct request *request, struct result *result)
{
	const char *text = "";

	for (size_t i = 0; i < result->state.count; i++) {
		const struct registrant *registrant = &result->state.registrants[i];

		if (!registrant_is_own(registrant) && is_known(result, registrant->key) &&
		    !is_excepted(request, registrant->key))
			text = text_list(result->arena, text, "%s",
					 describe_registrant(result->arena, registrant));
	}
	return text;
}

static bool has_other(const struct result *result, uint64_t key)
{
	for (size_t i = 0; i < result->state.count; i++)
		if (result->state.registrants[i].key == key &&
		    !registrant_is_own(&result->state.registrants[i]))
			return true;
	return false;
}

/* Returns true if nothing may be cleared; the status is then set. */
static bool is_refused(const struct request *request, struct result *result)
{
	const struct key_names *names = result->arena->names;
	const char *alive;

	if (result->state.source == SOURCE_NONE) {
		result_fail(result, FAIL_HOSTS_UNREAD);
		return true;
	}
	if (names && names->ignored) {
		result_fail(result, FAIL_CLEAR_NAMES_IGNORED, names->ignored);
		return true;
	}
	if (names && names->cluster && names->cluster->unread) {
		result_fail(result, FAIL_CLEAR_NAMES_IGNORED,
			    arena_printf(result->arena, WARN_NAMES_IGNORED, CLUSTER_FILE,
					 names->cluster->unread));
		return true;
	}
	alive = alive_text(request, result);
	if (*alive)
		result_fail(result, FAIL_CLEAR_ALIVE, alive, plan_holding(result));
	return *alive;
}

/* The part of the request that is done with @key, by the command @command. */
static struct request part_of(const struct request *request, enum command_id command, uint64_t key)
{
	struct request part = *request;

	part.command = command;
	part.key = key;
	part.take_key = false;
	return part;
}

/* Reports "REGISTER, ...; then CLEAR, ...", and which hosts that removes. */
static void would_report(const struct request *request, struct result *result)
{
	const struct action take = { .op = ACTION_REGISTER, .service_key = request->key },
			    clear = { .op = ACTION_CLEAR, .key = request->key };
	struct arena *arena = result->arena;
	const char *others = describe_other_hosts(arena, &result->state, 0);

	result->would = arena_printf(arena, "%s; then %s, through %s; removes %s",
				     describe_action(arena, &take), describe_action(arena, &clear),
				     result->lun.node, *others ? others : "no other host");
}

/* The clear failed: unregisters the key again, even if the rest of the request was stopped. */
static void give_back(const struct request *request, struct result *result, part_change *change)
{
	struct request part = part_of(request, COMMAND_UNREGISTER, request->key);
	struct outcome failed = result->outcome;

	if (result->state.source != SOURCE_NONE &&
	    state_own_has(&result->state, request->key) == TRI_NO)
		return;
	part.is_temporary = true;
	result_undo_begin(result);
	result->outcome = (struct outcome){ .changed = TRI_NO };
	change(&part, result);
	if (result->outcome.status == STATUS_OK) {
		/* Only the registrations of other hosts are left, so nothing was changed. */
		result->outcome = failed;
		return;
	}
	result_warn(result, WARN_KEY_LEFT, (unsigned long long)request->key,
		    result->outcome.message);
	failed.changed = TRI_YES;
	result->outcome = failed;
}

/* The key is registered: clears with it. @count: number of registrations before it was. */
static void clear(const struct request *request, struct result *result, part_change *change,
		  size_t count)
{
	const struct request part = part_of(request, COMMAND_CLEAR, request->key);

	result->outcome = (struct outcome){ .changed = TRI_NO };
	/* Another host may have registered meanwhile. */
	if (!is_refused(request, result))
		change(&part, result);
	result->outcome.sent = true;
	if (result->outcome.status != STATUS_OK)
		give_back(request, result, change);
	else
		result->outcome.success =
			count == 1 ? DONE_CLEARED_ONE
				   : arena_printf(result->arena, DONE_CLEARED, count);
}

void take_key_change(const struct request *request, struct result *result, part_change *change)
{
	const struct registrant *own = state_own(&result->state);
	size_t count = result->state.count;
	struct request part;

	if (is_refused(request, result))
		return;
	if (!count && result->state.type == RESV_NONE) {
		(void)plan_done(result, DONE_CLEARED_NOTHING);
		return;
	}
	if (own && own->key) {
		part = part_of(request, COMMAND_CLEAR, own->key);
		change(&part, result);
		return;
	}
	if (has_other(result, request->key)) {
		result_fail(result, FAIL_KEY_OF_OTHER_HOST,
			    describe_key(result->arena, request->key),
			    describe_registrants(result->arena, &result->state, request->key));
		return;
	}
	if (request->dry_run) {
		would_report(request, result);
		return;
	}
	part = part_of(request, COMMAND_REGISTER, request->key);
	part.is_temporary = true;
	part.ignore_key = own != NULL; /* a key of 0 that another tool has left */
	change(&part, result);
	if (result->outcome.status == STATUS_OK)
		clear(request, result, change, count);
	else if (result->outcome.sent)
		give_back(request, result, change);
}
