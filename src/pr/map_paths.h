/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The paths of a multipath map: asking, choosing and naming them. map_one_path.c and map_register.c
 * send commands through them.
 */
#ifndef MAP_PATHS_H
#define MAP_PATHS_H

#include "model/request.h"
#include "model/result.h"
#include "pr/patience.h"

/*
 * Asks all paths at the same time, each in a thread. Returns when all have answered, or when one
 * has and the others have been silent for a second; without @until_one, also when all have been
 * silent for a second. Returns false if there is no memory. The caller closes @map->threads after
 * the last use of the paths: a thread that still waits then closes its own descriptor.
 */
bool map_probe(const struct request *request, struct result *map, bool until_one);
void map_paths_close(struct result *map);

/*
 * Waits for the paths that have not answered yet, but no longer than a silent path is waited for.
 */
void map_paths_wait(struct result *map);

/*
 * Reads the state again, at the same time through every path that has answered: with @others
 * through all but @reference, otherwise through @reference alone. A path that is silent or not
 * ready for a second counts as one that has not answered.
 */
void map_paths_reread(struct result *map, const struct result *reference, bool others);

/*
 * A path for @request that was not used yet, or whose failure was temporary and which answers
 * again. Prefers one that suits the request; if none was used yet, any path that is alive. If all
 * that are left are not ready, asks each of them again after each pause of @patience; so it does if
 * those that suit are not, unless the request is sent through every path. NULL if there is none, or
 * no time left.
 */
struct result *map_path_choose(const struct request *request, struct result *map,
			       struct patience *patience);

/*
 * Whether @path suits @request, that is, whether it is alive and the command can succeed through
 * it.
 */
bool map_path_suits(const struct request *request, struct result *path);

/*
 * Reads the paths again whose failure may have been temporary; those that are alive count as
 * unused. Returns false if there are none. The outcome of such a path is kept until
 * map_path_begin().
 */
bool map_paths_renew(struct result *map);

/* Marks @path as the one in use; @replaceable: another path can be tried if it is not ready. */
void map_path_begin(struct result *path, bool replaceable);

/* Whether @path holds the reservation in @state, if a path of the map does. */
bool map_path_holds(const struct result *path, const struct resv_state *state);

/*
 * The path of the map that holds the reservation in @state; of several that share its registration,
 * the one that is listed. NULL if none does.
 */
struct result *map_path_holding(const struct result *map, const struct resv_state *state);

/* The names of the paths for which @is_meant is true, as one text. */
const char *map_paths_text(struct result *map,
			   bool (*is_meant)(struct result *map, struct result *path));

/* Copies the outcome of @path to the map. */
void map_adopt(struct result *map, const struct result *path);

#endif
