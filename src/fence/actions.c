// SPDX-License-Identifier: GPL-2.0-or-later
/* The actions of the fence agent: which function does each, its report and its exit status. */
#include <inttypes.h>

#include "fence/act.h"
#include "fence/hosts.h"
#include "fence/output.h"
#include "fence/unlisted.h"
#include "fence/watchdog.h"
#include "job/supervise.h"
#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"
#include "util/clock.h"

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
	if (unknown || hosts_unheard_of(&hosts, results->arena))
		return FENCE_FAILED;
	return open ? FENCE_OK : FENCE_IS_OFF;
}

/* What is known about the node whose status is requested. */
static void status_report(struct act *act, struct result *result)
{
	const char *plug = describe_key(result->arena, act->fence->plug);
	bool there = state_has_key(&result->state, act->fence->plug);

	result->outcome.success = arena_printf(
		result->arena, there ? FENCE_DONE_REGISTERED : FENCE_DONE_NOT_REGISTERED, plug,
		describe_holding(result->arena, &result->state));
	if (!there && result->victim.known == ABORT_KNOWN_OPEN)
		result_warn(result, FENCE_WARN_ABORT_OPEN, plug);
}

/* The action status: reads the devices. */
static void status(struct act *act)
{
	struct request request = { .command = COMMAND_STATUS, .command_name = "status" };
	struct results results;
	const struct hosts hosts = { .fence = act->fence, .lists = { &results } };
	const char *unheard;

	request.victim = act->fence->plug;
	act_request(act, &request, act->fence->devices, act->fence->device_count, act->deadline,
		    &results);
	for (struct result *result = results.first; result; result = result->next)
		if (result->outcome.status == STATUS_OK)
			status_report(act, result);
	act_warn_of_hosts(act, &results);
	unheard = hosts_unheard_of(&hosts, act->reported.arena);
	if (unheard && results.first)
		result_warn(results.first, "%s", unheard);
	act_report_all(act, &results);
	unlisted_report(act, &act->reported);
}

/* Keys as hosts, because the fencer accepts both as names of nodes. */
static void list(const struct key_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		printf("%s," KEY_FORMAT "\n", names->list[i].text, names->list[i].key);
}

static void print(const struct act *act)
{
	const char *word = fence_action_word(act->fence->action);

	for (const struct result *result = act->reported.first; result; result = result->next) {
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

/* The actions that use devices. */
static const struct {
	void (*run)(struct act *act);
	const char *audit; /* its command in the system log; NULL: it changes nothing */
} actions[FENCE_ACTION_COUNT] = {
	[FENCE_OFF] = { act_off, "fence-off" },
	[FENCE_ON] = { act_on, "fence-on" },
	[FENCE_STATUS] = { status, NULL },
	[FENCE_MONITOR] = { act_monitor, NULL },
	[FENCE_VALIDATE_ALL] = { act_validate, NULL },
	[FENCE_WATCHDOG] = { act_watchdog, NULL },
};

/* The exit status of the action, as its results say. */
static enum fence_status outcome(const struct act *act)
{
	if (act->failed)
		return FENCE_FAILED;
	if (act->fence->action == FENCE_STATUS)
		return fence_status_judge(act->fence, &act->reported);
	if (act->fence->action == FENCE_WATCHDOG)
		return watchdog_judge(&act->reported);
	return act->reported.first && results_status(&act->reported) == STATUS_OK ? FENCE_OK
										  : FENCE_FAILED;
}

enum fence_status fence_act(const struct fence *fence, struct arena *arena)
{
	struct act act = { .fence = fence, .reported = { .arena = arena } };
	bool off = fence->action == FENCE_OFF;

	if (!actions[fence->action].run)
		output_wait(OUTPUT_FOREVER);
	if (fence->action == FENCE_METADATA)
		return fence_metadata_write(stdout) ? FENCE_FAILED : FENCE_OK;
	if (!actions[fence->action].run) {
		list(fence->names);
		return FENCE_OK;
	}
	act.reported.end = &act.reported.first;
	act_arbiters_clear(&act);
	/* The first request handles a signal that comes during the delay. */
	if (off && fence->delay)
		(void)supervise_signal_wait(fence->delay);
	act.deadline = clock_now() + fence->timeout;
	actions[fence->action].run(&act);
	if (actions[fence->action].audit)
		act_audit(&act, &act.reported, actions[fence->action].audit, off ? fence->plug : 0);
	output_wait(act.signal ? 0 : act.deadline - clock_now());
	print(&act);
	return outcome(&act);
}
