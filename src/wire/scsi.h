/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SCSI bytes to structs, and back. Pure functions over buffers that trust no length in a reply.
 * PERSISTENT RESERVE IN is big endian throughout (SPC-4 6.15).
 */
#ifndef SCSI_H
#define SCSI_H

#include "model/reservation.h"
#include "util/arena.h"
#include "wire/decode_result.h"

#define SCSI_PR_IN_CDB_SIZE 10
#define SCSI_PR_OUT_CDB_SIZE 10
#define SCSI_PR_OUT_SIZE 24 /* the parameter list without additional data */
#define SCSI_PR_IN_MAX 65535 /* ALLOCATION LENGTH has two bytes */

/* The largest descriptor in READ FULL STATUS: 24 bytes, and the longest iSCSI TransportID. */
#define SCSI_FULL_STATUS_DESCRIPTOR_MAX (24 + 4 + 248)

enum scsi_pr_in {
	SCSI_READ_KEYS = 0,
	SCSI_READ_RESERVATION = 1,
	SCSI_REPORT_CAPABILITIES = 2,
	SCSI_READ_FULL_STATUS = 3,
};

/* PERSISTENT RESERVE IN; @allocation: the largest reply, in bytes. */
void scsi_pr_in_cdb(uint8_t cdb[SCSI_PR_IN_CDB_SIZE], enum scsi_pr_in action, uint16_t allocation);

/*
 * PERSISTENT RESERVE OUT for @action, with its parameter list (SPC-4 6.16.3), as the kernel's ioctl
 * sends it but for ALL_TG_PT and APTPL, which that cannot choose.
 */
void scsi_pr_out_encode(const struct action *action, uint8_t cdb[SCSI_PR_OUT_CDB_SIZE],
			uint8_t parameters[SCSI_PR_OUT_SIZE]);

/*
 * Decode a reply of @length received bytes. READ KEYS and READ FULL STATUS set the generation and
 * registrants of @state (in @arena), the latter also its reservation; READ RESERVATION sets only
 * the reservation. Unless DECODE_BAD is returned, *@wanted is the length in bytes that the device
 * states for the whole reply.
 */
enum decode_result scsi_read_keys_decode(const uint8_t *reply, size_t length, struct arena *arena,
					 struct resv_state *state, size_t *wanted);
enum decode_result scsi_full_status_decode(const uint8_t *reply, size_t length, struct arena *arena,
					   struct resv_state *state, size_t *wanted);
enum decode_result scsi_read_reservation_decode(const uint8_t *reply, size_t length,
						struct resv_state *state);
enum decode_result scsi_capabilities_decode(const uint8_t *reply, size_t length,
					    struct capabilities *capabilities);

/*
 * A TransportID (SPC-4 7.6.4) as text, in hexadecimal if the protocol defines none; different names
 * have different texts. NULL if it has no name; arena_full if there is no memory.
 */
const char *scsi_transport_id_text(const uint8_t *id, size_t length, struct arena *arena);

/* The type for the low nibble of a SCSI TYPE field; RESV_OTHER if no standard names it. */
enum resv_type scsi_type_decode(uint8_t code);

#endif
