/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys made from the cluster's nodes, as fence_scsi makes them. */
#ifndef KEY_VALUE_H
#define KEY_VALUE_H

#include "model/cluster.h"
#include "model/key_names.h"
#include "util/arena.h"

/*
 * Gives each node of @cluster its key, in the empty @names: by its position in corosync.conf, or
 * (@by_hash) by the MD5 of its name: fence_scsi.py, generate_key(). Returns NULL or, as a clause in
 * @arena, why the nodes have no keys. A pure function.
 */
const char *key_value_compute(const struct cluster *cluster, bool by_hash, struct key_names *names,
			      struct arena *arena);

/*
 * Reads @text, the parameter key_value, and corosync.conf. If the file of keys has given @names
 * keys, those are used instead, and *@unused is true. Returns NULL, or what is wrong as a clause in
 * @arena.
 */
const char *key_value_load(const char *text, struct key_names *names, struct arena *arena,
			   bool *unused);

#endif
