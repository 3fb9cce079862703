/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A disk's LUN as this machine's other disks: paths that no multipath map joins. */
#ifndef SIBLINGS_H
#define SIBLINGS_H

#include "model/result.h"

/*
 * The nexuses of this machine's other SCSI disks with the WWID of @disk, in @disk's arena. That
 * reads a file of each disk of the machine, so it is asked only about a registration that is in
 * doubt. Empty if @disk has no WWID or memory is short.
 */
struct nexus_list siblings_read(const struct result *disk);

#endif
