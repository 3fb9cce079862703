// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/uses.h"

#include <string.h>
#include <sys/sysmacros.h>

#include "block/layers.h"
#include "block/mount.h"
#include "block/sysfs.h"
#include "util/text.h"

#define DEPTH_MAX 8 /* maximum depth of devices on devices */
#define VG_ID 32 /* characters: lib/uuid/uuid.h of lvm2 */
#define UDEV_MAX 16384 /* bytes of a record */

struct mounted {
	dev_t devno;
	const char *point;
	const struct mounted *next;
};

struct walk {
	struct arena *arena;
	const struct mounted *mounts;
	const char *directory; /* the device that is examined */
	int depth;
	struct use *uses, **end;
	const char *group;
};

struct collection {
	struct arena *arena;
	const struct mounted *first, **end;
};

static void collect(const struct mount *mount, void *context)
{
	struct collection *collection = context;
	dev_t *devices;
	size_t count = mount_devices(collection->arena, mount, &devices);

	for (size_t i = 0; i < count; i++) {
		struct mounted *mounted = arena_alloc(collection->arena, sizeof(*mounted));

		if (!mounted)
			return;
		*mounted = (struct mounted){ devices[i], mount->point, NULL };
		*collection->end = mounted;
		collection->end = &mounted->next;
	}
}

/* The mounts of this process; NULL if there is none, or if they cannot be read. */
static const struct mounted *mounted_read(struct arena *arena)
{
	struct collection collection = { .arena = arena };

	collection.end = &collection.first;
	mounts_each(arena, mounts_read(arena), collect, &collection);
	return collection.first;
}

/* Adds a use once, however many devices lead to it. */
static void use_add(struct walk *walk, enum use_kind kind, const char *name)
{
	struct use *use;

	for (use = walk->uses; use; use = use->next)
		if (use->kind == kind && (!name || (use->name && strcmp(use->name, name) == 0)))
			return;
	use = arena_alloc(walk->arena, sizeof(*use));
	if (!use)
		return;
	*use = (struct use){ kind, name ? text_line(walk->arena, name) : NULL, NULL };
	*walk->end = use;
	walk->end = &use->next;
}

/* "data" of "data-home": LVM doubles each hyphen in a name, and puts one between two names. */
static const char *group_name(struct arena *arena, const char *volume)
{
	char *name = arena_alloc(arena, strlen(volume) + 1), *to = name;

	for (; name && *volume && (*volume != '-' || volume[1] == '-'); volume++) {
		*to++ = *volume;
		volume += *volume == '-';
	}
	if (name)
		*to = '\0';
	return name;
}

static void visit(struct walk *walk, const char *directory);

/* Adds what uses a device: a logical volume, an array, a map. */
static int holder_visit(const char *name, void *context)
{
	struct walk *walk = context;
	const char *holders = arena_printf(walk->arena, "%s/holders", walk->directory);
	const char *directory = sysfs_real(walk->arena, holders, name), *uuid, *called;

	if (!directory)
		return 0;
	uuid = sysfs_line(walk->arena, directory, "dm/uuid");
	called = sysfs_line(walk->arena, directory, "dm/name");
	if (uuid && called && strncmp(uuid, "LVM-", 4) == 0) {
		use_add(walk, USE_PV, group_name(walk->arena, called));
		walk->group = arena_printf(walk->arena, "volume group %.*s", VG_ID, uuid + 4);
	} else if (sysfs_exists(directory, "md")) {
		use_add(walk, USE_MD, name);
		walk->group = arena_printf(walk->arena, "%s", name);
	} else if (layers_is_map(walk->arena, directory)) {
		/* The uses of a map are those of the device on it. */
		use_add(walk, USE_MULTIPATH, called ? called : name);
		return 0;
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

/* Adds what udev has read from a device that nothing uses: it may be part of something inactive. */
static void record_look(struct walk *walk, dev_t devno)
{
	char record[UDEV_MAX] = "";
	const char *name = arena_printf(walk->arena, "b%u:%u", major(devno), minor(devno));

	if (sysfs_read("/run/udev/data", name, record, UDEV_MAX - 1) <= 0)
		return;
	if (strstr(record, "\nE:ID_FS_TYPE=LVM2_member\n"))
		use_add(walk, USE_PV, NULL);
	else if (strstr(record, "\nE:ID_FS_TYPE=linux_raid_member\n"))
		use_add(walk, USE_MD, NULL);
}

static void visit(struct walk *walk, const char *directory)
{
	const char *before = walk->directory;
	dev_t devno = sysfs_devno(walk->arena, directory);
	const struct use *known;

	for (const struct mounted *mount = devno ? walk->mounts : NULL; mount; mount = mount->next)
		if (mount->devno == devno)
			use_add(walk, USE_MOUNTED, mount->point);
	known = walk->uses;
	if (++walk->depth <= DEPTH_MAX) {
		walk->directory = directory;
		(void)sysfs_scan(arena_printf(walk->arena, "%s/holders", directory), holder_visit,
				 walk);
		walk->directory = directory;
		(void)sysfs_scan(directory, partition_visit, walk);
		walk->directory = before;
	}
	walk->depth--;
	if (devno && walk->uses == known && !known)
		record_look(walk, devno);
}

/* The uses of the disk @devno; *@group as in results_uses_read(). */
static struct use *uses_read(struct arena *arena, dev_t devno, const struct mounted *mounts,
			     const char **group)
{
	struct walk walk = { .arena = arena, .mounts = mounts };
	const char *directory = sysfs_block(arena, devno);

	walk.end = &walk.uses;
	if (directory)
		visit(&walk, directory);
	*group = walk.group;
	return walk.uses;
}

void results_uses_read(struct results *results)
{
	const struct mounted *mounts = mounted_read(results->arena);

	for (struct result *result = results->first; result; result = result->next)
		if (result->lun.name)
			result->uses = uses_read(results->arena, result->lun.devno, mounts,
						 &result->group);
}
