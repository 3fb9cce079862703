// SPDX-License-Identifier: GPL-2.0-or-later
/* Sysfs is replaced by files of this test (the linker's --wrap). */
#include "block/host_nexus.h"
#include "unit.h"

#include <errno.h>

#include "block/host_ports.h"
#include "block/sysfs.h"
#include "states.h"

#define ISCSI_DEVICE "/sys/devices/platform/host3/session12/target3:0:0/3:0:0:0"
#define SESSION_12 "/sys/class/iscsi_session/session12"
#define PCI_DEVICE "/sys/devices/pci0000:00/host2/target2:0:0/2:0:0:0"

#define SAS_PORT(port) "/sys/devices/pci0000:00/host10/port-" port
#define SAS_DEVICE(port) SAS_PORT(port) "/end_device-10:0/target10:0:0/10:0:0:0"

struct file {
	const char *path, *text;
};

static const struct {
	const char *name, *device;
	struct file files[8];
	const char *initiator;
	int target_port;
} devices[] = {
	{ "iSCSI over TCP: open-iscsi's ISID",
	  ISCSI_DEVICE,
	  { { "/sys/class/scsi_host/host3/proc_name", "iscsi_tcp" },
	    { SESSION_12 "/initiatorname", HOST_1 },
	    { ISCSI_DEVICE "/vpd_pg83", "0083000851940004 00000002" } },
	  HOST_1 ",i,0x00023d00000c",
	  2 },
	{ "iSER",
	  ISCSI_DEVICE,
	  { { "/sys/class/scsi_host/host3/proc_name", "iscsi_iser" },
	    { SESSION_12 "/initiatorname", HOST_1 } },
	  HOST_1 ",i,0x00023d00000c",
	  -1 },
	{ "an iSCSI card: its ISID is not known",
	  ISCSI_DEVICE,
	  { { "/sys/class/scsi_host/host3/proc_name", "bnx2i" },
	    { SESSION_12 "/initiatorname", HOST_1 },
	    { ISCSI_DEVICE "/vpd_pg83", "0083000851940004 00000002" } },
	  HOST_1,
	  2 },
	{ "iSCSI without a name",
	  ISCSI_DEVICE,
	  { { "/sys/class/scsi_host/host3/proc_name", "iscsi_tcp" } },
	  NULL,
	  -1 },
	{ "iSCSI without a driver: its ISID is not known",
	  ISCSI_DEVICE,
	  { { SESSION_12 "/initiatorname", HOST_1 } },
	  HOST_1,
	  -1 },
	{ "iSCSI, a session of more than 24 bits",
	  "/sys/devices/platform/host0/session16777219/target0:0:0/0:0:0:0",
	  { { "/sys/class/scsi_host/host0/proc_name", "iscsi_tcp" },
	    { "/sys/class/iscsi_session/session16777219/initiatorname", HOST_1 } },
	  HOST_1 ",i,0x00023d000003",
	  -1 },
	{ "iSCSI, session 0",
	  "/sys/devices/platform/host0/session0/target0:0:0/0:0:0:0",
	  { { "/sys/class/scsi_host/host0/proc_name", "iscsi_tcp" },
	    { "/sys/class/iscsi_session/session0/initiatorname", HOST_1 } },
	  HOST_1 ",i,0x00023d000000",
	  -1 },
	{ "Fibre Channel",
	  "/sys/devices/pci0000:00/0000:00:03.0/host9/rport-9:0-1/target9:0:0/9:0:0:0",
	  { { "/sys/class/fc_host/host9/port_name", "0x2100001122334455" } },
	  "fc:0x2100001122334455",
	  -1 },
	{ "SAS",
	  "/sys/devices/pci0000:00/host10/port-10:0/end_device-10:0/target10:0:0/10:0:0:0",
	  { { "/sys/class/scsi_host/host10/host_sas_address", "0x5001405000000001" } },
	  "sas:0x5001405000000001",
	  -1 },
	{ "an iSCSI card whose driver shows the ISID",
	  ISCSI_DEVICE,
	  { { "/sys/class/scsi_host/host3/proc_name", "qla4xxx" },
	    { SESSION_12 "/initiatorname", HOST_1 },
	    { SESSION_12 "/isid", "00023d0c0d0e" } },
	  HOST_1 ",i,0x00023d0c0d0e",
	  -1 },
	{ "iSCSI, a name that is not printable, with a blank at its end",
	  ISCSI_DEVICE,
	  { { "/sys/class/scsi_host/host3/proc_name", "iscsi_tcp" },
	    { SESSION_12 "/initiatorname", "iqn.\x01 \n" } },
	  "iqn.\\x01 ,i,0x00023d00000c",
	  -1 },
	{ "NPIV: the virtual port, not the adapter's",
	  "/sys/devices/pci0000:00/0000:00:03.0/host3/vport-3:0-0/host5/rport-5:0-1/"
	  "target5:0:0/5:0:0:0",
	  { { "/sys/class/fc_host/host3/port_name", "0x2100001122334455" },
	    { "/sys/class/fc_host/host5/port_name", "0x2101001122334455" } },
	  "fc:0x2101001122334455",
	  -1 },
	{ "Fibre Channel, a port that is not up",
	  "/sys/devices/pci0000:00/host9/rport-9:0-1/target9:0:0/9:0:0:0",
	  { { "/sys/class/fc_host/host9/port_name", "0xffffffffffffffff" } },
	  NULL,
	  -1 },
	{ "Fibre Channel, a name without its zeros",
	  "/sys/devices/pci0000:00/host9/rport-9:0-1/target9:0:0/9:0:0:0",
	  { { "/sys/class/fc_host/host9/port_name", "0x100001122334455" } },
	  "fc:0x0100001122334455",
	  -1 },
	{ "SAS: the port that it is reached through, with an address of its own",
	  SAS_DEVICE("10:1"),
	  { { "/sys/class/scsi_host/host10/host_sas_address", "0x5001405000000001" },
	    { SAS_PORT("10:1"), "phy-10:2 phy-10:3" },
	    { "/sys/class/sas_phy/phy-10:0/sas_address", "0x5001405000000001" },
	    { "/sys/class/sas_phy/phy-10:2/sas_address", "0x5001405000000002" },
	    { "/sys/class/sas_phy/phy-10:3/sas_address", "0x5001405000000002" } },
	  "sas:0x5001405000000002",
	  -1 },
	{ "SAS, after an expander",
	  SAS_DEVICE("10:0/expander-10:0/port-10:0:4"),
	  { { SAS_PORT("10:0"), "phy-10:0 sas_port" },
	    { "/sys/class/sas_phy/phy-10:0/sas_address", "0x5001405000000001" },
	    { SAS_PORT("10:0") "/expander-10:0/port-10:0:4", "phy-10:0:4" },
	    { "/sys/class/sas_phy/phy-10:0:4/sas_address", "0x5001405000000abc" } },
	  "sas:0x5001405000000001",
	  -1 },
	{ "SAS, phys of a port that differ",
	  SAS_DEVICE("10:1"),
	  { { SAS_PORT("10:1"), "phy-10:2 phy-10:3" },
	    { "/sys/class/sas_phy/phy-10:2/sas_address", "0x5001405000000002" },
	    { "/sys/class/sas_phy/phy-10:3/sas_address", "0x5001405000000003" } },
	  NULL,
	  -1 },
	{ "SAS, pm80xx: the upper phys have addresses that the kernel does not show",
	  SAS_DEVICE("10:1"),
	  { { "/sys/class/scsi_host/host10/host_sas_address", "0x50010c600047f9d0" },
	    { "/sys/class/scsi_host/host10/proc_name", "pm80xx" },
	    { SAS_PORT("10:1"), "phy-10:4 phy-10:5" },
	    { "/sys/class/sas_phy/phy-10:4/sas_address", "0x50010c600047f9d0" },
	    { "/sys/class/sas_phy/phy-10:5/sas_address", "0x50010c600047f9d0" } },
	  "sas:0x50010c600047f9d4",
	  -1 },
	{ "another kind of host",
	  PCI_DEVICE,
	  { { PCI_DEVICE "/vpd_pg83", "0083000851940004 00000007" } },
	  NULL,
	  7 },
	{ "an empty page", PCI_DEVICE, { { PCI_DEVICE "/vpd_pg83", "" } }, NULL, -1 },
	{ "no SCSI host",
	  "/sys/devices/virtual/block/loop0",
	  { { "/sys/devices/virtual/block/loop0/vpd_pg83", "0083000851940004 00000007" } },
	  NULL,
	  -1 },
	{ "names that begin as a host's does",
	  "/sys/devices/hostess/hosts/host4/target4:0:0/4:0:0:0",
	  { { "/sys/class/fc_host/host4/port_name", "0x2100001122334455" } },
	  "fc:0x2100001122334455",
	  -1 },
};

static const struct file *files;

static size_t file_count;

/* For a directory: the names of its entries. */
static const char *path_text(const char *path)
{
	for (size_t i = 0; i < file_count; i++)
		if (files[i].path && strcmp(files[i].path, path) == 0)
			return files[i].text;
	return NULL;
}

static const char *file_text(const char *directory, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path_text(path);
}

static int reads; /* of files */

const char *__wrap_sysfs_line(struct arena *arena, const char *directory, const char *name);
ssize_t __wrap_sysfs_read(const char *directory, const char *name, void *buffer, size_t size);
int __wrap_sysfs_scan(const char *directory, int (*each)(const char *name, void *context),
	void *context);

const char *__wrap_sysfs_line(struct arena *arena, const char *directory, const char *name)
{
	(void)arena;
	reads++;
	return file_text(directory, name);
}

/* A page is in hexadecimal. */
ssize_t __wrap_sysfs_read(const char *directory, const char *name, void *buffer, size_t size)
{
	const char *text = file_text(directory, name);
	size_t length;
	uint8_t *bytes;

	reads++;
	if (!text)
		return -ENOENT;
	length = strlen(text);
	bytes = strcmp(name, "vpd_pg83") == 0 ? unit_bytes(text,
		&length) : unit_copy((const uint8_t *)text, length);
	assert_true(length <= size);
	if (length)
		memcpy(buffer, bytes, length);
	free(bytes);
	return (ssize_t)length;
}

int __wrap_sysfs_scan(const char *directory, int (*each)(const char *name, void *context),
	void *context)
{
	const char *text = path_text(directory);
	char name[64];
	int used, err = 0;

	if (!text)
		return -ENOENT;
	/* A directory that cannot be read. */
	if (*text == '!')
		return -EACCES;
	for (; !err && sscanf(text, " %63s%n", name, &used) == 1; text += used)
		err = each(name, context);
	return err;
}

static void of_device(void **state)
{
	const typeof(devices[0]) *row = *state;
	struct arena *arena = unit_arena();
	uint8_t page[4096];
	struct nexus nexus;
	ssize_t length;

	files = row->files;
	file_count = COUNT_OF(row->files);
	length = __wrap_sysfs_read(row->device, "vpd_pg83", page, sizeof(page));
	nexus = host_nexus_scsi(row->device, page, length > 0 ? (size_t)length : 0, arena);
	assert_text(nexus.initiator, row->initiator);
	assert_int_equal(nexus.target_port, row->target_port);
	arena_free(arena);
}

/* LUNs of one session, whose name is read once, and of another one. */
static void of_session(void **state)
{
	static const struct file sessions[] = {
		{ "/sys/class/scsi_host/host3/proc_name", "iscsi_tcp" },
		{ SESSION_12 "/initiatorname", HOST_1 },
		{ "/sys/class/iscsi_session/session13/initiatorname", HOST_2 },
	};
	struct arena *arena = unit_arena();

	(void)state;
	files = sessions;
	file_count = COUNT_OF(sessions);
	reads = 0;
	for (int lun = 0; lun < 3; lun++)
		assert_text(host_nexus_scsi(ISCSI_DEVICE, NULL, 0, arena).initiator,
			    HOST_1 ",i,0x00023d00000c");
	assert_int_equal(reads, 2);
	assert_text(host_nexus_scsi("/sys/devices/platform/host3/session13/target3:0:0/3:0:0:0",
				    NULL, 0, arena).initiator,
		    HOST_2 ",i,0x00023d00000d");
	assert_int_equal(reads, 4);
	file_count = 0;
	assert_null(host_nexus_scsi("/sys/devices/platform/host3/session14/target3:0:0/3:0:0:0",
				    NULL, 0, arena).initiator);
	arena_free(arena);
}

#define CLASS "/sys/class/"

static const struct {
	const char *name;
	struct file files[16];
	const char *ports; /* names, with a blank after each */
	bool partial;
} machines[] = {
	{ "no adapter", { { CLASS "scsi_host", "host0" } }, "", false },
	{ "Fibre Channel, with NPIV, and a port that is not up",
	  { { CLASS "fc_host", "host3 host4 host5" }, { CLASS "fc_host/host3/port_name",
	    "0x2100001122334455" },
	  { CLASS "fc_host/host4/port_name", "0xffffffffffffffff" },
	    { CLASS "fc_host/host5/port_name", "0x2101001122334455" } },
	  "fc:0x2100001122334455 fc:0x2101001122334455 ", false },
	{ "a port of which the name cannot be read",
	  { { CLASS "fc_host", "host3 host4" }, { CLASS "fc_host/host3/port_name",
	    "0x2100001122334455" } },
	  "fc:0x2100001122334455 ", true },
	{ "a class that cannot be read", { { CLASS "sas_phy", "!" } }, "", true },
	{ "SAS: phys of the adapter, of an expander, and the adapter",
	  { { CLASS "sas_phy", "phy-0:0 phy-0:1 phy-0:2 phy-0:0:5 phy-0:3" },
	  { CLASS "sas_phy/phy-0:0/sas_address", "0x5001405000000001" },
	  { CLASS "sas_phy/phy-0:1/sas_address", "0x5001405000000001" },
	  { CLASS "sas_phy/phy-0:2/sas_address", "0x5001405000000002" },
	  { CLASS "sas_phy/phy-0:0:5/sas_address", "0x5001405000000abc" },
	  { CLASS "sas_phy/phy-0:3/sas_address", "0x0000000000000000" }, { CLASS "scsi_host",
	    "host0 host1" },
	  { CLASS "scsi_host/host0/host_sas_address", "0x5001405000000001" } },
	  "sas:0x5001405000000001 sas:0x5001405000000002 ", false },
	{ "SAS: an adapter that shows no phys",
	  { { CLASS "scsi_host", "host0 host1" }, { CLASS "scsi_host/host1/host_sas_address",
	    "0x5001405000000003" } },
	  "sas:0x5001405000000003 ", false },
	{ "SAS: pm80xx, of which the kernel shows one address",
	  { { CLASS "sas_phy", "phy-0:3 phy-0:4" }, { CLASS "sas_phy/phy-0:3/sas_address",
	    "0x50010c600047f9d0" },
	  { CLASS "sas_phy/phy-0:4/sas_address", "0x50010c600047f9d0" }, { CLASS "scsi_host",
	    "host0" },
	  { CLASS "scsi_host/host0/host_sas_address", "0x50010c600047f9d0" },
	    { CLASS "scsi_host/host0/proc_name", "pm80xx" } },
	  "sas:0x50010c600047f9d0 sas:0x50010c600047f9d4 ", false },
};

static void of_machine(void **state)
{
	const typeof(machines[0]) *row = *state;
	struct arena *arena = unit_arena();
	const struct machine_ports *ports;
	const char *text = "";

	files = row->files;
	file_count = COUNT_OF(row->files);
	ports = host_ports_read(arena);
	for (size_t i = 0; i < ports->count; i++)
		text = arena_printf(arena, "%s%s ", text, ports->names[i]);
	assert_text(text, row->ports);
	assert_int_equal(ports->partial, row->partial);
	arena_free(arena);
}

/* More than fit into the initial room. */
static void of_many(void **state)
{
	struct file many[101] = { { CLASS "fc_host", "" } };
	struct arena *arena = unit_arena();
	const struct machine_ports *ports;

	(void)state;
	for (int i = 1; i <= 100; i++) {
		many[0].text = arena_printf(arena, "%s host%d", many[0].text, i);
		many[i] = (struct file){ arena_printf(arena, CLASS "fc_host/host%d/port_name", i),
					 arena_printf(arena, "0x21000011223344%02x", i) };
	}
	files = many;
	file_count = COUNT_OF(many);
	ports = host_ports_read(arena);
	assert_int_equal(ports->count, 100);
	assert_text(ports->names[0], "fc:0x2100001122334401");
	assert_text(ports->names[99], "fc:0x2100001122334464");
	arena_free(arena);
}

#define HEAD "/sys/devices/virtual/nvme-subsystem/nvme-subsys0"
#define ONE "00000001-0011-2233-4455-66778899aabb"
#define TWO "00000002-0011-2233-4455-66778899aabb"

static const struct {
	const char *name;
	struct file files[4];
	bool differ;
} heads[] = {
	{ "two controllers of one host", { { HEAD, "nvme0n1 nvme1 nvme2" },
	  { HEAD "/nvme1/hostid", ONE }, { HEAD "/nvme2/hostid", ONE } }, false },
	{ "of two hosts", { { HEAD, "nvme0n1 nvme1 nvme2" },
	  { HEAD "/nvme1/hostid", ONE }, { HEAD "/nvme2/hostid", TWO } }, true },
	{ "of two hosts, and one is not known", { { HEAD, "nvme1 nvme2 nvme3" },
	  { HEAD "/nvme1/hostid", ONE }, { HEAD "/nvme3/hostid", TWO } }, true },
	{ "PCIe: the kernel knows none", { { HEAD, "nvme1 nvme2 power" } }, false },
	{ "what is no controller has no host", { { HEAD, "nvme1 nvme0c1n1" },
	  { HEAD "/nvme1/hostid", ONE }, { HEAD "/nvme0c1n1/hostid", TWO } }, false },
	{ "nothing is there", { { NULL, NULL } }, false },
};

static void of_head(void **state)
{
	const typeof(heads[0]) *row = *state;
	struct arena *arena = unit_arena();

	files = row->files;
	file_count = COUNT_OF(row->files);
	assert_int_equal(host_nexus_nvme_differ(HEAD, arena), row->differ);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, of_head, heads);
	UNIT_TABLE(&unit, of_device, devices);
	UNIT_TEST(&unit, of_session);
	UNIT_TABLE(&unit, of_machine, machines);
	UNIT_TEST(&unit, of_many);
	return unit_run(&unit, "host_nexus");
}
