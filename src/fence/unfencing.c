// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/unfencing.h"

#include <string.h>

#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"

/*
 * Whether the device is reserved after @result, of a reserve: also if another node was faster, but
 * not with a type that no standard defines, because that may keep nobody out.
 */
static bool is_reserved(const struct result *result)
{
	return result->outcome.status == STATUS_OK ||
	       (result->outcome.status == STATUS_CONFLICT && result->state.type != RESV_OTHER &&
		result->outcome.reason == REASON_HELD_BY_OTHER);
}

/* Uses the outcome of the reserve, but keeps what the register before it has changed. */
static void reserve_join(struct result *registered, const struct result *reserved)
{
	const char *success =
		registered->outcome.success ? registered->outcome.success : "registered";
	bool changed = registered->outcome.changed != TRI_NO;

	if (is_reserved(reserved)) {
		outcome_add(&registered->outcome, &reserved->outcome);
		registered->outcome.success =
			arena_printf(registered->arena, "%s; %s", success,
				     describe_holding(registered->arena, &reserved->state));
	} else {
		outcome_take(&registered->outcome, &reserved->outcome);
		/* "No change was sent" applies only to the reserve. */
		if (changed)
			registered->outcome.message =
				arena_printf(registered->arena, "%s; then: %s", success,
					     reserved->outcome.message);
	}
	if (reserved->state.source != SOURCE_NONE)
		registered->state = reserved->state;
}

const struct own_registration *unfencing_own(const struct unfencing *unfencing,
					     const char *argument)
{
	return own_registration_of(unfencing->registrations, unfencing->count, argument);
}

/* A device whose key was removed after this node had read it: REGISTER with that key has failed. */
static bool is_gone(const struct result *result, const struct register_mode *how)
{
	return how->old_key && result->outcome.status == STATUS_CONFLICT &&
	       result->outcome.reason == REASON_KEY_NOT_REGISTERED;
}

/* Whether @argument is of an arbiter that is no shared disk. */
static bool is_arbiter_only(const struct unfencing *unfencing, const char *argument)
{
	const struct arbiter *arbiter = arbiters_get(&unfencing->arbiters, argument);

	return arbiter && !arbiter->is_shared;
}

/* How to register on a device; one request serves all that have the same. */
struct way {
	struct register_mode mode;
	bool is_arbiter_only;
};

static struct way way_of(const struct unfencing *unfencing, const char *argument)
{
	const struct own_registration *own = unfencing_own(unfencing, argument);
	struct way way = { .is_arbiter_only = is_arbiter_only(unfencing, argument) };

	if (own)
		way.mode = own_registration_mode(unfencing->act->fence, own);
	return way;
}

static bool is_same_way(const struct way *one, const struct way *other)
{
	return one->mode.ignore_key == other->mode.ignore_key &&
	       one->mode.old_key == other->mode.old_key &&
	       one->is_arbiter_only == other->is_arbiter_only;
}

/* How many different ones there are. */
static size_t ways_count(const struct way *ways, size_t count)
{
	size_t different = 0;

	for (size_t i = 0; i < count; i++) {
		size_t same = 0;

		while (same < i && !is_same_way(&ways[same], &ways[i]))
			same++;
		different += same == i;
	}
	return different;
}

/* Registers the key in that way on @count devices until @end. */
static void register_on(struct unfencing *unfencing, const struct way *way, const char **devices,
			size_t count, int64_t end)
{
	const struct register_mode *how = &way->mode;
	struct request request = { .command = COMMAND_REGISTER,
				   .command_name = "unfencing",
				   .fence = true,
				   .only_decides = way->is_arbiter_only,
				   .allow_partial = unfencing->act->fence->allow_partial,
				   .ignore_key = how->ignore_key,
				   .old_key = how->old_key };
	struct results results;

	act_request(unfencing->act, &request, devices, count, end, &results);
	for (struct result *result = results.first; result; result = result->next) {
		if (!is_gone(result, how))
			continue;
		/* One arbiter does not show that this node was fenced. */
		if (!arbiters_get(&unfencing->arbiters, result->argument))
			unfencing->gone = result;
		result_fail(result, FENCE_FAIL_FENCED_MEANWHILE,
			    describe_key(result->arena, how->old_key),
			    describe_holding(result->arena, &result->state));
	}
	results_join(&unfencing->done, &results);
}

void unfencing_register(struct unfencing *unfencing, const char **devices, size_t count,
			int64_t end)
{
	struct act *act = unfencing->act;
	const char **some = act_device_list(act, count);
	struct way *ways = arena_alloc(act->reported.arena, (count + 1) * sizeof(*ways));
	size_t left;

	act->failed |= !ways;
	for (size_t i = 0; ways && i < count; i++)
		ways[i] = way_of(unfencing, devices[i]);
	left = ways ? ways_count(ways, count) : 0;
	while (some && ways && count) {
		const struct way way = ways[0];
		size_t some_count = 0, rest = 0;

		for (size_t i = 0; i < count; i++) {
			if (is_same_way(&ways[i], &way)) {
				some[some_count++] = devices[i];
				continue;
			}
			ways[rest] = ways[i];
			devices[rest++] = devices[i];
		}
		register_on(unfencing, &way, some, some_count, act_share_before(end, --left));
		count = rest;
	}
}

/* The devices of unfencing->done for which @is_meant is true: *@count of them. NULL: no memory. */
static const char **devices_choose(const struct unfencing *unfencing, const struct result *cause,
				   bool (*is_meant)(const struct unfencing *unfencing,
						    const struct result *result,
						    const struct result *cause),
				   size_t *count)
{
	const char **devices;
	size_t all = 0;

	for (const struct result *result = unfencing->done.first; result; result = result->next)
		all++;
	devices = act_device_list(unfencing->act, all);
	*count = 0;
	for (const struct result *result = unfencing->done.first; devices && result;
	     result = result->next)
		if (is_meant(unfencing, result, cause))
			devices[(*count)++] = result->argument;
	return devices;
}

static bool is_free(const struct unfencing *unfencing, const struct result *result,
		    const struct result *cause)
{
	(void)unfencing;
	(void)cause;
	/* A type that no standard defines may keep nobody out: the RESERVE will say so. */
	return result->outcome.status == STATUS_OK &&
	       (result->state.type == RESV_NONE || result->state.type == RESV_OTHER);
}

void unfencing_reserve(struct unfencing *unfencing)
{
	struct act *act = unfencing->act;
	struct request reserve = { .command = COMMAND_RESERVE,
				   .command_name = "unfencing",
				   .type = act->fence->type };
	struct results reserved;
	size_t count;
	const char **devices = devices_choose(unfencing, NULL, is_free, &count);

	if (!devices)
		return;
	act_request(act, &reserve, devices, count, act_share(act, 1, 2), &reserved);
	for (const struct result *result = reserved.first; result; result = result->next)
		reserve_join(act_result(&unfencing->done, result->argument), result);
}

/* Whether this run has registered on the device of @result, and may still be there. */
static bool is_left(const struct unfencing *unfencing, const struct result *result,
		    const struct result *lost)
{
	return result->outcome.changed != TRI_NO &&
	       (result != lost ||
		state_own_has(&result->state, unfencing->act->fence->key) != TRI_NO);
}

/* The same, if this node was not registered there before. */
static bool is_new(const struct unfencing *unfencing, const struct result *result,
		   const struct result *unread)
{
	const struct own_registration *own = unfencing_own(unfencing, result->argument);

	(void)unread;
	return result->outcome.changed != TRI_NO &&
	       !way_of(unfencing, result->argument).mode.old_key &&
	       !(own && own_registration_listed(unfencing->act->fence, own) == TRI_YES);
}

/* Unregisters on the devices of unfencing->done for which @is_meant is true: *@results. */
static void unregister(struct unfencing *unfencing, const struct result *cause, bool was_fenced,
		       bool (*is_meant)(const struct unfencing *unfencing,
					const struct result *result, const struct result *cause),
		       struct results *results)
{
	struct act *act = unfencing->act;
	struct request request = { .command = COMMAND_UNREGISTER,
				   .command_name = "unfencing",
				   .release = true,
				   .was_fenced = was_fenced };
	size_t count = 0;
	const char **devices = devices_choose(unfencing, cause, is_meant, &count);

	act_request(act, &request, devices, count, act->deadline, results);
	for (const struct result *result = results->first; result; result = result->next)
		if (result->state.source != SOURCE_NONE)
			act_result(&unfencing->done, result->argument)->state = result->state;
}

/* Whether this node is not registered on the device of @result, of an unregister. */
static bool is_out(const struct result *result)
{
	return result->outcome.status == STATUS_OK ||
	       result->outcome.reason == REASON_KEY_NOT_REGISTERED;
}

/* Adds to the failure of @done that @left, its unregister, has taken the registration back. */
static void left_report(struct result *done, const struct result *left)
{
	const char *message = done->outcome.message, *stays;

	if (!is_out(left))
		return;
	stays = strstr(message, FENCE_CAUSE_MAY_STAY);
	if (stays)
		message = arena_printf(done->arena, "%.*s" FENCE_CAUSE_LEFT_AGAIN "%s",
				       (int)(stays - message), message,
				       stays + strlen(FENCE_CAUSE_MAY_STAY));
	else if (left->outcome.changed == TRI_YES)
		message = arena_printf(done->arena, "%s; " FENCE_CAUSE_LEFT_AGAIN, message);
	done->outcome.message = message;
}

void unfencing_undo(struct unfencing *unfencing, const struct result *lost)
{
	struct act *act = unfencing->act;
	const char *key = describe_key(act->reported.arena, act->fence->key);
	struct results results;

	unregister(unfencing, lost, true, is_left, &results);
	for (const struct result *result = results.first; result; result = result->next) {
		struct result *done = act_result(&unfencing->done, result->argument);

		if (done->outcome.status != STATUS_OK)
			left_report(done, result);
		else if (is_out(result))
			result_fail(done, FENCE_FAIL_TAKEN_BACK, key, lost->label);
		else
			result_fail(done, FENCE_FAIL_NOT_TAKEN_BACK, key, lost->label,
				    result->outcome.message);
	}
}

void unfencing_undo_changed(struct unfencing *unfencing)
{
	const struct result *result = unfencing->done.first;

	while (result && (result->outcome.reason != REASON_CHANGED_SINCE ||
			  result->outcome.changed == TRI_NO))
		result = result->next;
	if (result)
		unfencing_undo(unfencing, result);
}

void unfencing_unread(struct result *result, const struct result *now)
{
	if (result->outcome.status != STATUS_OK)
		return;
	if (now)
		result_fail(result, FENCE_FAIL_ON_UNREAD(now->outcome.status, now->outcome.reason),
			    fence_read_failed(result->arena, now->outcome.message));
	else
		result_fail(result, FENCE_FAIL_ON_UNREAD(STATUS_FAILED, REASON_NOT_DONE),
			    CAUSE_DIED);
}

void unfencing_undo_unconfirmed(struct unfencing *unfencing, const struct result *unread)
{
	struct results results;

	unregister(unfencing, unread, false, is_new, &results);
	for (const struct result *result = results.first; result; result = result->next) {
		struct result *done = act_result(&unfencing->done, result->argument);

		if (done->outcome.status != STATUS_OK)
			left_report(done, result);
		else if (is_out(result))
			result_fail(done, FENCE_FAIL_UNCONFIRMED, unread->label);
		else
			result_fail(done, FENCE_FAIL_UNCONFIRMED_STAYS, unread->label,
				    result->outcome.message);
	}
}

void unfencing_warn(struct unfencing *unfencing)
{
	struct act *act = unfencing->act;
	struct results *done = &unfencing->done;

	act_warn_of_hosts(act, done);
	for (size_t i = 0; i < unfencing->count; i++) {
		const struct result *seen = unfencing->registrations[i].seen;
		struct result *result = act_result(done, seen->argument);

		for (const struct note *note = result ? seen->warnings : NULL; note;
		     note = note->next)
			result_warn(result, "%s", note->text);
	}
	for (struct result *result = done->first; result; result = result->next)
		if (result->outcome.status == STATUS_OK && type_is_for_holder(result->state.type) &&
		    state_own_holds(&result->state, act->fence->key) == TRI_NO)
			result_warn(result, FENCE_WARN_NODE_CANNOT_WRITE,
				    describe_holding(result->arena, &result->state));
}
