/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which LUN a device says it is, compared with what the kernel has kept about it. Pure functions
 * over buffers that trust no length in a reply. A device that does not identify itself is
 * IDENTITY_UNKNOWN, which is never treated as another LUN.
 */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/reservation.h"
#include "util/arena.h"

enum identity {
	/* there is nothing to compare with, or the device does not identify itself */
	IDENTITY_UNKNOWN,
	IDENTITY_SAME,
	IDENTITY_OTHER, /* it identifies itself as another one */
	IDENTITY_GONE, /* it reports that there is no LUN */
};

#define SCSI_INQUIRY_CDB_SIZE 6

/*
 * INQUIRY for VPD page 83h, or for the standard data if @vital is false (SPC-4 6.4); @allocation in
 * bytes.
 */
void scsi_inquiry_cdb(uint8_t cdb[SCSI_INQUIRY_CDB_SIZE], bool vital, uint16_t allocation);

/* The length of the whole VPD page 83h, from its header; 0 if it is missing or another page. */
size_t scsi_vpd_length(const uint8_t *page, size_t length);

/*
 * What the first byte of standard INQUIRY data, or of a VPD page of @length bytes, says about the
 * LUN: IDENTITY_GONE if PERIPHERAL QUALIFIER is 001b or 011b (SPC-4 6.4.2), otherwise
 * IDENTITY_UNKNOWN.
 */
enum identity scsi_inquiry_identity(const uint8_t *reply, size_t length);

/*
 * Compares VPD page 83h (SPC-4 7.8.6) as the device sends it now, @page, with the one @kept by the
 * kernel. The LUN is the same if it still lists the designator from which the kernel has made its
 * WWID. Its other designators may change, and those of ports differ from path to path.
 */
enum identity scsi_vpd_identity(const uint8_t *kept, size_t kept_length, const uint8_t *page,
				size_t length);

/*
 * The WWID that the kernel would make from @page, in @arena; NULL if no designator names the LUN.
 */
const char *scsi_vpd_wwid(const uint8_t *page, size_t length, struct arena *arena);

/*
 * The same, but only if it is certainly the kernel's text: the page is whole, and the best
 * designator is an NAA or an EUI-64 of a size that the kernel prints, in hexadecimal. Otherwise
 * NULL: in a name, the kernel escapes bytes that are not printable.
 */
const char *scsi_vpd_wwid_exact(const uint8_t *page, size_t length, struct arena *arena);

/*
 * Compares VPD page 83h with @name, a WWID in the format of scsi_id(8), which multipath uses for
 * its maps: "3" and an NAA designator in hexadecimal, or "2" and an EUI-64. The LUN is the same if
 * it lists that designator, even if the kernel prefers another. IDENTITY_UNKNOWN: it lists none of
 * that kind, or @name has another format.
 */
enum identity scsi_vpd_named(const uint8_t *page, size_t length, const char *name);

/*
 * RELATIVE TARGET PORT IDENTIFIER of the answering port, from VPD page 83h (SPC-4 7.8.6.8);
 * TARGET_PORT_UNKNOWN if it is missing.
 */
int scsi_vpd_target_port(const uint8_t *page, size_t length);

/* The kind of NVMe name in the kernel's WWID of a namespace. */
enum nvme_name {
	NVME_NAME_NONE, /* only serial numbers of its controller */
	NVME_NAME_EUI64, /* "eui." and 16 digits */
	NVME_NAME_NGUID, /* "eui." and 32 digits */
	NVME_NAME_UUID, /* "uuid." */
};

enum nvme_name nvme_wwid_name(const char *wwid);

/* What a namespace says of itself. */
struct nvme_identify_reply {
	bool list; /* of Identify CNS 03h (NVMe 1.4, 5.15.2.3), otherwise of CNS 00h */
	const uint8_t *data;
	size_t length; /* bytes of @data */
};

/*
 * Compares @wwid, from sysfs, with the namespace's own @reply; only the list has a UUID. *@now is
 * its name there, in @arena; NULL if it has none. A namespace that had such a name and now has none
 * is another one.
 */
enum identity nvme_identity(const char *wwid, const struct nvme_identify_reply *reply,
			    struct arena *arena, const char **now);

#endif
