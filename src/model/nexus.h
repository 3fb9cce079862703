/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether two I_T nexuses are the same, or of the same host: pure functions.
 */
#ifndef NEXUS_H
#define NEXUS_H

#include "model/result.h"

/* How the name of an NVMe host begins, in struct nexus: its identifier follows. */
#define NEXUS_NVME_PREFIX "nvme:"

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
