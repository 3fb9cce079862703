/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Proves that no command of a preempted host is under way any more. docs/design/verdicts.md, F,
 * says why each proof holds.
 */
#ifndef ABORT_H
#define ABORT_H

#include "model/request.h"
#include "model/result.h"

enum abort_by {
	ABORT_NOT_PROVEN,
	/* NVMe: the controller aborts the commands before it answers Preempt and Abort */
	ABORT_BY_ANSWER,
	ABORT_BY_RESET, /* SCSI: LOGICAL UNIT RESET ends every command, and succeeded */
};

struct abort_proof {
	enum abort_by by;
	const char *why; /* ABORT_NOT_PROVEN: the cause, a clause in @result's arena */
	bool never; /* nor does a repetition prove it */
};

/*
 * Proves it for the LUN of @result through its open path, @result->device.fd, which must have just
 * answered. Before the call the device must have shown that the victim's registrations are gone:
 * commands that arrive later are refused, so only those that arrived before count. @answered:
 * PREEMPT AND ABORT was answered with success in this run. On SCSI it sends LOGICAL UNIT RESET,
 * which aborts the commands of every host on this LUN (the hosts repeat them), and returns when the
 * target has answered, later than the deadline if that takes longer: the parent reports at the
 * deadline. The status is the caller's to set: abort_fail() is the usual one.
 */
struct abort_proof abort_prove(const struct request *request, struct result *result, bool answered);

/* What --dry-run adds to the command that would be sent: the reset after it, or nothing. */
const char *abort_would(const struct request *request, const struct result *result);

/* Whether LOGICAL UNIT RESET can prove it, as far as is known before it is sent. */
bool abort_can_reset(const struct request *request, const struct result *result);

/*
 * The status "unknown", abort_not_proven, for the cause in @proof. The victim's key is gone from
 * what @result->state lists.
 */
void abort_fail(struct result *result, const struct abort_proof *proof);

#endif
