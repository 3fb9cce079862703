/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The paths of a dm-multipath map. */
#ifndef RESOLVE_MAP_H
#define RESOLVE_MAP_H

#include "model/request.h"
#include "model/result.h"

/*
 * Adds the paths of @map, whose directory in sysfs is @directory, to it. Fails @map if they do not
 * all lead to the LUN for which the map was made. Returns 0 or -ENOMEM.
 */
int resolve_map(const struct request *request, struct result *map, const char *directory);

#endif
