/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a block device to the LUNs on which it lies. */
#ifndef RESOLVE_DEVICE_H
#define RESOLVE_DEVICE_H

#include <stdbool.h>
#include <sys/types.h>

#include "model/request.h"
#include "model/result.h"

/* Whether @request accepts a part of a LUN, or one path of a map. */
bool resolve_takes_parts(const struct request *request);

/*
 * Fails @result, or only warns if @request only reads, if the disk is the head of native SCSI
 * multipath: the kernel sends a reservation command for it through an arbitrary path.
 */
void resolve_native(const struct request *request, struct result *result);

/* Fails @result because sysfs is not mounted. */
void resolve_no_sysfs(struct result *result);

/*
 * Adds a result for each LUN on which the block device @devno lies. @is_path: @argument is the path
 * of its node, which will be opened. Returns 0 or -ENOMEM.
 */
int resolve_devno(const struct request *request, const char *argument, bool is_path, dev_t devno,
		  struct results *results);

/* The same; if there are several LUNs, also finds out how many are reserved. */
int resolve_device(const struct request *request, const char *argument, bool is_path, dev_t devno,
		   struct results *results);

#endif
