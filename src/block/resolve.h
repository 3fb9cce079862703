/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From an argument of the user to its LUNs, with sysfs, libblkid and lvm. No reservation command is
 * sent. Devices are opened only to find a tag, and by lvm to find the volumes of a group.
 */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "model/request.h"
#include "model/result.h"

/*
 * Adds a result for each LUN that @argument means under @request, in order; if a LUN cannot be
 * used, its status is set. Returns 0 or -ENOMEM. For a tag, every disk is searched, which takes as
 * long as the slowest disk.
 */
int resolve_argument(const struct request *request, const char *argument, struct results *results);

/*
 * Adds a result for each SCSI disk and NVMe namespace of this host, by name, for @request. Returns
 * 0 or a negative errno.
 */
int resolve_all(const struct request *request, struct results *results);

/* Whether disks are read to resolve @argument, which may take long. */
bool resolve_is_slow(const char *argument);

#endif
