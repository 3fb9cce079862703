/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The LUNs that decide a fence: with the parameter arbiters those, of which most must be won;
 * without it one, with the lowest WWID. docs/design/arbiters.md explains why two nodes cannot win
 * against each other.
 */
#ifndef ARBITERS_H
#define ARBITERS_H

#include "fence/act.h"
#include "fence/own_registration.h"

struct arbiter {
	const char *argument; /* that of the shared disk, if it is one */
	const struct lun *lun;
	bool is_shared; /* it is also one of the shared disks */
	bool counts; /* it can vote for this node: arbiters_count() */
	bool is_tried; /* this node has tried to fence there: */
	struct result *result; /* the result of that; NULL: none yet */
	bool is_unread; /* it was won, and does not answer any more */
};

struct arbiters {
	struct arbiter *list; /* those that were found, in the order in which all nodes ask them */
	size_t count;
	size_t needed; /* that must be won */
};

/*
 * Finds the arbiters by @resolve, a request without devices; @found are the shared disks. Those
 * that are not found go to act->arbiters_only. False: two are one disk, or there is no memory, and
 * the action fails. Does nothing if the parameter is not given.
 */
bool arbiters_find(struct act *act, struct request resolve, const struct results *found,
		   struct arbiters *arbiters);

/* Whether @given, all arbiters, are different disks. If not, the action fails and says so. */
bool arbiters_are_different(struct act *act, const struct results *given);

/* The arbiter with the name @argument; NULL if there is none. */
struct arbiter *arbiters_get(const struct arbiters *arbiters, const char *argument);

/* The devices of @found that are ok, and the arbiters that are not shared, as one list. */
const char **arbiters_devices(struct act *act, const struct arbiters *arbiters,
			      const struct results *found, size_t *count);

/*
 * Moves the results of @results to act->reported; those of arbiters that are no shared disks to
 * act->arbiters_only.
 */
void arbiters_report(struct act *act, const struct arbiters *arbiters, struct results *results);

/*
 * Sets which of @arbiters can vote for this node, as @list says, by a pure rule: it answers and
 * lists this node; and if on has made votes count in this boot, its own is one of these. Returns
 * how many.
 */
size_t arbiters_count(struct arbiters *arbiters, const struct fence *fence,
		      const struct own_registration *list, size_t count);

/* A race for the LUNs that decide. */
struct tally {
	size_t won;
	bool is_over; /* won, or lost: nothing more is tried */
};

/*
 * The next of @arbiters to try, from *@at on, which is set to the one after it. NULL: none is left,
 * or the race is over.
 */
struct arbiter *arbiters_next(const struct arbiters *arbiters, const struct tally *tally,
			      size_t *at);

/*
 * Counts @status, the outcome of a fence on one arbiter. If this node is not registered there any
 * more, another node has won it, and the race is lost. One that does not answer does not count. A
 * pure function.
 */
void arbiters_tally(const struct arbiters *arbiters, struct tally *tally, enum status status);

/* How many of @count arbiters are most of them. */
size_t arbiters_most(size_t count);

/*
 * Fails @result, of an arbiter that does not count for this node, and says why; @key: that of this
 * node, @had: it has registered it there in this boot.
 */
void arbiters_refuse(struct result *result, uint64_t key, bool had);

#endif
