// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's table of mounts, and lvm's report. */
#include "block/mount.h"
#include "unit.h"

#include <sys/sysmacros.h>

#include "block/volume_group.h"

static const char table[] =
	"22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard\n"
	"23 22 0:21 / /proc rw,nosuid - proc proc rw\n"
	"30 22 8:16 / /data rw master:1 propagate_from:2 - xfs /dev/sdb rw\n"
	"31 22 8:32 /sub /my\\040disk rw - ext4 /dev/sdc rw\n"
	"32 22 8:48 / /data rw - ext4 /dev/sdd rw\n"
	"33 22 0:40 / /srv rw - nfs4 server:/export rw\n"
	"a line that is none\n"
	"34 22 8:64 / /end rw - ext4 /dev/sde rw";

static const struct {
	const char *name; /* the path */
	unsigned int major_number, minor_number;
	const char *type, *source;
} mounts[] = {
	{ "/", 254, 0, "ext4", "/dev/vda" },
	{ "/data", 8, 48, "ext4", "/dev/sdd" }, /* mounted over the other one */
	{ "/my disk", 8, 32, "ext4", "/dev/sdc" },
	{ "/srv", 0, 40, "nfs4", "server:/export" },
	{ "/end", 8, 64, "ext4", "/dev/sde" },
	{ "/dat", 0, 0, NULL, NULL },
	{ "/data/", 0, 0, NULL, NULL },
	{ "", 0, 0, NULL, NULL },
};

static void finds(void **state)
{
	const typeof(mounts[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct mount mount;

	assert_int_equal(mount_find(arena, table, row->name, &mount), row->type != NULL);
	assert_false(mount_find(arena, NULL, row->name, &(struct mount){ 0 }));
	if (row->type) {
		assert_int_equal(mount.devno, makedev(row->major_number, row->minor_number));
		assert_string_equal(mount.type, row->type);
		assert_string_equal(mount.source, row->source);
	}
	arena_free(arena);
}

static void devices(void **state)
{
	struct arena *arena = unit_arena();
	const struct mount disk = { "/data", makedev(8, 16), "xfs", "/dev/sdb" },
			   server = { "/srv", makedev(0, 40), "nfs4", "server:/export" };
	dev_t *list;

	(void)state;
	assert_int_equal(mount_devices(arena, &disk, &list), 1);
	assert_int_equal(list[0], makedev(8, 16));
	assert_int_equal(mount_devices(arena, &server, &list), 0);
	arena_free(arena);
}

/* /dev/null exists, and is not a block device. */
static const struct {
	const char *name; /* the line */
	bool read;
	const char *volume;
} lines[] = {
	{ "  /dev/null|abc-def|", true, "abc-def" },
	{ "  /dev/none-such|abc-def|", true, "abc-def" },
	{ "  [unknown]|abc-def|missing", true, "abc-def" },
	{ "  WARNING: a device is missing", false, NULL },
	{ "", false, NULL },
};

static void reports(void **state)
{
	const typeof(lines[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct physical_volume volume;

	assert_int_equal(volume_group_line(arena, row->name, &volume), row->read);
	if (row->read) {
		assert_string_equal(volume.name, row->volume);
		assert_int_equal(volume.devno, 0);
	}
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, finds, mounts);
	UNIT_TEST(&unit, devices);
	UNIT_TABLE(&unit, reports, lines);
	return unit_run(&unit, "mount");
}
