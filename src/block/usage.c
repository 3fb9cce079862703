// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/usage.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "block/sysfs.h"
#include "util/text.h"

#define MOUNTS_MAX ((size_t)1 << 20) /* bytes */
#define DEPTH_MAX 8 /* devices on devices */
#define VG_ID 32 /* characters: lib/uuid/uuid.h of lvm2 */

struct walk {
	struct arena *arena;
	const char *mounts;
	const char *directory; /* that is looked at */
	int depth;
	struct disk_usage usage;
	const char *weaker; /* what is said if nothing is mounted */
};

const char *disk_usage_mounts(struct arena *arena)
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	char *text = fd < 0 ? NULL : arena_alloc(arena, MOUNTS_MAX + 1);
	size_t length = 0;
	ssize_t count;

	while (text && length < MOUNTS_MAX &&
	       (count = read(fd, text + length, MOUNTS_MAX - length)) > 0)
		length += (size_t)count;
	if (fd >= 0)
		close(fd);
	return text;
}

/*
 * Where the device with the number @number ("8:16") is mounted, escaped as in proc(5); NULL:
 * nowhere.
 */
static const char *mount_find(const struct walk *walk, const char *number)
{
	for (const char *line = walk->mounts; line && *line;
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		char device[32], root[4096], point[4096];

		if (sscanf(line, "%*d %*d %31s %4095s %4095s", device, root, point) == 3 &&
		    strcmp(device, number) == 0)
			return text_line(walk->arena, point);
	}
	return NULL;
}

static void visit(struct walk *walk, const char *directory);

/* What holds a device: a logical volume, an array, a map. */
static int holder_visit(const char *name, void *context)
{
	struct walk *walk = context;
	const char *holders = arena_printf(walk->arena, "%s/holders", walk->directory);
	const char *directory = sysfs_real(walk->arena, holders, name), *uuid, *called;

	if (!directory)
		return 0;
	uuid = sysfs_line(walk->arena, directory, "dm/uuid");
	called = sysfs_line(walk->arena, directory, "dm/name");
	if (uuid && strncmp(uuid, "LVM-", 4) == 0) {
		walk->weaker = arena_printf(walk->arena, "logical volume %s on it",
					    called ? called : name);
		walk->usage.group = arena_printf(walk->arena, "volume group %.*s", VG_ID, uuid + 4);
	} else if (sysfs_exists(directory, "md")) {
		walk->weaker = arena_printf(walk->arena, "member of %s", name);
		walk->usage.group = arena_printf(walk->arena, "%s", name);
	}
	visit(walk, directory);
	return 0;
}

static int partition_visit(const char *name, void *context)
{
	struct walk *walk = context;
	const char *directory = arena_printf(walk->arena, "%s/%s", walk->directory, name);

	if (sysfs_exists(directory, "partition"))
		visit(walk, directory);
	return 0;
}

static void visit(struct walk *walk, const char *directory)
{
	const char *number = sysfs_line(walk->arena, directory, "dev"), *before = walk->directory;
	const char *point = number ? mount_find(walk, number) : NULL;

	if (point && !walk->usage.text)
		walk->usage.text = arena_printf(walk->arena, "mounted at %s", point);
	if (++walk->depth <= DEPTH_MAX) {
		walk->directory = directory;
		(void)sysfs_scan(arena_printf(walk->arena, "%s/holders", directory), holder_visit,
				 walk);
		walk->directory = directory;
		(void)sysfs_scan(directory, partition_visit, walk);
		walk->directory = before;
	}
	walk->depth--;
}

struct disk_usage disk_usage_read(struct arena *arena, dev_t devno, const char *mounts)
{
	struct walk walk = { .arena = arena, .mounts = mounts };
	const char *directory = sysfs_block(arena, devno);

	if (directory)
		visit(&walk, directory);
	if (!walk.usage.text)
		walk.usage.text = walk.weaker;
	return walk.usage;
}
