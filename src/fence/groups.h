/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The disks of shared volume groups: the default of the parameter devices. */
#ifndef GROUPS_H
#define GROUPS_H

#include <stdint.h>

#include "util/arena.h"

#define GROUPS_VGS "vgs" /* unless vgs_path names another one */

/*
 * The disks on which the volume groups shared by hosts (lvmlockd, clvm) lie, as a list separated by
 * blanks, in the arena. Runs the lvm program @vgs, and waits for it until @end (CLOCK_MONOTONIC,
 * ns). NULL: *@wrong says why, as a clause: there is no such group, a group lacks a disk, or lvm
 * fails or does not answer. A shorter list would be wrong, because all nodes must start a fence
 * with the same disk.
 */
const char *groups_devices(const char *vgs, int64_t end, struct arena *arena, const char **wrong);

/* The same from the output of @vgs, which is modified. A pure function. */
const char *groups_parse(char *report, struct arena *arena, const char **wrong);

#endif
