// SPDX-License-Identifier: GPL-2.0-or-later
/* What the fence agent does with the devices: one or more requests of prctl's, each within its share of the time. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "fence/fence.h"
#include "job/audit.h"
#include "job/supervise.h"
#include "model/describe.h"
#include "model/nexus.h"
#include "model/state.h"
#include "util/clock.h"

/* What a device was when it was found first. */
struct known {
	const char *argument;
	const struct lun *lun;
	struct known *next;
};

/* One action under way: the results of its requests are told and logged together, at its end. */
struct act {
	const struct fence *fence;
	struct results told;
	int64_t deadline;
	bool failed; /* beyond what the results say */
	struct known *known;
};

static const struct lun *known_find(const struct act *act, const char *argument)
{
	for (const struct known *known = act->known; known; known = known->next)
		if (strcmp(known->argument, argument) == 0)
			return known->lun;
	return NULL;
}

/* One action is on one LUN of each name, however many requests it makes. False: no memory. */
static bool luns_expect(struct act *act, struct request *request)
{
	const struct lun **expected = arena_alloc(act->told.arena, (request->device_count + 1) * sizeof(*expected));

	if (!expected)
		return false;
	for (size_t i = 0; i < request->device_count; i++)
		expected[i] = known_find(act, request->devices[i]);
	request->expected = expected;
	return true;
}

static bool luns_remember(struct act *act, const struct results *results)
{
	for (const struct result *result = results->first; result; result = result->next) {
		struct known *known;

		if (!result->lun.name || known_find(act, result->argument))
			continue;
		known = arena_alloc(act->told.arena, sizeof(*known));
		if (!known)
			return false;
		*known = (struct known){ result->argument, &result->lun, act->known };
		act->known = known;
	}
	return true;
}

/* A request on @count of the devices, that ends at @end. */
static void ask(struct act *act, struct request *request, const char **devices, size_t count, int64_t end,
		struct results *results)
{
	int64_t now = clock_now();
	int err = 0;

	*results = (struct results){ .arena = act->told.arena, .end = &results->first };
	request->key = request->key ? request->key : act->fence->key;
	/* Of no time at all something is left: 0 would be all of it. */
	request->timeout = end - now > 1 ? end - now : 1;
	request->jobs = 64;
	request->quiet = true;
	request->verbose = act->fence->verbose;
	request->names = act->fence->names;
	request->devices = devices;
	request->device_count = count;
	if (!luns_expect(act, request))
		err = -ENOMEM;
	else if (count)
		err = supervise(request, now, results);
	if (!luns_remember(act, results))
		err = -ENOMEM;
	/* What was not even begun is told as such. */
	for (size_t i = 0; err && i < count; i++) {
		struct result *result = result_add(results, devices[i]);

		if (result)
			result_fail(result, VERDICT_FAILED, REASON_NOT_SENT, STEP_RESOLVE, "nothing was sent: prctl could not begin: %s (%s)",
				    strerrordesc_np(-err), describe_errno(result->arena, -err));
	}
	if (err || results->broken) {
		fprintf(stderr, "fence_prctl: %s\n", err ? strerror(-err) : "the working process died");
		act->failed = true;
	}
	/* Who stops the agent wants nothing more done. */
	if (results->signal)
		act->failed = true;
}

/* The moment at which @part of @parts of the time that is left is over. */
static int64_t share(const struct act *act, int part, int parts)
{
	int64_t now = clock_now();

	return act->deadline > now ? now + (act->deadline - now) / parts * part : now;
}

/* Moves every result of @results to those that are told, behind the others. */
static void tell_all(struct act *act, struct results *results)
{
	if (!results->first)
		return;
	*act->told.end = results->first;
	act->told.end = results->end;
}

/* The devices of @results that are ok, but for @left_out, as a list in the arena. */
static const char **devices_of(struct act *act, const struct results *results, const struct result *left_out,
			       size_t *count)
{
	const char **list;
	size_t all = 0;

	for (const struct result *result = results->first; result; result = result->next)
		all++;
	list = arena_alloc(act->told.arena, (all + 1) * sizeof(*list));
	*count = 0;
	for (const struct result *result = results->first; list && result; result = result->next) {
		if (result == left_out || result->verdict != VERDICT_OK)
			continue;
		list[(*count)++] = result->argument;
	}
	act->failed |= !list;
	return list;
}

struct result *fence_first(const struct results *results)
{
	struct result *first = NULL;

	for (struct result *result = results->first; result; result = result->next) {
		if (result->verdict != VERDICT_OK)
			continue;
		/* Where the kernel tells no WWID the order of the arguments stands, which is the cluster's own. */
		if (!first || (result->lun.wwid && (!first->lun.wwid || strcmp(result->lun.wwid, first->lun.wwid) < 0)))
			first = result;
	}
	return first;
}

/* What the devices that another one stopped are told to be: all of @found but @first; @why is a clause. */
static void not_attempted(struct act *act, const struct results *found, const struct result *first, const char *why)
{
	for (const struct result *result = found->first; result; result = result->next) {
		struct result *copy;

		if (result->verdict != VERDICT_OK || result == first)
			continue;
		copy = result_append(&act->told, result->spare, result->argument);
		copy->lun = result->lun;
		result_fail(copy, VERDICT_FAILED, REASON_NOT_SENT, STEP_CHANGE, "nothing was sent: %s", why);
	}
}

/* The results that are not ok, to those that are told. */
static void tell_failed(struct act *act, struct results *results)
{
	struct result **link = &results->first, *result;

	while ((result = *link)) {
		if (result->verdict == VERDICT_OK) {
			link = &result->next;
			continue;
		}
		*link = result->next;
		result->next = NULL;
		*act->told.end = result;
		act->told.end = &result->next;
	}
	results->end = link;
}

/* A host that had the victim's key on one of the devices, and is registered on this one with another; NULL: none. */
static const struct registrant *survivor(const struct act *act, const struct resv_state *state)
{
	for (const struct result *told = act->told.first; told; told = told->next) {
		for (size_t i = 0; i < told->before.count; i++) {
			const struct registrant *was = &told->before.registrants[i];

			if (was->key != act->fence->plug)
				continue;
			for (size_t j = 0; j < state->count; j++)
				if (state->registrants[j].this_host != TRI_YES &&
				    nexus_is_same_host(&was->nexus, &state->registrants[j].nexus) == TRI_YES)
					return &state->registrants[j];
		}
	}
	return NULL;
}

/* Whether @result, of a device that was preempted, shows the victim shut out of it; @state is what it holds now. */
static void shut_out_judge(const struct act *act, struct result *result, const struct resv_state *state)
{
	const struct registrant *left;
	const char *plug = describe_key(result->arena, act->fence->plug);

	if (result->verdict != VERDICT_OK)
		return;
	if (state_has_key(state, act->fence->plug)) {
		result_fail(result, VERDICT_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK,
			    "done, and then %s was registered again; %s", plug, describe_holding(result->arena, state));
		return;
	}
	if (state->type == RESV_NONE) {
		result_fail(result, VERDICT_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK,
			    "done, and then the reservation was given up: %s can write without its key", plug);
		return;
	}
	left = survivor(act, state);
	if (left)
		result_fail(result, VERDICT_FAILED, REASON_NOT_DONE, STEP_READ_BACK,
			    "%.*s, which had %s, is registered with %s still, and may write; preempt that key, too",
			    (int)nexus_host_length(left->nexus.initiator), left->nexus.initiator, plug,
			    describe_key(result->arena, left->key));
}

/*
 * Each device was read behind its own change; all together they are read once more behind the last one, so that the
 * node is shut out of all at one time.
 */
static void read_again(struct act *act)
{
	struct request request = { .command = COMMAND_STATUS, .command_name = "fence" };
	struct results again;
	const char **devices;
	size_t count;

	devices = devices_of(act, &act->told, NULL, &count);
	ask(act, &request, devices, count, act->deadline, &again);
	for (struct result *now = again.first; now; now = now->next) {
		for (struct result *told = act->told.first; told; told = told->next) {
			if (told->verdict != VERDICT_OK || strcmp(told->argument, now->argument) != 0)
				continue;
			told->state = now->state;
			if (now->verdict == VERDICT_OK)
				shut_out_judge(act, told, &now->state);
			else
				result_fail(told, now->verdict, now->reason, STEP_READ_BACK,
					    "done, and when it was read again: %s", now->message);
		}
	}
}

/*
 * Two nodes that have lost sight of each other fence each other, and both must not win half of the LUNs each: so all
 * meet at one LUN first. Who loses its key there does not go on.
 */
static void off(struct act *act)
{
	struct request resolve = { .command = COMMAND_PREEMPT_ABORT, .command_name = "fence", .resolve_only = true };
	struct request preempt = { .command = COMMAND_PREEMPT_ABORT, .command_name = "fence", .victim = act->fence->plug,
				   .if_registered = true, .fence = true };
	struct results found, won, rest;
	struct result *first;
	const char **others;
	size_t count;

	ask(act, &resolve, act->fence->devices, act->fence->device_count, share(act, 1, 4), &found);
	tell_failed(act, &found);
	/* What was not found may be the very LUN where the other node begins: to begin at another is to win half each. */
	if (act->told.first) {
		not_attempted(act, &found, NULL,
			      arena_printf(act->told.arena, "%s was not found, and may have the lowest WWID, which comes first",
					   act->told.first->label));
		return;
	}
	first = fence_first(&found);
	if (!first)
		return;
	ask(act, &preempt, &first->argument, 1, share(act, 2, 3), &won);
	tell_all(act, &won);
	for (struct result *result = won.first; result; result = result->next)
		shut_out_judge(act, result, &result->state);
	if (results_verdict(&won) != VERDICT_OK || !won.first || act->failed) {
		not_attempted(act, &found, first,
			      arena_printf(act->told.arena, "%s, which has the lowest WWID, comes first, and was not won",
					   first->label));
		return;
	}
	others = devices_of(act, &found, first, &count);
	if (!count)
		return;
	ask(act, &preempt, others, count, share(act, 3, 4), &rest);
	tell_all(act, &rest);
	/* Where one has failed the node is not fenced, whatever the others hold by now. */
	if (!act->failed && results_verdict(&act->told) == VERDICT_OK)
		read_again(act);
}

/* Whether @result, of a reserve, leaves the device reserved: by another node, who was quicker, as well. */
static bool is_reserved(const struct result *result)
{
	return result->verdict == VERDICT_OK ||
	       (result->verdict == VERDICT_CONFLICT && result->reason == REASON_HELD_BY_OTHER);
}

/* What came of the reserve counts, but what the register before it changed is changed. */
static void reserve_join(struct result *registered, const struct result *reserved)
{
	if (is_reserved(reserved)) {
		registered->success = arena_printf(registered->arena, "%s; %s",
						   registered->success ? registered->success : "registered",
						   describe_holding(registered->arena, &reserved->state));
	} else {
		registered->verdict = reserved->verdict;
		registered->reason = reserved->reason;
		registered->step = reserved->step;
		registered->message = reserved->message;
	}
	if (registered->changed != TRI_YES && reserved->changed != TRI_NO)
		registered->changed = reserved->changed;
	if (reserved->state.source != SOURCE_NONE)
		registered->state = reserved->state;
}

static void on(struct act *act)
{
	struct request enroll = { .command = COMMAND_REGISTER, .command_name = "unfencing", .ignore_key = true };
	struct request reserve = { .command = COMMAND_RESERVE, .command_name = "unfencing", .type = act->fence->type };
	struct results registered, reserved;
	const char **devices;
	size_t count = 0;

	ask(act, &enroll, act->fence->devices, act->fence->device_count, share(act, 1, 2), &registered);
	tell_all(act, &registered);
	devices = devices_of(act, &registered, NULL, &count);
	if (!devices || act->failed)
		return;
	/* Where none is held. */
	count = 0;
	for (const struct result *result = registered.first; result; result = result->next)
		if (result->verdict == VERDICT_OK && result->state.type == RESV_NONE)
			devices[count++] = result->argument;
	ask(act, &reserve, devices, count, act->deadline, &reserved);
	for (const struct result *result = reserved.first; result; result = result->next)
		for (struct result *to = registered.first; to; to = to->next)
			if (strcmp(to->argument, result->argument) == 0)
				reserve_join(to, result);
	for (struct result *result = registered.first; result; result = result->next)
		if (result->verdict == VERDICT_OK && type_is_for_holder(result->state.type) &&
		    state_own_holds(&result->state, act->fence->key) == TRI_NO)
			result_warn(result, "%s, and so this node cannot write; the types for registrants suit a cluster",
				    describe_holding(result->arena, &result->state));
}

/*
 * Off is a node whose key is gone from all devices, each of which is reserved, so that it cannot write to any; on is
 * one that may write to one of them. What cannot be read may be either.
 */
enum fence_status fence_status_judge(const struct results *results, uint64_t plug)
{
	bool unread = !results->first, open = false;

	for (const struct result *result = results->first; result; result = result->next) {
		if (result->verdict != VERDICT_OK || result->state.source == SOURCE_NONE)
			unread = true;
		else if (state_has_key(&result->state, plug))
			return FENCE_OK;
		else
			open |= result->state.type == RESV_NONE;
	}
	if (unread)
		return FENCE_FAILED;
	return open ? FENCE_OK : FENCE_IS_OFF;
}

static void look(struct act *act)
{
	struct request request = { .command = COMMAND_STATUS, .command_name = fence_action_word(act->fence->action) };
	struct results results;

	ask(act, &request, act->fence->devices, act->fence->device_count, act->deadline, &results);
	for (struct result *result = results.first; result; result = result->next)
		if (act->fence->action == FENCE_STATUS && result->verdict == VERDICT_OK)
			result->success = arena_printf(result->arena, "%s is %sregistered; %s",
						       describe_key(result->arena, act->fence->plug),
						       state_has_key(&result->state, act->fence->plug) ? "" : "not ",
						       describe_holding(result->arena, &result->state));
	tell_all(act, &results);
}

/* Keys for hosts, as the fencer takes both for names of nodes. */
static void list(const struct key_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		printf("%s," KEY_FORMAT "\n", names->list[i].text, names->list[i].key);
}

static void tell(const struct act *act)
{
	const char *word = fence_action_word(act->fence->action);

	for (const struct result *result = act->told.first; result; result = result->next) {
		for (const struct note *note = act->fence->verbose ? result->trace : NULL; note; note = note->next)
			fprintf(stderr, "fence_prctl: %s: %s\n", result->label, note->text);
		for (const struct note *note = result->warnings; note; note = note->next)
			fprintf(stderr, "fence_prctl: %s: warning: %s\n", result->label, note->text);
		if (result->verdict != VERDICT_OK)
			fprintf(stderr, "fence_prctl: %s: %s: %s: %s\n", result->label, step_word(result->step, word),
				verdict_word(result->verdict), result->message);
		else if (result->success)
			printf("%s: %s\n", result->label, result->success);
	}
}

/* The history of the LUN has the fencer's changes, too. */
static void audit(struct act *act, const char *command)
{
	const struct request request = { .key = act->fence->key,
					 .victim = act->fence->action == FENCE_OFF ? act->fence->plug : 0 };
	size_t lost;
	int err = audit_send(&request, &act->told, command, act->deadline, &lost);

	if (err)
		fprintf(stderr, "fence_prctl: warning: the system's log lacks %zu line%s of this: %s\n", lost,
			lost == 1 ? "" : "s", strerror(-err));
}

static void delay(const struct fence *fence)
{
	struct timespec left = { fence->delay / 1000000000, fence->delay % 1000000000 };

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

enum fence_status fence_act(const struct fence *fence, struct arena *arena)
{
	struct act act = { .fence = fence, .told = { .arena = arena } };

	act.told.end = &act.told.first;
	if (fence->action == FENCE_OFF)
		delay(fence);
	act.deadline = clock_now() + fence->timeout;
	switch (fence->action) {
	case FENCE_OFF:
		off(&act);
		audit(&act, "fence-off");
		break;
	case FENCE_ON:
		on(&act);
		audit(&act, "fence-on");
		break;
	case FENCE_STATUS:
	case FENCE_MONITOR:
		look(&act);
		break;
	case FENCE_LIST:
		list(fence->names);
		return FENCE_OK;
	case FENCE_METADATA:
		return fence_metadata_write(stdout) ? FENCE_FAILED : FENCE_OK;
	case FENCE_VALIDATE_ALL:
	case FENCE_ACTION_COUNT:
		return FENCE_OK;
	}
	tell(&act);
	if (act.failed)
		return FENCE_FAILED;
	if (fence->action == FENCE_STATUS)
		return fence_status_judge(&act.told, fence->plug);
	return act.told.first && results_verdict(&act.told) == VERDICT_OK ? FENCE_OK : FENCE_FAILED;
}
