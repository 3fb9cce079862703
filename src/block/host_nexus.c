// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/host_nexus.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "block/host_ports.h"
#include "block/sysfs.h"
#include "model/nexus.h"
#include "wire/identity.h"

/*
 * The last component of @path that consists of @prefix, a digit, and anything; NULL if there is
 * none. The last one, because a virtual port of a Fibre Channel adapter (NPIV) is a SCSI host below
 * that of the adapter: ".../host3/vport-3:0-0/host5/rport-5:0-0/...".
 */
static const char *component_last(const char *path, const char *prefix)
{
	size_t length = strlen(prefix);
	const char *last = NULL;

	for (const char *at = strchr(path, '/'); at; at = strchr(at + 1, '/'))
		if (strncmp(at + 1, prefix, length) == 0 && at[1 + length] >= '0' &&
		    at[1 + length] <= '9')
			last = at + 1;
	return last;
}

/* The number in such a component; -1 if there is none. */
static long component_number(const char *component, const char *prefix)
{
	return component ? strtol(component + strlen(prefix), NULL, 10) : -1;
}

/*
 * Sets @isid to the ISID of @session, whose number is @number, as a TransportID prints it. Returns
 * false if it is unknown.
 */
static bool iscsi_isid(const char *host, const char *session, long number, char isid[16],
		       struct arena *arena)
{
	const char *driver = sysfs_line(arena, host, "proc_name"), *text;

	/*
	 * The kernel does not show the ISID of its software transports. open-iscsi makes it from
	 * its OUI and the number of the session, and keeps it when it logs in again.
	 */
	if (driver && (strcmp(driver, "iscsi_tcp") == 0 || strcmp(driver, "iscsi_iser") == 0)) {
		snprintf(isid, 16, "00023d%06lx", (unsigned long)number & 0xffffff);
		return true;
	}
	text = sysfs_line(arena, session, "isid");
	if (!text || strlen(text) != 12 || text[strspn(text, "0123456789abcdefABCDEF")])
		return false;
	snprintf(isid, 16, "%s", text);
	return true;
}

/*
 * An iSCSI initiator port consists of the initiator's name and the ISID; only the name if the ISID
 * is unknown.
 */
static const char *initiator_read(const char *host, const char *session, long number,
				  struct arena *arena)
{
	char name[512], isid[16];
	ssize_t length;
	size_t used;

	/* Copies every byte: blanks are kept, and nothing is made printable. */
	length = sysfs_read(session, "initiatorname", name, sizeof(name) - 32);
	if (length <= 0)
		return NULL;
	used = (size_t)length - (name[length - 1] == '\n');
	if (iscsi_isid(host, session, number, isid, arena))
		used += (size_t)snprintf(name + used, sizeof(name) - used, ",i,0x%s", isid);
	return nexus_iscsi_text(arena, name, used);
}

/*
 * All LUNs of a session have the same one, so it is read once. The kernel counts sessions since it
 * was booted, so no other session gets the number (iscsi_add_session(), the same from 6.1 to 7.3).
 */
static const char *iscsi_initiator(const char *host, long number, struct arena *arena)
{
	char session[64];
	const char *text;

	snprintf(session, sizeof(session), "/sys/class/iscsi_session/session%ld", number);
	text = arena_memo(arena, session);
	if (text)
		return text;
	text = initiator_read(host, session, number, arena);
	return text && text != arena_full ? arena_memo_add(arena, session, text) : text;
}

struct phys {
	struct arena *arena;
	uint64_t address; /* the value that all of them have; 0: none was seen */
	bool differ;
};

static int phy_visit(const char *name, void *context)
{
	struct phys *phys = context;
	uint64_t address;

	if (!host_ports_phy(phys->arena, name, &address))
		return 0;
	phys->differ |= phys->address && phys->address != address;
	phys->address = address;
	return 0;
}

/*
 * The address of the adapter's port through which the SAS disk at @device is reached: the address
 * of the phys that form the port, ".../host10/port-10:1/...", or of the adapter if the kernel shows
 * no phys.
 */
static const char *sas_initiator(const char *device, const char *component, const char *host,
				 struct arena *arena)
{
	const char *port = strstr(component, "/port-");
	struct phys phys = { .arena = arena };
	uint64_t address;

	if (port)
		sysfs_scan(arena_printf(arena, "%.*s",
					(int)(port + 1 + strcspn(port + 1, "/") - device), device),
			   phy_visit, &phys);
	if (phys.differ)
		return NULL;
	if (phys.address)
		return host_ports_sas(arena, phys.address);
	return host_ports_number(sysfs_line(arena, host, "host_sas_address"), &address)
		       ? host_ports_sas(arena, address)
		       : NULL;
}

struct nexus host_nexus_scsi(const char *device, const uint8_t *page, size_t length,
			     struct arena *arena)
{
	struct nexus nexus = { .initiator = NULL, .target_port = TARGET_PORT_UNKNOWN };
	const char *component = component_last(device, "host");
	long host_number = component_number(component, "host");
	long session = component_number(component_last(device, "session"), "session");
	char host[64], fc[64];
	uint64_t port;

	if (host_number < 0)
		return nexus;
	snprintf(host, sizeof(host), "/sys/class/scsi_host/host%ld", host_number);
	snprintf(fc, sizeof(fc), "/sys/class/fc_host/host%ld", host_number);
	if (session >= 0)
		nexus.initiator = iscsi_initiator(host, session, arena);
	else if (host_ports_number(sysfs_line(arena, fc, "port_name"), &port))
		nexus.initiator = host_ports_fc(arena, port);
	else
		nexus.initiator = sas_initiator(device, component, host, arena);
	/* Without its name, it would be taken for another host. */
	if (nexus.initiator == arena_full)
		nexus.initiator = NULL;
	if (length > 0)
		nexus.target_port = scsi_vpd_target_port(page, length);
	return nexus;
}

struct nexus host_nexus_nvme(const char *device, struct arena *arena)
{
	struct nexus nexus = { .initiator = NULL, .target_port = TARGET_PORT_NONE };
	const char *id = sysfs_line(arena, device, "hostid");

	if (!id)
		id = sysfs_line_common(arena, device, "nvme", "hostid");
	/* An identifier of zeros only is not valid. */
	if (id && id[strspn(id, "0-")])
		nexus.initiator = arena_printf(arena, NEXUS_NVME_PREFIX "%s", id);
	return nexus;
}

struct host_ids {
	struct arena *arena;
	const char *device, *first; /* NULL: none was seen */
};

/* Ends the scan with 1 if the controller @name has another identifier than an earlier one. */
static int host_id_visit(const char *name, void *context)
{
	struct host_ids *ids = context;
	const char *id;

	if (strncmp(name, "nvme", 4) != 0 || !name[4] || name[4 + strspn(name + 4, "0123456789")])
		return 0;
	id = sysfs_line(ids->arena, arena_printf(ids->arena, "%s/%s", ids->device, name), "hostid");
	if (id && ids->first)
		return strcmp(id, ids->first) != 0;
	ids->first = id ? id : ids->first;
	return 0;
}

bool host_nexus_nvme_differ(const char *device, struct arena *arena)
{
	struct host_ids ids = { .arena = arena, .device = device };

	return sysfs_scan(device, host_id_visit, &ids) == 1;
}
