// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/volume_group.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "block/layers.h"
#include "block/sysfs.h"
#include "model/messages.h"
#include "util/clock.h"
#include "util/command.h"
#include "util/text.h"

#define PATIENCE_MAX (10 * CLOCK_SECOND) /* for lvm, which reads every disk */
#define VOLUMES_MAX 1024
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+_.-"

bool volume_group_is(const char *argument)
{
	return strncmp(argument, VOLUME_GROUP_PREFIX, strlen(VOLUME_GROUP_PREFIX)) == 0;
}

static void volume_add(struct volume_group *group, const struct physical_volume *volume)
{
	for (size_t i = 0; i < group->count; i++)
		if (volume->devno && group->list[i].devno == volume->devno)
			return;
	if (group->count < VOLUMES_MAX)
		group->list[group->count++] = *volume;
}

bool volume_group_line(struct arena *arena, const char *line, struct physical_volume *volume)
{
	const char *node = line + strspn(line, " "), *id = strchr(node, '|');
	const char *missing = id ? strchr(id + 1, '|') : NULL;
	struct stat status;

	if (!missing)
		return false;
	*volume = (struct physical_volume){
		.name = text_line(arena, arena_printf(arena, "%.*s", (int)(id - node), node)),
	};
	if (*node == '/' && missing[1] == '\0' && stat(volume->name, &status) == 0 &&
	    S_ISBLK(status.st_mode))
		volume->devno = status.st_rdev;
	else
		volume->name = text_line(
			arena, arena_printf(arena, "%.*s", (int)(missing - id - 1), id + 1));
	return true;
}

static void report_read(struct arena *arena, const char *text, struct volume_group *group)
{
	for (size_t length; *text; text += length + (text[length] == '\n')) {
		struct physical_volume volume;

		length = strcspn(text, "\n");
		if (volume_group_line(arena, arena_printf(arena, "%.*s", (int)length, text),
				      &volume))
			volume_add(group, &volume);
	}
}

/* Half of the remaining time, so that the devices can be asked in the other half. */
static int64_t lvm_end(int64_t deadline)
{
	int64_t now = clock_now(), half = deadline ? (deadline - now) / 2 : PATIENCE_MAX;

	return now + (half < PATIENCE_MAX ? half : PATIENCE_MAX);
}

static int lvm_ask(struct arena *arena, const char *name, int64_t end, const char **text)
{
	const char *select = arena_printf(arena, "vg_name=\"%s\"", name);
	/* Locks of lvmlockd(8) may wait for a fence; --shared: also if it is not used here. */
	const char *argv[] = { "lvm", "pvs", "--readonly", "--nolocking", "--shared",
			       "--noheadings", "--separator", "|",
			       "-o", "pv_name,pv_uuid,pv_missing", "-S", select, NULL };

	return command_run(arena, argv, end, text);
}

struct active {
	struct arena *arena;
	const char *prefix; /* prefix of the names of its volumes in device mapper */
	const char *slaves;
	struct volume_group *group;
};

static int slave_add(const char *name, void *context)
{
	struct active *active = context;
	const char *directory = sysfs_real(active->arena, active->slaves, name);
	struct physical_volume volume = {
		.devno = directory ? sysfs_devno(active->arena, directory) : 0,
	};

	/* A volume of the same group, on which another one lies. */
	if (!volume.devno || strncmp(name, "dm-", 3) == 0)
		if (!directory || !layers_is_map(active->arena, directory))
			return 0;
	volume.name = layers_node(active->arena, directory);
	volume_add(active->group, &volume);
	return 0;
}

static int device_visit(const char *name, void *context)
{
	struct active *active = context;
	const char *directory = sysfs_real(active->arena, "/sys/block", name), *called, *uuid;

	if (!directory || strncmp(name, "dm-", 3) != 0)
		return 0;
	called = sysfs_line(active->arena, directory, "dm/name");
	uuid = sysfs_line(active->arena, directory, "dm/uuid");
	if (!called || !uuid || strncmp(uuid, "LVM-", 4) != 0 ||
	    strncmp(called, active->prefix, strlen(active->prefix)) != 0 ||
	    called[strlen(active->prefix)] == '-')
		return 0;
	active->slaves = arena_printf(active->arena, "%s/slaves", directory);
	(void)sysfs_scan(active->slaves, slave_add, active);
	return 0;
}

/* The prefix that device mapper uses for the group's volumes: "data--set-" for "data-set". */
static const char *prefix_of(struct arena *arena, const char *name)
{
	const char *prefix = "";

	for (; *name; name++)
		prefix = arena_printf(arena, "%s%c%s", prefix, *name, *name == '-' ? "-" : "");
	return arena_printf(arena, "%s-", prefix);
}

int volume_group_read(struct arena *arena, const char *argument, int64_t deadline,
		      struct volume_group *group)
{
	const char *name = argument + strlen(VOLUME_GROUP_PREFIX), *text = "";
	struct active active = { .arena = arena, .group = group };
	int err;

	*group = (struct volume_group){
		.list = arena_alloc(arena, VOLUMES_MAX * sizeof(group->list[0])),
	};
	if (!group->list)
		return -ENOMEM;
	if (!*name || *name == '-' || name[strspn(name, NAME_CHARACTERS)])
		return 0;
	err = lvm_ask(arena, name, lvm_end(deadline), &text);
	if (!err) {
		report_read(arena, text, group);
		return 0;
	}
	group->why_incomplete = err == -ENOENT	    ? CAUSE_NO_LVM
				: err == -ETIMEDOUT ? CAUSE_LVM_SILENT
						    : CAUSE_LVM_FAILED;
	active.prefix = prefix_of(arena, name);
	(void)sysfs_scan("/sys/block", device_visit, &active);
	return 0;
}
