/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One request on one multipath map, through its paths. The map's own node is never used: there the
 * kernel sends PREEMPT instead of PREEMPT AND ABORT, and unregisters every path if one of them
 * cannot be registered.
 */
#ifndef MAP_H
#define MAP_H

#include "model/request.h"
#include "model/result.h"

/* Carries out @request on @map, whose paths are resolved, and sets the status of the map. */
void map_operate(const struct request *request, struct result *map);

/* Closes its paths; a path that is still being read is closed by its thread. */
void map_close(struct result *map);

#endif
