// SPDX-License-Identifier: GPL-2.0-or-later
/* Which host a user means, and which registrants are that host. */
#include "model/host_choice.h"
#include "unit.h"

#include "states.h"

#define UUID "00112233-4455-6677-8899-AABBccddeeff"

static struct name names_list[] = { { 0xb, "node2" }, { 0xc, "iqn.node3" } };
static const struct key_names names = { .list = names_list, .count = 2 };

static const struct {
	const char *text;
	const char *initiators[3];
	uint64_t key;
	bool derived, wrong;
} texts[] = {
	{ "node2", { NULL }, 0xb, false, false },
	{ "iqn.node3", { NULL }, 0xc, false, false },
	{ HOST_2, { HOST_2 }, 0, false, false },
	{ HOST_2 SESSION_1, { HOST_2 }, 0, false, false },
	{ "IQN.2026-01.lab:x", { "IQN.2026-01.lab:x" }, 0, false, false },
	{ "eui.0123456789abcdef", { "eui.0123456789abcdef" }, 0, false, false },
	{ "iscsi:fc:0x1", { "iscsi:fc:0x1" }, 0, false, false },
	{ "fc:0x2100001122334455", { "fc:0x2100001122334455" }, 0, false, false },
	{ "nvme:" UUID, { "nvme:" UUID }, 0, false, false },
	{ UUID, { "nvme:" UUID }, 0, false, false },
	{ "nqn.2014-08.org.nvmexpress:uuid:" UUID, { "nvme:" UUID }, 0, true, false },
	{ "0x2100001122334455",
	  { "fc:0x2100001122334455", "sas:0x2100001122334455", "nvme:0x2100001122334455" }, 0,
	  false, false },
	{ "nqn.2026-01.lab:host-2", { NULL }, 0, false, true },
	{ "nqn.2014-08.org.nvmexpress:uuid:" UUID "0", { NULL }, 0, false, true },
	{ "node9", { NULL }, 0, false, true },
	{ "0xb", { NULL }, 0, false, true },
	{ "iqn.", { NULL }, 0, false, true },
	{ "", { NULL }, 0, false, true },
	{ "00112233-4455-6677-8899-aabbccddeef", { NULL }, 0, false, true },
};

static void parses(void **state)
{
	const typeof(texts[0]) *row = *state;
	struct host_choice choice;
	const char *wrong = host_choice_parse(row->text, &names, &choice);

	assert_int_equal(wrong != NULL, row->wrong);
	if (wrong)
		return;
	assert_int_equal(choice.key, row->key);
	assert_int_equal(choice.derived, row->derived);
	for (size_t i = 0; i < 3; i++)
		if (row->initiators[i])
			assert_string_equal(choice.initiators[i], row->initiators[i]);
		else
			assert_true(choice.count <= i);
	for (size_t i = 0; i < choice.count; i++)
		free((void *)choice.initiators[i]);
}

#define NVME "nvme:00000001-0011-2233-4455-66778899aabb"
#define NVME_OTHER "nvme:00000002-0011-2233-4455-66778899aabb"

/* Which initiators a name means, after its key was found on some LUNs. */
static const struct {
	const char *name;
	struct resv_state luns[2];
	const char *remembered;
	const char *initiators[2];
	bool two_hosts;
} found[] = {
	{ "on one LUN", { STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), EMPTY(1) }, NULL,
	  { HOST_2 }, false },
	{ "on both", { STATE(1, WERO, 0xb, OTHER(0xb, Y)), STATE(1, WERO, 0xb, OTHER(0xb, Y)) },
	  NULL, { HOST_2 }, false },
	{ "of another host there",
	  { STATE(1, WERO, 0xb, OTHER(0xb, Y)), STATE(1, WERO, 0xb, THIRD(0xb, Y)) }, NULL,
	  { HOST_2, HOST_3 }, true },
	{ "by two ports, which may be one host's",
	  { STATE(1, WERO, 0xb, LISTED(0xb, Y, "fc:0x2100001122334455", 1),
		  LISTED(0xb, N, "fc:0x2100001122334456", 1)), EMPTY(1) },
	  NULL, { "fc:0x2100001122334455", "fc:0x2100001122334456" }, false },
	{ "on SCSI and on NVMe",
	  { STATE(1, WERO, 0xb, OTHER(0xb, Y)), STATE(1, WERO, 0xb, LISTED(0xb, Y, NVME, 0)) },
	  NULL, { HOST_2, NVME }, false },
	{ "on NVMe, of two hosts",
	  { STATE(1, WERO, 0xb, LISTED(0xb, Y, NVME, 0)),
	    STATE(1, WERO, 0xb, LISTED(0xb, Y, NVME_OTHER, 0)) },
	  NULL, { NVME, NVME_OTHER }, true },
	{ "nowhere", { EMPTY(1), EMPTY(1) }, NULL, { NULL }, false },
	{ "nowhere, but it was once", { EMPTY(1), EMPTY(1) }, HOST_3, { HOST_3 }, false },
	{ "what is listed is newer", { STATE(1, WERO, 0xb, OTHER(0xb, Y)), EMPTY(1) }, HOST_3,
	  { HOST_2 }, false },
};

static void finds(void **state)
{
	const typeof(found[0]) *row = *state;
	struct host_choice choice = { .text = "node2", .key = 0xb };
	struct results results = { .arena = unit_arena(), .end = &results.first };
	const char *hosts[] = { row->remembered };

	for (size_t i = 0; i < 2; i++) {
		struct result *result = result_add(&results, "/dev/sda");

		result->state = row->luns[i];
		result->victim.hosts = hosts;
		result->victim.host_count = row->remembered != NULL;
	}
	host_choice_find(&choice, &results);
	for (size_t i = 0; i < 2; i++)
		if (row->initiators[i])
			assert_string_equal(choice.initiators[i], row->initiators[i]);
		else
			assert_true(choice.count <= i);
	assert_int_equal(choice.namesakes[0] != NULL, row->two_hosts);
	arena_free(results.arena);
}

static const struct {
	const char *name;
	struct host_choice choice;
	struct registrant registrant;
	enum tri is;
} pairs[] = {
	{ "the host", { .initiators = { HOST_2 }, .count = 1 }, OTHER(0xb, N), Y },
	{ "another host", { .initiators = { HOST_2 }, .count = 1 }, THIRD(0xb, N), N },
	{ "a host without a name", { .initiators = { HOST_2 }, .count = 1 }, ANY(0xb, N), U },
	{ "upper and lower case", { .initiators = { "iqn.2026-01.LAB:host-2" }, .count = 1 },
	  OTHER(0xb, N), U },
	{ "one of two initiators", { .initiators = { HOST_3, HOST_2 }, .count = 2 },
	  OTHER(0xb, N), Y },
	{ "by its key", { .key = 0xb }, ANY(0xb, N), Y },
	{ "by its initiator, with another key",
	  { .key = 0xb, .initiators = { HOST_2 }, .count = 1 }, OTHER(0xc, N), Y },
	{ "neither", { .key = 0xb, .initiators = { HOST_2 }, .count = 1 }, THIRD(0xc, N), N },
	{ "NVMe, digits in either case",
	  { .initiators = { "nvme:00000001-0011-2233-4455-66778899AABB" }, .count = 1 },
	  LISTED(0xb, N, NVME, 0), Y },
	{ "NVMe, a short identifier", { .initiators = { "nvme:0x0123456789abcdef" }, .count = 1 },
	  LISTED(0xb, N, NVME, 0), U },
};

static void compares(void **state)
{
	const typeof(pairs[0]) *row = *state;

	assert_int_equal(host_choice_is(&row->choice, &row->registrant), row->is);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, parses, texts);
	UNIT_TABLE(&unit, finds, found);
	UNIT_TABLE(&unit, compares, pairs);
	return unit_run(&unit, "host_choice");
}
