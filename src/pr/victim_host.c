// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/victim_host.h"

#include "model/describe.h"
#include "model/host_choice.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/memory.h"
#include "pr/plan.h"
#include "util/text.h"

#define ROUNDS_MAX 64 /* keys of one host on one LUN; if there are more, it keeps registering */

static enum tri is_victim(const struct request *request, const struct result *result,
			  const struct registrant *registrant)
{
	/* A name that no LUN lists cannot be the name of this host's own key. */
	if (registrant->key == request->key)
		return host_choice_is(request->victim_host, registrant);
	return host_choice_among(request->victim_host, registrant, result->arena->names);
}

/*
 * Whether @registrant and this host have names that some targets treat as one (iSCSI names that
 * differ only in upper and lower case).
 */
static bool may_be_own(const struct result *result, const struct registrant *registrant)
{
	return result->lun.nexus.initiator && registrant->nexus.initiator &&
	       nexus_is_same_host(&result->lun.nexus, &registrant->nexus) == TRI_UNKNOWN;
}

static bool is_other_host(const struct host_choice *choice, const struct registrant *registrant)
{
	const char *initiator = registrant->nexus.initiator;

	return choice->count && initiator && host_choice_names(choice, initiator) == TRI_NO;
}

/* Another host with the key of @victim; NULL if there is none. */
static const struct registrant *other_host_with_key(const struct request *request,
						    const struct result *result,
						    const struct registrant *victim)
{
	const struct resv_state *state = &result->state;

	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *other = &state->registrants[i];

		/* By its initiator: every host with that key would match the key's name. */
		if (other->key == victim->key && other != victim &&
		    (registrant_is_own(other) || is_other_host(request->victim_host, other)))
			return other;
	}
	return NULL;
}

/*
 * Refuses if @registrant, which is the victim or may be, must not be preempted. Returns true if the
 * status is set.
 */
static bool registrant_refused(const struct request *request, struct result *result,
			       const struct registrant *registrant, enum tri is)
{
	const char *host = text_line(result->arena, request->victim_host->text);
	const struct registrant *other = other_host_with_key(request, result, registrant);
	const char *twin = host_choice_namesake(request->victim_host, registrant);

	if (twin)
		result_fail(result, FAIL_VICTIM_IS_TWO_HOSTS, host, twin,
			    registrant->nexus.initiator);
	else if (is == TRI_YES && registrant_is_own(registrant))
		result_fail(result, FAIL_VICTIM_IS_THIS_HOST, host);
	else if (is == TRI_UNKNOWN && nexus_is_short(&registrant->nexus))
		result_fail(result, FAIL_VICTIM_LISTED_SHORT,
			    describe_registrant(result->arena, registrant), host);
	else if (is == TRI_UNKNOWN || may_be_own(result, registrant))
		result_fail(result, FAIL_VICTIM_UNCERTAIN,
			    describe_registrant(result->arena, registrant), host);
	else if (!registrant->key)
		result_fail(result, FAIL_VICTIM_KEY_ZERO, host, plan_holding(result));
	else if (other)
		result_fail(result, FAIL_VICTIM_KEY_SHARED,
			    describe_registrant(result->arena, registrant),
			    describe_registrant(result->arena, other), plan_holding(result));
	else
		return false;
	return true;
}

/* Returns true if nothing may be sent; the status is then set. */
static bool is_refused(const struct request *request, struct result *result)
{
	const struct host_choice *choice = request->victim_host;
	const char *host = text_line(result->arena, choice->text);

	if (choice->namesakes[0])
		result_fail(result, FAIL_VICTIM_IS_TWO_HOSTS, host, choice->namesakes[0],
			    choice->namesakes[1]);
	else if (result->state.source == SOURCE_NONE)
		result_fail(result, FAIL_HOSTS_UNREAD);
	else if (result->lun.nexus.initiator &&
		 host_choice_names(choice, result->lun.nexus.initiator) == TRI_YES)
		result_fail(result, FAIL_VICTIM_IS_THIS_HOST, host);
	if (result->outcome.status != STATUS_OK)
		return true;
	for (size_t i = 0; i < result->state.count; i++) {
		const struct registrant *registrant = &result->state.registrants[i];
		enum tri is = is_victim(request, result, registrant);

		if (is == TRI_NO || (is == TRI_UNKNOWN && registrant_is_own(registrant)))
			continue;
		if (registrant_refused(request, result, registrant, is))
			return true;
	}
	return false;
}

static bool is_listed_before(const struct resv_state *state, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (state->registrants[j].key == state->registrants[i].key)
			return true;
	return false;
}

/* Key number @number of the victim's keys; 0 if it has no more. */
static uint64_t key_of_victim(const struct request *request, const struct result *result,
			      size_t number)
{
	const struct resv_state *state = &result->state;

	for (size_t i = 0; i < state->count; i++)
		if (!is_listed_before(state, i) &&
		    is_victim(request, result, &state->registrants[i]) == TRI_YES && number-- == 0)
			return state->registrants[i].key;
	return 0;
}

void victim_host_change(const struct request *request, struct result *result, part_change *change)
{
	struct request part = *request;
	size_t count = 0;

	while (!is_refused(request, result)) {
		/* A dry run does not change the state. */
		part.victim = key_of_victim(request, result, request->dry_run ? count : 0);
		if (!part.victim || count == ROUNDS_MAX)
			break;
		part_do(&part, result, change);
		if (result->outcome.status != STATUS_OK)
			return;
		count++;
	}
	if (result->outcome.status != STATUS_OK) {
		result->outcome.message = parts_text(result->arena, result->outcome.success,
						     result->outcome.message);
		return;
	}
	if (part.victim) {
		result_fail(result, FAIL_VICTIM_REGISTERED_AGAIN,
			    text_line(result->arena, request->victim_host->text),
			    plan_holding(result));
		return;
	}
	/* It is gone, and no key is known; or aborts of its earlier keys are not proven. */
	if (!count || (!request->dry_run && memory_host_is_open(request, result)))
		part_do(&part, result, change);
}
