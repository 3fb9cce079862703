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

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, named, names);
	return unit_run(&unit, "deciding");
}
