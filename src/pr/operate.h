/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One request on one LUN: read, act, read back, judge. */
#ifndef OPERATE_H
#define OPERATE_H

#include "model/request.h"
#include "model/result.h"

/* Carries out @request on @result->lun, which has been resolved, and sets the verdict. */
void operate(const struct request *request, struct result *result);

#endif
