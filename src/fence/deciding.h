/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which LUN decides a fence: the one with the lowest WWID of all, also of those that are not found
 * here.
 */
#ifndef DECIDING_H
#define DECIDING_H

#include "fence/act.h"

/*
 * The WWID of the LUN that @device names in /dev/disk/by-id, spelled as the kernel does, in @arena;
 * NULL: the name does not say. A pure function.
 */
const char *deciding_named_wwid(struct arena *arena, const char *device);

/*
 * Why fence_first() of @found may not be, or is not, the LUN that decides, as a clause: a device
 * that is among the results that were told has or may have a lower WWID. NULL: it is the one. A
 * device that was not found is known by its name, or because on has recorded the name.
 */
const char *deciding_doubt(struct act *act, const struct results *found);

#endif
