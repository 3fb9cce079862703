/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out why a SCSI disk refuses a command if the kernel does not say. */
#ifndef SCSI_READY_H
#define SCSI_READY_H

#include "model/result.h"

/*
 * Call this if an ioctl that reads ended with ANSWER_CHECK, which comes without sense data. Sends
 * TEST UNIT READY (SPC-4 6.47) through @fd, which any user who may read the disk is allowed to do.
 * If the disk is temporarily not ready, sets *@answer to that, ANSWER_TRANSIENT; otherwise, or if
 * it cannot be sent, leaves *@answer as it is.
 */
void scsi_ready_ask(int fd, struct result *result, struct answer *answer);

#endif
