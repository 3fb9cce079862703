/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SCSI bytes to structs, and back: pure functions over buffers, that believe no length in a reply.
 * All of PERSISTENT RESERVE IN is big endian (SPC-4 6.15).
 */
#ifndef SCSI_H
#define SCSI_H

#include "model/result.h"
#include "util/arena.h"
#include "wire/decode.h"

#define SCSI_PR_IN_CDB_SIZE 10
#define SCSI_PR_OUT_CDB_SIZE 10
#define SCSI_PR_OUT_SIZE 24 /* the parameter list without additional data */
#define SCSI_PR_IN_MAX 65535 /* ALLOCATION LENGTH has two bytes */

/*
 * The largest descriptor that READ FULL STATUS can hold: 24 bytes, and the longest iSCSI
 * TransportID.
 */
#define SCSI_FULL_STATUS_DESCRIPTOR_MAX (24 + 4 + 248)

enum scsi_pr_in {
	SCSI_READ_KEYS = 0,
	SCSI_READ_RESERVATION = 1,
	SCSI_REPORT_CAPABILITIES = 2,
	SCSI_READ_FULL_STATUS = 3,
};

void scsi_pr_in_cdb(uint8_t cdb[SCSI_PR_IN_CDB_SIZE], enum scsi_pr_in action, uint16_t allocation);

/*
 * PERSISTENT RESERVE OUT of an ACTION_REGISTER or ACTION_REGISTER_IGNORE, with its parameter list
 * (SPC-4 6.16.3): the one command whose ALL_TG_PT the kernel's ioctl cannot set.
 */
void scsi_register_encode(const struct action *action, uint8_t cdb[SCSI_PR_OUT_CDB_SIZE],
			  uint8_t parameters[SCSI_PR_OUT_SIZE]);

/*
 * Decoders of a reply of @length received bytes. READ KEYS and READ FULL STATUS set @state's
 * generation and registrants (in @arena), the latter also its reservation; READ RESERVATION sets
 * the reservation alone. Unless FORMAT_BAD is returned, *@wanted is how many bytes the device says
 * that the whole reply has.
 */
enum format scsi_read_keys_decode(const uint8_t *reply, size_t length, struct arena *arena,
				  struct resv_state *state, size_t *wanted);
enum format scsi_full_status_decode(const uint8_t *reply, size_t length, struct arena *arena,
				    struct resv_state *state, size_t *wanted);
enum format scsi_read_reservation_decode(const uint8_t *reply, size_t length,
					 struct resv_state *state);
enum format scsi_capabilities_decode(const uint8_t *reply, size_t length,
				     struct capabilities *capabilities);

/*
 * The key and ASC/ASCQ of sense data in fixed or descriptor format (SPC-4 4.5); zeros if there is
 * none.
 */
void scsi_sense_decode(const uint8_t *sense, size_t length, struct answer *answer);

/*
 * Whether a command that was answered with @status, and the sense key and code of @answer, may be
 * carried out when it is sent again later: the device is busy, becomes ready, changes the state of
 * its ports, or has aborted the command.
 */
bool scsi_is_transient(uint8_t status, const struct answer *answer);

/*
 * A TransportID (SPC-4 7.6.4) as text, hexadecimal if the protocol defines none; different names
 * have different texts. NULL: no name; arena_full: no memory.
 */
const char *scsi_transport_id_text(const uint8_t *id, size_t length, struct arena *arena);

/*
 * RELATIVE TARGET PORT IDENTIFIER of the answering port, from VPD page 83h (SPC-4 7.8.6.8);
 * TARGET_PORT_UNKNOWN: it is not there.
 */
int scsi_vpd_target_port(const uint8_t *page, size_t length);

/* The kernel-wide type of a SCSI TYPE field's low nibble: RESV_OTHER if no standard names it. */
enum resv_type scsi_type_decode(uint8_t code);

#endif
