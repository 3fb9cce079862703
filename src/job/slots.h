/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the arguments of a request to the LUNs that they name. */
#ifndef SLOTS_H
#define SLOTS_H

#include "model/handover.h"
#include "model/request.h"
#include "util/thread.h"

/*
 * Resolves the argument of @slot. A tag or a group is resolved in a thread, which signals @ended:
 * libblkid and lvm read every disk, and one of them may be dead.
 */
void slot_begin(const struct request *request, struct slot *slot, struct condition *ended);

/* Whether every argument is resolved. */
bool slots_ready(const struct work *work);

#endif
