/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the paths of one LUN show of it, held against each other. Paths of one LUN that shares its
 * reservations show the same; others lead to LUNs, or to gateways, that know nothing of each
 * other's reservations. Nothing is sent here.
 */
#ifndef VIEWS_H
#define VIEWS_H

#include "model/result.h"

/*
 * Whether @a and @b, both read, may be one LUN's state at one time: the same PRGENERATION (SPC-4
 * 6.15.2), the same reservation, and the same registrants. Those are compared as a set of nexuses
 * with keys, or, if a list names no nexuses, as a multiset of keys.
 */
bool views_agree(const struct resv_state *a, const struct resv_state *b);

/* Whether the state of @path of a map was read. */
bool view_is_read(struct result *path);

/* How the views of a map's paths compare, from the worst on. */
enum views {
	VIEWS_DIFFER,
	/* the same lists and reservation with another generation: two LUNs may do that by chance */
	VIEWS_OTHER_GENERATION,
	/* the same, and each controller knows what the others were told: each counts apart */
	VIEWS_COUNTED_APART,
	VIEWS_AGREE,
};

/*
 * How every path of @map that was read compares with @reference, one of them; one that contradicts
 * makes it VIEWS_DIFFER.
 */
enum views views_compare(struct result *map, struct result *reference);

/* "/dev/sda 5, /dev/sdb 9", in the map's arena. */
const char *views_generations_text(struct result *map);

/*
 * Each view, with the paths that show it: "/dev/sda shows 0xa (/dev/sda), ...; /dev/sdb shows ...".
 * In the map's arena.
 */
const char *views_text(struct result *map);

#endif
