/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A change through one path: plan, identify, send, read back, verify, prove. */
#ifndef CHANGE_H
#define CHANGE_H

#include "model/request.h"
#include "model/result.h"

/*
 * Does what @request asks through the open path @result, whose state has been read and which has
 * identified itself. Sets the outcome; result->state is then what was read last.
 */
void change(const struct request *request, struct result *result);

#endif
