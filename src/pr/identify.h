/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Identity at the moment of action: whether a path that is open leads to the LUN that was resolved.
 */
#ifndef PR_IDENTIFY_H
#define PR_IDENTIFY_H

#include "model/request.h"
#include "model/result.h"

/*
 * Asks the device which LUN it is, as often as it asks for time: once, and again after each pause
 * (pr/patience.h). To be called before anything is sent through @path or said of what it holds.
 * False: it is another LUN or none (path->device.stranger), or could not be asked; the path has its
 * status then, and its state is forgotten, for that is not the LUN's. A device that does not
 * identify itself is trusted.
 */
bool path_identify(const struct request *request, struct result *path);

/*
 * The same after a change was sent: the status of @path, which is of the change, stays as it is.
 */
bool path_identify_again(const struct request *request, struct result *path);

#endif
