// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/sense.h"

void scsi_sense_decode(const uint8_t *sense, size_t length, struct answer *answer)
{
	uint8_t response = length > 2 ? sense[0] & 0x7f : 0;

	answer->sense_key = answer->asc = answer->ascq = 0;
	answer->deferred = response == 0x71 || response == 0x73;
	if (response == 0x70 || response == 0x71) {
		answer->sense_key = sense[2] & 0x0f;
		if (length > 13) {
			answer->asc = sense[12];
			answer->ascq = sense[13];
		}
	} else if ((response == 0x72 || response == 0x73) && length > 3) {
		answer->sense_key = sense[1] & 0x0f;
		answer->asc = sense[2];
		answer->ascq = sense[3];
	}
}

/*
 * LOGICAL UNIT NOT READY, by its qualifier (SPC-4 annex F): the conditions that end by themselves.
 * Not those that wait for someone (a START UNIT, an operator), and not the states in which a port
 * may stay (standby, unavailable).
 */
static const bool passes[256] = {
	[0x01] = true, /* becoming ready */
	/* format, rebuild, recalculation in progress */
	[0x04] = true, [0x05] = true, [0x06] = true,
	/* operation, long write, self-test in progress */
	[0x07] = true, [0x08] = true, [0x09] = true,
	[0x0a] = true, /* asymmetric access state transition */
	[0x14] = true, /* space allocation in progress */
	/* start stop, sanitize, configuration in progress */
	[0x1a] = true, [0x1b] = true, [0x1d] = true,
	[0x24] = true, /* depopulation in progress */
};

bool scsi_is_transient(uint8_t status, const struct answer *answer)
{
	if (status == SAM_BUSY || status == SAM_FULL || status == SAM_ACA || status == SAM_ABORTED)
		return true;
	if (status != SAM_CHECK)
		return false;
	/*
	 * A deferred error is of an earlier command (SPC-4 4.5.7). Sense data that did not come can
	 * come after a repetition.
	 */
	if (answer->deferred || answer->sense_key == SENSE_NONE)
		return true;
	if (answer->sense_key == SENSE_NOT_READY)
		return answer->asc == ASC_NOT_READY && passes[answer->ascq];
	return answer->sense_key == SENSE_UNIT_ATTENTION ||
	       answer->sense_key == SENSE_ABORTED_COMMAND;
}
