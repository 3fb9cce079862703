// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/lun_fill.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "block/host_nexus.h"
#include "block/sysfs.h"
#include "wire/identity.h"

/*
 * For the block device at @directory, and the device beneath it, which may be NULL. *@native: its
 * paths, if it is the head of native SCSI multipath.
 */
static enum transport transport_of(struct arena *arena, const char *directory, const char *device,
				   const char **native)
{
	const char *subsystem, *name;

	*native = NULL;
	if (layers_scsi_device(arena, directory))
		return TRANSPORT_SCSI;
	subsystem = device ? sysfs_real(arena, device, "subsystem") : NULL;
	name = subsystem ? sysfs_name(subsystem) : "";
	if (strcmp(name, "scsi") == 0)
		return TRANSPORT_SCSI;
	if (strcmp(name, "nvme") == 0 || strcmp(name, "nvme-subsystem") == 0)
		return TRANSPORT_NVME;
	*native = layers_native_paths(arena, directory);
	return *native ? TRANSPORT_SCSI : TRANSPORT_NONE;
}

/* The device on a bus beneath the block device at @directory; NULL if there is none. */
static const char *device_of(struct arena *arena, const char *directory)
{
	const char *device = layers_scsi_device(arena, directory);

	return device ? device : sysfs_real(arena, directory, "device");
}

bool lun_is_disk(struct arena *arena, const char *directory)
{
	const char *device = device_of(arena, directory), *native;

	return transport_of(arena, directory, device, &native) != TRANSPORT_NONE;
}

/*
 * The device beneath a native NVMe multipath head is a subsystem, whose controllers are the paths.
 */
static void nvme_fill(struct arena *arena, const char *device, bool with_state, struct lun *lun)
{
	lun->nexus = host_nexus_nvme(device, arena);
	lun->hosts_differ = !lun->nexus.initiator && host_nexus_nvme_differ(device, arena);
	if (with_state && !lun->state)
		lun->state = sysfs_line_common(arena, device, "nvme", "state");
}

/*
 * Where the attributes of a disk are. Those of a SCSI disk are read from the directory of its
 * device, which is opened once, because its path has nine directories or more.
 */
struct place {
	struct arena *arena;
	int at; /* AT_FDCWD: the paths are absolute */
	const char *disk, *device; /* their paths from there; @device NULL: there is none */
};

static struct place place_open(struct arena *arena, const char *directory, const char *device)
{
	struct place place = { arena, AT_FDCWD, directory, device };

	if (!layers_scsi_device(arena, directory))
		return place;
	place.at = sysfs_open(device);
	place.disk = arena_printf(arena, "block/%s", sysfs_name(directory));
	place.device = ".";
	return place;
}

static void place_close(const struct place *place)
{
	if (place->at >= 0)
		close(place->at);
}

/* Reads the attribute @name of the disk or the device at @directory, like sysfs_read(). */
static ssize_t attribute_read(const struct place *place, const char *directory, const char *name,
			      void *buffer, size_t size)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path))
		return -ENAMETOOLONG;
	return sysfs_read_at(place->at, path, buffer, size);
}

/* The same, like sysfs_line(). */
static const char *attribute(const struct place *place, const char *directory, const char *name)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path))
		return NULL;
	return sysfs_line_at(place->arena, place->at, path);
}

static dev_t devno_of(const struct place *place)
{
	return sysfs_devno_parse(attribute(place, place->disk, "dev"));
}

/* 0: a kernel before 5.15. */
static uint64_t diskseq_of(const struct place *place)
{
	const char *number = attribute(place, place->disk, "diskseq");

	return number ? strtoull(number, NULL, 10) : 0;
}

/* sysfs counts units of 512 bytes, whatever the device's block size is. */
static uint64_t size_of(const struct place *place)
{
	const char *size = attribute(place, place->disk, "size");

	return size ? strtoull(size, NULL, 10) * 512 : 0;
}

/* VPD page 83h as the kernel keeps it. */
static void page83_fill(const struct place *place, struct lun *lun)
{
	uint8_t page[4096], *copy;
	ssize_t length = attribute_read(place, place->device, "vpd_pg83", page, sizeof(page));

	copy = length > 0 ? arena_alloc(place->arena, (size_t)length) : NULL;
	if (!copy)
		return;
	memcpy(copy, page, (size_t)length);
	lun->page83 = copy;
	lun->page83_length = (size_t)length;
}

/*
 * The kernel makes the WWID of its page 83h each time that it is read. So one reading gives both,
 * and they belong together.
 */
static void scsi_name_fill(const struct place *place, struct lun *lun)
{
	page83_fill(place, lun);
	if (lun->page83)
		lun->wwid = scsi_vpd_wwid_exact(lun->page83, lun->page83_length, place->arena);
	if (!lun->wwid)
		lun->wwid = attribute(place, place->device, "wwid");
}

/*
 * On SCSI, one file has both as standard INQUIRY data (SPC-4 6.4.2), as the kernel has read it. On
 * NVMe only one of them exists, made by the kernel.
 */
static void maker_fill(const struct place *place, struct lun *lun)
{
	char inquiry[36];

	if (attribute_read(place, place->device, "inquiry", inquiry, sizeof(inquiry)) ==
	    sizeof(inquiry)) {
		lun->vendor = sysfs_text(place->arena, inquiry + 8, 8);
		lun->model = sysfs_text(place->arena, inquiry + 16, 16);
		return;
	}
	lun->vendor = attribute(place, place->device, "vendor");
	lun->model = attribute(place, place->device, "model");
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
		maker_fill(&(struct place){ arena, AT_FDCWD, path, device }, lun);
}

/* What is known of the device beneath the disk at @directory. */
static void device_fill(const struct request *request, const struct place *place,
			const char *directory, bool is_path, struct lun *lun)
{
	bool with_state = request_shows_details(request) || is_path;

	if (lun->transport == TRANSPORT_SCSI)
		scsi_name_fill(place, lun);
	if (!lun->wwid)
		lun->wwid = layers_wwid(place->arena, directory);
	/* On SCSI, every command needs the vendor: whether its lists may omit a registrant. */
	if (lun->transport == TRANSPORT_SCSI || request_shows_details(request) ||
	    command_lists(request->command))
		maker_fill(place, lun);
	if (with_state)
		lun->state = attribute(place, place->device, "state");
	if (lun->transport == TRANSPORT_NVME)
		nvme_fill(place->arena, place->device, with_state, lun);
}

/* Each attribute costs three system calls, and there may be many LUNs. */
void lun_fill(const struct request *request, struct arena *arena, const struct leaf *leaf,
	      bool is_path, struct lun *lun)
{
	const char *directory = leaf->directory;
	const char *device = leaf->device ? leaf->device : device_of(arena, directory);
	const struct place place = place_open(arena, directory, device);

	/*
	 * This is read first. Then everything read here is about this disk, or else the descriptor
	 * that is opened later is for another one.
	 */
	lun->diskseq = diskseq_of(&place);
	lun->devno = leaf->devno ? leaf->devno : devno_of(&place);
	lun->named = leaf->named;
	lun->name = sysfs_name(directory);
	lun->node = layers_node(arena, directory);
	lun->transport = transport_of(arena, directory, device, &lun->native_paths);
	lun->size = request_shows_details(request) ? size_of(&place) : 0;
	if (lun->native_paths)
		native_fill(arena, directory, lun);
	else if (device)
		device_fill(request, &place, directory, is_path, lun);
	place_close(&place);
	if (lun->transport == TRANSPORT_SCSI && device && !lun->native_paths)
		lun->nexus = host_nexus_scsi(device, lun->page83, lun->page83_length, arena);
}
