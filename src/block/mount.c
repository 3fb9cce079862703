// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/mount.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "block/sysfs.h"

#define MOUNTS_MAX ((size_t)1 << 20) /* bytes */
#define BTRFS "/sys/fs/btrfs"
#define DEVICES_MAX 64

const char *mounts_read(struct arena *arena)
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	char *text = fd < 0 ? NULL : arena_alloc(arena, MOUNTS_MAX + 1);
	size_t length = 0;
	ssize_t count;

	while (text && length < MOUNTS_MAX &&
	       (count = read(fd, text + length, MOUNTS_MAX - length)) > 0)
		length += (size_t)count;
	if (fd >= 0)
		close(fd);
	return text;
}

/* proc_pid_mountinfo(5): blanks and some other characters appear as \040. */
static const char *unescape(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1), *to = copy;
	unsigned int code;

	for (size_t i = 0; copy && i < length; to++) {
		if (text[i] == '\\' && i + 3 < length && sscanf(text + i, "\\%3o", &code) == 1) {
			*to = (char)code;
			i += 4;
		} else {
			*to = text[i++];
		}
	}
	if (copy)
		*to = '\0';
	return copy ? copy : arena_full;
}

/* Splits off the next word of a line; the rest follows it. */
static const char *word_take(struct arena *arena, const char **line)
{
	size_t length = strcspn(*line, " \n");
	const char *word = unescape(arena, *line, length);

	*line += length;
	*line += **line == ' ';
	return word;
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue" */
static bool line_parse(struct arena *arena, const char *line, struct mount *mount)
{
	unsigned int major_number, minor_number;
	const char *rest;
	int begin = 0;

	if (sscanf(line, "%*d %*d %u:%u %*s %n", &major_number, &minor_number, &begin) != 2 ||
	    !begin)
		return false;
	rest = line + begin;
	mount->devno = makedev(major_number, minor_number);
	mount->point = word_take(arena, &rest);
	rest = strstr(rest, " - ");
	if (!rest)
		return false;
	rest += strlen(" - ");
	mount->type = word_take(arena, &rest);
	mount->source = word_take(arena, &rest);
	return true;
}

void mounts_each(struct arena *arena, const char *mounts,
		 void (*each)(const struct mount *mount, void *context), void *context)
{
	for (const char *line = mounts; line && *line;
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		struct mount mount;

		if (line_parse(arena, line, &mount))
			each(&mount, context);
	}
}

struct search {
	const char *path;
	struct mount *found;
	bool any;
};

static void search(const struct mount *mount, void *context)
{
	struct search *search = context;

	if (strcmp(mount->point, search->path) != 0)
		return;
	*search->found = *mount;
	search->any = true;
}

bool mount_find(struct arena *arena, const char *mounts, const char *path, struct mount *mount)
{
	struct search wanted = { .path = path, .found = mount };

	mounts_each(arena, mounts, search, &wanted);
	return wanted.any;
}

struct members {
	struct arena *arena;
	const char *directory;
	const char *name; /* of the device in question */
	dev_t *devices;
	size_t count;
};

static int member_add(const char *name, void *context)
{
	struct members *members = context;
	const char *device = sysfs_real(members->arena, members->directory, name);
	dev_t devno = device ? sysfs_devno(members->arena, device) : 0;

	if (devno && members->count < DEVICES_MAX)
		members->devices[members->count++] = devno;
	return 0;
}

/* Checks one btrfs file system: does it include the device in question? */
static int btrfs_visit(const char *name, void *context)
{
	struct members *members = context;

	members->directory = arena_printf(members->arena, BTRFS "/%s/devices", name);
	if (!sysfs_exists(members->directory, members->name))
		return 0;
	(void)sysfs_scan(members->directory, member_add, members);
	return 1;
}

size_t mount_devices(struct arena *arena, const struct mount *mount, dev_t **devices)
{
	struct members members = { .arena = arena,
				   .devices = arena_alloc(arena, DEVICES_MAX * sizeof(dev_t)) };
	const char *directory;
	struct stat status;

	*devices = members.devices;
	if (!members.devices)
		return 0;
	if (major(mount->devno)) {
		(*devices)[0] = mount->devno;
		return 1;
	}
	/*
	 * btrfs uses device numbers of its own, and may be on several devices; sysfs names them
	 * all.
	 */
	if (strcmp(mount->type, "btrfs") != 0 || stat(mount->source, &status) < 0 ||
	    !S_ISBLK(status.st_mode))
		return 0;
	directory = sysfs_block(arena, status.st_rdev);
	members.name = directory ? sysfs_name(directory) : "";
	if (sysfs_scan(BTRFS, btrfs_visit, &members) != 1) {
		(*devices)[0] = status.st_rdev;
		members.count = 1;
	}
	return members.count;
}
