// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which registrants a fence may leave: node1 is this host with 0xa, and fences node2, 0xb, on two
 * LUNs.
 */
#include "unit.h"

#include "fence/hosts.h"
#include "states.h"

static struct name list[] = { { 0xa, "node1" }, { 0xb, "node2" }, { 0xc, "node3" } };
static char cannot_read[] = "it cannot be read";
static const struct key_names names = { .list = list, .count = 3 }, no_names = { 0 },
			      unread = { .ignored = cannot_read };

#define PORT_1 "fc:21000024ff000001"
#define PORT_2 "fc:21000024ff000002"
#define FC(key, name) { key, N, { name, 1 }, N, N, false }
#define REMEMBERED .remembered = HOST_2

/* The first LUN after the fence, and both LUNs before. */
static const struct {
	const char *name;
	struct resv_state left, before, other;
	const char *remembered; /* a host that had 0xb in an earlier run */
	bool unnamed;
	enum hosts_identity worst;
	const char *why; /* a part of the last clause */
	size_t paths; /* of the map; 0: a disk */
	/* no file of names; one that cannot be read; this node's key is unknown */
	bool no_file, unread, keyless;
	/* the ports by which this node has registered since it was started, and NULL */
	const char *own_ports[3];
} cases[] = {
	{ "this node alone", STATE(2, WERO, 0xa, OWN(0xa, Y)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), EMPTY(1),
	  .worst = HOSTS_KNOWN },
	{ "other paths of this node", STATE(2, WERO, 0xa, OWN(0xa, Y), OWN_2(0xa, N),
	  BESIDE(0xa1, N)), UNREAD, UNREAD,
	  .worst = HOSTS_KNOWN },
	{ "another node", STATE(2, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)), UNREAD, UNREAD,
	  .worst = HOSTS_KNOWN },
	{ "several ports of another node", STATE(2, WERO, 0xa, OWN(0xa, Y), FC(0xc, PORT_1),
	  FC(0xc, PORT_2)), UNREAD, UNREAD,
	  .worst = HOSTS_KNOWN },
	{ "several sessions of another node", STATE(2, WERO, 0xa, OWN(0xa, Y),
	  LISTED(0xc, N, HOST_3 SESSION_1, 1),
	  LISTED(0xc, N, HOST_3 SESSION_2, 1)), UNREAD, UNREAD, .worst = HOSTS_KNOWN },
	{ "this node's key on another host", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xa, N)),
	  UNREAD, UNREAD,
	  .worst = HOSTS_UNKNOWN,
	  .why = "0xa (node1), this node's key, is also the key of " HOST_2 },
	{ "this node's key on a port of its adapter that has gone", STATE(2, WERO, 0xa,
	  OWN(0xa, Y), FC(0xa, PORT_2)), UNREAD, UNREAD, .worst = HOSTS_KNOWN,
	  .own_ports = { PORT_1, PORT_2 } },
	{ "this node's key on a port that it never had", STATE(2, WERO, 0xa, OWN(0xa, Y),
	  FC(0xa, PORT_2)), UNREAD, UNREAD, .worst = HOSTS_UNKNOWN,
	  .why = "0xa (node1), this node's key, is also the key of " PORT_2,
	  .own_ports = { PORT_1 } },
	{ "nobody's key on a port of this node's adapter that has gone", STATE(2, WERO, 0xa,
	  OWN(0xa, Y), FC(0xd, PORT_2)), UNREAD, UNREAD, .worst = HOSTS_UNKNOWN,
	  .why = PORT_2 " is registered with 0xd, which", .own_ports = { PORT_1, PORT_2 } },
	{ "nobody's key", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N)), UNREAD, UNREAD,
	  .worst = HOSTS_UNKNOWN,
	  .why = HOST_2 " is registered with 0xd, which" },
	{ "no key", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0, N)), UNREAD, UNREAD,
	  .worst = HOSTS_UNKNOWN,
	  .why = "registered with 0x0, which" },
	{ "another key of the victim's host", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), EMPTY(1), .worst = HOSTS_UNKNOWN,
	  .why = HOST_2 ", which had 0xb (node2), is still registered with 0xd" },
	{ "another node's key on the victim's host, as another LUN shows",
	  STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)), STATE(1, WERO, 0xa, OWN(0xa, Y),
	  OTHER(0xb, N)),
	  .worst = HOSTS_UNKNOWN,
	  .why = HOST_2 ", which had 0xb (node2), is still registered with 0xc (node3)" },
	{ "another node's key on the victim's host, as an earlier run has seen",
	  STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)),
	  EMPTY(1), EMPTY(1), REMEMBERED, .worst = HOSTS_UNKNOWN,
	  .why = HOST_2 ", which had 0xb (node2)" },
	{ "an earlier run has seen another host, with a name as long",
	  STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)),
	  EMPTY(1), EMPTY(1), .remembered = HOST_3, .worst = HOSTS_KNOWN },
	{ "what is listed now is newer than that", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)),
	  STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N), THIRD(0xb, N)), EMPTY(1), REMEMBERED,
	  .worst = HOSTS_KNOWN },
	{ "one key on two hosts", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N), THIRD(0xc, N)),
	  UNREAD, UNREAD,
	  .worst = HOSTS_UNKNOWN,
	  .why = "0xc (node3) is the key of two hosts, " HOST_3 " and " HOST_2 },
	{ "one key on two hosts, each on a LUN", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)),
	  UNREAD,
	  STATE(2, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)), .worst = HOSTS_UNKNOWN,
	  .why = "is the key of two hosts" },
	{ "one key on two hosts, each on a LUN; it is listed first there",
	  STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)), UNREAD,
	  STATE(2, WERO, 0xa, THIRD(0xc, N), OWN(0xa, Y)), .worst = HOSTS_UNKNOWN,
	  .why = "is the key of two hosts" },
	{ "one key on a LUN and on a namespace, where hosts have names of another kind",
	  STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)), UNREAD,
	  STATE(2, WERO, 0xa, OWN(0xa, Y),
	  LISTED(0xc, N, "nvme:00000002-0011-2233-4455-66778899aabb", 1)),
	  .worst = HOSTS_KNOWN },
	{ "one key on two hosts whose names differ in case alone, as they may be to LIO",
	  STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N),
	  LISTED(0xc, N, "iqn.2026-01.lab:HOST-2" SESSION_1, 1)), UNREAD, UNREAD,
	  .worst = HOSTS_UNKNOWN, .why = "is the key of two hosts" },
	{ "a host whose name differs from this one's in case alone",
	  STATE(2, WERO, 0xa, OWN(0xa, Y),
	  LISTED(0xd, N, "iqn.2026-01.lab:HOST-1" SESSION_2, 1)), UNREAD, UNREAD,
	  .worst = HOSTS_UNKNOWN, .why = "does not name, and can write" },
	{ "a list of keys alone", STATE(2, WERO, 0xa, ANY(0xa, Y), ANY(0xc, N)), UNREAD, UNREAD,
	  .worst = HOSTS_KNOWN },
	{ "a list of keys alone, with nobody's", STATE(2, WERO, 0xa, ANY(0xa, Y), ANY(0xd, N)),
	  UNREAD, UNREAD,
	  .worst = HOSTS_UNKNOWN, .why = "an unnamed host is registered with 0xd" },
	{ "a list of keys alone, with this node's twice", STATE(2, WERO, 0xa, ANY(0xa, Y),
	  ANY(0xa, N)), UNREAD, UNREAD,
	  .worst = HOSTS_UNKNOWN, .why = "more registrations than this node has paths" },
	{ "a list of keys alone, with this node's twice, for two paths",
	  STATE(2, WERO, 0xa, ANY(0xa, Y), ANY(0xa, N)), UNREAD, UNREAD, .paths = 2,
	  .worst = HOSTS_KNOWN },
	{ "a list of keys alone, with this node's three times, for two paths",
	  STATE(2, WERO, 0xa, ANY(0xa, Y), ANY(0xa, N), ANY(0xa, N)), UNREAD, UNREAD, .paths = 2,
	  .worst = HOSTS_UNKNOWN, .why = "more registrations than this node has paths" },
	{ "a list of keys alone, with other nodes' keys, too", STATE(2, WERO, 0xa, ANY(0xa, Y),
	  ANY(0xc, N)), UNREAD, UNREAD, .worst = HOSTS_KNOWN },
	{ "an earlier run has seen a host whose name begins like this one's",
	  STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)), EMPTY(1), EMPTY(1),
	  .remembered = HOST_2 "0", .worst = HOSTS_KNOWN },
	{ "one key under identifiers of two sizes, which may be one host's",
	  STATE(2, WERO, 0xa, OWN(0xa, Y), LISTED(0xc, N, "nvme:0x0123456789abcdef", 1),
		LISTED(0xc, N, "nvme:00000002-0011-2233-4455-66778899aabb", 1)), UNREAD, UNREAD,
	  .worst = HOSTS_KNOWN },
	{ "another node's key on a path of this node, too",
	  STATE(2, WERO, 0xa, OWN(0xa, Y), OWN_2(0xc, N), THIRD(0xc, N)), UNREAD, UNREAD,
	  .worst = HOSTS_KNOWN },
	{ "this node's key is unknown, and a host has none",
	  STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0, N)), UNREAD, UNREAD, .keyless = true,
	  .worst = HOSTS_UNKNOWN, .why = "registered with 0x0, which" },
	{ "no file of names", STATE(2, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)), UNREAD, UNREAD,
	  .no_file = true, .worst = HOSTS_NO_NAMES, .why = " is registered with 0xc, and" },
	{ "a file of names that cannot be read: another host",
	  STATE(2, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)), UNREAD, UNREAD,
	  .unread = true, .worst = HOSTS_UNKNOWN, .why = " is registered with 0xc, and" },
	{ "a file of names that cannot be read: this node alone", STATE(1, WERO, 0xa, OWN(0xa, Y)),
	  UNREAD, UNREAD, .unread = true, .worst = HOSTS_KNOWN },
	{ "no names: another host", STATE(2, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)), UNREAD,
	  UNREAD, NULL, true,
	  HOSTS_NO_NAMES, HOST_3 " is registered with 0xc, and" },
	{ "no names: this node's key", STATE(2, WERO, 0xa, OWN(0xa, Y), THIRD(0xa, N)), UNREAD,
	  UNREAD, NULL, true,
	  HOSTS_UNKNOWN, "this node's key, is also the key of " HOST_3 },
	{ "no names: the victim's host", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), EMPTY(1), NULL, true, HOSTS_UNKNOWN,
	  "which had 0xb" },
};

static void left(void **state)
{
	const typeof(cases[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct results results = { .arena = arena, .end = &results.first };
	const struct fence fence = { .key = row->keyless ? 0 : 0xa, .plug = 0xb,
				     .names = row->no_file   ? NULL
					      : row->unread  ? &unread
					      : row->unnamed ? &no_names
							     : &names };
	const struct hosts hosts = { .fence = &fence, .lists = { &results } };
	struct result *one = result_add(&results, "/dev/a"), *two = result_add(&results, "/dev/b");
	enum hosts_identity worst = HOSTS_KNOWN;
	const char *why, *last = NULL;

	arena->names = fence.names;
	one->state = row->left;
	one->before = row->before;
	one->victim.hosts = &row->remembered;
	one->victim.host_count = row->remembered != NULL;
	one->own_ports = row->own_ports[0] ? row->own_ports : NULL;
	two->state = row->other;
	for (size_t i = 0; i < row->paths; i++) {
		struct result *path = result_new(arena, "/dev/sda");

		path->next = one->paths;
		one->paths = path;
	}
	for (size_t i = 0; i < one->state.count; i++) {
		enum hosts_identity identity;

		why = "of another host";
		identity = hosts_judge(&hosts, one, &one->state, &one->state.registrants[i], &why);
		assert_int_equal(identity == HOSTS_KNOWN, why == NULL);
		worst = identity > worst ? identity : worst;
		last = why ? why : last;
	}
	assert_int_equal(worst, row->worst);
	if (row->why) {
		assert_non_null(last);
		assert_non_null(strstr(last, row->why));
	} else {
		assert_null(last);
	}
	arena_free(arena);
}

/* The keys by which the victim's host must be removed from a LUN. */
static const struct {
	const char *name;
	struct resv_state here, there;
	uint64_t keys[3];
} victims[] = {
	{ "its key alone", STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), EMPTY(1), { 0 } },
	{ "another one here", STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N)),
	  STATE(1, WERO, 0xa, OTHER(0xb, N)), { 0xd } },
	{ "another one here, listed first", STATE(1, WERO, 0xa, OTHER(0xd, N), OTHER(0xb, N)),
	  EMPTY(1), { 0xd } },
	{ "not a key of zeros", STATE(1, WERO, 0xa, OTHER(0xb, N), OTHER(0, N)), EMPTY(1), { 0 } },
	{ "not this host's, though it has the victim's key",
	  STATE(1, WERO, 0xa, OWN(0xb, Y), OWN_2(0xd, N)), EMPTY(1), { 0 } },
	{ "both, twice", STATE(1, WERO, 0xa, OTHER(0xb, N), OTHER(0xd, N), OTHER(0xd, N),
	  OTHER(0xe, N)), EMPTY(1), { 0xd, 0xe } },
	{ "not another node's, nor this one's", STATE(1, WERO, 0xa, OTHER(0xc, N), OTHER(0xa, N)),
	  STATE(1, WERO, 0xa, OTHER(0xb, N)), { 0 } },
	{ "not another host's", STATE(1, WERO, 0xa, THIRD(0xd, N)),
	  STATE(1, WERO, 0xa, OTHER(0xb, N)), { 0 } },
	{ "not if the list does not tell", STATE(1, WERO, 0xa, ANY(0xd, N)),
	  STATE(1, WERO, 0xa, ANY(0xb, N)), { 0 } },
};

static void victim_keys(void **state)
{
	const typeof(victims[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct results results = { .arena = arena, .end = &results.first };
	const struct fence fence = { .key = 0xa, .plug = 0xb, .names = &names };
	const struct hosts hosts = { .fence = &fence, .lists = { &results } };
	uint64_t *keys;
	size_t count;

	result_add(&results, "/dev/a")->state = row->here;
	result_add(&results, "/dev/b")->state = row->there;
	count = hosts_victim_keys(&hosts, arena, &row->here, &keys);
	for (size_t i = 0; i < count; i++)
		assert_int_not_equal(keys[i], 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(keys[i], row->keys[i]);
	assert_int_equal(row->keys[count], 0);
	arena_free(arena);
}

/* The nodes that a fence has removed from the LUN that decides, and not from another one. */
static const struct {
	const char *name;
	struct resv_state here, deciding;
	uint64_t keys[2];
} missing[] = {
	{ "none", STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)), { 0 } },
	{ "another node", STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y)), { 0xc } },
	{ "not another node that the deciding list may omit",
	  STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)), STATE(1, WERO, 0, OWN(0xa, U)), { 0 } },
	{ "not another node whose key the deciding list may show as 0",
	  STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0, N)), { 0 } },
	{ "another node, twice", STATE(1, WERO, 0xa, THIRD(0xc, N), THIRD(0xc, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y)), { 0xc } },
	{ "by its key alone", STATE(1, WERO, 0xa, ANY(0xa, U), ANY(0xc, U)),
	  STATE(1, WERO, 0xa, ANY(0xa, U)), { 0xc } },
	{ "not the victim, which is removed anyway", STATE(1, WERO, 0xa, OTHER(0xb, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y)), { 0 } },
	{ "not a host of nobody", STATE(1, WERO, 0xa, THIRD(0xd, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y)), { 0 } },
	{ "not this node", STATE(1, WERO, 0xa, OWN(0xa, Y), OWN_2(0xc, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y)), { 0 } },
	{ "not this node's key on another host", STATE(1, WERO, 0xa, THIRD(0xa, N)),
	  STATE(1, WERO, 0xa, ANY(0xe, N)), { 0 } },
	{ "not the victim's host under another node's key", STATE(1, WERO, 0xa, OTHER(0xb, N),
	  OTHER(0xc, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y)), { 0 } },
};

static void missing_keys(void **state)
{
	const typeof(missing[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct results results = { .arena = arena, .end = &results.first };
	const struct fence fence = { .key = 0xa, .plug = 0xb, .names = &names };
	struct hosts hosts = { .fence = &fence, .lists = { &results } };
	uint64_t *keys;
	size_t count;

	result_add(&results, "/dev/a")->state = row->here;
	assert_int_equal(hosts_missing_keys(&hosts, arena, &row->here, &keys), 0);
	hosts.deciding = (const struct resv_state *[]){ &row->deciding };
	hosts.deciding_count = hosts.needed = 1;
	count = hosts_missing_keys(&hosts, arena, &row->here, &keys);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(keys[i], row->keys[i]);
	assert_int_equal(row->keys[count], 0);
	arena_free(arena);
}

#define LISTS_3 STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N))
#define LACKS_3 STATE(1, WERO, 0xa, OWN(0xa, Y))

/* Of several LUNs that decide, a node is out only if enough of them lack it. */
static const struct {
	const char *name;
	struct resv_state deciding[3];
	size_t needed;
	bool out;
} majorities[] = {
	{ "two of three lack it", { LACKS_3, LISTS_3, LACKS_3 }, 2, true },
	{ "all lack it", { LACKS_3, LACKS_3, LACKS_3 }, 2, true },
	{ "one of three lacks it", { LISTS_3, LISTS_3, LACKS_3 }, 2, false },
	{ "none lacks it", { LISTS_3, LISTS_3, LISTS_3 }, 2, false },
};

static void majority(void **state)
{
	const typeof(majorities[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct results results = { .arena = arena, .end = &results.first };
	const struct fence fence = { .key = 0xa, .plug = 0xb, .names = &names };
	const struct resv_state here = LISTS_3;
	const struct hosts hosts = {
		.fence = &fence, .lists = { &results }, .deciding_count = 3, .needed = row->needed,
		.deciding = (const struct resv_state *[]){ &row->deciding[0], &row->deciding[1],
							   &row->deciding[2] },
	};
	uint64_t *keys;

	result_add(&results, "/dev/a")->state = here;
	assert_int_equal(hosts_missing_keys(&hosts, arena, &here, &keys), row->out);
	arena_free(arena);
}

/* A list that omits the holder may omit a host that can write. */
static const struct {
	const char *name;
	struct resv_state state;
	struct key_names names;
	enum hosts_identity identity;
} omissions[] = {
	{ "the holder is listed", LISTS_3, { .list = list, .count = 3 }, HOSTS_KNOWN },
	{ "the holder is not listed", STATE(1, WERO, 0, OWN(0xa, N)), { .list = list, .count = 3 },
	  HOSTS_UNKNOWN },
	{ "the holder is not listed, and no node has a name", STATE(1, WERO, 0, OWN(0xa, N)),
	  { 0 }, HOSTS_NO_NAMES },
	{ "the holder is not listed, and the names cannot be read",
	  STATE(1, WERO, 0, OWN(0xa, N)), { .ignored = cannot_read }, HOSTS_UNKNOWN },
};

static void omitted(void **state)
{
	const typeof(omissions[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct result *result = result_new(arena, "/dev/a");
	const struct fence fence = { .key = 0xa, .plug = 0xb, .names = &row->names };
	const struct hosts hosts = { .fence = &fence };
	const char *why = "of another list";

	result->state = row->state;
	assert_int_equal(hosts_omitted_judge(&hosts, result, &why), row->identity);
	assert_int_equal(why == NULL, row->identity == HOSTS_KNOWN);
	arena_free(arena);
}

#define NVME_2 "nvme:00000002-0011-2233-4455-66778899aabb"
#define NVME_3 "nvme:00000003-0011-2233-4455-66778899aabb"

/* Whether the host that has 0xd may be the victim's, so that its commands must have ended. */
static const struct {
	const char *name;
	struct resv_state here, before, after; /* the LUN, and another one */
	bool needed;
} proofs[] = {
	{ "SCSI", STATE(1, WERO, 0xa, OTHER(0xd, N)), EMPTY(1), EMPTY(1), true },
	{ "no name", STATE(1, WERO, 0xa, ANY(0xd, N)), EMPTY(1), EMPTY(1), true },
	{ "another key alone is there", STATE(1, WERO, 0xa, OTHER(0xe, N)), EMPTY(1), EMPTY(1),
	  false },
	{ "NVMe, and nobody has the victim's key", STATE(1, WERO, 0xa, LISTED(0xd, N, NVME_2, 0)),
	  EMPTY(1), EMPTY(1), false },
	{ "NVMe, and it had the victim's key", STATE(1, WERO, 0xa, LISTED(0xd, N, NVME_2, 0)),
	  STATE(1, WERO, 0xa, LISTED(0xb, N, NVME_2, 0)), EMPTY(2), true },
	{ "NVMe, and it has the victim's key", STATE(1, WERO, 0xa, LISTED(0xd, N, NVME_2, 0)),
	  EMPTY(1), STATE(2, WERO, 0xa, LISTED(0xb, N, NVME_2, 0)), true },
	{ "NVMe, and another host had the victim's key",
	  STATE(1, WERO, 0xa, LISTED(0xd, N, NVME_2, 0)),
	  STATE(1, WERO, 0xa, LISTED(0xb, N, NVME_3, 0)), EMPTY(2), false },
};

static void needs_proof(void **state)
{
	const typeof(proofs[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct results results = { .arena = arena, .end = &results.first };
	const struct fence fence = { .key = 0xa, .plug = 0xb, .names = &names };
	const struct hosts hosts = { .fence = &fence, .lists = { &results } };
	struct result *other = result_add(&results, "/dev/b");

	other->before = row->before;
	other->state = row->after;
	assert_int_equal(hosts_needs_proof(&hosts, &row->here, 0xd), row->needed);
	arena_free(arena);
}

/* Whether any list or record has a key that the file of names does not have, 0xe. */
static const struct {
	const char *name;
	struct resv_state before, after;
	bool unread, recorded, heard;
} rumours[] = {
	{ "nothing has it", LISTS_3, LISTS_3, false, false, false },
	{ "it is listed", LISTS_3, STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xe, N)), false, false,
	  true },
	{ "it was listed", STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xe, N)), LISTS_3, false, false,
	  true },
	{ "the records cannot be read", LISTS_3, LISTS_3, true, false, true },
	{ "it is recorded", LISTS_3, LISTS_3, false, true, true },
};

static void unheard_of(void **state)
{
	const typeof(rumours[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct results results = { .arena = arena, .end = &results.first };
	const struct fence fence = { .key = 0xa, .plug = 0xe, .names = &names };
	const struct hosts hosts = { .fence = &fence, .lists = { &results } };
	struct result *result = result_add(&results, "/dev/a");

	result->before = row->before;
	result->state = row->after;
	result->victim.unread = row->unread;
	result->victim.recorded = row->recorded;
	assert_int_equal(hosts_unheard_of(&hosts, arena) == NULL, row->heard);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, needs_proof, proofs);
	UNIT_TABLE(&unit, unheard_of, rumours);
	UNIT_TABLE(&unit, left, cases);
	UNIT_TABLE(&unit, victim_keys, victims);
	UNIT_TABLE(&unit, missing_keys, missing);
	UNIT_TABLE(&unit, majority, majorities);
	UNIT_TABLE(&unit, omitted, omissions);
	return unit_run(&unit, "hosts");
}
