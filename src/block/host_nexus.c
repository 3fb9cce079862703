// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/host_nexus.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "block/sysfs.h"
#include "model/nexus.h"
#include "wire/scsi.h"

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

struct nexus host_nexus_scsi(const char *device, struct arena *arena)
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

struct nexus host_nexus_nvme(const char *device, struct arena *arena)
{
	struct nexus nexus = { .initiator = NULL, .target_port = 0 };
	const char *id = sysfs_line(arena, device, "hostid");

	if (!id)
		id = sysfs_line_common(arena, device, "nvme", "hostid");
	/* An identifier of nothing but zeros is none. */
	if (id && id[strspn(id, "0-")])
		nexus.initiator = arena_printf(arena, NEXUS_NVME_PREFIX "%s", id);
	return nexus;
}
