/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first part of off: one LUN, or most of several arbiters, must be won before anything is sent
 * to the others. docs/design/arbiters.md.
 */
#ifndef RACE_H
#define RACE_H

#include "fence/act.h"
#include "fence/arbiters.h"
#include "fence/hosts.h"

/* One fence under way. */
struct fencing {
	struct act *act;
	struct results found, seen; /* the shared disks; and all LUNs before the first preempt */
	struct arbiters arbiters; /* the LUNs that decide; without arbiters the first one alone: */
	struct arbiter first;
	struct hosts hosts;
	struct results votes; /* what the arbiters listed after the race */
};

/*
 * Finds the LUNs, and reads them. With arbiters, may wait for another node that fences. False: the
 * fence must not begin; the results say why.
 */
bool race_begin(struct fencing *fencing);

/*
 * Tries the LUNs that decide one after the other, until this node has won enough. Arbiters are read
 * again after that: without it, three nodes that fence each other, each with other arbiters, could
 * win in a circle. Instead of those that do not answer then, the next ones are tried. Returns how
 * many this node has won by the last reading.
 */
size_t race_run(struct fencing *fencing);

/* Says that nothing is sent to the other LUNs, because this node has won only @won. */
void race_lost(struct fencing *fencing, size_t won);

/* The devices that were not tried yet: *@count of them. NULL: no memory. */
const char **race_others(struct fencing *fencing, size_t *count);

#endif
