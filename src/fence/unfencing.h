/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unfencing, as Pacemaker calls what the action on does: this node registers on its LUNs, whether
 * one of them decides or several arbiters. on.c and on_arbiters.c decide in which order.
 */
#ifndef UNFENCING_H
#define UNFENCING_H

#include "fence/act.h"
#include "fence/arbiters.h"
#include "fence/own_registration.h"

/* One unfencing under way: the state of each LUN before it, and its outcome. */
struct unfencing {
	struct act *act;
	struct results found; /* the shared disks, not read yet */
	struct results seen; /* those and the arbiters, as they were read first */
	/* the LUN that decides, one of @seen; NULL: it could not be read */
	const struct result *first;
	struct own_registration *registrations; /* of each of @seen */
	size_t count; /* of registrations */
	struct results done; /* the outcome on each LUN */
	bool first_changed; /* the key was registered on the LUN that decides */
	/* of @done: a shared disk from which the key went meanwhile; NULL: from none */
	const struct result *gone;
	struct arbiters arbiters; /* none, unless the parameter is given */
};

/* What is known of this node on the device @argument; NULL: nothing. */
const struct own_registration *unfencing_own(const struct unfencing *unfencing,
					     const char *argument);

/*
 * Registers on each of @count devices in its own way until @end (clock_now()); devices with the
 * same way in parallel. The order of @devices is lost.
 */
void unfencing_register(struct unfencing *unfencing, const char **devices, size_t count,
			int64_t end);

/* Reserves the devices of unfencing->done that are not reserved. */
void unfencing_reserve(struct unfencing *unfencing);

/*
 * Takes back what this run has registered, as @lost shows that this node was fenced meanwhile: its
 * key may be gone from there.
 */
void unfencing_undo(struct unfencing *unfencing, const struct result *lost);

/* The same, if one of unfencing->done shows a fence between the registrations of its paths. */
void unfencing_undo_changed(struct unfencing *unfencing);

/*
 * Fails @result, a LUN that decides: @now, its last reading, has failed (NULL: there is none), so
 * this node may have been fenced after it had registered there.
 */
void unfencing_unread(struct result *result, const struct result *now);

/*
 * Takes back the registrations of this run on LUNs where this node was not before, because @unread
 * does not show whether this node was fenced meanwhile. Such a fence may have passed them earlier.
 */
void unfencing_undo_unconfirmed(struct unfencing *unfencing, const struct result *unread);

/* Adds to unfencing->done the warnings of what was read, and of what this node cannot do. */
void unfencing_warn(struct unfencing *unfencing);

/* Registers if most of the arbiters register this node, and else on nothing but these. */
void on_by_arbiters(struct unfencing *unfencing);

#endif
