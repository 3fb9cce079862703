// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/nexus.h"

#include <string.h>
#include <strings.h>

static bool is_nvme(const struct nexus *nexus)
{
	return strncmp(nexus->initiator, NEXUS_NVME_PREFIX, strlen(NEXUS_NVME_PREFIX)) == 0;
}

size_t nexus_host_length(const char *initiator)
{
	const char *session = strstr(initiator, ",i,0x");

	return session ? (size_t)(session - initiator) : strlen(initiator);
}

enum tri nexus_is_same_host(const struct nexus *own, const struct nexus *listed)
{
	size_t length;

	if (!own->initiator || !listed->initiator)
		return TRI_UNKNOWN;
	length = nexus_host_length(own->initiator);
	/* Of NVMe, identifiers of 64 and of 128 bits cannot be compared. */
	if (length != nexus_host_length(listed->initiator))
		return is_nvme(own) && is_nvme(listed) ? TRI_UNKNOWN : TRI_NO;
	/* iSCSI names are lower case by rule, but targets and configurations break it. */
	return strncasecmp(own->initiator, listed->initiator, length) == 0 ? TRI_YES : TRI_NO;
}

static bool is_iscsi_name(const char *initiator)
{
	return strncasecmp(initiator, "iqn.", 4) == 0 || strncasecmp(initiator, "eui.", 4) == 0 ||
	       strncasecmp(initiator, "naa.", 4) == 0;
}

enum tri nexus_is_same(const struct nexus *own, const struct nexus *listed)
{
	enum tri same = nexus_is_same_host(own, listed);

	if (same != TRI_YES || is_nvme(own))
		return same;
	/* The same iSCSI name: one of its sessions, and which one is told by the ISID, where both have it. */
	if (strlen(own->initiator) != strlen(listed->initiator))
		return TRI_UNKNOWN;
	if (strcasecmp(own->initiator, listed->initiator) != 0)
		return TRI_NO;
	if (is_iscsi_name(own->initiator) && !strstr(own->initiator, ",i,0x"))
		return TRI_UNKNOWN;
	if (own->target_port < 0 || listed->target_port < 0)
		return TRI_UNKNOWN;
	return own->target_port == listed->target_port ? TRI_YES : TRI_NO;
}

void nexus_mark(const struct result *result, struct resv_state *state)
{
	const struct nexus *own = &result->lun.nexus;

	for (size_t i = 0; i < state->count; i++) {
		struct registrant *registrant = &state->registrants[i];

		registrant->this_nexus = nexus_is_same(own, &registrant->nexus);
		registrant->this_host = nexus_is_same_host(own, &registrant->nexus);
		registrant->own_path = registrant->this_nexus == TRI_YES;
		for (const struct result *path = result->map ? result->map->paths : NULL; path; path = path->next) {
			if (nexus_is_same(&path->lun.nexus, &registrant->nexus) == TRI_YES)
				registrant->own_path = true;
			/* Paths may log in under different names. */
			if (nexus_is_same_host(&path->lun.nexus, &registrant->nexus) == TRI_YES)
				registrant->this_host = TRI_YES;
		}
	}
}
