// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/resolve.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "block/layers.h"
#include "block/lun_fill.h"
#include "block/resolve_device.h"
#include "block/resolve_map.h"
#include "block/resolve_parts.h"
#include "block/resolve_tag.h"
#include "block/sysfs.h"
#include "block/tag.h"
#include "block/volume_group.h"
#include "model/describe.h"
#include "model/messages.h"

static int path_resolve(const struct request *request, const char *argument,
			struct results *results)
{
	struct result *result;
	struct stat status;
	struct mount mount;
	int err = 0;

	if (strncmp(argument, "/dev/", 5) != 0 &&
	    resolve_is_mount(results->arena, argument, false, &mount))
		return resolve_mount(request, argument, &mount, results);
	if (stat(argument, &status) < 0)
		err = errno;
	else if (S_ISBLK(status.st_mode))
		return resolve_device(request, argument, true, status.st_rdev, results);
	else if (S_ISDIR(status.st_mode) &&
		 resolve_is_mount(results->arena, argument, true, &mount))
		return resolve_mount(request, argument, &mount, results);
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

int resolve_argument(const struct request *request, const char *argument, struct results *results)
{
	if (volume_group_is(argument))
		return resolve_group(request, argument, results);
	return tag_is(argument) ? resolve_tag(request, argument, results)
				: path_resolve(request, argument, results);
}

/* Adds one of this host's disks, or a map; paths of a map are shown with the map. */
static int disk_resolve(const struct request *request, struct results *results,
			const char *directory)
{
	bool map = layers_is_map(results->arena, directory);
	struct result *result;

	if (!map &&
	    (!lun_is_disk(results->arena, directory) || layers_map_of(results->arena, directory)))
		return 0;
	/* The paths below a native multipath head have no node. */
	if (!sysfs_exists(directory, "dev"))
		return 0;
	result = result_add(results, layers_node(results->arena, directory));
	if (!result)
		return -ENOMEM;
	lun_fill(request, results->arena, &(struct leaf){ .directory = directory }, false,
		 &result->lun);
	resolve_native(request, result);
	return map ? resolve_map(request, result, directory) : 0;
}

int resolve_all(const struct request *request, struct results *results)
{
	struct dirent **disks;
	struct result *nothing;
	int count, err = 0;

	if (!sysfs_is_mounted()) {
		nothing = result_add(results, "every disk");
		if (nothing)
			resolve_no_sysfs(nothing);
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
