/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What multipathd is told of a map's key after a change that is done. */
#ifndef MAP_MULTIPATHD_H
#define MAP_MULTIPATHD_H

#include "model/request.h"
#include "model/result.h"

/*
 * The rules' finish_map(). multipathd brings a path back without its key unless it has the key, so
 * it is told the one that register has registered, and no key after unregister and clear. That it
 * could not be told is a warning; it is not waited for so long that it takes the result with it.
 */
void map_multipathd_give(const struct request *request, struct result *map);
void map_multipathd_take(const struct request *request, struct result *map);

#endif
