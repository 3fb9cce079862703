/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The physical volumes of an LVM volume group, as lvm reports them, or as sysfs shows them. */
#ifndef VOLUME_GROUP_H
#define VOLUME_GROUP_H

#include <stdbool.h>
#include <sys/types.h>

#include "util/arena.h"

#define VOLUME_GROUP_PREFIX "vg:" /* of an argument; the group's name follows */

struct physical_volume {
	const char *name; /* its node, or its id if it is missing */
	dev_t devno; /* 0: it is missing on this host */
};

struct volume_group {
	struct physical_volume *list;
	size_t count;
	/* why there may be more, as a clause; NULL: these are all */
	const char *doubt;
};

bool volume_group_is(const char *argument);

/*
 * Finds those of the group that @argument names, by lvm(8), which is waited for until @deadline at
 * most (clock_now(); 0: none); if it does not report, those that active volumes of the group are
 * on. 0 or a negative errno; a group that is not found has none.
 */
int volume_group_read(struct arena *arena, const char *argument, int64_t deadline,
		      struct volume_group *group);

/*
 * Reads one line of lvm's report, "NODE|ID|missing", into @volume: what follows the name stays
 * @text's. False: it is not one.
 */
bool volume_group_line(struct arena *arena, const char *line, struct physical_volume *volume);

#endif
