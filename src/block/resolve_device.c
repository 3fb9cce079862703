// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/resolve_device.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "block/layers.h"
#include "block/lun_fill.h"
#include "block/resolve_map.h"
#include "block/sysfs.h"
#include "model/coverage.h"
#include "model/messages.h"

/* Whether a part of a LUN, or a single path of a map, is acceptable. */
bool resolve_takes_parts(const struct request *request)
{
	return command_only_reads(request->command) && !request->fence;
}

/* The kernel sends a reservation command for such a disk to an arbitrary path. */
void resolve_native(const struct request *request, struct result *result)
{
	const char *paths = result->lun.native_paths;

	if (paths && resolve_takes_parts(request))
		result_warn(result, WARN_NATIVE_MULTIPATH, paths);
	else if (paths)
		result_fail(result, FAIL_NATIVE_MULTIPATH, paths);
}

/*
 * Adds the LUN @leaf, or refuses it because of what it is. @is_named: @argument is its own node;
 * otherwise messages name both.
 */
static int leaf_resolve(const struct request *request, const char *argument, bool is_named,
			const struct leaf *leaf, struct results *results)
{
	struct lun lun = { .nexus = { NULL, TARGET_PORT_UNKNOWN } };
	struct result *result;
	const char *map;

	lun_fill(request, results->arena, leaf, false, &lun);
	result = result_add(results, argument);
	if (!result)
		return -ENOMEM;
	result->lun = lun;
	if (!is_named)
		result->label = arena_printf(results->arena, "%s (%s)", result->label, lun.node);
	if (layers_is_map(results->arena, leaf->directory))
		return resolve_map(request, result, leaf->directory);
	resolve_native(request, result);
	map = layers_map_of(results->arena, leaf->directory);
	if (map && !resolve_takes_parts(request) && !request->this_path)
		result_fail(result, FAIL_PATH_OF_MAP, layers_node(results->arena, map));
	else if (map && resolve_takes_parts(request))
		result_warn(result, WARN_PATH_OF_MAP, layers_node(results->arena, map));
	return 0;
}

/*
 * Makes a relative name absolute, because names are opened after the directory has changed. NULL if
 * the current directory is unknown.
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

void resolve_no_sysfs(struct result *result)
{
	result_fail(result, FAIL_NO_SYSFS);
}

int resolve_devno(const struct request *request, const char *argument, bool is_path, dev_t devno,
		  struct results *results)
{
	struct layers layers = { .arena = results->arena };
	int err = layers_walk(&layers, sysfs_block(results->arena, devno));
	struct result *result;

	/* A partition of a path, or a tag, means the LUN, and so the map. */
	if (!err && (layers.stacked || !is_path) && !request->this_path)
		err = layers_replace_paths(&layers);
	if (err == -ENOMEM)
		return err;
	if (!err && !layers.stacked && is_path) {
		layers.leaves->devno = devno;
		layers.leaves->named = path_absolute(results->arena, argument);
	}
	if (!err && (!layers.stacked || request->whole_lun || resolve_takes_parts(request))) {
		for (const struct leaf *leaf = layers.leaves; leaf && !err; leaf = leaf->next)
			err = leaf_resolve(request, argument, is_path && !layers.stacked, leaf,
					   results);
		return err;
	}
	result = result_add(results, argument);
	if (!result)
		return -ENOMEM;
	if (err && !sysfs_is_mounted())
		resolve_no_sysfs(result);
	else if (err)
		result_fail(result, FAIL_DEVICE_GONE);
	else if (layers.partition)
		result_fail(result, FAIL_PARTITION, layers_leaf_nodes(&layers),
			    layers_leaf_nodes(&layers));
	else
		result_fail(result, FAIL_STACKED, layers_leaf_nodes(&layers));
	return 0;
}

/* Resolves one block device and, if it lies on several LUNs, how much of it is reserved. */
int resolve_device(const struct request *request, const char *argument, bool is_path, dev_t devno,
		   struct results *results)
{
	struct result **begin = results->end;
	int err = resolve_devno(request, argument, is_path, devno, results);
	struct coverage *coverage;
	size_t count = 0;

	for (const struct result *result = err ? NULL : *begin; result; result = result->next)
		count++;
	if (count < 2)
		return err;
	coverage = coverage_add(results, argument, "LUNs", count);
	for (struct result *result = *begin; coverage && result && !err; result = result->next) {
		struct result one = { .lun = result->lun };

		err = coverage_part_add(results, coverage, result->lun.node, &one);
	}
	return coverage ? err : -ENOMEM;
}
