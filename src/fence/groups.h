/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The disks of shared volume groups, which are the default of the parameter devices. */
#ifndef GROUPS_H
#define GROUPS_H

#include <stdint.h>

#include "util/arena.h"

#define GROUPS_VGS "vgs" /* found in PATH, unless vgs_path names another one */

/*
 * The disks that the volume groups shared by hosts (lvmlockd, clvm) lie on, as a list with blanks,
 * in the arena. It asks lvm, by the program @vgs, and waits until @end (CLOCK_MONOTONIC, ns). NULL:
 * *@wrong says why as a clause: there is no such group, one of them lacks a disk, or lvm does not
 * answer or fails. A shorter list would be wrong: all nodes must begin a fence at the same disk.
 */
const char *groups_devices(const char *vgs, int64_t end, struct arena *arena, const char **wrong);

/* The same from what @vgs has printed, which is taken to pieces. A pure function. */
const char *groups_parse(char *report, struct arena *arena, const char **wrong);

#endif
