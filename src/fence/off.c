// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The action off. Two nodes that have lost sight of each other fence each other, and both must not
 * win half of the LUNs each: so one LUN, or most of several arbiters, must be won first. A node
 * that loses its key there does not go on.
 */
#include "fence/act.h"
#include "fence/race.h"
#include "fence/removal.h"
#include "model/describe.h"
#include "model/messages.h"
#include "model/state.h"

/*
 * Each device was read after its own change. After the last change all are read once more, so that
 * the node is shut out of all at the same time.
 */
static void read_again(struct act *act)
{
	struct request request = { .command = COMMAND_STATUS, .command_name = "fence" };
	struct results again;
	size_t count;
	const char **devices = act_devices(act, &act->reported, NULL, &count);

	act_request(act, &request, devices, count, act->deadline, &again);
	for (struct result *now = again.first; now; now = now->next) {
		struct result *reported = act_result(&act->reported, now->argument);

		reported->state = now->state;
		if (now->outcome.status == STATUS_OK)
			removal_judge(act, reported, &now->state);
		else
			result_fail(reported,
				    FENCE_FAIL_READ_AGAIN(now->outcome.status, now->outcome.reason),
				    fence_read_failed(reported->arena, now->outcome.message));
	}
}

/*
 * Whether the list of @result, which may omit the holder, omits nobody: this node is listed, and
 * holds the reservation. A RESERVE of the same type shows it, because it is a conflict for all
 * others (SPC-4 5.13.10, NVMe 1.4 8.8.5). The state that was read after it is the newest one.
 */
static bool holder_is_listed(struct act *act, struct result *result)
{
	struct request request = { .command = COMMAND_RESERVE,
				   .command_name = "fence",
				   .type = act->fence->type };
	const char *device = result->argument;
	struct results again;

	if (result->state.type != act->fence->type ||
	    state_own_has(&result->state, act->fence->key) != TRI_YES)
		return false;
	act_request(act, &request, &device, 1, act->deadline, &again);
	if (!again.first || again.first->outcome.status != STATUS_OK)
		return false;
	result->state = again.first->state;
	return true;
}

/* Each host on a device must be known. @warns: warns of each one for which there are no names. */
static void registrants_judge(const struct hosts *hosts, struct result *result, bool warns)
{
	const struct resv_state *state = &result->state;
	const char *why;

	for (size_t i = 0; i < state->count && result->outcome.status == STATUS_OK; i++) {
		switch (hosts_judge(hosts, result, state, &state->registrants[i], &why)) {
		case HOSTS_KNOWN:
			break;
		case HOSTS_NO_NAMES:
			if (warns)
				result_warn(result, "%s", why);
			break;
		case HOSTS_UNKNOWN:
			result_fail(result, FENCE_FAIL_HOST_UNKNOWN, why);
			break;
		}
	}
}

/* A host that the list omits may be the victim with another key. */
static void omitted_judge(struct act *act, const struct hosts *hosts, struct result *result)
{
	const char *why;
	enum hosts_identity identity = hosts_omitted_judge(hosts, result, &why);

	if (identity == HOSTS_KNOWN)
		return;
	if (holder_is_listed(act, result)) {
		removal_judge(act, result, &result->state);
		registrants_judge(hosts, result, false);
		return;
	}
	if (identity == HOSTS_NO_NAMES)
		result_warn(result, "%s", why);
	else
		result_fail(result, FENCE_FAIL_HOST_UNKNOWN, why);
}

/* Each host that remains on a device must be known: it may be the victim with another key. */
static void left_judge(struct act *act, const struct hosts *hosts, struct result *result)
{
	registrants_judge(hosts, result, true);
	if (result->outcome.status == STATUS_OK)
		omitted_judge(act, hosts, result);
}

/* What the LUNs that decide list now: a node that most of them do not list is fenced. */
static void deciding_set(struct fencing *fencing)
{
	struct arbiters *arbiters = &fencing->arbiters;
	const struct resv_state **states =
		arena_alloc(fencing->act->reported.arena, arbiters->count * sizeof(*states));

	fencing->act->failed |= !states;
	fencing->hosts.deciding = states;
	fencing->hosts.needed = arbiters->needed;
	for (size_t i = 0; states && i < arbiters->count; i++) {
		const struct arbiter *arbiter = &arbiters->list[i];
		const struct result *result = arbiter->result;

		if (fencing->act->fence->arbiter_count)
			result = act_result(&fencing->votes, arbiter->argument);
		if (result && result->outcome.status == STATUS_OK &&
		    result->state.source != SOURCE_NONE)
			states[fencing->hosts.deciding_count++] = &result->state;
	}
}

/*
 * Whether this node still has won most of the arbiters, as they were read last; an arbiter that has
 * lost this node's key since fails.
 */
static bool has_won(struct fencing *fencing)
{
	struct act *act = fencing->act;
	size_t won = 0;

	for (size_t i = 0; i < fencing->arbiters.count; i++) {
		struct result *result =
			act_result(&act->reported, fencing->arbiters.list[i].argument);

		if (!result || result->outcome.status != STATUS_OK)
			continue;
		if (state_host_has(&result->state, act->fence->key))
			won++;
		else
			result_fail(result, FENCE_FAIL_ARBITER_LEFT,
				    describe_key(result->arena, act->fence->key),
				    describe_holding(result->arena, &result->state));
	}
	return won >= fencing->arbiters.needed;
}

/* The arbiters that were won before it was known who is fenced: removes those nodes there, too. */
static void won_clean(struct fencing *fencing, struct results *reported)
{
	struct act *act = fencing->act;
	struct arena *arena = act->reported.arena;
	struct removals removals = { .end = &removals.first };
	bool enough = true;

	for (const struct result *result = reported->first; enough && result;
	     result = result->next) {
		const struct arbiter *arbiter = arbiters_get(&fencing->arbiters, result->argument);

		if (!arbiter || arbiter->result != result || result->outcome.status != STATUS_OK)
			continue;
		enough = removals_add_missing(arena, &removals, result->argument, &fencing->hosts,
					      &result->state);
	}
	act->failed |= !enough;
	if (enough)
		removals_do(act, &removals, act_share(act, 1, 2), reported);
}

/* Fences on all LUNs that are left, and reads all of them again. */
static void finish(struct fencing *fencing)
{
	struct act *act = fencing->act;
	bool by_arbiters = act->fence->arbiter_count != 0, all_ok;
	size_t count;
	const char **others = race_others(fencing, &count);
	struct results rest;

	deciding_set(fencing);
	if (count)
		removal_of_victim(act, &fencing->hosts, others, count, act_share(act, 3, 4), &rest);
	if (by_arbiters) {
		won_clean(fencing, &act->reported);
		won_clean(fencing, &act->arbiters_only);
	}
	if (count)
		arbiters_report(act, &fencing->arbiters, &rest);
	all_ok = !act->failed && results_status(&act->reported) == STATUS_OK;
	/* From here on act->reported goes on with act->arbiters_only: all are read and judged. */
	*act->reported.end = act->arbiters_only.first;
	/* If one has failed, the node is not fenced, whatever the others hold by now. */
	if (all_ok && (count || by_arbiters))
		read_again(act);
	for (struct result *result = act->reported.first; result; result = result->next)
		left_judge(act, &fencing->hosts, result);
	if (by_arbiters && !act->failed)
		act->failed = !has_won(fencing);
}

void act_off(struct act *act)
{
	struct fencing fencing = { .act = act, .hosts = { .fence = act->fence } };
	size_t won;

	if (race_begin(&fencing)) {
		fencing.hosts.lists[0] = &fencing.seen;
		fencing.hosts.lists[1] = &act->reported;
		fencing.hosts.lists[2] = &act->arbiters_only;
		won = race_run(&fencing);
		if (act->failed || won < fencing.arbiters.needed)
			race_lost(&fencing, won);
		else
			finish(&fencing);
	}
	act_report_arbiters(act, !act->failed);
}
