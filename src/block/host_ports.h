/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The FC and SAS ports of this machine's adapters, from sysfs. What sysfs has, by the kernel's
 * scsi_transport_fc.c and scsi_transport_sas.c:
 *
 *   /sys/class/fc_host/hostN/port_name       each FC adapter's port, and each virtual one (NPIV);
 *                                            remote ports are fc_rport
 *   /sys/class/sas_phy/phy-H:N/sas_address   phy N of the adapter that is SCSI host H; phys of an
 *                                            expander are phy-H:E:N, and what is attached, disks
 *                                            and expanders, is sas_device
 *   /sys/class/scsi_host/hostN/host_sas_address   the adapter, for some drivers
 */
#ifndef HOST_PORTS_H
#define HOST_PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/result.h"

/*
 * Reads them, in @arena; called once in each run. If something cannot be read, .partial is set.
 * Never NULL.
 */
const struct machine_ports *host_ports_read(struct arena *arena);

/*
 * Parses the number in @text, "0x2100001122334455". Returns false if @text is NULL or not a number,
 * or if the number means unknown.
 */
bool host_ports_number(const char *text, uint64_t *number);

/*
 * Stores the SAS address of the phy called @name in *@address. Returns false if it is not a phy of
 * an adapter of this machine, or has no address.
 */
bool host_ports_phy(struct arena *arena, const char *name, uint64_t *address);

/* Such a number as a TransportID prints it (model/nexus.h). */
const char *host_ports_fc(struct arena *arena, uint64_t port_name);
const char *host_ports_sas(struct arena *arena, uint64_t address);

#endif
