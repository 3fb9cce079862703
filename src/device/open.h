/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens a device. */
#ifndef OPEN_H
#define OPEN_H

#include <stdbool.h>

#include "model/result.h"

/*
 * Opens the node that was named, or the LUN's, for reading, or for reading and writing, without
 * waiting for media; children do not inherit it. Returns the descriptor, which the caller closes,
 * or a negative errno: -ENODEV if the node has another device number than the one resolved, -ESTALE
 * if another disk has that number now.
 */
int device_open(const struct lun *lun, bool writable);

/*
 * Whether the kernel has deleted the device that is open as @fd, so that it cannot come back under
 * this descriptor. False for a device that is offline, which can, and if /sys is not available.
 */
bool device_is_gone(int fd, const struct lun *lun);

#endif
