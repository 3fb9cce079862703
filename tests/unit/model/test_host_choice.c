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
	{ "g0112233-4455-6677-8899-aabbccddeeff", { NULL }, 0, false, true },
	{ "00112233-4455-6677-8899-aabbccddeefg", { NULL }, 0, false, true },
	{ "001122330-455-6677-8899-aabbccddeeff", { NULL }, 0, false, true },
	{ "0x210000112233445", { NULL }, 0, false, true },
	{ "0x21000011223344550", { NULL }, 0, false, true },
	{ "0x210000112233445g", { NULL }, 0, false, true },
	{ "002100001122334455", { NULL }, 0, false, true },
	{ "a name of 18 bytes", { NULL }, 0, false, true },
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

/* Without a file of names that can be relied on, a name that it lacks may be a host's. */
static void doubts(void **state)
{
	static char doubt[] = "the file is damaged";
	static const struct key_names doubted = { .list = names_list,
						  .count = 2,
						  .ignored = doubt };
	struct host_choice choice;

	(void)state;
	assert_ptr_equal(host_choice_parse("node9", &doubted, &choice), doubt);
	assert_null(host_choice_parse("node2", &doubted, &choice));
	assert_non_null(host_choice_parse("node9", NULL, &choice));
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
	if (row->two_hosts) {
		assert_string_equal(choice.namesakes[0], row->initiators[0]);
		assert_string_equal(choice.namesakes[1], row->initiators[1]);
	}
	arena_free(results.arena);
}

/* Of a host with more ports than are kept, the first ones count. */
static void finds_many(void **state)
{
	struct host_choice choice = { .text = "node2", .key = 0xb };
	struct results results = { .arena = unit_arena(), .end = &results.first };
	struct registrant ports[HOST_CHOICE_MAX + 2] = { 0 };
	struct result *result = result_add(&results, "/dev/sda");

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ports); i++)
		ports[i] = (struct registrant)LISTED(
			0xb, N, arena_printf(results.arena, "fc:0x%zu", i), 1);
	result->state = (struct resv_state){ .source = SOURCE_FULL_STATUS, .registrants = ports,
					     .count = COUNT_OF(ports) };
	host_choice_find(&choice, &results);
	assert_int_equal(choice.count, HOST_CHOICE_MAX);
	assert_string_equal(choice.initiators[HOST_CHOICE_MAX - 1], "fc:0x31");
	assert_null(choice.namesakes[0]);
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

/* Whether a host is there, in a list without room after its end. */
static const struct {
	const char *name;
	struct registrant registrants[2];
	size_t count;
	enum tri registered;
} lists[] = {
	{ "nobody", { { 0 } }, 0, N },
	{ "the host", { OTHER(0xb, N), THIRD(0xc, N) }, 2, Y },
	{ "the host, listed last", { THIRD(0xc, N), OTHER(0xb, N) }, 2, Y },
	{ "others", { OWN(0xa, N), THIRD(0xc, N) }, 2, N },
	{ "the host, and one without a name", { ANY(0xc, N), OTHER(0xb, N) }, 2, Y },
	{ "one without a name, and another one", { ANY(0xc, N), THIRD(0xd, N) }, 2, U },
	{ "another one, and one without a name", { THIRD(0xd, N), ANY(0xc, N) }, 2, U },
};

static void registered(void **state)
{
	static const struct host_choice host = { .initiators = { HOST_2 }, .count = 1 };
	const typeof(lists[0]) *row = *state;
	size_t size = row->count * sizeof(row->registrants[0]);
	struct resv_state list = { .source = SOURCE_FULL_STATUS, .count = row->count,
				   .registrants = malloc(size) };

	if (size)
		memcpy(list.registrants, row->registrants, size);
	assert_int_equal(host_choice_registered(&host, &list), row->registered);
	free(list.registrants);
}

/* Whether the name of a key is that of two hosts, of which a registrant is one. */
static const struct {
	const char *name;
	struct host_choice choice;
	struct registrant registrant;
	const char *namesake;
} namesakes[] = {
	{ "the host itself", { .key = 0xb, .initiators = { HOST_2 }, .count = 1 }, OTHER(0xb, N),
	  NULL },
	{ "another host", { .key = 0xb, .initiators = { HOST_2 }, .count = 1 }, THIRD(0xb, N),
	  HOST_2 },
	{ "another host than the second one",
	  { .key = 0xb, .initiators = { "fc:0x2100001122334455", HOST_2 }, .count = 2 },
	  THIRD(0xb, N), HOST_2 },
	{ "another host with another key", { .key = 0xb, .initiators = { HOST_2 }, .count = 1 },
	  THIRD(0xc, N), NULL },
	{ "a host that was not given by the name of a key",
	  { .initiators = { HOST_2 }, .count = 1 }, THIRD(0, N), NULL },
	{ "a host without a name", { .key = 0xb, .initiators = { HOST_2 }, .count = 1 },
	  ANY(0xb, N), NULL },
	{ "a name that no LUN lists", { .key = 0xb, .initiators = { HOST_2 } }, THIRD(0xb, N),
	  NULL },
};

static void namesake(void **state)
{
	const typeof(namesakes[0]) *row = *state;
	const char *other = host_choice_namesake(&row->choice, &row->registrant);

	assert_int_equal(other != NULL, row->namesake != NULL);
	if (other)
		assert_string_equal(other, row->namesake);
}

/* A name that no LUN lists may be that of a host whose key has no name. */
static const struct {
	const char *name;
	struct host_choice choice;
	struct registrant registrant;
	bool no_file;
	enum tri is;
} among[] = {
	{ "a key without a name", { .key = 0xe }, OTHER(0xd, N), false, U },
	{ "a key with a name", { .key = 0xe }, OTHER(0xb, N), false, N },
	{ "no file of names", { .key = 0xe }, OTHER(0xb, N), true, U },
	{ "the key itself", { .key = 0xe }, OTHER(0xe, N), false, Y },
	{ "a path of this host", { .key = 0xe }, OWN_2(0xd, N), false, N },
	{ "a path of this map, whose host is not known", { .key = 0xe },
	  { 0xd, N, { HOST_3, 1 }, N, U, true }, false, N },
	{ "a name that is listed", { .key = 0xe, .initiators = { HOST_2 }, .count = 1 },
	  THIRD(0xd, N), false, N },
	{ "an initiator", { .initiators = { HOST_2 }, .count = 1 }, THIRD(0xd, N), false, N },
	{ "nobody", { .count = 0 }, THIRD(0xd, N), false, N },
};

static void is_among(void **state)
{
	const typeof(among[0]) *row = *state;

	assert_int_equal(host_choice_among(&row->choice, &row->registrant,
					   row->no_file ? NULL : &names), row->is);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, parses, texts);
	UNIT_TABLE(&unit, finds, found);
	UNIT_TEST(&unit, doubts);
	UNIT_TEST(&unit, finds_many);
	UNIT_TABLE(&unit, compares, pairs);
	UNIT_TABLE(&unit, registered, lists);
	UNIT_TABLE(&unit, namesake, namesakes);
	UNIT_TABLE(&unit, is_among, among);
	return unit_run(&unit, "host_choice");
}
