// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The actions monitor and validate-all. monitor reports whether a fence would succeed if another
 * node hung now, so it checks what off needs.
 */
#include "fence/monitor.h"

#include "fence/act.h"
#include "fence/arbiters.h"
#include "fence/deciding.h"
#include "fence/hosts.h"
#include "fence/unlisted.h"
#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"
#include "pr/abort.h"
#include "util/clock.h"

#define READINGS 4 /* readings before a failure is reported, spread over half of the time */

bool monitor_is_member(const struct own_registration *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].unfenced)
			return true;
	return false;
}

/*
 * Fails @result if this node could not preempt on its LUN. Returns whether this node may be in the
 * process of registering there.
 */
static bool own_judge(const struct fence *fence, struct result *result, bool fenced)
{
	const struct resv_state *state = &result->state;
	const char *key = describe_key(result->arena, fence->key);

	if (fence->key && state_host_has(state, fence->key))
		return false;
	if (!fence->key)
		result_fail(result, FENCE_FAIL_MONITOR_NO_KEY);
	else if (state_may_omit(state))
		result_fail(result, FENCE_FAIL_MONITOR_OMITTED, key,
			    describe_holding(result->arena, state));
	else if (fenced)
		result_fail(result, FENCE_FAIL_MONITOR_FENCED, key,
			    describe_holding(result->arena, state));
	else
		result_fail(result, FENCE_FAIL_MONITOR_NOT_IN, key,
			    describe_holding(result->arena, state));
	return fence->key && !fenced;
}

void monitor_hosts_judge(const struct hosts *hosts, struct result *result)
{
	const struct resv_state *state = &result->state;
	const char *why;

	for (size_t i = 0; i < state->count && result->outcome.status == STATUS_OK; i++)
		if (hosts_judge(hosts, result, state, &state->registrants[i], &why) ==
		    HOSTS_UNKNOWN)
			result_fail(result, FENCE_FAIL_MONITOR_HOST, why);
}

/* The same, and warns of each host that no name can account for. */
static void hosts_check(const struct hosts *hosts, struct result *result)
{
	const struct resv_state *state = &result->state;
	const char *why;

	monitor_hosts_judge(hosts, result);
	for (size_t i = 0; i < state->count && result->outcome.status == STATUS_OK; i++)
		if (hosts_judge(hosts, result, state, &state->registrants[i], &why) ==
		    HOSTS_NO_NAMES)
			result_warn(result, "%s", why);
	if (result->outcome.status == STATUS_OK && hosts_omitted_judge(hosts, result, &why))
		result_warn(result, "%s", why);
}

/* Warns of each path of a map by which this node cannot write, although it is registered. */
static void paths_check(const struct fence *fence, struct result *result)
{
	for (const struct result *path = result->paths; path; path = path->next)
		if (state_path_has(&result->state, path, fence->key) == TRI_NO)
			result_warn(result, FENCE_WARN_PATH_WITHOUT_KEY,
				    describe_key(result->arena, fence->key), path->lun.node);
}

/* A key of another node that is in @from, and that @to lacks; 0 if there is none. */
static uint64_t key_missing(const struct fence *fence, const struct resv_state *from,
			    const struct resv_state *to)
{
	for (size_t i = 0; i < from->count; i++) {
		uint64_t key = from->registrants[i].key;

		if (key && key != fence->key && from->registrants[i].this_host != TRI_YES &&
		    state_lacks(to, key))
			return key;
	}
	return 0;
}

/*
 * Fails if another node is registered only on the LUN that decides, or everywhere except there: its
 * fence would fail. Returns whether there is one.
 */
static bool others_judge(const struct fence *fence, struct result *result,
			 const struct result *first)
{
	uint64_t key = key_missing(fence, &first->state, &result->state);

	if (key) {
		result_fail(result, FENCE_FAIL_MONITOR_OTHER, describe_key(result->arena, key),
			    first->label);
		return true;
	}
	key = key_missing(fence, &result->state, &first->state);
	if (key)
		result_fail(result, FENCE_FAIL_MONITOR_OTHER_HERE, describe_key(result->arena, key),
			    first->label);
	return key != 0;
}

/* Judges one LUN. Returns whether its failure may be temporary. */
static bool lun_judge(const struct hosts *hosts, struct result *result, const struct result *first,
		      bool fenced)
{
	bool may_pass = own_judge(hosts->fence, result, fenced);

	if (result->outcome.status == STATUS_OK)
		hosts_check(hosts, result);
	if (result->outcome.status != STATUS_OK)
		return may_pass;
	paths_check(hosts->fence, result);
	if (result->state.type == RESV_NONE) {
		result_fail(result, FENCE_FAIL_MONITOR_NOT_RESERVED);
		return true;
	}
	if (result->state.type == RESV_OTHER) {
		result_fail(result, FENCE_FAIL_MONITOR_TYPE,
			    describe_holding(result->arena, &result->state));
		return false;
	}
	return first && result != first && first->state.source != SOURCE_NONE &&
	       others_judge(hosts->fence, result, first);
}

bool monitor_judge(const struct fence *fence, struct results *seen,
		   const struct own_registration *list, size_t count, const struct result *first)
{
	const struct hosts hosts = { .fence = fence, .lists = { seen } };
	const struct own_registration *lost = own_registrations_fenced(fence, list, count, first);
	bool fenced = lost && !lost->unread && own_registration_listed(fence, lost) == TRI_NO;
	bool may_pass = false;

	for (struct result *result = seen->first; result; result = result->next)
		if (result->outcome.status == STATUS_OK)
			may_pass |= lun_judge(&hosts, result, first, fenced);
	return may_pass;
}

void monitor_outsider_judge(const struct fence *fence, struct results *seen)
{
	const struct hosts hosts = { .fence = fence, .lists = { seen } };

	for (struct result *result = seen->first; result; result = result->next) {
		const struct resv_state *state = &result->state;
		const char *why;

		for (size_t i = 0; i < state->count && result->outcome.status == STATUS_OK; i++)
			if (fence->key && state->registrants[i].key == fence->key &&
			    state->registrants[i].this_host == TRI_NO &&
			    hosts_judge(&hosts, result, state, &state->registrants[i], &why) ==
				    HOSTS_UNKNOWN)
				result_fail(result, FENCE_FAIL_MONITOR_HOST, why);
	}
}

void monitor_proof_check(const struct request *request, struct results *seen)
{
	for (struct result *result = seen->first; result; result = result->next) {
		const char *why = result->outcome.status == STATUS_OK
					  ? abort_obstacle(request, result)
					  : NULL;

		if (why)
			result_fail(result, FENCE_FAIL_MONITOR_NO_PROOF, why);
	}
}

/* Reads everything once. Returns whether a fence would fail for a reason that may be temporary. */
static bool luns_read(struct act *act, struct results *seen)
{
	struct request status = { .command = COMMAND_STATUS,
				  .command_name = "monitor",
				  .fence = true };
	struct own_registration *registrations;
	bool all, may_pass, one_decides = !act->fence->arbiter_count;
	size_t count;

	act_request(act, &status, act->fence->devices, act->fence->device_count, act->deadline,
		    seen);
	monitor_proof_check(&status, seen);
	count = own_registrations_read(act->reported.arena, seen, &registrations);
	if (!registrations) {
		act->failed = true;
		return false;
	}
	if (!monitor_is_member(registrations, count)) {
		monitor_outsider_judge(act->fence, seen);
		act_warn_of_hosts(act, seen);
		return !one_decides && monitor_arbiters(act, seen, false);
	}
	all = results_status(seen) == STATUS_OK;
	/* If arbiters decide, what is missing on a shared disk does not show that it was fenced. */
	may_pass = monitor_judge(act->fence, seen, registrations, one_decides ? count : 0,
				 all && one_decides ? deciding_first(seen) : NULL);
	if (!one_decides)
		may_pass |= monitor_arbiters(act, seen, true);
	return all && may_pass;
}

/* Whether time for a reading is left after @pause. */
static bool has_time(const struct act *act, int64_t pause)
{
	return act->deadline - clock_now() > 2 * pause;
}

void act_monitor(struct act *act)
{
	struct results seen;
	int64_t pause;
	bool again;

	/* This node or another one may be registering just now. */
	pause = (act_share(act, 1, 2) - clock_now()) / (READINGS - 1);
	again = luns_read(act, &seen);
	for (int i = 1; again && i < READINGS && !act->failed && has_time(act, pause); i++) {
		clock_sleep(pause);
		act_arbiters_clear(act);
		again = luns_read(act, &seen);
	}
	act_report_all(act, &seen);
	unlisted_report(act, &act->reported);
	act_report_arbiters(act, act->arbiters_ok && !act->failed);
}

/*
 * Whether @result can be fenced on no node: a disk that is missing may appear later, or exist on
 * another node.
 */
static bool is_wrong(const struct result *result)
{
	return result->outcome.reason != REASON_NOT_FOUND &&
	       result->outcome.reason != REASON_NO_PRIVILEGE &&
	       result->outcome.reason != REASON_PATH;
}

void act_validate(struct act *act)
{
	struct request resolve = { .command = COMMAND_PREEMPT_ABORT,
				   .command_name = "validate-all",
				   .resolve_only = true };
	struct results found;
	struct arbiters arbiters;

	act_request(act, &resolve, act->fence->devices, act->fence->device_count, act->deadline,
		    &found);
	if (!arbiters_find(act, resolve, &found, &arbiters))
		act->failed = true;
	for (struct result *result = found.first; result; result = result->next) {
		const char *why = result->outcome.message;

		if (result->outcome.status == STATUS_OK && result->lun.transport == TRANSPORT_NONE)
			result_fail(result, FAIL_NOT_A_DISK);
		if (result->outcome.status == STATUS_OK || is_wrong(result))
			continue;
		result->outcome = (struct outcome){ .status = STATUS_OK };
		result_warn(result, "%s", why);
	}
	act_report_all(act, &found);
	act_report_arbiters(act, !act->failed);
}
