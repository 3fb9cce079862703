/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which LUN decides a fence: the one with the lowest WWID of all, including those that this node
 * does not find.
 */
#ifndef DECIDING_H
#define DECIDING_H

#include "fence/act.h"

/*
 * The LUN that nodes which fence each other try first: the lowest WWID. Results without a WWID come
 * last, in the order of the arguments. NULL if no result is ok. A pure function.
 */
struct result *deciding_first(const struct results *results);

/*
 * The WWID of the LUN that @device names in /dev/disk/by-id, in the kernel's spelling, in @arena;
 * NULL if the name does not show it. A pure function.
 */
const char *deciding_named_wwid(struct arena *arena, const char *device);

/*
 * Why deciding_first() of @found is not, or may not be, the LUN that decides, as a clause: another
 * of the reported devices has, or may have, a lower WWID. NULL if it is the one. The WWID of a
 * device that was not found is known from its name, or because the action "on" has recorded it.
 */
const char *deciding_obstacle(struct act *act, const struct results *found);

#endif
