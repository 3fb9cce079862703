// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/path_identify.h"

#include <string.h>

#include "device/identify.h"
#include "model/messages.h"
#include "pr/patience.h"
#include "pr/unread.h"
#include "util/clock.h"

#define ANSWER_LONG (5 * CLOCK_SECOND)

static void other_fail(const struct request *request, struct result *path, const char *now)
{
	const struct lun *lun = &path->lun;
	const char *kept = lun->page83 ? scsi_vpd_wwid(lun->page83, lun->page83_length, path->arena)
				       : lun->wwid;

	result_fail(path, FAIL_OTHER_LUN, kept, now, request_unsent(request, "; " UNSENT_CHANGE));
}

bool path_identify(const struct request *request, struct result *path)
{
	struct patience patience = patience_begin(request, PATIENCE_FOR_EVER);
	enum identity identity;
	struct answer answer;
	const char *now;

	if (path->device.fd < 0 || path->device.is_other_lun)
		return false;
	if (path->device.identified)
		return true;
	do
		identity = device_identify(path->device.fd, path, &now, &answer);
	while (answer.kind == ANSWER_TRANSIENT && patience_wait(&patience, path));
	if (identity == IDENTITY_OTHER) {
		other_fail(request, path, now);
		path->device.is_other_lun = true;
	} else if (answer.kind == ANSWER_NO_LUN) {
		unread_fail(request, path, STEP_READ, &answer);
		path->device.is_other_lun = true;
	} else if (answer.kind == ANSWER_PATH || answer.kind == ANSWER_CHECK ||
		   answer.kind == ANSWER_TRANSIENT) {
		unread_fail(request, path, STEP_READ, &answer);
		path->device.answer = answer;
		memset(&path->state, 0, sizeof(path->state));
		return false;
	}
	path->device.identified = true;
	if (path->device.is_other_lun)
		memset(&path->state, 0, sizeof(path->state));
	return !path->device.is_other_lun;
}

bool path_identify_again(const struct request *request, struct result *path)
{
	const struct outcome outcome = path->outcome;
	bool same = path_identify(request, path);

	path->outcome = outcome;
	return same;
}

void path_identity_age(struct result *path, int64_t begin)
{
	if (clock_now() - begin > ANSWER_LONG)
		path->device.identified = false;
}
