/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Proves that all commands of a preempted host have ended. docs/design/verdicts.md, F, explains why
 * each proof holds.
 */
#ifndef ABORT_H
#define ABORT_H

#include "model/request.h"
#include "model/result.h"

enum abort_by {
	ABORT_NOT_PROVEN,
	/* NVMe: the controller aborts the commands before it answers Preempt and Abort */
	ABORT_BY_ANSWER,
	ABORT_BY_RESET, /* SCSI: LOGICAL UNIT RESET, which ends every command, succeeded */
};

struct abort_proof {
	enum abort_by by;
	const char *why; /* ABORT_NOT_PROVEN: the cause, a clause in @result's arena */
	bool never; /* repeating the command cannot prove it either */
};

/*
 * Proves for the LUN of @result that the commands of the victim have ended, through the open path
 * @result->device.fd, which must have just answered. Before the call, the device must have shown
 * that the victim's registrations are gone: commands that arrive later are refused, so only those
 * that arrived before count. @answered: PREEMPT AND ABORT succeeded in this run. On SCSI this sends
 * LOGICAL UNIT RESET, which aborts the commands of every host on this LUN (the hosts repeat them).
 * It returns when the target has answered, which may be after the deadline: the parent reports at
 * the deadline. The caller sets the status, usually with abort_fail().
 */
struct abort_proof abort_prove(const struct request *request, struct result *result, bool answered);

/* What --dry-run adds to the command that would be sent: the reset that follows, or nothing. */
const char *abort_would(const struct request *request, const struct result *result);

/*
 * Why no preempt-abort on the disk of @result can be proven, as a clause, as far as can be known
 * without sending anything; NULL if it can. Of a map, one path is enough.
 */
const char *abort_obstacle(const struct request *request, const struct result *result);

/* Whether LOGICAL UNIT RESET can prove it, as far as can be known before it is sent. */
bool abort_can_reset(const struct request *request, const struct result *result);

/*
 * Sets the status "unknown", reason abort_not_proven, with the cause in @proof. @result->state must
 * not list the victim's key.
 */
void abort_fail(struct result *result, const struct abort_proof *proof);

#endif
