// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/resolve.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "block/host_nexus.h"
#include "block/layers.h"
#include "block/mount.h"
#include "block/sysfs.h"
#include "block/tag.h"
#include "block/volume_group.h"
#include "model/coverage.h"
#include "model/describe.h"
#include "model/messages.h"
#include "util/text.h"
#include "wire/identity.h"

/*
 * Of the block device at @directory, and of the device beneath it, which may be NULL. *@native: its
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

/* The device beneath a native multipath head is a subsystem, whose controllers are the paths. */
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

/* VPD page 83h as the kernel keeps it, of which it has made the WWID. */
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
 * Standard INQUIRY data (SPC-4 6.4.2), as the kernel has kept it, has both in one file; of NVMe it
 * makes one of them.
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
 * What the head of native SCSI multipath has in common with its paths: not the nexus, as a command
 * goes through any of them.
 */
static void native_fill(struct arena *arena, const char *directory, struct lun *lun)
{
	const char *path = layers_native_path(arena, directory);
	const char *device = path ? sysfs_real(arena, path, "device") : NULL;

	lun->wwid = layers_wwid(arena, directory);
	if (device)
		maker_fill(arena, device, lun);
}

/*
 * Each attribute costs three system calls, which adds up over many LUNs: read only what will be
 * shown.
 */
static void lun_fill(const struct request *request, struct arena *arena, const struct leaf *leaf,
		     bool is_path, struct lun *lun)
{
	const char *directory = leaf->directory;
	const char *device = leaf->device ? leaf->device : sysfs_real(arena, directory, "device");
	const char *size = request_tells_all(request) ? sysfs_line(arena, directory, "size") : NULL;

	/*
	 * First, so that whatever is read here is of this disk, or the descriptor that is opened
	 * later is of another.
	 */
	lun->diskseq = diskseq_of(arena, directory);
	lun->devno = leaf->devno ? leaf->devno : number_of(arena, directory);
	lun->named = leaf->named;
	lun->name = sysfs_name(directory);
	lun->node = layers_node(arena, directory);
	lun->transport = transport_of(arena, directory, device, &lun->native_paths);
	/* Whatever the device's block size, sysfs counts in 512 bytes. */
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

/* Whether the LUN of @path is the one that multipath has made its map for. */
static enum identity path_named(const struct result *path, const char *name)
{
	const char *wwid = path->lun.wwid;
	size_t kind = strcspn(name, ".");

	if (path->lun.page83)
		return scsi_vpd_named(path->lun.page83, path->lun.page83_length, name);
	/* Of NVMe it is the kernel's own WWID, if it is of the same kind: "uuid.", "eui.". */
	if (path->lun.transport != TRANSPORT_NVME || !wwid || !name[kind] ||
	    strncmp(wwid, name, kind + 1) != 0)
		return IDENTITY_UNKNOWN;
	return strcmp(wwid, name) == 0 ? IDENTITY_SAME : IDENTITY_OTHER;
}

/*
 * Refuses a map whose paths, as the kernel knows them now, are not all of one LUN, or not of the
 * one that it was made for: a path that was scanned again after the array had mapped another volume
 * stays in its map. A path that the kernel has no page 83h of is asked by that of another one.
 */
static void paths_compare(struct result *map, const char *name)
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
							    path->lun.page83_length, map->arena));
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

/* A map's paths, each as a result beside the map's. The map's own node is never asked. */
static int paths_resolve(const struct request *request, struct result *map, const char *directory)
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
	paths_compare(map, layers_map_name(map->arena, directory));
	map->lun.vendor = map->paths->lun.vendor;
	map->lun.model = map->paths->lun.model;
	return 0;
}

/* Whether a part of a LUN, or one path of a map, will do as well. */
static bool takes_parts(const struct request *request)
{
	return command_only_reads(request->command) && !request->fence;
}

/* The kernel sends a reservation command for such a disk to one path, whichever it is. */
static void native_judge(const struct request *request, struct result *result)
{
	const char *paths = result->lun.native_paths;

	if (paths && takes_parts(request))
		result_warn(result, WARN_NATIVE_MULTIPATH, paths);
	else if (paths)
		result_fail(result, FAIL_NATIVE_MULTIPATH, paths);
}

/* Adds one leaf of @stack, or refuses it for what it is. */
static int leaf_resolve(const struct request *request, const char *argument, bool is_path,
			const struct layers *stack, const struct leaf *leaf,
			struct results *results)
{
	struct lun lun = { .nexus = { NULL, TARGET_PORT_UNKNOWN } };
	struct result *result;
	const char *map;

	lun_fill(request, results->arena, leaf, false, &lun);
	result = result_add(results, argument);
	if (!result)
		return -ENOMEM;
	result->lun = lun;
	if (stack->stacked || !is_path)
		result->label = arena_printf(results->arena, "%s (%s)", result->label, lun.node);
	if (layers_is_map(results->arena, leaf->directory))
		return paths_resolve(request, result, leaf->directory);
	native_judge(request, result);
	map = layers_map_of(results->arena, leaf->directory);
	if (map && !takes_parts(request) && !request->this_path)
		result_fail(result, FAIL_PATH_OF_MAP, layers_node(results->arena, map));
	else if (map && takes_parts(request))
		result_warn(result, WARN_PATH_OF_MAP, layers_node(results->arena, map));
	return 0;
}

/*
 * Relative names have no meaning any more when devices are opened. NULL: the directory is unknown.
 */
static const char *path_absolute(struct arena *arena, const char *path)
{
	char *directory;
	const char *absolute;

	if (*path == '/')
		return path;
	directory = get_current_dir_name();
	absolute = directory ? arena_printf(arena, "%s/%s", directory, path) : NULL;
	free(directory);
	return absolute;
}

/* A container may lack it. */
static bool sysfs_is_mounted(void)
{
	struct statfs status;

	return statfs("/sys", &status) == 0 && status.f_type == SYSFS_MAGIC;
}

static void sysfs_fail(struct result *result)
{
	result_fail(result, FAIL_NO_SYSFS);
}

static int devno_resolve(const struct request *request, const char *argument, bool is_path,
			 dev_t devno, struct results *results)
{
	struct layers stack = { .arena = results->arena };
	int err = layers_walk(&stack, sysfs_block(results->arena, devno));
	struct result *result;

	/* A partition of a path, or a tag, names the LUN, and that is the map. */
	if (!err && (stack.stacked || !is_path) && !request->this_path)
		err = layers_lift(&stack);
	if (err == -ENOMEM)
		return err;
	if (!err && !stack.stacked && is_path) {
		stack.leaves->devno = devno;
		stack.leaves->named = path_absolute(results->arena, argument);
	}
	if (!err && (!stack.stacked || request->whole_lun || takes_parts(request))) {
		for (const struct leaf *leaf = stack.leaves; leaf && !err; leaf = leaf->next)
			err = leaf_resolve(request, argument, is_path, &stack, leaf, results);
		return err;
	}
	result = result_add(results, argument);
	if (!result)
		return -ENOMEM;
	if (err && !sysfs_is_mounted())
		sysfs_fail(result);
	else if (err)
		result_fail(result, FAIL_DEVICE_GONE);
	else if (stack.partition)
		result_fail(result, FAIL_PARTITION, layers_leaf_nodes(&stack),
			    layers_leaf_nodes(&stack));
	else
		result_fail(result, FAIL_STACKED, layers_leaf_nodes(&stack));
	return 0;
}

/* Room for the parts of @argument. NULL: no memory. */
static struct coverage *coverage_add(struct results *results, const char *argument,
				     const char *unit, size_t count)
{
	struct coverage *coverage = arena_alloc(results->arena, sizeof(*coverage));
	struct coverage **end = &results->coverages;

	if (!coverage)
		return NULL;
	*coverage = (struct coverage){
		.argument = argument,
		.unit = unit,
		.parts = arena_alloc(results->arena, (count + 1) * sizeof(coverage->parts[0])),
	};
	if (!coverage->parts)
		return NULL;
	while (*end)
		end = &(*end)->next;
	*end = coverage;
	return coverage;
}

/* A part of what was named lies on the LUNs of the results from @first on. 0 or -ENOMEM. */
static int part_add(struct results *results, struct coverage *coverage, const char *name,
		    const struct result *first)
{
	struct coverage_part *part = &coverage->parts[coverage->count++];
	size_t count = 0;

	for (const struct result *result = first; result; result = result->next)
		count++;
	*part = (struct coverage_part){
		.name = name,
		.luns = arena_alloc(results->arena, (count + 1) * sizeof(dev_t)),
	};
	for (; part->luns && first; first = first->next)
		if (first->lun.name)
			part->luns[part->count++] = first->lun.devno;
	return part->luns ? 0 : -ENOMEM;
}

/* One block device, and how much of it is reserved if it lies on several LUNs. */
static int device_resolve(const struct request *request, const char *argument, bool is_path,
			  dev_t devno, struct results *results)
{
	struct result **begin = results->end;
	int err = devno_resolve(request, argument, is_path, devno, results);
	struct coverage *coverage;
	size_t count = 0;

	for (const struct result *result = err ? NULL : *begin; result; result = result->next)
		count++;
	if (count < 2)
		return err;
	coverage = coverage_add(results, argument, "LUNs", count);
	for (struct result *result = *begin; coverage && result && !err; result = result->next) {
		struct result one = { .lun = result->lun };

		err = part_add(results, coverage, result->lun.node, &one);
	}
	return coverage ? err : -ENOMEM;
}

/*
 * What several devices make up: each is a part. A change needs --whole-lun, because none of them is
 * what was named.
 */
static int parts_resolve(const struct request *request, const char *argument,
			 struct coverage *coverage, const struct physical_volume *list,
			 size_t count, struct results *results)
{
	const char *nodes = "";
	struct result *result;
	int err = 0;

	for (size_t i = 0; i < count; i++)
		nodes = text_list(results->arena, nodes, "%s", list[i].name);
	if (!takes_parts(request) && !request->whole_lun) {
		result = result_add(results, argument);
		if (result)
			result_fail(result, FAIL_STACKED, nodes);
		return result ? 0 : -ENOMEM;
	}
	for (size_t i = 0; i < count && !err; i++) {
		struct result **begin = results->end;

		if (list[i].devno)
			err = devno_resolve(request, argument, false, list[i].devno, results);
		if (!err)
			err = part_add(results, coverage, list[i].name,
				       list[i].devno ? *begin : NULL);
		if (err || list[i].devno || takes_parts(request))
			continue;
		result = result_add(results, argument);
		if (!result)
			return -ENOMEM;
		result_fail(result, FAIL_VOLUME_MISSING, list[i].name);
	}
	return err;
}

/* A volume group, by its physical volumes. */
static int group_resolve(const struct request *request, const char *argument,
			 struct results *results)
{
	struct volume_group group;
	struct coverage *coverage;
	struct result *result;
	int err = volume_group_read(results->arena, argument, request->deadline, &group);

	if (err)
		return err;
	if (group.count && (!group.doubt || takes_parts(request))) {
		coverage = coverage_add(results, argument, "physical volumes", group.count);
		if (!coverage)
			return -ENOMEM;
		coverage->doubt = group.doubt;
		return parts_resolve(request, argument, coverage, group.list, group.count, results);
	}
	result = result_add(results, argument);
	if (!result)
		return -ENOMEM;
	if (!group.doubt)
		result_fail(result, FAIL_GROUP_NOT_FOUND);
	else if (group.count)
		result_fail(result, FAIL_GROUP_PARTIAL, group.doubt);
	else
		result_fail(result, FAIL_GROUP_UNSEEN, group.doubt);
	return 0;
}

/* What is mounted at @argument, by the devices of that file system. */
static int mounted_resolve(const struct request *request, const char *argument,
			   const struct mount *mount, struct results *results)
{
	struct arena *arena = results->arena;
	dev_t *devices;
	size_t count = mount_devices(arena, mount, &devices);
	struct physical_volume *list = arena_alloc(arena, (count + 1) * sizeof(*list));
	struct coverage *coverage;
	struct result *result;

	if (count == 1)
		return device_resolve(request, argument, false, devices[0], results);
	if (!count) {
		result = result_add(results, argument);
		if (result)
			result_fail(result, FAIL_MOUNT_WITHOUT_DEVICE,
				    text_line(arena, mount->type));
		return result ? 0 : -ENOMEM;
	}
	coverage = coverage_add(results, argument, "devices", count);
	if (!coverage || !list)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		list[i] = (struct physical_volume){
			layers_node(arena, sysfs_block(arena, devices[i])), devices[i]
		};
	return parts_resolve(request, argument, coverage, list, count, results);
}

/*
 * Whether @argument, as it is written or as a directory that leads there, is a mount point: then
 * *@mount. The first way touches no file system, of which the disk may be dead.
 */
static bool mount_is(struct arena *arena, const char *argument, bool directory, struct mount *mount)
{
	const char *mounts = *argument == '/' || directory ? mounts_read(arena) : NULL;
	char *real;
	bool found;

	if (!directory)
		return *argument == '/' && mount_find(arena, mounts, argument, mount);
	real = realpath(argument, NULL);
	found = real && mount_find(arena, mounts, real, mount);
	free(real);
	return found;
}

static int path_resolve(const struct request *request, const char *argument,
			struct results *results)
{
	struct result *result;
	struct stat status;
	struct mount mount;
	int err = 0;

	if (strncmp(argument, "/dev/", 5) != 0 && mount_is(results->arena, argument, false, &mount))
		return mounted_resolve(request, argument, &mount, results);
	if (stat(argument, &status) < 0)
		err = errno;
	else if (S_ISBLK(status.st_mode))
		return device_resolve(request, argument, true, status.st_rdev, results);
	else if (S_ISDIR(status.st_mode) && mount_is(results->arena, argument, true, &mount))
		return mounted_resolve(request, argument, &mount, results);
	result = result_add(results, argument);
	if (!result)
		return -ENOMEM;
	result->outcome.err = err;
	if (err == ENOENT || err == ENOTDIR)
		result_fail(result, FAIL_NO_DEVICE);
	else if (err)
		result_fail(result,
			    FAIL_LOOK_UP(err == EACCES ? REASON_NO_PRIVILEGE : REASON_NOT_FOUND),
			    strerrordesc_np(err), describe_errno(results->arena, err));
	else if (S_ISDIR(status.st_mode))
		result_fail(result, FAIL_NOT_MOUNT_POINT);
	else if (S_ISCHR(status.st_mode))
		result_fail(result, FAIL_CHARACTER_DEVICE);
	else
		result_fail(result, FAIL_NOT_BLOCK_DEVICE);
	return 0;
}

static bool is_on_path(struct arena *arena, dev_t devno)
{
	struct layers stack = { .arena = arena };

	if (layers_walk(&stack, sysfs_block(arena, devno)) != 0)
		return false; /* not reached: it was there just now */
	for (const struct leaf *leaf = stack.leaves; leaf; leaf = leaf->next)
		if (layers_map_of(arena, leaf->directory))
			return true; /* not reached: dm-0, the map, comes before sda, its path */
	return false;
}

/*
 * Of the devices of one LUN that carry @tag: the one that udev links to or, if that is a path of a
 * map or on one, the first that is not.
 */
static const struct tag_device *tag_choose(struct arena *arena, const struct tag *tag)
{
	if (tag->linked && !is_on_path(arena, tag->linked->devno))
		return tag->linked;
	for (const struct tag_device *device = tag->devices; device; device = device->next)
		if (!is_on_path(arena, device->devno))
			return device;
	return tag->devices; /* not reached, as above */
}

static int tag_resolve(const struct request *request, const char *argument, struct results *results)
{
	struct arena *arena = results->arena;
	const char *first = NULL, *names = "";
	struct result *result;
	bool ambiguous = false;
	struct tag tag;
	int err = tag_find(argument, request->deadline, arena, &tag);

	if (err == -ENOMEM)
		return err;
	for (const struct tag_device *device = tag.devices; !err && device; device = device->next) {
		const char *wwids = layers_wwids(arena, device->devno);

		names = text_list(arena, names, "%s", device->node);
		if (!first)
			first = wwids;
		else if (!wwids || strcmp(first, wwids) != 0)
			ambiguous = true;
	}
	if (!err && tag.devices && !ambiguous) {
		const struct tag_device *chosen = tag_choose(arena, &tag);
		struct result **end = results->end;

		err = device_resolve(request, argument, false, chosen->devno, results);
		if (!err && tag.devices->next && *end)
			result_warn(*end, WARN_TAG_ON_PATHS, argument, names,
				    (*end)->lun.node ? (*end)->lun.node : chosen->node);
		return err;
	}
	result = result_add(results, argument);
	if (!result)
		return -ENOMEM;
	if (!sysfs_is_mounted())
		sysfs_fail(result);
	else if (err)
		result_fail(result, FAIL_TAG_SEARCH,
			    tag.cause ? tag.cause : describe_errno(arena, -err));
	else if (!tag.devices)
		result_fail(result, FAIL_TAG_NOT_FOUND, tag.name);
	else
		result_fail(result, FAIL_TAG_AMBIGUOUS, tag.name, names);
	return 0;
}

int resolve_argument(const struct request *request, const char *argument, struct results *results)
{
	if (volume_group_is(argument))
		return group_resolve(request, argument, results);
	return tag_is(argument) ? tag_resolve(request, argument, results)
				: path_resolve(request, argument, results);
}

/* One of this host's disks, or a map; what is a path of a map is shown there. */
static int disk_resolve(const struct request *request, struct results *results,
			const char *directory)
{
	bool map = layers_is_map(results->arena, directory);
	const char *device = sysfs_real(results->arena, directory, "device"), *native;
	struct result *result;

	if (!map && (transport_of(results->arena, directory, device, &native) == TRANSPORT_NONE ||
		     layers_map_of(results->arena, directory)))
		return 0;
	/* What is a path below a native multipath head has no node. */
	if (!sysfs_exists(directory, "dev"))
		return 0;
	result = result_add(results, layers_node(results->arena, directory));
	if (!result)
		return -ENOMEM;
	lun_fill(request, results->arena, &(struct leaf){ .directory = directory }, false,
		 &result->lun);
	native_judge(request, result);
	return map ? paths_resolve(request, result, directory) : 0;
}

int resolve_all(const struct request *request, struct results *results)
{
	struct dirent **disks;
	struct result *nothing;
	int count, err = 0;

	if (!sysfs_is_mounted()) {
		nothing = result_add(results, "every disk");
		if (nothing)
			sysfs_fail(nothing);
		return nothing ? 0 : -ENOMEM;
	}
	count = scandir("/sys/block", &disks, NULL, versionsort);
	if (count < 0)
		return -errno; /* not reached: every kernel with block devices has it */
	for (int i = 0; i < count; i++) {
		const char *directory = sysfs_real(results->arena, "/sys/block", disks[i]->d_name);

		if (disks[i]->d_name[0] != '.' && directory && !err)
			err = disk_resolve(request, results, directory);
		free(disks[i]);
	}
	free(disks);
	return err;
}

bool resolve_is_slow(const char *argument)
{
	return tag_is(argument) || volume_group_is(argument);
}
