/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads all LUNs before the first of them is changed, if that is necessary. */
#ifndef SURVEY_H
#define SURVEY_H

#include "model/request.h"
#include "model/result.h"

/*
 * If the victim of @request is a host that is given by its key's name, reads all its LUNs, in a
 * part of the time that started at @begin, and finds out which host that is; sets
 * @request->expected, so that the same LUNs are changed. Otherwise does nothing. Everything is in
 * @arena. Returns 0 or a negative errno.
 */
int survey(struct request *request, int64_t begin, struct arena *arena);

#endif
