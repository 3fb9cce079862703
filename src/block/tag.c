// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/tag.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "block/tag_blkid.h"
#include "block/tag_probe.h"

static const struct tag_kind tags[] = {
	{ "UUID", "UUID", "ID_FS_UUID_ENC", "/dev/disk/by-uuid" },
	{ "LABEL", "LABEL", "ID_FS_LABEL_ENC", "/dev/disk/by-label" },
	{ "PARTUUID", "PART_ENTRY_UUID", "ID_PART_ENTRY_UUID", "/dev/disk/by-partuuid" },
	{ "PARTLABEL", "PART_ENTRY_NAME", "ID_PART_ENTRY_NAME", "/dev/disk/by-partlabel" },
};

const char *tag_word(size_t number)
{
	return number < sizeof(tags) / sizeof(tags[0]) ? tags[number].name : NULL;
}

static int tag_number(const char *argument)
{
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		size_t length = strlen(tags[i].name);

		if (strncmp(argument, tags[i].name, length) == 0 && argument[length] == '=')
			return (int)i;
	}
	return -1;
}

bool tag_is(const char *argument)
{
	return tag_number(argument) >= 0;
}

/* udev links to the device that it takes for the best of those with the tag; that comes first. */
static void linked_first(const struct blkid *blkid, struct tag *tag, const char *links,
			 const char *value)
{
	char encoded[1024], path[sizeof(encoded) + 64];
	struct stat status;

	if (blkid->encode_string(value, encoded, sizeof(encoded)) != 0)
		return;
	snprintf(path, sizeof(path), "%s/%s", links, encoded);
	if (stat(path, &status) < 0)
		return;
	for (struct tag_device **at = &tag->devices; *at; at = &(*at)->next) {
		struct tag_device *device = *at;

		if (device->devno != status.st_rdev)
			continue;
		*at = device->next;
		device->next = tag->devices;
		tag->devices = device;
		return;
	}
}

int tag_find(const char *argument, int64_t deadline, struct arena *arena, struct tag *tag)
{
	/* a thread may come back to it late */
	struct blkid *blkid = arena_alloc(arena, sizeof(*blkid));
	int number = tag_number(argument), err;
	char *name = NULL, *value = NULL;

	*tag = (struct tag){ .name = tags[number].name };
	if (!blkid)
		return -ENOMEM;
	err = blkid_load(blkid, &tag->cause);
	if (err)
		return err;
	/* It takes the quotes off, as in fstab. */
	if (blkid->parse_tag_string(argument, &name, &value) < 0)
		return -EINVAL;
	err = tag_probe(blkid, &tags[number], value, deadline, arena, &tag->devices);
	if (!err)
		linked_first(blkid, tag, tags[number].links, value);
	free(name);
	free(value);
	return err;
}
