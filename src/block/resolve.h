/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what the user wrote to its LUNs, by libblkid and sysfs. No reservation command is sent, and
 * no device is opened but by libblkid for a tag.
 */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "model/request.h"
#include "model/result.h"

/*
 * Adds a result for each LUN that @argument means under @request, in order; one that cannot be used
 * has its status set already. Returns 0 or -ENOMEM. A tag is looked for on every disk, and takes as
 * long as the slowest.
 */
int resolve_argument(const struct request *request, const char *argument, struct results *results);

/*
 * Adds a result for each SCSI disk and NVMe namespace of this host, by name, for @request. 0 or a
 * negative errno.
 */
int resolve_all(const struct request *request, struct results *results);

/* Whether disks are read to resolve @argument, so that it may take long. */
bool resolve_is_slow(const char *argument);

#endif
