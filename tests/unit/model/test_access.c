// SPDX-License-Identifier: GPL-2.0-or-later
/* What a host may do: SPC-4 table 66 and NVM Express Base 2.0c figure 84, row by row. */
#include "model/access.h"
#include "unit.h"

#include "states.h"

#define RW ACCESS_WRITE
#define RO ACCESS_READ
#define NO ACCESS_NOTHING
#define UN ACCESS_UNKNOWN

/* For each type: the holder, another registrant, another host, and what is unknown about them. */
static const struct {
	const char *name;
	enum resv_type type;
	enum access_right holder, registrant, other;
	enum access_right maybe_holder, maybe_registrant, maybe_both;
} types[] = {
	{ "nothing reserved", RESV_NONE, RW, RW, RW, RW, RW, RW },
	{ "write exclusive", WE, RW, RO, RO, UN, RO, UN },
	{ "exclusive access", EA, RW, NO, NO, UN, NO, UN },
	{ "write exclusive, registrants only", WERO, RW, RW, RO, RW, UN, UN },
	{ "exclusive access, registrants only", EARO, RW, RW, NO, RW, UN, UN },
	{ "write exclusive, all registrants", WEAR, RW, RW, RO, RW, UN, UN },
	{ "exclusive access, all registrants", EAAR, RW, RW, NO, RW, UN, UN },
	{ "another type", RESV_OTHER, UN, UN, UN, UN, UN, UN },
};

static void rights(void **state)
{
	const typeof(types[0]) *row = *state;

	assert_int_equal(access_right(row->type, Y, Y), row->holder);
	assert_int_equal(access_right(row->type, Y, N), row->registrant);
	assert_int_equal(access_right(row->type, N, N), row->other);
	assert_int_equal(access_right(row->type, Y, U), row->maybe_holder);
	assert_int_equal(access_right(row->type, U, N), row->maybe_registrant);
	assert_int_equal(access_right(row->type, U, U), row->maybe_both);
}

#define NVME "nvme:00000002-0011-2233-4455-66778899aabb"
#define NVME_OTHER "nvme:00000003-0011-2233-4455-66778899aabb"
#define NVME_HOST(key, holder) { key, holder, { NVME, TARGET_PORT_NONE }, N, N, false }
#define NVME_THIRD(key, holder) { key, holder, { NVME_OTHER, TARGET_PORT_NONE }, N, N, false }

static struct host_choice host_2 = { .text = HOST_2, .initiators = { HOST_2 }, .count = 1 },
			  nvme_2 = { .text = NVME, .initiators = { NVME }, .count = 1 },
			  nqn_2 = { .text = "nqn", .initiators = { NVME }, .count = 1,
				    .derived = true },
			  node_2 = { .text = "node2", .key = 0xb, .initiators = { HOST_2 },
				     .count = 1 },
			  unseen = { .text = "node9", .key = 0x9 },
			  two = { .text = "node2", .key = 0xb,
				  .initiators = { HOST_2, HOST_3 }, .count = 2,
				  .namesakes = { HOST_2, HOST_3 } };

static struct name name_list[] = { { 0xb, "node2" }, { 0x9, "node9" } };
static const struct key_names names = { .list = name_list, .count = 2 };

static const struct {
	const char *name;
	const struct host_choice *host;
	struct resv_state state;
	enum access_right right;
	enum tri registered, holds;
	const char *text;
} hosts[] = {
	{ "SCSI: holds", &host_2, STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y)), RW, Y, Y,
	  "may read and write: write-exclusive, which it holds; registered with 0xb" },
	{ "SCSI: registered", &host_2, STATE(1, EA, 0xa, OWN(0xa, Y), OTHER(0xb, N)), NO, Y, N,
	  "may neither read nor write: exclusive-access; registered with 0xb" },
	{ "SCSI: not registered", &host_2, STATE(1, WERO, 0xa, OWN(0xa, Y)), RO, N, N,
	  "may read, and not write: write-exclusive-reg-only; not registered" },
	{ "SCSI: one of its paths holds", &host_2,
	  STATE(1, WE, 0xb, OTHER(0xc, N), OTHER(0xb, Y)), RW, Y, Y,
	  "may read and write: write-exclusive, which it holds; registered with 0xc" },
	{ "SCSI: nothing is there", &host_2, EMPTY(1), RW, N, N,
	  "may read and write: nothing is reserved; not registered" },
	{ "SCSI: the list names no hosts", &host_2, STATE(1, WERO, 0xb, ANY(0xb, Y)), UN, U, U,
	  "it is unknown what it may do: write-exclusive-reg-only; it is unknown whether it is "
	  "registered" },
	{ "SCSI: not read", &host_2, UNREAD, UN, U, U, "it is unknown what it may do" },
	{ "SCSI: by its key", &node_2, STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), RW, Y, N,
	  "may read and write: write-exclusive-reg-only; registered with 0xb" },
	{ "SCSI: by a key that no LUN lists, named hosts alone", &unseen,
	  STATE(1, EARO, 0xb, OTHER(0xb, Y)), NO, N, N,
	  "may neither read nor write: exclusive-access-reg-only; not registered" },
	{ "SCSI: by a key that no LUN lists, and an unnamed host", &unseen,
	  STATE(1, EARO, 0xc, OTHER(0xc, Y)), UN, U, U,
	  "it is unknown what it may do: exclusive-access-reg-only; it is unknown whether it is "
	  "registered" },
	{ "SCSI: not listed, and neither is the holder", &host_2, STATE(1, WERO, 0xb, OWN(0xa, N)),
	  UN, U, U,
	  "it is unknown what it may do: write-exclusive-reg-only; it is unknown whether it is "
	  "registered" },
	{ "NVMe: listed, and any may be the holder", &nvme_2,
	  STATE(1, WE, 0, NVME_THIRD(0xa, U), NVME_HOST(0xb, U)), UN, Y, U,
	  "it is unknown what it may do: write-exclusive; registered with 0xb" },
	{ "SCSI: a name of two hosts", &two, STATE(1, WERO, 0xb, OTHER(0xb, Y)), UN, U, U,
	  "it is unknown what it may do: write-exclusive-reg-only; it is unknown whether it is "
	  "registered" },
	{ "NVMe: holds", &nvme_2, STATE(1, EA, 0xb, NVME_HOST(0xb, Y)), RW, Y, Y,
	  "may read and write: exclusive-access, which it holds; registered with 0xb" },
	{ "NVMe: registered", &nvme_2, STATE(1, WE, 0xa, NVME_THIRD(0xa, Y), NVME_HOST(0xb, N)),
	  RO, Y, N, "may read, and not write: write-exclusive; registered with 0xb" },
	{ "NVMe: all registrants", &nvme_2,
	  STATE(1, EAAR, 0, NVME_THIRD(0xa, Y), NVME_HOST(0xb, Y)), RW, Y, Y,
	  "may read and write: exclusive-access-all-regs, which it holds; registered with 0xb" },
	{ "NVMe: not registered", &nvme_2, STATE(1, EARO, 0xa, NVME_THIRD(0xa, Y)), NO, N, N,
	  "may neither read nor write: exclusive-access-reg-only; not registered" },
	{ "NVMe: an NQN, registered", &nqn_2, STATE(1, EARO, 0xb, NVME_HOST(0xb, Y)), RW, Y, Y,
	  "may read and write: exclusive-access-reg-only, which it holds; registered with 0xb" },
	{ "NVMe: an NQN, perhaps registered by another identifier", &nqn_2,
	  STATE(1, EARO, 0xa, NVME_THIRD(0xa, Y)), UN, U, U,
	  "it is unknown what it may do: exclusive-access-reg-only; it is unknown whether it is "
	  "registered" },
};

static void host_rights(void **state)
{
	const typeof(hosts[0]) *row = *state;
	const struct access access = access_of(row->host, &row->state, &names);
	struct arena *arena = unit_arena();

	if (access.registered != TRI_YES)
		assert_int_equal(access.key, 0);
	assert_int_equal(access.right, row->right);
	assert_int_equal(access.registered, row->registered);
	assert_int_equal(access.holds, row->holds);
	assert_string_equal(access_text(arena, &access, &row->state), row->text);
	arena_free(arena);
}

/* The words of --json; what is unknown has none. */
static void words(void **state)
{
	(void)state;
	assert_string_equal(access_word(RW), "write");
	assert_string_equal(access_word(RO), "read");
	assert_string_equal(access_word(NO), "nothing");
	assert_null(access_word(UN));
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, rights, types);
	UNIT_TABLE(&unit, host_rights, hosts);
	UNIT_TEST(&unit, words);
	return unit_run(&unit, "access");
}
