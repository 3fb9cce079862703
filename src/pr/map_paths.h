/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The paths of a multipath map: asked, chosen, named. What is done with them is map.c's and
 * map_register.c's.
 */
#ifndef MAP_PATHS_H
#define MAP_PATHS_H

#include "model/request.h"
#include "model/result.h"

/*
 * Asks every path at once, each in a thread, and returns when all have answered, or when one has
 * and the others are silent; without @until_one, when all are silent, too. NULL: no memory. To be
 * closed after the last use of the paths: what is still under way then closes its own descriptor.
 */
struct path_threads;
struct path_threads *map_probe(const struct request *request, struct result *map, bool until_one);
void map_paths_close(struct path_threads *threads, struct result *map);

/* Waits for the paths that have not answered yet, as long as a silent path is waited for. */
void map_paths_wait(struct path_threads *threads, struct result *map);

/*
 * Reads the state again through each path that has answered, all at once: through all but
 * @reference with @others, else through that one alone. One that is silent now is as one that has
 * not answered.
 */
void map_paths_reread(struct path_threads *threads, struct result *map,
		      const struct result *reference, bool others);

/*
 * A path for @request that was not used yet: one that is good for it, or else, if none was used,
 * any that is alive. NULL: there is none.
 */
struct result *map_path_choose(const struct request *request, struct result *map);

/* Whether @path is good for @request, and not any that is alive alone. */
bool map_path_suits(const struct request *request, struct result *path);

/*
 * Reads those paths again that were used in vain for what may have passed by now; those that are
 * alive count as not used. False: there are none. What became of such a path is kept until
 * map_path_begin().
 */
bool map_paths_renew(struct result *map);

/*
 * The request is now tried through @path; @replaceable: another path can be tried while it has to
 * wait.
 */
void map_path_begin(struct result *path, bool replaceable);

/* The map's own path that holds the reservation in @state; NULL: none does. */
struct result *map_path_holding(const struct result *map, const struct resv_state *state);

/* The paths for which @is_meant is true, as one text. */
const char *map_paths_text(struct result *map,
			   bool (*is_meant)(struct result *map, struct result *path));

/* Takes what became of @path for what became of the map. */
void map_adopt(struct result *map, const struct result *path);

#endif
