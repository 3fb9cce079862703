// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/nvme.h"

#include <inttypes.h>
#include <string.h>

static uint16_t le16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static uint32_t le32(const uint8_t *bytes)
{
	return le16(bytes) | (uint32_t)le16(bytes + 2) << 16;
}

static uint64_t le64(const uint8_t *bytes)
{
	return le32(bytes) | (uint64_t)le32(bytes + 4) << 32;
}

/*
 * Reservation Status Data Structure and Registered Controller Data Structure, both also in the
 * extended form: 6.13.
 */
static const struct {
	size_t header;
	size_t entry;
	size_t key; /* offsets within an entry */
	size_t host;
	size_t host_size;
} forms[] = {
	[NVME_REPORT_STANDARD] = { 24, 24, 16, 8, 8 },
	[NVME_REPORT_EXTENDED] = { 64, 64, 8, 16, 16 },
};

bool nvme_report_is_extended(const uint8_t *reply, size_t length)
{
	for (size_t i = forms[NVME_REPORT_STANDARD].header;
	     i < forms[NVME_REPORT_EXTENDED].header && i < length; i++)
		if (reply[i])
			return false;
	return true;
}

size_t nvme_report_size(enum nvme_report form, size_t entries)
{
	return forms[form].header + entries * forms[form].entry;
}

const char *nvme_host_identifier_text(const uint8_t *id, size_t length, struct arena *arena)
{
	static const uint8_t none[16];

	if (memcmp(id, none, length) == 0)
		return NULL;
	if (length == 8)
		return arena_printf(arena, "nvme:0x%016" PRIx64, le64(id));
	return arena_printf(
		arena, "nvme:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		id[0], id[1], id[2], id[3], id[4], id[5], id[6], id[7], id[8], id[9], id[10],
		id[11], id[12], id[13], id[14], id[15]);
}

/*
 * A device lists each controller through which a host is registered, but the registrant is the
 * host. If an entry has another key than an earlier entry of the same host, it is kept, so that the
 * contradiction is visible.
 */
static struct registrant *registrant_find(struct resv_state *state, uint64_t key, const char *host)
{
	for (size_t i = 0; i < state->count; i++) {
		struct registrant *registrant = &state->registrants[i];

		if (registrant->key == key && host && registrant->nexus.initiator &&
		    strcmp(registrant->nexus.initiator, host) == 0)
			return registrant;
	}
	return NULL;
}

static enum decode_result entry_decode(enum nvme_report form, const uint8_t *entry,
				       struct arena *arena, struct resv_state *state)
{
	uint64_t key = le64(entry + forms[form].key);
	const char *host =
		nvme_host_identifier_text(entry + forms[form].host, forms[form].host_size, arena);
	/* RCSTS; for the all-registrants types, some devices set it for only one registrant. */
	bool holder = entry[2] & 0x01 || type_words(state->type)->all_registrants;
	struct registrant *registrant = registrant_find(state, key, host);

	/* Without its name, it would be taken for another host. */
	if (host == arena_full)
		return DECODE_NO_MEMORY;
	/* No host has this name: the entry was not sent, and the buffer was cleared. */
	if (!host && !key)
		return DECODE_BAD;
	if (!registrant) {
		registrant = &state->registrants[state->count++];
		*registrant = (struct registrant){ key,		TRI_NO,	     { host, 0 },
						   TRI_UNKNOWN, TRI_UNKNOWN, false };
	}
	if (holder)
		registrant->holder = TRI_YES;
	return DECODE_OK;
}

/*
 * Sets the holder, if there is one. Returns false if the list contradicts RTYPE. If no entry has
 * the holder's bit, it is unknown which host holds: a controller may not set the bit, and may list
 * only hosts that have a controller now.
 */
static bool holder_find(struct resv_state *state)
{
	size_t holders = 0;

	state->key = 0;
	if (type_words(state->type)->all_registrants)
		return true;
	for (size_t i = 0; i < state->count; i++) {
		if (state->registrants[i].holder != TRI_YES)
			continue;
		state->key = state->registrants[i].key;
		holders++;
	}
	for (size_t i = 0; !holders && state->type != RESV_NONE && i < state->count; i++)
		state->registrants[i].holder = TRI_UNKNOWN;
	return holders <= (state->type == RESV_NONE ? 0 : 1);
}

enum decode_result nvme_report_decode(enum nvme_report form, const uint8_t *reply, size_t length,
				      struct arena *arena, struct resv_state *state,
				      struct capabilities *capabilities, size_t *wanted)
{
	enum decode_result decoded = DECODE_OK;
	size_t entries;

	if (length < forms[form].header)
		return DECODE_BAD;
	entries = le16(reply + 5); /* REGCTL */
	*wanted = nvme_report_size(form, entries);
	if (*wanted > length)
		return DECODE_SHORT;
	state->generation = le32(reply);
	state->type_code = reply[4]; /* RTYPE, whose values are those of enum resv_type */
	state->type = state->type_code < RESV_OTHER ? (enum resv_type)state->type_code : RESV_OTHER;
	state->registrants = arena_alloc(arena, entries * sizeof(*state->registrants));
	state->count = 0;
	if (!state->registrants)
		return DECODE_NO_MEMORY;
	for (size_t i = 0; i < entries && decoded == DECODE_OK; i++)
		decoded = entry_decode(form, reply + nvme_report_size(form, i), arena, state);
	if (decoded != DECODE_OK)
		return decoded;
	if (!holder_find(state))
		return DECODE_BAD;
	capabilities->power_loss_active = tri_of_bit(reply[9], 0x01); /* PTPLS */
	return DECODE_OK;
}

/* 5.15.2.2: ONCS. */
enum tri nvme_controller_reservations(const uint8_t *identify, size_t length)
{
	return length < 522 ? TRI_UNKNOWN : tri_of_bit(le16(identify + 520), 1 << 5);
}

void nvme_controller_capabilities(const uint8_t *identify, size_t length,
				  struct capabilities *capabilities)
{
	capabilities->oncs = length < 522 ? CAPABILITY_UNKNOWN : le16(identify + 520);
}

/* 5.15.2.1: RESCAP. */
enum decode_result nvme_namespace_capabilities(const uint8_t *identify, size_t length,
					       struct capabilities *capabilities)
{
	if (length < 32)
		return DECODE_BAD;
	capabilities->power_loss_capable = tri_of_bit(identify[31], 0x01);
	for (int type = RESV_WRITE_EXCLUSIVE; type < RESV_OTHER; type++)
		capabilities->types[type] = tri_of_bit(identify[31], 1U << type);
	capabilities->ignore_key = tri_of_bit(identify[31], 0x80);
	capabilities->rescap = identify[31];
	capabilities->oncs = CAPABILITY_UNKNOWN;
	capabilities->compatible_reserve = capabilities->specify_initiators = TRI_NO;
	capabilities->all_target_ports = capabilities->replace_lost = TRI_NO;
	capabilities->types_listed = TRI_YES;
	capabilities->allow_commands = CAPABILITY_NONE;
	capabilities->known = true;
	return DECODE_OK;
}

/*
 * 4.6.1.2: Status Code. Without Do Not Retry, an error that the command itself does not cause may
 * be temporary, such as a change of the ANA state.
 */
enum answer_kind nvme_status_kind(unsigned int status)
{
	switch (status & NVME_STATUS_MASK) {
	case 0x083: /* Reservation Conflict */
		return ANSWER_CONFLICT;
	case NVME_STATUS_INVALID_OPCODE:
		return status & (NVME_STATUS_DNR | NVME_STATUS_MORE) ? ANSWER_NO_COMMAND
								     : ANSWER_CHECK;
	case 0x00b: /* Invalid Namespace or Format */
		return status & NVME_STATUS_DNR ? ANSWER_NO_LUN : ANSWER_CHECK;
	case 0x002: /* Invalid Field in Command */
	case 0x180: /* Conflicting Attributes */
		return status & NVME_STATUS_DNR ? ANSWER_INVALID : ANSWER_CHECK;
	case NVME_STATUS_HOST_ID_INCONSISTENT:
		return ANSWER_CHECK;
	default:
		if (!(status & NVME_STATUS_DNR))
			return ANSWER_TRANSIENT;
		return (status & 0x700) == 0x300 ? ANSWER_PATH : ANSWER_CHECK;
	}
}

enum answer_kind nvme_raw_status_kind(unsigned int status)
{
	enum answer_kind kind = nvme_status_kind(status | NVME_STATUS_DNR);

	/* An error in the command itself is permanent, even if the controller suggests a retry. */
	return kind == ANSWER_CHECK || kind == ANSWER_PATH ? nvme_status_kind(status) : kind;
}
