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

/*
 * The paths that @map has in the kernel now, and that resolve_map() has not found, as a list for a
 * message in the arena; *@count is their number. "" if there are none, or if the map has gone.
 */
const char *resolve_map_joined(struct result *map, size_t *count);

#endif
