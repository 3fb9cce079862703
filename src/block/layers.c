// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/layers.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "block/sysfs.h"
#include "util/text.h"

#define MAP_PREFIX "mpath-" /* prefix of the UUIDs that multipath gives its maps */
#define VIRTUAL_DISKS "/sys/devices/virtual/block" /* device mapper's among them */
#define DEPTH_MAX 16 /* maximum depth of block devices on block devices */
#define MAPS_LISTED 4 /* of more, the paths are not listed: one disk has fewer holders */

/* The prefix of device mapper's devices in sysfs, whatever their names are in /dev/mapper. */
static bool is_dm(const char *directory)
{
	return strncmp(sysfs_name(directory), "dm-", 3) == 0;
}

const char *layers_map_name(struct arena *arena, const char *directory)
{
	const char *uuid = is_dm(directory) ? sysfs_line(arena, directory, "dm/uuid") : NULL;

	return uuid && strncmp(uuid, MAP_PREFIX, strlen(MAP_PREFIX)) == 0
		       ? uuid + strlen(MAP_PREFIX)
		       : NULL;
}

bool layers_is_map(struct arena *arena, const char *directory)
{
	return layers_map_name(arena, directory) != NULL;
}

/* Whether the @length characters of @text are "HOST:CHANNEL:TARGET:LUN", in decimal. */
static bool is_scsi_address(const char *text, size_t length)
{
	int colons = 0;

	for (size_t i = 0; i < length; i++) {
		bool colon = text[i] == ':';

		if (!colon && (text[i] < '0' || text[i] > '9'))
			return false;
		if (colon && (i == 0 || text[i - 1] == ':'))
			return false;
		colons += colon;
	}
	return colons == 3 && text[length - 1] != ':';
}

const char *layers_scsi_device(struct arena *arena, const char *directory)
{
	static const char class[] = "/block";
	const char *end = sysfs_name(directory) - 1, *begin;

	if (end - directory < (ptrdiff_t)strlen(class) ||
	    strncmp(end - strlen(class), class, strlen(class)) != 0)
		return NULL;
	end -= strlen(class);
	for (begin = end; begin > directory && begin[-1] != '/'; begin--)
		;
	return is_scsi_address(begin, (size_t)(end - begin))
		       ? arena_printf(arena, "%.*s", (int)(end - directory), directory)
		       : NULL;
}

static int leaf_add(struct layers *layers, const char *directory, const char *device)
{
	struct leaf **end = &layers->leaves, *leaf;

	for (; *end; end = &(*end)->next)
		if (strcmp((*end)->directory, directory) == 0)
			return 0;
	leaf = arena_alloc(layers->arena, sizeof(*leaf));
	if (!leaf)
		return -ENOMEM;
	*leaf = (struct leaf){ .directory = directory, .device = device };
	*end = leaf;
	return 0;
}

/*
 * The whole disk of the partition at @directory, as a sysfs directory: a partition's directory is
 * inside its disk's.
 */
static const char *partition_disk(struct arena *arena, const char *directory)
{
	return arena_printf(arena, "%.*s", (int)(sysfs_name(directory) - directory) - 1, directory);
}

/*
 * Follows the block device at @directory down to the devices on which it lies. Returns 0 or a
 * negative errno.
 */
static int walk(struct layers *layers, const char *directory, int depth)
{
	struct dirent **slaves;
	const char *device;
	char path[PATH_MAX];
	int count, err = 0;

	if (!directory || depth > DEPTH_MAX)
		return -ENODEV;
	device = layers_scsi_device(layers->arena, directory);
	if (device)
		return leaf_add(layers, directory, device);
	if (sysfs_exists(directory, "partition")) {
		layers->partition |= depth == 0;
		layers->stacked = true;
		return walk(layers, partition_disk(layers->arena, directory), depth + 1);
	}
	/* A device on a bus lies on no other block device. */
	device = sysfs_real(layers->arena, directory, "device");
	if (device || layers_is_map(layers->arena, directory))
		return leaf_add(layers, directory, device);
	snprintf(path, sizeof(path), "%s/slaves", directory);
	count = scandir(path, &slaves, NULL, versionsort);
	if (count < 0)
		count = 0;
	for (int i = 0; i < count; i++) {
		if (slaves[i]->d_name[0] != '.' && err == 0) {
			layers->stacked = true;
			err = walk(layers, sysfs_real(layers->arena, path, slaves[i]->d_name),
				   depth + 1);
		}
		free(slaves[i]);
	}
	if (count > 0)
		free(slaves);
	/* Only "." and "..": it lies on nothing. */
	return count <= 2 ? leaf_add(layers, directory, NULL) : err;
}

int layers_walk(struct layers *layers, const char *directory)
{
	return walk(layers, directory, 0);
}

const char *layers_node(struct arena *arena, const char *directory)
{
	const char *name = is_dm(directory) ? sysfs_line(arena, directory, "dm/name") : NULL;
	char *node;

	if (name)
		return arena_printf(arena, "/dev/mapper/%s", name);
	node = (char *)arena_printf(arena, "/dev/%s", sysfs_name(directory));

	for (char *c = node; *c; c++)
		if (*c == '!')
			*c = '/';
	return node;
}

#define NATIVE_PATHS "multipath" /* the directory of a head with links to its paths */

/* "sdc:0" is a path of "sdc". */
static bool is_native_path(const char *head, const char *name)
{
	size_t length = strlen(head);

	return strncmp(name, head, length) == 0 && name[length] == ':' && name[length + 1] &&
	       !name[length + 1 + strspn(name + length + 1, "0123456789")];
}

/* The device of a head has its own class, even if no path is left. */
static bool is_native_head(struct arena *arena, const char *directory)
{
	const char *device = sysfs_real(arena, directory, "device");
	const char *subsystem = device ? sysfs_real(arena, device, "subsystem") : NULL;

	return subsystem && strncmp(sysfs_name(subsystem), "scsi_mpath", 10) == 0;
}

const char *layers_native_paths(struct arena *arena, const char *directory)
{
	const char *path = arena_printf(arena, "%s/" NATIVE_PATHS, directory), *text = "";
	struct dirent **names;
	int count = scandir(path, &names, NULL, versionsort);

	for (int i = 0; i < count; i++) {
		if (is_native_path(sysfs_name(directory), names[i]->d_name))
			text = text_list(arena, text, "%s", names[i]->d_name);
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	if (*text)
		return text;
	return is_native_head(arena, directory) ? "no paths" : NULL;
}

const char *layers_native_path(struct arena *arena, const char *directory)
{
	const char *paths = arena_printf(arena, "%s/" NATIVE_PATHS, directory), *path = NULL;
	struct dirent *entry;
	DIR *list = opendir(paths);

	while (list && !path && (entry = readdir(list)))
		if (is_native_path(sysfs_name(directory), entry->d_name))
			path = sysfs_real(arena, paths, entry->d_name);
	if (list)
		closedir(list);
	return path;
}

/*
 * The WWID of all paths to which the directory @links of the disk at @directory links; NULL if they
 * differ, or if one has none.
 */
static const char *paths_wwid(struct arena *arena, const char *directory, const char *links)
{
	const char *slaves = arena_printf(arena, "%s/%s", directory, links), *common = NULL, *wwid;
	struct dirent *entry;
	DIR *list = opendir(slaves);
	bool differ = false;

	while (list && !differ && (entry = readdir(list))) {
		if (entry->d_name[0] == '.')
			continue;
		wwid = layers_wwid(arena, sysfs_real(arena, slaves, entry->d_name));
		differ = !wwid || (common && strcmp(common, wwid) != 0);
		common = wwid;
	}
	if (list)
		closedir(list);
	return differ ? NULL : common;
}

/* On SCSI it is an attribute of the device below the block device, on NVMe of the block device. */
const char *layers_wwid(struct arena *arena, const char *directory)
{
	const char *wwid, *device;

	if (!directory)
		return NULL;
	if (layers_is_map(arena, directory))
		return paths_wwid(arena, directory, "slaves");
	device = layers_scsi_device(arena, directory);
	wwid = device ? sysfs_line(arena, device, "wwid")
		      : sysfs_line(arena, directory, "device/wwid");
	if (!wwid)
		wwid = sysfs_line(arena, directory, "wwid");
	if (!wwid && layers_native_path(arena, directory))
		wwid = paths_wwid(arena, directory, NATIVE_PATHS);
	return wwid;
}

/* A path of a map. */
struct map_path {
	const char *disk; /* the kernel's name: "sdb" */
	const char *map; /* directory of the map */
	const struct map_path *next;
};

/* The paths of all multipath maps of this machine. */
struct maps {
	struct arena *arena;
	const char *map; /* whose paths are being listed */
	size_t count; /* of maps */
	bool unlisted; /* there are many maps, or one could not be read */
	const struct map_path *paths;
};

static int map_path_add(const char *name, void *context)
{
	struct maps *maps = context;
	struct map_path *path = arena_alloc(maps->arena, sizeof(*path));
	const char *disk = arena_printf(maps->arena, "%s", name);

	if (!path || disk == arena_full)
		return -ENOMEM;
	*path = (struct map_path){ disk, maps->map, maps->paths };
	maps->paths = path;
	return 0;
}

static int map_visit(const char *name, void *context)
{
	struct maps *maps = context;

	if (!is_dm(name))
		return 0;
	maps->map = arena_printf(maps->arena, VIRTUAL_DISKS "/%s", name);
	if (!layers_is_map(maps->arena, maps->map))
		return 0;
	if (maps->count++ == MAPS_LISTED)
		return -E2BIG;
	return sysfs_scan(arena_printf(maps->arena, "%s/slaves", maps->map), map_path_add, maps);
}

/*
 * The paths of the multipath maps. Most machines have few device-mapper devices or none, so they
 * are read once in a run, instead of the holders of each disk: a disk that becomes a path later in
 * the run is missed in both ways. NULL if there is no memory.
 */
static const struct maps *maps_read(struct arena *arena)
{
	const struct maps *known = arena_memo(arena, VIRTUAL_DISKS);
	struct maps *maps = known ? NULL : arena_alloc(arena, sizeof(*maps));

	if (!maps)
		return known;
	maps->arena = arena;
	maps->unlisted = sysfs_scan(VIRTUAL_DISKS, map_visit, maps) != 0;
	return arena_memo_add(arena, VIRTUAL_DISKS, maps);
}

/* The map among the holders of the disk at @directory. */
static const char *map_among_holders(struct arena *arena, const char *directory)
{
	const char *holders = arena_printf(arena, "%s/holders", directory), *map = NULL, *holder;
	struct dirent *entry;
	DIR *list = opendir(holders);

	while (list && !map && (entry = readdir(list))) {
		if (entry->d_name[0] == '.')
			continue;
		holder = sysfs_real(arena, holders, entry->d_name);
		if (holder && layers_is_map(arena, holder))
			map = holder;
	}
	if (list)
		closedir(list);
	return map;
}

const char *layers_map_of(struct arena *arena, const char *directory)
{
	const struct maps *maps = maps_read(arena);

	if (!maps || maps->unlisted)
		return map_among_holders(arena, directory);
	for (const struct map_path *path = maps->paths; path; path = path->next)
		if (strcmp(path->disk, sysfs_name(directory)) == 0)
			return path->map;
	return NULL;
}

int layers_replace_paths(struct layers *layers)
{
	struct leaf *leaf = layers->leaves;
	int err = 0;

	layers->leaves = NULL;
	for (; leaf && !err; leaf = leaf->next) {
		const char *map = layers_map_of(layers->arena, leaf->directory);

		err = leaf_add(layers, map ? map : leaf->directory, map ? NULL : leaf->device);
	}
	return err;
}

const char *layers_leaf_nodes(const struct layers *layers)
{
	const char *text = "";

	for (const struct leaf *leaf = layers->leaves; leaf; leaf = leaf->next)
		text = text_list(layers->arena, text, "%s",
				 layers_node(layers->arena, leaf->directory));
	return text;
}

const char *layers_wwids(struct arena *arena, dev_t devno)
{
	struct layers layers = { .arena = arena };
	const char *text = "";

	if (layers_walk(&layers, sysfs_block(arena, devno)) != 0)
		return NULL;
	for (const struct leaf *leaf = layers.leaves; leaf; leaf = leaf->next) {
		const char *wwid = layers_wwid(arena, leaf->directory);

		text = arena_printf(arena, "%s %s", text,
				    wwid ? wwid : sysfs_name(leaf->directory));
	}
	return text;
}
