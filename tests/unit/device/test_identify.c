// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ioctl() is this file's own (the linker's --wrap): it plays a disk that answers INQUIRY or
 * Identify, or does not.
 */
#include "unit.h"

#include <errno.h>
#include <linux/nvme_ioctl.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>

#include "device/identify.h"

/* Page 83h with one designator of the LUN, NAA. */
#define PAGE(last) "0083000c 01030008 60014050000000" last
#define OF_1 PAGE("01")
#define OF_2 PAGE("02")
#define OF_PORT "00830008 01140004 00000001" /* its relative identifier */
#define GONE_2 "3f" "83000c 01030008 6001405000000002"

static const struct row {
	const char *name;
	const char *kept; /* page 83h in sysfs */
	const char *reply; /* the device's reply to page 83h or to standard INQUIRY */
	int error; /* errno of SG_IO */
	uint8_t status;
	uint16_t host_status;
	const char *sense;
	enum identity identity;
	enum answer_kind kind;
	const char *now;
} rows[] = {
	{ "the same", OF_1, OF_1, 0, 0, 0, "", IDENTITY_SAME, ANSWER_DONE, "naa.6001405000000001" },
	{ "another", OF_1, OF_2, 0, 0, 0, "", IDENTITY_OTHER, ANSWER_DONE, "naa.6001405000000002" },
	{ "no LUN, as LIO has it", OF_1, GONE_2, 0, 0, 0, "", IDENTITY_GONE, ANSWER_NO_LUN,
	  "naa.6001405000000002" },
	{ "no LUN, by sense", OF_1, OF_1, 0, 0x02, 0, "70000500000000000000000025000000",
	  IDENTITY_UNKNOWN, ANSWER_NO_LUN, NULL },
	{ "page 83h is refused", OF_1, OF_1, 0, 0x02, 0, "70000500000000000000000024000000",
	  IDENTITY_OTHER, ANSWER_INVALID, "no name" },
	{ "INQUIRY is refused", OF_1, OF_1, 0, 0x02, 0, "70000500000000000000000020000000",
	  IDENTITY_OTHER, ANSWER_NO_COMMAND, "no name" },
	{ "page 83h is refused, and never named a LUN", OF_PORT, OF_1, 0, 0x02, 0,
	  "70000500000000000000000024000000", IDENTITY_UNKNOWN, ANSWER_INVALID, NULL },
	{ "standard INQUIRY is refused", NULL, "", 0, 0x02, 0, "70000500000000000000000024000000",
	  IDENTITY_UNKNOWN, ANSWER_INVALID, NULL },
	{ "no device", OF_1, OF_1, 0, 0, 1, "", IDENTITY_UNKNOWN, ANSWER_PATH, NULL },
	{ "not permitted", OF_1, OF_1, EPERM, 0, 0, "", IDENTITY_UNKNOWN, ANSWER_NO_PRIVILEGE,
	  NULL },
	{ "no SG_IO", OF_1, OF_1, ENOTTY, 0, 0, "", IDENTITY_UNKNOWN, ANSWER_NO_INTERFACE, NULL },
	{ "another page", OF_1, "00800000", 0, 0, 0, "", IDENTITY_OTHER, ANSWER_DONE, "no name" },
	{ "nothing", OF_1, "", 0, 0, 0, "", IDENTITY_OTHER, ANSWER_DONE, "no name" },
	{ "a port alone", OF_1, OF_PORT, 0, 0, 0, "", IDENTITY_OTHER, ANSWER_DONE, "no name" },
	{ "a port alone, as the kernel has it", OF_PORT, OF_PORT, 0, 0, 0, "", IDENTITY_UNKNOWN,
	  ANSWER_DONE, NULL },
	{ "a name now, and none before", OF_PORT, OF_1, 0, 0, 0, "", IDENTITY_UNKNOWN,
	  ANSWER_DONE, "naa.6001405000000001" },
	{ "the kernel keeps no page 83h", NULL, "00000502", 0, 0, 0, "", IDENTITY_UNKNOWN,
	  ANSWER_DONE, NULL },
	{ "the kernel keeps no page 83h, and no LUN is there", NULL, "7f000502", 0, 0, 0, "",
	  IDENTITY_GONE, ANSWER_NO_LUN, NULL },
};

static struct {
	const struct row *row;
	size_t commands;
	size_t size; /* length of the reply, if it is longer than the row's; zeros follow */
	size_t asked; /* bytes */
	/* NVMe */
	const char *identify; /* data of Identify, at offset 0 */
	int status;
	uint32_t cns;
	const char *list; /* as in the rows */
	int list_status;
} device;

static int sg_io(struct sg_io_hdr *io)
{
	const struct row *row = device.row;
	size_t length, sense_length;
	uint8_t *reply = unit_bytes(row->reply, &length),
		*sense = unit_bytes(row->sense, &sense_length);
	size_t sent = length > io->dxfer_len ? io->dxfer_len : length;

	assert_int_equal(io->cmd_len, 6);
	assert_int_equal(io->cmdp[0], 0x12);
	assert_int_equal(io->cmdp[1], row->kept ? 1 : 0);
	assert_int_equal(io->cmdp[2], row->kept ? 0x83 : 0);
	assert_int_equal(io->cmdp[3] << 8 | io->cmdp[4], io->dxfer_len);
	device.asked = io->dxfer_len;
	if (sent)
		memcpy(io->dxferp, reply, sent);
	if (sense_length)
		memcpy(io->sbp, sense, sense_length);
	io->sb_len_wr = (unsigned char)sense_length;
	io->status = row->status;
	io->host_status = row->host_status;
	io->resid = (int)(io->dxfer_len - sent);
	free(reply);
	free(sense);
	errno = row->error;
	return row->error ? -1 : 0;
}

int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
	struct nvme_passthru_cmd *command;
	size_t length;
	uint8_t *data;
	va_list args;

	(void)fd;
	if (request == NVME_IOCTL_ID)
		return 1;
	device.commands++;
	va_start(args, request);
	command = va_arg(args, void *);
	va_end(args);
	if (request == SG_IO)
		return sg_io((void *)command);
	assert_int_equal(request, NVME_IOCTL_ADMIN_CMD);
	assert_int_equal(command->opcode, 0x06);
	assert_int_equal(command->nsid, 1);
	device.cns = command->cdw10;
	if (device.list && device.cns == 0) {
		*(uint8_t *)(uintptr_t)command->addr = 1; /* NSZE: it is active */
		return 0;
	}
	data = unit_bytes(device.list ? device.list : device.identify, &length);
	if (length)
		memcpy((void *)(uintptr_t)command->addr, data, length);
	free(data);
	return device.list ? device.list_status : device.status;
}

static void scsi(void **state)
{
	struct arena *arena = unit_arena();
	struct result *result = result_new(arena, "/dev/sdc");
	uint8_t *kept = NULL;
	struct answer answer;
	const char *now;

	memset(&device, 0, sizeof(device));
	device.row = *state;
	result->lun.transport = TRANSPORT_SCSI;
	if (device.row->kept)
		result->lun.page83 = kept =
			unit_bytes(device.row->kept, &result->lun.page83_length);
	assert_int_equal(device_identify(3, result, &now, &answer), device.row->identity);
	assert_int_equal(answer.kind, device.row->kind);
	assert_text(now, device.row->now);
	assert_int_equal(device.commands, 1);
	assert_int_equal(device.asked, kept ? 255 : 36);
	free(kept);
	arena_free(arena);
}

/* If the page is longer than the kernel's copy, all of it is read before it is judged. */
static void scsi_grown(void **state)
{
	static char reply[2048];
	const struct row row = { .kept = OF_1, .reply = reply, .sense = "" };
	struct arena *arena = unit_arena();
	struct result *result = result_new(arena, "/dev/sdc");
	struct answer answer;
	uint8_t *kept;
	const char *now;

	(void)state;
	/* 300 bytes of a vendor's designator, followed by the LUN's. */
	sprintf(reply, "00830138 010000%02x", 252);
	for (int i = 0; i < 252; i++)
		strcat(reply, "00");
	strcat(reply, "01000020");
	for (int i = 0; i < 32; i++)
		strcat(reply, "00");
	strcat(reply, "01030008 6001405000000001");
	memset(&device, 0, sizeof(device));
	device.row = &row;
	result->lun.transport = TRANSPORT_SCSI;
	result->lun.page83 = kept = unit_bytes(OF_1, &result->lun.page83_length);
	assert_int_equal(device_identify(3, result, &now, &answer), IDENTITY_SAME);
	assert_int_equal(device.commands, 2);
	assert_int_equal(device.asked, 4 + 0x138);
	free(kept);
	arena_free(arena);
}

#define UUID_1 "uuid.00000001-0000-0000-0000-000000000000"
#define NGUID_1 "eui.00000001000000000000000000000000"
#define LIST_1 "03100000 00000001 00000000 00000000 00000000"

static const struct nvme_row {
	const char *name;
	const char *wwid;
	const char *identify;
	int status;
	uint32_t cns;
	enum identity identity;
	enum answer_kind kind;
	/* the second answer, after Identify CNS 00h with a size and no name; NULL: not asked for */
	const char *list;
	int list_status;
} nvme_rows[] = {
	{ "UUID, the same", UUID_1, LIST_1, 0, 3, IDENTITY_SAME, ANSWER_DONE },
	{ "UUID, another", UUID_1, "03100000 00000002 00000000 00000000 00000000", 0, 3,
	  IDENTITY_OTHER, ANSWER_DONE },
	{ "UUID, and now no name", UUID_1, "", 0, 3, IDENTITY_OTHER, ANSWER_DONE },
	{ "UUID, no such namespace", UUID_1, "", 0x400b, 3, IDENTITY_UNKNOWN, ANSWER_NO_LUN },
	{ "UUID, and now the list is refused", UUID_1, "", 0x4002, 3, IDENTITY_OTHER,
	  ANSWER_INVALID },
	{ "NGUID, which the list alone has", NGUID_1, "", 0, 3, IDENTITY_SAME, ANSWER_DONE,
	  .list = "02100000 00000001 00000000 00000000 00000000" },
	{ "NGUID, and the list has another", NGUID_1, "", 0, 3, IDENTITY_OTHER, ANSWER_DONE,
	  .list = "02100000 00000002 00000000 00000000 00000000" },
	{ "NGUID, and now no name", NGUID_1, "", 0, 3, IDENTITY_OTHER, ANSWER_DONE, .list = "" },
	{ "NGUID, and now no name, and the list is refused", NGUID_1, "", 0, 3, IDENTITY_OTHER,
	  ANSWER_INVALID, .list = "", .list_status = 0x4002 },
	{ "NGUID, and the list cannot be read now", NGUID_1, "", 0, 3, IDENTITY_UNKNOWN,
	  ANSWER_TRANSIENT, .list = "", .list_status = 0x82 },
	{ "serial number alone", "nvme.1b36-61-62-00000001", "01", 0, 0, IDENTITY_UNKNOWN,
	  ANSWER_DONE },
	{ "serial number alone, inactive", "nvme.1b36-61-62-00000001", "", 0, 0, IDENTITY_GONE,
	  ANSWER_NO_LUN },
	{ "no WWID, inactive", NULL, "", 0, 0, IDENTITY_GONE, ANSWER_NO_LUN },
};

static void nvme(void **state)
{
	const struct nvme_row *row = *state;
	struct arena *arena = unit_arena();
	struct result *result = result_new(arena, "/dev/nvme0n1");
	struct answer answer;
	const char *now;

	memset(&device, 0, sizeof(device));
	device.identify = row->identify;
	device.status = row->status;
	device.list = row->list;
	device.list_status = row->list_status;
	result->lun.transport = TRANSPORT_NVME;
	result->lun.wwid = row->wwid;
	assert_int_equal(device_identify(3, result, &now, &answer), row->identity);
	assert_int_equal(answer.kind, row->kind);
	/* It is named in a message. */
	assert_int_equal(now != NULL, row->identity == IDENTITY_OTHER);
	assert_int_equal(device.commands, row->list ? 2 : 1);
	assert_int_equal(device.cns, row->cns);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, scsi, rows);
	UNIT_TEST(&unit, scsi_grown);
	UNIT_TABLE(&unit, nvme, nvme_rows);
	return unit_run(&unit, "identify");
}
