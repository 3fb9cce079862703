// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/race.h"

#include "fence/deciding.h"
#include "fence/removal.h"
#include "fence/unlisted.h"
#include "model/messages.h"
#include "model/state.h"
#include "util/clock.h"
#include "util/text.h"

#define PAUSE_MAX (3 * CLOCK_SECOND) /* for another node that fences */

/* Reads the devices before the first preempt: which hosts are the victim's, and their keys. */
static void survey(struct fencing *fencing)
{
	struct act *act = fencing->act;
	struct request request = { .command = COMMAND_STATUS,
				   .command_name = "fence",
				   .victim = act->fence->plug,
				   .before_change = true };
	const char **devices;
	size_t count;

	devices = arbiters_devices(act, &fencing->arbiters, &fencing->found, &count);
	act_request(act, &request, devices, count, act_share(act, 1, 4), &fencing->seen);
}

/* Whether an arbiter that answers does not list this node. */
static bool is_missed(const struct fencing *fencing)
{
	const struct fence *fence = fencing->act->fence;

	for (size_t i = 0; i < fencing->arbiters.count; i++) {
		const struct result *seen =
			act_result(&fencing->seen, fencing->arbiters.list[i].argument);

		if (seen && seen->outcome.status == STATUS_OK &&
		    seen->state.source != SOURCE_NONE &&
		    !state_host_has(&seen->state, fence->key))
			return true;
	}
	return false;
}

/*
 * If an arbiter has removed this node, another node may be on its way to the next one. It goes
 * first: a race that begins later in the row may have no winner.
 */
static void give_way(struct fencing *fencing)
{
	int64_t pause = act_share(fencing->act, 1, 4) - clock_now();

	if (!is_missed(fencing))
		return;
	clock_sleep(pause < PAUSE_MAX ? pause : PAUSE_MAX);
	survey(fencing);
}

/* Why @arbiter, which is no shared disk, cannot vote for this node. */
static void not_counting_report(struct fencing *fencing, const struct arbiter *arbiter)
{
	const struct result *seen = act_result(&fencing->seen, arbiter->argument);
	struct result *copy =
		seen ? result_append(&fencing->act->arbiters_only, seen->spare, seen->argument)
		     : NULL;

	if (!copy)
		return;
	copy->lun = seen->lun;
	copy->state = seen->state;
	if (seen->outcome.status != STATUS_OK)
		outcome_take(&copy->outcome, &seen->outcome);
	else
		arbiters_refuse(copy, fencing->act->fence->key, false);
}

/*
 * Why the arbiters forbid this node to begin, as a clause; NULL: they do not. On one that is a
 * shared disk and answers, this node must be registered: it cannot fence there, so the other node
 * must win.
 */
static const char *arbiters_forbid(struct fencing *fencing)
{
	struct act *act = fencing->act;
	struct arbiters *arbiters = &fencing->arbiters;
	struct own_registration *registrations;
	size_t count = own_registrations_read(act->reported.arena, &fencing->seen, &registrations);
	size_t counting =
		arbiters_count(arbiters, act->fence, registrations, registrations ? count : 0);
	const char *gone = NULL;

	for (size_t i = 0; i < arbiters->count; i++) {
		const struct arbiter *arbiter = &arbiters->list[i];
		const struct result *seen = act_result(&fencing->seen, arbiter->argument);

		if (!arbiter->counts && !arbiter->is_shared)
			not_counting_report(fencing, arbiter);
		if (arbiter->is_shared && seen && seen->state.source != SOURCE_NONE &&
		    seen->outcome.status == STATUS_OK &&
		    !state_host_has(&seen->state, act->fence->key))
			gone = arbiter->argument;
	}
	if (gone)
		return arena_printf(act->reported.arena, FENCE_CAUSE_ARBITER_GONE,
				    text_line(act->reported.arena, gone));
	return counting < arbiters->needed
		       ? arena_printf(act->reported.arena, FENCE_CAUSE_ARBITERS_FEW, counting,
				      act->fence->arbiter_count, arbiters->needed)
		       : NULL;
}

/* The first LUN of those that were found is to decide. False: it may not. */
static bool first_choose(struct fencing *fencing)
{
	struct act *act = fencing->act;
	const struct result *first = deciding_first(&fencing->found);
	/*
	 * A LUN that was not found may be the one that the other node tries first: then each would
	 * win a part.
	 */
	const char *obstacle = deciding_obstacle(act, &fencing->found);

	if (obstacle) {
		act_report_unsent(act, &fencing->found, NULL, obstacle);
		return false;
	}
	fencing->first = (struct arbiter){
		.argument = first->argument, .lun = &first->lun, .is_shared = true, .counts = true
	};
	fencing->arbiters.list = &fencing->first;
	fencing->arbiters.count = 1;
	return true;
}

/* Why the victim's key may be mistyped, as a clause; NULL: it is known. */
static const char *victim_judge(struct fencing *fencing)
{
	const struct hosts hosts = { .fence = fencing->act->fence, .lists = { &fencing->seen } };

	return hosts_unheard_of(&hosts, fencing->act->reported.arena);
}

bool race_begin(struct fencing *fencing)
{
	struct act *act = fencing->act;
	struct request resolve = { .command = COMMAND_PREEMPT_ABORT,
				   .command_name = "fence",
				   .resolve_only = true };
	const char *why = NULL;

	act_request(act, &resolve, act->fence->devices, act->fence->device_count,
		    act_share(act, 1, 4), &fencing->found);
	if (!arbiters_find(act, resolve, &fencing->found, &fencing->arbiters))
		why = FENCE_CAUSE_ARBITERS_WRONG;
	unlisted_report(act, &fencing->found);
	act_report_failed(act, &fencing->found);
	if (!deciding_first(&fencing->found))
		return false;
	if (!act->fence->arbiter_count && !first_choose(fencing))
		return false;
	if (!why)
		survey(fencing);
	if (!why && act->fence->arbiter_count) {
		give_way(fencing);
		why = arbiters_forbid(fencing);
	}
	if (!why)
		why = victim_judge(fencing);
	if (!why)
		return true;
	act_report_unsent(act, &fencing->found, NULL, why);
	act->failed = true;
	return false;
}

const char **race_others(struct fencing *fencing, size_t *count)
{
	size_t all;
	const char **devices =
		arbiters_devices(fencing->act, &fencing->arbiters, &fencing->found, &all);

	*count = 0;
	for (size_t i = 0; devices && i < all; i++) {
		const struct arbiter *arbiter = arbiters_get(&fencing->arbiters, devices[i]);

		if (!arbiter || (!arbiter->is_tried && (arbiter->is_shared || arbiter->counts)))
			devices[(*count)++] = devices[i];
	}
	return devices;
}

/* Fences on the LUN of @arbiter alone, until @end. */
static void arbiter_try(struct fencing *fencing, struct arbiter *arbiter, int64_t end)
{
	struct act *act = fencing->act;
	struct results done;

	arbiter->is_tried = true;
	removal_of_victim(act, &fencing->hosts, &arbiter->argument, 1, end, &done);
	arbiter->result = done.first;
	if (done.first)
		removal_judge(act, done.first, &done.first->state);
	arbiters_report(act, &fencing->arbiters, &done);
}

/* Tries the LUNs that decide from *@at on, one after the other, until @tally is over. */
static void row_try(struct fencing *fencing, struct tally *tally, size_t *at)
{
	struct act *act = fencing->act;
	const struct arbiters *arbiters = &fencing->arbiters;
	struct arbiter *arbiter;
	size_t others;

	while ((arbiter = arbiters_next(arbiters, tally, at))) {
		int left = (int)(arbiters->needed - tally->won);

		race_others(fencing, &others);
		arbiter_try(fencing, arbiter,
			    others > 1 ? act_share(act, 2, 2 * left + 1) : act->deadline);
		if (act->failed || !arbiter->result)
			break;
		arbiters_tally(arbiters, tally, arbiter->result->outcome.status);
	}
}

static bool is_won(const struct arbiter *arbiter)
{
	return arbiter->result && arbiter->result->outcome.status == STATUS_OK;
}

/*
 * Reads the arbiters again. Returns how many this node still has won; *@unread: how many that it
 * had won do not answer. These fail, and are not read any more.
 */
static size_t confirm(struct fencing *fencing, size_t *unread)
{
	struct act *act = fencing->act;
	struct request request = { .command = COMMAND_STATUS, .command_name = "fence" };
	struct arbiters *arbiters = &fencing->arbiters;
	const char **devices = act_device_list(act, arbiters->count);
	size_t count = 0, won = 0;

	*unread = 0;
	for (size_t i = 0; devices && i < arbiters->count; i++)
		if (!arbiters->list[i].is_unread)
			devices[count++] = arbiters->list[i].argument;
	act_request(act, &request, devices, count, act_share(act, 1, 3), &fencing->votes);
	for (const struct result *now = fencing->votes.first; now; now = now->next) {
		struct arbiter *arbiter = arbiters_get(arbiters, now->argument);

		if (!arbiter || !is_won(arbiter))
			continue;
		if (now->outcome.status != STATUS_OK) {
			result_fail(arbiter->result,
				    FENCE_FAIL_READ_AGAIN(now->outcome.status, now->outcome.reason),
				    fence_read_failed(now->arena, now->outcome.message));
			arbiter->is_unread = true;
			(*unread)++;
			continue;
		}
		won += state_host_has(&now->state, act->fence->key) &&
		       state_lacks(&now->state, act->fence->plug);
	}
	return won;
}

size_t race_run(struct fencing *fencing)
{
	struct act *act = fencing->act;
	struct tally tally = { 0 };
	size_t at = 0, unread = 0;

	row_try(fencing, &tally, &at);
	while (act->fence->arbiter_count && !act->failed &&
	       tally.won >= fencing->arbiters.needed) {
		size_t tried = tally.won;

		tally = (struct tally){ .won = confirm(fencing, &unread) };
		/* If this node has lost one, another node has won it. */
		if (!unread || tally.won + unread != tried || act->failed)
			break;
		row_try(fencing, &tally, &at);
	}
	return tally.won;
}

void race_lost(struct fencing *fencing, size_t won)
{
	struct act *act = fencing->act;
	struct arbiters *arbiters = &fencing->arbiters;
	const struct arbiter *first = arbiters->list;
	struct results tried = { .arena = act->reported.arena, .end = &tried.first };
	const char *why;

	why = act->fence->arbiter_count
		      ? arena_printf(act->reported.arena, FENCE_CAUSE_ARBITERS_LOST, won,
				     act->fence->arbiter_count, arbiters->needed)
		      : arena_printf(act->reported.arena, FENCE_CAUSE_FIRST_LOST,
				     text_line(act->reported.arena, first->argument));
	for (size_t i = 0; i < arbiters->count; i++)
		if (arbiters->list[i].is_tried)
			result_add(&tried, arbiters->list[i].argument);
	act_report_untried(act, &fencing->found, &tried, why);
	act->failed |= act->fence->arbiter_count != 0;
}
