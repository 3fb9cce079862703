// SPDX-License-Identifier: GPL-2.0-or-later
/* What udev's names say about a LUN that is missing. */
#include "unit.h"

#include "fence/deciding.h"

#define ID "/dev/disk/by-id/"
#define UUID "a1b2c3d4-0000-1111-2222-333344445555"

static const struct {
	const char *device, *wwid;
} names[] = {
	{ ID "wwn-0x6001405aaaaaaaaa0000000000000000", "naa.6001405aaaaaaaaa0000000000000000" },
	{ ID "wwn-0x5000c500a1b2c3d4", "naa.5000c500a1b2c3d4" },
	{ ID "wwn-0x5000C500A1B2C3D4", "naa.5000c500a1b2c3d4" },
	{ ID "scsi-36001405aaaaaaaaa0000000000000000", "naa.6001405aaaaaaaaa0000000000000000" },
	{ ID "scsi-2001b4d2000000001", "eui.001b4d2000000001" },
	{ ID "scsi-2001b4d200000000100112233", "eui.001b4d200000000100112233" },
	{ ID "scsi-2001b4d2000000001001122334", NULL },
	{ ID "dm-uuid-mpath-36001405aaaaaaaaa0000000000000000",
	  "naa.6001405aaaaaaaaa0000000000000000" },
	{ ID "dm-uuid-mpath-uuid." UUID, "uuid." UUID },
	{ ID "nvme-uuid." UUID, "uuid." UUID },
	{ ID "nvme-eui.00000000000000018ce38e0400000001", "eui.00000000000000018ce38e0400000001" },
	{ ID "dm-uuid-mpath-2001b4d2000000001", "eui.001b4d2000000001" },
	{ ID "dm-uuid-mpath-eui.00000000000000018ce38e0400000001",
	  "eui.00000000000000018ce38e0400000001" },
	{ ID "dm-uuid-mpath-eui." UUID, NULL },
	{ ID "dm-uuid-mpath-3" UUID, NULL },
	{ ID "wwn-0x5000c500a1b2c3d4-part1", "naa.5000c500a1b2c3d4" },
	{ ID "nvme-uuid." UUID "-part12", "uuid." UUID },
	{ ID "wwn-0x5000c500a1b2c3d4-part", NULL },
	{ ID "wwn-0x5000c500a1b2c3d", NULL },
	{ ID "wwn-0x5000c500a1b2c3dx", NULL },
	{ ID "wwn-0x", NULL },
	{ ID "nvme-uuid.1", NULL },
	{ ID "scsi-SATA_disk_1", NULL },
	{ ID "scsi-1LIO-ORG_lun0", NULL },
	{ ID "scsi-3", NULL },
	{ ID "dm-name-mpatha", NULL },
	{ ID, NULL },
	{ "/dev/mapper/36001405aaaaaaaaa0000000000000000", NULL },
	{ "/dev/sdb", NULL },
	{ "UUID=" UUID, NULL },
	{ "", NULL },
};

static void named(void **state)
{
	const typeof(names[0]) *row = *state;
	struct arena *arena = unit_arena();
	const char *wwid = deciding_named_wwid(arena, row->device);

	if (row->wwid)
		assert_string_equal(wwid, row->wwid);
	else
		assert_null(wwid);
	arena_free(arena);
}

/* Which of some LUNs decides: by their WWIDs. */
static const struct {
	const char *name;
	const char *wwids[3];
	bool failed[3];
	int first; /* -1: none */
} firsts[] = {
	{ "the lowest", { "naa.2", "naa.1", "naa.3" }, { 0 }, 1 },
	{ "the lowest that is there", { "naa.2", "naa.1", "naa.3" }, { false, true, false }, 0 },
	{ "none is there", { "naa.2", "naa.1", "naa.3" }, { true, true, true }, -1 },
	{ "two names of one LUN: the first one", { "naa.2", "naa.1", "naa.1" }, { 0 }, 1 },
	{ "no WWIDs: the first one", { NULL, NULL, NULL }, { 0 }, 0 },
	{ "no WWIDs: the first one that is there", { NULL, NULL, NULL }, { true }, 1 },
	{ "a WWID before none", { NULL, "naa.2", "naa.1" }, { 0 }, 2 },
	{ "a WWID before none, whatever comes later", { "naa.2", NULL, NULL }, { 0 }, 0 },
};

static void first(void **state)
{
	const typeof(firsts[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct results found = { .arena = arena, .end = &found.first };
	struct result *results[3];

	for (int i = 0; i < 3; i++) {
		results[i] = result_add(&found, "/dev/a");
		results[i]->lun.wwid = row->wwids[i];
		if (row->failed[i])
			results[i]->outcome.status = STATUS_DEVICE;
	}
	assert_ptr_equal(deciding_first(&found), row->first < 0 ? NULL : results[row->first]);
	arena_free(arena);
}

/* Whether a LUN that is missing may decide, by its name; another one was found. */
static const struct {
	const char *name;
	const char *missing, *found; /* a name, and a WWID */
	bool may;
} missing[] = {
	{ "a higher one", ID "wwn-0x6001405000000002", "naa.6001405000000001", false },
	{ "a lower one", ID "wwn-0x6001405000000001", "naa.6001405000000002", true },
	{ "a name that says nothing", "/dev/sdz", "naa.6001405000000001", true },
	{ "the kernel has another kind of WWID", ID "scsi-36001405000000002",
	  "iqn.2026-01.lab:array.1", true },
	{ "the kernel has WWIDs with capitals", ID "wwn-0x600140500000000b",
	  "naa.600140500000000A", true },
	{ "no WWID was found", ID "wwn-0x6001405000000002", NULL, true },
};

static void may_decide(void **state)
{
	const typeof(missing[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct act act = { .reported = { .arena = arena } };
	struct results found = { .arena = arena, .end = &found.first };

	act.reported.end = &act.reported.first;
	result_fail(result_add(&act.reported, row->missing), STATUS_DEVICE, REASON_NOT_FOUND,
		    STEP_RESOLVE, "it is missing");
	result_add(&found, "/dev/a")->lun.wwid = row->found;
	assert_int_equal(deciding_obstacle(&act, &found) != NULL, row->may);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, named, names);
	UNIT_TABLE(&unit, first, firsts);
	UNIT_TABLE(&unit, may_decide, missing);
	return unit_run(&unit, "deciding");
}
