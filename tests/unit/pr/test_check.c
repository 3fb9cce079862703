// SPDX-License-Identifier: GPL-2.0-or-later
/* check: what a state proves of this host's registration. */
#include "unit.h"

#include "pr/check.h"
#include "states.h"

static const struct {
	const char *name;
	struct request request;
	struct resv_state state;
	enum verdict verdict;
	enum reason reason;
	const char *text; /* a part of what is said */
} disks[] = {
	{ "registered", CHECK(), STATE(1, RESV_NONE, 0, OWN(0xa, N)), VERDICT_OK, REASON_NONE,
	  "0xa is registered; nothing is reserved" },
	{ "registered, another holds", CHECK(), STATE(1, WERO, 0xb, OWN(0xa, N), OTHER(0xb, Y)), VERDICT_OK, REASON_NONE,
	  "0xa is registered; held by 0xb" },
	{ "registered, and the type is held", CHECK(.type = WERO), STATE(1, WERO, 0xb, OWN(0xa, N), OTHER(0xb, Y)),
	  VERDICT_OK, REASON_NONE, "0xa is registered" },
	{ "nothing there", CHECK(), EMPTY(1), VERDICT_CONFLICT, REASON_KEY_NOT_REGISTERED, "0xa is not registered; nothing" },
	{ "fenced", CHECK(), STATE(2, WERO, 0xb, OTHER(0xb, Y)), VERDICT_CONFLICT, REASON_KEY_NOT_REGISTERED,
	  "0xa is not registered; held by 0xb" },
	{ "another host's key", CHECK(), STATE(2, WERO, 0xa, OTHER(0xa, Y)), VERDICT_CONFLICT, REASON_KEY_NOT_REGISTERED,
	  "0xa is registered by another host" },
	{ "another key", CHECK(), STATE(2, RESV_NONE, 0, OWN(0xd, N)), VERDICT_CONFLICT, REASON_OTHER_KEY_REGISTERED,
	  "this host is registered with 0xd, not 0xa" },
	{ "another key, and the key is another's", CHECK(), STATE(2, RESV_NONE, 0, OWN(0xd, N), OTHER(0xa, N)),
	  VERDICT_CONFLICT, REASON_OTHER_KEY_REGISTERED, "0xd, not 0xa" },
	{ "another type", CHECK(.type = WERO), STATE(1, WE, 0xa, OWN(0xa, Y)), VERDICT_CONFLICT,
	  REASON_HELD_WITH_OTHER_TYPE, "write-exclusive, not write-exclusive-reg-only; 0xa is registered" },
	{ "nothing reserved", CHECK(.type = WERO), STATE(1, RESV_NONE, 0, OWN(0xa, N)), VERDICT_CONFLICT,
	  REASON_NOT_RESERVED, "nothing is reserved, not write-exclusive-reg-only" },
	{ "no nexus known", CHECK(), STATE(1, WERO, 0xb, ANY(0xa, N), ANY(0xb, Y)), VERDICT_UNKNOWN, REASON_NOT_VERIFIED,
	  "whether it is this host's" },
	{ "no nexus known, and the key is not there", CHECK(), STATE(1, WERO, 0xb, ANY(0xb, Y)), VERDICT_CONFLICT,
	  REASON_KEY_NOT_REGISTERED, "0xa is not registered" },
	{ "another path of this host", CHECK(), STATE(1, RESV_NONE, 0, OWN_2(0xa, N)), VERDICT_UNKNOWN,
	  REASON_NOT_VERIFIED, "perhaps through another path" },
	{ "no nexus known, and another type", CHECK(.type = EA), STATE(1, WERO, 0xb, ANY(0xa, N), ANY(0xb, Y)),
	  VERDICT_CONFLICT, REASON_HELD_WITH_OTHER_TYPE, "not exclusive-access" },
};

static void told(const struct result *result, enum verdict verdict, enum reason reason, const char *text)
{
	assert_int_equal(result->verdict, verdict);
	assert_int_equal(result->reason, reason);
	assert_null(verdict == VERDICT_OK ? result->message : result->success);
	assert_non_null(strstr(verdict == VERDICT_OK ? result->success : result->message, text));
	assert_int_equal(result->changed, TRI_NO);
}

static void disk(void **state)
{
	const typeof(disks[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct result *result = result_new(arena, "/dev/sda");

	result->state = row->state;
	check_judge(&row->request, result);
	told(result, row->verdict, row->reason, row->text);
	arena_free(arena);
}

/* A map of two paths, sda and sdb: host-1's sessions 1 and 2. */
static const struct {
	const char *name;
	struct request request;
	struct resv_state state;
	enum verdict verdict;
	enum reason reason;
	const char *text;
} maps[] = {
	{ "both paths", CHECK(.type = WERO), STATE(1, WERO, 0xa, OWN(0xa, Y), BESIDE(0xa, N)), VERDICT_OK, REASON_NONE,
	  "0xa is registered on 2 paths; held by 0xa (this host)" },
	{ "one path lacks it", CHECK(), STATE(1, RESV_NONE, 0, OWN(0xa, N)), VERDICT_CONFLICT, REASON_KEY_NOT_REGISTERED,
	  "0xa is not registered on /dev/sdb; nothing" },
	{ "the path that was asked lacks it", CHECK(), STATE(1, RESV_NONE, 0, BESIDE(0xa, N)), VERDICT_CONFLICT,
	  REASON_KEY_NOT_REGISTERED, "0xa is not registered on /dev/sda; nothing" },
	{ "one path has another key", CHECK(), STATE(1, RESV_NONE, 0, OWN(0xa, N), BESIDE(0xd, N)), VERDICT_CONFLICT,
	  REASON_OTHER_KEY_REGISTERED, "on /dev/sdb, which has 0xd; nothing" },
	{ "fenced", CHECK(), STATE(1, WERO, 0xb, OTHER(0xb, Y)), VERDICT_CONFLICT, REASON_KEY_NOT_REGISTERED,
	  "on /dev/sda, /dev/sdb; held by 0xb" },
	{ "no nexus known", CHECK(), STATE(1, WERO, 0xb, ANY(0xa, N), ANY(0xb, Y)), VERDICT_UNKNOWN, REASON_NOT_VERIFIED,
	  "but whether on /dev/sda, /dev/sdb the device does not tell" },
	{ "no nexus known, and the key is not there", CHECK(), STATE(1, WERO, 0xb, ANY(0xb, Y)), VERDICT_CONFLICT,
	  REASON_KEY_NOT_REGISTERED, "on /dev/sda, /dev/sdb" },
};

static void map(void **state)
{
	const typeof(maps[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct result *result = result_new(arena, "/dev/mapper/a");

	result->paths = result_new(arena, "/dev/sda");
	result->paths->lun = (struct lun){ .node = "/dev/sda", .nexus = { HOST_1 SESSION_1, 1 } };
	result->paths->next = result_new(arena, "/dev/sdb");
	result->paths->next->lun = (struct lun){ .node = "/dev/sdb", .nexus = { HOST_1 SESSION_2, 1 } };
	result->state = row->state;
	check_judge(&row->request, result);
	told(result, row->verdict, row->reason, row->text);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, disk, disks);
	UNIT_TABLE(&unit, map, maps);
	return unit_run(&unit, "check");
}
