/* SPDX-License-Identifier: GPL-2.0-or-later */
/* register and unregister on a multipath map, which need each of its paths. */
#ifndef MAP_REGISTER_H
#define MAP_REGISTER_H

#include "model/request.h"
#include "model/result.h"

/*
 * Carries out @request on every path of @map that has answered, one after the other; @alive is one
 * of them. Returns the path that was read last; NULL if no path was used.
 */
struct result *map_register_paths(const struct request *request, struct result *map,
				  struct result *alive);

/* The judge_paths() of these rules: sets the status of @map; @done: how many paths succeeded. */
void map_register_judge(const struct request *request, struct result *map, size_t done);
void map_unregister_judge(const struct request *request, struct result *map, size_t done);

/*
 * The finish_map() of register: gives the key to multipathd, which registers paths that come later;
 * then looks for paths that have come before that, and after @map was resolved.
 */
void map_register_finish(const struct request *request, struct result *map);

#endif
