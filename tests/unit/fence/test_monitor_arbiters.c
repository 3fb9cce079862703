// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Would a fence that arbiters decide succeed? node1 is this host with 0xa; one shared disk, and
 * three arbiters, of which the rows give two.
 */
#include "unit.h"

#include "fence/monitor.h"
#include "states.h"

static struct name list[] = { { 0xa, "node1" }, { 0xb, "node2" }, { 0xc, "node3" } };
static const struct key_names names = { list, 3, NULL };

#define ALONE STATE(1, WERO, 0xa, OWN(0xa, Y))
#define WITH_2 STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N))
#define ONLY_2 STATE(1, WERO, 0xb, OTHER(0xb, Y))
#define OPEN STATE(1, RESV_NONE, 0, OWN(0xa, N))
#define NOT_IN "0xa (node1) is not registered, so this arbiter does not count"
#define LEFT "a fence has removed 0xa (node1)"
#define LACKS "0xb (node2) would fail: that key is registered on most of the arbiters"
#define NOT_ON_MOST "0xb (node2) would fail: that key is registered here, but not on most"

static const struct {
	const char *name;
	struct resv_state shared, one, two; /* the third arbiter is as the second one */
	uint64_t registered; /* in this boot, on each */
	bool one_votes, two_votes;
	bool keyless, shared_failed, one_failed, two_failed;
	/* a part of the message for the shared disk and the first and second arbiter */
	const char *of_shared, *of_one, *of_two;
	bool may_pass;
} cases[] = {
	{ "in", ALONE, ALONE, ALONE, 0xa, true, true },
	{ "in, without any record of a vote", ALONE, ALONE, ALONE, 0xa },
	{ "in, with another node", WITH_2, WITH_2, WITH_2, 0xa, true, true },
	{ "a vote is not recorded", ALONE, ALONE, ALONE, 0xa, false, true,
	  .of_one = "0xa (node1) is registered, but 'on' has not confirmed it" },
	{ "two are not recorded", ALONE, ALONE, ALONE, 0xa, true, false,
	  .of_two = "0xa (node1) is registered, but 'on' has not confirmed it",
	  .may_pass = true },
	{ "an arbiter lacks this node, which was never there", ALONE, ONLY_2, ALONE, 0, false,
	  false, .of_one = NOT_IN },
	{ "one that has removed it", ALONE, ONLY_2, ALONE, 0xa, true, true, .of_one = LEFT },
	{ "two have removed it", ALONE, ALONE, EMPTY(2), 0xa, true, true,
	  .of_two = LEFT, .may_pass = true },
	{ "an arbiter is not reserved", ALONE, OPEN, ALONE, 0xa, true, true,
	  .of_one = "nothing is reserved" },
	{ "an arbiter has a type that no standard defines", ALONE,
	  STATE(1, RESV_OTHER, 0xa, OWN(0xa, Y)), ALONE, 0xa, true, true,
	  .of_one = "a type that no standard defines" },
	{ "two are not reserved", ALONE, ALONE, OPEN, 0xa, true, true,
	  .of_two = "nothing is reserved", .may_pass = true },
	{ "the key is not known", ALONE, ALONE, ALONE, 0xa, true, true, .keyless = true,
	  .of_one = "its own key is unknown", .of_two = "its own key is unknown",
	  .may_pass = true },
	{ "an arbiter cannot be read", ALONE, ALONE, ALONE, 0xa, true, true, .one_failed = true },
	{ "two cannot be read", ALONE, ALONE, ALONE, 0xa, true, true, .two_failed = true },
	{ "two cannot be read, and the third one is not reserved", ALONE, OPEN, ALONE, 0xa, true,
	  true, .two_failed = true, .of_one = "nothing is reserved", .may_pass = true },
	/* other nodes */
	{ "another node is on the arbiters alone", ALONE, WITH_2, WITH_2, 0xa, true, true,
	  .of_shared = LACKS, .may_pass = true },
	{ "on most of them, and not on the first one", ALONE, ALONE, WITH_2, 0xa, true, true,
	  .of_shared = LACKS, .may_pass = true },
	{ "on one of them alone", ALONE, WITH_2, ALONE, 0xa, true, true },
	{ "on the shared disk alone", WITH_2, ALONE, ALONE, 0xa, true, true,
	  .of_shared = NOT_ON_MOST, .may_pass = true },
	{ "on the shared disk and one of them", WITH_2, WITH_2, ALONE, 0xa, true, true,
	  .of_shared = NOT_ON_MOST, .may_pass = true },
	{ "on the shared disk, which has failed already", WITH_2, ALONE, ALONE, 0xa, true, true,
	  .shared_failed = true },
	{ "this host with another key is no other node",
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OWN_2(0xe, N)), ALONE, ALONE, 0xa, true, true },
	{ "this node's key at another host is not another node's",
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xa, N)), ALONE, ALONE, 0xa, true, true },
	{ "a registrant without a key", STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0, N)), ALONE, ALONE,
	  0xa, true, true },
};

static void message_check(const struct result *result, bool failed, const char *part)
{
	assert_int_equal(result->outcome.status, failed ? STATUS_FAILED :
						 part	? STATUS_CONFLICT :
							  STATUS_OK);
	if (part && !strstr(result->outcome.message, part))
		fail_msg("%s: %s", result->argument, result->outcome.message);
}

/* A LUN that was read; @failed: it could not be. */
static struct result *seen_add(struct results *results, const char *argument,
			       const struct resv_state *state, bool failed)
{
	struct result *result = result_add(results, argument);

	result->state = *state;
	if (failed)
		result_fail(result, STATUS_FAILED, REASON_PATH, STEP_READ, "played: fails");
	return result;
}

static void judged(void **state)
{
	static const char *const arguments[] = { "/dev/b", "/dev/c", "/dev/d" };
	const typeof(cases[0]) *row = *state;
	const struct fence fence = { .key = row->keyless ? 0 : 0xa, .names = &names,
				     .arbiter_count = 3 };
	struct arena *arena = unit_arena();
	struct results seen = { .arena = arena, .end = &seen.first };
	struct results arbiters = { .arena = arena, .end = &arbiters.first };
	struct own_registration registrations[3];
	bool may_pass;

	arena->names = &names;
	seen_add(&seen, "/dev/a", &row->shared, row->shared_failed);
	for (int i = 0; i < 3; i++) {
		const struct result *result =
			seen_add(&arbiters, arguments[i], i ? &row->two : &row->one,
				 i ? row->two_failed : row->one_failed);

		registrations[i] =
			(struct own_registration){ .seen = result,
						   .registered = row->registered,
						   .votes = i ? row->two_votes : row->one_votes };
	}
	may_pass = monitor_arbiters_judge(&fence, &seen, &arbiters, registrations, 3);
	message_check(seen.first, row->shared_failed, row->of_shared);
	message_check(arbiters.first, row->one_failed, row->of_one);
	message_check(arbiters.first->next, row->two_failed, row->of_two);
	message_check(arbiters.first->next->next, row->two_failed, row->of_two);
	assert_int_equal(may_pass, row->may_pass);
	arena_free(arena);
}

#define TWO "0xc (node3) is the key of two hosts"
#define NOBODY "0xd, which"

static const struct {
	const char *name;
	struct resv_state shared, one, two;
	bool one_failed;
	const char *of_shared, *of_one, *of_two; /* as in cases */
} host_cases[] = {
	{ "known nodes", WITH_2, WITH_2, WITH_2 },
	{ "a host of nobody on an arbiter", WITH_2, STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N)),
	  WITH_2, .of_one = NOBODY },
	{ "on two arbiters", WITH_2, WITH_2, STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N)),
	  .of_two = NOBODY },
	{ "another node has a third one's key on an arbiter",
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), THIRD(0xc, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), .of_shared = TWO, .of_one = TWO },
	{ "the same, and the arbiter has failed already",
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), THIRD(0xc, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), true, .of_shared = TWO },
};

static void hosts_judged(void **state)
{
	const typeof(host_cases[0]) *row = *state;
	const struct fence fence = { .key = 0xa, .names = &names, .arbiter_count = 3 };
	struct arena *arena = unit_arena();
	struct results seen = { .arena = arena, .end = &seen.first };
	struct results arbiters = { .arena = arena, .end = &arbiters.first };

	arena->names = &names;
	seen_add(&seen, "/dev/a", &row->shared, false);
	seen_add(&arbiters, "/dev/b", &row->one, row->one_failed);
	seen_add(&arbiters, "/dev/c", &row->two, false);
	seen_add(&arbiters, "/dev/d", &row->two, false);
	monitor_arbiters_hosts_judge(&fence, &seen, &arbiters);
	message_check(seen.first, false, row->of_shared);
	message_check(arbiters.first, row->one_failed, row->of_one);
	message_check(arbiters.first->next, false, row->of_two);
	message_check(arbiters.first->next->next, false, row->of_two);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, judged, cases);
	UNIT_TABLE(&unit, hosts_judged, host_cases);
	return unit_run(&unit, "monitor_arbiters");
}
