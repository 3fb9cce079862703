// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/path_text.h"

#include <stdatomic.h>
#include <string.h>

#include "model/answer.h"
#include "model/describe.h"
#include "model/messages.h"
#include "wire/nvme.h"
#include "wire/sense.h"

const struct answer *path_answer(const struct result *path)
{
	const struct open_device *device = &path->device;

	return device->unidentified.kind == ANSWER_DONE ? &device->answer : &device->unidentified;
}

bool path_answers(const struct result *path)
{
	const struct answer *answer = path_answer(path);

	return answer->kind == ANSWER_DONE || answer_is_unsent(answer);
}

bool path_is_unready(const struct result *path)
{
	const struct open_device *device = &path->device;

	return device->unidentified.kind == ANSWER_TRANSIENT &&
	       (device->answer.kind == ANSWER_DONE || answer_is_unsent(&device->answer));
}

bool path_is_alive(struct result *path)
{
	return atomic_load(&path->use.probed) && path->device.fd >= 0 &&
	       !path->device.is_other_lun && (path_answers(path) || path_is_unready(path));
}

static bool has_no_reservations(const struct result *path)
{
	const struct answer *answer = path_answer(path);

	if (answer->kind != ANSWER_NO_COMMAND)
		return false;
	if (path->lun.transport == TRANSPORT_NVME)
		return (answer->raw & NVME_STATUS_MASK) == NVME_STATUS_INVALID_OPCODE;
	return answer->sense_key == SENSE_ILLEGAL_REQUEST && answer->asc == ASC_INVALID_OPCODE;
}

bool path_is_elsewhere(struct result *path)
{
	return atomic_load(&path->use.probed) && path->device.fd >= 0 &&
	       (path->device.is_other_lun || path_answer(path)->kind == ANSWER_NO_LUN);
}

bool path_contradicts(struct result *path)
{
	return path_is_elsewhere(path) ||
	       (atomic_load(&path->use.probed) && path->device.fd >= 0 &&
		(path_answer(path)->kind == ANSWER_CONFLICT || has_no_reservations(path)));
}

/* The reason why @path did not answer, in words. */
static const char *path_trouble(struct result *path)
{
	if (!atomic_load(&path->use.probed))
		return atomic_load(&path->use.waiting) ? "not ready" : "no response";
	if (path_is_elsewhere(path) && !path->outcome.message)
		return arena_printf(path->arena, CAUSE_NOT_MAPPED,
				    describe_answer(path->arena, path_answer(path)));
	if (has_no_reservations(path) && !path->outcome.message)
		return arena_printf(path->arena, CAUSE_NO_RESERVATIONS,
				    describe_answer(path->arena, path_answer(path)));
	/*
	 * Only the cause: the advice is given for the map, unless this path's device refuses the
	 * request.
	 */
	if (path->outcome.message && path->outcome.status != STATUS_CONFLICT &&
	    strstr(path->outcome.message, "; "))
		return arena_printf(
			path->arena, "%.*s",
			(int)(strstr(path->outcome.message, "; ") - path->outcome.message),
			path->outcome.message);
	if (path->outcome.message)
		return path->outcome.message;
	return describe_answer(path->arena, path_answer(path));
}

const char *path_text(struct result *path)
{
	if (path_is_alive(path) && path->outcome.status == STATUS_OK)
		return path->lun.node;
	return arena_printf(path->arena, "%s (%s)", path->lun.node, path_trouble(path));
}
