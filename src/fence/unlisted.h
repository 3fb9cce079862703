/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Disks on which this node is registered, and that the devices of the action do not reach: lvm does
 * not list a group of which no disk is found, and a name may lead to another disk than before.
 * Other nodes may still write there.
 */
#ifndef UNLISTED_H
#define UNLISTED_H

#include "fence/act.h"

/*
 * Reports each LUN on which the action "on" has registered this node in this boot, and that is none
 * of @found: as one that was not found, if the devices are those of the shared volume groups; as
 * one that was replaced, if one of @found was given by a name of that LUN.
 */
void unlisted_report(struct act *act, const struct results *found);

#endif
