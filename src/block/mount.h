/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is mounted, from the kernel's table. No file system is accessed. */
#ifndef MOUNT_H
#define MOUNT_H

#include <stdbool.h>
#include <sys/types.h>

#include "util/arena.h"

struct mount {
	const char *point; /* as a path */
	dev_t devno; /* of the file system; its major number is 0 if it is not on a single device */
	const char *type; /* "ext4" */
	const char *source; /* "/dev/sdb", as in the mount command */
};

/*
 * The text of /proc/self/mountinfo, in @arena, for the functions below; NULL if it cannot
 * be read.
 */
const char *mounts_read(struct arena *arena);

/*
 * Finds the last mount at @path: *@mount, in @arena. Returns false if there is none. @mounts may be
 * NULL. @path is compared literally.
 */
bool mount_find(struct arena *arena, const char *mounts, const char *path, struct mount *mount);

/* Calls @each with every mount, in the table's order. */
void mounts_each(struct arena *arena, const char *mounts,
		 void (*each)(const struct mount *mount, void *context), void *context);

/*
 * Finds the devices of the file system of @mount: *@devices, in @arena. Returns their number; 0: it
 * is on no device of this host.
 */
size_t mount_devices(struct arena *arena, const struct mount *mount, dev_t **devices);

#endif
