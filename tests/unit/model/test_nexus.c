// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/nexus.h"
#include "unit.h"

#include "states.h"
#include "model/initiator.h"
#include "model/sharing.h"

#define SESSION_9 ",i,0x00023d000009"
#define FC_1 "fc:0x2100001122334455"
#define FC_2 "fc:0x2100001122334456"
#define FC_3 "fc:0x2100009988776655"
#define SAS_1 "sas:0x5001405000000001"
#define NVME_1 "nvme:00000001-0011-2233-4455-66778899aabb"
#define NVME_2 "nvme:00000002-0011-2233-4455-66778899aabb"
#define NVME_64 "nvme:0x0123456789abcdef"
#define EUI "eui.0123456789abcdef"
#define NAA "naa.6001405abcdef0123456789abcdef012"

/* Is a registrant, as a target lists it, this path? Is it this host? */
static const struct {
	const char *name;
	struct nexus own, listed;
	enum tri host, same;
} pairs[] = {
	{ "equal", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_1, 1 }, Y, Y },
	{ "another host", { HOST_1 SESSION_1, 1 }, { HOST_2 SESSION_1, 1 }, N, N },
	{ "another host at a port that is not known", { HOST_1 SESSION_1, -1 },
	  { HOST_2 SESSION_1, 1 }, N, N },
	{ "another session", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_2, 1 }, Y, N },
	{ "another port", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_1, 2 }, Y, N },
	{ "port 0, which no standard has", { HOST_1 SESSION_1, 0 }, { HOST_1 SESSION_1, 0 }, Y, Y },
	{ "port 0, and another one", { HOST_1 SESSION_1, 0 }, { HOST_1 SESSION_1, 1 }, Y, N },
	{ "own port not known", { HOST_1 SESSION_1, -1 }, { HOST_1 SESSION_1, 1 }, Y, U },
	{ "listed port not known", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_1, -1 }, Y, U },
	{ "no port known", { HOST_1 SESSION_1, -1 }, { HOST_1 SESSION_1, -1 }, Y, U },
	{ "another session, no port known", { HOST_1 SESSION_1, -1 }, { HOST_1 SESSION_2, -1 }, Y,
	  N },
	{ "own session not known", { HOST_1, 1 }, { HOST_1 SESSION_1, 1 }, Y, U },
	{ "listed session not known", { HOST_1 SESSION_1, 1 }, { HOST_1, 1 }, Y, U },
	{ "no session known", { HOST_1, 1 }, { HOST_1, 1 }, Y, U },
	{ "no session known, a name of the other two kinds: eui", { EUI, 1 }, { EUI, 1 }, Y, U },
	{ "no session known, a name of the other two kinds: naa", { NAA, 1 }, { NAA, 1 }, Y, U },
	{ "no session known, a name with capitals", { "IQN.2026-01.lab:host-1", 1 },
	  { "IQN.2026-01.lab:host-1", 1 }, Y, U },
	{ "no session known, a name like a protocol's", { "iscsi:fc:0x2100001122334455", 1 },
	  { "iscsi:fc:0x2100001122334455", 1 }, Y, U },
	{ "eui, with its session", { EUI SESSION_1, 1 }, { EUI SESSION_1, 1 }, Y, Y },
	{ "own initiator not known", { NULL, 1 }, { HOST_1 SESSION_1, 1 }, U, U },
	{ "listed initiator not known", { HOST_1 SESSION_1, 1 }, { NULL, 1 }, U, U },
	{ "no initiator known", { NULL, 1 }, { NULL, 1 }, U, U },
	{ "capitals in the name: one host to some targets, and two to LIO",
	  { "iqn.2026-01.LAB:Host-1" SESSION_1, 1 },
	  { HOST_1 SESSION_1, 1 }, U, U },
	{ "capitals in the name, and another session", { "iqn.2026-01.LAB:Host-1" SESSION_1, 1 },
	  { HOST_1 SESSION_2, 1 }, U, U },
	{ "capitals in the name, of another kind", { "EUI.0123456789ABCDEF", 1 }, { EUI, 1 }, U,
	  U },
	{ "capitals in the session", { HOST_1 ",i,0x00023D00000A", 1 },
	  { HOST_1 ",i,0x00023d00000a", 1 }, Y, Y },
	{ "a session of another length", { HOST_1 ",i,0x00023d000001", 1 },
	  { HOST_1 ",i,0x23d000001", 1 }, Y, U },
	{ "a name that begins the other", { HOST_1, 1 }, { HOST_1 "0" SESSION_1, 1 }, N, N },
	{ "a name that the other begins", { HOST_1 "0" SESSION_1, 1 }, { HOST_1 SESSION_1, 1 }, N,
	  N },
	{ "SAS", { "sas:0x5001405000000001", 1 }, { "sas:0x5001405000000001", 1 }, Y, Y },
	{ "SAS, another", { "sas:0x5001405000000001", 1 }, { "sas:0x5001405000000002", 1 }, N, N },
	{ "SAS, capitals", { "sas:0x50014050000000AB", 1 }, { "sas:0x50014050000000ab", 1 }, Y, Y },
	{ "SAS, port not known", { "sas:0x5001405000000001", -1 }, { "sas:0x5001405000000001", 1 },
	  Y, U },
	{ "Fibre Channel, and SAS with its number", { "fc:0x2100001122334455", 1 },
	  { "sas:0x2100001122334455", 1 }, N, N },
	{ "NVMe: the host, not its port, is registered", { NVME_1, -1 }, { NVME_1, -1 }, Y, Y },
	{ "NVMe, another host", { NVME_1, -1 }, { NVME_2, -1 }, N, N },
	{ "NVMe, capitals", { NVME_1, -1 }, { "nvme:00000001-0011-2233-4455-66778899AABB", -1 }, Y,
	  Y },
	{ "NVMe, 64 bits", { NVME_64, -1 }, { NVME_64, -1 }, Y, Y },
	{ "NVMe, identifiers of two sizes tell nothing", { NVME_1, -1 }, { NVME_64, -1 }, U, U },
	{ "NVMe, only the first 8 bytes are listed", { NVME_1, -1 },
	  { "nvme:00000001-0011-2233-0000-000000000000", -1 }, U, U },
	{ "NVMe, an own identifier that ends like that",
	  { "nvme:00000001-0011-2233-0000-000000000000", -1 },
	  { "nvme:00000001-0011-2233-0000-000000000000", -1 }, Y, Y },
	{ "NVMe, one that ends like that, and a SCSI name",
	  { "nvme:00000001-0011-2233-0000-000000000000", -1 }, { SAS_1, 1 }, N, N },
	{ "NVMe, two that end like that", { "nvme:00000001-0011-2233-0000-000000000000", -1 },
	  { "nvme:00000002-0011-2233-0000-000000000000", -1 }, N, N },
	{ "a TransportID that cannot be decoded", { HOST_1 SESSION_1, 1 },
	  { "transport-id:0x4e000000", 1 }, U, U },
	{ "NVMe, no own identifier", { NULL, -1 }, { NVME_1, -1 }, U, U },
	{ "NVMe, and a SCSI name", { NVME_1, -1 }, { "sas:0x5001405000000001", 1 }, N, N },
	{ "every port", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_1, TARGET_PORT_ALL }, Y, Y },
	{ "every port, and the own is not known", { HOST_1 SESSION_1, -1 }, { HOST_1 SESSION_1,
	  TARGET_PORT_ALL }, Y, Y },
	{ "every port of another session", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_2,
	  TARGET_PORT_ALL }, Y, N },
	{ "every port, session not known", { HOST_1 SESSION_1, 1 }, { HOST_1, TARGET_PORT_ALL }, Y,
	  U },
	{ "every port of another host", { HOST_1 SESSION_1, 1 }, { HOST_2 SESSION_1,
	  TARGET_PORT_ALL }, N, N },
	{ "SAS, every port", { "sas:0x5001405000000001", 2 }, { "sas:0x5001405000000001",
	  TARGET_PORT_ALL }, Y, Y },
	{ "names that differ in what cannot be printed", { "iqn.a\\x01" SESSION_1, 1 },
	  { "iqn.a\\x02" SESSION_1, 1 }, N, N },
	{ "a blank at the end of a name", { "iqn.a " SESSION_1, 1 }, { "iqn.a" SESSION_1, 1 }, N,
	  N },
	{ "Fibre Channel, another port", { "fc:0x2100001122334455", 1 },
	  { "fc:0x2100001122334455", 2 }, Y, N },
};

static void compares(void **state)
{
	const typeof(pairs[0]) *row = *state;

	assert_int_equal(nexus_is_same_host(&row->own, &row->listed), row->host);
	assert_int_equal(nexus_is_same_host(&row->listed, &row->own), row->host);
	assert_int_equal(nexus_is_same(&row->own, &row->listed), row->same);
	assert_int_equal(nexus_is_same(&row->listed, &row->own), row->same);
}

/* Whether both name a host, and of one kind, so that other names are other hosts. */
static const struct {
	const char *name;
	const char *one, *other;
	bool alike;
} kinds[] = {
	{ "iSCSI", HOST_1, HOST_2 SESSION_1, true },
	{ "iSCSI, of two forms", EUI, NAA, true },
	{ "iSCSI, and what looks like another protocol", HOST_1, "iscsi:" FC_1, true },
	{ "NVMe", NVME_1, NVME_64, true },
	{ "iSCSI and NVMe", HOST_1, NVME_1, false },
	{ "NVMe and iSCSI", NVME_1, HOST_1, false },
	{ "Fibre Channel names a port", FC_1, FC_2, false },
	{ "iSCSI and Fibre Channel", HOST_1, FC_1, false },
	{ "Fibre Channel and iSCSI", FC_1, HOST_1, false },
	{ "nothing", NULL, HOST_1, false },
	{ "nothing, too", HOST_1, NULL, false },
};

static void alike(void **state)
{
	const typeof(kinds[0]) *row = *state;

	assert_int_equal(nexus_names_alike(&(struct nexus){ row->one, 1 },
					   &(struct nexus){ row->other, 1 }),
			 row->alike);
}

static const struct {
	const char *name, *initiator;
	size_t length;
} lengths[] = {
	{ "iSCSI port", HOST_1 SESSION_1, sizeof(HOST_1) - 1 },
	{ "iSCSI name", HOST_1, sizeof(HOST_1) - 1 },
	{ "SAS", "sas:0x5001405000000001", 22 },
	{ "a session alone", SESSION_1, 0 },
	{ "a comma is no session", HOST_1 ",i,1", sizeof(HOST_1) + 3 },
	{ "NVMe", NVME_1, sizeof(NVME_1) - 1 },
	{ "nothing", "", 0 },
};

static void host_length(void **state)
{
	const typeof(lengths[0]) *row = *state;

	char *host = strndup(row->initiator, row->length), *longer;

	assert_non_null(host);
	assert_int_equal(initiator_length(row->initiator), row->length);
	assert_true(initiator_is(row->initiator, host));
	assert_true(asprintf(&longer, "%s1", host) > 0);
	assert_false(initiator_is(row->initiator, longer));
	free(longer);
	free(host);
}

/*
 * Which path of this host a registrant is. A row has the path that was asked, another path of its
 * map, and a registrant.
 */
static const struct {
	const char *name;
	struct nexus own, beside, listed;
	enum tri this_nexus, this_host;
	bool own_path;
} marked[] = {
	{ "this path", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_2, 1 }, { HOST_1 SESSION_1, 1 },
	  Y, Y, true },
	{ "the name in capitals", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_2, 1 },
	  { "iqn.2026-01.lab:HOST-1" SESSION_1, 1 }, U, U, false },
	{ "the path beside it", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_2, 1 },
	  { HOST_1 SESSION_2, 1 }, N, Y, true },
	{ "the path beside it, of another name", { HOST_1 SESSION_1, 1 }, { HOST_3 SESSION_2, 1 },
	  { HOST_3 SESSION_2, 1 }, N,
	  Y, true },
	{ "a session of neither", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_2, 1 },
	  { HOST_1 SESSION_9, 1 }, U, Y, false },
	{ "a session of the name beside it", { HOST_1 SESSION_1, 1 }, { HOST_3 SESSION_2, 1 },
	  { HOST_3 SESSION_9, 1 }, N, Y,
	  false },
	{ "a port of neither", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_2, 2 },
	  { HOST_1 SESSION_1, 3 }, U, Y, false },
	{ "a port of one adapter's port", { FC_1, 1 }, { FC_1, 2 }, { FC_1, 2 }, N, Y, true },
	{ "a port of neither, Fibre Channel", { FC_1, 1 }, { FC_1, 2 }, { FC_1, 3 }, U, Y, false },
	{ "every port", { FC_1, 1 }, { FC_1, 2 }, { FC_1, TARGET_PORT_ALL }, Y, Y, true },
	{ "every port, of the adapter beside it", { FC_1, 1 }, { FC_2, 2 }, { FC_2,
	  TARGET_PORT_ALL }, N, Y, true },
	{ "an adapter of no path", { FC_1, 1 }, { FC_1, 2 }, { FC_2, 1 }, N, Y, false },
	{ "the first adapter, of no path", { FC_2, 1 }, { FC_2, 2 }, { FC_1, 1 }, N, Y, false },
	{ "a SAS adapter of no path", { FC_1, 1 }, { FC_1, 2 }, { SAS_1, 1 }, N, Y, false },
	{ "another machine's adapter", { FC_1, 1 }, { FC_1, 2 }, { FC_3, 1 }, N, N, false },
	{ "another host", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_2, 1 }, { HOST_2 SESSION_1,
	  1 }, N, N, false },
	{ "no name", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_2, 1 }, { NULL, -1 }, U, U, false },
	{ "no own name", { NULL, -1 }, { NULL, -1 }, { FC_3, 1 }, U, U, false },
	{ "no own name, and an adapter of this machine", { NULL, -1 }, { NULL, -1 }, { FC_2, 1 },
	  U, Y, false },
	{ "no own name, and the path beside it", { NULL, -1 }, { FC_1, 2 }, { FC_1, 2 }, N, Y,
	  true },
	{ "no name of the path beside it", { FC_1, 1 }, { NULL, -1 }, { FC_3, 1 }, N, U, false },
};

static void marks(void **state)
{
	static const char *names[] = { FC_1, FC_2, SAS_1 };
	static const struct machine_ports ports = { names, COUNT_OF(names), false };
	const typeof(marked[0]) *row = *state;
	struct registrant registrants[] = { { .nexus = row->listed }, { .nexus = row->listed,
		.this_nexus = 9 } };
	struct resv_state listed = { .registrants = registrants, .count = 1 };
	struct result map = { 0 }, beside = { .lun.nexus = row->beside, .map = &map },
		      own = { .lun.nexus = row->own, .map = &map, .ports = &ports,
		      .next = &beside };

	map.paths = &own;
	nexus_mark(&own, &listed);
	assert_int_equal(registrants[0].this_nexus, row->this_nexus);
	assert_int_equal(registrants[0].this_host, row->this_host);
	assert_int_equal(registrants[0].own_path, row->own_path);
	assert_int_equal(nexus_is_path(&own, &row->listed, &listed), row->this_nexus);
	assert_int_equal(registrants[1].this_nexus, 9); /* none in the state */
}

/*
 * A LUN that is two disks: from sessions 1 and 2, or from session 1 and one with an unknown ISID.
 */
static void marks_siblings(void **state)
{
	static const struct nexus other = { HOST_1 SESSION_2, 1 }, nameless = { HOST_1, 1 };
	struct registrant registrants[] = {
		{ .nexus = { HOST_2 SESSION_1, 1 } }, { .nexus = { HOST_1 SESSION_2, 1 } },
		  { .nexus = { HOST_1 SESSION_9, 1 } },
		{ .nexus = { HOST_3 SESSION_9, 1 } }, { .nexus = { NULL, -1 } },
	};
	static const enum tri nexuses[] = { N, N, U, N, U };
	struct resv_state listed = { .registrants = registrants, .count = COUNT_OF(registrants) };
	struct result disk = { .lun.nexus = { HOST_1 SESSION_1, 1 }, .siblings = { &other, 1 } };

	(void)state;
	nexus_mark(&disk, &listed);
	for (size_t i = 0; i < listed.count; i++)
		assert_int_equal(registrants[i].this_nexus, nexuses[i]);
	assert_false(registrants[1].own_path);
	disk.siblings.list = &nameless;
	nexus_mark(&disk, &listed);
	assert_int_equal(registrants[2].this_nexus, N);
}

/* A nexus has one registration: if it is listed, a similar one belongs to another nexus. */
static void marks_one(void **state)
{
	struct registrant registrants[] = {
		{ .nexus = { HOST_1 SESSION_9, 1 } }, { .nexus = { HOST_1 SESSION_1, 1 } },
		  { .nexus = { NULL, -1 } },
	};
	struct resv_state listed = { .registrants = registrants, .count = COUNT_OF(registrants) };
	struct result disk = { .lun.nexus = { HOST_1 SESSION_1, 1 } };

	(void)state;
	nexus_mark(&disk, &listed);
	assert_int_equal(registrants[0].this_nexus, N);
	assert_int_equal(registrants[0].this_host, Y);
	assert_int_equal(registrants[1].this_nexus, Y);
	assert_int_equal(registrants[2].this_nexus, N);
	assert_int_equal(registrants[2].this_host, U);
}

/* A path that has a registration of its own does not share another path's. */
static void marks_shared(void **state)
{
	struct registrant registrants[] = {
		{ .nexus = { HOST_1 SESSION_2, 2 } },
		{ .nexus = { HOST_1 SESSION_1, 1 } },
	};
	struct arena *arena = unit_arena();

	(void)state;
	for (size_t count = 1; count <= COUNT_OF(registrants); count++) {
		struct resv_state listed = { .registrants = registrants, .count = count };
		struct result disk = { .lun.nexus = { HOST_1 SESSION_1, 1 } };

		sharing_prove(arena, &disk.sharers, &disk.lun.nexus, &registrants[0].nexus, 1);
		nexus_mark(&disk, &listed);
		assert_int_equal(registrants[0].this_nexus, count == 1 ? Y : N);
	}
	assert_int_equal(registrants[1].this_nexus, Y);
	arena_free(arena);
}

/* This nexus is listed twice: with two keys it is unknown which one it has. */
static void marks_contradiction(void **state)
{
	struct registrant registrants[] = {
		{ .key = 0xa, .nexus = { HOST_1 SESSION_1, 1 } },
		{ .key = 0xb, .nexus = { HOST_1 SESSION_1, TARGET_PORT_ALL } },
		{ .key = 0xb, .nexus = { HOST_2 SESSION_1, 1 } },
	};
	struct resv_state listed = { .registrants = registrants, .count = COUNT_OF(registrants) };
	struct result disk = { .lun.nexus = { HOST_1 SESSION_1, 1 } };

	(void)state;
	nexus_mark(&disk, &listed);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(registrants[i].this_nexus, U);
		assert_int_equal(registrants[i].this_host, Y);
		assert_true(registrants[i].own_path);
	}
	assert_int_equal(registrants[2].this_nexus, N);
	registrants[1].key = 0xa;
	nexus_mark(&disk, &listed);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(registrants[i].this_nexus, Y);
}

/* A disk that is in no map, on a machine where some ports could not be read. */
static void marks_disk(void **state)
{
	static const struct machine_ports partial = { .partial = true };
	struct registrant registrants[] = {
		{ .nexus = { HOST_2 SESSION_1, 1 } }, { .nexus = { FC_1, 2 } }, { .nexus = { FC_3,
		  1 } },
		{ .nexus = { SAS_1, 1 } }, { .nexus = { HOST_1 SESSION_1, 1 } },
	};
	static const enum tri nexuses[] = { N, U, N, N, N }, hosts[] = { N, Y, U, U, N };
	struct resv_state listed = { .registrants = registrants, .count = COUNT_OF(registrants) };
	struct result disk = { .lun.nexus = { FC_1, 1 }, .ports = &partial };

	(void)state;
	nexus_mark(&disk, &listed);
	for (size_t i = 0; i < listed.count; i++) {
		assert_int_equal(registrants[i].this_nexus, nexuses[i]);
		assert_int_equal(registrants[i].this_host, hosts[i]);
		assert_int_equal(registrants[i].own_path, nexuses[i] == Y);
	}
}

/* Every path of a multipath map belongs to this host, whatever its initiator name. */
static void marks_paths(void **state)
{
	struct result map = { 0 }, second = { .lun.nexus = { HOST_3 SESSION_2, 1 }, .map = &map },
		      first = { .lun.nexus = { HOST_1 SESSION_1, 1 },
				.map = &map,
				.next = &second };
	struct registrant registrants[] = {
		{ .nexus = { HOST_1 SESSION_1, 1 } },
		{ .nexus = { HOST_3 SESSION_2, 1 } },
		{ .nexus = { HOST_2 SESSION_2, 1 } },
	};
	struct resv_state listed = { .registrants = registrants, .count = COUNT_OF(registrants) };

	(void)state;
	map.paths = &first;
	nexus_mark(&first, &listed);
	assert_int_equal(registrants[0].this_nexus, Y);
	assert_true(registrants[0].own_path);
	assert_int_equal(registrants[1].this_nexus, N);
	assert_int_equal(registrants[1].this_host, Y);
	assert_true(registrants[1].own_path);
	assert_int_equal(registrants[2].this_host, N);
	assert_false(registrants[2].own_path);
}

#define PORT(key, holder, port) LISTED(key, holder, FC_1, port)

/* A path that has proven that it shares the registration of port 1 or that of port 3. */
static const struct {
	const char *name;
	int port; /* its own */
	bool unshared;
	uint64_t key;
	struct resv_state state;
	bool may;
} holding[] = {
	{ "one of them holds", 4, false, 0xa,
	  STATE(1, WERO, 0xa, PORT(0xa, N, 1), PORT(0xa, Y, 3)), true },
	{ "one of them holds, any key", 4, false, 0,
	  STATE(1, WERO, 0xa, PORT(0xa, N, 1), PORT(0xa, Y, 3)), true },
	{ "one of them holds with another key", 4, false, 0xa,
	  STATE(1, WERO, 0xc, PORT(0xa, N, 1), PORT(0xc, Y, 3)), false },
	{ "none holds", 4, false, 0xa, STATE(1, RESV_NONE, 0, PORT(0xa, N, 1), PORT(0xa, N, 3)),
	  false },
	{ "a registration that it does not share holds", 4, false, 0xa,
	  STATE(1, WERO, 0xa, PORT(0xa, N, 1), PORT(0xa, N, 3), PORT(0xa, Y, 5)), false },
	{ "another host holds", 4, false, 0xa,
	  STATE(1, WERO, 0xa, PORT(0xa, N, 1), PORT(0xa, N, 3), LISTED(0xa, Y, FC_3, 3)), false },
	{ "it has a registration of its own", 4, false, 0xa,
	  STATE(1, WERO, 0xa, PORT(0xa, N, 1), PORT(0xa, Y, 3), PORT(0xa, N, 4)), false },
	{ "it was refused what the registration allows", 4, true, 0xa,
	  STATE(1, WERO, 0xa, PORT(0xa, N, 1), PORT(0xa, Y, 3)), false },
	{ "a path that shares the other one", 2, false, 0xa,
	  STATE(1, WERO, 0xa, PORT(0xa, N, 1), PORT(0xa, Y, 3)), false },
	{ "a path of which nothing is known", 6, false, 0xa,
	  STATE(1, WERO, 0xa, PORT(0xa, N, 1), PORT(0xa, Y, 3)), false },
};

static void may_hold(void **state)
{
	const typeof(holding[0]) *row = *state;
	const struct nexus first = { FC_1, 1 }, second = { FC_1, 2 }, fourth = { FC_1, 4 };
	const struct nexus two[] = { first, { FC_1, 3 } };
	struct result disk = { .lun.nexus = { FC_1, row->port }, .arena = unit_arena() };

	sharing_prove(disk.arena, &disk.sharers, &second, &first, 1);
	sharing_prove(disk.arena, &disk.sharers, &fourth, two, COUNT_OF(two));
	disk.unshared = row->unshared;
	assert_int_equal(nexus_may_hold(&disk, &row->state, row->key), row->may);
	arena_free(disk.arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, compares, pairs);
	UNIT_TABLE(&unit, alike, kinds);
	UNIT_TABLE(&unit, host_length, lengths);
	UNIT_TABLE(&unit, marks, marked);
	UNIT_TEST(&unit, marks_one);
	UNIT_TEST(&unit, marks_shared);
	UNIT_TEST(&unit, marks_contradiction);
	UNIT_TEST(&unit, marks_disk);
	UNIT_TEST(&unit, marks_siblings);
	UNIT_TEST(&unit, marks_paths);
	UNIT_TABLE(&unit, may_hold, holding);
	return unit_run(&unit, "nexus");
}
