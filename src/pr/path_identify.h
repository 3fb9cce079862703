/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identity at the moment of action: does an open path lead to the LUN that was resolved? */
#ifndef PATH_IDENTIFY_H
#define PATH_IDENTIFY_H

#include "model/request.h"
#include "model/result.h"

/*
 * Asks the device which LUN it is. If the answer is transient, asks again after each pause
 * (pr/patience.h); but only PATIENCE_REPLACEABLE times if another path can be tried next. Call it
 * before anything is sent through @path, or reported of its state. Returns false if it is another
 * LUN or none (path->device.is_other_lun), or if it could not be asked; the status of @path is then
 * set, and its state is cleared because it is not the LUN's. A device that does not identify itself
 * is trusted.
 */
bool path_identify(const struct request *request, struct result *path);

/* The same, but if the answer is transient, returns false and leaves the status and the state. */
bool path_identify_at_once(const struct request *request, struct result *path);

/*
 * The same after a change was sent, of which @path has the status and the state: sets neither, and
 * asks at most once, so that another path can be asked instead. If it returns false, @answer says
 * why: ANSWER_NO_LUN if it is another LUN, or an answer that may be better later.
 */
bool path_identify_once(struct result *path, struct answer *answer);

#endif
