// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/host_ports.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "block/sysfs.h"
#include "model/nexus.h"

#define PORTS_FIRST 8

struct reading {
	struct arena *arena;
	struct machine_ports *ports;
	size_t room;
};

const char *host_ports_fc(struct arena *arena, uint64_t port_name)
{
	return arena_printf(arena, NEXUS_FC_PREFIX "%016" PRIx64, port_name);
}

const char *host_ports_sas(struct arena *arena, uint64_t address)
{
	return arena_printf(arena, NEXUS_SAS_PREFIX "%016" PRIx64, address);
}

bool host_ports_number(const char *text, uint64_t *number)
{
	char *end;

	if (!text || text[0] != '0' || text[1] != 'x')
		return false;
	*number = strtoull(text, &end, 16);
	/* An adapter that is not up yet has the name 0 or, on Fibre Channel, -1. */
	return !*end && *number && *number != UINT64_MAX;
}

/*
 * pm80xx controllers have one address for every four phys; the addresses differ by 4 in the last
 * byte (pm8001_init.c). But libsas shows the address of the adapter for each phy.
 */
static uint64_t phy_address_correct(struct arena *arena, unsigned int host, unsigned int phy,
				    uint64_t address)
{
	const char *directory = arena_printf(arena, "/sys/class/scsi_host/host%u", host);
	const char *driver = sysfs_line(arena, directory, "proc_name");
	uint64_t adapter;

	if (!driver || strcmp(driver, "pm80xx") != 0 ||
	    !host_ports_number(sysfs_line(arena, directory, "host_sas_address"), &adapter) ||
	    adapter != address)
		return address;
	return (address & ~UINT64_C(0xff)) | ((address + (uint64_t)phy / 4 * 4) & 0xff);
}

bool host_ports_phy(struct arena *arena, const char *name, uint64_t *address)
{
	unsigned int host, phy;
	int end = 0;

	/* The name of an expander's phy has one number more. */
	if (sscanf(name, "phy-%u:%u%n", &host, &phy, &end) != 2 || name[end] ||
	    !host_ports_number(sysfs_line(arena, arena_printf(arena, "/sys/class/sas_phy/%s", name),
					  "sas_address"),
			       address))
		return false;
	*address = phy_address_correct(arena, host, phy, *address);
	return true;
}

/* Returns 0 or a negative errno. */
static int port_add(struct reading *reading, const char *name)
{
	struct machine_ports *ports = reading->ports;

	if (name == arena_full)
		return -ENOMEM;
	for (size_t i = 0; i < ports->count; i++)
		if (strcmp(ports->names[i], name) == 0)
			return 0;
	if (ports->count == reading->room) {
		size_t room = reading->room ? 2 * reading->room : PORTS_FIRST;
		const char **names = arena_alloc(reading->arena, room * sizeof(*names));

		if (!names)
			return -ENOMEM;
		if (ports->count)
			memcpy(names, ports->names, ports->count * sizeof(*names));
		ports->names = names;
		reading->room = room;
	}
	ports->names[ports->count++] = name;
	return 0;
}

static int fc_add(const char *name, void *context)
{
	struct reading *reading = context;
	const char *directory = arena_printf(reading->arena, "/sys/class/fc_host/%s", name);
	const char *text = sysfs_line(reading->arena, directory, "port_name");
	uint64_t port;

	reading->ports->partial |= !text;
	return host_ports_number(text, &port)
		       ? port_add(reading, host_ports_fc(reading->arena, port))
		       : 0;
}

static int phy_add(const char *name, void *context)
{
	struct reading *reading = context;
	uint64_t address;

	return host_ports_phy(reading->arena, name, &address) ?
	       port_add(reading, host_ports_sas(reading->arena, address)) : 0;
}

/* Reads adapters with SAS phys, or adapters that show no phys. */
static int adapter_add(const char *name, void *context)
{
	struct reading *reading = context;
	const char *directory = arena_printf(reading->arena, "/sys/class/scsi_host/%s", name);
	uint64_t address;

	return host_ports_number(sysfs_line(reading->arena, directory, "host_sas_address"),
				 &address)
		       ? port_add(reading, host_ports_sas(reading->arena, address))
		       : 0;
}

const struct machine_ports *host_ports_read(struct arena *arena)
{
	static const struct {
		const char *directory;
		int (*add)(const char *name, void *context);
	} sources[] = {
		{ "/sys/class/fc_host", fc_add },
		{ "/sys/class/sas_phy", phy_add },
		{ "/sys/class/scsi_host", adapter_add },
	};
	static const struct machine_ports unread = { .partial = true };
	struct reading reading = { .arena = arena,
				   .ports = arena_alloc(arena, sizeof(*reading.ports)) };

	if (!reading.ports)
		return &unread;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		int err = sysfs_scan(sources[i].directory, sources[i].add, &reading);

		/* A class exists only if its module is loaded. */
		reading.ports->partial |= err && err != -ENOENT;
	}
	return reading.ports;
}
