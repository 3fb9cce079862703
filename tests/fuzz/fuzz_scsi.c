// SPDX-License-Identifier: GPL-2.0-or-later
/* Replies of a SCSI target. The first byte chooses the command; the rest is the reply. */
#include "fuzz.h"

#include "model/initiator.h"
#include "wire/identity.h"
#include "wire/scsi.h"
#include "wire/sense.h"

enum { KEYS, FULL_STATUS, RESERVATION, CAPABILITIES, SENSE, TRANSPORT_ID, VPD, COUNT };

static void list_fuzz(uint8_t kind, const uint8_t *reply, size_t length, struct arena *arena)
{
	struct resv_state state = { 0 };
	struct capabilities can = { 0 };
	size_t wanted = SIZE_MAX;
	enum decode_result decoded =
		kind == KEYS ? scsi_read_keys_decode(reply, length, arena, &state, &wanted)
			     : scsi_full_status_decode(reply, length, arena, &state, &wanted);

	/* pr_scsi.c reads again with a buffer of this size. */
	if (decoded == DECODE_SHORT)
		MUST(wanted > length && wanted <= 8 + (size_t)UINT32_MAX);
	if (decoded != DECODE_OK)
		return;
	MUST(wanted <= length && state.count <= (length - 8) / (kind == KEYS ? 8 : 24));
	state.source = kind == KEYS ? SOURCE_READ_KEYS : SOURCE_FULL_STATUS;
	if (kind == KEYS)
		state_holders_mark(&state);
	fuzz_output(arena, &state, &can);
}

static void reservation_fuzz(const uint8_t *reply, size_t length, struct arena *arena)
{
	struct registrant registrants[] = { { .key = 0xa }, { .key = 0xb } };
	struct resv_state state = { .source = SOURCE_READ_KEYS,
				    .registrants = registrants,
				    .count = 2 };
	struct capabilities can = { 0 };

	if (scsi_read_reservation_decode(reply, length, &state) != DECODE_OK)
		return;
	MUST(state.type <= RESV_OTHER && (state.type != RESV_NONE || state.key == 0));
	state_holders_mark(&state);
	fuzz_output(arena, &state, &can);
}

static void sense_fuzz(const uint8_t *sense, size_t length, struct arena *arena)
{
	struct answer answer = { .kind = ANSWER_CHECK, .raw = 2 };
	const char *text;

	scsi_sense_decode(sense, length, &answer);
	MUST(answer.sense_key <= 0xf);
	text = describe_answer(arena, &answer);
	fuzz_text(text, strlen(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = fuzz_arena();
	struct capabilities can = { 0 };
	struct resv_state none = { .source = SOURCE_READ_KEYS };
	uint8_t *reply, kind;
	const char *text;
	size_t length;
	int port;

	if (size == 0)
		return 0;
	kind = data[0] % COUNT;
	length = size - 1;
	reply = fuzz_copy(data + 1, length);
	switch (kind) {
	case KEYS:
	case FULL_STATUS:
		list_fuzz(kind, reply, length, arena);
		break;
	case RESERVATION:
		reservation_fuzz(reply, length, arena);
		break;
	case CAPABILITIES:
		if (scsi_capabilities_decode(reply, length, &can) == DECODE_OK)
			fuzz_output(arena, &none, &can);
		break;
	case SENSE:
		sense_fuzz(reply, length, arena);
		break;
	case TRANSPORT_ID:
		text = scsi_transport_id_text(reply, length, arena);
		if (text) {
			/* a byte becomes two digits, or in an iSCSI name four characters (\\x0a) */
			MUST(*text && strlen(text) <= 4 * length + sizeof("transport-id:0x"));
			fuzz_text(text, strlen(text));
			MUST(initiator_length(text) <= strlen(text));
		}
		break;
	case VPD:
		port = scsi_vpd_target_port(reply, length);
		MUST(port == -1 || (port >= 1 && port <= 0xffff));
		break;
	}
	free(reply);
	return 0;
}
