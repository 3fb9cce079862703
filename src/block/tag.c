// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/tag.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "block/tag_blkid.h"
#include "block/tag_probe.h"
#include "model/messages.h"

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

/* The one of @devices to which udev's link points, which udev considers the best; NULL if none. */
static const struct tag_device *linked_find(const struct blkid *blkid,
					    const struct tag_device *devices, const char *links,
					    const char *value)
{
	char encoded[1024], path[sizeof(encoded) + 64];
	struct stat status;

	if (blkid->encode_string(value, encoded, sizeof(encoded)) != 0)
		return NULL;
	snprintf(path, sizeof(path), "%s/%s", links, encoded);
	if (stat(path, &status) < 0)
		return NULL;
	while (devices && devices->devno != status.st_rdev)
		devices = devices->next;
	return devices;
}

/* Why libblkid does not take the value of a tag: it refuses those two alone. */
static const char *refusal_of(const char *value)
{
	bool quoted = *value == '"' || *value == '\'';

	if (!*value || (quoted && value[1] == value[0] && !value[2]))
		return CAUSE_TAG_EMPTY;
	return CAUSE_TAG_QUOTE;
}

int tag_find(const char *argument, int64_t deadline, struct arena *arena, struct tag *tag)
{
	/* in the arena, because a thread may use it later */
	struct blkid *blkid = arena_alloc(arena, sizeof(*blkid));
	int number = tag_number(argument), err;
	char *name = NULL, *value = NULL;

	*tag = (struct tag){ .name = tags[number].name };
	if (!blkid)
		return -ENOMEM;
	err = blkid_load(blkid, &tag->cause);
	if (err)
		return err;
	/* It removes the quotes, as in fstab. */
	if (blkid->parse_tag_string(argument, &name, &value) < 0) {
		tag->cause = refusal_of(strchr(argument, '=') + 1);
		return -EINVAL;
	}
	err = tag_probe(&(struct tag_query){ blkid, &tags[number], value }, deadline, arena,
			&tag->devices);
	if (err == -EINVAL)
		tag->cause = CAUSE_TAG_LONG;
	if (!err)
		tag->linked = linked_find(blkid, tag->devices, tags[number].links, value);
	free(name);
	free(value);
	return err;
}
