/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether two I_T nexuses are the same, or of the same host, and which registrant is this host:
 * pure functions. docs/design/verdicts.md, D, says why the answers are right.
 */
#ifndef NEXUS_H
#define NEXUS_H

#include "model/result.h"

/*
 * How the texts of names begin, in struct nexus, if the names themselves do not say what they are.
 */
#define NEXUS_NVME_PREFIX "nvme:" /* the host identifier follows */
#define NEXUS_FC_PREFIX "fc:0x" /* 16 digits of the N_Port_Name follow */
#define NEXUS_SAS_PREFIX "sas:0x" /* 16 digits of the SAS address follow */

/*
 * The text of an iSCSI name, with or without its ISID, in @arena: one that no other name and no
 * name of another protocol has. NULL: it is empty; arena_full: no memory.
 */
const char *nexus_iscsi_text(struct arena *arena, const char *bytes, size_t length);

/*
 * Whether @listed, a registrant's, is @own: TRI_YES only if initiator port and target port are both
 * known and equal; every target port equals TARGET_PORT_ALL. On NVMe, where the host is registered
 * and not its port, the host identifier.
 */
enum tri nexus_is_same(const struct nexus *own, const struct nexus *listed);
/*
 * Whether both have the same initiator: for iSCSI, the same name whatever the session; for NVMe,
 * the same host. TRI_UNKNOWN also if iSCSI names differ in case alone.
 */
enum tri nexus_is_same_host(const struct nexus *own, const struct nexus *listed);

/*
 * Whether @listed, a registrant's, is @path, a disk or a path of a map: its own, or shared with it.
 * TRI_NO: another initiator, or another path of the map or disk of the same LUN. TRI_UNKNOWN: the
 * initiator is the same or is not known, and so the device may mean @path: targets number their
 * ports in more than one way, and a session may have another ISID than prctl works out.
 */
enum tri nexus_is_path(const struct result *path, const struct nexus *listed);

/*
 * Whether @listed, a registrant's, is this host, seen from @result: the initiator of @result, of
 * another path of its map, or a port of this machine's adapters.
 */
enum tri nexus_is_this_host(const struct result *result, const struct nexus *listed);

/*
 * Whether @initiator (NULL: not known) names a host, and not one of its ports: then two such names
 * are two hosts.
 */
bool nexus_names_host(const char *initiator);

/* Whether the initiator, which is known, is an identifier of NVMe. */
bool nexus_is_nvme(const struct nexus *nexus);

/*
 * Whether the initiators of both name hosts in the same way: an iSCSI name and an identifier of
 * NVMe, or a port, cannot be compared.
 */
bool nexus_names_alike(const struct nexus *a, const struct nexus *b);

/*
 * How many characters of @initiator name the initiator without its session ("iqn..." of
 * "iqn...,i,0x...").
 */
size_t nexus_host_length(const char *initiator);

/*
 * Sets this_nexus, this_host and own_path of every registrant of @state, as @result's path sees it.
 */
void nexus_mark(const struct result *result, struct resv_state *state);

#endif
