/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sysfs shows about a disk. */
#ifndef LUN_FILL_H
#define LUN_FILL_H

#include <stdbool.h>

#include "block/layers.h"
#include "model/request.h"
#include "model/result.h"

/* Whether the block device at @directory is a SCSI disk or an NVMe namespace. */
bool lun_is_disk(struct arena *arena, const char *directory);

/*
 * Fills *@lun, in @arena, with what sysfs shows about the disk @leaf, as far as @request shows or
 * uses it. @is_path: it is a path of a map, so its state is read too. What is unknown stays NULL or
 * 0.
 */
void lun_fill(const struct request *request, struct arena *arena, const struct leaf *leaf,
	      bool is_path, struct lun *lun);

#endif
