/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The nodes of the cluster, as the running corosync lists them in its cmap. */
#ifndef COROSYNC_H
#define COROSYNC_H

#include "model/cluster.h"
#include "util/arena.h"

/*
 * Asks corosync until @end (clock_now()), in another process, because one that hangs must not delay
 * a fence. Returns 0, or a negative errno if it does not run or answer, or if this build lacks
 * libcmap; @cluster is then empty. Call cluster_free() in both cases.
 */
int corosync_read(struct arena *arena, int64_t end, struct cluster *cluster);

#endif
