// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/resolve_map.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "block/layers.h"
#include "block/lun_fill.h"
#include "block/sysfs.h"
#include "model/messages.h"
#include "util/text.h"
#include "wire/identity.h"

/* Whether the LUN of @path is the one for which multipath has made its map. */
static enum identity path_named(const struct result *path, const char *name)
{
	const char *wwid = path->lun.wwid;
	size_t kind = strcspn(name, ".");

	if (path->lun.page83)
		return scsi_vpd_named(path->lun.page83, path->lun.page83_length, name);
	/*
	 * On NVMe, the name of a map is the kernel's own WWID if that has the same form: "uuid.",
	 * "eui.".
	 */
	if (path->lun.transport != TRANSPORT_NVME || !wwid || !name[kind] ||
	    strncmp(wwid, name, kind + 1) != 0)
		return IDENTITY_UNKNOWN;
	return strcmp(wwid, name) == 0 ? IDENTITY_SAME : IDENTITY_OTHER;
}

/*
 * Refuses a map whose paths, as the kernel knows them now, do not all lead to one LUN, or lead to
 * another one than the map was made for. If the array has mapped another volume, a path that was
 * scanned again stays in its map. A path whose page 83h the kernel does not keep is compared with
 * that of another path.
 */
static void paths_compare(const struct request *request, struct result *map, const char *name)
{
	const struct result *known = NULL, *page83 = NULL;

	for (struct result *path = map->paths; path; path = path->next) {
		if (path->lun.wwid && known && strcmp(path->lun.wwid, known->lun.wwid) != 0)
			result_fail(map, FAIL_MAP_OF_DIFFERENT_LUNS, known->lun.node,
				    known->lun.wwid, path->lun.node, path->lun.wwid);
		else if (name && path_named(path, name) == IDENTITY_OTHER)
			result_fail(map, FAIL_MAP_OF_OTHER_LUN, name, path->lun.node,
				    path->lun.wwid
					    ? path->lun.wwid
					    : scsi_vpd_wwid(path->lun.page83,
							    path->lun.page83_length, map->arena),
				    request_unsent(request, "; " UNSENT_CHANGE));
		if (map->outcome.status != STATUS_OK)
			return;
		known = known || !path->lun.wwid ? known : path;
		page83 = page83 || !path->lun.page83 ? page83 : path;
	}
	map->lun.wwid = known ? known->lun.wwid : NULL;
	for (struct result *path = map->paths; page83 && path; path = path->next) {
		if (path->lun.page83)
			continue;
		path->lun.page83 = page83->lun.page83;
		path->lun.page83_length = page83->lun.page83_length;
	}
}

/* Adds a result for each path of a map. The map's own node is never used. */
int resolve_map(const struct request *request, struct result *map, const char *directory)
{
	struct result **end = &map->paths, *path;
	const char *slaves = arena_printf(map->arena, "%s/slaves", directory);
	struct dirent **names;
	int count = scandir(slaves, &names, NULL, versionsort), err = 0;

	for (int i = 0; i < count; i++) {
		const char *disk = sysfs_real(map->arena, slaves, names[i]->d_name);

		if (names[i]->d_name[0] != '.' && disk && !err) {
			path = result_new(map->arena, map->argument);
			if (path) {
				lun_fill(request, map->arena, &(struct leaf){ .directory = disk },
					 true, &path->lun);
				path->label = path->lun.node;
				path->map = map;
				path->ports = map->ports;
				*end = path;
				end = &path->next;
			} else {
				err = -ENOMEM;
			}
		}
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	if (err || !map->paths) {
		if (!err)
			result_fail(map, FAIL_MAP_WITHOUT_PATH);
		return err;
	}
	map->lun.transport = map->paths->lun.transport;
	map->lun.wwid = map->paths->lun.wwid;
	paths_compare(request, map, layers_map_name(map->arena, directory));
	map->lun.vendor = map->paths->lun.vendor;
	map->lun.model = map->paths->lun.model;
	return 0;
}

struct joined {
	struct result *map;
	const char *text;
	size_t count;
};

static int joined_visit(const char *name, void *context)
{
	struct joined *joined = context;
	struct arena *arena = joined->map->arena;

	for (const struct result *path = joined->map->paths; path; path = path->next)
		if (strcmp(path->lun.name, name) == 0)
			return 0;
	joined->count++;
	joined->text = text_list(arena, joined->text, PATH_JOINED, layers_node(arena, name));
	return 0;
}

const char *resolve_map_joined(struct result *map, size_t *count)
{
	struct joined joined = { map, "", 0 };
	const char *directory = sysfs_block(map->arena, map->lun.devno);

	if (directory)
		sysfs_scan(arena_printf(map->arena, "%s/slaves", directory), joined_visit, &joined);
	*count = joined.count;
	return joined.text;
}
