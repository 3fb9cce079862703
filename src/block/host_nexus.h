/* SPDX-License-Identifier: GPL-2.0-or-later */
/* This host as targets see it: the I_T nexus of a path, from sysfs. */
#ifndef HOST_NEXUS_H
#define HOST_NEXUS_H

#include "model/result.h"

/*
 * The nexus of the SCSI disk whose sysfs device directory is @device ("/sys/devices/.../3:0:0:0").
 * @page: the @length bytes of its VPD page 83h that the kernel keeps (0: none). What the kernel
 * does not report is unknown: NULL, TARGET_PORT_UNKNOWN.
 */
struct nexus host_nexus_scsi(const char *device, const uint8_t *page, size_t length,
			     struct arena *arena);

/*
 * The nexus of the NVMe namespace whose sysfs device directory is @device: a controller, or the
 * subsystem of a native multipath head. If the kernel does not know this host's identifier (PCIe),
 * the controller may (pr_nvme.c).
 */
struct nexus host_nexus_nvme(const char *device, struct arena *arena);

/*
 * Whether controllers of the subsystem @device have different identifiers of this host, so that it
 * is several hosts to the namespace, and a command may be sent as any of them.
 */
bool host_nexus_nvme_differ(const char *device, struct arena *arena);

#endif
