// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/path_identify.h"

#include <stdint.h>
#include <string.h>

#include "device/identify.h"
#include "model/messages.h"
#include "pr/patience.h"
#include "pr/unread.h"

static void other_fail(const struct request *request, struct result *path, const char *now)
{
	const struct lun *lun = &path->lun;
	const char *kept = lun->page83 ? scsi_vpd_wwid(lun->page83, lun->page83_length, path->arena)
				       : lun->wwid;

	result_fail(path, FAIL_OTHER_LUN, kept, now, unread_unsent(request, path));
}

/* Asks once. @now and @answer are as in device_identify(). */
static bool ask(struct result *path, const char **now, struct answer *answer)
{
	struct open_device *device = &path->device;
	enum identity identity = device_identify(device->fd, path, now, answer);
	bool failed = answer->kind == ANSWER_PATH || answer->kind == ANSWER_CHECK ||
		      answer->kind == ANSWER_TRANSIENT || answer->kind == ANSWER_CONFLICT;

	device->is_other_lun = identity == IDENTITY_OTHER || answer->kind == ANSWER_NO_LUN;
	device->unidentified = (struct answer){ .kind = ANSWER_DONE };
	if (failed && !device->is_other_lun)
		device->unidentified = *answer;
	device->identified = device->unidentified.kind == ANSWER_DONE;
	return device->identified && !device->is_other_lun;
}

/* Asks at most @tries times. */
static bool identify(const struct request *request, struct result *path, size_t tries)
{
	struct patience patience = patience_begin(request, PATIENCE_FOR_EVER);
	struct answer answer;
	const char *now;
	bool same;

	if (path->device.fd < 0 || path->device.is_other_lun)
		return false;
	if (path->device.identified)
		return true;
	do
		same = ask(path, &now, &answer);
	while (path->device.unidentified.kind == ANSWER_TRANSIENT && --tries &&
	       patience_wait(&patience, path));
	if (same)
		return true;
	if (path->device.is_other_lun && answer.kind != ANSWER_NO_LUN)
		other_fail(request, path, now);
	else
		unread_fail(request, path, STEP_READ, &answer);
	memset(&path->state, 0, sizeof(path->state));
	return false;
}

bool path_identify(const struct request *request, struct result *path)
{
	return identify(request, path, path->use.replaceable ? PATIENCE_REPLACEABLE : SIZE_MAX);
}

bool path_identify_at_once(const struct request *request, struct result *path)
{
	const struct outcome outcome = path->outcome;
	const struct resv_state state = path->state;

	if (identify(request, path, 1))
		return true;
	if (path->device.unidentified.kind == ANSWER_TRANSIENT) {
		path->outcome = outcome;
		path->state = state;
	}
	return false;
}

bool path_identify_once(struct result *path, struct answer *answer)
{
	const char *now;

	*answer = (struct answer){ .kind = ANSWER_NO_LUN };
	if (path->device.fd < 0 || path->device.is_other_lun)
		return false;
	if (path->device.identified)
		return true;
	if (ask(path, &now, answer))
		return true;
	if (path->device.is_other_lun)
		*answer = (struct answer){ .kind = ANSWER_NO_LUN };
	return false;
}
