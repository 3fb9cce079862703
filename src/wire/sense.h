/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status of a SCSI command, and its sense data: pure functions that trust no length. */
#ifndef SENSE_H
#define SENSE_H

#include "model/reservation.h"

/* Status codes: SAM-5 5.3. */
enum {
	SAM_GOOD = 0x00,
	SAM_CHECK = 0x02,
	SAM_BUSY = 0x08,
	SAM_CONFLICT = 0x18,
	SAM_FULL = 0x28,
	SAM_ACA = 0x30,
	SAM_ABORTED = 0x40,
};

/* Sense keys: SPC-4 4.5.6. */
enum {
	SENSE_NONE = 0x00,
	SENSE_RECOVERED_ERROR = 0x01,
	SENSE_NOT_READY = 0x02,
	SENSE_ILLEGAL_REQUEST = 0x05,
	SENSE_UNIT_ATTENTION = 0x06,
	SENSE_ABORTED_COMMAND = 0x0b,
};

/* Additional sense codes: SPC-4 annex F. */
enum {
	ASC_NOT_READY = 0x04,
	ASC_INVALID_OPCODE = 0x20,
	ASC_NO_LUN = 0x25, /* LOGICAL UNIT NOT SUPPORTED */
	/* TARGET OPERATING CONDITIONS HAVE CHANGED, also which LUNs there are */
	ASC_CHANGED = 0x3f,
	ASC_SYSTEM_RESOURCE = 0x55,
};

/*
 * The key and ASC/ASCQ of sense data in fixed or descriptor format (SPC-4 4.5); zeros if there are
 * none.
 */
void scsi_sense_decode(const uint8_t *sense, size_t length, struct answer *answer);

/*
 * Whether a command that was answered with @status, and the sense key and code in @answer, may
 * succeed if it is sent again later: the device is busy, becomes ready, changes the state of its
 * ports, or has aborted the command.
 */
bool scsi_is_transient(uint8_t status, const struct answer *answer);

#endif
