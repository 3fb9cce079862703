// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <errno.h>

#include "model/describe.h"
#include "model/key_names.h"
#include "states.h"

static const struct {
	const char *name;
	struct answer answer;
	const char *text;
} answers[] = {
	{ "good", { .kind = ANSWER_DONE }, "good" },
	{ "conflict of 6.1", { .kind = ANSWER_CONFLICT, .raw = 0x118 },
	  "RESERVATION CONFLICT (0x118)" },
	{ "unit attention", { .kind = ANSWER_CHECK, .raw = 2, .sense_key = 6, .asc = 0x2a,
	  .ascq = 3 }, "CHECK CONDITION, sense 06/2a/03 (0x2)" },
	{ "no sense data", { .kind = ANSWER_CHECK, .raw = 2 }, "I/O error (0x2)" },
	{ "errno", { .kind = ANSWER_NO_PRIVILEGE, .err = EPERM }, "not permitted (EPERM)" },
	{ "errno without a name", { .kind = ANSWER_PATH, .err = 4095 },
	  "the path failed (errno 4095)" },
	{ "EINVAL", { .kind = ANSWER_INVALID, .err = EINVAL }, "invalid field (EINVAL)" },
	{ "command not known", { .kind = ANSWER_NO_COMMAND, .raw = 2, .sense_key = 5,
	  .asc = 0x20 }, "unknown command, sense 05/20/00 (0x2)" },
	{ "ENOTTY", { .kind = ANSWER_NO_INTERFACE, .err = ENOTTY },
	  "not supported (ENOTTY)" },
	{ "nothing raw", { .kind = ANSWER_REPLY },
	  "an inconsistent or oversized reply" },
	{ "no memory, whatever errno is", { .kind = ANSWER_NO_MEMORY, .err = ENOMEM },
	  "out of memory" },
	{ "good, whatever is raw", { .kind = ANSWER_DONE, .raw = 1 }, "good" },
};

static void answer(void **state)
{
	const typeof(answers[0]) *row = *state;
	struct arena *arena = unit_arena();

	assert_string_equal(describe_answer(arena, &row->answer), row->text);
	arena_free(arena);
}

/*
 * For a state: the clauses about the holder, about key 0xa, and about all registrants except this
 * path.
 */
static const struct {
	const char *name;
	struct resv_state state;
	const char *holding, *own, *others;
} states[] = {
	{ "nobody", EMPTY(1), "nothing is reserved", "0xa is not registered", "" },
	{ "this path holds", STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  "held by 0xa (this host), write-exclusive", "0xa is registered", "0xb (" HOST_2 ")" },
	{ "another holds", STATE(1, EARO, 0xb, OWN(0xc, N), OTHER(0xb, Y)),
	  "held by 0xb (" HOST_2 "), exclusive-access-reg-only",
	  "this host is registered with 0xc, not 0xa", "0xb (" HOST_2 ")" },
	{ "all hold", STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y), THIRD(0xc, Y)),
	  "held by all 3 registrants, write-exclusive-all-regs", "0xa is registered",
	  "0xb (" HOST_2 "), 0xc (" HOST_3 ")" },
	{ "all hold, and that is one", STATE(1, WEAR, 0, OTHER(0xb, Y)),
	  "held by 0xb (" HOST_2 "), write-exclusive-all-regs",
	  "0xa is not registered", "0xb (" HOST_2 ")" },
	{ "another path holds", STATE(1, WE, 0xa, MAYBE(0xa, Y)),
	  "held by 0xa (" HOST_1 ", another path of this host), write-exclusive",
	  "0xa is registered, perhaps through another path",
	  "0xa (" HOST_1 ", another path of this host)" },
	{ "no nexus is known", STATE(1, WE, 0xb, ANY(0xa, N), ANY(0xb, Y)),
	  "held by 0xb, write-exclusive", "0xa is registered, perhaps through another path",
	  "0xa, 0xb" },
	{ "a clone", STATE(1, WE, 0xa, OTHER(0xa, Y)), "held by 0xa (" HOST_2 "), write-exclusive",
	  "0xa is registered by another host: 0xa (" HOST_2 ")", "0xa (" HOST_2 ")" },
	{ "the holder is not listed", STATE(1, WE, 0xd, OTHER(0xb, N)),
	  "held by 0xd, write-exclusive", "0xa may be registered",
	  "0xb (" HOST_2 ")" },
	{ "no holder is listed", STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xb, U)),
	  "held by an unknown registrant, write-exclusive-reg-only", "0xa is registered",
	  "0xb (" HOST_2 ")" },
	{ "all hold, and none is listed",
	  { .source = SOURCE_FULL_STATUS, .type = WEAR },
	  "held by an unknown registrant, write-exclusive-all-regs",
	  "0xa may be registered", "" },
	{ "a type without a name", STATE(1, RESV_OTHER, 0xb, OTHER(0xb, Y)),
	  "held by 0xb (" HOST_2 "), type 0xf", "0xa is not registered", "0xb (" HOST_2 ")" },
	{ "eight", STATE(1, RESV_NONE, 0, ANY(1, N), ANY(2, N), ANY(3, N), ANY(4, N), ANY(5, N),
	  ANY(6, N), ANY(7, N), ANY(8, N)), "nothing is reserved", "0xa is not registered",
	  "0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x8" },
	{ "more than eight", STATE(1, RESV_NONE, 0, ANY(1, N), ANY(2, N), ANY(3, N), ANY(4, N),
	  ANY(5, N), ANY(6, N), ANY(7, N), ANY(8, N), ANY(9, N), ANY(0xffffffffffffffff, N)),
	  "nothing is reserved", "0xa is not registered",
	  "0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x8 and 2 more" },
};

static void held(void **state)
{
	const typeof(states[0]) *row = *state;
	struct arena *arena = unit_arena();

	assert_string_equal(describe_holding(arena, &row->state), row->holding);
	assert_string_equal(describe_own(arena, &row->state, 0xa), row->own);
	assert_string_equal(describe_registrants(arena, &row->state, 0), row->others);
	arena_free(arena);
}

static const struct {
	const char *name;
	struct action action;
	const char *text;
} actions[] = {
	{ "register",
	  { ACTION_REGISTER, 0, 0xa, RESV_NONE, false, false, false },
	  "REGISTER, key 0x0, new key 0xa" },
	{ "register, ignoring",
	  { ACTION_REGISTER_IGNORE, 0xa, 0xa, RESV_NONE, false, false, false },
	  "REGISTER AND IGNORE EXISTING KEY, key 0xa, new key 0xa" },
	{ "register, volatile",
	  { .op = ACTION_REGISTER, .service_key = 0xa, .all_ports = true, .is_volatile = true },
	  "REGISTER, key 0x0, new key 0xa, all target ports, volatile" },
	{ "reserve",
	  { ACTION_RESERVE, 0xa, 0, WE, false, false, false },
	  "RESERVE, key 0xa, write-exclusive" },
	{ "reserve, ignoring",
	  { ACTION_RESERVE, 0xa, 0, WE, true, false, false },
	  "RESERVE, key 0xa, write-exclusive, ignoring the key" },
	{ "release",
	  { ACTION_RELEASE, 0xa, 0, EAAR, false, false, false },
	  "RELEASE, key 0xa, exclusive-access-all-regs" },
	{ "clear", { ACTION_CLEAR, 0xa, 0, RESV_NONE, false, false, false }, "CLEAR, key 0xa" },
	{ "preempt",
	  { ACTION_PREEMPT, 0xa, 0xb, WE, false, false, false },
	  "PREEMPT, key 0xa, victim 0xb, write-exclusive" },
	{ "preempt-abort",
	  { ACTION_PREEMPT_ABORT, 0xa, 0xb, WE, false, false, false },
	  "PREEMPT AND ABORT, key 0xa, victim 0xb, write-exclusive" },
};

static void action(void **state)
{
	const typeof(actions[0]) *row = *state;
	struct arena *arena = unit_arena();

	assert_string_equal(describe_action(arena, &row->action), row->text);
	arena_free(arena);
}

/* Keys that have names: the name is in the brackets beside the key. */
static void named(void **state)
{
	struct name list[] = { { 0xa, "node1" }, { 0xb, "node2" } };
	const struct key_names names = { .list = list, .count = 2 };
	struct resv_state mine = STATE(3, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), THIRD(0xc, N));
	struct resv_state other = STATE(3, WE, 0xb, OTHER(0xb, Y));
	struct resv_state unread = STATE(3, WE, 0xb, ANY(0xb, U));
	const struct action action = { ACTION_PREEMPT, 0xa, 0xb, WE, false, false, false };
	struct arena *arena = unit_arena();

	(void)state;
	arena->names = &names;
	assert_string_equal(describe_key(arena, 0xb), "0xb (node2)");
	assert_string_equal(describe_key(arena, 0xc), "0xc");
	assert_string_equal(describe_holding(arena, &mine),
		"held by 0xa (node1, this host), write-exclusive-reg-only");
	assert_string_equal(describe_holding(arena, &other),
		"held by 0xb (node2, " HOST_2 "), write-exclusive");
	assert_string_equal(describe_holding(arena, &unread),
		"held by 0xb (node2), write-exclusive");
	assert_string_equal(describe_registrants(arena, &mine, 0),
		"0xb (node2, " HOST_2 "), 0xc (" HOST_3 ")");
	assert_string_equal(describe_own(arena, &mine, 0xb),
		"this host is registered with 0xa (node1), not 0xb (node2)");
	assert_string_equal(describe_own(arena, &mine, 0xa), "0xa (node1) is registered");
	assert_string_equal(describe_action(arena, &action),
			    "PREEMPT, key 0xa (node1), victim 0xb (node2), write-exclusive");
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, answer, answers);
	UNIT_TABLE(&unit, held, states);
	UNIT_TABLE(&unit, action, actions);
	UNIT_TEST(&unit, named);
	return unit_run(&unit, "describe");
}
