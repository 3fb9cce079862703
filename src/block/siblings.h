/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The other disks of this machine that are the same LUN: paths that are in no multipath map. */
#ifndef SIBLINGS_H
#define SIBLINGS_H

#include "model/result.h"

/*
 * The nexuses of this machine's other SCSI disks with the WWID of @disk, 64 at most, in @disk's
 * arena. This reads a file for each disk of the machine, so it is called only if a registration is
 * in doubt. Empty if @disk has no WWID or memory is short.
 */
struct nexus_list siblings_read(const struct result *disk);

#endif
