/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares what the paths of one LUN show. If they lead to one LUN that shares its reservations,
 * they show the same; if not, they lead to different LUNs, or to gateways that do not share
 * reservations. Nothing is sent here.
 */
#ifndef VIEWS_H
#define VIEWS_H

#include "model/result.h"

/*
 * Whether @a and @b, both read, may be the state of one LUN at one time: the same PRGENERATION
 * (SPC-4 6.15.2), the same reservation, and the same registrants. Registrants are compared as a set
 * of nexuses with keys or, if a list names no nexuses, as a multiset of keys.
 */
bool views_agree(const struct resv_state *a, const struct resv_state *b);

/* Whether the state was read through @path of a map. */
bool view_is_read(struct result *path);

/* The outcomes of comparing the views of a map's paths, the worst first. */
enum views {
	VIEWS_DIFFER,
	/* the same lists and reservation, another generation: two LUNs may be so by chance */
	VIEWS_OTHER_GENERATION,
	/* the same, and each controller counts separately but knows of the others' registrations */
	VIEWS_GENERATION_PER_CONTROLLER,
	VIEWS_AGREE,
};

/*
 * Compares every path of @map that was read with @reference, one of them; one contradicting path
 * makes it VIEWS_DIFFER.
 */
enum views views_compare(struct result *map, struct result *reference);

/* "/dev/sda 5, /dev/sdb 9", in the map's arena. */
const char *views_generations_text(struct result *map);

/*
 * Each view and the paths that show it: "/dev/sda shows 0xa (/dev/sda), ...; /dev/sdb shows ...".
 * In the map's arena.
 */
const char *views_text(struct result *map);

#endif
