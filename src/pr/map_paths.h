/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The paths of a multipath map: asked, chosen, named. What is done with them is map.c's and map_register.c's. */
#ifndef MAP_PATHS_H
#define MAP_PATHS_H

#include "model/request.h"
#include "model/result.h"

/* Whether @request is done path by path, or through one path that is good for it. */
bool map_works_path_by_path(const struct request *request);

/*
 * Asks every path at once, each in a thread, and returns when enough have answered. NULL: no memory. To be closed
 * behind the last use of the paths: what is still under way then closes its own descriptor.
 */
struct meeting;
struct meeting *map_probe(const struct request *request, struct result *map);
void map_paths_close(struct meeting *meeting, struct result *map);

/* Waits for the paths that map_probe() has left behind, as long as such a path is waited for. */
void map_paths_wait(struct result *map);

/* Whether @path has answered, and may be used. */
bool path_is_alive(struct result *path);

/*
 * A path for @request that was not used yet: one that is good for it, else, where none was used, any that is alive.
 * NULL: there is none.
 */
struct result *map_path_choose(const struct request *request, struct result *map);

/* The map's own path that holds the reservation in @state; NULL: none does. */
struct result *map_path_holding(const struct result *map, const struct resv_state *state);

/* "/dev/sdb", and what is wrong with it: "/dev/sdb (does not answer)" */
const char *path_text(struct result *path);
/* The paths that are meant, as one text. */
const char *map_paths_text(struct result *map, bool (*is_meant)(struct result *map, struct result *path));

/* Takes what became of @path for what became of the map. */
void map_adopt(struct result *map, const struct result *path);

#endif
