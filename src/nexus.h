/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who this host is to a target: the I_T nexus of one path, from sysfs; and whether a registrant is it.
 */
#ifndef NEXUS_H
#define NEXUS_H

#include "result.h"

/*
 * The nexus of the SCSI disk whose sysfs device directory is @device ("/sys/devices/.../3:0:0:0"). What
 * the kernel does not tell stays unknown: NULL, -1.
 */
struct nexus nexus_of_scsi_device(const char *device, struct arena *arena);

/*
 * The nexus of the NVMe namespace whose sysfs device directory is @device: a controller, or the subsystem of a
 * native multipath head. Where the kernel does not know what host it is (PCIe), the controller may (pr_nvme.c).
 */
struct nexus nexus_of_nvme_device(const char *device, struct arena *arena);

/*
 * Whether @listed, a registrant's, is @own: TRI_YES only where initiator port and target port are both
 * known and equal; on NVMe, where the host is registered and not its port, the host identifier.
 */
enum tri nexus_is_same(const struct nexus *own, const struct nexus *listed);
/* Whether both have the same initiator: for iSCSI, the same name whatever the session; for NVMe, the same host. */
enum tri nexus_is_same_host(const struct nexus *own, const struct nexus *listed);

/* How many characters of @initiator name the initiator without its session ("iqn..." of "iqn...,i,0x..."). */
size_t nexus_host_length(const char *initiator);

/* Sets this_nexus, this_host and own_path of every registrant of @state, as @result's path sees it. */
void nexus_mark(const struct result *result, struct resv_state *state);

#endif
