/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every block device of this host is looked at for a tag, by libblkid, all at once: not the best
 * that carries it is wanted, but all, for of a LUN and its snapshot neither may be guessed. A
 * device that is dead or suspended holds nothing up if udev has seen it before.
 */
#ifndef TAG_PROBE_H
#define TAG_PROBE_H

#include <stdint.h>
#include <sys/types.h>

#include "util/arena.h"

struct blkid;

/*
 * How one kind of tag is called by a user, by libblkid's probes, in udev's records, and in the
 * directory of udev's links.
 */
struct tag_kind {
	const char *name, *blkid, *udev, *links;
};

struct tag_device {
	dev_t devno;
	const char *node;
	struct tag_device *next;
};

/*
 * Finds the devices that carry a tag of @kind with @value, in the kernel's order. @blkid and @kind
 * stay. A device that is silent and that udev knows is waited for no longer than half of the time
 * until @deadline (clock_now(); 0: there is none). 0 or a negative errno.
 */
int tag_probe(const struct blkid *blkid, const struct tag_kind *kind, const char *value,
	      int64_t deadline, struct arena *arena, struct tag_device **devices);

#endif
