/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two arguments that are paths of one LUN but in no map: do their results contradict each other? */
#ifndef SAME_LUN_H
#define SAME_LUN_H

#include "model/request.h"
#include "model/result.h"

/*
 * For status and check: if @result and the earlier argument on the same LUN are both ok but show
 * different states, reads both again, each for at most a second. If they still disagree, the status
 * of @result becomes "unknown".
 */
void same_lun_judge(const struct request *request, struct result *result);

#endif
