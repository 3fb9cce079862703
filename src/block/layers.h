/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block devices on block devices: what lies beneath a partition, a logical volume, a dm or md
 * device. From sysfs alone, where a device that is suspended or dead answers like any other.
 * @directory is always a block device's, in sysfs; what is returned lies in the arena.
 */
#ifndef LAYERS_H
#define LAYERS_H

#include <stdbool.h>
#include <sys/types.h>

#include "util/arena.h"

/* The devices at the bottom of what an argument names: whole disks, and dm-multipath maps. */
struct leaf {
	const char *directory; /* in sysfs */
	/* the directory of what a bus has brought; NULL: not looked up, or none */
	const char *device;
	dev_t devno; /* 0: not looked up */
	/* the node that was named for just this device, as an absolute path; NULL: none was */
	const char *named;
	struct leaf *next;
};

struct layers {
	struct arena *arena;
	struct leaf *leaves;
	bool partition; /* the argument itself is a partition */
	bool stacked; /* the argument is not its leaf: a partition, or something on other devices */
};

/* Adds the leaves of the device at @directory (NULL: an error) to @stack. 0 or a negative errno. */
int layers_walk(struct layers *stack, const char *directory);

/* Takes the multipath map for each leaf that is a path of one. 0 or -ENOMEM. */
int layers_lift(struct layers *stack);

/* The nodes of the leaves as one text. */
const char *layers_leaf_nodes(const struct layers *stack);

/*
 * The WWIDs under a device as one text, so that paths of one LUN compare equal; its name if it has
 * none.
 */
const char *layers_wwids(struct arena *arena, dev_t devno);

bool layers_is_map(struct arena *arena, const char *directory);

/*
 * The WWID that multipath has made the map at @directory for; NULL: it is none of multipath's maps.
 */
const char *layers_map_name(struct arena *arena, const char *directory);

/*
 * The paths of the disk at @directory as one text, "sdc:0, sdc:1", if it is the head of native SCSI
 * multipath, as proposed for Linux in 2026 (linux-scsi, "Native SCSI multipath support"); NULL: it
 * is none.
 */
const char *layers_native_paths(struct arena *arena, const char *directory);

/* The directory of one of these paths, which are disks without a node; NULL: none is there. */
const char *layers_native_path(struct arena *arena, const char *directory);

/* The directory of the multipath map that has the disk at @directory as a path; NULL: none has. */
const char *layers_map_of(struct arena *arena, const char *directory);

/* The node of a block device: dm's by its own name, others' as devtmpfs does ("!" is "/"). */
const char *layers_node(struct arena *arena, const char *directory);

/* A multipath map's is that of its paths. NULL: the kernel does not report it. */
const char *layers_wwid(struct arena *arena, const char *directory);

#endif
