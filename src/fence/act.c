// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/act.h"

#include <errno.h>
#include <string.h>

#include "fence/hosts.h"
#include "job/audit.h"
#include "job/expected.h"
#include "job/supervise.h"
#include "model/describe.h"
#include "model/messages.h"
#include "util/clock.h"

/* For each device: the action was stopped, or its time was over, before the request was begun. */
static void unsent(struct act *act, const char **devices, size_t count, struct results *results)
{
	for (size_t i = 0; i < count; i++) {
		struct result *result = result_add(results, devices[i]);

		if (result && act->signal)
			result_fail(result, FENCE_FAIL_STOPPED_BY_SIGNAL,
				    sigabbrev_np(act->signal));
		else if (result)
			result_fail(result, FENCE_FAIL_NO_TIME);
	}
}

void act_request(struct act *act, struct request *request, const char **devices, size_t count,
		 int64_t end, struct results *results)
{
	int64_t now = clock_now();
	int err = 0;

	*results = (struct results){ .arena = act->reported.arena, .end = &results->first };
	request->key = request->key ? request->key : act->fence->key;
	request->timeout = end - now;
	request->jobs = 64;
	request->quiet = true;
	request->verbose = act->fence->verbose;
	request->names = act->fence->names;
	request->devices = devices;
	request->device_count = count;
	if (act->signal || end <= now)
		unsent(act, devices, count, results);
	else if (!expected_require(act->expected, act->reported.arena, request))
		err = -ENOMEM;
	else if (count)
		err = supervise(request, now, results);
	if (!expected_remember(&act->expected, act->reported.arena, results))
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

int64_t act_share_before(int64_t end, size_t followers)
{
	int64_t now = clock_now();

	return end > now ? now + (end - now) / (int64_t)(followers + 1) : end;
}

void act_arbiters_clear(struct act *act)
{
	act->arbiters_only =
		(struct results){ .arena = act->reported.arena, .end = &act->arbiters_only.first };
}

void act_report_all(struct act *act, struct results *results)
{
	results_join(&act->reported, results);
}

const char **act_device_list(struct act *act, size_t count)
{
	const char **list = arena_alloc(act->reported.arena, (count + 1) * sizeof(*list));

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
	list = act_device_list(act, all);
	*count = 0;
	for (const struct result *result = results->first; list && result; result = result->next) {
		if (result == left_out || result->outcome.status != STATUS_OK)
			continue;
		list[(*count)++] = result->argument;
	}
	return list;
}

void act_report_failed(struct act *act, struct results *results)
{
	struct result **link = &results->first, *result;

	while ((result = *link)) {
		if (result->outcome.status == STATUS_OK) {
			link = &result->next;
			continue;
		}
		*link = result->next;
		results_link(&act->reported, result);
	}
	results->end = link;
}

static void unsent_report(struct act *act, const struct result *result, const char *why)
{
	struct result *copy = result_append(&act->reported, result->spare, result->argument);

	copy->lun = result->lun;
	result_fail(copy, FENCE_FAIL_NOT_ATTEMPTED, why);
}

void act_report_unsent(struct act *act, const struct results *found, const struct result *first,
		       const char *why)
{
	for (const struct result *result = found->first; result; result = result->next)
		if (result != first && result->outcome.status == STATUS_OK)
			unsent_report(act, result, why);
}

void act_report_untried(struct act *act, const struct results *found, const struct results *done,
			const char *why)
{
	for (const struct result *result = found->first; result; result = result->next)
		if (result->outcome.status == STATUS_OK && !act_result(done, result->argument))
			unsent_report(act, result, why);
}

void act_report_arbiters(struct act *act, bool decided)
{
	for (struct result *result = act->arbiters_only.first; decided && result;
	     result = result->next) {
		const char *why = result->outcome.message;

		if (result->outcome.status == STATUS_OK)
			continue;
		outcome_succeed(&result->outcome, NULL);
		result_warn(result, FENCE_WARN_ARBITER, why);
	}
	act_report_all(act, &act->arbiters_only);
	act_arbiters_clear(act);
}

struct result *act_result(const struct results *results, const char *argument)
{
	struct result *result = results->first;

	while (result && strcmp(result->argument, argument) != 0)
		result = result->next;
	return result;
}

/*
 * Whether the action warns of a host of @identity. Without names every other host is unknown: off
 * and monitor say so, and status, which may seem to prove more; for "on" it is no news.
 */
static bool is_warned_of(const struct fence *fence, enum hosts_identity identity)
{
	return identity == HOSTS_UNKNOWN ||
	       (identity == HOSTS_NO_NAMES && fence->action == FENCE_STATUS);
}

/*
 * Warns of each unknown host on @result. The node in question is expected there, with its own key.
 */
static void warn_of_unknown_hosts(const struct hosts *hosts, struct result *result)
{
	const struct fence *fence = hosts->fence;
	const char *why;

	for (size_t i = 0; i < result->state.count; i++) {
		const struct registrant *registrant = &result->state.registrants[i];

		if (registrant->key == fence->plug && fence->plug != fence->key)
			continue;
		if (is_warned_of(fence, hosts_judge(hosts, result, &result->state, registrant,
						    &why)))
			result_warn(result, "%s", why);
	}
	if (hosts_omitted_judge(hosts, result, &why))
		result_warn(result, "%s", why);
}

void act_warn_of_hosts(struct act *act, struct results *results)
{
	const struct hosts hosts = { .fence = act->fence, .lists = { results } };

	for (struct result *result = results->first; result; result = result->next)
		if (result->outcome.status == STATUS_OK)
			warn_of_unknown_hosts(&hosts, result);
}

void act_audit(struct act *act, const struct results *results, const char *command, uint64_t victim)
{
	const struct request request = { .key = act->fence->key, .victim = victim };
	size_t lost;
	int err = audit_send(&request, results, command, act->deadline, &lost);

	if (err)
		fprintf(stderr, "fence_prctl: warning: " WARN_LOG "\n", lost, strerror(-err));
}
