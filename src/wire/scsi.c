// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/scsi.h"

#include <stdio.h>
#include <string.h>

#include "model/answer.h"
#include "model/nexus.h"
#include "util/text.h"

static uint16_t be16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t be32(const uint8_t *bytes)
{
	return (uint32_t)be16(bytes) << 16 | be16(bytes + 2);
}

static uint64_t be64(const uint8_t *bytes)
{
	return (uint64_t)be32(bytes) << 32 | be32(bytes + 4);
}

/* RELATIVE TARGET PORT IDENTIFIER: 0 is reserved, and is not a port. */
static int port_decode(const uint8_t *bytes)
{
	return be16(bytes) ? be16(bytes) : TARGET_PORT_UNKNOWN;
}

void scsi_pr_in_cdb(uint8_t cdb[SCSI_PR_IN_CDB_SIZE], enum scsi_pr_in action, uint16_t allocation)
{
	memset(cdb, 0, SCSI_PR_IN_CDB_SIZE);
	cdb[0] = 0x5e;
	cdb[1] = (uint8_t)action;
	cdb[7] = (uint8_t)(allocation >> 8);
	cdb[8] = (uint8_t)allocation;
}

/* Service actions of PERSISTENT RESERVE OUT: SPC-4 6.16.2. */
static const uint8_t service_actions[ACTION_COUNT] = {
	[ACTION_REGISTER] = 0x00, [ACTION_RESERVE] = 0x01, [ACTION_RELEASE] = 0x02,
	[ACTION_CLEAR] = 0x03,	  [ACTION_PREEMPT] = 0x04, [ACTION_PREEMPT_ABORT] = 0x05,
	[ACTION_REGISTER_IGNORE] = 0x06,
};

static void put32(uint8_t *bytes, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void put64(uint8_t *bytes, uint64_t value)
{
	put32(bytes, (uint32_t)(value >> 32));
	put32(bytes + 4, (uint32_t)value);
}

void scsi_pr_out_encode(const struct action *action, uint8_t cdb[SCSI_PR_OUT_CDB_SIZE],
			uint8_t parameters[SCSI_PR_OUT_SIZE])
{
	memset(cdb, 0, SCSI_PR_OUT_CDB_SIZE);
	cdb[0] = 0x5f;
	cdb[1] = service_actions[action->op];
	cdb[2] = type_words(action->type)->scsi; /* SCOPE 0: the logical unit */
	put32(cdb + 5, SCSI_PR_OUT_SIZE);
	memset(parameters, 0, SCSI_PR_OUT_SIZE);
	put64(parameters, action->key);
	put64(parameters + 8, action->service_key);
	/* ALL_TG_PT and APTPL; the kernel always sets the latter. */
	if (action_is_register(action))
		parameters[20] =
			(action->all_ports ? 0x04 : 0) | (action->is_volatile ? 0 : 0x01);
}

enum resv_type scsi_type_decode(uint8_t code)
{
	for (int type = RESV_WRITE_EXCLUSIVE; type < RESV_OTHER; type++)
		if (type_words((enum resv_type)type)->scsi == code)
			return (enum resv_type)type;
	return RESV_OTHER;
}

/*
 * The header common to READ KEYS, READ RESERVATION and READ FULL STATUS (SPC-4 6.15.2): the
 * generation and the length of the list, which may be more than was received.
 */
static enum decode_result list_header(const uint8_t *reply, size_t length, uint32_t *generation,
				      size_t *list)
{
	if (length < 8)
		return DECODE_BAD;
	*generation = be32(reply);
	*list = be32(reply + 4);
	return *list > length - 8 ? DECODE_SHORT : DECODE_OK;
}

enum decode_result scsi_read_keys_decode(const uint8_t *reply, size_t length, struct arena *arena,
					 struct resv_state *state, size_t *wanted)
{
	uint32_t generation;
	size_t list;
	enum decode_result decoded = list_header(reply, length, &generation, &list);
	struct registrant *registrants;

	if (decoded != DECODE_BAD)
		*wanted = 8 + list;
	if (decoded != DECODE_OK)
		return decoded;
	if (list % 8)
		return DECODE_BAD;
	registrants = arena_alloc(arena, list / 8 * sizeof(*registrants));
	if (!registrants)
		return DECODE_NO_MEMORY;
	for (size_t i = 0; i < list / 8; i++) {
		registrants[i].key = be64(reply + 8 + 8 * i);
		registrants[i].nexus.target_port = TARGET_PORT_UNKNOWN;
		registrants[i].this_nexus = TRI_UNKNOWN;
		registrants[i].this_host = TRI_UNKNOWN;
	}
	state->generation = generation;
	state->registrants = registrants;
	state->count = list / 8;
	return DECODE_OK;
}

enum decode_result scsi_read_reservation_decode(const uint8_t *reply, size_t length,
						struct resv_state *state)
{
	uint32_t generation;
	size_t list;
	enum decode_result decoded = list_header(reply, length, &generation, &list);

	if (decoded != DECODE_OK)
		return DECODE_BAD;
	state->key = 0;
	state->type = RESV_NONE;
	if (list == 0)
		return DECODE_OK;
	if (list < 16)
		return DECODE_BAD;
	state->type_code = reply[21] & 0x0f;
	state->type = scsi_type_decode(state->type_code);
	/* For the all-registrants types, SPC-4 6.15.3.2 sets the key to 0. */
	if (!type_words(state->type)->all_registrants)
		state->key = be64(reply + 8);
	return DECODE_OK;
}

/* The number of descriptors in a list, or -1 if the last one and the list do not end together. */
static long full_status_count(const uint8_t *list, size_t length)
{
	size_t at = 0;
	long count = 0;

	while (at < length) {
		size_t extra;

		if (length - at < 24)
			return -1;
		extra = be32(list + at + 20);
		if (extra > length - at - 24)
			return -1;
		at += 24 + extra;
		count++;
	}
	return count;
}

/* Sets the type and the key of a holder. Returns false if they contradict an earlier holder's. */
static bool holder_set(struct resv_state *state, const uint8_t *descriptor, uint64_t key)
{
	uint8_t code = descriptor[13] & 0x0f;

	if (state->type != RESV_NONE && state->type_code != code)
		return false;
	/* Of the other types there is one holder: SPC-4 5.13.10. */
	if (state->key && state->key != key)
		return false;
	state->type_code = code;
	state->type = scsi_type_decode(code);
	if (!type_words(state->type)->all_registrants)
		state->key = key;
	return true;
}

/* Full status descriptor: SPC-4 6.15.5, table 213. @extra: the length of its TransportID. */
static enum decode_result descriptor_decode(const uint8_t *descriptor, size_t extra,
					    struct arena *arena, struct resv_state *state)
{
	struct registrant *registrant = &state->registrants[state->count];

	registrant->key = be64(descriptor);
	registrant->holder = tri_of_bit(descriptor[12], 0x01);
	registrant->nexus.initiator = scsi_transport_id_text(descriptor + 24, extra, arena);
	/* Without its name, it would be taken for another host. */
	if (registrant->nexus.initiator == arena_full)
		return DECODE_NO_MEMORY;
	/* With ALL_TG_PT the field of the port is undefined. */
	registrant->nexus.target_port =
		descriptor[12] & 0x02 ? TARGET_PORT_ALL : port_decode(descriptor + 18);
	registrant->this_nexus = TRI_UNKNOWN;
	registrant->this_host = TRI_UNKNOWN;
	if (registrant->holder == TRI_YES && !holder_set(state, descriptor, registrant->key))
		return DECODE_BAD;
	state->count++;
	return DECODE_OK;
}

enum decode_result scsi_full_status_decode(const uint8_t *reply, size_t length, struct arena *arena,
					   struct resv_state *state, size_t *wanted)
{
	uint32_t generation;
	size_t list;
	enum decode_result decoded = list_header(reply, length, &generation, &list);
	const uint8_t *at = reply + 8;
	long count;

	if (decoded != DECODE_BAD)
		*wanted = 8 + list;
	if (decoded != DECODE_OK)
		return decoded;
	count = full_status_count(at, list);
	if (count < 0)
		return DECODE_BAD;
	state->registrants = arena_alloc(arena, (size_t)count * sizeof(*state->registrants));
	if (!state->registrants)
		return DECODE_NO_MEMORY;
	state->generation = generation;
	state->type = RESV_NONE;
	state->key = 0;
	state->count = 0;
	for (long i = 0; i < count && decoded == DECODE_OK; i++) {
		size_t extra = be32(at + 20);

		decoded = descriptor_decode(at, extra, arena, state);
		at += 24 + extra;
	}
	return decoded;
}

/* SPC-4 6.15.4, tables 209 and 211. */
enum decode_result scsi_capabilities_decode(const uint8_t *reply, size_t length,
					    struct capabilities *capabilities)
{
	if (length < 8 || be16(reply) != 8)
		return DECODE_BAD;
	capabilities->power_loss_capable = tri_of_bit(reply[2], 0x01);
	capabilities->power_loss_active = tri_of_bit(reply[3], 0x01);
	capabilities->compatible_reserve = tri_of_bit(reply[2], 0x10);
	capabilities->specify_initiators = tri_of_bit(reply[2], 0x08);
	capabilities->all_target_ports = tri_of_bit(reply[2], 0x04);
	capabilities->replace_lost = tri_of_bit(reply[2], 0x80);
	capabilities->types_listed = tri_of_bit(reply[3], 0x80);
	capabilities->allow_commands = reply[3] >> 4 & 0x07;
	capabilities->ignore_key = TRI_NO;
	capabilities->rescap = capabilities->oncs = CAPABILITY_NONE;
	for (int type = RESV_WRITE_EXCLUSIVE; type < RESV_OTHER; type++)
		capabilities->types[type] = TRI_UNKNOWN;
	if (capabilities->types_listed == TRI_YES) {
		capabilities->types[RESV_WRITE_EXCLUSIVE] = tri_of_bit(reply[4], 0x02);
		capabilities->types[RESV_EXCLUSIVE_ACCESS] = tri_of_bit(reply[4], 0x08);
		capabilities->types[RESV_WRITE_EXCLUSIVE_REG_ONLY] = tri_of_bit(reply[4], 0x20);
		capabilities->types[RESV_EXCLUSIVE_ACCESS_REG_ONLY] = tri_of_bit(reply[4], 0x40);
		capabilities->types[RESV_WRITE_EXCLUSIVE_ALL_REGS] = tri_of_bit(reply[4], 0x80);
		capabilities->types[RESV_EXCLUSIVE_ACCESS_ALL_REGS] = tri_of_bit(reply[5], 0x01);
	}
	capabilities->known = true;
	return DECODE_OK;
}

/* Protocols whose TransportID has 24 bytes that include a binary name. */
static const struct {
	const char *prefix;
	uint8_t offset;
	uint8_t length;
} binary_ids[16] = {
	[0x0] = { "fc:0x", 8, 8 }, /* N_Port_Name */
	[0x3] = { "sbp:0x", 8, 8 }, /* EUI-64 */
	[0x4] = { "srp:0x", 8, 16 }, /* initiator port identifier */
	[0x6] = { "sas:0x", 4, 8 }, /* SAS address */
};

/*
 * Whether a binary name is one: no port has a name of zeros, which a target leaves that does not
 * fill it in, nor one of ones, which an adapter has before it is set up.
 */
static bool is_name(const uint8_t *bytes, size_t length)
{
	size_t same = 1;

	while (same < length && bytes[same] == bytes[0])
		same++;
	return same < length || (bytes[0] != 0x00 && bytes[0] != 0xff);
}

const char *scsi_transport_id_text(const uint8_t *id, size_t length, struct arena *arena)
{
	uint8_t protocol;

	if (length == 0)
		return NULL;
	protocol = id[0] & 0x0f;
	if (protocol == 0x5 && length > 4) {
		size_t size = be16(id + 2);

		/*
		 * LIO writes fewer than the 20 bytes that SPC requires; what was received counts.
		 */
		return nexus_iscsi_text(arena, (const char *)id + 4,
					size < length - 4 ? size : length - 4);
	}
	if (binary_ids[protocol].prefix && length >= 24) {
		const uint8_t *name = id + binary_ids[protocol].offset;

		return is_name(name, binary_ids[protocol].length)
			       ? text_hex(arena, binary_ids[protocol].prefix, name,
					  binary_ids[protocol].length)
			       : NULL;
	}
	return text_hex(arena, NEXUS_UNDECODED_PREFIX "0x", id, length);
}
