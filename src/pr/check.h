/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the state of a LUN tells of this host's right to write there, for whoever must be sure of it. */
#ifndef CHECK_H
#define CHECK_H

#include "model/request.h"
#include "model/result.h"

/*
 * Sets the status of @result, whose state was read: ok where every path of it is known to be registered with
 * @request's key, and a reservation of its type is held if it has one. What is not known is never ok.
 */
void check_judge(const struct request *request, struct result *result);

#endif
