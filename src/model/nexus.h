/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are two I_T nexuses the same, or of the same host, and which registrants are this host? Pure
 * functions. docs/design/verdicts.md, D, explains why the answers are right.
 */
#ifndef NEXUS_H
#define NEXUS_H

#include "model/reservation.h"
#include "util/arena.h"

struct result;
struct sharer;

/* Prefixes in struct nexus for names that do not show their kind. */
#define NEXUS_NVME_PREFIX "nvme:" /* followed by the host identifier */
#define NEXUS_NVME_SHORT "nvme:0x" /* the same, of 8 bytes */
/* a TransportID as hexadecimal, of a protocol or in a format that is not known */
#define NEXUS_UNDECODED_PREFIX "transport-id:"
#define NEXUS_FC_PREFIX "fc:0x" /* followed by 16 digits of the N_Port_Name */
#define NEXUS_SAS_PREFIX "sas:0x" /* followed by 16 digits of the SAS address */

/*
 * The text of an iSCSI name, with or without its ISID, in @arena; no other name, of whatever
 * protocol, has the same text. NULL if the name is empty; arena_full if there is no memory.
 */
const char *nexus_iscsi_text(struct arena *arena, const char *bytes, size_t length);

/*
 * Whether @listed, the nexus of a registrant, is @own. TRI_YES only if initiator port and target
 * port are both known and equal; TARGET_PORT_ALL equals every target port. NVMe registers hosts and
 * not ports, so there the host identifiers are compared.
 */
enum tri nexus_is_same(const struct nexus *own, const struct nexus *listed);
/*
 * Whether both have the same initiator: for iSCSI the same name, in any session; for NVMe the same
 * host. Also TRI_UNKNOWN if iSCSI names differ only in case.
 */
enum tri nexus_is_same_host(const struct nexus *own, const struct nexus *listed);

/*
 * Whether @listed, the nexus of a registrant in @state, is that of @path, a disk or a path of a
 * map, or is shared with it. TRI_NO: it has another initiator, or belongs to another path of the
 * map or another disk of the same LUN. TRI_UNKNOWN: the initiator is the same or unknown, so the
 * device may mean @path: targets number their ports in different ways, and a session may have
 * another ISID than prctl computes.
 */
enum tri nexus_is_path(const struct result *path, const struct nexus *listed,
		       const struct resv_state *state);

/* Whether @path shares a registration, as it has proven in this run or an earlier one. */
bool nexus_shares(const struct result *path);

/* The same, in this run. */
bool nexus_has_proven(const struct result *path);

/*
 * Whether @listed, which counts as the registration of @path, does so only because an earlier run
 * has proven it.
 */
bool nexus_is_assumed(const struct result *path, const struct nexus *listed);

/*
 * Whether @path may hold the reservation in @state with @key (0: any) although the registration
 * that counts as its own does not: it shares one of several, one of which holds.
 */
bool nexus_may_hold(const struct result *path, const struct resv_state *state, uint64_t key);

/*
 * Drops those groups of @sharers of which @state lists two paths of @map, each with a registration
 * of its own. Returns whether there were any.
 */
bool nexus_sharing_refute(const struct result *map, const struct resv_state *state,
			  struct sharer **sharers);

/*
 * Whether @listed, the nexus of a registrant, belongs to this host: it has the initiator of @result
 * or of another path of its map, or a port of this machine's adapters.
 */
enum tri nexus_is_this_host(const struct result *result, const struct nexus *listed);

/* Whether @initiator (NULL: unknown) is a port of an FC or SAS adapter, and not a host's name. */
bool nexus_is_port(const char *initiator);

/*
 * Whether @listed has a port by which this host has registered on @result's LUN since it was
 * started, according to its records: the adapter may have gone since then.
 */
bool nexus_was_this_host(const struct result *result, const struct nexus *listed);

/* Whether the initiator is an NVMe identifier of 8 bytes. */
bool nexus_is_short(const struct nexus *nexus);

/* Whether the initiator is an iSCSI name without the ISID, which tells its sessions apart. */
bool nexus_lacks_isid(const struct nexus *nexus);

/* Whether the initiator, which is known, is an NVMe identifier. */
bool nexus_is_nvme(const struct nexus *nexus);

/*
 * Whether the initiators of both are names of the same kind that name hosts. An iSCSI name and an
 * NVMe identifier cannot be compared, nor can ports.
 */
bool nexus_names_alike(const struct nexus *a, const struct nexus *b);

/*
 * Sets this_nexus, this_host and own_path of every registrant of @state, as seen from @result's
 * path.
 */
void nexus_mark(const struct result *result, struct resv_state *state);

/*
 * The device has refused @path what a registration allows that it only seemed to share: from now on
 * it shares none, the other paths must prove it again, and its state is marked so.
 */
void nexus_unshare(struct result *path);

#endif
