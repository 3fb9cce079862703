// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/lun_fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "block/host_nexus.h"
#include "block/sysfs.h"
#include "model/describe.h"

/*
 * For the block device at @directory, and the device beneath it, which may be NULL. *@native: its
 * paths, if it is the head of native SCSI multipath.
 */
static enum transport transport_of(struct arena *arena, const char *directory, const char *device,
				   const char **native)
{
	const char *subsystem = device ? sysfs_real(arena, device, "subsystem") : NULL;
	const char *name = subsystem ? sysfs_name(subsystem) : "";

	*native = NULL;

	if (strcmp(name, "scsi") == 0)
		return TRANSPORT_SCSI;
	if (strcmp(name, "nvme") == 0 || strcmp(name, "nvme-subsystem") == 0)
		return TRANSPORT_NVME;
	*native = layers_native_paths(arena, directory);
	return *native ? TRANSPORT_SCSI : TRANSPORT_NONE;
}

bool lun_is_disk(struct arena *arena, const char *directory)
{
	const char *device = sysfs_real(arena, directory, "device"), *native;

	return transport_of(arena, directory, device, &native) != TRANSPORT_NONE;
}

/*
 * The device beneath a native NVMe multipath head is a subsystem, whose controllers are the paths.
 */
static void nvme_fill(struct arena *arena, const char *device, bool with_state, struct lun *lun)
{
	lun->nexus = host_nexus_nvme(device, arena);
	if (with_state && !lun->state)
		lun->state = sysfs_line_common(arena, device, "nvme", "state");
}

static dev_t number_of(struct arena *arena, const char *directory)
{
	const char *number = sysfs_line(arena, directory, "dev");
	unsigned int major_number, minor_number;

	return number && sscanf(number, "%u:%u", &major_number, &minor_number) == 2
		       ? makedev(major_number, minor_number)
		       : 0;
}

/* 0: a kernel before 5.15. */
static uint64_t diskseq_of(struct arena *arena, const char *directory)
{
	const char *number = sysfs_line(arena, directory, "diskseq");

	return number ? strtoull(number, NULL, 10) : 0;
}

/* VPD page 83h as the kernel keeps it; the kernel's WWID is made from it. */
static void page83_fill(struct arena *arena, const char *device, struct lun *lun)
{
	uint8_t page[4096], *copy;
	ssize_t length = sysfs_read(device, "vpd_pg83", page, sizeof(page));

	copy = length > 0 ? arena_alloc(arena, (size_t)length) : NULL;
	if (!copy)
		return;
	memcpy(copy, page, (size_t)length);
	lun->page83 = copy;
	lun->page83_length = (size_t)length;
}

/*
 * On SCSI, one file has both as standard INQUIRY data (SPC-4 6.4.2), as the kernel has read it. On
 * NVMe only one of them exists, made by the kernel.
 */
static void maker_fill(struct arena *arena, const char *device, struct lun *lun)
{
	char inquiry[36];

	if (sysfs_read(device, "inquiry", inquiry, sizeof(inquiry)) == sizeof(inquiry)) {
		lun->vendor = sysfs_text(arena, inquiry + 8, 8);
		lun->model = sysfs_text(arena, inquiry + 16, 16);
		return;
	}
	lun->vendor = sysfs_line(arena, device, "vendor");
	lun->model = sysfs_line(arena, device, "model");
}

/*
 * Copies what the head of native SCSI multipath shares with its paths. Not the nexus, because a
 * command may go through any path.
 */
static void native_fill(struct arena *arena, const char *directory, struct lun *lun)
{
	const char *path = layers_native_path(arena, directory);
	const char *device = path ? sysfs_real(arena, path, "device") : NULL;

	lun->wwid = layers_wwid(arena, directory);
	if (device)
		maker_fill(arena, device, lun);
}

/* Each attribute costs three system calls, and there may be many LUNs. */
void lun_fill(const struct request *request, struct arena *arena, const struct leaf *leaf,
	      bool is_path, struct lun *lun)
{
	const char *directory = leaf->directory;
	const char *device = leaf->device ? leaf->device : sysfs_real(arena, directory, "device");
	const char *size = request_tells_all(request) ? sysfs_line(arena, directory, "size") : NULL;

	/*
	 * This is read first. Then everything read here is about this disk, or else the descriptor
	 * that is opened later is for another one.
	 */
	lun->diskseq = diskseq_of(arena, directory);
	lun->devno = leaf->devno ? leaf->devno : number_of(arena, directory);
	lun->named = leaf->named;
	lun->name = sysfs_name(directory);
	lun->node = layers_node(arena, directory);
	lun->transport = transport_of(arena, directory, device, &lun->native_paths);
	/* sysfs counts units of 512 bytes, whatever the device's block size is. */
	lun->size = size ? strtoull(size, NULL, 10) * 512 : 0;
	if (lun->native_paths) {
		native_fill(arena, directory, lun);
		return;
	}
	if (!device)
		return;
	lun->wwid = layers_wwid(arena, directory);
	if (request_tells_all(request) || command_lists(request->command))
		maker_fill(arena, device, lun);
	if (request_tells_all(request) || is_path)
		lun->state = sysfs_line(arena, device, "state");
	if (lun->transport == TRANSPORT_SCSI) {
		page83_fill(arena, device, lun);
		lun->nexus = host_nexus_scsi(device, lun->page83, lun->page83_length, arena);
	}
	if (lun->transport == TRANSPORT_NVME)
		nvme_fill(arena, device, request_tells_all(request) || is_path, lun);
}
