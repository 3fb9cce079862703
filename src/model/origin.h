/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which software made a key, recognised by its format. A pure function. A key is a number that
 * anyone may register, so if many numbers fit a format, the result is marked as a guess.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include "model/cluster.h"
#include "model/result.h"

#define ORIGIN_MAX 4 /* how many formats one key can fit */

struct origin {
	const char *format; /* one word for JSON: origin_format_word() */
	const char *maker; /* for messages: "LVM" */
	bool guess;
	/* the format includes a host, even if host is NULL because it is unknown */
	bool has_host;
	const char *host; /* a number or a name */
	const char *cluster; /* a number or a name; NULL: the format has no cluster */
	uint32_t generation; /* 0: none */
};

/*
 * Finds the formats that @key fits, at most ORIGIN_MAX, in the order of the table, and stores them
 * in *@origins. @state (or NULL) is the state of the LUN that lists the key; @cluster (or NULL) is
 * this host's. Texts are in @arena. Returns their number.
 */
size_t origin_find(struct arena *arena, uint64_t key, const struct resv_state *state,
		   const struct cluster *cluster, struct origin origins[ORIGIN_MAX]);

/*
 * "LVM host 2, generation 3", "fence_scsi host 1 of cluster 2fcb? or ..."; '?' marks a guess. NULL
 * if no format fits.
 */
const char *origin_text(struct arena *arena, uint64_t key, const struct resv_state *state,
			const struct cluster *cluster);

/* The same for a registrant of @result. */
const char *origin_of(const struct result *result, const struct registrant *registrant);

/* Whether fence_scsi made @key for a node of @cluster, which may be NULL. */
bool origin_is_of_cluster(struct arena *arena, uint64_t key, const struct cluster *cluster);

/* The word and the software of format @i, counted from 0; NULL after the last one. */
const char *origin_format_word(size_t i);
const char *origin_format_maker(size_t i);

#endif
