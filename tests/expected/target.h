/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The LUN of replay as a program that imitates an array: tests/host/arrays.py, at the socket that
 * PRCTL_TARGET names.
 */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>

#include "model/result.h"

/* Whether there is such a program. */
bool target_is_used(void);

/* A connection of this path. Returns a descriptor, or a negative errno. */
int target_open(const struct lun *lun);

/* As ioctl(2), for a descriptor of target_open(). */
int target_ioctl(int fd, unsigned long request, void *argument);

/* LOGICAL UNIT RESET. Returns 0, or a negative errno. */
int target_reset(int fd);

#endif
