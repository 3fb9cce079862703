/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Disks that lvm does not list, although this node is registered on them. A group of which no disk
 * is found has no line in the output of vgs(8), but other nodes may still write to it.
 */
#ifndef UNLISTED_H
#define UNLISTED_H

#include "fence/act.h"

/*
 * If the devices are those of the shared volume groups: reports each LUN on which the action "on"
 * has registered this node in this boot, and that is none of @found, as one that was not found.
 */
void unlisted_report(struct act *act, const struct results *found);

#endif
