/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a SCSI disk refuses a command, if the kernel does not say. */
#ifndef SCSI_READY_H
#define SCSI_READY_H

#include "model/result.h"

/*
 * To be called when an ioctl that reads ended with ANSWER_CHECK: it brings no sense data. Sends
 * TEST UNIT READY (SPC-4 6.47), which any user who may read the disk may send, through @fd. If the
 * disk is not ready for now, *@answer becomes that one, ANSWER_TRANSIENT; otherwise, or if it
 * cannot be sent, *@answer stays.
 */
void scsi_ready_ask(int fd, struct result *result, struct answer *answer);

#endif
