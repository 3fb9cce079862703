// SPDX-License-Identifier: GPL-2.0-or-later
#include "tag.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <blkid.h>

static const char *const names[] = { "UUID", "LABEL", "PARTUUID", "PARTLABEL" };

const char *tag_word(size_t number)
{
	return number < sizeof(names) / sizeof(names[0]) ? names[number] : NULL;
}

static const char *tag_name(const char *argument)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		if (strncmp(argument, names[i], length) == 0 && argument[length] == '=')
			return names[i];
	}
	return NULL;
}

bool tag_is(const char *argument)
{
	return tag_name(argument) != NULL;
}

static int device_add(struct tag *tag, struct arena *arena, const char *node, bool in_front)
{
	struct tag_device *device, **end = &tag->devices;
	struct stat status;

	if (stat(node, &status) < 0 || !S_ISBLK(status.st_mode))
		return 0;
	for (; *end; end = &(*end)->next) {
		if ((*end)->devno != status.st_rdev)
			continue;
		if (!in_front)
			return 0;
		device = *end;
		*end = device->next;
		device->next = tag->devices;
		tag->devices = device;
		return 0;
	}
	device = arena_alloc(arena, sizeof(*device));
	if (!device)
		return -ENOMEM;
	device->devno = status.st_rdev;
	device->node = arena_printf(arena, "%s", node);
	*end = device;
	return 0;
}

/* Every device that carries the tag, not the best of them: of a LUN and its snapshot neither may be guessed. */
static int devices_find(struct tag *tag, struct arena *arena, const char *value)
{
	blkid_dev_iterate iterator;
	blkid_cache cache;
	blkid_dev device;
	int err = 0;

	/* No cache file: what stands in it may be old, and its name comes from the environment. */
	if (blkid_get_cache(&cache, "/dev/null") < 0)
		return -ENOMEM;
	if (blkid_probe_all(cache) < 0) {
		blkid_put_cache(cache);
		return -EIO;
	}
	iterator = blkid_dev_iterate_begin(cache);
	if (!iterator || blkid_dev_set_search(iterator, tag->name, value) < 0)
		err = -ENOMEM;
	while (!err && blkid_dev_next(iterator, &device) == 0) {
		device = blkid_verify(cache, device);
		if (device)
			err = device_add(tag, arena, blkid_dev_devname(device), false);
	}
	if (iterator)
		blkid_dev_iterate_end(iterator);
	blkid_put_cache(cache);
	return err;
}

int tag_find(const char *argument, struct arena *arena, struct tag *tag)
{
	char *name = NULL, *value = NULL, *node;
	int err;

	*tag = (struct tag){ .name = tag_name(argument) };
	/* It takes the quotes off, as in fstab. */
	if (blkid_parse_tag_string(argument, &name, &value) < 0)
		return -EINVAL;
	err = devices_find(tag, arena, value);
	node = tag->devices ? blkid_evaluate_tag(name, value, NULL) : NULL;
	if (!err && node)
		err = device_add(tag, arena, node, true);
	free(node);
	free(name);
	free(value);
	return err;
}
