// SPDX-License-Identifier: GPL-2.0-or-later
/* check: what a state proves about this host's registration. */
#include "unit.h"

#include "pr/rule.h"
#include "states.h"

static const struct {
	const char *name;
	struct request request;
	struct resv_state state;
	enum status status;
	enum reason reason;
	const char *text; /* a part of the message */
	bool nvme, fenced; /* it says that this host may have been fenced */
} disks[] = {
	{ "registered", CHECK(), STATE(1, RESV_NONE, 0, OWN(0xa, N)), STATUS_OK, REASON_NONE,
	  "0xa is registered; nothing is reserved" },
	{ "registered, another holds", CHECK(), STATE(1, WERO, 0xb, OWN(0xa, N), OTHER(0xb, Y)),
	  STATUS_OK, REASON_NONE, "0xa is registered; held by 0xb" },
	{ "registered, and the type is held", CHECK(.type = WERO),
	  STATE(1, WERO, 0xb, OWN(0xa, N), OTHER(0xb, Y)), STATUS_OK, REASON_NONE,
	  "0xa is registered" },
	{ "nothing there", CHECK(), EMPTY(1), STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED,
	  "0xa is not registered; nothing is reserved; if this host was registered before, it may "
	  "have been fenced", .fenced = true },
	{ "fenced", CHECK(), STATE(2, WERO, 0xb, OTHER(0xb, Y)), STATUS_CONFLICT,
	  REASON_KEY_NOT_REGISTERED, "0xa is not registered; held by 0xb", .fenced = true },
	{ "another host's key", CHECK(), STATE(2, WERO, 0xa, OTHER(0xa, Y)), STATUS_CONFLICT,
	  REASON_KEY_NOT_REGISTERED, "0xa is registered by another host", .fenced = true },
	{ "another port of this host", CHECK(), STATE(2, RESV_NONE, 0, OWN_2(0xa, N)),
	  STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, "0xa is registered" },
	{ "another key", CHECK(), STATE(2, RESV_NONE, 0, OWN(0xd, N)), STATUS_CONFLICT,
	  REASON_OTHER_KEY_REGISTERED, "this host is registered with 0xd, not 0xa" },
	{ "another key, and the key is another's", CHECK(),
	  STATE(2, RESV_NONE, 0, OWN(0xd, N), OTHER(0xa, N)), STATUS_CONFLICT,
	  REASON_OTHER_KEY_REGISTERED, "0xd, not 0xa" },
	{ "another type", CHECK(.type = WERO), STATE(1, WE, 0xa, OWN(0xa, Y)), STATUS_CONFLICT,
	  REASON_HELD_WITH_OTHER_TYPE,
	  "write-exclusive, not write-exclusive-reg-only; 0xa is registered" },
	{ "nothing reserved", CHECK(.type = WERO), STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  STATUS_CONFLICT, REASON_NOT_RESERVED,
	  "nothing is reserved, not write-exclusive-reg-only" },
	{ "no nexus known", CHECK(), STATE(1, WERO, 0xb, ANY(0xa, N), ANY(0xb, Y)), STATUS_UNKNOWN,
	  REASON_NOT_VERIFIED, "but the device does not say by which host" },
	{ "no nexus known, and the key is not there", CHECK(), STATE(1, WERO, 0xb, ANY(0xb, Y)),
	  STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, "0xa is not registered", .fenced = true },
	{ "another path of this host", CHECK(), STATE(1, RESV_NONE, 0, MAYBE(0xa, N)),
	  STATUS_UNKNOWN, REASON_NOT_VERIFIED, "perhaps through another path" },
	{ "another path of this host holds alone, and the type is asked for", CHECK(.type = WE),
	  STATE(1, WE, 0xa, OWN(0xa, N), OWN_2(0xa, Y)), STATUS_FAILED, REASON_HELD_BY_ONE_PATH,
	  "writes through /dev/sda fail" },
	{ "another path of this host holds with the registrants", CHECK(.type = WERO),
	  STATE(1, WERO, 0xa, OWN(0xa, N), OWN_2(0xa, Y)), STATUS_OK, REASON_NONE,
	  "0xa is registered" },
	{ "another path of this host holds alone, on NVMe", CHECK(.type = WE),
	  STATE(1, WE, 0xa, OWN(0xa, N), OWN_2(0xa, Y)), STATUS_OK, REASON_NONE,
	  "0xa is registered", true },
	{ "another host holds alone, with this host's key on another path", CHECK(.type = WE),
	  STATE(1, WE, 0xb, OWN(0xa, N), OWN_2(0xa, N), OTHER(0xb, Y)), STATUS_OK, REASON_NONE,
	  "0xa is registered" },
	{ "this path holds alone", CHECK(.type = EA),
	  STATE(1, EA, 0xa, OWN(0xa, Y), OWN_2(0xa, N)), STATUS_OK, REASON_NONE,
	  "0xa is registered; held by 0xa" },
	{ "no nexus known, and another type", CHECK(.type = EA),
	  STATE(1, WERO, 0xb, ANY(0xa, N), ANY(0xb, Y)), STATUS_CONFLICT,
	  REASON_HELD_WITH_OTHER_TYPE, "not exclusive-access" },
};

static void told(const struct result *result, enum status status, enum reason reason,
		 const char *text)
{
	assert_int_equal(result->outcome.status, status);
	assert_int_equal(result->outcome.reason, reason);
	assert_null(status == STATUS_OK ? result->outcome.message : result->outcome.success);
	assert_non_null(strstr(
		status == STATUS_OK ? result->outcome.success : result->outcome.message, text));
	assert_int_equal(result->outcome.changed, TRI_NO);
}

static void disk(void **state)
{
	const typeof(disks[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct result *result = result_new(arena, "/dev/sda");

	result->lun = (struct lun){ .node = "/dev/sda",
				    .transport = row->nvme ? TRANSPORT_NVME : TRANSPORT_SCSI };
	result->state = row->state;
	rule_of(&row->request)->read(&row->request, result);
	told(result, row->status, row->reason, row->text);
	assert_int_equal(result->outcome.message &&
				 strstr(result->outcome.message, "may have been fenced"),
			 row->fenced);
	arena_free(arena);
}

/* A map of two paths, sda and sdb: host-1's sessions 1 and 2. */
static const struct {
	const char *name;
	struct request request;
	struct resv_state state;
	enum status status;
	enum reason reason;
	const char *text;
	bool dead; /* sdb does not answer */
	const char *warning;
} maps[] = {
	{ "both paths", CHECK(.type = WERO), STATE(1, WERO, 0xa, OWN(0xa, Y), BESIDE(0xa, N)),
	  STATUS_OK, REASON_NONE, "0xa is registered on 2 paths; held by 0xa (this host)", false,
	  NULL },
	{ "both paths, one of which is dead", CHECK(),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), BESIDE(0xa, N)), STATUS_OK, REASON_NONE,
	  "0xa is registered on 2 paths", true, "do not respond: /dev/sdb (no response)" },
	{ "one path lacks it", CHECK(), STATE(1, RESV_NONE, 0, OWN(0xa, N)), STATUS_FAILED,
	  REASON_KEY_NOT_REGISTERED,
	  "0xa is registered on 1 of 2 paths, missing on /dev/sdb; nothing", false, NULL },
	{ "the path that was asked lacks it", CHECK(), STATE(1, RESV_NONE, 0, BESIDE(0xa, N)),
	  STATUS_FAILED, REASON_KEY_NOT_REGISTERED, "on 1 of 2 paths, missing on /dev/sda; nothing",
	  false, NULL },
	{ "a dead path has it, and a live one lacks it", CHECK(),
	  STATE(1, RESV_NONE, 0, BESIDE(0xa, N)), STATUS_FAILED, REASON_KEY_NOT_REGISTERED,
	  "on 1 of 2 paths, missing on /dev/sda; nothing", true, NULL },
	{ "a dead path lacks it", CHECK(), STATE(1, RESV_NONE, 0, OWN(0xa, N)), STATUS_FAILED,
	  REASON_KEY_NOT_REGISTERED, "missing on /dev/sdb (no response); nothing", true, NULL },
	{ "one path has another key", CHECK(), STATE(1, RESV_NONE, 0, OWN(0xa, N), BESIDE(0xd, N)),
	  STATUS_FAILED, REASON_OTHER_KEY_REGISTERED, "missing on /dev/sdb, which has 0xd; nothing",
	  false, NULL },
	{ "both paths have another key", CHECK(),
	  STATE(1, RESV_NONE, 0, OWN(0xd, N), BESIDE(0xd, N)), STATUS_CONFLICT,
	  REASON_OTHER_KEY_REGISTERED,
	  "on /dev/sda, which has 0xd, /dev/sdb, which has 0xd; nothing", false, NULL },
	{ "fenced", CHECK(), STATE(1, WERO, 0xb, OTHER(0xb, Y)), STATUS_CONFLICT,
	  REASON_KEY_NOT_REGISTERED, "on /dev/sda, /dev/sdb; held by 0xb", false, NULL },
	{ "a registration of this host that may be a path's", CHECK(),
	  STATE(1, RESV_NONE, 0, { 0xa, N, { HOST_1 ",i,0x00023d000009", 1 }, N, Y, false }),
	  STATUS_UNKNOWN, REASON_NOT_VERIFIED,
	  "but the device does not say whether on /dev/sda, /dev/sdb", false, NULL },
	{ "no nexus known", CHECK(), STATE(1, WERO, 0xb, ANY(0xa, N), ANY(0xb, Y)), STATUS_UNKNOWN,
	  REASON_NOT_VERIFIED, "but the device does not say whether on /dev/sda, /dev/sdb", false,
	  NULL },
	{ "no nexus known, and the key is not there", CHECK(), STATE(1, WERO, 0xb, ANY(0xb, Y)),
	  STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED,
	  "; if this host was registered before, it may have been fenced", false, NULL },
	{ "one path holds alone, and the type is asked for", CHECK(.type = WE),
	  STATE(1, WE, 0xa, OWN(0xa, Y), BESIDE(0xa, N)), STATUS_FAILED, REASON_HELD_BY_ONE_PATH,
	  "writes through /dev/sdb fail", false, NULL },
	{ "one path lacks it, and who knows whether the other one has it", CHECK(),
	  STATE(1, RESV_NONE, 0, { 0xa, N, { NULL, 1 }, U, U, false },
		{ 0xd, N, { HOST_1 SESSION_2, 1 }, N, Y, true }),
	  STATUS_FAILED, REASON_OTHER_KEY_REGISTERED, "0xa is registered on 0 of 2 paths", false,
	  NULL },
	{ "one path holds alone", CHECK(), STATE(1, EA, 0xa, OWN(0xa, N), BESIDE(0xa, Y)),
	  STATUS_OK, REASON_NONE, "0xa is registered on 2 paths", false,
	  "writes through /dev/sda fail" },
	{ "another host holds alone", CHECK(.type = WE),
	  STATE(1, WE, 0xb, OWN(0xa, N), BESIDE(0xa, N), OTHER(0xb, Y)), STATUS_OK, REASON_NONE,
	  "0xa is registered on 2 paths; held by 0xb", false, NULL },
};

static struct result *path_new(struct arena *arena, const char *node, const char *initiator,
			       bool dead)
{
	struct result *path = result_new(arena, node);

	path->lun = (struct lun){ .node = node,
				  .nexus = { initiator, 1 },
				  .transport = TRANSPORT_SCSI };
	path->device.fd = dead ? -1 : 3;
	path->use.probed = !dead;
	return path;
}

static void map(void **state)
{
	const typeof(maps[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct result *result = result_new(arena, "/dev/mapper/a");

	result->lun.transport = TRANSPORT_SCSI;
	result->paths = path_new(arena, "/dev/sda", HOST_1 SESSION_1, false);
	result->paths->next = path_new(arena, "/dev/sdb", HOST_1 SESSION_2, row->dead);
	for (struct result *path = result->paths; path; path = path->next)
		path->map = result;
	result->state = row->state;
	rule_of(&row->request)->read(&row->request, result);
	told(result, row->status, row->reason, row->text);
	if (row->warning) {
		assert_non_null(result->warnings);
		assert_non_null(strstr(result->warnings->text, row->warning));
	} else {
		assert_null(result->warnings);
	}
	arena_free(arena);
}

/* An iSCSI card of this host, whose driver shows no ISID. */
static void isid_unknown(void **state)
{
	const struct resv_state listed =
		STATE(1, RESV_NONE, 0, { 0xa, N, { HOST_1 SESSION_1, 1 }, U, Y, false });
	const struct request request = CHECK();
	struct arena *arena = unit_arena();
	struct result *disk = path_new(arena, "/dev/sda", HOST_1, false);
	struct result *map = result_new(arena, "/dev/mapper/a");

	(void)state;
	disk->state = listed;
	rule_of(&request)->read(&request, disk);
	told(disk, STATUS_UNKNOWN, REASON_NOT_VERIFIED,
	     "0xa is registered by this host, but the driver does not show the ISID, so it may be "
	     "through another session than /dev/sda; nothing is reserved");
	map->lun.transport = TRANSPORT_SCSI;
	map->paths = path_new(arena, "/dev/sda", HOST_1, false);
	map->paths->next = path_new(arena, "/dev/sdb", HOST_1, false);
	for (struct result *path = map->paths; path; path = path->next)
		path->map = map;
	map->state = listed;
	rule_of(&request)->read(&request, map);
	told(map, STATUS_UNKNOWN, REASON_NOT_VERIFIED,
	     "so it may be through another session than /dev/sda, /dev/sdb; nothing is reserved");
	arena_free(arena);
}

/* What an earlier run has recorded of the victim is looked up only if there is one. */
static void victim(void **state)
{
	struct request request = { .command = COMMAND_STATUS, .confirmed_off = true };
	struct arena *arena = unit_arena();
	struct result *result = result_new(arena, "/dev/sda");

	(void)state;
	rule_of(&request)->read(&request, result);
	assert_int_equal(result->victim.known, ABORT_KNOWN_NOTHING);
	request.victim = 0xb;
	rule_of(&request)->read(&request, result);
	assert_int_equal(result->victim.known, ABORT_KNOWN_CONFIRMED);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, disk, disks);
	UNIT_TABLE(&unit, map, maps);
	UNIT_TEST(&unit, isid_unknown);
	UNIT_TEST(&unit, victim);
	return unit_run(&unit, "rule_check");
}
