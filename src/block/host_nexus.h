/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who this host is to a target: the I_T nexus of one path, from sysfs. */
#ifndef HOST_NEXUS_H
#define HOST_NEXUS_H

#include "model/result.h"

/*
 * The nexus of the SCSI disk whose sysfs device directory is @device ("/sys/devices/.../3:0:0:0"). What
 * the kernel does not tell stays unknown: NULL, -1.
 */
struct nexus host_nexus_scsi(const char *device, struct arena *arena);

/*
 * The nexus of the NVMe namespace whose sysfs device directory is @device: a controller, or the subsystem of a
 * native multipath head. Where the kernel does not know what host it is (PCIe), the controller may (pr_nvme.c).
 */
struct nexus host_nexus_nvme(const char *device, struct arena *arena);

#endif
