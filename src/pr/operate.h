/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One request on one LUN: read, act, read back, verify. */
#ifndef OPERATE_H
#define OPERATE_H

#include "model/request.h"
#include "model/result.h"

/*
 * Carries out @request on @result->lun, which is resolved, and sets the status before it returns.
 * It may hang in the kernel, even past the deadline: the parent does not wait for it then.
 */
void operate(const struct request *request, struct result *result);

/*
 * Closes what operate() has left open. Closing may wait for a device without limit, so call this
 * after the result was reported: what is proven by then stays proven.
 */
void operate_close(struct result *result);

#endif
