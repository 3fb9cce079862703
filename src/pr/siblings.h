/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two arguments that are paths of one LUN, and in no map: whether what is said of one contradicts
 * the other.
 */
#ifndef SIBLINGS_H
#define SIBLINGS_H

#include "model/request.h"
#include "model/result.h"

/*
 * status and check: if @result and the earlier argument on its LUN are both ok and show different
 * states, reads both again, each for a second at most, and takes the ok away from @result if they
 * disagree.
 */
void siblings_judge(const struct request *request, struct result *result);

#endif
