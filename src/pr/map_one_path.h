/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands on a multipath map that need only one of its paths. */
#ifndef MAP_ONE_PATH_H
#define MAP_ONE_PATH_H

#include "model/request.h"
#include "model/result.h"

/*
 * Carries out @request through the path of @map that suits it best, which is @alive or one that is
 * not ready yet, and as long as it is not done for certain, through the next one. Sets the status
 * of @map. Returns the path that was used last; NULL if none was.
 */
struct result *map_one_path(const struct request *request, struct result *map,
			    struct result *alive);

#endif
