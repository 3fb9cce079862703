// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/siblings.h"

#include <string.h>

#include "block/host_nexus.h"
#include "block/layers.h"
#include "block/sysfs.h"

#define SIBLINGS_MAX 64 /* paths of one LUN; further ones stay in doubt */

struct search {
	const struct lun *lun;
	struct arena *arena;
	struct nexus *list;
	size_t count;
};

static int sibling_visit(const char *name, void *context)
{
	struct search *search = context;
	const char *directory = sysfs_real(search->arena, "/sys/block", name), *device, *wwid;
	uint8_t page[4096];
	ssize_t length;

	/* A map is not a path; the disks beneath it are. */
	if (!directory || strcmp(name, search->lun->name) == 0 ||
	    layers_is_map(search->arena, directory))
		return 0;
	device = sysfs_real(search->arena, directory, "device");
	wwid = device ? layers_wwid(search->arena, directory) : NULL;
	if (wwid && strcmp(wwid, search->lun->wwid) == 0) {
		length = sysfs_read(device, "vpd_pg83", page, sizeof(page));
		search->list[search->count++] = host_nexus_scsi(
			device, page, length > 0 ? (size_t)length : 0, search->arena);
	}
	return search->count == SIBLINGS_MAX;
}

struct nexus_list siblings_read(const struct result *disk)
{
	struct search search = { .lun = &disk->lun, .arena = disk->arena };

	if (!disk->lun.wwid || !disk->lun.name || disk->lun.transport != TRANSPORT_SCSI)
		return (struct nexus_list){ 0 };
	search.list = arena_alloc(disk->arena, SIBLINGS_MAX * sizeof(*search.list));
	if (search.list)
		sysfs_scan("/sys/block", sibling_visit, &search);
	return (struct nexus_list){ search.list, search.count };
}
