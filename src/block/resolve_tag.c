// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/resolve_tag.h"

#include <errno.h>
#include <string.h>

#include "block/layers.h"
#include "block/resolve_device.h"
#include "block/sysfs.h"
#include "block/tag.h"
#include "model/describe.h"
#include "model/messages.h"
#include "util/text.h"

static bool is_on_path(struct arena *arena, dev_t devno)
{
	struct layers layers = { .arena = arena };

	if (layers_walk(&layers, sysfs_block(arena, devno)) != 0)
		return false; /* not reached: it existed a moment ago */
	for (const struct leaf *leaf = layers.leaves; leaf; leaf = leaf->next)
		if (layers_map_of(arena, leaf->directory))
			return true; /* not reached: dm-0, the map, comes before sda, its path */
	return false;
}

/*
 * Chooses among the devices of one LUN with @tag: the one to which udev links, or if that is a path
 * of a map or lies on one, the first that is not.
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

/* Whether all devices with @tag lie on one LUN; not if the layers of one cannot be walked. */
static bool is_one_lun(struct arena *arena, const struct tag *tag)
{
	const char *first = NULL;

	for (const struct tag_device *device = tag->devices; device; device = device->next) {
		const char *wwids = layers_wwids(arena, device->devno);

		if (device == tag->devices)
			first = wwids;
		else if (!first || !wwids || strcmp(first, wwids) != 0)
			return false;
	}
	return true;
}

static const char *nodes_text(struct arena *arena, const struct tag *tag)
{
	const char *text = "";

	for (const struct tag_device *device = tag->devices; device; device = device->next)
		text = text_list(arena, text, "%s", device->node);
	return text;
}

/* Adds a result that says why @argument is not one LUN. @err: of the search, or 0. */
static int tag_fail(const char *argument, const struct tag *tag, int err, struct results *results)
{
	struct arena *arena = results->arena;
	struct result *result = result_add(results, argument);

	if (!result)
		return -ENOMEM;
	if (!sysfs_is_mounted())
		resolve_no_sysfs(result);
	else if (err)
		result_fail(result, FAIL_TAG_SEARCH, tag->name,
			    tag->cause ? tag->cause : describe_errno(arena, -err));
	else if (!tag->devices)
		result_fail(result, FAIL_TAG_NOT_FOUND, tag->name);
	else
		result_fail(result, FAIL_TAG_AMBIGUOUS, tag->name, nodes_text(arena, tag));
	return 0;
}

int resolve_tag(const struct request *request, const char *argument, struct results *results)
{
	struct arena *arena = results->arena;
	struct result **end = results->end;
	const struct tag_device *chosen;
	struct tag tag;
	int err = tag_find(argument, request->deadline, arena, &tag);

	if (err == -ENOMEM)
		return err;
	if (err || !tag.devices || !is_one_lun(arena, &tag))
		return tag_fail(argument, &tag, err, results);
	chosen = tag_choose(arena, &tag);
	err = resolve_device(request, argument, false, chosen->devno, results);
	if (!err && tag.devices->next && *end)
		result_warn(*end, WARN_TAG_ON_PATHS, argument, nodes_text(arena, &tag),
			    (*end)->lun.node ? (*end)->lun.node : chosen->node);
	return err;
}
