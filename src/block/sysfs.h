/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel shows in /sys: attributes, links and directories. */
#ifndef SYSFS_H
#define SYSFS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "util/arena.h"

/*
 * Reads up to @size bytes of the file @directory/@name. Returns the number of bytes, or a negative
 * errno.
 */
ssize_t sysfs_read(const char *directory, const char *name, void *buffer, size_t size);

/*
 * Opens the directory of a device, to read several of its attributes: the kernel then follows the
 * long path to it once, and all of them are this device's. Returns a descriptor, which the caller
 * closes, or a negative errno.
 */
int sysfs_open(const char *directory);

/*
 * Like sysfs_read(), with the path @path from the directory @at, which sysfs_open() has opened; if
 * @path is absolute, @at is not used.
 */
ssize_t sysfs_read_at(int at, const char *path, void *buffer, size_t size);

/*
 * The first line of @directory/@name without trailing blanks, in @arena; NULL if it does not exist
 * or is empty.
 */
const char *sysfs_line(struct arena *arena, const char *directory, const char *name);

/* The same for the path @path from the directory @at: see sysfs_read_at(). */
const char *sysfs_line_at(struct arena *arena, int at, const char *path);

/*
 * @bytes as sysfs_line() would return them: printable, without trailing blanks; NULL if nothing is
 * left.
 */
const char *sysfs_text(struct arena *arena, const char *bytes, size_t length);

/*
 * Reads @name in each subdirectory of @directory whose name is @prefix and a number, like
 * sysfs_line(). NULL if there is none, or if they differ.
 */
const char *sysfs_line_common(struct arena *arena, const char *directory, const char *prefix,
			      const char *name);

/* Whether sysfs is mounted at /sys: a container may lack it. */
bool sysfs_is_mounted(void);

/* Whether @directory/@name exists. */
bool sysfs_exists(const char *directory, const char *name);

/*
 * The real path of @directory/@name, in @arena; NULL if it does not exist. @directory must be a
 * real path, and @name one component, which may be a link made by the kernel.
 */
const char *sysfs_real(struct arena *arena, const char *directory, const char *name);

/*
 * The directory of a block device, e.g. "/sys/devices/.../block/sdb/sdb1", in @arena; NULL if it
 * does not exist.
 */
const char *sysfs_block(struct arena *arena, dev_t devno);

/* The device number in @text, "8:16"; 0 if @text is NULL or has another form. */
dev_t sysfs_devno_parse(const char *text);

/* The number of the device at @directory, by its attribute "dev"; 0: it has none. */
dev_t sysfs_devno(struct arena *arena, const char *directory);

/* The last component of a path. */
const char *sysfs_name(const char *path);

/*
 * Calls @each with the name of each entry of @directory, except those that begin with a dot, until
 * it returns other than 0, and returns that; a negative errno if the directory cannot be read.
 */
int sysfs_scan(const char *directory, int (*each)(const char *name, void *context), void *context);

#endif
