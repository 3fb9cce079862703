/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The paths of a dm-multipath map. */
#ifndef RESOLVE_MAP_H
#define RESOLVE_MAP_H

#include "model/request.h"
#include "model/result.h"

/*
 * Adds the paths of @map, whose directory in sysfs is @directory, to it. It fails if they are not
 * all of the LUN that the map was made for. 0 or -ENOMEM.
 */
int resolve_map(const struct request *request, struct result *map, const char *directory);

#endif
