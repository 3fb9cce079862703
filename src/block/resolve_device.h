/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a block device to the LUNs that it lies on. */
#ifndef RESOLVE_DEVICE_H
#define RESOLVE_DEVICE_H

#include <stdbool.h>
#include <sys/types.h>

#include "model/request.h"
#include "model/result.h"

/* Whether a part of a LUN, or one path of a map, will do as well for @request as the whole LUN. */
bool resolve_takes_parts(const struct request *request);

/*
 * Fails @result, or warns if @request only reads, if the disk is the head of native SCSI multipath:
 * the kernel sends a reservation command for it through whichever path it likes.
 */
void resolve_native(const struct request *request, struct result *result);

/* Fails @result because sysfs is not mounted. */
void resolve_no_sysfs(struct result *result);

/*
 * Adds a result for each LUN that the block device @devno lies on. @is_path: @argument is the path
 * of its node, and that node will be opened. 0 or -ENOMEM.
 */
int resolve_devno(const struct request *request, const char *argument, bool is_path, dev_t devno,
		  struct results *results);

/* The same, and how many of the LUNs are reserved if there are several. */
int resolve_device(const struct request *request, const char *argument, bool is_path, dev_t devno,
		   struct results *results);

#endif
