// SPDX-License-Identifier: GPL-2.0-or-later
/* Does a LUN show that this node, host-1 with 0xa, was fenced, so that it must be restarted? */
#include "played.h"

#include "fence/watchdog.h"
#include "model/messages.h"

#define STAYS STATE(1, WERO, 0xa, OWN(0xa, Y))
#define OUT STATE(1, WERO, 0xb, OTHER(0xb, Y))

static const struct {
	const char *name;
	struct resv_state state;
	enum status status;
	const char *wwid; /* WWID of the LUN that has the name now; "on" was given naa.1 */
	uint64_t registered;
	bool unfenced, fenced;
} rows[] = {
	{ "registered", STAYS, STATUS_OK, "naa.1", 0xa, true, false },
	{ "gone", OUT, STATUS_OK, "naa.1", 0xa, true, true },
	{ "gone, and nobody is left", EMPTY(2), STATUS_OK, "naa.1", 0xa, true, true },
	{ "not unfenced", OUT, STATUS_OK, "naa.1", 0xa, false, false },
	{ "unregistered by this node", OUT, STATUS_OK, "naa.1", 0, true, false },
	{ "a dead disk", UNREAD, STATUS_UNKNOWN, "naa.1", 0xa, true, false },
	{ "a state beside a failure", OUT, STATUS_FAILED, "naa.1", 0xa, true, false },
	{ "a state that may not be read", UNREAD, STATUS_OK, "naa.1", 0xa, true, false },
	{ "another disk by that name", OUT, STATUS_OK, "naa.2", 0xa, true, false },
	{ "a disk that is not known", OUT, STATUS_OK, NULL, 0xa, true, false },
	{ "registered with another key", STATE(1, WERO, 0xe, OWN(0xe, Y)), STATUS_OK, "naa.1", 0xa,
	  true, false },
	{ "by an earlier session", STATE(1, WERO, 0xa, MAYBE(0xa, Y)), STATUS_OK, "naa.1", 0xa,
	  true, false },
	{ "a list that may omit it", STATE(1, WERO, 0xc, OTHER(0xb, U)), STATUS_OK, "naa.1", 0xa,
	  true, false },
	{ "its key is another host's", STATE(1, WERO, 0xa, OTHER(0xa, Y)), STATUS_OK, "naa.1", 0xa,
	  true, true },
};

static void fenced(void **state)
{
	const typeof(rows[0]) *row = *state;
	const struct fence fence = { .action = FENCE_WATCHDOG };
	struct result seen = { .state = row->state,
			       .outcome.status = row->status,
			       .lun.wwid = row->wwid };
	const struct own_registration own = { &seen, row->registered, row->unfenced };

	assert_int_equal(watchdog_is_fenced(&fence, &own, "naa.1"), row->fenced);
}

/* Only a missing key is a fence; other failures make no difference. */
static void judge(void **state)
{
	struct arena *arena = unit_arena();
	struct results results = { .arena = arena, .end = &results.first };

	(void)state;
	assert_int_equal(watchdog_judge(&results), FENCE_OK);
	result_add(&results, "/dev/a")->outcome.status = STATUS_UNKNOWN;
	result_add(&results, "/dev/b")->outcome.status = STATUS_CONFLICT;
	assert_int_equal(watchdog_judge(&results), FENCE_OK);
	result_fail(result_add(&results, "/dev/c"), FENCE_FAIL_WATCHDOG, "0xa", "nothing");
	assert_int_equal(watchdog_judge(&results), FENCE_IS_OFF);
	arena_free(arena);
}

/* A name that two disks had in this boot: the record is that of the one that has it now. */
static void one_name(void **state)
{
	struct lun_records luns[] = { { .wwid = "naa.1", .names = { "/dev/mapper/a" } },
					    { .wwid = "naa.2", .names = { "/dev/mapper/a" } } };
	const struct result seen = { .argument = "/dev/mapper/a", .lun.wwid = "naa.2" };
	const struct result none = { 0 };

	(void)state;
	assert_ptr_equal(watchdog_lun(luns, 2, &seen), &luns[1]);
	assert_null(watchdog_lun(luns, 1, &seen));
	assert_null(watchdog_lun(luns, 2, &none));
}

#define UNFENCED(device, key, ...) \
	{ .records = { .own = key, .boot = BOOT, .unfenced_boot = BOOT, .names = { device } }, \
	  .state = __VA_ARGS__ }
#define NAMED(newer, older, ...) \
	{ .records = { .own = 0xa, .boot = BOOT, .unfenced_boot = BOOT, \
	  .names = { newer, older } }, .state = __VA_ARGS__ }
#define LOST(device, ...) \
	{ .records = { .own = 0xa, .boot = BOOT, .unfenced_boot = BOOT, .is_lost = true, \
	  .names = { device } }, .state = __VA_ARGS__ }
#define OUT_AGAIN "this node was fenced"

/* The whole action: which LUNs are read, how often, and what is reported. */
static const struct {
	const char *name;
	struct played_lun luns[LUNS_MAX];
	struct event events[EVENTS_MAX];
	int memory; /* how many allocations succeed; 0: all */
	const char *said;
} runs[] = {
	{ "on no LUN unfenced: nothing is read", .said = "" },
	{ "registered: one reading", { UNFENCED("a", 0xa, STAYS), UNFENCED("b", 0xa, STAYS) },
	  .said = "status a b, 20\na: ok [0xa*]\nb: ok [0xa*]\n" },
	{ "gone in each of three readings: fenced",
	  { UNFENCED("a", 0xa, STAYS), UNFENCED("b", 0xa, OUT) },
	  .said = "status a b, 20\npause 0\nstatus a b, 30\npause 0\nstatus a b, 60\n"
		  "a: ok [0xa*]\n"
		  "b: conflict key_not_registered [0xb*]: " OUT_AGAIN "\n" },
	{ "the target has lost every registration", { UNFENCED("a", 0xa, EMPTY(0)) },
	  .said = "status a, 20\nlost a\na: ok []\n" },
	{ "the same, as an earlier check has seen", { LOST("a", EMPTY(0)) },
	  .said = "status a, 20\na: ok []\n" },
	{ "the target has lost every registration, and another node is there again",
	  { LOST("a", STATE(1, WERO, 0xb, OTHER(0xb, Y))), UNFENCED("b", 0xa, STAYS) },
	  .said = "status a b, 20\na: ok [0xb*]\nb: ok [0xa*]\n" },
	{ "the same, and this node was fenced on another LUN",
	  { LOST("a", STATE(1, WERO, 0xb, OTHER(0xb, Y))), UNFENCED("b", 0xa, OUT) },
	  .said = "status a b, 20\npause 0\nstatus a b, 30\npause 0\nstatus a b, 60\n"
		  "a: ok [0xb*]\nb: conflict key_not_registered [0xb*]: " OUT_AGAIN "\n" },
	{ "it is there after all", { LOST("a", STAYS) },
	  .said = "status a, 20\nfound a\na: ok [0xa*]\n" },
	{ "it is there after all, and then it is fenced", { LOST("a", STAYS), UNFENCED("b", 0xa,
	  OUT) }, { NOW(2, 'a', OUT) },
	  .said = "status a b, 20\nfound a\npause 0\nstatus a b, 30\npause 0\n"
		  "status a b, 60\na: conflict key_not_registered [0xb*]: " OUT_AGAIN
		  "\nb: conflict key_not_registered [0xb*]: " OUT_AGAIN "\n" },
	{ "a target that does not answer has lost nothing", { UNFENCED("a", 0xa, EMPTY(0)) },
	  { EVENT(1, 'a', UNREADABLE) }, .said = "status a, 20\na: ok [?]\n" },
	{ "what a target shows beside a failure is not recorded", { UNFENCED("a", 0xa, EMPTY(0)) },
	  { FAIL(1, 'a', STATUS_FAILED, REASON_PATH, false) },
	  .said = "status a, 20\na: failed path []: played: fails\n" },
	{ "another node's clear has removed every registration", { UNFENCED("a", 0xa, EMPTY(3)) },
	  .said = "status a, 20\npause 0\nstatus a, 30\npause 0\nstatus a, 60\n"
		  "a: conflict key_not_registered []: " OUT_AGAIN "\n" },
	{ "gone in the first reading alone", { UNFENCED("a", 0xa, OUT), UNFENCED("b", 0xa, STAYS) },
	  { NOW(2, 'a', STAYS) },
	  .said = "status a b, 20\npause 0\nstatus a b, 30\n"
		  "a: ok [0xa*]\nb: ok [0xa*]\n" },
	{ "gone, and then it cannot be read", { UNFENCED("a", 0xa, OUT) },
	  { FAIL(3, 'a', STATUS_UNKNOWN, REASON_NOT_READ, false) },
	  .said = "status a, 20\npause 0\nstatus a, 30\npause 0\nstatus a, 60\n"
		  "a: unknown not_read [0xb*]: played: fails\n" },
	{ "a LUN that this node has left is not read",
	  { UNFENCED("a", 0, OUT), UNFENCED("b", 0xa, STAYS), UNFENCED("c", 0, OUT) },
	  .said = "status b, 20\nb: ok [0xa*]\n" },
	{ "a LUN that 'on' was not given is not read",
	  { UNFENCED(NULL, 0xa, OUT), UNFENCED("b", 0xa, STAYS) },
	  .said = "status b, 20\nb: ok [0xa*]\n" },
	{ "a signal in the first reading", { UNFENCED("a", 0xa, OUT) }, { EVENT(1, 0, SIGNALED) },
	  .said = "status a, 20\na: conflict key_not_registered [0xb*]: " OUT_AGAIN
		  "\nfailed\n" },
	{ "the newest name leads nowhere now: by an older one",
	  { NAMED("b", "a", OUT), { .missing = REASON_NOT_FOUND } },
	  .said = "resolve below b a, 15\nstatus a, 20\npause 0\nstatus a, 30\npause 0\n"
		  "status a, 60\na: conflict key_not_registered [0xb*]: " OUT_AGAIN "\n" },
	{ "the newest name leads to another disk now: by an older one",
	  { NAMED("b", "a", OUT), { .state = STAYS } },
	  .said = "resolve below b a, 15\nstatus a, 20\npause 0\nstatus a, 30\npause 0\n"
		  "status a, 60\na: conflict key_not_registered [0xb*]: " OUT_AGAIN "\n" },
	{ "two disks had the same names, which are swapped now",
	  { NAMED("b", "a", STAYS), NAMED("a", "b", STAYS) },
	  .said = "resolve below b a, 15\nstatus a b, 20\na: ok [0xa*]\nb: ok [0xa*]\n" },
	{ "two names lead to it: by the newer one", { NAMED("b", "a", STAYS), { .twin = 'a',
	  .state = STAYS } }, .said = "resolve below b a, 15\nstatus b, 20\nb: ok [0xa*]\n" },
	{ "no name leads to it now: the newest one says so",
	  { NAMED("b", "c", OUT), { .missing = REASON_NOT_FOUND }, { .state = STAYS } },
	  { FAIL(2, 'b', STATUS_DEVICE, REASON_NOT_FOUND, false) },
	  .said = "resolve below b c, 15\nstatus b, 20\n"
		  "b: device not_found [?]: played: fails\n" },
	{ "a signal while names are looked up", { NAMED("b", "a", OUT) },
	  { EVENT(1, 0, SIGNALED) }, .said = "resolve below b a, 15\nfailed\n" },
	{ "no memory for the records", { UNFENCED("a", 0xa, OUT) }, .memory = 1,
	  .said = "failed\n" },
	{ "no memory for the list of devices", { UNFENCED("a", 0xa, OUT) }, .memory = 2,
	  .said = "failed\n" },
};

static void run(void **state)
{
	const typeof(runs[0]) *row = *state;
	const struct fence fence = { .action = FENCE_WATCHDOG };
	struct arena *arena = unit_arena();

	played = (struct played){ .memory = row->memory ? row->memory - 1 : -1 };
	memcpy(played.luns, row->luns, sizeof(row->luns));
	memcpy(played.events, row->events, sizeof(row->events));
	play(&fence, "", arena, act_watchdog);
	played.memory = -1;
	said_check(row->said);
	arena_free(arena);
}

/* Each allocation fails once: the action fails, or three readings show that the key is gone. */
static void memory_ends(void **state)
{
	const struct fence fence = { .action = FENCE_WATCHDOG };
	const struct played_lun out = UNFENCED("a", 0xa, OUT);
	int left = -1;

	(void)state;
	for (int n = 0; left < 0; n++) {
		struct arena *arena = unit_arena();

		played = (struct played){ .memory = n, .luns = { out } };
		play(&fence, "", arena, act_watchdog);
		left = played.memory;
		if (!strstr(played.said, "failed\n") &&
		    !(strstr(played.said, "status a, 60\n") && strstr(played.said, OUT_AGAIN)))
			fail_msg("allocation %d fails:\n%s", n, played.said);
		arena_free(arena);
	}
	played.memory = -1;
}

int main(void)
{
	struct unit unit = { 0 };

	played.memory = -1;
	UNIT_TABLE(&unit, run, runs);
	UNIT_TEST(&unit, memory_ends);
	UNIT_TABLE(&unit, fenced, rows);
	UNIT_TEST(&unit, judge);
	UNIT_TEST(&unit, one_name);
	return unit_run(&unit, "watchdog");
}
