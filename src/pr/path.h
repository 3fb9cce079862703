/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One request on one path of a LUN: read, act, read back, verify. */
#ifndef PATH_H
#define PATH_H

#include "model/request.h"
#include "model/result.h"

/*
 * The two halves of the work. path_read() opens the path and reads the state, again if the answer
 * is transient. result->device.fd stays open until path_close(), and result->device.answer says how
 * the reading ended; if the path cannot be opened, its status is set. path_operate() checks which
 * LUN it is, unless that was done already, and does the rest, starting from the state in @result.
 */
void path_read(const struct request *request, struct result *result);
void path_operate(const struct request *request, struct result *result);
/* Reads the state of an open path again, once, whatever the answer is. */
void path_reread(struct result *result);

#endif
