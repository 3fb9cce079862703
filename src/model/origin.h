/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which software made a key, told by the key's own format. A pure function: a key is a number that
 * anybody may register, so a format that many numbers fit makes a guess, which is marked as one.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include "model/cluster.h"
#include "model/result.h"

#define ORIGIN_MAX 4 /* formats that one key fits */

struct origin {
	const char *format; /* in one word, for JSON: origin_format_word() */
	const char *maker; /* for people: "LVM" */
	bool guess;
	/* the format has a host in it, even if it is not known which: host is NULL */
	bool has_host;
	const char *host; /* a number or a name */
	const char *cluster; /* a number or a name; NULL: the format has none */
	uint32_t generation; /* 0: none */
};

/*
 * The formats that @key fits, at most ORIGIN_MAX, in the order of the table: *@origins. @state,
 * which may be NULL, is that of the LUN that lists the key; @cluster, which may be NULL, is this
 * host's. Texts are in @arena. Returns how many.
 */
size_t origin_find(struct arena *arena, uint64_t key, const struct resv_state *state,
		   const struct cluster *cluster, struct origin origins[ORIGIN_MAX]);

/*
 * "LVM host 2, generation 3", "fence_scsi host 1 of cluster 2fcb? or ..."; a guess has a '?'. NULL:
 * no format fits.
 */
const char *origin_text(struct arena *arena, uint64_t key, const struct resv_state *state,
			const struct cluster *cluster);

/* The same of a registrant of @result. */
const char *origin_of(const struct result *result, const struct registrant *registrant);

/* Whether @key is one that fence_scsi made for a node of @cluster, which may be NULL. */
bool origin_is_of_cluster(struct arena *arena, uint64_t key, const struct cluster *cluster);

/* The word and the maker of format @i, counted from 0; NULL after the last one. */
const char *origin_format_word(size_t i);
const char *origin_format_maker(size_t i);

#endif
