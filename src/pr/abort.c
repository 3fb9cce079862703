// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/abort.h"

#include <errno.h>
#include <unistd.h>

#include "device/lun_reset.h"
#include "model/describe.h"
#include "model/handover.h"
#include "model/messages.h"
#include "pr/patience.h"

static struct abort_proof not_proven(const char *why)
{
	return (struct abort_proof){ ABORT_NOT_PROVEN, why };
}

/* Why SG_SCSI_RESET failed with -@err, in words. */
static const char *reset_trouble(struct result *result, int err)
{
	const char *name = describe_errno(result->arena, -err);

	if (err == -EACCES || err == -EPERM)
		return arena_printf(result->arena, CAUSE_RESET_PRIVILEGE, name);
	if (err == -EAGAIN)
		return arena_printf(result->arena, CAUSE_RESET_RECOVERY, name);
	return arena_printf(result->arena, CAUSE_RESET_FAILED, result->lun.node, name);
}

/* Resets as soon as the adapter is not in error recovery. */
static struct abort_proof reset(const struct request *request, struct result *result)
{
	struct patience patience = patience_begin(request, PATIENCE_MINUTE);
	int err;

	do {
		if (!result_may_prove(result))
			return not_proven(CAUSE_RESET_INTERRUPTED);
		err = lun_reset_send(result->fd);
		result_trace(result, "LOGICAL UNIT RESET by SG_SCSI_RESET: %s",
			     err ? describe_errno(result->arena, -err) : "good");
	} while (err == -EAGAIN && patience_wait(&patience, result));
	result->outcome.reset = err != -EAGAIN && err != -EACCES;
	if (err)
		return not_proven(reset_trouble(result, err));
	return (struct abort_proof){ ABORT_BY_RESET, NULL };
}

struct abort_proof abort_prove(const struct request *request, struct result *result, bool answered)
{
	struct lun_reset_host host;
	struct abort_proof proof;
	int lock;

	if (result->lun.transport == TRANSPORT_NVME)
		return answered ? (struct abort_proof){ ABORT_BY_ANSWER, NULL }
				: not_proven(CAUSE_NVME_ABORT);
	if (request->no_reset)
		return not_proven(CAUSE_NO_RESET);
	host = lun_reset_host(result->arena, &result->lun);
	if (!lun_reset_is_known(host.driver))
		return not_proven(arena_printf(result->arena,
					       CAUSE_RESET_DRIVER,
					       host.driver ? host.driver : "of this path"));
	/* At the deadline the printer is to know what is waited for. */
	(void)result_may_prove(result);
	lock = lun_reset_lock(&host);
	if (lock < 0)
		return not_proven(arena_printf(result->arena, CAUSE_RESET_LOCK, host.directory,
					       describe_errno(result->arena, -lock)));
	proof = reset(request, result);
	close(lock);
	return proof;
}

const char *abort_would(const struct request *request, const struct result *result)
{
	if (request->command != COMMAND_PREEMPT_ABORT || result->lun.transport != TRANSPORT_SCSI)
		return "";
	return request->no_reset ? ", without the LOGICAL UNIT RESET that proves the abort" : ", then LOGICAL UNIT RESET";
}

void abort_fail(struct result *result, const char *why)
{
	result_fail(result, FAIL_ABORT_NOT_PROVEN, why,
		    describe_holding(result->arena, &result->state));
}
