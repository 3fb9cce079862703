/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * multipathd, over its own socket, if it runs: which key it registers paths with that come back to
 * a map. Nothing here waits beyond the time that it is given, whatever multipathd does.
 */
#ifndef MULTIPATHD_H
#define MULTIPATHD_H

#include <stdint.h>

#include "model/result.h"

/* A map, as multipathd knows it. */
struct multipathd_map {
	const char *name; /* below /dev/mapper */
	const char *wwid; /* dm/uuid after "mpath-"; NULL: not known */
};

/* The key that multipathd is to have. */
struct multipathd_key {
	uint64_t key; /* 0: none */
	bool persistent; /* registered with APTPL=1 */
};

enum multipathd_told {
	MULTIPATHD_ABSENT, /* no multipathd runs, or it does not know the map */
	MULTIPATHD_HAS, /* it has been asked, and has what it is to have */
	MULTIPATHD_NOT_CONFIGURED, /* it has another key, or none, and keeps no file of keys */
	MULTIPATHD_FAILED,
};

/* After a key that is registered with APTPL=1. */
#define MULTIPATHD_APTPL ":aptpl"

#define MULTIPATHD_WHY 320 /* bytes */

/*
 * Whether multipathd would register a path that comes back to the map called @name with @key.
 * TRI_UNKNOWN where no multipathd runs, it does not know the map, or it does not answer until @end
 * (clock_now()).
 */
enum tri multipathd_registers(const char *name, uint64_t key, int64_t end);

/*
 * Sets the key and the status of @map in multipathd, or removes both, as far as it has another one,
 * and asks for them again. Takes until @end (clock_now()) at most. MULTIPATHD_FAILED: @why, of
 * MULTIPATHD_WHY bytes, says why, as a clause.
 */
enum multipathd_told multipathd_tell(const struct multipathd_map *map,
				     const struct multipathd_key *key, int64_t end, char *why);

#endif
