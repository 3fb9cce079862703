// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/unread.h"

#include "model/describe.h"
#include "model/handover.h"
#include "model/messages.h"
#include "pr/rule.h"

const char *unread_right(const struct result *result)
{
	return result->lun.transport == TRANSPORT_NVME ? RIGHT_NVME : RIGHT_SCSI;
}

const char *unread_unsent(const struct request *request, const struct result *result)
{
	bool sent = result->outcome.sent || result->outcome.reset ||
		    result_was_sent(result_head(result));

	return request_unsent(request, sent ? "; " UNSENT_MORE : "; " UNSENT_CHANGE);
}

/* The answers were transient until no time was left. */
static enum status not_ready_fail(const struct request *request, struct result *result,
				  enum step step, const char *said)
{
	result->use.again = true;
	if (command_only_reads(request->command))
		return result_fail(result, FAIL_NOT_READY_READ(step), said);
	return result_fail(result, FAIL_NOT_READY_UNSENT(step), said,
			   unread_unsent(request, result));
}

/*
 * A SCSI-2 reservation refuses even reads. Whether this host is registered remains unknown; NVMe
 * has no such reservation.
 */
static enum status conflict_fail(const struct request *request, struct result *result,
				 enum step step, const char *said)
{
	bool checks = rule_of(request)->reports_absence;

	if (result->lun.transport == TRANSPORT_NVME)
		return result_fail(result, FAIL_IO_ERROR(step), said,
				   unread_unsent(request, result));
	return result_fail(result,
			   FAIL_LEGACY_RESERVED(checks ? STATUS_UNKNOWN : STATUS_CONFLICT, step));
}

enum status unread_fail(const struct request *request, struct result *result, enum step step,
			const struct answer *answer)
{
	const char *said = describe_answer(result->arena, answer);
	const char *unsent = unread_unsent(request, result);

	result->outcome.err = answer->err;
	result->outcome.raw = answer->raw;
	switch (answer->kind) {
	case ANSWER_NO_COMMAND:
		return result_fail(result, FAIL_NO_RESERVATIONS(step), said);
	case ANSWER_NO_LUN:
		return result_fail(result, FAIL_NOT_MAPPED(step), said, unsent);
	case ANSWER_CONFLICT:
		return conflict_fail(request, result, step, said);
	case ANSWER_NO_PRIVILEGE:
	case ANSWER_NO_INTERFACE:
		return result_fail(result, FAIL_NO_PRIVILEGE_READ(step), unread_right(result));
	case ANSWER_TRANSIENT:
		return not_ready_fail(request, result, step, said);
	case ANSWER_PATH:
		return result_fail(result, FAIL_PATH_DEAD(step), said, unsent);
	case ANSWER_REPLY:
		return result_fail(result, FAIL_BAD_REPLY(step), said, unsent);
	default:
		return result_fail(result, FAIL_IO_ERROR(step), said, unsent);
	}
}
