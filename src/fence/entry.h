/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What on does to the LUNs, whether one of them decides or several arbiters. */
#ifndef ENTRY_H
#define ENTRY_H

#include "fence/act.h"
#include "fence/arbiters.h"
#include "fence/standing.h"

/* The action: the state of each LUN before it, and its outcome. */
struct entry {
	struct act *act;
	struct results found, seen;
	/* the LUN that decides, one of @seen; NULL: it could not be read */
	const struct result *first;
	struct standing *standings;
	size_t count;
	struct results done;
	bool first_changed; /* the key was registered on the LUN that decides */
	/* of @done: a shared disk from which the key went meanwhile; NULL: from none */
	const struct result *gone;
	struct arbiters arbiters; /* none, unless the parameter is given */
};

/* What is known of this node on the device @argument; NULL: nothing. */
const struct standing *entry_standing(const struct entry *entry, const char *argument);

/*
 * Registers on each of @count devices in its own way until @end (clock_now()); devices with the
 * same way in parallel. The order of @devices is lost.
 */
void entry_register(struct entry *entry, const char **devices, size_t count, int64_t end);

/* Reserves the devices of entry->done that are not reserved. */
void entry_reserve(struct entry *entry);

/*
 * Takes back what this run has registered, as @lost shows that this node was fenced meanwhile: its
 * key may be gone from there.
 */
void entry_undo(struct entry *entry, const struct result *lost);

/*
 * Fails @result, a LUN that decides: @now, its last reading, has failed (NULL: there is none), so
 * this node may have been fenced after it had registered there.
 */
void entry_unread(struct result *result, const struct result *now);

/*
 * Takes back the registrations of this run on LUNs where this node was not before, because @unread
 * does not show whether this node was fenced meanwhile. Such a fence may have passed them earlier.
 */
void entry_undo_unconfirmed(struct entry *entry, const struct result *unread);

/* Adds to entry->done the warnings of what was read, and of what this node cannot do. */
void entry_warn(struct entry *entry);

/* Registers if most of the arbiters let this node in, and else on nothing but these. */
void on_by_arbiters(struct entry *entry);

#endif
