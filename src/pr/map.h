/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One request on one multipath map, through its paths: never through the map's own node, where the
 * kernel sends PREEMPT for PREEMPT AND ABORT, and unregisters every path when one of them cannot be
 * registered.
 */
#ifndef MAP_H
#define MAP_H

#include "model/request.h"
#include "model/result.h"

/* Carries out @request on @map, whose paths are resolved, and sets the status of the whole. */
void map_operate(const struct request *request, struct result *map);

/* Closes its paths; those that are still being read close themselves. */
void map_close(struct result *map);

#endif
