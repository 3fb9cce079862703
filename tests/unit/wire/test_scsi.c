// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replies are in hexadecimal. Those named LIO were captured from its target on Linux 6.1; the
 * others it does not send.
 */
#include "unit.h"

#include "states.h"
#include "wire/scsi.h"

/*
 * Full status descriptors of LIO: "iqn.2026-01.lab:host-1,i,0x00023d000001", which is 0xa, and
 * host-2's, 0xb0b.
 */
#define LIO_HEAD_1(flags, type) "00000000 0000000a 00000000 " flags type "00000000 0001 0000002c "
#define LIO_HEAD_2(flags, type) "00000000 00000b0b 00000000 " flags type "00000000 0001 0000002c "
#define LIO_ID_1 \
	"45000028 69716e2e323032362d30312e6c61623a686f73742d31 2c692c30783030303233643030303030 " \
	"3100 "
#define LIO_ID_2 \
	"45000028 69716e2e323032362d30312e6c61623a686f73742d32 2c692c30783030303233643030303030 " \
	"3200 "
#define LIO_1 LISTED(0xa, N, HOST_1 SESSION_1, 1)
#define LIO_1_HOLDS LISTED(0xa, Y, HOST_1 SESSION_1, 1)
#define LIO_2 LISTED(0xb0b, N, HOST_2 SESSION_2, 1)
#define LIO_2_HOLDS LISTED(0xb0b, Y, HOST_2 SESSION_2, 1)

/* A descriptor with the TransportID of a SAS port. */
#define SAS(key, flags, type, port) \
	"00000000 000000" key "00000000" flags type "00000000" port "00000018 " SAS_ID
#define SAS_ID "06000000 5001405000000001 000000000000000000000000 "
#define SAS_TEXT "sas:0x5001405000000001"

struct list_case {
	const char *name, *reply;
	struct resv_state state;
};

static const struct list_case key_lists[] = {
	{ "LIO, none", "00000000 00000000", EMPTY(0) },
	{ "LIO, two", "00000002 00000010 000000000000000a 0000000000000b0b",
	  STATE(2, RESV_NONE, 0, ANY(0xa, N), ANY(0xb0b, N)) },
	{ "one key twice, generation and key of 32 and 64 bits",
	  "ffffffff 00000010 ffffffffffffffff ffffffffffffffff",
	  STATE(0xffffffff, RESV_NONE, 0, ANY(UINT64_MAX, N), ANY(UINT64_MAX, N)) },
	{ "what comes after the list is not part of it",
	  "00000001 00000008 000000000000000a 0000000000000b0b",
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)) },
	{ "key 0", "00000001 00000008 0000000000000000", STATE(1, RESV_NONE, 0, ANY(0, N)) },
};

static const struct list_case full_lists[] = {
	{ "LIO, none", "00000000 00000000", EMPTY(0) },
	{ "LIO, two, nothing held",
	  "00000002 00000088 " LIO_HEAD_1("00", "00") LIO_ID_1 LIO_HEAD_2("00", "00") LIO_ID_2,
	  STATE(2, RESV_NONE, 0, LIO_1, LIO_2) },
	{ "LIO, held by the first",
	  "00000002 00000088 " LIO_HEAD_1("01", "05") LIO_ID_1 LIO_HEAD_2("00", "00") LIO_ID_2,
	  STATE(2, WERO, 0xa, LIO_1_HOLDS, LIO_2) },
	{ "held by the second",
	  "00000002 00000088 " LIO_HEAD_1("00", "00") LIO_ID_1 LIO_HEAD_2("01", "03") LIO_ID_2,
	  STATE(2, EA, 0xb0b, LIO_1, LIO_2_HOLDS) },
	{ "LIO, held by all",
	  "00000002 00000088 " LIO_HEAD_1("01", "08") LIO_ID_1 LIO_HEAD_2("01", "08") LIO_ID_2,
	  STATE(2, EAAR, 0, LIO_1_HOLDS, LIO_2_HOLDS) },
	{ "LIO, short name and SAS",
	  "00000005 00000054 0000000000000101 00000000 00000000 0000 0002 0000000c 05000008 "
	  "69716e2e79000000 "
	  "0000000000000102 00000000 00000000 0000 0003 00000018 " SAS_ID,
	  STATE(5, RESV_NONE, 0, LISTED(0x101, N, "iqn.y", 2), LISTED(0x102, N, SAS_TEXT, 3)) },
	{ "each type: write exclusive", "00000001 00000030 " SAS("0a", "01", "01", "0001"),
	  STATE(1, WE, 0xa, LISTED(0xa, Y, SAS_TEXT, 1)) },
	{ "each type: exclusive access, registrants only",
	  "00000001 00000030 " SAS("0a", "01", "06", "0001"),
	  STATE(1, EARO, 0xa, LISTED(0xa, Y, SAS_TEXT, 1)) },
	{ "each type: write exclusive, all registrants",
	  "00000001 00000030 " SAS("0a", "01", "07", "0001"),
	  STATE(1, WEAR, 0, LISTED(0xa, Y, SAS_TEXT, 1)) },
	{ "a type that no standard names", "00000001 00000030 " SAS("0a", "01", "0f", "0001"),
	  STATE(1, RESV_OTHER, 0xa, LISTED(0xa, Y, SAS_TEXT, 1)) },
	{ "the scope is not the type", "00000001 00000030 " SAS("0a", "01", "f1", "0001"),
	  STATE(1, WE, 0xa, LISTED(0xa, Y, SAS_TEXT, 1)) },
	{ "type of a registrant that does not hold",
	  "00000001 00000030 " SAS("0a", "00", "05", "0001"),
	  STATE(1, RESV_NONE, 0, LISTED(0xa, N, SAS_TEXT, 1)) },
	{ "all target ports", "00000001 00000030 " SAS("0a", "02", "00", "0001"),
	  STATE(1, RESV_NONE, 0, LISTED(0xa, N, SAS_TEXT, TARGET_PORT_ALL)) },
	{ "all target ports, and no number", "00000001 00000030 " SAS("0a", "02", "00", "0000"),
	  STATE(1, RESV_NONE, 0, LISTED(0xa, N, SAS_TEXT, TARGET_PORT_ALL)) },
	{ "all target ports, and the holder", "00000001 00000030 " SAS("0a", "03", "01", "0001"),
	  STATE(1, WE, 0xa, LISTED(0xa, Y, SAS_TEXT, TARGET_PORT_ALL)) },
	{ "the largest target port", "00000001 00000030 " SAS("0a", "00", "00", "ffff"),
	  STATE(1, RESV_NONE, 0, LISTED(0xa, N, SAS_TEXT, 65535)) },
	{ "target port 256", "00000001 00000030 " SAS("0a", "00", "00", "0100"),
	  STATE(1, RESV_NONE, 0, LISTED(0xa, N, SAS_TEXT, 256)) },
	{ "target port 0, which is none", "00000001 00000030 " SAS("0a", "00", "00", "0000"),
	  STATE(1, RESV_NONE, 0, LISTED(0xa, N, SAS_TEXT, -1)) },
	{ "no TransportID",
	  "00000001 00000018 00000000 0000000a 00000000 00000000 0000 0001 00000000",
	  STATE(1, RESV_NONE, 0, LISTED(0xa, N, NULL, 1)) },
	{ "what comes after the list is not part of it",
	  "00000001 00000030 " SAS("0a", "00", "00", "0001") "ffff",
	  STATE(1, RESV_NONE, 0, LISTED(0xa, N, SAS_TEXT, 1)) },
	{ "one host twice",
	  "00000001 00000060 " SAS("0a", "00", "00", "0001") SAS("0a", "01", "05", "0002"),
	  STATE(1, WERO, 0xa, LISTED(0xa, N, SAS_TEXT, 1), LISTED(0xa, Y, SAS_TEXT, 2)) },
};

static void state_equal(const struct resv_state *state, const struct resv_state *expected,
			bool holders)
{
	assert_int_equal(state->generation, expected->generation);
	assert_int_equal(state->type, expected->type);
	assert_true(state->key == expected->key);
	assert_int_equal(state->count, expected->count);
	for (size_t i = 0; i < expected->count; i++) {
		const struct registrant *registrant = &state->registrants[i],
					*other = &expected->registrants[i];

		assert_true(registrant->key == other->key);
		assert_text(registrant->nexus.initiator, other->nexus.initiator);
		assert_int_equal(registrant->nexus.target_port, other->nexus.target_port);
		assert_int_equal(registrant->this_nexus, other->this_nexus);
		assert_int_equal(registrant->this_host, other->this_host);
		if (holders)
			assert_int_equal(registrant->holder, other->holder);
	}
}

typedef enum decode_result decoder(const uint8_t *reply, size_t length, struct arena *arena,
				   struct resv_state *state, size_t *wanted);

/* Nothing was written beyond the end of the output. */
static void arena_untouched(const struct arena *arena)
{
	static const char zeros[4096];

	assert_memory_equal(arena->base + arena->used, zeros, sizeof(zeros));
}

/* The complete reply is decoded; a part of it is refused. */
static void list_decodes(const struct list_case *row, decoder *decode, bool reservation)
{
	struct arena *arena = unit_arena();
	struct resv_state state = { .type = EA, .key = 7 };
	struct resv_state expected = row->state;
	size_t length, wanted = 0, whole;
	uint8_t *reply = unit_bytes(row->reply, &length);

	if (!reservation) {
		expected.type = EA;
		expected.key = 7;
	}
	assert_int_equal(decode(reply, length, arena, &state, &wanted), DECODE_OK);
	whole = wanted;
	assert_in_range(whole, 8, length);
	state_equal(&state, &expected, reservation);
	arena_untouched(arena);
	for (size_t part = 0; part < whole; part++) {
		uint8_t *cut = unit_copy(reply, part);

		wanted = 0;
		assert_int_equal(decode(cut, part, arena, &state, &wanted),
				 part < 8 ? DECODE_BAD : DECODE_SHORT);
		assert_int_equal(wanted, part < 8 ? 0 : whole);
		free(cut);
	}
	free(reply);
	arena_free(arena);
}

static void keys(void **state)
{
	list_decodes(*state, scsi_read_keys_decode, false);
}

static void full_status(void **state)
{
	list_decodes(*state, scsi_full_status_decode, true);
}

/* In an arena of any size: the whole state, or none. */
static void list_memory(const struct list_case *row, decoder *decode, bool reservation)
{
	size_t length, wanted, fitted = 0;
	uint8_t *reply = unit_bytes(row->reply, &length);

	for (size_t room = 0; room < 400; room += 16) {
		struct arena *arena = arena_new(4096);
		struct resv_state state = { 0 };
		enum decode_result decoded;

		assert_non_null(arena_alloc(arena, arena->size - arena->used - room));
		decoded = decode(reply, length, arena, &state, &wanted);
		if (decoded == DECODE_OK)
			state_equal(&state, &row->state, reservation);
		else
			assert_int_equal(decoded, DECODE_NO_MEMORY);
		fitted += decoded == DECODE_OK;
		arena_free(arena);
	}
	assert_in_range(fitted, 1, 24);
	free(reply);
}

static void keys_memory(void **state)
{
	(void)state;
	list_memory(&key_lists[1], scsi_read_keys_decode, false);
}

static void full_status_memory(void **state)
{
	(void)state;
	list_memory(&full_lists[2], scsi_full_status_decode, true);
}

struct lie {
	const char *name, *reply;
	enum decode_result decoded;
	size_t wanted; /* 0: not checked */
};

static const struct lie key_lies[] = {
	{ "a list of one byte", "00000001 00000001 00", DECODE_BAD, 0 },
	{ "half a key", "00000001 00000004 00000000", DECODE_BAD, 0 },
	{ "a key and a half", "00000001 0000000c 00000000 0000000a 00000000", DECODE_BAD, 0 },
	{ "one byte less than two keys", "00000001 0000000f 00000000 0000000a 00000000 0000000b",
	  DECODE_BAD, 0 },
	{ "one byte more than came", "00000001 00000009 00000000 0000000a", DECODE_SHORT, 17 },
	{ "one key more than came", "00000001 00000010 00000000 0000000a", DECODE_SHORT, 24 },
	{ "2^31", "00000001 80000000 00000000 0000000a", DECODE_SHORT, 8 + 0x80000000UL },
	{ "2^32 - 8", "00000001 fffffff8 00000000 0000000a", DECODE_SHORT, 8 + 0xfffffff8UL },
	{ "2^32 - 1", "00000001 ffffffff 00000000 0000000a", DECODE_SHORT, 8 + 0xffffffffUL },
};

static const struct lie full_lies[] = {
	{ "a list of one byte", "00000001 00000001 00", DECODE_BAD, 0 },
	{ "less than a descriptor", "00000001 00000017 " SAS("0a", "00", "00", "0001"), DECODE_BAD,
	  0 },
	{ "a descriptor without its TransportID",
	  "00000001 00000018 " SAS("0a", "00", "00", "0001"), DECODE_BAD, 0 },
	{ "one byte less than came", "00000001 0000002f " SAS("0a", "00", "00", "0001"), DECODE_BAD,
	  0 },
	{ "one byte more than came", "00000001 00000031 " SAS("0a", "00", "00", "0001"),
	  DECODE_SHORT, 57 },
	{ "one byte after the last descriptor",
	  "00000001 00000031 " SAS("0a", "00", "00", "0001") "00", DECODE_BAD, 0 },
	{ "23 bytes after the last descriptor",
	  "00000001 00000047 " SAS("0a", "00", "00",
				   "0001") "00000000 00000000 00000000 00000000 00000000 000000",
	  DECODE_BAD, 0 },
	{ "half of the second descriptor",
	  "00000001 00000050 " SAS("0a", "00", "00", "0001") SAS("0b", "00", "00", "0001"),
	  DECODE_BAD, 0 },
	{ "2^32 - 1", "00000001 ffffffff " SAS("0a", "00", "00", "0001"), DECODE_SHORT,
	  8 + 0xffffffffUL },
	{ "descriptor one byte longer than the list",
	  "00000001 00000018 0000000000000000 00000000 00000000 0000 0001 00000001", DECODE_BAD,
	  0 },
	{ "descriptor longer than the list and all that came",
	  "00000001 00000018 0000000000000000 00000000 00000000 0000 0001 00010000", DECODE_BAD,
	  0 },
	{ "descriptor of 2^32 - 1",
	  "00000001 00000018 0000000000000000 00000000 00000000 0000 0001 ffffffff", DECODE_BAD,
	  0 },
	{ "descriptor whose end is its beginning",
	  "00000001 00000018 0000000000000000 00000000 00000000 0000 0001 ffffffe8", DECODE_BAD,
	  0 },
	{ "second descriptor longer than the list",
	  "00000001 00000048 " SAS("0a", "00", "00",
				   "0001") "0000000000000000 00000000 00000000 0000 0001 00000018",
	  DECODE_BAD, 0 },
	{ "two holders of a type for one",
	  "00000001 00000060 " SAS("0a", "01", "05", "0001") SAS("0b", "01", "05", "0001"),
	  DECODE_BAD, 0 },
	{ "two holders with two types",
	  "00000001 00000060 " SAS("0a", "01", "07", "0001") SAS("0b", "01", "08", "0001"),
	  DECODE_BAD, 0 },
};

static void list_lies(const struct lie *row, decoder *decode)
{
	struct arena *arena = unit_arena();
	struct resv_state state = { 0 };
	size_t length, wanted = 0;
	uint8_t *reply = unit_bytes(row->reply, &length);

	assert_int_equal(decode(reply, length, arena, &state, &wanted), row->decoded);
	if (row->wanted)
		assert_true(wanted == row->wanted);
	free(reply);
	arena_free(arena);
}

static void keys_lie(void **state)
{
	list_lies(*state, scsi_read_keys_decode);
}

static void full_status_lies(void **state)
{
	list_lies(*state, scsi_full_status_decode);
}

static const struct {
	const char *name, *reply;
	enum decode_result decoded;
	enum resv_type type;
	uint64_t key;
	size_t whole;
} reservations[] = {
	{ "LIO, none", "00000002 00000000", DECODE_OK, RESV_NONE, 0, 8 },
	{ "LIO, held", "00000002 00000010 000000000000000a 00000000 00050000", DECODE_OK, WERO, 0xa,
	  24 },
	{ "LIO, held by all", "00000002 00000010 0000000000000000 00000000 00080000", DECODE_OK,
	  EAAR, 0, 24 },
	{ "held by all, with a key", "00000002 00000010 000000000000000a 00000000 00070000",
	  DECODE_OK, WEAR, 0, 24 },
	{ "the scope is not the type", "00000002 00000010 ffffffffffffffff 00000000 00f10000",
	  DECODE_OK, WE, UINT64_MAX, 24 },
	{ "type 0", "00000002 00000010 000000000000000a 00000000 00000000", DECODE_OK, RESV_OTHER,
	  0xa, 24 },
	{ "type 4, obsolete", "00000002 00000010 000000000000000a 00000000 00040000", DECODE_OK,
	  RESV_OTHER, 0xa, 24 },
	{ "more than this standard knows",
	  "00000002 00000018 000000000000000a 00000000 00030000 0000000000000000", DECODE_OK, EA,
	  0xa, 32 },
	{ "a list of one byte", "00000002 00000001 000000000000000a 00000000 00050000", DECODE_BAD,
	  0, 0, 0 },
	{ "a key alone", "00000002 00000008 000000000000000a 00000000 00050000", DECODE_BAD, 0, 0,
	  0 },
	{ "one byte too few", "00000002 0000000f 000000000000000a 00000000 00050000", DECODE_BAD, 0,
	  0, 0 },
	{ "one byte more than came", "00000002 00000011 000000000000000a 00000000 00050000",
	  DECODE_BAD, 0, 0, 0 },
	{ "2^32 - 1", "00000002 ffffffff 000000000000000a 00000000 00050000", DECODE_BAD, 0, 0, 0 },
};

static void reservation(void **state)
{
	const typeof(reservations[0]) *row = *state;
	struct resv_state read = { .type = EA, .key = 7 };
	size_t length;
	uint8_t *reply = unit_bytes(row->reply, &length);

	assert_int_equal(scsi_read_reservation_decode(reply, length, &read), row->decoded);
	if (row->decoded == DECODE_OK) {
		assert_int_equal(read.type, row->type);
		assert_true(read.key == row->key);
	}
	for (size_t part = 0; part < row->whole; part++) {
		uint8_t *cut = unit_copy(reply, part);

		assert_int_equal(scsi_read_reservation_decode(cut, part, &read), DECODE_BAD);
		free(cut);
	}
	free(reply);
}

static const struct {
	const char *name, *reply;
	enum decode_result decoded;
	enum tri capable, active;
	const char *types; /* a letter for each, in the order of enum resv_type: yes, no, unknown */
	const char *bits; /* the same for CRH, SIP_C, ATP_C, RLR_C and TMV */
	int allow_commands;
} capabilities_replies[] = {
	{ "LIO", "0008 1d90 ea01 0000", DECODE_OK, Y, N, "yyyyyy", "yyyny", 1 },
	{ "LIO, active", "0008 1d91 ea01 0000", DECODE_OK, Y, Y, "yyyyyy", "yyyny", 1 },
	{ "no power loss persistence", "0008 0c80 ea01 0000", DECODE_OK, N, N, "yyyyyy", "nyyny",
	  0 },
	{ "no mask of types", "0008 0101 ea01 0000", DECODE_OK, Y, Y, "uuuuuu", "nnnnn", 0 },
	{ "a mask of nothing", "0008 0080 0000 0000", DECODE_OK, N, N, "nnnnnn", "nnnny", 0 },
	{ "write exclusive alone", "0008 0080 0200 0000", DECODE_OK, N, N, "ynnnnn", NULL, 0 },
	{ "exclusive access alone", "0008 0080 0800 0000", DECODE_OK, N, N, "nynnnn", NULL, 0 },
	{ "write exclusive, registrants only", "0008 0080 2000 0000", DECODE_OK, N, N, "nnynnn",
	  NULL, 0 },
	{ "exclusive access, registrants only", "0008 0080 4000 0000", DECODE_OK, N, N, "nnnynn",
	  NULL, 0 },
	{ "write exclusive, all registrants", "0008 0080 8000 0000", DECODE_OK, N, N, "nnnnyn",
	  NULL, 0 },
	{ "exclusive access, all registrants", "0008 0080 0001 0000", DECODE_OK, N, N, "nnnnny",
	  NULL, 0 },
	{ "every bit but those of types", "0008 ff81 15fe ffff", DECODE_OK, Y, Y, "nnnnnn", "yyyyy",
	  0 },
	{ "neither power loss nor types", "0008 fe7e ffff ffff", DECODE_OK, N, N, "uuuuuu", "yyyyn",
	  7 },
	{ "reserved bits alone", "0008 620e 0000 0000", DECODE_OK, N, N, "uuuuuu", "nnnnn", 0 },
	{ "CRH alone", "0008 1000 0000 0000", DECODE_OK, N, N, "uuuuuu", "ynnnn", 0 },
	{ "SIP_C alone", "0008 0800 0000 0000", DECODE_OK, N, N, "uuuuuu", "nynnn", 0 },
	{ "ATP_C alone", "0008 0400 0000 0000", DECODE_OK, N, N, "uuuuuu", "nnynn", 0 },
	{ "RLR_C alone", "0008 8000 0000 0000", DECODE_OK, N, N, "uuuuuu", "nnnyn", 0 },
	{ "ALLOW COMMANDS 2", "0008 0020 0000 0000", DECODE_OK, N, N, "uuuuuu", "nnnnn", 2 },
	{ "ALLOW COMMANDS 3", "0008 0030 0000 0000", DECODE_OK, N, N, "uuuuuu", "nnnnn", 3 },
	{ "ALLOW COMMANDS 4", "0008 0040 0000 0000", DECODE_OK, N, N, "uuuuuu", "nnnnn", 4 },
	{ "length 0", "0000 1d90 ea01 0000", DECODE_BAD, N, N, NULL, NULL, 0 },
	{ "length 7", "0007 1d90 ea01 0000", DECODE_BAD, N, N, NULL, NULL, 0 },
	{ "length 65535", "ffff 1d90 ea01 0000", DECODE_BAD, N, N, NULL, NULL, 0 },
};

static void capabilities(void **state)
{
	const typeof(capabilities_replies[0]) *row = *state;
	/* of another device, which has everything */
	struct capabilities read = { .ignore_key = Y, .types = { [WE] = Y, Y, Y, Y, Y, Y } };
	size_t length;
	uint8_t *reply = unit_bytes(row->reply, &length);

	for (size_t part = 0; part < length; part++) {
		uint8_t *cut = unit_copy(reply, part);

		assert_int_equal(scsi_capabilities_decode(cut, part, &read), DECODE_BAD);
		assert_false(read.known);
		free(cut);
	}
	assert_int_equal(scsi_capabilities_decode(reply, length, &read), row->decoded);
	assert_int_equal(read.known, row->decoded == DECODE_OK);
	assert_int_equal(read.power_loss_capable, row->capable);
	assert_int_equal(read.power_loss_active, row->active);
	for (size_t i = 0; row->types && row->types[i]; i++)
		assert_int_equal("uny"[read.types[WE + i] + 1], row->types[i]);
	if (row->bits) {
		const enum tri bits[] = { read.compatible_reserve, read.specify_initiators,
					  read.all_target_ports, read.replace_lost,
					  read.types_listed };

		for (size_t i = 0; i < COUNT_OF(bits); i++)
			assert_int_equal("uny"[bits[i] + 1], row->bits[i]);
		assert_int_equal(read.allow_commands, row->allow_commands);
		assert_int_equal(read.ignore_key, N);
		assert_int_equal(read.rescap, CAPABILITY_NONE);
		assert_int_equal(read.oncs, CAPABILITY_NONE);
	}
	free(reply);
}

#define ISCSI_NAME "69716e2e323032362d30312e6c61623a686f73742d31 " /* HOST_1: 22 bytes */

static const struct {
	const char *name, *id, *text;
} transport_ids[] = {
	{ "LIO, iSCSI port", LIO_ID_1, HOST_1 SESSION_1 },
	{ "LIO, iSCSI name of 5 bytes", "05000008 69716e2e79000000", "iqn.y" },
	{ "LIO, SAS", SAS_ID, SAS_TEXT },
	{ "iSCSI device", "05000018 " ISCSI_NAME "0000", HOST_1 },
	{ "iSCSI, not ended by NUL", "05000016 " ISCSI_NAME, HOST_1 },
	{ "iSCSI, longer than its length", "05000016 " ISCSI_NAME "4142", HOST_1 },
	{ "iSCSI, shorter than its length", "0500ffff " ISCSI_NAME, HOST_1 },
	{ "iSCSI, shorter than its length by one", "05000017 " ISCSI_NAME, HOST_1 },
	{ "iSCSI, one byte", "05000001 41", "A" },
	{ "iSCSI, length cuts it", "05000003 " ISCSI_NAME, "iqn" },
	{ "iSCSI, bytes after the NUL",
	  "05000018 69716e2e7900 414243444546 000000000000000000000000", "iqn.y" },
	{ "iSCSI, control characters", "05000008 69716e2e1b5b0a7f", "iqn.\\x1b[\\x0a\\x7f" },
	{ "iSCSI, bytes that are no ASCII", "05000008 69716e2ec3a4ff80",
	  "iqn.\\xc3\\xa4\\xff\\x80" },
	{ "iSCSI, no name", "05000014 00000000 00000000 00000000 00000000 00000000", NULL },
	{ "iSCSI, length 0", "05000000 00000000", NULL },
	{ "iSCSI, blanks for a name", "05000004 20202020", NULL },
	{ "iSCSI, a blank at its end", "05000008 69716e2e79200000", "iqn.y " },
	{ "iSCSI, a question mark is one", "05000008 69716e2e3f000000", "iqn.?" },
	{ "iSCSI, a backslash", "05000010 69716e2e5c783762 0000000000000000", "iqn.\\x5cx7b" },
	{ "iSCSI, a name as another protocol's", "05000010 66633a3078323130 3000000000000000",
	  "iscsi:fc:0x2100" },
	{ "Fibre Channel", "00000000 00000000 2100001122334455 00000000 00000000",
	  "fc:0x2100001122334455" },
	{ "1394", "03000000 00000000 0123456789abcdef 00000000 00000000",
	  "sbp:0x0123456789abcdef" },
	{ "SRP", "04000000 00000000 fe800000000000000002c90300a1b2c3",
	  "srp:0xfe800000000000000002c90300a1b2c3" },
	/* FORMAT CODE, the two bits above the protocol: iSCSI has two, the others have one. */
	{ "Fibre Channel, format code 1", "40000000 00000000 2100001122334455 00000000 00000000",
	  "fc:0x2100001122334455" },
	{ "Fibre Channel, format code 3", "c0000000 00000000 2100001122334455 00000000 00000000",
	  "fc:0x2100001122334455" },
	{ "SRP, format code 2", "84000000 00000000 fe800000000000000002c90300a1b2c3",
	  "srp:0xfe800000000000000002c90300a1b2c3" },
	{ "SAS, format code 1", "46000000 5001405000000001 000000000000000000000000", SAS_TEXT },
	{ "Fibre Channel, no name", "00000000 00000000 0000000000000000 00000000 00000000", NULL },
	{ "Fibre Channel, a name that is not set",
	  "00000000 00000000 ffffffffffffffff 00000000 00000000", NULL },
	{ "Fibre Channel, a name in front of zeros",
	  "00000000 00000000 2000000000000000 00000000 00000000", "fc:0x2000000000000000" },
	{ "1394, no name", "03000000 00000000 0000000000000000 00000000 00000000", NULL },
	{ "SRP, no name", "04000000 00000000 00000000000000000000000000000000", NULL },
	{ "SRP, half a name", "04000000 00000000 00000000000000000002c90300a1b2c3",
	  "srp:0x00000000000000000002c90300a1b2c3" },
	{ "SAS, no name", "06000000 0000000000000000 000000000000000000000000", NULL },
	{ "SAS, a name that is not set", "06000000 ffffffffffffffff 000000000000000000000000",
	  NULL },
	{ "SOP, format code 1", "4a001234", "transport-id:0x4a001234" },
	{ "iSCSI, format code 0, a name", "05000004 69716e00", "iqn" },
	{ "iSCSI, format code 1, a name and a session",
	  "45000010 69716e2e612c692c30783000 00000000", "iqn.a,i,0x0" },
	{ "iSCSI, format code 2", "85000004 69716e00", "iqn" },
	{ "iSCSI, format code 3", "c5000004 69716e00", "iqn" },
	{ "longer than it need be", SAS_ID "ffffffff", SAS_TEXT },
	{ "SAS, one byte short", "06000000 5001405000000001 0000000000000000000000",
	  "transport-id:0x0600000050014050000000010000000000000000000000" },
	{ "Fibre Channel, cut in its name", "00000000 00000000 21000011",
	  "transport-id:0x000000000000000021000011" },
	{ "parallel SCSI", "01000007 00000001 00000000 00000000 00000000 00000000",
	  "transport-id:0x010000070000000100000000000000000000000000000000" },
	{ "SSA", "02000001", "transport-id:0x02000001" },
	{ "ADT", "07000001", "transport-id:0x07000001" },
	{ "ATA", "08000001", "transport-id:0x08000001" },
	{ "UAS", "09000001", "transport-id:0x09000001" },
	{ "SOP", "0a001234", "transport-id:0x0a001234" },
	{ "PCIe", "0b000001", "transport-id:0x0b000001" },
	{ "no protocol", "0f000001", "transport-id:0x0f000001" },
	{ "one byte", "0f", "transport-id:0x0f" },
	{ "no bytes", "", NULL },
};

static void transport_id(void **state)
{
	const typeof(transport_ids[0]) *row = *state;
	struct arena *arena = unit_arena();
	size_t length;
	uint8_t *id = unit_bytes(row->id, &length);

	for (size_t part = 0; part < length; part++) {
		uint8_t *cut = unit_copy(id, part);
		const char *text = scsi_transport_id_text(cut, part, arena);

		if (part == 0)
			assert_null(text);
		free(cut);
	}
	assert_text(scsi_transport_id_text(id, length, arena), row->text);
	arena_untouched(arena);
	free(id);
	arena_free(arena);
}

static void types(void **state)
{
	static const enum resv_type known[] = {
		[1] = WE, [3] = EA, [5] = WERO, [6] = EARO, [7] = WEAR, [8] = EAAR
	};

	(void)state;
	for (int code = 0; code < 256; code++)
		assert_int_equal(scsi_type_decode((uint8_t)code),
				 code < (int)COUNT_OF(known) && known[code] ? known[code] :
									      RESV_OTHER);
}

static const struct {
	const char *name;
	enum scsi_pr_in action;
	uint16_t allocation;
	const char *cdb;
} cdbs[] = {
	{ "READ KEYS", SCSI_READ_KEYS, 4096, "5e 00 00000000 00 1000 00" },
	{ "READ RESERVATION", SCSI_READ_RESERVATION, 64, "5e 01 00000000 00 0040 00" },
	{ "REPORT CAPABILITIES", SCSI_REPORT_CAPABILITIES, 8, "5e 02 00000000 00 0008 00" },
	{ "READ FULL STATUS", SCSI_READ_FULL_STATUS, SCSI_PR_IN_MAX, "5e 03 00000000 00 ffff 00" },
};

static void cdb(void **state)
{
	const typeof(cdbs[0]) *row = *state;
	uint8_t made[SCSI_PR_IN_CDB_SIZE], *expected;
	size_t length;

	memset(made, 0xff, sizeof(made));
	scsi_pr_in_cdb(made, row->action, row->allocation);
	expected = unit_bytes(row->cdb, &length);
	assert_int_equal(length, sizeof(made));
	assert_memory_equal(made, expected, length);
	free(expected);
}

static const struct {
	const char *name;
	struct action action;
	const char *cdb, *parameters;
} changes[] = {
	{ "REGISTER",
	  { .op = ACTION_REGISTER,
	    .key = 0xa,
	    .service_key = 0x0123456789abcdef,
	    .all_ports = true },
	  "5f00000000 00000018 00",
	  "000000000000000a 0123456789abcdef 00000000 05 000000" },
	{ "REGISTER AND IGNORE EXISTING KEY, to unregister",
	  { .op = ACTION_REGISTER_IGNORE, .key = 0xa, .all_ports = true },
	  "5f06000000 00000018 00",
	  "000000000000000a 0000000000000000 00000000 05 000000" },
	{ "volatile",
	  { .op = ACTION_REGISTER, .service_key = 0xa, .is_volatile = true },
	  "5f00000000 00000018 00",
	  "0000000000000000 000000000000000a 00000000 00 000000" },
	{ "volatile, on every port",
	  { .op = ACTION_REGISTER, .service_key = 0xa, .all_ports = true, .is_volatile = true },
	  "5f00000000 00000018 00",
	  "0000000000000000 000000000000000a 00000000 04 000000" },
	{ "RESERVE",
	  { .op = ACTION_RESERVE, .key = 0xa, .type = WERO },
	  "5f01050000 00000018 00",
	  "000000000000000a 0000000000000000 00000000 00 000000" },
	{ "RELEASE",
	  { .op = ACTION_RELEASE, .key = 0xa, .type = EAAR },
	  "5f02080000 00000018 00",
	  "000000000000000a 0000000000000000 00000000 00 000000" },
	{ "CLEAR",
	  { .op = ACTION_CLEAR, .key = 0xa },
	  "5f03000000 00000018 00",
	  "000000000000000a 0000000000000000 00000000 00 000000" },
	{ "PREEMPT",
	  { .op = ACTION_PREEMPT, .key = 0xa, .service_key = 0xb, .type = WE },
	  "5f04010000 00000018 00",
	  "000000000000000a 000000000000000b 00000000 00 000000" },
	{ "PREEMPT AND ABORT",
	  { .op = ACTION_PREEMPT_ABORT, .key = 0xa, .service_key = 0xb, .type = EARO },
	  "5f05060000 00000018 00",
	  "000000000000000a 000000000000000b 00000000 00 000000" },
	{ "of one port",
	  { .op = ACTION_REGISTER, .service_key = 0xa },
	  "5f00000000 00000018 00",
	  "0000000000000000 000000000000000a 00000000 01 000000" },
};

static void changes_encode(void **state)
{
	const typeof(changes[0]) *row = *state;
	uint8_t cdb[SCSI_PR_OUT_CDB_SIZE], parameters[SCSI_PR_OUT_SIZE];
	size_t length;
	uint8_t *bytes = unit_bytes(row->cdb, &length);

	memset(cdb, 0xff, sizeof(cdb));
	memset(parameters, 0xff, sizeof(parameters));
	scsi_pr_out_encode(&row->action, cdb, parameters);
	assert_int_equal(length, sizeof(cdb));
	assert_memory_equal(cdb, bytes, length);
	free(bytes);
	bytes = unit_bytes(row->parameters, &length);
	assert_int_equal(length, sizeof(parameters));
	assert_memory_equal(parameters, bytes, length);
	free(bytes);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, keys, key_lists);
	UNIT_TABLE(&unit, keys_lie, key_lies);
	UNIT_TABLE(&unit, full_status, full_lists);
	UNIT_TABLE(&unit, full_status_lies, full_lies);
	UNIT_TEST(&unit, keys_memory);
	UNIT_TEST(&unit, full_status_memory);
	UNIT_TABLE(&unit, reservation, reservations);
	UNIT_TABLE(&unit, capabilities, capabilities_replies);
	UNIT_TABLE(&unit, transport_id, transport_ids);
	UNIT_TEST(&unit, types);
	UNIT_TABLE(&unit, cdb, cdbs);
	UNIT_TABLE(&unit, changes_encode, changes);
	return unit_run(&unit, "scsi_format");
}
