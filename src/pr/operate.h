/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One request on one LUN: read, act, read back, verify. */
#ifndef OPERATE_H
#define OPERATE_H

#include "model/request.h"
#include "model/result.h"

/* Carries out @request on @result->lun, which has been resolved, and sets the status. */
void operate(const struct request *request, struct result *result);

/*
 * Closes what operate() has left open. That may wait for a device, for as long as it likes: so it
 * is called when the result has been handed over, and what is proven by then stays proven.
 */
void operate_close(struct result *result);

#endif
