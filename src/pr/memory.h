/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one run has to know of earlier ones: the store's records, as a request needs and changes
 * them. A store that fails is a warning to the user, and never a reason to leave a device alone.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include "model/request.h"
#include "model/result.h"

/*
 * Sets @result->victim: what this node knows of @request's victim on the LUN, in the state that
 * is in @result. --confirmed-off counts as the administrator's word.
 */
void memory_recall(const struct request *request, struct result *result);

/*
 * Sets @result->sharing as an earlier run has proven it, and ->is_volatile. To be called before a
 * disk, or a map's path, is read.
 */
void memory_recall_sharing(struct result *result);

/*
 * To be called before a PREEMPT AND ABORT of @request's victim is sent, or proven: from now on it
 * is not proven.
 */
void memory_abort_begin(const struct request *request, struct result *result);

/*
 * Whether @request is done only if no command of its victim, a host, is under way, and an abort of
 * that host on this LUN is on record as not proven.
 */
bool memory_host_is_open(const struct request *request, const struct result *result);

/*
 * To be called with the status of a change, or of the attempt at one: what is proven is remembered
 * as such, and this node's own registrations are kept up to date.
 */
void memory_settle(const struct request *request, struct result *result);

#endif
