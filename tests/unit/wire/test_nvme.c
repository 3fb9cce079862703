// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replies are in hexadecimal. Those named nvmet were captured from Linux 7.3's target; the others,
 * which it does not send, follow the layouts of the standard.
 */
#include "unit.h"

#include "states.h"
#include "wire/nvme.h"

#define ZERO_8 "0000000000000000 "
#define ZERO_16 ZERO_8 ZERO_8
#define ZERO_32 ZERO_16 ZERO_16

/* GEN, RTYPE, REGCTL, PTPLS */
#define HEAD(gen, type, count, ptpls) gen " " type " " count " 0000 " ptpls " 000000000000 " ZERO_8
#define HEAD_EXTENDED(gen, type, count, ptpls) HEAD(gen, type, count, ptpls) ZERO_8 ZERO_32
/* CNTLID, RCSTS, the host identifier and the key: in the other order in the extended form. */
#define ENTRY(controller, holder, host, key) controller " " holder " 0000000000 " host key
#define ENTRY_EXTENDED(controller, holder, key, host) \
	controller " " holder " 0000000000 " key host ZERO_32

#define NVME_1 "nvme:00000001-0011-2233-4455-66778899aabb"
#define NVME_2 "nvme:00000002-0011-2233-4455-66778899aabb"
#define ID_1 "00000001 0011 2233 4455 66778899aabb "
#define ID_2 "00000002 0011 2233 4455 66778899aabb "
#define KEY_1 "0a00000000000000 "
#define KEY_2 "8877665544332211 "
#define NVMET_1(holder) ENTRY_EXTENDED("ffff", holder, KEY_1, ID_1)
#define NVMET_2(holder) ENTRY_EXTENDED("ffff", holder, KEY_2, ID_2)
#define IS(key, holder, text) { key, holder, { text, -1 }, U, U, false }
#define IS_1(holder) IS(0xa, holder, NVME_1)
#define IS_2(holder) IS(0x1122334455667788, holder, NVME_2)

#define SHORT_1 "0123456789abcdef "
#define SHORT_TEXT "nvme:0xefcdab8967452301"

static const struct list_case {
	const char *name;
	enum nvme_report form;
	const char *reply;
	struct resv_state state;
	enum tri power_loss;
} lists[] = {
	{ "nvmet, none", NVME_REPORT_EXTENDED, HEAD_EXTENDED("00000000", "00", "0000", "00"),
	  EMPTY(0), N },
	{ "nvmet, two, nothing held", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("02000000", "00", "0200", "00") NVMET_1("00") NVMET_2("00"),
	  STATE(2, RESV_NONE, 0, IS_1(N), IS_2(N)), N },
	{ "nvmet, held by the first", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("02000000", "03", "0200", "00") NVMET_1("01") NVMET_2("00"),
	  STATE(2, WERO, 0xa, IS_1(Y), IS_2(N)), N },
	{ "nvmet, held by all", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("02000000", "06", "0200", "00") NVMET_1("01") NVMET_2("01"),
	  STATE(2, EAAR, 0, IS_1(Y), IS_2(Y)), N },
	{ "held by all, said of one", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("02000000", "05", "0200", "00") NVMET_1("01") NVMET_2("00"),
	  STATE(2, WEAR, 0, IS_1(Y), IS_2(Y)), N },
	{ "held by the second", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("02000000", "01", "0200", "00") NVMET_1("00") NVMET_2("01"),
	  STATE(2, WE, 0x1122334455667788, IS_1(N), IS_2(Y)), N },
	{ "generation of 32 bits, power loss persistence", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("fdfeffff", "00", "0100", "01") NVMET_1("00"),
	  STATE(0xfffffefd, RESV_NONE, 0, IS_1(N)), Y },
	{ "each type: exclusive access", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("01000000", "02", "0100", "00") NVMET_1("01"), STATE(1, EA, 0xa, IS_1(Y)),
	  N },
	{ "each type: exclusive access, registrants only", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("01000000", "04", "0100", "00") NVMET_1("01"), STATE(1, EARO, 0xa, IS_1(Y)),
	  N },
	{ "a type that no standard names", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("01000000", "07", "0100", "00") NVMET_1("01"),
	  STATE(1, RESV_OTHER, 0xa, IS_1(Y)), N },
	{ "the greatest type", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("01000000", "ff", "0100", "00") NVMET_1("01"),
	  STATE(1, RESV_OTHER, 0xa, IS_1(Y)), N },
	{ "every bit of RCSTS but the holder's", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("01000000", "00", "0100", "fe") NVMET_1("fe"),
	  STATE(1, RESV_NONE, 0, IS_1(N)), N },
	{ "nvmet, a key of 0", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("03000000", "00", "0200", "00") ENTRY_EXTENDED("ffff", "00", ZERO_8, ID_1)
		  NVMET_2("00"),
	  STATE(3, RESV_NONE, 0, IS(0, N, NVME_1), IS_2(N)), N },
	{ "nvmet, a holder with a key of 0", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("03000000", "01", "0200", "00") ENTRY_EXTENDED("ffff", "01", ZERO_8, ID_1)
		  NVMET_2("00"),
	  STATE(3, WE, 0, IS(0, Y, NVME_1), IS_2(N)), N },
	{ "one host through two controllers", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("02000000", "01", "0300", "00") ENTRY_EXTENDED("0100", "01", KEY_1, ID_1)
		  NVMET_2("00") ENTRY_EXTENDED("0200", "01", KEY_1, ID_1),
	  STATE(2, WE, 0xa, IS_1(Y), IS_2(N)), N },
	{ "one host through two controllers, held through the second", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("02000000", "01", "0200", "00") ENTRY_EXTENDED("0100", "00", KEY_1, ID_1)
		  ENTRY_EXTENDED("0200", "01", KEY_1, ID_1),
	  STATE(2, WE, 0xa, IS_1(Y)), N },
	{ "one host with two keys contradicts itself: both are shown", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("02000000", "00", "0200", "00") ENTRY_EXTENDED("0100", "00", KEY_1, ID_1)
		  ENTRY_EXTENDED("0200", "00", KEY_2, ID_1),
	  STATE(2, RESV_NONE, 0, IS_1(N), IS(0x1122334455667788, N, NVME_1)), N },
	{ "hosts without an identifier may be two", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("02000000", "00", "0200", "00") ENTRY_EXTENDED("0100", "00", KEY_1, ZERO_16)
		  ENTRY_EXTENDED("0200", "00", KEY_1, ZERO_16),
	  STATE(2, RESV_NONE, 0, IS(0xa, N, NULL), IS(0xa, N, NULL)), N },
	{ "a host without an identifier, and one with the same key", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("02000000", "00", "0200", "00") ENTRY_EXTENDED("0100", "00", KEY_1, ZERO_16)
		  NVMET_1("00"),
	  STATE(2, RESV_NONE, 0, IS(0xa, N, NULL), IS_1(N)), N },
	{ "two hosts with one key", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("02000000", "01", "0200", "00") NVMET_1("00")
		  ENTRY_EXTENDED("ffff", "01", KEY_1, ID_2),
	  STATE(2, WE, 0xa, IS_1(N), IS(0xa, Y, NVME_2)), N },
	{ "held, and no entry says by whom", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("02000000", "01", "0200", "00") NVMET_1("00") NVMET_2("00"),
	  STATE(2, WE, 0, IS_1(U), IS_2(U)), N },
	{ "held, and nobody is listed", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("01000000", "03", "0000", "00"),
	  { .source = SOURCE_FULL_STATUS, .generation = 1, .type = WERO }, N },
	{ "held by all, and nobody is listed", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("01000000", "05", "0000", "00"),
	  { .source = SOURCE_FULL_STATUS, .generation = 1, .type = WEAR }, N },
	{ "what comes after the list is not part of it", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("01000000", "00", "0100", "00") NVMET_1("00") NVMET_2("00"),
	  STATE(1, RESV_NONE, 0, IS_1(N)), N },

	{ "standard, none", NVME_REPORT_STANDARD, HEAD("07000000", "00", "0000", "01"), EMPTY(7),
	  Y },
	{ "standard, two, held by the second", NVME_REPORT_STANDARD,
	  HEAD("02000000", "01", "0200", "00") ENTRY("0100", "00", SHORT_1, KEY_1)
		  ENTRY("0200", "01", "0100000000000000 ", KEY_2),
	  STATE(2, WE, 0x1122334455667788, IS(0xa, N, SHORT_TEXT),
		IS(0x1122334455667788, Y, "nvme:0x0000000000000001")),
	  N },
	{ "standard, one host through two controllers", NVME_REPORT_STANDARD,
	  HEAD("02000000", "00", "0200", "00") ENTRY("0100", "00", SHORT_1, KEY_1)
		  ENTRY("0200", "00", SHORT_1, KEY_1),
	  STATE(2, RESV_NONE, 0, IS(0xa, N, SHORT_TEXT)), N },
	{ "standard, what comes after the list is not part of it", NVME_REPORT_STANDARD,
	  HEAD("02000000", "00", "0100", "00") ENTRY("0100", "00", SHORT_1, KEY_1)
		  ENTRY("0200", "00", SHORT_1, KEY_2),
	  STATE(2, RESV_NONE, 0, IS(0xa, N, SHORT_TEXT)), N },
};

static void state_equal(const struct resv_state *state, const struct resv_state *expected)
{
	assert_int_equal(state->generation, expected->generation);
	assert_int_equal(state->type, expected->type);
	assert_true(state->key == expected->key);
	assert_int_equal(state->count, expected->count);
	for (size_t i = 0; i < expected->count; i++) {
		const struct registrant *registrant = &state->registrants[i],
					*other = &expected->registrants[i];

		assert_true(registrant->key == other->key);
		assert_int_equal(registrant->holder, other->holder);
		assert_text(registrant->nexus.initiator, other->nexus.initiator);
		assert_int_equal(registrant->nexus.target_port, 0);
		assert_int_equal(registrant->this_nexus, U);
		assert_int_equal(registrant->this_host, U);
		assert_false(registrant->own_path);
	}
}

/* The complete reply is decoded; a part of it is refused. */
static void report(void **state)
{
	const struct list_case *row = *state;
	struct arena *arena = unit_arena();
	struct resv_state read = { .generation = 7, .type = EA, .key = 7, .count = 7 };
	struct capabilities can = { .power_loss_active = U };
	size_t length, wanted = 0, whole, header = nvme_report_size(row->form, 0);
	uint8_t *reply = unit_bytes(row->reply, &length);

	assert_int_equal(nvme_report_decode(row->form, reply, length, arena, &read, &can, &wanted),
			 DECODE_OK);
	whole = wanted;
	assert_in_range(whole, header, length);
	state_equal(&read, &row->state);
	assert_int_equal(can.power_loss_active, row->power_loss);
	for (size_t part = 0; part < whole; part++) {
		uint8_t *cut = unit_copy(reply, part);

		wanted = 0;
		assert_int_equal(
			nvme_report_decode(row->form, cut, part, arena, &read, &can, &wanted),
			part < header ? DECODE_BAD : DECODE_SHORT);
		assert_int_equal(wanted, part < header ? 0 : whole);
		free(cut);
	}
	free(reply);
	arena_free(arena);
}

/* In an arena of any size: the whole state, or none. */
static void report_memory(void **state)
{
	const struct list_case *row = &lists[2];
	size_t length, wanted, fitted = 0;
	uint8_t *reply = unit_bytes(row->reply, &length);

	(void)state;
	for (size_t room = 0; room < 400; room += 16) {
		struct arena *arena = arena_new(4096);
		struct resv_state read = { 0 };
		struct capabilities can = { 0 };
		enum decode_result decoded;

		assert_non_null(arena_alloc(arena, arena->size - arena->used - room));
		decoded = nvme_report_decode(row->form, reply, length, arena, &read, &can, &wanted);
		if (decoded == DECODE_OK)
			state_equal(&read, &row->state);
		else
			assert_int_equal(decoded, DECODE_NO_MEMORY);
		fitted += decoded == DECODE_OK;
		arena_free(arena);
	}
	assert_in_range(fitted, 1, 24);
	free(reply);
}

/*
 * More than a first reading has room for, and as much as REGCTL can count; every second host is
 * registered twice.
 */
static const struct {
	const char *name;
	enum nvme_report form;
	size_t entries;
	size_t each; /* entries of each host; 0: one, and every fourth host has two */
} long_lists[] = {
	{ "63", NVME_REPORT_EXTENDED, 63 },
	{ "64", NVME_REPORT_EXTENDED, 64 },
	{ "256: the second byte of REGCTL", NVME_REPORT_EXTENDED, 256 },
	{ "1000", NVME_REPORT_EXTENDED, 1000 },
	{ "1000, standard", NVME_REPORT_STANDARD, 1000 },
	/* Of few hosts: each entry is compared with all hosts before it. */
	{ "all", NVME_REPORT_STANDARD, NVME_REPORT_ENTRIES_MAX, 64 },
};

static void many(void **state)
{
	const typeof(long_lists[0]) *row = *state;
	size_t size = nvme_report_size(row->form, row->entries), wanted;
	size_t key = row->form == NVME_REPORT_EXTENDED ? 8 : 16,
	       host = row->form == NVME_REPORT_EXTENDED ? 16 : 8;
	uint8_t *reply = calloc(1, size);
	struct arena *arena = arena_new(64 << 20);
	struct resv_state read = { 0 };
	struct capabilities can = { 0 };

	assert_non_null(reply);
	assert_non_null(arena);
	reply[5] = (uint8_t)row->entries;
	reply[6] = (uint8_t)(row->entries >> 8);
	for (size_t i = 0; i < row->entries; i++) {
		uint8_t *entry = reply + nvme_report_size(row->form, i);
		size_t number = row->each ? i / row->each + 1 : i + 1 - (i % 4 == 3);

		for (int byte = 0; byte < 3; byte++)
			entry[key + (size_t)byte] = entry[host + (size_t)byte] =
				(uint8_t)(number >> 8 * byte);
	}
	assert_int_equal(nvme_report_decode(row->form, reply, size, arena, &read, &can, &wanted),
			 DECODE_OK);
	assert_int_equal(wanted, size);
	assert_int_equal(read.count, row->each ? (row->entries + row->each - 1) / row->each
					       : row->entries - row->entries / 4);
	assert_true(read.registrants[0].key == 1);
	assert_true(read.registrants[3].key == (row->each ? 4 : 5));
	assert_int_equal(nvme_report_decode(row->form, reply, nvme_report_size(row->form, 63) - 1,
					    arena, &read, &can, &wanted),
			 DECODE_SHORT);
	assert_int_equal(wanted, size);
	free(reply);
	arena_free(arena);
}

static const struct {
	const char *name;
	enum nvme_report form;
	const char *reply;
	enum decode_result decoded;
	size_t wanted; /* 0: not checked */
} lies[] = {
	{ "one entry more than came", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("01000000", "00", "0200", "00") NVMET_1("00"), DECODE_SHORT, 64 * 3 },
	{ "65535 entries, one came", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("01000000", "00", "ffff", "00") NVMET_1("00"), DECODE_SHORT, 64 * 65536UL },
	{ "65535 entries, none came", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("01000000", "00", "ffff", "00"), DECODE_SHORT, 64 * 65536UL },
	{ "65535 entries, standard", NVME_REPORT_STANDARD, HEAD("01000000", "00", "ffff", "00"),
	  DECODE_SHORT, 24 * 65536UL },
	{ "a holder of nothing", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("01000000", "00", "0100", "00") NVMET_1("01"), DECODE_BAD, 0 },
	{ "an entry that never came", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("01000000", "00", "0200", "00")
		  NVMET_1("00") "0000000000000000000000000000000000000000000000000000000000000000"
				"0000000000000000000000000000000000000000000000000000000000000000",
	  DECODE_BAD, 0 },
	{ "two holders", NVME_REPORT_EXTENDED,
	  HEAD_EXTENDED("01000000", "01", "0200", "00") NVMET_1("01") NVMET_2("01"), DECODE_BAD,
	  0 },
};

static void report_lies(void **state)
{
	const typeof(lies[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct resv_state read = { 0 };
	struct capabilities can = { 0 };
	size_t length, wanted = 0;
	uint8_t *reply = unit_bytes(row->reply, &length);

	assert_int_equal(nvme_report_decode(row->form, reply, length, arena, &read, &can, &wanted),
			 row->decoded);
	if (row->wanted)
		assert_true(wanted == row->wanted);
	free(reply);
	arena_free(arena);
}

static const struct {
	const char *name;
	uint8_t rescap;
	enum tri capable;
	const char *types; /* a letter for each, in the order of enum resv_type */
} namespaces[] = {
	{ "nvmet", 0xfe, N, "yyyyyy" },
	{ "nvmet without reservations", 0x00, N, "nnnnnn" },
	{ "everything", 0xff, Y, "yyyyyy" },
	{ "power loss persistence alone", 0x01, Y, "nnnnnn" },
	{ "write exclusive alone", 0x02, N, "ynnnnn" },
	{ "exclusive access alone", 0x04, N, "nynnnn" },
	{ "write exclusive, registrants only", 0x08, N, "nnynnn" },
	{ "exclusive access, registrants only", 0x10, N, "nnnynn" },
	{ "write exclusive, all registrants", 0x20, N, "nnnnyn" },
	{ "exclusive access, all registrants", 0x40, N, "nnnnny" },
	{ "how keys are ignored alone", 0x80, N, "nnnnnn" },
};

static void namespace_capabilities(void **state)
{
	const typeof(namespaces[0]) *row = *state;
	/* of another device, which has what NVMe does not know */
	struct capabilities can = { .power_loss_active = U, .compatible_reserve = Y,
				    .specify_initiators = Y, .all_target_ports = Y,
				    .replace_lost = Y };
	uint8_t data[NVME_IDENTIFY_SIZE] = { [30] = 0xff, [31] = row->rescap, [32] = 0xff };

	assert_int_equal(nvme_namespace_capabilities(data, 31, &can), DECODE_BAD);
	assert_false(can.known);
	assert_int_equal(nvme_namespace_capabilities(data, 32, &can), DECODE_OK);
	can.known = false;
	assert_int_equal(nvme_namespace_capabilities(data, sizeof(data), &can), DECODE_OK);
	assert_true(can.known);
	assert_int_equal(can.power_loss_capable, row->capable);
	assert_int_equal(can.power_loss_active, U);
	for (int type = RESV_WRITE_EXCLUSIVE; type < RESV_OTHER; type++)
		assert_int_equal("uny"[can.types[type] + 1],
				 row -> types[type - RESV_WRITE_EXCLUSIVE]);
	assert_int_equal(can.rescap, row->rescap);
	assert_int_equal(can.ignore_key, row->rescap & 0x80 ? Y : N);
	assert_int_equal(can.allow_commands, CAPABILITY_NONE);
	assert_int_equal(can.types_listed, Y);
	assert_int_equal(can.compatible_reserve, N);
	assert_int_equal(can.specify_initiators, N);
	assert_int_equal(can.all_target_ports, N);
	assert_int_equal(can.replace_lost, N);
	assert_int_equal(can.oncs, CAPABILITY_UNKNOWN);
}

static const struct {
	const char *name;
	uint8_t oncs[2];
	enum tri reservations;
} controllers[] = {
	{ "nvmet", { 0x2c, 0x00 }, Y },
	{ "nvmet before 6.13", { 0x0c, 0x00 }, N },
	{ "every bit but ours", { 0xdf, 0xff }, N },
	{ "ours in the other byte", { 0x00, 0x20 }, N },
};

static void controller_reservations(void **state)
{
	const typeof(controllers[0]) *row = *state;
	struct capabilities can = { 0 };
	uint8_t data[NVME_IDENTIFY_SIZE] = {
		[519] = 0xff, [520] = row->oncs[0], [521] = row->oncs[1], [522] = 0xff
	};

	assert_int_equal(nvme_controller_reservations(data, sizeof(data)), row->reservations);
	assert_int_equal(nvme_controller_reservations(data, 522), row->reservations);
	assert_int_equal(nvme_controller_reservations(data, 521), U);
	assert_int_equal(nvme_controller_reservations(data, 0), U);
	nvme_controller_capabilities(data, sizeof(data), &can);
	assert_int_equal(can.oncs, row->oncs[0] | row->oncs[1] << 8);
	nvme_controller_capabilities(data, 522, &can);
	assert_int_equal(can.oncs, row->oncs[0] | row->oncs[1] << 8);
	nvme_controller_capabilities(data, 521, &can);
	assert_int_equal(can.oncs, CAPABILITY_UNKNOWN);
}

static const struct {
	const char *name, *id, *text;
} ids[] = {
	{ "128 bits, as nvmet answers Get Features", "0000000100112233445566778899aabb", NVME_1 },
	{ "128 bits, high ones", "ffeeddccbbaa99887766554433221100",
	  "nvme:ffeeddcc-bbaa-9988-7766-554433221100" },
	{ "128 bits, the last byte alone", "00000000000000000000000000000001",
	  "nvme:00000000-0000-0000-0000-000000000001" },
	{ "128 bits, none", "00000000000000000000000000000000", NULL },
	{ "64 bits", "0123456789abcdef", SHORT_TEXT },
	{ "64 bits, the last byte alone", "0000000000000001", "nvme:0x0100000000000000" },
	{ "64 bits, none", "0000000000000000", NULL },
};

static void host_identifier(void **state)
{
	const typeof(ids[0]) *row = *state;
	struct arena *arena = unit_arena();
	size_t length;
	uint8_t *id = unit_bytes(row->id, &length);

	assert_text(nvme_host_identifier_text(id, length, arena), row->text);
	free(id);
	arena_free(arena);
}

static const struct {
	const char *name;
	unsigned int status;
	enum answer_kind kind;
} statuses[] = {
	{ "conflict", 0x4083, ANSWER_CONFLICT },
	{ "conflict, no flags", 0x0083, ANSWER_CONFLICT },
	{ "conflict, more", 0x2083, ANSWER_CONFLICT },
	{ "unknown command", 0x4001, ANSWER_NO_COMMAND },
	{ "unknown command, more", 0x6001, ANSWER_NO_COMMAND },
	{ "invalid field", 0x4002, ANSWER_INVALID },
	{ "invalid field, may be tried again", 0x0002, ANSWER_CHECK },
	{ "invalid namespace", 0x600b, ANSWER_NO_LUN },
	{ "conflicting attributes", 0x4180, ANSWER_INVALID },
	{ "host identifier inconsistent", 0x6018, ANSWER_CHECK },
	{ "internal error", 0x0006, ANSWER_TRANSIENT },
	{ "of another type, with the number of a conflict", 0x4183, ANSWER_CHECK },
	{ "path: internal error", 0x0300, ANSWER_TRANSIENT },
	{ "path: asymmetric access persistent loss, final", 0x4301, ANSWER_PATH },
	{ "path: host", 0x0370, ANSWER_TRANSIENT },
	{ "path: asymmetric access transition", 0x0303, ANSWER_TRANSIENT },
	{ "command interrupted", 0x0021, ANSWER_TRANSIENT },
	{ "internal error, final", 0x4006, ANSWER_CHECK },
	{ "path: host aborted, final", 0x4371, ANSWER_PATH },
	/* Without Do Not Retry and More, the kernel may have made it up. */
	{ "unknown command, no flags", 0x0001, ANSWER_CHECK },
	{ "unknown command, More alone", 0x2001, ANSWER_NO_COMMAND },
	{ "invalid namespace, may be tried again", 0x000b, ANSWER_CHECK },
	{ "invalid field, more", 0x6002, ANSWER_INVALID },
	{ "conflicting attributes, may be tried again", 0x0180, ANSWER_CHECK },
	{ "host identifier inconsistent, may be tried again", 0x0018, ANSWER_CHECK },
	{ "a vendor's, final", 0x47c0, ANSWER_CHECK },
	{ "a medium's, final", 0x4281, ANSWER_CHECK },
};

/* As a passthrough returns it: the controller's own words. */
static const struct {
	const char *name;
	unsigned int status;
	enum answer_kind kind;
} raw_statuses[] = {
	{ "conflict", 0x0083, ANSWER_CONFLICT },
	{ "unknown command", 0x0001, ANSWER_NO_COMMAND },
	{ "invalid field", 0x0002, ANSWER_INVALID },
	{ "invalid namespace", 0x000b, ANSWER_NO_LUN },
	{ "conflicting attributes", 0x0180, ANSWER_INVALID },
	{ "host identifier inconsistent", 0x0018, ANSWER_CHECK },
	{ "internal error", 0x0006, ANSWER_TRANSIENT },
	{ "internal error, final", 0x4006, ANSWER_CHECK },
	{ "path", 0x0300, ANSWER_TRANSIENT },
	{ "path, final", 0x4301, ANSWER_PATH },
};

static void raw_status(void **state)
{
	const typeof(raw_statuses[0]) *row = *state;

	assert_int_equal(nvme_raw_status_kind(row->status), row->kind);
}

/* By the bytes between the headers of both forms, as far as they were received. */
static void is_extended(void **state)
{
	uint8_t reply[65] = { 0 };

	(void)state;
	memset(reply, 1, 24);
	reply[64] = 1;
	assert_true(nvme_report_is_extended(reply, sizeof(reply)));
	reply[63] = 1;
	assert_false(nvme_report_is_extended(reply, sizeof(reply)));
	assert_false(nvme_report_is_extended(reply, 64));
	assert_true(nvme_report_is_extended(reply, 63));
	reply[24] = 1;
	assert_false(nvme_report_is_extended(reply, 25));
	assert_true(nvme_report_is_extended(reply, 24));
}

static void status(void **state)
{
	const typeof(statuses[0]) *row = *state;

	assert_int_equal(nvme_status_kind(row->status), row->kind);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, report, lists);
	UNIT_TEST(&unit, report_memory);
	UNIT_TABLE(&unit, many, long_lists);
	UNIT_TABLE(&unit, report_lies, lies);
	UNIT_TABLE(&unit, namespace_capabilities, namespaces);
	UNIT_TABLE(&unit, controller_reservations, controllers);
	UNIT_TABLE(&unit, host_identifier, ids);
	UNIT_TABLE(&unit, status, statuses);
	UNIT_TABLE(&unit, raw_status, raw_statuses);
	UNIT_TEST(&unit, is_extended);
	return unit_run(&unit, "nvme_format");
}
