/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a multipath map needs of each of its paths: register and unregister. */
#ifndef MAP_EACH_H
#define MAP_EACH_H

#include "model/request.h"
#include "model/result.h"

/* Carries out @request on every path of @map that has answered, one after the other; @alive is one of them. */
void map_each_path(const struct request *request, struct result *map, struct result *alive);

#endif
