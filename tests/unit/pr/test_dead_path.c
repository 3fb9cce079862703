// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why prctl does not take a reservation away from a dead path of its own host: an exhaustive search
 * (docs/design/paths.md). The model is an SPC-4 target with two live paths and a dead one of this
 * host, all with the key K, and the dead one holds; and another host, which may fence this one by K
 * at any time, even after this host has stopped between two commands.
 */
#include "unit.h"

enum { PATH_1, PATH_2, DEAD, OTHER, NEXUSES, LIVE = DEAD, NOBODY = NEXUSES };
enum { NONE, K, T, L, KEYS }; /* T: any other key of this host; L: the other host's */
enum { FREE, EXCLUSIVE, REGISTRANTS, TYPES };

struct target {
	int keys[NEXUSES], type, holder;
};

#define STATES (KEYS * KEYS * KEYS * KEYS * TYPES * (NEXUSES + 1))

static size_t number_of(const struct target *target)
{
	size_t number = (size_t)target->type * (NEXUSES + 1) + (size_t)target->holder;

	for (int i = 0; i < NEXUSES; i++)
		number = number * KEYS + (size_t)target->keys[i];
	return number;
}

static void unregister(struct target *target, int nexus)
{
	target->keys[nexus] = NONE;
	if (target->holder != nexus)
		return;
	target->holder = NOBODY;
	target->type = FREE;
}

/* PREEMPT by @nexus: its own registration stays, even if the victim's key is its own. */
static void preempt(struct target *target, int nexus, int victim, int type)
{
	bool takes = target->holder != NOBODY && target->keys[target->holder] == victim;

	for (int i = 0; i < NEXUSES; i++)
		if (i != nexus && target->keys[i] == victim)
			target->keys[i] = NONE;
	if (!takes)
		return;
	target->holder = nexus;
	target->type = type;
}

static bool may_write(const struct target *target, int nexus)
{
	return target->type == FREE || target->holder == nexus ||
	       (target->type == REGISTRANTS && target->keys[nexus] != NONE);
}

/*
 * The other host reserves if nothing is reserved, and preempts K if it is listed: then this host is
 * fenced.
 */
static bool is_safe(struct target target)
{
	if (target.type == FREE) {
		target.type = REGISTRANTS;
		target.holder = OTHER;
	}
	preempt(&target, OTHER, K, REGISTRANTS);
	return !may_write(&target, PATH_1) && !may_write(&target, PATH_2);
}

static struct {
	bool own_key; /* PREEMPT of the own key is allowed */
	bool seen[STATES];
	struct target queue[STATES];
	size_t count;
} search;

static void reach(const struct target *target)
{
	size_t number = number_of(target);

	if (target->keys[OTHER] != L || search.seen[number] || !is_safe(*target))
		return;
	search.seen[number] = true;
	search.queue[search.count++] = *target;
}

/* Every command except CLEAR that this host can send through the live path @nexus. */
static void step(const struct target *target, int nexus)
{
	struct target next;

	for (int key = NONE; key <= T; key++) {
		next = *target;
		if (key == NONE)
			unregister(&next, nexus);
		next.keys[nexus] = key;
		reach(&next);
	}
	if (target->keys[nexus] == NONE)
		return;
	for (int type = EXCLUSIVE; type < TYPES; type++) {
		next = *target;
		if (target->type == FREE) {
			next.type = type;
			next.holder = nexus;
			reach(&next);
		}
		for (int victim = K; victim < KEYS; victim++) {
			next = *target;
			if (victim == target->keys[nexus] && !search.own_key)
				continue;
			preempt(&next, nexus, victim, type);
			reach(&next);
		}
	}
	next = *target;
	if (target->holder == nexus) {
		next.type = FREE;
		next.holder = NOBODY;
		reach(&next);
	}
}

/* Whether the dead path can lose the reservation through safe states only. */
static bool can_be_taken(int type)
{
	const struct target first = { { K, K, K, L }, type, DEAD };

	memset(search.seen, 0, sizeof(search.seen));
	search.count = 0;
	reach(&first);
	assert_int_equal(search.count, 1);
	for (size_t i = 0; i < search.count; i++) {
		if (search.queue[i].holder != DEAD)
			return true;
		step(&search.queue[i], PATH_1);
		step(&search.queue[i], PATH_2);
	}
	return false;
}

static void never_safe(void **state)
{
	(void)state;
	search.own_key = false;
	assert_false(can_be_taken(EXCLUSIVE));
	assert_false(can_be_taken(REGISTRANTS));
}

/* SPC-4 would allow PREEMPT of the own key; LIO frees memory twice then. */
static void safe_by_own_key(void **state)
{
	(void)state;
	search.own_key = true;
	assert_true(can_be_taken(EXCLUSIVE));
	assert_true(can_be_taken(REGISTRANTS));
}

/* The order with a temporary key, up to the point at which this host stopped. */
static const struct {
	const char *name;
	struct target target;
	bool safe;
} stops[] = {
	{ "before it", { { K, K, K, L }, REGISTRANTS, DEAD }, true },
	{ "one live path has T", { { T, K, K, L }, REGISTRANTS, DEAD }, false },
	{ "every live path has T", { { T, T, K, L }, REGISTRANTS, DEAD }, false },
	{ "K is preempted", { { T, T, NONE, L }, REGISTRANTS, PATH_1 }, false },
	{ "released", { { T, T, NONE, L }, FREE, NOBODY }, false },
	{ "one live path has K again", { { K, T, NONE, L }, REGISTRANTS, PATH_1 }, false },
	{ "done", { { K, K, NONE, L }, REGISTRANTS, PATH_1 }, true },
};

static void stopped(void **state)
{
	const typeof(stops[0]) *row = *state;

	assert_int_equal(is_safe(row->target), row->safe);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TEST(&unit, never_safe);
	UNIT_TEST(&unit, safe_by_own_key);
	UNIT_TABLE(&unit, stopped, stops);
	return unit_run(&unit, "dead path");
}
