/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a disk or map is used for on this host, from sysfs, udev's records and the table of mounts.
 * No device is accessed.
 */
#ifndef USES_H
#define USES_H

#include "model/result.h"

/* The mounts of this process, read once for disk_uses_read(), in @arena; NULL if unknown. */
struct mounted;
const struct mounted *disk_uses_mounts(struct arena *arena);

/*
 * What the disk @devno, its partitions, and the devices on those are used for, in @arena. *@group:
 * the name shared by LUNs that belong together, "volume group ID" or "md0"; NULL if none is seen.
 */
struct use *disk_uses_read(struct arena *arena, dev_t devno, const struct mounted *mounts,
			   const char **group);

/* The same for each result: sets its uses and its group. */
void results_uses_read(struct results *results);

#endif
