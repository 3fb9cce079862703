/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens a device. */
#ifndef OPEN_H
#define OPEN_H

#include <stdbool.h>

#include "model/result.h"

/*
 * Opens the node that was named, or the LUN's, for reading, or for reading and writing, without
 * waiting for media and not inherited by children. The descriptor, which is the caller's to close,
 * or a negative errno: -ENODEV if the node is of another device number than was resolved, -ESTALE
 * if another disk has that number now.
 */
int device_open(const struct lun *lun, bool writable);

/*
 * Whether the kernel has let go of the device that is open as @fd, so that it cannot come back
 * under this descriptor: it has been deleted. A device that is offline can, and nor is anything
 * known without /sys.
 */
bool device_is_gone(int fd, const struct lun *lun);

#endif
