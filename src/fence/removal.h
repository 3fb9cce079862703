/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The preempts of a fence: of the victim, with every key of its host, and of missing nodes. */
#ifndef REMOVAL_H
#define REMOVAL_H

#include "fence/act.h"
#include "fence/hosts.h"

/* A key to remove from a device. */
struct removal {
	const char *device;
	uint64_t key; /* 0: done */
	bool needs_proof; /* that the commands of the key's hosts have ended */
	struct removal *next;
};

/* What is to be removed; end is &first if that is nothing. */
struct removals {
	struct removal *first, **end;
	size_t count;
};

/*
 * Adds the keys that hosts_missing_keys() finds in @state, of @device, to the end of @list, in
 * @arena. False: no memory.
 */
bool removals_add_missing(struct arena *arena, struct removals *list, const char *device,
			  const struct hosts *hosts, const struct resv_state *state);

/*
 * Preempts each key of @list on all devices from which it must be removed, those in parallel, until
 * @end (clock_now()). The results are joined with those of @done for the same devices.
 */
void removals_do(struct act *act, const struct removals *list, int64_t end, struct results *done);

/*
 * Removes the victim from @count devices until @end, with each key that its host has there as
 * @hosts knows. If the LUN that decides was won, also removes every other node that is no longer
 * registered on that LUN. Sets *@done to the results.
 */
void removal_of_victim(struct act *act, const struct hosts *hosts, const char **devices,
		       size_t count, int64_t end, struct results *done);

/*
 * Fails @result, of a device that was preempted, unless its present state, @state, shows that the
 * victim's key is gone for good.
 */
void removal_judge(const struct act *act, struct result *result, const struct resv_state *state);

#endif
