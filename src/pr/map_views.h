/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Do the paths of a map show the same LUN? Before a difference counts, they are read again. */
#ifndef MAP_VIEWS_H
#define MAP_VIEWS_H

#include "model/result.h"
#include "pr/map_paths.h"
#include "pr/views.h"

/*
 * Compares every path of @map that has answered with @reference, one of them, which was read last
 * or at the same time. If they differ, reads all again until another host cannot be the cause. If
 * the difference cannot be explained, because a path has become silent or because the LUN keeps
 * changing, it counts.
 */
enum views map_views_compare(struct result *map, struct result *reference);

#endif
