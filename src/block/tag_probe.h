/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes every block device of this host for a tag with libblkid, all at the same time. All devices
 * with the tag are needed, not only the best one: prctl must not guess between a LUN and its
 * snapshot. A device that is dead or suspended delays the answer for at most five seconds if udev
 * has seen it before.
 */
#ifndef TAG_PROBE_H
#define TAG_PROBE_H

#include <stdint.h>
#include <sys/types.h>

#include "util/arena.h"

struct blkid;

/*
 * The names of one kind of tag: for users, in libblkid's probes, in udev's records, and of udev's
 * directory of links.
 */
struct tag_kind {
	const char *name, *blkid, *udev, *links;
};

/* What to look for. @blkid and @kind must stay valid. */
struct tag_query {
	const struct blkid *blkid;
	const struct tag_kind *kind;
	const char *value;
};

struct tag_device {
	dev_t devno;
	const char *node;
	struct tag_device *next;
};

/*
 * Finds the devices that have the tag, in the kernel's order. A silent device for which udev has
 * recorded this tag is waited for no longer than 1 s or an eighth of the time until @deadline
 * (clock_now(); 0: none), one without this tag no longer than 5 s or half of the time, and one that
 * udev does not know without limit. Returns 0 or a negative errno.
 */
int tag_probe(const struct tag_query *query, int64_t deadline, struct arena *arena,
	      struct tag_device **devices);

#endif
