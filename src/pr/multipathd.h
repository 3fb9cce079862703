/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Talks to multipathd through its socket, if it runs: with which key does it register paths that
 * come back to a map? Nothing here waits longer than the caller allows, whatever multipathd does.
 */
#ifndef MULTIPATHD_H
#define MULTIPATHD_H

#include <stdint.h>

#include "model/result.h"

/* The names by which multipathd knows a map. */
struct multipathd_map {
	const char *name; /* below /dev/mapper */
	const char *wwid; /* dm/uuid after "mpath-"; NULL: not known */
};

/* The key that multipathd should have. */
struct multipathd_key {
	uint64_t key; /* 0: none */
	bool persistent; /* registered with APTPL=1 */
};

enum multipathd_told {
	MULTIPATHD_ABSENT, /* no multipathd runs, or it does not know the map */
	MULTIPATHD_HAS, /* it has been asked, and has what it should have */
	MULTIPATHD_NOT_CONFIGURED, /* it has another key, or none, and keeps no file of keys */
	MULTIPATHD_FAILED,
};

/* Appended to a key that is registered with APTPL=1. */
#define MULTIPATHD_APTPL ":aptpl"

#define MULTIPATHD_WHY 320 /* bytes */

/*
 * Whether multipathd would register a path that comes back to the map called @name with @key.
 * TRI_UNKNOWN if no multipathd runs, if it does not know the map, or if it does not answer until
 * @end (clock_now()).
 */
enum tri multipathd_registers(const char *name, uint64_t key, int64_t end);

/*
 * Sets the key and the status of @map in multipathd, or removes both, unless they are right
 * already, and then reads them back. Ends at @end (clock_now()) at the latest. MULTIPATHD_FAILED:
 * @why, a buffer of MULTIPATHD_WHY bytes, has the cause as a clause.
 */
enum multipathd_told multipathd_tell(const struct multipathd_map *map,
				     const struct multipathd_key *key, int64_t end, char *why);

#endif
