/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arguments that consist of several devices: a volume group, a file system. */
#ifndef RESOLVE_PARTS_H
#define RESOLVE_PARTS_H

#include <stdbool.h>

#include "block/mount.h"
#include "model/request.h"
#include "model/result.h"

/* Adds the LUNs of the volume group @argument ("vg:NAME"). Returns 0 or -ENOMEM. */
int resolve_group(const struct request *request, const char *argument, struct results *results);

/* Adds the LUNs of the file system @mount, which is mounted at @argument. Returns 0 or -ENOMEM. */
int resolve_mount(const struct request *request, const char *argument, const struct mount *mount,
		  struct results *results);

/*
 * Whether @argument is a mount point, literally or, with @directory, after following links: then
 * fills *@mount. Without @directory no file system is accessed, because its disk may be dead.
 */
bool resolve_is_mount(struct arena *arena, const char *argument, bool directory,
		      struct mount *mount);

#endif
