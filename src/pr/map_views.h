/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the paths of a map show one and the same LUN: compared, and read again before a
 * difference counts.
 */
#ifndef MAP_VIEWS_H
#define MAP_VIEWS_H

#include "model/result.h"
#include "pr/map_paths.h"
#include "pr/views.h"

/*
 * How every path of @map that has answered compares with @reference, one of them, which was
 * read last or at the same time. If not, all are read again, until a difference cannot be the work
 * of another host. A difference that was seen once and cannot be explained, because a path is
 * silent now or because the LUN never rests, is one.
 */
enum views map_views_compare(struct path_threads *threads, struct result *map,
			     struct result *reference);

#endif
