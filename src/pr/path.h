/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One request on one path of a LUN: read, act, read back, verify. */
#ifndef PATH_H
#define PATH_H

#include "model/request.h"
#include "model/result.h"

/*
 * The two halves of the work. path_read() opens it and reads the state, as often as the device asks
 * for time: result->device.fd stays open until path_close(), and result->device.answer says how the
 * reading ended; a path that cannot be opened has its status. path_operate() asks which LUN it is,
 * if that was not asked yet, and does the rest, from the state in @result.
 */
void path_read(const struct request *request, struct result *result);
void path_operate(const struct request *request, struct result *result);
/* Asks what reservations the device of an open path supports. */
void path_capabilities_read(struct result *result);

void path_close(struct result *result);
/* Reads the state of a path that is open again; once, whatever it answers. */
void path_reread(struct result *result);

#endif
