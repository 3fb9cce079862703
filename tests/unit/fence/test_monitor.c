// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Would a fence succeed? node1 is this host with 0xa, on two LUNs, of which the first one decides.
 */
#include "played.h"

#include "fence/monitor.h"

static struct name list[] = { { 0xa, "node1" }, { 0xb, "node2" }, { 0xc, "node3" } };
static const struct key_names names = { list, 3, NULL };

#define ALONE STATE(1, WERO, 0xa, OWN(0xa, Y))
#define WITH_2 STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N))
#define HIDES STATE(1, WERO, 0, OTHER(0xb, U))
#define ONLY_2 STATE(1, WERO, 0xb, OTHER(0xb, Y))
/* A LUN on which "on" has unfenced this node, by that name; another one. */
#define UNFENCED(name, ...) { .records = { .own = 0xa, .boot = BOOT, .unfenced_boot = BOOT, \
	.names = { name } }, .state = __VA_ARGS__ }
#define NEW(...) { .state = __VA_ARGS__ }

static const struct {
	const char *name;
	struct resv_state one, two;
	uint64_t registered; /* on both, in this boot */
	bool unfenced, keyless, undecided;
	const char *first, *second; /* a part of the message; NULL: a fence would succeed */
	bool may_pass;
} cases[] = {
	{ "never in", ONLY_2, ONLY_2, 0, false, false, false, NULL, NULL },
	{ "never in, on empty LUNs", EMPTY(1), EMPTY(1), 0, false, false, false, NULL, NULL },
	{ "in", ALONE, ALONE, 0xa, true, false, false, NULL, NULL },
	{ "in, with another node", WITH_2, WITH_2, 0xa, true, false, false, NULL, NULL },
	{ "by another tool", ALONE, ALONE, 0, false, false, false, NULL, NULL },
	{ "all is cleared", EMPTY(2), EMPTY(2), 0xa, true, false, false, "fenced itself",
	  "fenced itself" },
	{ "all is cleared by this node", EMPTY(2), EMPTY(2), 0, true, false, false,
	  "0xa (node1) is not registered", "0xa (node1) is not registered", true },
	{ "fenced", ONLY_2, ONLY_2, 0xa, true, false, false, "restart this node",
	  "restart this node" },
	{ "gone from one LUN", ALONE, STATE(1, WERO, 0xc, THIRD(0xc, Y)), 0xa, true, false, false,
	  NULL, "run 'on' on this node", true },
	{ "the reservation is gone", ALONE, STATE(1, RESV_NONE, 0, OWN(0xa, N)), 0xa, true, false,
	  false, NULL, "nothing is reserved", true },
	{ "a type that no standard defines", ALONE, STATE(1, RESV_OTHER, 0xa, OWN(0xa, Y)), 0xa,
	  true, false, false, NULL, "a type that no standard defines and that might not stop" },
	{ "never in, and another host has this node's key", ALONE,
	  STATE(1, WERO, 0xb, OTHER(0xb, Y), THIRD(0xa, N)), 0, false, false, false, NULL,
	  "a fence would fail: 0xa (node1), this node's key, is also the key of " HOST_3 },
	{ "the same, and the key is not known", ALONE,
	  STATE(1, WERO, 0xb, OTHER(0xb, Y), THIRD(0xa, N)), 0, false, true, false, NULL, NULL },
	{ "never in, and a host without a name may have this node's key", ALONE,
	  STATE(1, WERO, 0xb, ANY(0xb, U), ANY(0xa, U), ANY(0xa, U)), 0, false, false, false, NULL,
	  NULL },
	{ "another key", ALONE, STATE(1, WERO, 0xe, OWN(0xe, Y)), 0xa, true, false, false, NULL,
	  "0xa (node1) is not registered", true },
	{ "another path of the map", ALONE, STATE(1, WERO, 0xa, BESIDE(0xa, Y)), 0xa, true, false,
	  false, NULL, NULL },
	{ "another node is on the LUN that decides alone", WITH_2, ALONE, 0xa, true, false, false,
	  NULL, "0xb (node2) would fail: that key is registered on /dev/a, but not here", true },
	{ "another node is not on the LUN that decides", ALONE, WITH_2, 0xa, true, false, false,
	  NULL, "0xb (node2) would fail: that key is registered here, but not on /dev/a", true },
	{ "which one decides is not known", ALONE, WITH_2, 0xa, true, false, true, NULL, NULL },
	{ "a host of nobody", ALONE, STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N)), 0xa, true,
	  false, false, NULL, "does not name" },
	{ "a list of keys alone", STATE(1, WERO, 0xa, ANY(0xa, U)),
	  STATE(1, WERO, 0xa, ANY(0xa, U)), 0xa, true, false, false, NULL, NULL },
	{ "gone from one LUN, or omitted there", ALONE, STATE(1, WERO, 0xd, THIRD(0xc, U)), 0xa,
	  true, false, false, NULL, "may fail: the device lists neither 0xa (node1) nor", true },
	{ "gone, or omitted, on the LUN that decides", HIDES, WITH_2, 0xa, true, false, false,
	  "may fail: the device lists neither 0xa (node1) nor", NULL, true },
	{ "another node may be omitted on the LUN that decides", STATE(1, WERO, 0, OWN(0xa, U)),
	  WITH_2, 0xa, true, false, false, NULL, NULL },
	{ "another node may be omitted on another LUN", WITH_2, STATE(1, WERO, 0, OWN(0xa, U)),
	  0xa, true, false, false, NULL, NULL },
	{ "in, and the key is not known", ALONE, ALONE, 0xa, true, true, false,
	  "its own key is unknown", "its own key is unknown" },
};

static void message_check(const struct result *result, const char *part)
{
	assert_int_equal(result->outcome.status, !part ? STATUS_OK :
						 strstr(part, "may fail") ? STATUS_UNKNOWN :
									    STATUS_CONFLICT);
	if (part)
		assert_non_null(strstr(result->outcome.message, part));
}

static void judged(void **state)
{
	const typeof(cases[0]) *row = *state;
	const struct fence fence = { .key = row->keyless ? 0 : 0xa, .names = &names };
	struct arena *arena = unit_arena();
	struct results seen = { .arena = arena, .end = &seen.first };
	struct own_registration registrations[2];

	arena->names = &names;
	for (int i = 0; i < 2; i++) {
		struct result *result = result_add(&seen, i ? "/dev/b" : "/dev/a");

		result->state = i ? row->two : row->one;
		registrations[i] =
			(struct own_registration){ result, row->registered, row->unfenced };
	}
	if (monitor_is_member(registrations, 2))
		assert_int_equal(monitor_judge(&fence, &seen, registrations, 2,
					       row->undecided ? NULL : seen.first),
				 row->may_pass);
	else
		monitor_outsider_judge(&fence, &seen);
	message_check(seen.first, row->first);
	message_check(seen.first->next, row->second);
	arena_free(arena);
}

/* A map of two paths, by the sessions 1 and 2: which of them lack the key. */
static const struct {
	const char *name;
	struct resv_state state;
	const char *warning; /* part of it; NULL: none */
} maps[] = {
	{ "both paths are registered", STATE(1, WERO, 0xa, OWN(0xa, Y), BESIDE(0xa, N)), NULL },
	{ "one path is not", STATE(1, WERO, 0xa, OWN(0xa, Y)), "on the path /dev/sdb" },
	{ "one path has another key", STATE(1, WERO, 0xa, OWN(0xa, Y), BESIDE(0xe, N)),
	  "on the path /dev/sdb" },
	{ "a list of keys alone", STATE(1, WERO, 0xa, ANY(0xa, U)), NULL },
};

static void map_judged(void **state)
{
	const typeof(maps[0]) *row = *state;
	static const struct machine_ports none = { 0 };
	const struct fence fence = { .key = 0xa, .names = &names };
	struct arena *arena = unit_arena();
	struct results seen = { .arena = arena, .end = &seen.first, .ports = &none };
	struct result *map = result_add(&seen, "/dev/mapper/a");
	const struct own_registration own = { map, 0xa, true };

	arena->names = &names;
	map->state = row->state;
	for (int i = 2; i > 0; i--) {
		struct result *path = result_new(arena, i == 1 ? "/dev/sda" : "/dev/sdb");

		path->lun.node = path->argument;
		path->lun.nexus =
			(struct nexus){ i == 1 ? HOST_1 SESSION_1 : HOST_1 SESSION_2, 1 };
		path->map = map;
		path->ports = &none;
		path->next = map->paths;
		map->paths = path;
	}
	assert_false(monitor_judge(&fence, &seen, &own, 1, map));
	assert_int_equal(map->outcome.status, STATUS_OK);
	assert_int_equal(map->warnings != NULL, row->warning != NULL);
	if (row->warning)
		assert_non_null(strstr(map->warnings->text, row->warning));
	arena_free(arena);
}

/* Whether the devices can be fenced on some node: a disk that is missing here may be there. */
static const struct {
	const char *name;
	const char *devices;
	struct played_lun luns[LUNS_MAX];
	const char *said;
} validations[] = {
	{ "two disks", "ab", .said = "resolve a b, 60\na: ok [?]\nb: ok [?]\n" },
	{ "not found", "ab", { [1].missing = REASON_NOT_FOUND },
	  "resolve a b, 60\na: ok [?]\nb: ok, 1 warned\n" },
	{ "a path that is dead", "a", { { .missing = REASON_PATH } },
	  "resolve a, 60\na: ok, 1 warned\n" },
	{ "not permitted", "a", { { .missing = REASON_NO_PRIVILEGE } },
	  "resolve a, 60\na: ok, 1 warned\n" },
	{ "a partition", "ab", { { .below = "b" } },
	  "resolve a b, 60\na: device not_whole_lun: played: missing\nb: ok [?]\n" },
	{ "a device without reservations", "ab", { [1].no_disk = true },
	  "resolve a b, 60\na: ok [?]\nb: unsupported no_reservations [?]: not a SCSI disk or "
	  "NVMe namespace\n" },
};

static void validates(void **state)
{
	const typeof(validations[0]) *row = *state;
	const struct fence fence = { .key = 0xa, .names = &names };
	struct arena *arena = unit_arena();

	played = (struct played){ .memory = -1 };
	memcpy(played.luns, row->luns, sizeof(row->luns));
	play(&fence, row->devices, arena, act_validate);
	said_check(row->said);
	arena_free(arena);
}

static const struct resv_state alone = ALONE;

/* A dead arbiter takes no more than half of the time, so that all can be read again. */
static void time_is_left(void **state)
{
	const struct fence fence = { .key = 0xa, .names = &names };
	struct arena *arena = unit_arena();

	(void)state;
	played = (struct played){ .memory = -1, .arbiters = "bcd" };
	for (size_t i = 0; i < LUNS_MAX; i++)
		played.luns[i].state = alone;
	play(&fence, "a", arena, act_monitor);
	said_check("status a, 60\nstatus b c d, 30\na: ok [0xa*]\nb: ok [0xa*]\nc: ok [0xa*]\n"
		   "d: ok [0xa*]\n");
	arena_free(arena);
}

/* What the action reads and says. Node 1 is a member of two LUNs, a and b. */
static const struct {
	const char *name;
	const char *devices;
	struct played_lun luns[LUNS_MAX];
	struct event events[EVENTS_MAX];
	const char *arbiters, *said;
} monitors[] = {
	{ "all is well", "ab", { UNFENCED("a", WITH_2), UNFENCED("b", WITH_2) },
	  .said = "status a b, 60\na: ok [0xa* 0xb]\nb: ok [0xa* 0xb]\n" },
	{ "another node is registered on the second LUN alone", "ab",
	  { UNFENCED("a", ALONE), UNFENCED("b", WITH_2) },
	  .said = "status a b, 60\npause 10\nstatus a b, 60\npause 10\n"
		  "status a b, 60\npause 10\nstatus a b, 60\na: ok [0xa*]\n"
		  "b: conflict other_key_registered [0xa* 0xb]: a fence by the node of 0xb "
		  "(node2) would fail\n" },
	{ "the same, and it registers on the first one meanwhile", "ab",
	  { UNFENCED("a", ALONE), UNFENCED("b", WITH_2) }, { NOW(2, 'a', WITH_2) },
	  .said = "status a b, 60\npause 10\nstatus a b, 60\na: ok [0xa* 0xb]\n"
		  "b: ok [0xa* 0xb]\n" },
	{ "the same, and later", "ab",
	  { UNFENCED("a", ALONE), UNFENCED("b", WITH_2) }, { NOW(3, 'a', WITH_2) },
	  .said = "status a b, 60\npause 10\nstatus a b, 60\npause 10\n"
		  "status a b, 60\na: ok [0xa* 0xb]\nb: ok [0xa* 0xb]\n" },
	{ "this node was fenced", "ab", { UNFENCED("a", ONLY_2), UNFENCED("b", WITH_2) },
	  .said = "status a b, 60\n"
		  "a: conflict key_not_registered [0xb*]: a fence by this node would fail\n"
		  "b: ok [0xa* 0xb]\n" },
	{ "a host of nobody", "a",
	  { UNFENCED("a", STATE(1, WERO, 0xa, OTHER(0xd, N), OWN(0xa, Y))) },
	  .said = "status a, 60\n"
		  "a: conflict other_key_registered [0xd 0xa*]: a fence would fail\n" },
	{ "the list may omit the holder", "a", { UNFENCED("a", STATE(1, WERO, 0, OWN(0xa, U))) },
	  .said = "status a, 60\na: ok [0xa], 1 warned\n" },
	{ "an arbiter", "a", { UNFENCED("a", WITH_2), VOTES(WITH_2) }, .arbiters = "b",
	  .said = "status a, 60\nstatus b, 30\na: ok [0xa* 0xb]\nb: ok [0xa* 0xb]\n" },
	{ "an arbiter on which this node is not registered", "a",
	  { UNFENCED("a", WITH_2), NEW(ONLY_2) }, .arbiters = "b",
	  .said = "status a, 60\nstatus b, 30\npause 10\nstatus a, 60\nstatus b, 30\n"
		  "pause 10\nstatus a, 60\nstatus b, 30\npause 10\nstatus a, 60\n"
		  "status b, 30\na: ok [0xa* 0xb]\n"
		  "b: conflict key_not_registered [0xb*]: 0xa (node1) is not registered\n" },
	{ "a host of nobody on one of three arbiters", "a",
	  { UNFENCED("a", WITH_2),
	    VOTES(STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), THIRD(0xd, N))), VOTES(WITH_2),
	    VOTES(WITH_2) },
	  .arbiters = "bcd",
	  .said = "status a, 60\nstatus b c d, 30\na: ok [0xa* 0xb]\n"
		  "b: ok [0xa* 0xb 0xd], 1 warned\nc: ok [0xa* 0xb]\nd: ok [0xa* 0xb]\n" },
	{ "another host has a node's key on one of three arbiters", "a",
	  { UNFENCED("a", WITH_2),
	    VOTES(STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xb, N))), VOTES(WITH_2),
	    VOTES(WITH_2) },
	  .arbiters = "bcd",
	  .said = "status a, 60\nstatus b c d, 30\n"
		  "a: conflict other_key_registered [0xa* 0xb]: a fence would fail\n"
		  "b: conflict other_key_registered [0xa* 0xb]: a fence would fail\n"
		  "c: conflict other_key_registered [0xa* 0xb]: a fence would fail\n"
		  "d: conflict other_key_registered [0xa* 0xb]: a fence would fail\n" },
	{ "an arbiter, and this node is no member", "a", { NEW(ONLY_2), NEW(ONLY_2) },
	  .arbiters = "b",
	  .said = "status a, 60\nstatus b, 30\na: ok [0xb*]\nb: ok [0xb*]\n" },
	{ "the second LUN cannot be read", "ab", { UNFENCED("a", WITH_2), UNFENCED("b", WITH_2) },
	  { FAIL(1, 'b', STATUS_UNKNOWN, REASON_NOT_READ, false) },
	  .said = "status a b, 60\na: ok [0xa* 0xb]\n"
		  "b: unknown not_read [0xa* 0xb]: played: fails\n" },
	{ "it is no member", "ab", { NEW(ONLY_2), NEW(ONLY_2) },
	  .said = "status a b, 60\na: ok [0xb*]\nb: ok [0xb*]\n" },
	{ "it is no member, and another host has its key", "a",
	  { NEW(STATE(1, WERO, 0xb, OTHER(0xb, Y), THIRD(0xa, N))) },
	  .said = "status a, 60\n"
		  "a: conflict other_key_registered [0xb* 0xa]: a fence would fail\n" },
	{ "it is no member, and a host of nobody is registered", "a",
	  { NEW(STATE(1, WERO, 0xb, THIRD(0xd, N), OTHER(0xb, Y))) },
	  .said = "status a, 60\na: ok [0xd 0xb*], 1 warned\n" },
	{ "no process to read the LUNs", "ab", { UNFENCED("a", WITH_2), UNFENCED("b", WITH_2) },
	  { EVENT(1, 0, CANNOT) },
	  .said = "status a b, 60\na: failed not_sent: nothing was sent\n"
		  "b: failed not_sent: nothing was sent\nfailed\n" },
};

static void monitor_plays(void **state)
{
	const typeof(monitors[0]) *row = *state;
	const struct fence fence = { .action = FENCE_MONITOR, .key = 0xa, .type = WERO,
				     .names = &names };
	struct arena *arena = unit_arena();

	arena->names = &names;
	played = (struct played){ .memory = -1, .arbiters = row->arbiters };
	memcpy(played.luns, row->luns, sizeof(row->luns));
	memcpy(played.events, row->events, sizeof(row->events));
	play(&fence, row->devices, arena, act_monitor);
	said_check(row->said);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, monitor_plays, monitors);
	played.memory = -1;
	UNIT_TABLE(&unit, validates, validations);
	UNIT_TEST(&unit, time_is_left);

	UNIT_TABLE(&unit, judged, cases);
	UNIT_TABLE(&unit, map_judged, maps);
	return unit_run(&unit, "monitor");
}
