/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys made from the cluster's nodes, as fence_scsi makes them. */
#ifndef KEY_VALUE_H
#define KEY_VALUE_H

#include <stdint.h>

#include "model/cluster.h"
#include "model/key_names.h"
#include "util/arena.h"

struct key_value {
	const char *text; /* the parameter; NULL: not given */
	int64_t end; /* corosync is asked until then (clock_now()) */
	bool unused; /* set: the file of keys has keys, which are used instead */
	const char *source; /* set: where the nodes come from, for messages; NULL: from nowhere */
};

/*
 * Gives each node of @cluster, which comes from @source, its key, in the empty @names: by its
 * position in the list of nodes, or (@by_hash) by the MD5 of its name: fence_scsi.py,
 * generate_key(). Returns NULL or, as a clause in the arena of @arena, why the nodes have no keys.
 * A pure function.
 */
const char *key_value_compute(const struct cluster *cluster, bool by_hash, const char *source,
			      struct key_names *names, struct arena *arena);

/*
 * Gives the nodes their keys in @names, unless the file of keys has given some: of the nodes of the
 * running corosync or, if that does not answer, of those in corosync.conf. Returns NULL, or what is
 * wrong as a clause in @arena.
 */
const char *key_value_load(struct key_value *value, struct key_names *names, struct arena *arena);

#endif
