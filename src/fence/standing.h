/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this node is on each LUN: what it has registered there in this boot, as the store says,
 * beside what the LUN lists. Pure functions but for standing_read().
 */
#ifndef STANDING_H
#define STANDING_H

#include "fence/fence.h"
#include "model/result.h"

struct standing {
	const struct result *seen; /* a status of the LUN; not ok if it could not be read */
	/*
	 * the key that this node has registered there in this boot, and not removed itself; 0: none
	 */
	uint64_t registered;
	bool let_in; /* by on, in this boot */
	bool votes; /* an arbiter whose vote on has made count, in this boot */
};

/*
 * Of each of @seen, in its order: *@list, in @arena, with the records of /run/prctl; NULL: no
 * memory. Returns how many.
 */
size_t standing_read(struct arena *arena, const struct results *seen, struct standing **list);

/* Whether the LUN lists this node, by whatever key and path, or may. */
bool standing_is_in(const struct fence *fence, const struct standing *standing);

/*
 * The LUN that shows that this node was fenced in this boot; NULL: none does. One that has lost the
 * node's key does, but not if @deciding still has it, from which a fence removes it first.
 * @deciding: the status of the LUN that decides; NULL: that is not known.
 */
const struct standing *standing_fenced(const struct fence *fence, const struct standing *list,
				       size_t count, const struct result *deciding);

/* How the node's key is to be registered on a LUN. */
struct standing_entry {
	/*
	 * by REGISTER AND IGNORE EXISTING KEY: this node was not in yet, so no fence can be undone
	 */
	bool ignore_key;
	/*
	 * the key that must be there still, and is replaced or kept; 0: REGISTER of a path without
	 * a key
	 */
	uint64_t old_key;
};

struct standing_entry standing_entry_choose(const struct fence *fence,
					    const struct standing *standing);

/*
 * Whether @now, read after this node was let in, lacks a registration of this node that was there
 * when @standing was read; or this node has @replaced its own key where it was there: a fence has
 * removed it in between.
 */
bool standing_is_lost(const struct fence *fence, const struct standing *standing,
		      const struct resv_state *now, bool replaced);

#endif
