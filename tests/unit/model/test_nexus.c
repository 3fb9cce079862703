// SPDX-License-Identifier: GPL-2.0-or-later
/* Sysfs is this file's own here (the linker's --wrap): files, and what stands in each. */
#include "block/host_nexus.h"
#include "unit.h"

#include <errno.h>

#include "block/sysfs.h"
#include "model/nexus.h"
#include "states.h"

#define NVME_1 "nvme:00000001-0011-2233-4455-66778899aabb"
#define NVME_2 "nvme:00000002-0011-2233-4455-66778899aabb"
#define NVME_64 "nvme:0x0123456789abcdef"
#define EUI "eui.0123456789abcdef"
#define NAA "naa.6001405abcdef0123456789abcdef012"

/* Is the registrant that a target lists this path, is it this host? */
static const struct {
	const char *name;
	struct nexus own, listed;
	enum tri host, same;
} pairs[] = {
	{ "equal", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_1, 1 }, Y, Y },
	{ "another host", { HOST_1 SESSION_1, 1 }, { HOST_2 SESSION_1, 1 }, N, N },
	{ "another host at a port that is not known", { HOST_1 SESSION_1, -1 },
	  { HOST_2 SESSION_1, 1 }, N, N },
	{ "another session", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_2, 1 }, Y, N },
	{ "another port", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_1, 2 }, Y, N },
	{ "own port not known", { HOST_1 SESSION_1, -1 }, { HOST_1 SESSION_1, 1 }, Y, U },
	{ "listed port not known", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_1, -1 }, Y, U },
	{ "no port known", { HOST_1 SESSION_1, -1 }, { HOST_1 SESSION_1, -1 }, Y, U },
	{ "another session, no port known", { HOST_1 SESSION_1, -1 }, { HOST_1 SESSION_2, -1 }, Y,
	  N },
	{ "own session not known", { HOST_1, 1 }, { HOST_1 SESSION_1, 1 }, Y, U },
	{ "listed session not known", { HOST_1 SESSION_1, 1 }, { HOST_1, 1 }, Y, U },
	{ "no session known", { HOST_1, 1 }, { HOST_1, 1 }, Y, U },
	{ "no session known, a name of the other two kinds: eui", { EUI, 1 }, { EUI, 1 }, Y, U },
	{ "no session known, a name of the other two kinds: naa", { NAA, 1 }, { NAA, 1 }, Y, U },
	{ "no session known, a name with capitals", { "IQN.2026-01.lab:host-1", 1 },
	  { "IQN.2026-01.lab:host-1", 1 }, Y, U },
	{ "eui, with its session", { EUI SESSION_1, 1 }, { EUI SESSION_1, 1 }, Y, Y },
	{ "own initiator not known", { NULL, 1 }, { HOST_1 SESSION_1, 1 }, U, U },
	{ "listed initiator not known", { HOST_1 SESSION_1, 1 }, { NULL, 1 }, U, U },
	{ "no initiator known", { NULL, 1 }, { NULL, 1 }, U, U },
	{ "capitals in the name", { "iqn.2026-01.LAB:Host-1" SESSION_1, 1 },
	  { HOST_1 SESSION_1, 1 }, Y, Y },
	{ "capitals in the session", { HOST_1 ",i,0x00023D00000A", 1 },
	  { HOST_1 ",i,0x00023d00000a", 1 }, Y, Y },
	{ "a session of another length", { HOST_1 ",i,0x00023d000001", 1 },
	  { HOST_1 ",i,0x23d000001", 1 }, Y, U },
	{ "a name that begins the other", { HOST_1, 1 }, { HOST_1 "0" SESSION_1, 1 }, N, N },
	{ "a name that the other begins", { HOST_1 "0" SESSION_1, 1 }, { HOST_1 SESSION_1, 1 }, N,
	  N },
	{ "SAS", { "sas:0x5001405000000001", 1 }, { "sas:0x5001405000000001", 1 }, Y, Y },
	{ "SAS, another", { "sas:0x5001405000000001", 1 }, { "sas:0x5001405000000002", 1 }, N, N },
	{ "SAS, capitals", { "sas:0x50014050000000AB", 1 }, { "sas:0x50014050000000ab", 1 }, Y, Y },
	{ "SAS, port not known", { "sas:0x5001405000000001", -1 }, { "sas:0x5001405000000001", 1 },
	  Y, U },
	{ "Fibre Channel, and SAS with its number", { "fc:0x2100001122334455", 1 },
	  { "sas:0x2100001122334455", 1 }, N, N },
	{ "NVMe: the host, not its port, is registered", { NVME_1, -1 }, { NVME_1, -1 }, Y, Y },
	{ "NVMe, another host", { NVME_1, -1 }, { NVME_2, -1 }, N, N },
	{ "NVMe, capitals", { NVME_1, -1 }, { "nvme:00000001-0011-2233-4455-66778899AABB", -1 }, Y, Y },
	{ "NVMe, 64 bits", { NVME_64, -1 }, { NVME_64, -1 }, Y, Y },
	{ "NVMe, identifiers of two sizes tell nothing", { NVME_1, -1 }, { NVME_64, -1 }, U, U },
	{ "NVMe, no own identifier", { NULL, -1 }, { NVME_1, -1 }, U, U },
	{ "NVMe, and a SCSI name", { NVME_1, -1 }, { "sas:0x5001405000000001", 1 }, N, N },
	{ "Fibre Channel, another port", { "fc:0x2100001122334455", 1 },
	  { "fc:0x2100001122334455", 2 }, Y, N },
};

static void compares(void **state)
{
	const typeof(pairs[0]) *row = *state;

	assert_int_equal(nexus_is_same_host(&row->own, &row->listed), row->host);
	assert_int_equal(nexus_is_same_host(&row->listed, &row->own), row->host);
	assert_int_equal(nexus_is_same(&row->own, &row->listed), row->same);
	assert_int_equal(nexus_is_same(&row->listed, &row->own), row->same);
}

static const struct {
	const char *name, *initiator;
	size_t length;
} lengths[] = {
	{ "iSCSI port", HOST_1 SESSION_1, sizeof(HOST_1) - 1 },
	{ "iSCSI name", HOST_1, sizeof(HOST_1) - 1 },
	{ "SAS", "sas:0x5001405000000001", 22 },
	{ "a session alone", SESSION_1, 0 },
	{ "a comma is no session", HOST_1 ",i,1", sizeof(HOST_1) + 3 },
	{ "NVMe", NVME_1, sizeof(NVME_1) - 1 },
	{ "nothing", "", 0 },
};

static void host_length(void **state)
{
	const typeof(lengths[0]) *row = *state;

	assert_int_equal(nexus_host_length(row->initiator), row->length);
}

static void marks(void **state)
{
	static const struct result path = { .lun.nexus = { HOST_1 SESSION_1, 1 } };
	struct registrant registrants[] = {
		{ .nexus = { HOST_2 SESSION_1, 1 }, .this_nexus = Y, .this_host = Y },
		{ .nexus = { HOST_1 SESSION_1, 1 } },
		{ .nexus = { HOST_1 SESSION_2, 1 } },
		{ .nexus = { NULL, -1 } },
		{ .nexus = { HOST_1 SESSION_1, 1 },
		  .this_nexus = N,
		  .this_host = N }, /* none of the state's */
	};
	static const enum tri nexuses[] = { N, Y, N, U }, hosts[] = { N, Y, Y, U };
	struct resv_state marked = { .registrants = registrants, .count = COUNT_OF(nexuses) };

	(void)state;
	nexus_mark(&path, &marked);
	for (size_t i = 0; i < marked.count; i++) {
		assert_int_equal(registrants[i].this_nexus, nexuses[i]);
		assert_int_equal(registrants[i].this_host, hosts[i]);
		assert_int_equal(registrants[i].own_path, nexuses[i] == Y);
	}
	assert_int_equal(registrants[marked.count].this_nexus, N);
	assert_int_equal(registrants[marked.count].this_host, N);
	assert_false(registrants[marked.count].own_path);
}

/* Of a multipath map every path is this host's own, under whatever name it has logged in. */
static void marks_paths(void **state)
{
	struct result map = { 0 }, second = { .lun.nexus = { HOST_3 SESSION_2, 1 }, .map = &map },
		      first = { .lun.nexus = { HOST_1 SESSION_1, 1 },
				.map = &map,
				.next = &second };
	struct registrant registrants[] = {
		{ .nexus = { HOST_1 SESSION_1, 1 } },
		{ .nexus = { HOST_3 SESSION_2, 1 } },
		{ .nexus = { HOST_2 SESSION_2, 1 } },
	};
	struct resv_state marked = { .registrants = registrants, .count = COUNT_OF(registrants) };

	(void)state;
	map.paths = &first;
	nexus_mark(&first, &marked);
	assert_int_equal(registrants[0].this_nexus, Y);
	assert_true(registrants[0].own_path);
	assert_int_equal(registrants[1].this_nexus, N);
	assert_int_equal(registrants[1].this_host, Y);
	assert_true(registrants[1].own_path);
	assert_int_equal(registrants[2].this_host, N);
	assert_false(registrants[2].own_path);
}

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

	UNIT_TABLE(&unit, compares, pairs);
	UNIT_TABLE(&unit, host_length, lengths);
	UNIT_TEST(&unit, marks);
	UNIT_TEST(&unit, marks_paths);
	UNIT_TABLE(&unit, of_device, devices);
	return unit_run(&unit, "nexus");
}
