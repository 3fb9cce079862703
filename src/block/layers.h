/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block devices on block devices: what lies beneath a partition, a logical volume, or a dm or md
 * device. Everything is read from sysfs, where even a suspended or dead device answers. @directory
 * is always the sysfs directory of a block device; what is returned is in the arena.
 */
#ifndef LAYERS_H
#define LAYERS_H

#include <stdbool.h>
#include <sys/types.h>

#include "util/arena.h"

/* The devices at the bottom of an argument: whole disks, and dm-multipath maps. */
struct leaf {
	const char *directory; /* in sysfs */
	/* directory of the device on a bus; NULL: not looked up, or none */
	const char *device;
	dev_t devno; /* 0: not looked up */
	/* the node that was given for this device itself, as an absolute path; NULL: none was */
	const char *named;
	struct leaf *next;
};

struct layers {
	struct arena *arena;
	struct leaf *leaves;
	bool partition; /* the argument itself is a partition */
	/* the argument is not this leaf itself, but a partition or something on other devices */
	bool stacked;
};

/*
 * Adds the leaves of the device at @directory (NULL: an error) to @layers. Returns 0 or a negative
 * errno.
 */
int layers_walk(struct layers *layers, const char *directory);

/* Replaces each leaf that is a path of a multipath map by the map. Returns 0 or -ENOMEM. */
int layers_replace_paths(struct layers *layers);

/* The nodes of the leaves as one text. */
const char *layers_leaf_nodes(const struct layers *layers);

/*
 * The WWIDs beneath a device as one text, so that paths of one LUN compare as equal; its name if it
 * has no WWID.
 */
const char *layers_wwids(struct arena *arena, dev_t devno);

/* Whether the device at @directory is a multipath map. */
bool layers_is_map(struct arena *arena, const char *directory);

/*
 * The WWID for which multipath has made the map at @directory; NULL if it is not a multipath map.
 */
const char *layers_map_name(struct arena *arena, const char *directory);

/*
 * The paths of the disk at @directory as one text, "sdc:0, sdc:1", if it is the head of native SCSI
 * multipath, which was proposed for Linux in 2026 (linux-scsi, "Native SCSI multipath support"), or
 * "no paths" if that head has none; otherwise NULL.
 */
const char *layers_native_paths(struct arena *arena, const char *directory);

/* The directory of one of these paths, which are disks without a node; NULL if there is none. */
const char *layers_native_path(struct arena *arena, const char *directory);

/*
 * The directory of the multipath map of which the disk at @directory is a path; NULL if there is
 * none.
 */
const char *layers_map_of(struct arena *arena, const char *directory);

/*
 * The directory of the SCSI device whose disk is at @directory, ".../3:0:0:1" for
 * ".../3:0:0:1/block/sdb"; NULL if it is not a whole SCSI disk. The path alone shows it: only the
 * SCSI midlayer gives devices such names (scsi_sysfs.c), and the directory "block" has whole disks
 * only.
 */
const char *layers_scsi_device(struct arena *arena, const char *directory);

/*
 * The node of a block device: for dm by the name of the map, otherwise as in devtmpfs ("!" is "/").
 */
const char *layers_node(struct arena *arena, const char *directory);

/*
 * The WWID of a block device; for a multipath map that of its paths. NULL if the kernel does not
 * report it.
 */
const char *layers_wwid(struct arena *arena, const char *directory);

#endif
