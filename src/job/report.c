// SPDX-License-Identifier: GPL-2.0-or-later
#include "job/report.h"

#include <string.h>
#include <sys/wait.h>

#include "model/coverage.h"
#include "model/describe.h"
#include "model/messages.h"

static const char *cause(const struct request *request, struct arena *arena,
			 const struct ending *ending)
{
	if (ending->died && ending->status && WIFSIGNALED(ending->status))
		return arena_printf(arena, CAUSE_DIED_OF, sigabbrev_np(WTERMSIG(ending->status)));
	if (ending->died && ending->status)
		return arena_printf(arena, CAUSE_ENDED_WITH, WEXITSTATUS(ending->status));
	if (ending->died)
		return CAUSE_DIED;
	if (ending->signal)
		return arena_printf(arena, CAUSE_INTERRUPTED_BY, sigabbrev_np(ending->signal));
	return arena_printf(arena, CAUSE_NO_ANSWER, (double)request->timeout / 1e9);
}

/*
 * The advice if a request was interrupted. If the time was over, a dead path is more likely than a
 * deadline that is too short.
 */
static const char *next_step(const struct ending *ending)
{
	return ending->died || ending->signal ? ADVICE_AGAIN : ADVICE_MORE_TIME;
}

/* The same, after a change was sent. */
static const char *next_check(const struct ending *ending)
{
	return ending->died || ending->signal ? ADVICE_CHECK : ADVICE_CHECK_LATER;
}

/*
 * Sets the status of a LUN whose work was interrupted; @result is the parent's own copy, with
 * outcome.sent set if a change was ever sent.
 */
static void unfinished_judge(const struct request *request, struct result *result, enum stage stage,
			     const struct ending *ending)
{
	const char *why = cause(request, result->arena, ending);

	if (stage == STAGE_ACCEPTED) {
		result->outcome.sent = true;
		result->outcome.changed = TRI_UNKNOWN;
		result_fail(result, FAIL_CUT_SHORT_ACCEPTED, why);
	} else if (stage == STAGE_SENT) {
		result->outcome.sent = true;
		result->outcome.changed = TRI_UNKNOWN;
		result_fail(result, FAIL_CUT_SHORT_SENT, why, request->command_name,
			    next_check(ending));
	} else if (stage == STAGE_PROVING) {
		result->outcome.sent = true;
		result->outcome.reset = true; /* or is about to be sent */
		result->outcome.changed = TRI_UNKNOWN;
		result_fail(result, FAIL_CUT_SHORT_RESET, why);
	} else if (command_only_reads(request->command)) {
		result_fail(result, FAIL_CUT_SHORT_READ, why, next_step(ending));
	} else if (result->outcome.sent) {
		result_fail(result, FAIL_CUT_SHORT_NOT_DONE, why, next_step(ending));
	} else {
		result_fail(result, FAIL_CUT_SHORT_UNSENT, why, next_step(ending));
	}
}

/*
 * Copies what is known of a LUN while the worker may still be writing the rest: what was set when
 * it was resolved.
 */
static struct result *copy_known(struct results *results, const struct result *from)
{
	struct result *copy = result_append_spare(results, from->spare, from->argument);

	copy->label = from->label;
	copy->lun = from->lun;
	copy->paths = from->paths; /* of which only the LUNs are used */
	return copy;
}

/* Reports the argument itself if it has no result. */
static struct result *slot_result(struct slot *slot, struct results *results)
{
	return result_append_spare(results, slot->spare,
				   slot->argument ? slot->argument : "every disk");
}

static void coverages_join(struct coverage **list, struct coverage *more)
{
	while (*list)
		list = &(*list)->next;
	*list = more;
}

void report_slot(const struct request *request, struct slot *slot, const struct ending *ending,
		 struct results *results)
{
	struct result *next, *copy;

	if (slot_take(slot)) {
		copy = slot_result(slot, results);
		unfinished_judge(request, copy, STAGE_TAKEN, ending);
		copy->outcome.step = STEP_RESOLVE;
		results->broken = ending->died;
		return;
	}
	coverages_join(&results->coverages, slot->results.coverages);
	for (struct result *result = slot->results.first; result; result = next) {
		enum stage stage = result_take(result);

		next = result->next;
		if (stage == STAGE_DONE) {
			/*
			 * Without arguments, disks that do not support reservations are not shown;
			 * doctor looks at them first.
			 */
			if (result->duplicate ||
			    (!slot->argument && result->outcome.status == STATUS_UNSUPPORTED &&
			     !request->verbose && !request->examination))
				continue;
			results_link(results, result);
			continue;
		}
		copy = copy_known(results, result);
		copy->outcome.sent = result_was_sent(result);
		unfinished_judge(request, copy, stage, ending);
		results->broken = ending->died;
	}
	if (slot->err)
		result_fail(slot_result(slot, results), FAIL_CANNOT_RESOLVE,
			    strerrordesc_np(-slot->err), describe_errno(results->arena, -slot->err),
			    request_unsent(request, "; " UNSENT_ALL));
}
