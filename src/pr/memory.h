/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What prctl remembers from earlier runs: how a request reads and changes the records of the store.
 * If the store fails, prctl warns and still acts on the device.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include "model/request.h"
#include "model/result.h"

/*
 * Sets @result->victim to what the records say about @request's victim on this LUN, in the state in
 * @result. --confirmed-off counts as the administrator's confirmation.
 */
void memory_recall(const struct request *request, struct result *result);

/*
 * Sets @result->sharers as proven by earlier runs, @result->is_volatile and @result->own_ports.
 * Call it before a disk, or a map's path, is read.
 */
void memory_recall_sharing(struct result *result);

/*
 * Call this before a PREEMPT AND ABORT of @request's victim is sent or proven: it records that the
 * abort is not proven yet. If that waited for another process, the device must identify itself
 * again.
 */
void memory_abort_begin(const struct request *request, struct result *result);

/*
 * Call this after memory_abort_begin() if the device has shown that nobody had the victim's key, so
 * that no command was aborted: puts back the record that was there before, or none.
 */
void memory_abort_end(const struct request *request, struct result *result);

/*
 * Whether @request requires that the commands of its victim, a host, have ended, while the records
 * say that an abort of that host on this LUN is not proven, or cannot be read.
 */
bool memory_host_is_open(const struct request *request, const struct result *result);

/*
 * Call this when the status of a change, or of an attempt at one, is set: records what was proven
 * or refuted, and this node's own registration.
 */
void memory_settle(const struct request *request, struct result *result);

#endif
