// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/resolve_parts.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "block/layers.h"
#include "block/resolve_device.h"
#include "block/sysfs.h"
#include "block/volume_group.h"
#include "model/coverage.h"
#include "model/messages.h"
#include "util/text.h"

/*
 * Resolves something that consists of several devices, which @kind calls: each is a part. A change
 * needs --whole-lun, because none of the devices was named itself.
 */
static int parts_resolve(const struct request *request, const char *argument, const char *kind,
			 const struct volume_group *group, struct results *results)
{
	struct coverage *coverage = coverage_add(results, argument, kind, group->count);
	const struct physical_volume *list = group->list;
	const char *nodes = "";
	struct result *result;
	int err = 0;

	if (!coverage)
		return -ENOMEM;
	coverage->why_incomplete = group->why_incomplete;
	for (size_t i = 0; i < group->count; i++)
		nodes = text_list(results->arena, nodes, "%s", list[i].name);
	if (!resolve_takes_parts(request) && !request->whole_lun) {
		result = result_add(results, argument);
		if (result)
			result_fail(result, FAIL_STACKED, nodes);
		return result ? 0 : -ENOMEM;
	}
	for (size_t i = 0; i < group->count && !err; i++) {
		struct result **begin = results->end;

		if (list[i].devno)
			err = resolve_devno(request, argument, false, list[i].devno, results);
		if (!err)
			err = coverage_part_add(results, coverage, list[i].name,
						list[i].devno ? *begin : NULL);
		if (err || list[i].devno || resolve_takes_parts(request))
			continue;
		result = result_add(results, argument);
		if (!result)
			return -ENOMEM;
		result_fail(result, FAIL_VOLUME_MISSING, list[i].name);
	}
	return err;
}

/* Resolves a volume group to its physical volumes. */
int resolve_group(const struct request *request, const char *argument, struct results *results)
{
	struct volume_group group;
	struct result *result;
	int err = volume_group_read(results->arena, argument, request->deadline, &group);

	if (err)
		return err;
	if (group.count && (!group.why_incomplete || resolve_takes_parts(request)))
		return parts_resolve(request, argument, "physical volumes", &group, results);
	result = result_add(results, argument);
	if (!result)
		return -ENOMEM;
	if (!group.why_incomplete)
		result_fail(result, FAIL_GROUP_NOT_FOUND);
	else if (group.count)
		result_fail(result, FAIL_GROUP_PARTIAL, group.why_incomplete);
	else
		result_fail(result, FAIL_GROUP_UNSEEN, group.why_incomplete);
	return 0;
}

/* Resolves the mount point @argument to the devices of its file system. */
int resolve_mount(const struct request *request, const char *argument, const struct mount *mount,
		  struct results *results)
{
	struct arena *arena = results->arena;
	dev_t *devices;
	size_t count = mount_devices(arena, mount, &devices);
	struct physical_volume *list = arena_alloc(arena, (count + 1) * sizeof(*list));
	const struct volume_group parts = { list, count, NULL };
	struct result *result;

	if (count == 1)
		return resolve_device(request, argument, false, devices[0], results);
	if (!count) {
		result = result_add(results, argument);
		if (result)
			result_fail(result, FAIL_MOUNT_WITHOUT_DEVICE,
				    text_line(arena, mount->type));
		return result ? 0 : -ENOMEM;
	}
	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		list[i] = (struct physical_volume){
			layers_node(arena, sysfs_block(arena, devices[i])), devices[i]
		};
	return parts_resolve(request, argument, "devices", &parts, results);
}

/*
 * Whether @argument is a mount point, either literally or as a directory that leads to one: then
 * sets *@mount. The literal comparison accesses no file system, whose disk may be dead.
 */
bool resolve_is_mount(struct arena *arena, const char *argument, bool directory,
		      struct mount *mount)
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
