/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this node remembers from one run to the next, in a directory that is root's alone: a file
 * for each LUN, named by its WWID. It is lost with a reboot, as /run is. Its users must do without
 * it: every failure is a clause for a warning, and what is not known is never taken for good news.
 */
#ifndef STORE_H
#define STORE_H

#include <sys/types.h>

#include "store/records.h"
#include "util/arena.h"

struct store {
	const char *path;
	uid_t owner; /* whose it must be, for what is in it to be believed */
};

/* /run/prctl, root's. */
extern const struct store store_system;

/*
 * Reads what is remembered of the LUN @wwid into @lun, in @arena; a LUN that was never written is
 * empty. Returns NULL, or why it cannot be read or is ignored, as a clause; then @lun is empty,
 * too.
 */
const char *store_read(const struct store *store, struct arena *arena, const char *wwid,
		       struct lun_records *lun);

/*
 * Reads it, has @change change it, and writes it, while no other process does. The file is replaced
 * as a whole; what was damaged is written again. Another process is waited for no longer than
 * STORE_PATIENCE. Returns NULL, or why it is not written, as a clause; @change returns the same, or
 * NULL.
 */
const char *store_change(const struct store *store, struct arena *arena, const char *wwid,
			 const char *(*change)(struct arena *arena, struct lun_records *lun,
					       void *data),
			 void *data);

#define STORE_PATIENCE INT64_C(2000000000) /* ns */

/*
 * The LUNs that on has let this node in on, in this boot, by the names of their records: *@list, in
 * @arena; NULL: no memory. Those whose records cannot be read are left out. Returns how many.
 */
size_t store_luns(const struct store *store, struct arena *arena, struct lun_records **list);

/*
 * The WWID of the LUN that on was given as @device in this boot, in @arena. NULL: no record says
 * so, or several do, or they cannot be read.
 */
const char *store_wwid_of(const struct store *store, struct arena *arena, const char *device);

/* The id of this boot of the machine, in @arena; "unknown" if the kernel does not report it. */
const char *store_boot_id(struct arena *arena);

#endif
