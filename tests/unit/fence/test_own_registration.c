// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Was a node that wants to register fenced in this boot? node1 is this host with 0xa; of three LUNs
 * the first one decides.
 */
#include "unit.h"

#include "model/sharing.h"

#include "fence/own_registration.h"
#include "states.h"
#include "store/store.h"

static const struct fence fence = { .key = 0xa };

#define IN STATE(1, WERO, 0xa, OWN(0xa, Y))
#define OUT STATE(1, WERO, 0xb, OTHER(0xb, Y))
/* the list does not show the holder */
#define HIDES STATE(1, WERO, 0xc, OTHER(0xb, U))
#define NOT -1
#define ADAPTER_2(key, holder) { key, holder, { "fc:0x2100001122334402", 1 }, N, N, false }

static const struct {
	const char *name;
	struct resv_state states[3];
	uint64_t registered[3]; /* registered in this boot, according to the store */
	bool undecided; /* it is unknown which one decides */
	int fenced; /* NOT: it was not */
	int decides;
	bool unread; /* the records of the first one cannot be read */
	const char *host; /* by which the node has registered, according to the store */
	const char *ports[3]; /* all of them, and NULL */
} boots[] = {
	{ "never in", { OUT, OUT, OUT }, { 0, 0, 0 }, false, NOT },
	{ "in everywhere", { IN, IN, IN }, { 0xa, 0xa, 0xa }, false, NOT },
	{ "gone everywhere", { OUT, OUT, OUT }, { 0xa, 0xa, 0xa }, false, 0 },
	{ "gone from empty LUNs", { EMPTY(1), EMPTY(1), EMPTY(1) }, { 0xa, 0xa, 0xa }, false, 0 },
	{ "gone from one, not from the one that decides", { IN, OUT, IN }, { 0xa, 0xa, 0xa },
	  false, NOT },
	{ "gone from the one that decides alone", { OUT, IN, IN }, { 0xa, 0xa, 0xa }, false, 0 },
	{ "gone from one, and which decides is not known", { IN, OUT, IN }, { 0xa, 0xa, 0xa },
	  true, 1 },
	{ "the one that decides is new, and the others are gone", { OUT, OUT, IN }, { 0, 0xa,
	  0xa }, false, 1 },
	{ "the one that decides is new", { OUT, IN, IN }, { 0, 0xa, 0xa }, false, NOT },
	{ "another one is new", { IN, IN, OUT }, { 0xa, 0xa, 0 }, false, NOT },
	{ "the one that decides cannot be read", { UNREAD, OUT, IN }, { 0xa, 0xa, 0xa }, false, 1 },
	{ "another one cannot be read", { IN, UNREAD, IN }, { 0xa, 0xa, 0xa }, false, NOT },
	{ "in by another key", { STATE(1, WERO, 0xe, OWN(0xe, Y)), IN, IN }, { 0xe, 0xa, 0xa },
	  false, NOT },
	{ "by an earlier session", { STATE(1, WERO, 0xa, MAYBE(0xa, Y)), IN, IN }, { 0xa, 0xa,
	  0xa }, false, NOT },
	{ "its key is that of an adapter that has gone", { STATE(1, WERO, 0xa, OTHER(0xa, Y)), OUT,
	  OUT }, { 0xa, 0xa, 0xa }, false, NOT, .host = HOST_2 },
	{ "its key is another host's, not that of an adapter that has gone",
	  { STATE(1, WERO, 0xa, OTHER(0xa, Y)), IN, IN }, { 0xa, 0xa, 0xa }, false, 0,
	  .host = HOST_3 },
	{ "its key is that of one of two adapters, which has gone",
	  { STATE(1, WERO, 0xa, ADAPTER_2(0xa, Y)), OUT, OUT }, { 0xa, 0xa, 0xa }, false, NOT,
	  .host = "fc:0x2100001122334401",
	  .ports = { "fc:0x2100001122334401", "fc:0x2100001122334402" } },
	{ "its key is that of an adapter that it never had",
	  { STATE(1, WERO, 0xa, ADAPTER_2(0xa, Y)), IN, IN }, { 0xa, 0xa, 0xa }, false, 0,
	  .host = "fc:0x2100001122334401", .ports = { "fc:0x2100001122334401" } },
	{ "its key is another host's", { STATE(1, WERO, 0xa, OTHER(0xa, Y)), IN, IN }, { 0xa, 0xa,
	  0xa }, false, 0 },
	{ "a list of keys alone, with its own", { STATE(1, WERO, 0xa, ANY(0xa, U)), IN, IN },
	  { 0xa, 0xa, 0xa }, false, NOT },
	{ "a list of keys alone, with its former one", { STATE(1, WERO, 0xe, ANY(0xe, U)), IN,
	  IN }, { 0xe, 0xa, 0xa }, false,
	  NOT },
	{ "gone everywhere, and another one decides", { OUT, OUT, IN }, { 0xa, 0xa, 0xa }, false,
	  1, .decides = 1 },
	{ "gone from others, and the last one decides", { OUT, OUT, IN }, { 0xa, 0xa, 0xa },
	  false, NOT, .decides = 2 },
	{ "a list of keys alone, with a key of zeros", { STATE(1, WERO, 0, ANY(0, U)), OUT, IN },
	  { 0, 0xa, 0xa }, false, 1 },
	{ "a list of keys alone, without", { STATE(1, WERO, 0xb, ANY(0xb, U)), IN, IN }, { 0xa,
	  0xa, 0xa }, false, 0 },
	{ "records that cannot be read, and gone", { OUT, IN, IN }, { 0, 0xa, 0xa }, false, 0,
	  .unread = true },
	{ "records that cannot be read, and in", { IN, OUT, OUT }, { 0, 0xa, 0xa }, false, NOT,
	  .unread = true },
	{ "records that cannot be read, and perhaps omitted", { HIDES, IN, IN }, { 0, 0, 0 },
	  false, 0, .unread = true },
};

static void fenced(void **state)
{
	const typeof(boots[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct own_registration list[3] = { 0 };
	const struct own_registration *found;

	for (int i = 0; i < 3; i++) {
		struct result *seen = result_new(arena, "/dev/a");

		seen->state = row->states[i];
		seen->outcome.status =
			seen->state.source == SOURCE_NONE ? STATUS_FAILED : STATUS_OK;
		list[i] = (struct own_registration){ seen, row->registered[i], .host = row->host,
						     .ports = row->ports };
		list[i].unread = row->unread && i == 0 ? "it is damaged" : NULL;
	}
	found = own_registrations_fenced(&fence, list, 3,
					 row->undecided ? NULL : list[row->decides].seen);
	assert_int_equal(found ? found - list : NOT, row->fenced);
	arena_free(arena);
}

static const struct {
	const char *name;
	struct resv_state state;
	uint64_t registered;
	bool ignore_key;
	uint64_t old_key;
	const char *unread;
} entries[] = {
	{ "never in", OUT, 0, true, 0 },
	{ "a registration of an earlier boot", IN, 0, true, 0 },
	{ "in", IN, 0xa, false, 0xa },
	{ "in by another key", STATE(1, WERO, 0xe, OWN(0xe, Y)), 0xe, false, 0xe },
	{ "in by another path of the map", STATE(1, WERO, 0xa, BESIDE(0xa, Y)), 0xa, false, 0xa },
	{ "in by an earlier session", STATE(1, WERO, 0xa, OWN_2(0xa, Y)), 0xa, true, 0 },
	{ "in by a list of keys alone: the path may prove it",
	  STATE(1, WERO, 0xa, ANY(0xa, U)), 0xa, true, 0xa },
	{ "in by a former key, in a list of keys alone",
	  STATE(1, WERO, 0xe, ANY(0xe, U)), 0xe, true, 0 },
	{ "a list of keys alone, and a registration of an earlier boot",
	  STATE(1, WERO, 0xa, ANY(0xa, U)), 0, true, 0 },
	{ "gone from a list of keys alone", STATE(1, WERO, 0xb, ANY(0xb, U)), 0xa, false, 0 },
	{ "gone", OUT, 0xa, false, 0 },
	{ "not known: the key must be there still", UNREAD, 0xa, false, 0xa },
	{ "not known, and a registration of an earlier boot", UNREAD, 0, true, 0 },
	{ "a key of zeros", STATE(1, WERO, 0, OWN(0, Y)), 0xa, true, 0 },
	{ "perhaps omitted: the LUN says whether it is in", HIDES, 0xa, false, 0 },
	{ "in, and its records cannot be read", IN, 0, false, 0xa, "it is damaged" },
	{ "not known, and its records cannot be read", UNREAD, 0, false, 0, "it is damaged" },
};

static void entry(void **state)
{
	const typeof(entries[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct result *seen = result_new(arena, "/dev/a");
	const struct own_registration own = { .seen = seen,
					   .registered = row->registered,
					   .unread = row->unread };
	struct register_mode how;

	seen->state = row->state;
	how = own_registration_mode(&fence, &own);
	assert_int_equal(how.ignore_key, row->ignore_key);
	assert_int_equal(how.old_key, row->old_key);
	arena_free(arena);
}

static const struct {
	const char *name;
	struct resv_state seen, now;
	bool replaced;
	enum tri lost;
	bool is_map;
	bool shared; /* the paths share a registration, as an earlier run has proven */
} later[] = {
	{ "as it was", IN, IN, false, N },
	{ "registered now", OUT, STATE(2, WERO, 0xb, OTHER(0xb, Y), OWN(0xa, N)), true, N },
	{ "gone", IN, OUT, false, Y },
	{ "registered, and gone", OUT, OUT, true, Y },
	{ "another path of the map is gone", STATE(1, WERO, 0xa, OWN(0xa, Y), BESIDE(0xa, N)), IN,
	  false, Y },
	{ "it is listed for another path, which shares it", IN,
	  STATE(1, WERO, 0xa, { 0xa, Y, { HOST_1 SESSION_2, 2 }, N, Y, true }), false, N,
	  .shared = true },
	{ "it is listed for another path, which is not known to share it", IN,
	  STATE(1, WERO, 0xa, { 0xa, Y, { HOST_1 SESSION_2, 2 }, N, Y, true }), false, Y },
	{ "an earlier session is gone", STATE(1, WERO, 0xa, OWN_2(0xa, Y)), IN, true, Y },
	{ "an earlier session is there", STATE(1, WERO, 0xa, OWN_2(0xa, Y)),
	  STATE(2, WERO, 0xa, OWN(0xa, N), OWN_2(0xa, Y)), true,
	  N },
	{ "its key was replaced", STATE(1, WERO, 0xe, OWN(0xe, Y)), IN, true, N },
	{ "its key was registered although it was there", IN, IN, true, Y },
	{ "of a map, a path's key was registered although it was there", IN, IN, true, N,
	  true },
	{ "another port of the same session is gone", STATE(1, WERO, 0xa, OWN(0xa, Y),
	  { 0xa, N, { HOST_1 SESSION_1, 2 }, N, Y, true }), IN, false, Y },
	{ "the session has capitals now", IN, STATE(2, WERO, 0xa,
	  { 0xa, Y, { "IQN.2026-01.lab:host-1" SESSION_1, 1 }, Y, Y, true }), false, N },
	{ "a list of keys alone", STATE(1, WERO, 0xa, ANY(0xa, U)),
	  STATE(1, WERO, 0xa, ANY(0xa, U)), false, N },
	{ "a list of keys alone, without it", STATE(1, WERO, 0xa, ANY(0xa, U)),
	  STATE(1, WERO, 0xb, ANY(0xb, U)), false, Y },
	{ "its key is another host's", IN, STATE(1, WERO, 0xa, OTHER(0xa, Y)), false, Y },
	{ "the list names nobody any more", IN, STATE(1, WERO, 0xa, ANY(0xa, U)), false, N },
	{ "the list names nobody any more, and lacks it", IN, STATE(1, WERO, 0xb, ANY(0xb, U)),
	  false, Y },
	{ "its list may omit it", IN, HIDES, false, U },
	{ "the list may omit hosts, and has it", IN, STATE(1, WERO, 0, OWN(0xa, U)), false, N },
	{ "the list may omit hosts, and has another path of the map", STATE(1, WERO, 0xa,
	  OWN(0xa, Y), BESIDE(0xa, N)), STATE(1, WERO, 0, OWN(0xa, U)), false, U },
	{ "the list may omit it, and it had replaced its own key", IN, HIDES, true, Y },
	{ "the list names hosts now", STATE(1, WERO, 0xa, ANY(0xa, U)), IN, false, N },
};

static void lost(void **state)
{
	const typeof(later[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct result *seen = result_new(arena, "/dev/a");
	const struct own_registration own = { seen, 0xa };

	seen->state = row->seen;
	if (row->shared)
		sharing_prove(arena, &seen->sharers, &(struct nexus){ HOST_1 SESSION_1, 1 },
			      &(struct nexus){ HOST_1 SESSION_2, 2 }, 1);
	seen->paths = row->is_map ? result_new(arena, "/dev/sda") : NULL;
	assert_int_equal(own_registration_lost(&fence, &own, &row->now, row->replaced), row->lost);
	arena_free(arena);
}

#define BOOT "00000000-0000-0000-0000-000000000001"
#define PORT_1 "fc:0x2100001122334401"
#define PORT_2 "fc:0x2100001122334402"
#define PORT_3 "fc:0x2100001122334403"

static const char *two_ports[] = { PORT_1, PORT_2, NULL };

/* What /run/prctl says of a LUN, by whatever paths this node reaches it. */
static const struct remembered {
	const char *name;
	struct lun_records records;
	const char *initiator, *paths[2]; /* of the LUN; of a map's paths */
	const char *wrong; /* why it cannot be read */
	bool nameless; /* the LUN has no WWID */
	uint64_t registered;
	bool unfenced, warned, votes;
	const char *now; /* this boot; NULL: BOOT */
	const char *ports; /* the first of its ports; NULL: none */
} memories[] = {
	{ "nothing", { 0 }, .initiator = PORT_1 },
	{ "registered in this boot", { .own = 0xa, .boot = BOOT }, .initiator = PORT_1,
	  .registered = 0xa },
	{ "registered in an earlier boot", { .own = 0xa, .boot = "earlier" }, .initiator = PORT_1 },
	{ "unregistered in this boot", { .boot = BOOT }, .initiator = PORT_1 },
	{ "unfenced in this boot", { .own = 0xa, .boot = BOOT, .unfenced_boot = BOOT },
	  .initiator = PORT_1, .registered = 0xa, .unfenced = true },
	{ "unfenced in an earlier boot", { .own = 0xa, .boot = BOOT, .unfenced_boot = "earlier" },
	  .initiator = PORT_1, .registered = 0xa },
	{ "an arbiter that votes", { .own = 0xa, .boot = BOOT, .arbiter = BOOT },
	  .initiator = PORT_1, .registered = 0xa, .votes = true },
	{ "an arbiter that voted in an earlier boot", { .own = 0xa, .boot = BOOT,
	  .arbiter = "earlier" }, .initiator = PORT_1, .registered = 0xa },
	{ "an arbiter, registered in an earlier boot", { .own = 0xa, .boot = "earlier",
	  .arbiter = BOOT }, .initiator = PORT_1 },
	{ "by this initiator", { .own = 0xa, .boot = BOOT, .host = PORT_1 }, .initiator = PORT_1,
	  .registered = 0xa },
	{ "by a port of an adapter that has gone",
	  { .own = 0xa, .boot = BOOT, .unfenced_boot = BOOT, .host = PORT_3 },
	  .initiator = PORT_1, .registered = 0xa, .unfenced = true },
	{ "by two ports", { .own = 0xa, .boot = BOOT, .host = PORT_1, .ports = two_ports },
	  .initiator = PORT_1, .registered = 0xa, .ports = PORT_1 },
	{ "by two ports in an earlier boot", { .own = 0xa, .boot = "earlier", .host = PORT_1,
	  .ports = two_ports }, .initiator = PORT_1 },
	{ "by another name", { .own = 0xa, .boot = BOOT, .unfenced_boot = BOOT, .host = HOST_2 },
	  .initiator = HOST_1 SESSION_1 },
	{ "by another session of the same name", { .own = 0xa, .boot = BOOT, .host = HOST_1 },
	  .initiator = HOST_1 SESSION_1, .registered = 0xa },
	{ "by a name, and there are ports now", { .own = 0xa, .boot = BOOT, .host = HOST_1 },
	  .initiator = PORT_1, .registered = 0xa },
	{ "by a path of the map", { .own = 0xa, .boot = BOOT, .host = PORT_1 },
	  .paths = { PORT_1, PORT_2 }, .registered = 0xa },
	{ "by the other path of the map", { .own = 0xa, .boot = BOOT, .host = PORT_2 },
	  .paths = { PORT_1, PORT_2 }, .registered = 0xa },
	{ "by a port of the map that has gone", { .own = 0xa, .boot = BOOT, .host = PORT_3 },
	  .paths = { PORT_1, PORT_2 }, .registered = 0xa },
	{ "by no name of the map", { .own = 0xa, .boot = BOOT, .host = HOST_3 },
	  .paths = { HOST_1 SESSION_1, HOST_2 SESSION_1 } },
	{ "by a map, and by whom is not known", { .own = 0xa, .boot = BOOT },
	  .paths = { PORT_1, PORT_2 }, .registered = 0xa },
	{ "cannot be read", { 0 }, .initiator = PORT_1, .wrong = "it is damaged", .warned = true,
	  .unfenced = true },
	{ "the boot was not known when it was recorded", { .own = 0xa, .boot = "unknown",
	  .unfenced_boot = "unknown" }, .initiator = PORT_1, .registered = 0xa, .unfenced = true },
	{ "this boot is not known", { .own = 0xa, .boot = "earlier", .unfenced_boot = "earlier" },
	  .initiator = PORT_1, .registered = 0xa, .unfenced = true, .now = "unknown" },
	{ "no WWID", { .own = 0xa, .boot = BOOT }, .initiator = PORT_1, .nameless = true,
	  .warned = true },
};

static const struct remembered *memory;

const char *__wrap_store_boot_id(struct arena *arena);
const char *__wrap_store_boot_id(struct arena *arena)
{
	(void)arena;
	return memory->now ?: BOOT;
}

const char *__wrap_store_read(const struct store *store, struct arena *arena, const char *wwid,
			      struct lun_records *lun);
const char *__wrap_store_read(const struct store *store, struct arena *arena, const char *wwid,
			      struct lun_records *lun)
{
	(void)store;
	(void)arena;
	assert_string_equal(wwid, "naa.1");
	*lun = memory->records;
	return memory->wrong;
}

static void remembered(void **state)
{
	static const struct machine_ports none = { 0 };
	struct arena *arena = unit_arena();
	struct results seen = { .arena = arena, .end = &seen.first, .ports = &none };
	struct result *one = result_add(&seen, "/dev/a"), *two = result_add(&seen, "/dev/b");
	struct own_registration *list;

	memory = *state;
	one->lun.wwid = memory->nameless ? NULL : "naa.1";
	one->lun.nexus = (struct nexus){ memory->initiator, 1 };
	for (size_t i = 0; i < 2 && memory->paths[i]; i++) {
		struct result *path = result_new(arena, "/dev/a");

		path->lun.nexus = (struct nexus){ memory->paths[i], 1 };
		path->map = one;
		path->ports = &none;
		path->next = one->paths;
		one->paths = path;
	}
	assert_int_equal(own_registrations_read(arena, &seen, &list), 2);
	assert_ptr_equal(list[0].seen, one);
	assert_ptr_equal(list[1].seen, two);
	assert_int_equal(list[0].registered, memory->registered);
	assert_int_equal(list[0].unfenced, memory->unfenced);
	assert_int_equal(list[0].votes, memory->votes);
	assert_text(list[0].ports ? list[0].ports[0] : NULL, memory->ports);
	assert_int_equal(list[1].registered, 0);
	assert_ptr_equal(list[0].unread, memory->wrong);
	assert_int_equal(one->warnings != NULL, memory->warned);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, fenced, boots);
	UNIT_TABLE(&unit, entry, entries);
	UNIT_TABLE(&unit, lost, later);
	UNIT_TABLE(&unit, remembered, memories);
	return unit_run(&unit, "own_registration");
}
