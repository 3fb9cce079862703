// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "model/state.h"
#include "states.h"

/* Questions about each state, with key 0xa. */
static const struct {
	const char *name;
	struct resv_state state;
	int own; /* the index of the registrant that is this path; -1: none is known to be */
	bool has_key;
	enum tri own_any, own_has, own_holds, anything_holds;
} questions[] = {
	{ "nobody", EMPTY(1), -1, false, N, N, N, N },
	{ "this path", STATE(1, RESV_NONE, 0, OWN(0xa, N)), 0, true, Y, Y, N, N },
	{ "this path, which holds", STATE(1, WE, 0xa, OWN(0xa, Y)), 0, true, Y, Y, Y, Y },
	{ "this path with another key", STATE(1, RESV_NONE, 0, OWN(0xc, N)), 0, false, Y, N, N, N },
	{ "this path after others", STATE(1, WE, 0xb, OTHER(0xb, Y), THIRD(0xa, N), OWN(0xa, N)),
	  2, true, Y, Y, N, N },
	{ "this path with another key, the key at another host",
	  STATE(1, WE, 0xa, OWN(0xc, N), OTHER(0xa, Y)), 0, true, Y, N, N, N },
	{ "this path does not know whether it holds", STATE(1, WE, 0xa, OWN(0xa, U), OWN_2(0xa, U)),
	  0, true, Y, Y, U, U },
	{ "another host", STATE(1, RESV_NONE, 0, OTHER(0xb, N)), -1, false, N, N, N, N },
	{ "a clone: the key is another host's", STATE(1, WE, 0xa, OTHER(0xa, Y)), -1, true, N, N, N,
	  N },
	{ "another path of this host: its name may be ours", STATE(1, WE, 0xa, MAYBE(0xa, Y)), -1,
	  true, U, U, U, U },
	{ "a path beside it holds", STATE(1, WE, 0xa, OWN(0xa, N), BESIDE(0xa, Y)), 0, true, Y, Y,
	  Y, Y },
	{ "a path beside it does not hold", STATE(1, WE, 0xb, OWN(0xa, N), BESIDE(0xa, N),
	  OTHER(0xb, Y)), 0, true, Y, Y, N, N },
	{ "another path of this host with another key", STATE(1, WE, 0xc, MAYBE(0xc, Y)), -1, false,
	  U, N, N, U },
	{ "another host, and the list omits the holder", STATE(1, WE, 0, OTHER(0xb, U)), -1,
	  false, U, U, U, U },
	{ "this path, and the list omits the holder", STATE(1, WE, 0xd, OWN(0xa, U)), 0, true, Y,
	  Y, U, U },
	{ "someone", STATE(1, RESV_NONE, 0, ANY(0xa, N)), -1, true, U, U, N, N },
	{ "someone with another key", STATE(1, WE, 0xb, ANY(0xb, Y)), -1, false, U, N, N, U },
	{ "someone holds", STATE(1, WE, 0xa, ANY(0xa, Y), ANY(0xb, N)), -1, true, U, U, U, U },
	{ "one of two holds", STATE(1, WE, 0xa, ANY(0xa, U), ANY(0xa, U)), -1, true, U, U, U, U },
	{ "this path holds with all", STATE(1, WEAR, 0, OTHER(0xb, Y), OWN(0xa, Y)), 1, true, Y, Y,
	  Y, Y },
	{ "all but this path hold", STATE(1, WEAR, 0, OTHER(0xb, Y)), -1, false, N, N, N, N },
	{ "all hold, who knows which is this path", STATE(1, WEAR, 0, ANY(0xa, Y), ANY(0xb, Y)), -1,
	  true, U, U, U, U },
};

static void answers(void **state)
{
	const typeof(questions[0]) *row = *state;
	const struct resv_state *asked = &row->state;

	assert_ptr_equal(state_own(asked), row->own < 0 ? NULL : &asked->registrants[row->own]);
	assert_int_equal(state_has_key(asked, 0xa), row->has_key);
	assert_int_equal(state_own_any(asked), row->own_any);
	assert_int_equal(state_own_has(asked, 0xa), row->own_has);
	assert_int_equal(state_own_holds(asked, 0xa), row->own_holds);
	assert_int_equal(state_own_holds(asked, 0), row->anything_holds);
}

/* Whether the list may omit the holder. */
static const struct {
	const char *name;
	struct resv_state state;
	bool may_omit;
} omissions[] = {
	{ "nothing is held", STATE(1, RESV_NONE, 0, OTHER(0xb, N)), false },
	{ "nobody", EMPTY(1), false },
	{ "the holder is listed", STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y)), false },
	{ "one of two holds", STATE(1, WE, 0xa, ANY(0xa, U), ANY(0xa, U)), false },
	{ "the holder has a key of 0", STATE(1, WE, 0, OWN(0xa, N), OTHER(0, Y)), false },
	{ "all hold", STATE(1, WEAR, 0, OTHER(0xb, Y)), false },
	{ "the holder's key is not listed", STATE(1, WE, 0xd, OWN(0xa, N), OTHER(0xb, N)), true },
	{ "no entry says that it holds", STATE(1, WE, 0, OWN(0xa, U), OTHER(0xb, U)), true },
	{ "held, and nobody is listed", { .source = SOURCE_FULL_STATUS, .type = WERO }, true },
	{ "all hold, and nobody is listed", { .source = SOURCE_FULL_STATUS, .type = WEAR }, true },
};

/* Whether the list may hide the key of a host. */
static const struct {
	const char *name;
	struct resv_state state;
	bool may_hide;
} hidings[] = {
	{ "nobody", STATE(1, RESV_NONE, 0), false },
	{ "others", STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), false },
	{ "another host's key is 0", STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0, N)), true },
	{ "this path's key is 0", STATE(1, RESV_NONE, 0, OWN(0, N), OTHER(0xb, N)), false },
	{ "nobody is known to hold", STATE(1, RESV_WRITE_EXCLUSIVE, 0, OWN(0xa, N)), true },
};

static void hides(void **state)
{
	const typeof(hidings[0]) *row = *state;

	assert_int_equal(state_may_hide(&row->state), row->may_hide);
}

static void omits(void **state)
{
	const typeof(omissions[0]) *row = *state;

	assert_int_equal(state_may_omit(&row->state), row->may_omit);
}

/* Who holds, in a list of keys and a reservation with a key. */
static const struct {
	const char *name;
	enum resv_type type;
	uint64_t key;
	uint64_t keys[3];
	const char *holders; /* a letter for each: yes, no, unknown */
} lists[] = {
	{ "nobody there", WE, 0xa, { 0 }, "" },
	{ "nothing held", RESV_NONE, 0, { 0xa, 0xb, 0xa }, "nnn" },
	{ "nothing held, and a key of 0", RESV_NONE, 0, { 0xa, 0, 0 }, "nnn" },
	{ "the only one with the key", WE, 0xb, { 0xa, 0xb, 0xc }, "nyn" },
	{ "two with the key", EARO, 0xa, { 0xa, 0xb, 0xa }, "unu" },
	{ "none with the key", EA, 0xd, { 0xa, 0xb, 0xc }, "uuu" },
	{ "all, write exclusive", WEAR, 0, { 0xa, 0xb, 0xa }, "yyy" },
	{ "all, exclusive access", EAAR, 0, { 0xa, 0xb, 0xc }, "yyy" },
	{ "a type that no standard names", RESV_OTHER, 0xa, { 0xa, 0xb, 0xc }, "ynn" },
};

static void holders(void **unused)
{
	const typeof(lists[0]) *row = *unused;
	struct registrant registrants[4];
	struct resv_state state = {
		.type = row->type,
		.key = row->key,
		.registrants = registrants,
		.count = strlen(row->holders),
	};

	for (size_t i = 0; i < COUNT_OF(registrants); i++)
		registrants[i] = (struct registrant){ .key = i < 3 ? row->keys[i] : 0,
						      .holder = 9,
						      .this_nexus = 9,
						      .this_host = 9 };
	state_holders_mark(&state);
	assert_int_equal(registrants[state.count].holder, 9);
	for (size_t i = 0; i < state.count; i++) {
		assert_int_equal("uny"[registrants[i].holder + 1], row->holders[i]);
		assert_int_equal(registrants[i].this_nexus, U);
		assert_int_equal(registrants[i].this_host, U);
	}
}

/* Which key a path has, and which path of a map holds the reservation. */
static const struct {
	const char *name;
	struct nexus path;
	struct resv_state state;
	enum tri registered;
	uint64_t key;
	int holder; /* the index of the own path that holds; -1: none does */
} paths[] = {
	{ "cannot be read", { HOST_1 SESSION_1, 1 }, UNREAD, U, 0, -1 },
	{ "nobody", { HOST_1 SESSION_1, 1 }, EMPTY(1), N, 0, -1 },
	{ "the path asked through", { HOST_1 SESSION_1, 1 },
	  STATE(1, WE, 0xa, OTHER(0xb, N), OWN(0xa, Y)), Y, 0xa, 1 },
	{ "the path beside it", { HOST_1 SESSION_2, 1 },
	  STATE(1, WE, 0xc, OWN(0xa, N), BESIDE(0xc, Y)), Y, 0xc, 1 },
	{ "not the path beside it", { HOST_1 SESSION_2, 1 },
	  STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), N, 0, 0 },
	{ "another host holds", { HOST_1 SESSION_1, 1 },
	  STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y)), Y, 0xa, -1 },
	{ "perhaps", { HOST_1 SESSION_1, 1 }, STATE(1, WE, 0xa, ANY(0xa, Y), OTHER(0xb, N)), U, 0,
	  -1 },
	{ "the path is not known", { NULL, -1 }, STATE(1, WE, 0xa, OTHER(0xa, Y)), U, 0, -1 },
	{ "an earlier session, which may be the path's", { HOST_1 SESSION_1, 1 },
	  STATE(1, WE, 0xa, LISTED(0xa, Y, HOST_1 ",i,0x00023d000009", 1), OTHER(0xb, N)), U, 0,
	  -1 },
	{ "another number of its port, which may be the path's", { HOST_1 SESSION_1, 1 },
	  STATE(1, WE, 0xa, LISTED(0xa, Y, HOST_1 SESSION_1, 7), OTHER(0xb, N)), U, 0, -1 },
	{ "every port", { HOST_1 SESSION_1, 1 },
	  STATE(1, WE, 0xa, OTHER(0xb, N), LISTED(0xa, Y, HOST_1 SESSION_1, TARGET_PORT_ALL)), Y,
	  0xa, -1 },
	{ "perhaps another, and surely this", { HOST_1 SESSION_1, 1 },
	  STATE(1, WE, 0xa, ANY(0xb, U), OWN(0xa, U)), Y, 0xa, -1 },
};

static void of_path(void **unused)
{
	const typeof(paths[0]) *row = *unused;
	/* The map's other path: host-1's session 1 or 2. */
	struct result map = { 0 }, beside = { .lun.nexus = { HOST_1 SESSION_1, 1 }, .map = &map },
		      path = { .lun.nexus = row->path, .map = &map, .next = &beside };
	uint64_t key = 0;

	map.paths = &path;
	if (row->path.initiator && strcmp(row->path.initiator, HOST_1 SESSION_1) == 0)
		beside.lun.nexus.initiator = HOST_1 SESSION_2;

	assert_int_equal(state_path_key(&row->state, &path, &key), row->registered);
	assert_true(key == row->key);
	assert_ptr_equal(state_own_path_holder(&row->state),
			 row->holder < 0 ? NULL : &row->state.registrants[row->holder]);
}

/* Whether a path has a key, or any. */
static const struct {
	const char *name;
	struct resv_state state;
	enum tri has, has_other, has_any; /* 0xa, 0xc, and whatever key */
} keys_of_path[] = {
	{ "cannot be read", UNREAD, U, U, U },
	{ "nobody", EMPTY(1), N, N, N },
	{ "the path", STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xc, N)), Y, N, Y },
	{ "another path", STATE(1, WE, 0xa, OTHER(0xa, Y), OTHER(0xc, N)), N, N, N },
	{ "perhaps", STATE(1, WE, 0xa, OTHER(0xb, N), ANY(0xa, Y)), U, N, U },
	{ "perhaps, of two", STATE(1, WE, 0xa, ANY(0xc, N), ANY(0xa, Y)), U, U, U },
	{ "another host, and the list omits the holder", STATE(1, WE, 0xd, OTHER(0xb, N)), U, U,
	  U },
};

static void path_has(void **unused)
{
	const typeof(keys_of_path[0]) *row = *unused;
	const struct result path = { .lun.nexus = { HOST_1 SESSION_1, 1 } };

	assert_int_equal(state_path_has(&row->state, &path, 0xa), row->has);
	assert_int_equal(state_path_has(&row->state, &path, 0xc), row->has_other);
	assert_int_equal(state_path_has(&row->state, &path, 0), row->has_any);
}

/* What a list says of this argument's paths, and of this host. */
static const struct {
	const char *name;
	struct resv_state state;
	bool own_path_has, names_hosts, is_own; /* is_own: of the first registrant */
} owns[] = {
	{ "this path", STATE(1, WE, 0xa, OWN(0xa, Y)), true, true, true },
	{ "this path with another key", STATE(1, WE, 0xc, OWN(0xc, Y)), false, true, true },
	{ "a path beside it", STATE(1, WE, 0xc, BESIDE(0xa, Y), OWN(0xc, N)), true, true, true },
	{ "another path of this host", STATE(1, WE, 0xa, OWN_2(0xa, Y)), false, true, true },
	{ "a path of the map that is not known to be this host's",
	  STATE(1, WE, 0xa, { 0xa, Y, { HOST_3, 1 }, N, U, true }), true, true, true },
	{ "another host", STATE(1, WE, 0xa, OTHER(0xa, Y)), false, true, false },
	{ "perhaps this path", STATE(1, WE, 0xa, OTHER(0xb, N), MAYBE(0xa, Y)), false, false,
	  false },
	{ "nobody is named", STATE(1, WE, 0xa, ANY(0xa, Y)), false, false, false },
};

static void of_host(void **unused)
{
	const typeof(owns[0]) *row = *unused;

	assert_int_equal(state_own_path_has(&row->state, 0xa), row->own_path_has);
	assert_int_equal(state_names_hosts(&row->state), row->names_hosts);
	assert_int_equal(registrant_is_own(&row->state.registrants[0]), row->is_own);
}

/* Two lists: are they the same, and have they the same keys? */
static const struct {
	const char *name;
	struct resv_state a, b;
	bool same, same_keys;
} pairs[] = {
	{ "equal", STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), true, true },
	{ "nobody", EMPTY(1), EMPTY(1), true, true },
	{ "another generation", EMPTY(1), EMPTY(2), false, true },
	{ "another type", STATE(1, WE, 0xa, OWN(0xa, Y)), STATE(1, EA, 0xa, OWN(0xa, Y)), false,
	  true },
	{ "another key of the holder", STATE(1, WE, 0xa, OWN(0xa, U)),
	  STATE(1, WE, 0xb, OWN(0xa, U)), false, true },
	{ "one more", STATE(1, WE, 0xa, OWN(0xa, Y)),
	  STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), false, false },
	{ "another key", STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xc, N)), false, false },
	{ "another first key", STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y)),
	  STATE(1, WE, 0xb, OWN(0xc, N), OTHER(0xb, Y)), false, false },
	{ "other keys", STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)),
	  STATE(1, RESV_NONE, 0, OWN(0xc, N), OTHER(0xd, N)), false, false },
	{ "another holder", STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xa, N)),
	  STATE(1, WE, 0xa, OWN(0xa, N), OTHER(0xa, Y)), false, true },
	{ "another order", STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)),
	  STATE(1, RESV_NONE, 0, OTHER(0xb, N), OWN(0xa, N)), false, true },
	{ "twice one key, and twice the other",
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xa, N), THIRD(0xb, N)),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N), THIRD(0xb, N)), false, false },
	{ "the last ones in another order",
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N), THIRD(0xc, N)),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), THIRD(0xc, N), OTHER(0xb, N)), false, true },
};

static void compared(void **unused)
{
	const typeof(pairs[0]) *row = *unused;

	assert_int_equal(state_is_same(&row->a, &row->b), row->same);
	assert_int_equal(state_is_same(&row->b, &row->a), row->same);
	assert_int_equal(state_has_same_keys(&row->a, &row->b), row->same_keys);
	assert_int_equal(state_has_same_keys(&row->b, &row->a), row->same_keys);
}

/* Whether this path's registration has gone, and which one, by key 0xa. */
static const struct {
	const char *name;
	struct resv_state before, after;
	enum tri gone;
	int lost, lost_any; /* the index in the list before, by 0xa and by any key; -1: none */
} departures[] = {
	{ "still there", STATE(1, WE, 0xa, OWN(0xa, Y)), STATE(1, WE, 0xa, OWN(0xa, Y)), N, -1,
	  -1 },
	{ "there with another key", STATE(1, WE, 0xa, OWN(0xa, Y)), STATE(2, WE, 0xc, OWN(0xc, Y)),
	  N, 0, 0 },
	{ "gone", STATE(1, WE, 0xb, OTHER(0xb, Y), OWN(0xa, N)), STATE(2, WE, 0xb, OTHER(0xb, Y)),
	  Y, 1, 1 },
	{ "another key is gone", STATE(1, WE, 0xb, OTHER(0xb, Y), OWN(0xc, N)),
	  STATE(2, WE, 0xb, OTHER(0xb, Y)), Y, -1, 1 },
	{ "another host is gone", STATE(1, WE, 0xb, OTHER(0xa, Y), OTHER(0xb, N)), EMPTY(2), Y, -1,
	  -1 },
	{ "who knows who is there", STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), U, -1, -1 },
	{ "one of two like it is gone", STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xa, N)),
	  STATE(2, RESV_NONE, 0, ANY(0xa, N)), U, 0, 0 },
	{ "gone, and one that was there before may not be this path's",
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), ANY(0xb, N)), STATE(2, RESV_NONE, 0, ANY(0xb, N)),
	  Y, 0, 0 },
	{ "gone, and one has come that may be this path's", STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  STATE(2, RESV_NONE, 0, ANY(0xb, N)), U, 0, 0 },
	{ "both are gone: this path's is named",
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N), OWN(0xa, N)), EMPTY(2), Y, 1, 1 },
	{ "both are gone, and either may be this path's",
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N), ANY(0xa, N)), EMPTY(2), Y, 0, 0 },
	{ "the same key, of another session",
	  STATE(1, RESV_NONE, 0, LISTED(0xa, N, HOST_1 SESSION_2, 1)),
	  STATE(1, RESV_NONE, 0, LISTED(0xa, N, HOST_1 SESSION_1, 1)), U, 0, 0 },
	{ "the same key, at another port",
	  STATE(1, RESV_NONE, 0, LISTED(0xa, N, HOST_1 SESSION_2, 1)),
	  STATE(1, RESV_NONE, 0, LISTED(0xa, N, HOST_1 SESSION_2, 2)), U, 0, 0 },
	{ "the same key, without a name", STATE(1, RESV_NONE, 0, LISTED(0xa, N, HOST_1, -1)),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), U, -1, -1 },
	{ "one of two of one name is gone",
	  STATE(1, RESV_NONE, 0, LISTED(0xa, N, HOST_1, 1), LISTED(0xa, N, HOST_1, 1)),
	  STATE(2, RESV_NONE, 0, LISTED(0xa, N, HOST_1, 1)), U, 0, 0 },
	{ "gone, and one that was there has no name now",
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), LISTED(0xb, N, HOST_2, -1)),
	  STATE(2, RESV_NONE, 0, ANY(0xb, N)), U, 0, 0 },
	{ "gone, and the list does not name hosts now",
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)),
	  STATE(2, RESV_NONE, 0, ANY(0xb, N)), U, 0, 0 },
};

static void departs(void **unused)
{
	const typeof(departures[0]) *row = *unused;
	const struct registrant *all = row->before.registrants;

	assert_int_equal(state_own_gone(&row->before, &row->after), row->gone);
	assert_ptr_equal(state_own_lost(&row->before, &row->after, 0xa),
			 row->lost < 0 ? NULL : &all[row->lost]);
	assert_ptr_equal(state_own_lost(&row->before, &row->after, 0),
			 row->lost_any < 0 ? NULL : &all[row->lost_any]);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, answers, questions);
	UNIT_TABLE(&unit, omits, omissions);
	UNIT_TABLE(&unit, hides, hidings);
	UNIT_TABLE(&unit, holders, lists);
	UNIT_TABLE(&unit, of_path, paths);
	UNIT_TABLE(&unit, path_has, keys_of_path);
	UNIT_TABLE(&unit, of_host, owns);
	UNIT_TABLE(&unit, compared, pairs);
	UNIT_TABLE(&unit, departs, departures);
	return unit_run(&unit, "state");
}
