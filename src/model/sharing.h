/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which paths share a registration. Some arrays keep one registration for each initiator, host or
 * group of target ports, whatever path it came through, and list it for one path only. prctl knows
 * this if a path has proven it. Pure functions.
 */
#ifndef SHARING_H
#define SHARING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/reservation.h"
#include "util/arena.h"

/*
 * A path that shares a registration, or one for which a shared registration was listed. It is named
 * by its initiator without the session, which changes with each login, and by its target port.
 */
struct sharer {
	const char *initiator; /* NULL: unknown */
	int target_port;
	/*
	 * Bits: a path with one bit shares its registration with the other paths that have this one
	 * bit. With more, it shares one of these registrations, but it is not known which.
	 */
	uint64_t groups;
	bool proven; /* in this run */
	struct sharer *next;
};

/* The entry of @nexus in @list; NULL if there is none. */
const struct sharer *sharing_find(const struct sharer *list, const struct nexus *nexus);

/* Whether both are known to have the same registration. */
bool sharing_is_one(const struct sharer *list, const struct nexus *a, const struct nexus *b);

/*
 * Whether @listed, the nexus of a registrant in @state, counts as the registration of the path
 * @nexus: it is the one that the path shares. If that may be one of several, one of them counts if
 * all are listed with the same key.
 */
bool sharing_is_path(const struct sharer *list, const struct nexus *nexus,
		     const struct nexus *listed, const struct resv_state *state);

/*
 * Whether @listed, a registrant's nexus, may be the registration that the path @nexus shares, also
 * if it counts as one of another path.
 */
bool sharing_may_be_path(const struct sharer *list, const struct nexus *nexus,
			 const struct nexus *listed);

/*
 * Notes that the path @nexus has proven in this run that it shares one of the @count registrations
 * @listed. Returns whether @list was changed. If there is no memory, nothing is noted.
 */
bool sharing_prove(struct arena *arena, struct sharer **list, const struct nexus *nexus,
		   const struct nexus *listed, size_t count);

/* Notes what was proven in this run according to @from. Returns whether @list was changed. */
bool sharing_take_proven(struct arena *arena, struct sharer **list, const struct sharer *from);

/* Drops all that have the registration of @nexus. */
void sharing_drop(struct sharer **list, const struct nexus *nexus);

/* Drops what was not proven in this run. */
void sharing_drop_recorded(struct sharer **list);

/* Whether anything was proven in this run. */
bool sharing_has_proof(const struct sharer *list);

#endif
