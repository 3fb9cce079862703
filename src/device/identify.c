// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/identify.h"

#include <string.h>

#include "device/pr_nvme.h"
#include "device/sg_io.h"
#include "wire/nvme.h"

#define PAGE 4096
#define STANDARD_SIZE 36 /* bytes of standard INQUIRY data that every device has (SPC-4 6.4.2) */
/* bytes: an ALLOCATION LENGTH above 255 confuses some devices that have a short page */
#define LEGACY_MAX 255

#define NO_NAME "no name"

/*
 * The kernel has had a page that names the LUN. If the device now refuses it, or names no LUN in
 * it, it is not that LUN any more.
 */
static enum identity nameless(const struct lun *lun, const char **now, struct arena *arena)
{
	if (!scsi_vpd_wwid(lun->page83, lun->page83_length, arena))
		return IDENTITY_UNKNOWN;
	*now = NO_NAME;
	return IDENTITY_OTHER;
}

/*
 * If the kernel keeps no page 83h of a device, the device may not support it, or must not be asked
 * for it, because the kernel knows that it misbehaves. The standard data shows whether there is a
 * LUN at all.
 */
static enum identity scsi_identify(int fd, struct result *result, const char **now,
				   struct answer *answer)
{
	const struct lun *lun = &result->lun;
	size_t wanted = !lun->page83			  ? STANDARD_SIZE
			: lun->page83_length > LEGACY_MAX ? lun->page83_length
							  : LEGACY_MAX;
	uint8_t cdb[SCSI_INQUIRY_CDB_SIZE], reply[PAGE] __attribute__((aligned(PAGE)));
	struct scsi_query query = { lun->page83 ? REPLY_PAGE83 : REPLY_INQUIRY, cdb, sizeof(cdb),
				    reply, 0 };
	enum identity identity;
	size_t received;

	do {
		query.size = (uint16_t)(wanted < sizeof(reply) ? wanted : sizeof(reply));
		scsi_inquiry_cdb(cdb, lun->page83, query.size);
		received = sg_io_receive(fd, result, &query, answer);
		if (lun->page83 &&
		    (answer->kind == ANSWER_INVALID || answer->kind == ANSWER_NO_COMMAND))
			return nameless(lun, now, result->arena);
		if (answer->kind != ANSWER_DONE)
			return IDENTITY_UNKNOWN;
		wanted = lun->page83 ? scsi_vpd_length(reply, received) : 0;
		/* again if the page is longer than the kernel's copy */
	} while (wanted > query.size && query.size < sizeof(reply));
	if (!lun->page83)
		return scsi_inquiry_identity(reply, received);
	*now = scsi_vpd_wwid(reply, received, result->arena);
	identity = scsi_vpd_identity(lun->page83, lun->page83_length, reply, received);
	return identity == IDENTITY_UNKNOWN ? nameless(lun, now, result->arena) : identity;
}

/* What one Identify command says of the namespace. */
static enum identity nvme_ask(int fd, struct result *result, bool list, const char **now,
			      struct answer *answer)
{
	uint8_t data[NVME_IDENTIFY_SIZE] __attribute__((aligned(PAGE)));
	const struct nvme_identify_reply reply = { list, data, sizeof(data) };

	memset(data, 0, sizeof(data));
	if (nvme_identify(fd, result, list ? NVME_CNS_DESCRIPTORS : NVME_CNS_NAMESPACE, data,
			  answer))
		return nvme_identity(result->lun.wwid, &reply, result->arena, now);
	/* The kernel has had a name from the list. */
	return list && answer->kind == ANSWER_INVALID ? IDENTITY_OTHER : IDENTITY_UNKNOWN;
}

static enum identity nvme_identify_namespace(int fd, struct result *result, const char **now,
					     struct answer *answer)
{
	bool list = nvme_wwid_name(result->lun.wwid) == NVME_NAME_UUID;
	enum identity identity = nvme_ask(fd, result, list, now, answer);

	/* The kernel also takes an NGUID or EUI64 from the list. */
	if (identity == IDENTITY_OTHER && !*now && !list)
		identity = nvme_ask(fd, result, true, now, answer);
	if (identity == IDENTITY_OTHER && !*now)
		*now = NO_NAME;
	return identity;
}

enum identity device_identify(int fd, struct result *result, const char **now,
			      struct answer *answer)
{
	enum identity identity = IDENTITY_UNKNOWN;

	memset(answer, 0, sizeof(*answer));
	answer->kind = ANSWER_NO_INTERFACE;
	*now = NULL;
	if (result->lun.transport == TRANSPORT_SCSI)
		identity = scsi_identify(fd, result, now, answer);
	else if (result->lun.transport == TRANSPORT_NVME)
		identity = nvme_identify_namespace(fd, result, now, answer);
	if (identity == IDENTITY_GONE)
		answer->kind = ANSWER_NO_LUN;
	return identity;
}
