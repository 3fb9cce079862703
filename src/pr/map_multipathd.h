/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells multipathd the key of a map after a successful change. */
#ifndef MAP_MULTIPATHD_H
#define MAP_MULTIPATHD_H

#include "model/request.h"
#include "model/result.h"

/*
 * The finish_map() of several rules. multipathd registers a path that comes back only if it knows
 * the map's key. So this sets the key after register, and removes it after unregister and clear. A
 * failure is only a warning, and the wait is short enough that the result is still reported before
 * the deadline.
 */
void map_multipathd_setprkey(const struct request *request, struct result *map);
void map_multipathd_unsetprkey(const struct request *request, struct result *map);

#endif
