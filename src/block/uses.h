/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a disk or map is used for on this host, from sysfs, udev's records and the table of mounts.
 * No device is accessed.
 */
#ifndef USES_H
#define USES_H

#include "model/result.h"

/*
 * Sets the uses of each of @results: those of its disk or map, of the partitions, and of the
 * devices on those. Also sets its group, the name shared by LUNs that belong together: "volume
 * group ID" or "md0"; NULL if not known. Texts are in the arena of @results.
 */
void results_uses_read(struct results *results);

#endif
