/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has to be read of all LUNs before the first of them is changed. */
#ifndef SURVEY_H
#define SURVEY_H

#include "model/request.h"
#include "model/result.h"

/*
 * If the victim of @request is a host by the name of its key, reads all its LUNs, in a part of the
 * time that began at @begin, and finds which host that is; @request->expected is set, so that the
 * same LUNs are changed. Else does nothing. All is in @arena. 0 or a negative errno.
 */
int survey(struct request *request, int64_t begin, struct arena *arena);

#endif
