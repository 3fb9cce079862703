// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which paths share a registration, as proofs show one after another. A path is its target port, a
 * digit; all have one initiator.
 */
#include "unit.h"

#include "model/sharing.h"
#include "states.h"

#define PATHS 6
#define FC_1 "fc:0x2100001122334456"

static struct nexus path_of(char digit)
{
	return (struct nexus){ FC_1, digit - '0' };
}

/* A number that shows whether @list was changed. */
static uint64_t sum_of(const struct sharer *list)
{
	uint64_t sum = 0;

	for (; list; list = list->next)
		sum = sum * 31 + list->groups + 1;
	return sum;
}

/* Proves each word of @proofs, "path:registrations", for example "3:12". */
static void prove(struct arena *arena, struct sharer **list, const char *proofs)
{
	while (*proofs) {
		struct nexus path = path_of(*proofs), listed[PATHS];
		uint64_t before = sum_of(*list);
		size_t count = 0;
		bool changed;

		for (proofs += 2; *proofs && *proofs != ' '; proofs++)
			listed[count++] = path_of(*proofs);
		proofs += *proofs == ' ';
		changed = sharing_prove(arena, list, &path, listed, count);
		assert_int_equal(changed, sum_of(*list) != before);
	}
}

static void forget_proofs(struct sharer *list)
{
	for (; list; list = list->next)
		list->proven = false;
}

/*
 * Of each path: the letter of its registration, ? if it may be one of several, - if nothing is
 * known.
 */
static const char *text_of(const struct sharer *list)
{
	static char text[PATHS + 1];
	char next = 'a';

	memset(text, 0, sizeof(text));
	for (int i = 0; i < PATHS; i++) {
		struct nexus path = path_of((char)('1' + i));

		text[i] = sharing_find(list, &path) ? '?' : '-';
		for (int j = 0; j < i; j++) {
			struct nexus other = path_of((char)('1' + j));

			if (sharing_is_one(list, &path, &other))
				text[i] = text[j];
		}
		if (text[i] == '?' && sharing_is_one(list, &path, &path))
			text[i] = next++;
	}
	return text;
}

static const struct {
	const char *name;
	const char *recorded; /* proofs of earlier runs */
	const char *proofs;
	const char *all, *proven; /* what is known then; of that, what this run has proven */
} rows[] = {
	{ "nothing", "", "", "------", "------" },
	{ "one proof", "", "2:1", "aa----", "aa----" },
	{ "one proof, of a path that is listed itself", "", "1:1 2:1", "aa----", "aa----" },
	{ "one that is listed itself", "", "1:1", "a-----", "a-----" },
	{ "one of two of which it has one, and the other was unclear", "", "4:12 5:1 5:14",
	  "ab-ca-", "ab-ca-" },
	{ "the same again", "", "2:1 2:1 1:2", "aa----", "aa----" },
	{ "two paths, one registration", "", "2:1 3:1", "aaa---", "aaa---" },
	{ "each with the next", "", "2:1 3:2 4:3", "aaaa--", "aaaa--" },
	{ "two registrations", "", "2:1 4:3", "aabb--", "aabb--" },
	{ "two that turn out to be one", "", "2:1 4:3 1:3", "aaaa--", "aaaa--" },
	{ "one of two registrations", "", "4:12", "ab-?--", "ab-?--" },
	{ "one of two, and then which", "", "4:12 4:2", "ab-b--", "ab-b--" },
	{ "one of two, and then another", "", "4:12 4:3", "abcc--", "abcc--" },
	{ "one of two, as a path that shares it", "", "2:1 1:34", "??ab--", "??ab--" },
	{ "one of two, one of which is known", "", "2:1 4:13", "aab?--", "aab?--" },
	{ "one of two of which it has one", "", "2:1 2:13", "aab---", "aab---" },
	{ "one of two that turn out to be one", "", "4:12 2:1", "aa-a--", "aa-a--" },
	{ "it is listed itself now", "", "4:12 5:43", "abcd?-", "abcd?-" },
	{ "recorded", "2:1", "", "aa----", "------" },
	{ "recorded, and proven again", "2:1", "2:1", "aa----", "aa----" },
	{ "recorded, and another path", "2:1", "3:1", "aaa---", "a-a---" },
	{ "recorded, and one of two of another path", "2:1", "4:13", "aab?--", "a-b?--" },
};

static void proofs(void **state)
{
	const typeof(rows[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct sharer *list = NULL, *taken = NULL;

	prove(arena, &list, row->recorded);
	forget_proofs(list);
	prove(arena, &list, row->proofs);
	assert_string_equal(text_of(list), row->all);
	assert_int_equal(sharing_has_proof(list), *row->proofs != 0);

	/* What another run has recorded meanwhile stays: here, that 9 is 8's. */
	prove(arena, &taken, "9:8");
	forget_proofs(taken);
	assert_int_equal(sharing_take_proven(arena, &taken, list), *row->proofs != 0);
	assert_false(sharing_take_proven(arena, &taken, list));
	assert_true(sharing_is_one(taken, &(struct nexus){ FC_1, 8 }, &(struct nexus){ FC_1, 9 }));

	sharing_drop_recorded(&taken);
	assert_string_equal(text_of(taken), row->proven);

	sharing_drop_recorded(&list);
	assert_string_equal(text_of(list), row->proven);
	arena_free(arena);
}

/* Which registrant counts for a path: the port for which it is listed; 0: none. */
static const struct {
	const char *name;
	const char *proofs;
	char path;
	struct resv_state state;
	int counts;
} listed[] = {
	{ "that of another path", "2:1", '2', STATE(1, WERO, 0xa, LISTED(0xa, Y, FC_1, 1)), 1 },
	{ "not listed", "2:1", '2', STATE(1, WERO, 0xb, LISTED(0xb, Y, FC_1, 3)), 0 },
	{ "of a path of which nothing is known", "2:1", '3',
	  STATE(1, WERO, 0xa, LISTED(0xa, Y, FC_1, 1)), 0 },
	{ "of another initiator", "2:1", '2', STATE(1, WERO, 0xa, LISTED(0xa, Y, "fc:0x1", 1)), 0 },
	{ "one of two: the one that does not hold", "3:12", '3',
	  STATE(1, WERO, 0xa, LISTED(0xa, Y, FC_1, 1), LISTED(0xa, N, FC_1, 2)), 2 },
	{ "one of two: both hold", "3:12", '3',
	  STATE(1, WEAR, 0, LISTED(0xa, Y, FC_1, 1), LISTED(0xa, Y, FC_1, 2)), 2 },
	{ "one of two: none holds", "3:12", '3',
	  STATE(1, WERO, 0xb, LISTED(0xa, N, FC_1, 1), LISTED(0xa, N, FC_1, 2)), 1 },
	{ "one of two: one is not listed", "3:12", '3',
	  STATE(1, WERO, 0xa, LISTED(0xa, Y, FC_1, 1)), 0 },
	{ "one of two: the first of all is not listed", "1:1 3:12", '3',
	  STATE(1, WERO, 0xa, LISTED(0xa, N, FC_1, 2)), 0 },
	{ "one of two: another one has another key", "3:12 5:4", '3',
	  STATE(1, WERO, 0xa, LISTED(0xa, Y, FC_1, 1), LISTED(0xc, N, FC_1, 4),
		LISTED(0xa, N, FC_1, 2)), 2 },
	{ "one of two: with different keys", "3:12", '3',
	  STATE(1, WERO, 0xa, LISTED(0xa, Y, FC_1, 1), LISTED(0xc, N, FC_1, 2)), 0 },
	{ "one of two: one is listed for a path that shares it", "4:1 3:12", '3',
	  STATE(1, WERO, 0xa, LISTED(0xa, Y, FC_1, 4), LISTED(0xa, N, FC_1, 2)), 2 },
};

static void counts(void **state)
{
	const typeof(listed[0]) *row = *state;
	const struct nexus path = path_of(row->path);
	struct arena *arena = unit_arena();
	struct sharer *list = NULL;
	int found = 0;

	prove(arena, &list, row->proofs);
	for (size_t i = 0; i < row->state.count; i++)
		if (sharing_is_path(list, &path, &row->state.registrants[i].nexus, &row->state)) {
			assert_int_equal(found, 0);
			found = row->state.registrants[i].nexus.target_port;
		}
	assert_int_equal(found, row->counts);
	arena_free(arena);
}

/* What names a path: its initiator without the session, and its target port. */
static const struct {
	const char *name;
	struct nexus path, other;
	bool is_same;
} names[] = {
	{ "another session", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_2, 1 }, true },
	{ "no session", { HOST_1 SESSION_1, 1 }, { HOST_1, 1 }, true },
	{ "another port", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_1, 2 }, false },
	{ "every port", { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_1, TARGET_PORT_ALL }, false },
	{ "every port of both", { FC_1, TARGET_PORT_ALL }, { FC_1, TARGET_PORT_ALL }, true },
	{ "an unknown port of both", { FC_1, -1 }, { FC_1, -1 }, true },
	{ "another host", { HOST_1 SESSION_1, 1 }, { HOST_2 SESSION_1, 1 }, false },
	{ "an unknown initiator", { FC_1, 1 }, { NULL, 1 }, false },
	{ "unknown initiators", { NULL, 1 }, { NULL, 1 }, true },
	{ "unknown initiators and ports", { NULL, -1 }, { NULL, -1 }, false },
};

static void named(void **state)
{
	const typeof(names[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct sharer *list = NULL;

	sharing_prove(arena, &list, &row->path, &row->path, 1);
	assert_int_equal(sharing_find(list, &row->other) != NULL, row->is_same);
	arena_free(arena);
}

static void drops(void **state)
{
	struct arena *arena = unit_arena();
	struct nexus path = path_of('1');
	struct sharer *list = NULL;

	(void)state;
	prove(arena, &list, "2:1 4:3 5:13");
	sharing_drop(&list, &path);
	assert_string_equal(text_of(list), "--aa--");
	sharing_drop(&list, &path);
	assert_string_equal(text_of(list), "--aa--");
	arena_free(arena);
}

/* There are 64 groups. What is beyond is not noted. */
static void many(void **state)
{
	struct arena *arena = unit_arena();
	struct sharer *list = NULL;

	(void)state;
	/* It is noted even if nothing is listed. */
	assert_true(sharing_prove(arena, &list, &(struct nexus){ FC_1, 1 }, NULL, 0));
	for (int port = 1; port <= 70; port++) {
		struct nexus path = { FC_1, port };

		/* The last group is this path's, so that none is left for the other one. */
		if (port == 64)
			assert_true(sharing_prove(arena, &list, &path, &(struct nexus){ FC_1, 100 },
						  1));

		sharing_prove(arena, &list, &path, &path, 1);
		assert_int_equal(sharing_is_one(list, &path, &path), port <= 64);
	}
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, proofs, rows);
	UNIT_TABLE(&unit, counts, listed);
	UNIT_TABLE(&unit, named, names);
	UNIT_TEST(&unit, drops);
	UNIT_TEST(&unit, many);
	return unit_run(&unit, "sharing");
}
