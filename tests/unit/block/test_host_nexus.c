// SPDX-License-Identifier: GPL-2.0-or-later
/* Sysfs is this file's own here (the linker's --wrap): files, and what stands in each. */
#include "block/host_nexus.h"
#include "unit.h"

#include <errno.h>

#include "block/sysfs.h"
#include "states.h"

#define ISCSI_DEVICE "/sys/devices/platform/host3/session12/target3:0:0/3:0:0:0"
#define SESSION_12 "/sys/class/iscsi_session/session12"
#define PCI_DEVICE "/sys/devices/pci0000:00/host2/target2:0:0/2:0:0:0"

struct file {
	const char *path, *text;
};

static const struct {
	const char *name, *device;
	struct file files[4];
	const char *initiator;
	int target_port;
} devices[] = {
	{ "iSCSI over TCP: open-iscsi's ISID", ISCSI_DEVICE,
	  { { "/sys/class/scsi_host/host3/proc_name", "iscsi_tcp" },
	  { SESSION_12 "/initiatorname", HOST_1 }, { ISCSI_DEVICE "/vpd_pg83",
	  "0083000851940004 00000002" } }, HOST_1 ",i,0x00023d00000c", 2 },
	{ "iSER", ISCSI_DEVICE, { { "/sys/class/scsi_host/host3/proc_name", "ib_iser" },
	  { SESSION_12 "/initiatorname", HOST_1 } }, HOST_1 ",i,0x00023d00000c", -1 },
	{ "an iSCSI card: its ISID is not known", ISCSI_DEVICE,
	  { { "/sys/class/scsi_host/host3/proc_name", "bnx2i" },
	  { SESSION_12 "/initiatorname", HOST_1 }, { ISCSI_DEVICE "/vpd_pg83",
	  "0083000851940004 00000002" } }, HOST_1, 2 },
	{ "iSCSI without a name", ISCSI_DEVICE, { { "/sys/class/scsi_host/host3/proc_name",
	  "iscsi_tcp" } }, NULL, -1 },
	{ "iSCSI without a driver", ISCSI_DEVICE, { { SESSION_12 "/initiatorname", HOST_1 } }, NULL,
	  -1 },
	{ "iSCSI, a session of more than 24 bits",
	  "/sys/devices/platform/host0/session16777219/target0:0:0/0:0:0:0",
	  { { "/sys/class/scsi_host/host0/proc_name", "iscsi_tcp" },
	  { "/sys/class/iscsi_session/session16777219/initiatorname", HOST_1 } },
	  HOST_1 ",i,0x00023d000003", -1 },
	{ "iSCSI, session 0", "/sys/devices/platform/host0/session0/target0:0:0/0:0:0:0",
	  { { "/sys/class/scsi_host/host0/proc_name", "iscsi_tcp" },
	  { "/sys/class/iscsi_session/session0/initiatorname", HOST_1 } },
	  HOST_1 ",i,0x00023d000000", -1 },
	{ "Fibre Channel",
	  "/sys/devices/pci0000:00/0000:00:03.0/host9/rport-9:0-1/target9:0:0/9:0:0:0",
	  { { "/sys/class/fc_host/host9/port_name", "0x2100001122334455" } },
	  "fc:0x2100001122334455", -1 },
	{ "SAS", "/sys/devices/pci0000:00/host10/port-10:0/end_device-10:0/target10:0:0/10:0:0:0",
	  { { "/sys/class/scsi_host/host10/host_sas_address", "0x5001405000000001" } },
	  "sas:0x5001405000000001", -1 },
	{ "another kind of host", PCI_DEVICE, { { PCI_DEVICE "/vpd_pg83",
	  "0083000851940004 00000007" } }, NULL, 7 },
	{ "an empty page", PCI_DEVICE, { { PCI_DEVICE "/vpd_pg83", "" } }, NULL, -1 },
	{ "no SCSI host", "/sys/devices/virtual/block/loop0",
	  { { "/sys/devices/virtual/block/loop0/vpd_pg83", "0083000851940004 00000007" } }, NULL,
	  -1 },
	{ "names that begin as a host's does",
	  "/sys/devices/hostess/hosts/host4/target4:0:0/4:0:0:0",
	  { { "/sys/class/fc_host/host4/port_name", "0x2100001122334455" } },
	  "fc:0x2100001122334455", -1 },
};

static const struct file *files;

static const char *file_text(const char *directory, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	for (size_t i = 0; i < COUNT_OF(devices[0].files); i++)
		if (files[i].path && strcmp(files[i].path, path) == 0)
			return files[i].text;
	return NULL;
}

const char *__wrap_sysfs_line(struct arena *arena, const char *directory, const char *name);
ssize_t __wrap_sysfs_read(const char *directory, const char *name, void *buffer, size_t size);

const char *__wrap_sysfs_line(struct arena *arena, const char *directory, const char *name)
{
	(void)arena;
	return file_text(directory, name);
}

/* The text is hexadecimal here. */
ssize_t __wrap_sysfs_read(const char *directory, const char *name, void *buffer, size_t size)
{
	const char *text = file_text(directory, name);
	size_t length;
	uint8_t *bytes;

	if (!text)
		return -ENOENT;
	bytes = unit_bytes(text, &length);
	assert_true(length <= size);
	if (length)
		memcpy(buffer, bytes, length);
	free(bytes);
	return (ssize_t)length;
}

static void of_device(void **state)
{
	const typeof(devices[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct nexus nexus;

	files = row->files;
	nexus = host_nexus_scsi(row->device, arena);
	assert_text(nexus.initiator, row->initiator);
	assert_int_equal(nexus.target_port, row->target_port);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, of_device, devices);
	return unit_run(&unit, "host_nexus");
}
