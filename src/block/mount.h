/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is mounted, from the kernel's table: no file system is touched. */
#ifndef MOUNT_H
#define MOUNT_H

#include <stdbool.h>
#include <sys/types.h>

#include "util/arena.h"

struct mount {
	const char *point; /* as a path */
	dev_t devno; /* of the file system; its major number is 0 if it is on no single device */
	const char *type; /* "ext4" */
	const char *source; /* "/dev/sdb", as it was mounted */
};

/*
 * The text of /proc/self/mountinfo, in @arena, for the functions below and for disk_uses_read();
 * NULL: it cannot be read.
 */
const char *mounts_read(struct arena *arena);

/*
 * What is mounted at @path last: *@mount, in @arena. False: nothing is. @mounts may be NULL. @path
 * is compared as it is.
 */
bool mount_find(struct arena *arena, const char *mounts, const char *path, struct mount *mount);

/* Calls @each with every mount, in the table's order. */
void mounts_each(struct arena *arena, const char *mounts,
		 void (*each)(const struct mount *mount, void *context), void *context);

/*
 * The devices that the file system of @mount is on: *@devices, in @arena. Returns how many; 0: it
 * is on none of this host's.
 */
size_t mount_devices(struct arena *arena, const struct mount *mount, dev_t **devices);

#endif
