// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The action watchdog, for watchdog(8): was this node fenced, so that it must be restarted? It
 * needs no parameter, because the store knows what the action "on" has registered in this boot. If
 * it is not certain, the answer is no: a healthy node must not be restarted.
 */
#include <string.h>

#include "fence/act.h"
#include "fence/own_registration.h"
#include "fence/recorded.h"
#include "fence/watchdog.h"
#include "model/describe.h"
#include "model/messages.h"
#include "store/store.h"
#include "util/clock.h"

#define READINGS 3 /* number of readings before a key counts as removed */
#define PAUSE (CLOCK_SECOND / 2) /* pause between two of them */

bool watchdog_is_fenced(const struct fence *fence, const struct own_registration *own,
			const char *wwid)
{
	const struct result *seen = own->seen;

	/*
	 * A disk that does not answer proves nothing, nor does a different disk with the same name.
	 */
	return own->unfenced && own->registered && seen->outcome.status == STATUS_OK &&
	       seen->state.source != SOURCE_NONE && seen->lun.wwid &&
	       strcmp(seen->lun.wwid, wwid) == 0 && own_registration_listed(fence, own) == TRI_NO;
}

struct lun_records *watchdog_lun(struct lun_records *luns, size_t count, const struct result *seen)
{
	for (size_t i = 0; seen->lun.wwid && i < count; i++)
		if (strcmp(luns[i].wwid, seen->lun.wwid) == 0)
			return &luns[i];
	return NULL;
}

/*
 * Whether the target has lost every registration itself: a loss of power sets the generation to 0
 * (SPC-4 5.12.7), and a target without APTPL keeps nothing. A fence leaves the other node
 * registered.
 */
static bool has_lost_all(const struct resv_state *state)
{
	return state->count == 0 && state->generation == 0;
}

static const char *lost_note(struct arena *arena, struct lun_records *lun, void *data)
{
	const bool *lost = data;

	(void)arena;
	lun->is_lost = *lost;
	return NULL;
}

/*
 * Whether the target has lost this node's key, now or at an earlier check: then no fence can remove
 * it until this node has registered again. The first node that registers again there makes the list
 * look like that after a fence, so it is recorded.
 */
static bool is_lost(const struct act *act, const struct own_registration *own,
		    struct lun_records *lun)
{
	const struct result *seen = own->seen;
	bool lost = lun->is_lost || has_lost_all(&seen->state);

	if (seen->outcome.status != STATUS_OK || seen->state.source == SOURCE_NONE)
		return false;
	lost &= own_registration_listed(act->fence, own) != TRI_YES;
	/* If it cannot be recorded, the next check finds the same, unless a node is faster. */
	if (lost != lun->is_lost)
		(void)store_change(&store_system, act->reported.arena, lun->wwid, lost_note, &lost);
	lun->is_lost = lost;
	return lost;
}

/* Sets each of @seen that has lost this node's key to failed. Returns whether one has. */
static bool judge(struct act *act, struct lun_records *luns, size_t count,
		  struct results *seen)
{
	struct own_registration *registrations;
	size_t all = own_registrations_read(act->reported.arena, seen, &registrations);
	bool fenced = false;

	act->failed |= !registrations;
	for (size_t i = 0; registrations && i < all; i++) {
		struct result *result = act_result(seen, registrations[i].seen->argument);
		struct lun_records *lun = watchdog_lun(luns, count, result);

		if (!lun || is_lost(act, &registrations[i], lun) ||
		    !watchdog_is_fenced(act->fence, &registrations[i], lun->wwid))
			continue;
		fenced = true;
		result_fail(result, FENCE_FAIL_WATCHDOG, describe_key(result->arena, lun->own),
			    describe_holding(result->arena, &result->state));
	}
	return fenced;
}

/* The LUNs on which "on" has registered this node, and that have a name. */
static size_t luns_choose(struct lun_records *luns, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (luns[i].own && luns[i].names[0])
			luns[kept++] = luns[i];
	return kept;
}

void act_watchdog(struct act *act)
{
	struct request status = { .command = COMMAND_STATUS, .command_name = "watchdog" };
	struct results seen = { .arena = act->reported.arena, .end = &seen.first };
	struct lun_records *luns;
	size_t count = store_luns(&store_system, act->reported.arena, &luns);
	const char **devices;
	bool fenced = true;

	act->failed |= !luns;
	count = act->failed ? 0 : luns_choose(luns, count);
	devices = recorded_devices(act, status.command_name, luns, count);
	/* A key may be missing for a moment while its node registers it again. */
	for (int left = READINGS; left && count && fenced && !act->failed; left--) {
		if (left < READINGS)
			clock_sleep(PAUSE);
		act_request(act, &status, devices, count, act_share(act, 1, left), &seen);
		fenced = judge(act, luns, count, &seen);
	}
	act_report_all(act, &seen);
}

enum fence_status watchdog_judge(const struct results *results)
{
	for (const struct result *result = results->first; result; result = result->next)
		if (result->outcome.status == STATUS_CONFLICT &&
		    result->outcome.reason == REASON_KEY_NOT_REGISTERED)
			return FENCE_IS_OFF;
	return FENCE_OK;
}
