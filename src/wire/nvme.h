/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NVMe bytes to structs. Pure functions over buffers that trust no count in a reply. Everything is
 * little endian. Clauses are those of NVMe 1.4.
 */
#ifndef NVME_H
#define NVME_H

#include "model/reservation.h"
#include "util/arena.h"
#include "wire/decode_result.h"

/*
 * Status Field without its phase bit, as the kernel returns it: SCT and SC, and the flags above
 * them.
 */
#define NVME_STATUS_MASK 0x7ff
#define NVME_STATUS_MORE 0x2000
#define NVME_STATUS_DNR 0x4000 /* Do Not Retry */
#define NVME_STATUS_INVALID_OPCODE 0x001
#define NVME_STATUS_HOST_ID_INCONSISTENT 0x018 /* the other size of Host Identifier is in use */

#define NVME_IDENTIFY_SIZE 4096
#define NVME_REPORT_ENTRIES_MAX 65535 /* REGCTL has two bytes */

/* The forms of a Reservation Report, by the size of its host identifiers. */
enum nvme_report {
	NVME_REPORT_STANDARD, /* EDS 0: 64 bits */
	NVME_REPORT_EXTENDED, /* EDS 1: 128 bits */
};

/*
 * Whether @reply may be in the extended form: the bytes that this form reserves in its header
 * (6.13) are zero. A controller that does not know the form may ignore EDS and send the other form,
 * whose first entry is at that place.
 */
bool nvme_report_is_extended(const uint8_t *reply, size_t length);

/* The length in bytes of a report of @entries registered controllers. */
size_t nvme_report_size(enum nvme_report form, size_t entries);

/*
 * Decodes a report of which @length bytes were received. Sets the generation, reservation and
 * registrants of @state (in @arena), with each host once, and @capabilities' power_loss_active. If
 * a reservation is held and no entry says by whom, each registrant may be the holder.
 * Unless DECODE_BAD is returned, *@wanted is the length in bytes that the device states for the
 * whole report.
 */
enum decode_result nvme_report_decode(enum nvme_report form, const uint8_t *reply, size_t length,
				      struct arena *arena, struct resv_state *state,
				      struct capabilities *capabilities, size_t *wanted);

/* Whether a controller supports reservations at all: ONCS in its Identify data. */
enum tri nvme_controller_reservations(const uint8_t *identify, size_t length);

/* Sets only oncs; called after nvme_namespace_capabilities(). */
void nvme_controller_capabilities(const uint8_t *identify, size_t length,
				  struct capabilities *capabilities);

/*
 * Decodes RESCAP in a namespace's Identify data. Keeps power_loss_active, and sets oncs to unknown.
 * RESCAP 0, no reservations, has no types.
 */
enum decode_result nvme_namespace_capabilities(const uint8_t *identify, size_t length,
					       struct capabilities *capabilities);

/*
 * A Host Identifier of @length bytes (8 or 16) as text: "nvme:0x0123456789abcdef", or "nvme:" and a
 * UUID with the bytes in their order. NULL if all bytes are zero, which is not an identifier.
 */
const char *nvme_host_identifier_text(const uint8_t *id, size_t length, struct arena *arena);

/*
 * Decodes a status other than 0: the first if it may also be a value of enum pr_status, the second
 * if it cannot.
 */
enum answer_kind nvme_status_kind(unsigned int status);
enum answer_kind nvme_raw_status_kind(unsigned int status);

#endif
