/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is sent to the device of a path, by SG_IO, NVMe passthrough or the kernel's ioctls. */
#ifndef PATH_DEVICE_H
#define PATH_DEVICE_H

#include <stdbool.h>

#include "model/result.h"

/* Whether the device of @result is of a kind that can have reservations. */
bool path_has_reservations(const struct result *result);

/*
 * Reads the state into @result->state through the descriptor @fd, by the best interface that is
 * permitted and supported. *@answer says how that ended; if it is not ANSWER_DONE, the state has
 * the source SOURCE_NONE.
 */
void path_state_read(int fd, struct result *result, struct answer *answer);

/*
 * Sends @action through @fd, which is open only for reading, and sets *@answer. If the kernel
 * refuses that, the device is opened for writing, and the action is sent again.
 */
void path_send(int fd, struct result *result, const struct action *action, struct answer *answer);

/* Reads which kinds of reservations the device of an open path supports. */
void path_capabilities_read(struct result *result);

/* Closes what path_read() and path_send() have opened. */
void path_close(struct result *result);

#endif
