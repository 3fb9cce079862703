// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two nodes fence each other: every order in which their preempts can reach the arbiters, for every
 * set of arbiters that each node can ask, and for every arbiter that fails during the race, with
 * the preempt carried out or not. At most one wins; and one does, if nothing fails, and each can
 * ask most of them.
 */
#include "unit.h"

#include "fence/arbiters.h"
#include "states.h"

#define NODES 2
#define MOST 5 /* arbiters */

struct node {
	struct arbiter list[MOST];
	struct arbiters arbiters;
	struct tally tally;
	size_t at;
	unsigned int fails; /* bits of arbiters that give no answer */
	bool is_begun; /* enough could be asked */
};

/* What stands at one moment; it is copied for each way on. */
struct world {
	bool keys[MOST][NODES];
	struct node nodes[NODES];
};

static unsigned long ends;

/* The lists lie in the node, so they move with it. */
static void world_copy(struct world *to, const struct world *from)
{
	*to = *from;
	for (int i = 0; i < NODES; i++)
		to->nodes[i].arbiters.list = to->nodes[i].list;
}

/* One preempt by @me; @sent: it is carried out, though its answer is lost. */
static enum status preempt(struct world *world, int me, size_t lun, bool sent)
{
	bool *keys = world->keys[lun];
	bool registered = keys[me];

	if (registered && (sent || !(world->nodes[me].fails & 1u << lun)))
		keys[!me] = false;
	if (world->nodes[me].fails & 1u << lun)
		return STATUS_UNKNOWN;
	return registered ? STATUS_OK : STATUS_CONFLICT;
}

static bool has_won(const struct node *node)
{
	return node->is_begun && node->tally.won >= node->arbiters.needed;
}

static void world_end(const struct world *world)
{
	const struct node *nodes = world->nodes;

	ends++;
	assert_false(has_won(&nodes[0]) && has_won(&nodes[1]));
	if (nodes[0].is_begun && nodes[1].is_begun && !nodes[0].fails && !nodes[1].fails)
		assert_true(has_won(&nodes[0]) || has_won(&nodes[1]));
}

/* Every way on from here. */
static void search(const struct world *world)
{
	bool moved = false;

	for (int me = 0; me < NODES; me++) {
		for (int sent = 0; sent < 2; sent++) {
			struct world next;
			struct node *node = &next.nodes[me];
			struct arbiter *arbiter;
			size_t lun;

			world_copy(&next, world);
			arbiter = node->is_begun
					  ? arbiters_next(&node->arbiters, &node->tally, &node->at)
					  : NULL;
			if (!arbiter)
				continue;
			moved = true;
			lun = (size_t)(arbiter - node->list);
			if (sent && !(node->fails & 1u << lun))
				continue;
			arbiters_tally(&node->arbiters, &node->tally,
				       preempt(&next, me, lun, sent));
			search(&next);
		}
	}
	if (!moved)
		world_end(world);
}

static void node_begin(struct node *node, size_t count, unsigned int asks, unsigned int fails)
{
	size_t counting = 0;

	*node = (struct node){ .arbiters = { NULL, count, arbiters_most(count) },
			       .fails = fails };
	for (size_t i = 0; i < count; i++) {
		node->list[i].counts = asks & 1u << i;
		counting += node->list[i].counts;
	}
	node->is_begun = counting >= node->arbiters.needed;
}

static const struct {
	const char *name;
	size_t count;
	bool fail; /* each arbiter, during the race */
} sizes[] = {
	{ "one", 1, true },
	{ "three", 3, true },
	{ "five", 5, false },
};

static void world_search(size_t count, const unsigned int asks[NODES],
			 const unsigned int fails[NODES])
{
	struct world world = { 0 }, begun;

	for (int i = 0; i < NODES; i++) {
		node_begin(&world.nodes[i], count, asks[i], fails[i]);
		for (size_t lun = 0; lun < count; lun++)
			world.keys[lun][i] = true;
	}
	world_copy(&begun, &world);
	search(&begun);
}

static void all_orders(void **state)
{
	const typeof(sizes[0]) *row = *state;
	unsigned int all = 1u << row->count, failing = row->fail ? all : 1;

	ends = 0;
	for (unsigned int each = 0; each < all * all * failing * failing; each++)
		world_search(row->count, (const unsigned int[]){ each % all, each / all % all },
			     (const unsigned int[]){ each / all / all % failing,
						     each / all / all / failing });
	assert_true(ends >= all * all);
}

/* Whether an arbiter can vote for this node, which has 0xa. */
static const struct {
	const char *name;
	struct resv_state state;
	bool votes, others_vote, unread, counts;
} votes[] = {
	{ "registered", STATE(1, WERO, 0xa, OWN(0xa, Y)), false, false, false, true },
	{ "registered, and it votes", STATE(1, WERO, 0xa, OWN(0xa, Y)), true, true, false, true },
	{ "registered, and others vote", STATE(1, WERO, 0xa, OWN(0xa, Y)), false, true, false,
	  false },
	{ "removed", STATE(1, WERO, 0xb, OTHER(0xb, Y)), true, true, false, false },
	{ "another host has the key", STATE(1, WERO, 0xa, OTHER(0xa, Y)), true, true, false,
	  false },
	{ "another key", STATE(1, WERO, 0xe, OWN(0xe, Y)), true, true, false, false },
	{ "a list of keys alone", STATE(1, WERO, 0xa, ANY(0xa, U)), true, true, false, true },
	{ "a list that may omit it", STATE(1, WERO, 0xd, OTHER(0xb, U)), true, true, false, false },
	{ "not read", STATE(1, WERO, 0xa, OWN(0xa, Y)), true, true, true, false },
};

static void counts(void **state)
{
	const typeof(votes[0]) *row = *state;
	const struct fence fence = { .key = 0xa };
	struct arbiter list[2] = { { .argument = "/dev/a" }, { .argument = "/dev/b" } };
	struct arbiters arbiters = { list, 2, 2 };
	struct result one = { .argument = "/dev/a", .state = row->state };
	struct result other = { .argument = "/dev/b" };
	const struct own_registration registrations[2] = {
		{ .seen = &other, .registered = 0xa, .votes = row->others_vote },
		{ .seen = &one, .registered = 0xa, .votes = row->votes },
	};

	if (row->unread)
		one.outcome.status = STATUS_FAILED;
	assert_int_equal(arbiters_count(&arbiters, &fence, registrations, 2), row->counts);
	assert_int_equal(list[0].counts, row->counts);
	assert_false(list[1].counts);
}

/* This node is registered on both, and only the first one votes. */
static void first_votes(void **state)
{
	const struct fence fence = { .key = 0xa };
	struct arbiter list[2] = { { .argument = "/dev/a" }, { .argument = "/dev/b" } };
	struct arbiters arbiters = { list, 2, 2 };
	struct result one = { .argument = "/dev/a", .state = STATE(1, WERO, 0xa, OWN(0xa, Y)) };
	struct result other = { .argument = "/dev/b", .state = STATE(1, WERO, 0xa, OWN(0xa, Y)) };
	const struct own_registration registrations[2] = { { .seen = &one, .votes = true },
							   { .seen = &other } };

	(void)state;
	assert_int_equal(arbiters_count(&arbiters, &fence, registrations, 2), 1);
	assert_true(list[0].counts);
	assert_false(list[1].counts);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TEST(&unit, first_votes);
	UNIT_TABLE(&unit, all_orders, sizes);
	UNIT_TABLE(&unit, counts, votes);
	return unit_run(&unit, "arbiters");
}
