// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/abort.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "device/lun_reset.h"
#include "model/describe.h"
#include "model/handover.h"
#include "model/messages.h"
#include "pr/path_identify.h"
#include "pr/patience.h"
#include "pr/rule.h"

static struct abort_proof not_proven(const char *why)
{
	return (struct abort_proof){ ABORT_NOT_PROVEN, why, false };
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

/* The device has not said that it is the LUN, but has answered @answer; nothing was sent. */
static struct abort_proof unidentified(struct result *result, const struct answer *answer)
{
	if (!result->device.is_other_lun)
		return not_proven(arena_printf(result->arena, CAUSE_RESET_UNIDENTIFIED,
					       result->lun.node,
					       describe_answer(result->arena, answer)));
	memset(&result->state, 0, sizeof(result->state));
	return not_proven(arena_printf(result->arena, CAUSE_RESET_OTHER_LUN, result->lun.node));
}

/* Sends the reset as soon as the adapter is not in error recovery; @waited is what it waits for. */
static struct abort_proof reset(const struct request *request, struct result *result, bool waited)
{
	struct patience patience = patience_begin(request, PATIENCE_MINUTE);
	struct answer answer;
	int err = -EAGAIN;
	bool same;

	result->device.identified &= !waited;
	do {
		same = path_identify_once(result, &answer);
		if (!same && answer.kind != ANSWER_TRANSIENT)
			return unidentified(result, &answer);
		if (!same)
			continue;
		if (!result_may_prove(result))
			return not_proven(CAUSE_RESET_INTERRUPTED);
		err = lun_reset_send(result->device.fd);
		result_beat(result);
		result_trace(result, "LOGICAL UNIT RESET by SG_SCSI_RESET: %s",
			     err ? describe_errno(result->arena, -err) : "good");
	} while (err == -EAGAIN && patience_wait(&patience, result));
	result->outcome.reset = err != -EAGAIN && err != -EACCES;
	if (!same)
		return unidentified(result, &answer);
	if (err)
		return not_proven(reset_trouble(result, err));
	return (struct abort_proof){ ABORT_BY_RESET, NULL, false };
}

/* Why LOGICAL UNIT RESET must not be sent through @host, as a clause; NULL if it may be sent. */
static const char *reset_obstacle(const struct request *request, const struct result *result,
				  const struct lun_reset_host *host)
{
	if (request->no_reset)
		return CAUSE_NO_RESET;
	if (lun_reset_is_known(host->driver))
		return NULL;
	if (!host->driver)
		return CAUSE_RESET_NO_DRIVER;
	return arena_printf(result->arena, CAUSE_RESET_DRIVER, host->driver);
}

struct abort_proof abort_prove(const struct request *request, struct result *result, bool answered)
{
	struct lun_reset_host host;
	struct abort_proof proof;
	bool waited = false;
	const char *obstacle;
	int lock;

	if (result->lun.transport == TRANSPORT_NVME && result->victim.open_host)
		return (struct abort_proof){ ABORT_NOT_PROVEN,
					     arena_printf(result->arena, CAUSE_NVME_OTHER_HOST,
							  result->victim.open_host),
					     true };
	if (result->lun.transport == TRANSPORT_NVME)
		return answered ? (struct abort_proof){ ABORT_BY_ANSWER, NULL, false } :
				  (struct abort_proof){ ABORT_NOT_PROVEN, CAUSE_NVME_ABORT, true };
	host = lun_reset_host(result->arena, &result->lun);
	obstacle = reset_obstacle(request, result, &host);
	if (obstacle)
		return (struct abort_proof){ ABORT_NOT_PROVEN, obstacle, !request->no_reset };
	/* The parent reports at the deadline, and needs to know what is being waited for. */
	(void)result_may_prove(result);
	lock = lun_reset_lock(&host, &waited);
	if (lock < 0)
		return not_proven(arena_printf(result->arena, CAUSE_RESET_LOCK, host.directory,
					       describe_errno(result->arena, -lock)));
	proof = reset(request, result, waited);
	close(lock);
	return proof;
}

const char *abort_obstacle(const struct request *request, const struct result *result)
{
	const char *obstacle = NULL;

	for (const struct result *path = path_first(result); path; path = path_next(result, path)) {
		struct lun_reset_host host;

		if (path->lun.transport != TRANSPORT_SCSI)
			return NULL;
		host = lun_reset_host(result->arena, &path->lun);
		obstacle = reset_obstacle(request, result, &host);
		if (!obstacle)
			return NULL;
	}
	return obstacle;
}

bool abort_can_reset(const struct request *request, const struct result *result)
{
	struct lun_reset_host host;

	if (result->lun.transport != TRANSPORT_SCSI)
		return false;
	host = lun_reset_host(result->arena, &result->lun);
	return !reset_obstacle(request, result, &host);
}

const char *abort_would(const struct request *request, const struct result *result)
{
	struct lun_reset_host host;
	const char *obstacle;

	if (!rule_of(request)->proves || result->lun.transport != TRANSPORT_SCSI)
		return "";
	if (request->no_reset)
		return ", without the LOGICAL UNIT RESET that proves the abort";
	host = lun_reset_host(result->arena, &result->lun);
	obstacle = reset_obstacle(request, result, &host);
	return obstacle ? arena_printf(result->arena, ", which would not prove the abort: %s",
				       obstacle)
			: ", then LOGICAL UNIT RESET";
}

void abort_fail(struct result *result, const struct abort_proof *proof)
{
	const char *holding = describe_holding(result->arena, &result->state);

	if (proof->never)
		result_fail(result, FAIL_ABORT_NEVER_PROVEN, proof->why, holding);
	else
		result_fail(result, FAIL_ABORT_NOT_PROVEN, proof->why, holding);
}
