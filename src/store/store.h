/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this node remembers from one run to the next, in a directory that only root can write: one
 * file for each LUN, named after its WWID. It is lost at a reboot, because /run is. Its users must
 * work without it: every failure is reported as a clause for a warning, and missing records never
 * make anything look better.
 */
#ifndef STORE_H
#define STORE_H

#include "store/directory.h"
#include "store/records.h"
#include "util/arena.h"

/*
 * Reads the records of the LUN @wwid into @lun, in @arena; if there are none, @lun is empty.
 * Returns NULL, or as a clause why they cannot be read or are ignored; then @lun is also empty.
 */
const char *store_read(const struct store *store, struct arena *arena, const char *wwid,
		       struct lun_records *lun);

/*
 * Reads the records, has @change change them, and writes them, while no other process can. The file
 * is replaced as a whole; a damaged one is written again. Waits for other processes no longer than
 * STORE_PATIENCE. Returns NULL, or as a clause why it was not written; @change returns the same, or
 * NULL.
 */
const char *store_change(const struct store *store, struct arena *arena, const char *wwid,
			 const char *(*change)(struct arena *arena, struct lun_records *lun,
					       void *data),
			 void *data);

/*
 * Finds the LUNs on which the action "on" has registered this node in this boot, by the names of
 * their records, and stores them in *@list, in @arena (NULL: no memory). Skips LUNs whose records
 * cannot be read. Returns their number.
 */
size_t store_luns(const struct store *store, struct arena *arena, struct lun_records **list);

/* The same with every LUN that has records. */
size_t store_luns_all(const struct store *store, struct arena *arena, struct lun_records **list);

/* Whether the action "on" has registered this node on @lun in this boot. */
bool store_is_unfenced(struct arena *arena, const struct lun_records *lun);

/*
 * The WWID of the LUN that the action "on" was given as @device in this boot, in @arena. NULL if no
 * record or more than one has that name, or if they cannot be read.
 */
const char *store_wwid_of(const struct store *store, struct arena *arena, const char *device);

#define STORE_BOOT_UNKNOWN "unknown"

/* The id of this boot, in @arena; STORE_BOOT_UNKNOWN if the kernel does not report it. */
const char *store_boot_id(struct arena *arena);

#endif
