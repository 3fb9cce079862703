/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens a device. */
#ifndef OPEN_H
#define OPEN_H

#include <stdbool.h>

#include "model/result.h"

/*
 * Opens the LUN's node for reading, or for reading and writing, without waiting for media and not inherited
 * by children. The descriptor, which is the caller's to close, or a negative errno: -ENODEV where the node is
 * no longer the device that was resolved.
 */
int device_open(const struct lun *lun, bool writable);

/*
 * Whether the kernel has let go of the device that is open as @fd, so that it cannot come back under this descriptor: it has
 * been deleted. A device that is offline can, and nor is anything known without /sys.
 */
bool device_is_gone(int fd, const struct lun *lun);

#endif
