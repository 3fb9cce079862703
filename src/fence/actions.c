// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the fence agent does with the devices: one or more requests, each with its share of the
 * time.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fence/act.h"
#include "fence/hosts.h"
#include "fence/watchdog.h"
#include "job/audit.h"
#include "job/supervise.h"
#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"
#include "util/clock.h"

/* What a device was when it was found first. */
struct known {
	const char *argument;
	const struct lun *lun;
	struct known *next;
};

static const struct lun *known_find(const struct act *act, const char *argument)
{
	for (const struct known *known = act->known; known; known = known->next)
		if (strcmp(known->argument, argument) == 0)
			return known->lun;
	return NULL;
}

/*
 * One action always acts on the same LUN for each name, however many requests it makes. Returns
 * false if there is no memory.
 */
static bool luns_expect(struct act *act, struct request *request)
{
	const struct lun **expected =
		arena_alloc(act->told.arena, (request->device_count + 1) * sizeof(*expected));

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

/* For each device: the action was stopped before the device was asked or changed. */
static void stopped(struct act *act, const char **devices, size_t count, struct results *results)
{
	for (size_t i = 0; i < count; i++) {
		struct result *result = result_add(results, devices[i]);

		if (result)
			result_fail(result, FENCE_FAIL_STOPPED_BY_SIGNAL,
				    sigabbrev_np(act->signal));
	}
}

void act_ask(struct act *act, struct request *request, const char **devices, size_t count,
	     int64_t end, struct results *results)
{
	int64_t now = clock_now();
	int err = 0;

	*results = (struct results){ .arena = act->told.arena, .end = &results->first };
	request->key = request->key ? request->key : act->fence->key;
	/* Not 0, which would mean all of the time. */
	request->timeout = end - now > 1 ? end - now : 1;
	request->jobs = 64;
	request->quiet = true;
	request->verbose = act->fence->verbose;
	request->names = act->fence->names;
	request->devices = devices;
	request->device_count = count;
	if (act->signal)
		stopped(act, devices, count, results);
	else if (!luns_expect(act, request))
		err = -ENOMEM;
	else if (count)
		err = supervise(request, now, results);
	if (!luns_remember(act, results))
		err = -ENOMEM;
	/* Report devices that were not processed. */
	for (size_t i = 0; err && i < count; i++) {
		struct result *result = result_add(results, devices[i]);

		if (result)
			result_fail(result, FENCE_FAIL_CANNOT_BEGIN, strerrordesc_np(-err),
				    describe_errno(result->arena, -err));
	}
	if (err || results->broken) {
		fprintf(stderr, "fence_prctl: %s\n", err ? strerror(-err) : CAUSE_DIED);
		act->failed = true;
	}
	/* A user who stops the agent wants nothing more to be done. */
	if (results->signal) {
		act->signal = results->signal;
		act->failed = true;
	}
}

int64_t act_share(const struct act *act, int part, int parts)
{
	int64_t now = clock_now();

	return act->deadline > now ? now + (act->deadline - now) / parts * part : now;
}

void act_aside_clear(struct act *act)
{
	act->aside = (struct results){ .arena = act->told.arena, .end = &act->aside.first };
}

void act_tell_all(struct act *act, struct results *results)
{
	results_join(&act->told, results);
}

const char **act_list(struct act *act, size_t count)
{
	const char **list = arena_alloc(act->told.arena, (count + 1) * sizeof(*list));

	act->failed |= !list;
	return list;
}

const char **act_devices(struct act *act, const struct results *results,
			 const struct result *left_out, size_t *count)
{
	const char **list;
	size_t all = 0;

	for (const struct result *result = results->first; result; result = result->next)
		all++;
	list = act_list(act, all);
	*count = 0;
	for (const struct result *result = results->first; list && result; result = result->next) {
		if (result == left_out || result->outcome.status != STATUS_OK)
			continue;
		list[(*count)++] = result->argument;
	}
	return list;
}

void act_tell_failed(struct act *act, struct results *results)
{
	struct result **link = &results->first, *result;

	while ((result = *link)) {
		if (result->outcome.status == STATUS_OK) {
			link = &result->next;
			continue;
		}
		*link = result->next;
		results_link(&act->told, result);
	}
	results->end = link;
}

static void leave(struct act *act, const struct result *result, const char *why)
{
	struct result *copy = result_append(&act->told, result->spare, result->argument);

	copy->lun = result->lun;
	result_fail(copy, FENCE_FAIL_NOT_ATTEMPTED, why);
}

void act_leave(struct act *act, const struct results *found, const struct result *first,
	       const char *why)
{
	for (const struct result *result = found->first; result; result = result->next)
		if (result != first && result->outcome.status == STATUS_OK)
			leave(act, result, why);
}

void act_leave_untried(struct act *act, const struct results *found, const struct results *done,
		       const char *why)
{
	for (const struct result *result = found->first; result; result = result->next)
		if (result->outcome.status == STATUS_OK && !act_result(done, result->argument))
			leave(act, result, why);
}

void act_tell_aside(struct act *act, bool decided)
{
	for (struct result *result = act->aside.first; decided && result; result = result->next) {
		const char *why = result->outcome.message;

		if (result->outcome.status == STATUS_OK)
			continue;
		outcome_succeed(&result->outcome, NULL);
		result_warn(result, FENCE_WARN_ARBITER, why);
	}
	act_tell_all(act, &act->aside);
	act_aside_clear(act);
}

struct result *act_result(const struct results *results, const char *argument)
{
	struct result *result = results->first;

	while (result && strcmp(result->argument, argument) != 0)
		result = result->next;
	return result;
}

/*
 * Warns of each unknown host on @result. The node in question is expected there, with its own key.
 */
static void unknown_hosts_tell(const struct hosts *hosts, struct result *result)
{
	const struct fence *fence = hosts->fence;
	const char *why;

	for (size_t i = 0; i < result->state.count; i++) {
		const struct registrant *registrant = &result->state.registrants[i];

		if (registrant->key == fence->plug && fence->plug != fence->key)
			continue;
		if (hosts_judge(hosts, result, &result->state, registrant, &why) == HOSTS_UNKNOWN)
			result_warn(result, "%s", why);
	}
	if (hosts_omitted_judge(hosts, result, &why))
		result_warn(result, "%s", why);
}

void act_report(struct act *act, struct results *results)
{
	const struct hosts hosts = { .fence = act->fence, .lists = { results } };

	for (struct result *result = results->first; result; result = result->next)
		if (result->outcome.status == STATUS_OK)
			unknown_hosts_tell(&hosts, result);
}

/* Whether a host remains on @result that may be the node with another key. */
static bool has_unknown(const struct hosts *hosts, struct result *result)
{
	const char *why;

	for (size_t i = 0; i < result->state.count; i++)
		if (hosts_judge(hosts, result, &result->state, &result->state.registrants[i],
				&why) == HOSTS_UNKNOWN)
			return true;
	return false;
}

/*
 * A node is off if its key is gone from all devices and each is reserved, so that it cannot write
 * to any; it is on if it may write to one of them. What cannot be read may be either. So may a node
 * whose abort is not proven, or that may be registered with another key.
 */
enum fence_status fence_status_judge(const struct fence *fence, const struct results *results)
{
	const struct hosts hosts = { .fence = fence, .lists = { results } };
	bool unknown = !results->first, open = false;

	for (struct result *result = results->first; result; result = result->next) {
		if (result->outcome.status != STATUS_OK || result->state.source == SOURCE_NONE)
			unknown = true;
		else if (state_has_key(&result->state, fence->plug))
			return FENCE_OK;
		else
			open |= result->state.type == RESV_NONE;
		/* It is unknown which hosts a type keeps out that no standard defines. */
		unknown |= result->victim.known == ABORT_KNOWN_OPEN || result->victim.unread ||
			   result->state.type == RESV_OTHER ||
			   state_may_hide(&result->state) || has_unknown(&hosts, result);
	}
	if (unknown)
		return FENCE_FAILED;
	return open ? FENCE_OK : FENCE_IS_OFF;
}

/* What is known about the node whose status is requested. */
static void status_tell(struct act *act, struct result *result)
{
	const char *plug = describe_key(result->arena, act->fence->plug);
	bool there = state_has_key(&result->state, act->fence->plug);

	result->outcome.success = arena_printf(
		result->arena, there ? FENCE_DONE_REGISTERED : FENCE_DONE_NOT_REGISTERED, plug,
		describe_holding(result->arena, &result->state));
	if (!there && result->victim.known == ABORT_KNOWN_OPEN)
		result_warn(result, FENCE_WARN_ABORT_OPEN, plug);
}

static void look(struct act *act)
{
	struct request request = { .command = COMMAND_STATUS, .command_name = "status" };
	struct results results;

	request.victim = act->fence->plug;
	act_ask(act, &request, act->fence->devices, act->fence->device_count, act->deadline,
		&results);
	for (struct result *result = results.first; result; result = result->next)
		if (result->outcome.status == STATUS_OK)
			status_tell(act, result);
	act_report(act, &results);
	act_tell_all(act, &results);
}

/* Keys as hosts, because the fencer accepts both as names of nodes. */
static void list(const struct key_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		printf("%s," KEY_FORMAT "\n", names->list[i].text, names->list[i].key);
}

static void tell(const struct act *act)
{
	const char *word = fence_action_word(act->fence->action);

	for (const struct result *result = act->told.first; result; result = result->next) {
		for (const struct note *note = act->fence->verbose ? result->trace : NULL; note;
		     note = note->next)
			fprintf(stderr, "fence_prctl: %s: %s\n", result->label, note->text);
		for (const struct note *note = result->warnings; note; note = note->next)
			fprintf(stderr, "fence_prctl: %s: warning: %s\n", result->label,
				fence_message(result->arena, note->text));
		if (result->outcome.status != STATUS_OK)
			fprintf(stderr, "fence_prctl: %s: %s: %s: %s\n", result->label,
				step_word(result->outcome.step, word),
				status_word(result->outcome.status),
				fence_message(result->arena, result->outcome.message));
		else if (result->outcome.success)
			printf("%s: %s\n", result->label, result->outcome.success);
	}
}

void act_audit(struct act *act, const struct results *results, const char *command, uint64_t victim)
{
	const struct request request = { .key = act->fence->key, .victim = victim };
	size_t lost;
	int err = audit_send(&request, results, command, act->deadline, &lost);

	if (err)
		fprintf(stderr, "fence_prctl: warning: " WARN_LOG "\n", lost, strerror(-err));
}

enum fence_status fence_act(const struct fence *fence, struct arena *arena)
{
	struct act act = { .fence = fence, .told = { .arena = arena } };

	act.told.end = &act.told.first;
	act_aside_clear(&act);
	/* The first request handles a signal that comes during the delay. */
	if (fence->action == FENCE_OFF && fence->delay)
		(void)supervise_signal_wait(fence->delay);
	act.deadline = clock_now() + fence->timeout;
	switch (fence->action) {
	case FENCE_OFF:
		off(&act);
		act_audit(&act, &act.told, "fence-off", fence->plug);
		break;
	case FENCE_ON:
		on(&act);
		act_audit(&act, &act.told, "fence-on", 0);
		break;
	case FENCE_STATUS:
		look(&act);
		break;
	case FENCE_MONITOR:
		monitor(&act);
		break;
	case FENCE_VALIDATE_ALL:
		validate(&act);
		break;
	case FENCE_WATCHDOG:
		watchdog(&act);
		break;
	case FENCE_LIST:
		list(fence->names);
		return FENCE_OK;
	case FENCE_METADATA:
		return fence_metadata_write(stdout) ? FENCE_FAILED : FENCE_OK;
	case FENCE_ACTION_COUNT:
		return FENCE_OK;
	}
	tell(&act);
	if (act.failed)
		return FENCE_FAILED;
	if (fence->action == FENCE_STATUS)
		return fence_status_judge(fence, &act.told);
	if (fence->action == FENCE_WATCHDOG)
		return watchdog_judge(&act.told);
	return act.told.first && results_status(&act.told) == STATUS_OK ? FENCE_OK : FENCE_FAILED;
}
