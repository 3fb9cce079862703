/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which LUN a device says that it is, against what the kernel has kept of it: pure functions over
 * buffers, that believe no length in a reply. A device that says nothing is IDENTITY_UNKNOWN, which
 * is never taken for another LUN.
 */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/arena.h"

enum identity {
	IDENTITY_UNKNOWN, /* nothing to compare with, or the device does not say */
	IDENTITY_SAME,
	IDENTITY_OTHER, /* it names itself, and otherwise */
	IDENTITY_GONE, /* it says that there is no LUN */
};

#define SCSI_INQUIRY_CDB_SIZE 6

/*
 * INQUIRY of VPD page 83h, or with @vital false of the standard data (SPC-4 6.4); @allocation in
 * bytes.
 */
void scsi_inquiry_cdb(uint8_t cdb[SCSI_INQUIRY_CDB_SIZE], bool vital, uint16_t allocation);

/*
 * How many bytes VPD page 83h has as a whole, by its header; 0: that is not there, or another
 * page's.
 */
size_t scsi_vpd_length(const uint8_t *page, size_t length);

/*
 * What standard INQUIRY data or a VPD page of @length bytes says of the LUN in its first byte:
 * IDENTITY_GONE with PERIPHERAL QUALIFIER 001b or 011b (SPC-4 6.4.2), else IDENTITY_UNKNOWN.
 */
enum identity scsi_inquiry_identity(const uint8_t *reply, size_t length);

/*
 * Compares VPD page 83h (SPC-4 7.8.6) as the device sends it now, @page, with the one that the
 * kernel has @kept. The same is a LUN that still lists the designator which the kernel has taken
 * for its WWID: others of the LUN may be added or go, and those of ports differ from path to path.
 */
enum identity scsi_vpd_identity(const uint8_t *kept, size_t kept_length, const uint8_t *page,
				size_t length);

/*
 * The WWID that the kernel would make of @page, in @arena; NULL: it has no designator of the LUN.
 */
const char *scsi_vpd_wwid(const uint8_t *page, size_t length, struct arena *arena);

/*
 * Compares VPD page 83h with @name, a WWID as scsi_id(8) makes it and multipath names its maps by:
 * "3" and an NAA designator in hexadecimal, or "2" and an EUI-64. The same is a LUN that lists it
 * among its designators, whichever of them the kernel prefers; IDENTITY_UNKNOWN: it lists none of
 * that kind, or @name is of another.
 */
enum identity scsi_vpd_named(const uint8_t *page, size_t length, const char *name);

/* By which of NVMe's names a namespace is known, as the kernel's WWID has it. */
enum nvme_name {
	NVME_NAME_NONE, /* serial numbers of its controller alone */
	NVME_NAME_EUI64, /* "eui." and 16 digits */
	NVME_NAME_NGUID, /* "eui." and 32 digits */
	NVME_NAME_UUID, /* "uuid." */
};

enum nvme_name nvme_wwid_name(const char *wwid);

/*
 * Compares @wwid, as sysfs has it, with a namespace's own data: of NVME_NAME_UUID the list of
 * Identify CNS 03h (NVMe 1.4, 5.15.2.3), of the others Identify CNS 00h. *@now is what it is called
 * there, in @arena; NULL: not told.
 */
enum identity nvme_identity(const char *wwid, const uint8_t *data, size_t length,
			    struct arena *arena, const char **now);

#endif
