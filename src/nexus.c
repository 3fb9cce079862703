// SPDX-License-Identifier: GPL-2.0-or-later
#include "nexus.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scsi_format.h"
#include "sysfs.h"

#define NVME_PREFIX "nvme:" /* as in nvme_host_identifier_text() */

/* The path component of @path that begins with @prefix and goes on with a digit, as a number; or -1. */
static long component_number(const char *path, const char *prefix)
{
	size_t length = strlen(prefix);

	for (const char *at = strchr(path, '/'); at; at = strchr(at + 1, '/')) {
		const char *digits = at + 1 + length;

		if (strncmp(at + 1, prefix, length) == 0 && *digits >= '0' && *digits <= '9')
			return strtol(digits, NULL, 10);
	}
	return -1;
}

/*
 * The iSCSI initiator port is the initiator's name and the ISID. The kernel shows no ISID for its software
 * transports; open-iscsi makes it of its OUI and the number of the session, and keeps it through a relogin.
 */
static const char *iscsi_initiator(const char *host, long session, struct arena *arena)
{
	char directory[PATH_MAX];
	const char *name, *driver = sysfs_line(arena, host, "proc_name");

	snprintf(directory, sizeof(directory), "/sys/class/iscsi_session/session%ld", session);
	name = sysfs_line(arena, directory, "initiatorname");
	if (!name || !driver)
		return NULL;
	if (strcmp(driver, "iscsi_tcp") != 0 && strcmp(driver, "ib_iser") != 0)
		return name;
	return arena_printf(arena, "%s,i,0x00023d%06lx", name, (unsigned long)session & 0xffffff);
}

struct nexus nexus_of_scsi_device(const char *device, struct arena *arena)
{
	struct nexus nexus = { .initiator = NULL, .target_port = -1 };
	long host_number = component_number(device, "host"), session = component_number(device, "session");
	char host[64], fc[64];
	uint8_t page[4096];
	const char *port;
	ssize_t length;

	if (host_number < 0)
		return nexus;
	snprintf(host, sizeof(host), "/sys/class/scsi_host/host%ld", host_number);
	snprintf(fc, sizeof(fc), "/sys/class/fc_host/host%ld", host_number);
	if (session >= 0)
		nexus.initiator = iscsi_initiator(host, session, arena);
	else if ((port = sysfs_line(arena, fc, "port_name")))
		nexus.initiator = arena_printf(arena, "fc:%s", port);
	else if ((port = sysfs_line(arena, host, "host_sas_address")))
		nexus.initiator = arena_printf(arena, "sas:%s", port);

	length = sysfs_read(device, "vpd_pg83", page, sizeof(page));
	if (length > 0)
		nexus.target_port = scsi_vpd_target_port(page, (size_t)length);
	return nexus;
}

struct nexus nexus_of_nvme_device(const char *device, struct arena *arena)
{
	struct nexus nexus = { .initiator = NULL, .target_port = 0 };
	const char *id = sysfs_line(arena, device, "hostid");

	if (!id)
		id = sysfs_line_common(arena, device, "nvme", "hostid");
	/* An identifier of nothing but zeros is none. */
	if (id && id[strspn(id, "0-")])
		nexus.initiator = arena_printf(arena, NVME_PREFIX "%s", id);
	return nexus;
}

static bool is_nvme(const struct nexus *nexus)
{
	return strncmp(nexus->initiator, NVME_PREFIX, strlen(NVME_PREFIX)) == 0;
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
