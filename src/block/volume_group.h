/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The physical volumes of an LVM volume group, as reported by lvm or as shown in sysfs. */
#ifndef VOLUME_GROUP_H
#define VOLUME_GROUP_H

#include <stdbool.h>
#include <sys/types.h>

#include "util/arena.h"

#define VOLUME_GROUP_PREFIX "vg:" /* start of an argument; the group's name follows */

struct physical_volume {
	const char *name; /* its node, or its id if it is missing */
	dev_t devno; /* 0: the device is missing on this host */
};

struct volume_group {
	struct physical_volume *list;
	size_t count;
	/* why there may be more, as a clause; NULL: these are all */
	const char *why_incomplete;
};

/* Whether @argument begins with VOLUME_GROUP_PREFIX. */
bool volume_group_is(const char *argument);

/*
 * Finds the physical volumes of the group that @argument names, with lvm(8), which may run for half
 * of the time until @deadline (clock_now(); 0: no limit), and for 10 s at most. If it does not
 * report, uses the devices on which active volumes of the group lie. Returns 0 or a negative errno;
 * if the group is not found, the list is empty.
 */
int volume_group_read(struct arena *arena, const char *argument, int64_t deadline,
		      struct volume_group *group);

/*
 * Parses one line of lvm's report, "NODE|ID|" with "missing" at its end if the device is missing,
 * into @volume, whose name is in @arena. Returns false if it is not such a line.
 */
bool volume_group_line(struct arena *arena, const char *line, struct physical_volume *volume);

#endif
