/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registrations that this host loses while a request registers the paths of its map, one after the
 * other: another host has fenced this one. Then it must not register through another path.
 */
#ifndef MAP_LOST_H
#define MAP_LOST_H

#include "model/request.h"
#include "model/result.h"

/*
 * Notes which paths of @map were registered in @state, with the key that @request registers or
 * replaces.
 */
void map_lost_note(const struct request *request, struct result *map,
		   const struct resv_state *state);

/*
 * A path of @result's map that had the key that @request registers, and lacks it in @result's
 * state; NULL if there is none.
 */
const struct result *map_lost(const struct request *request, const struct result *result);

/*
 * Registers @path as @request says. If another path has lost its key by then, it unregisters @path
 * again, and fails.
 */
void map_lost_register(const struct request *request, struct result *path);

/* Whether @path was not registered because this host loses its registrations. */
bool map_lost_stops(const struct result *path);

#endif
