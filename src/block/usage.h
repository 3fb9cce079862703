/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a disk or map is used for on this host, from sysfs and the table of mounts. No device is
 * touched.
 */
#ifndef USAGE_OF_DISK_H
#define USAGE_OF_DISK_H

#include <sys/types.h>

#include "util/arena.h"

struct disk_usage {
	/*
	 * "mounted at /data", "logical volume vg-data on it", "member of md0"; NULL: none is seen
	 */
	const char *text;
	/* of LUNs that are one thing: "volume group ID", "md0"; NULL: none is seen */
	const char *group;
};

/*
 * The mounts of this process, read once: an opaque text for disk_usage_read(), in @arena; NULL: not
 * known.
 */
const char *disk_usage_mounts(struct arena *arena);

/* What the disk, partitions on it and devices on those are used for; texts lie in @arena. */
struct disk_usage disk_usage_read(struct arena *arena, dev_t devno, const char *mounts);

#endif
