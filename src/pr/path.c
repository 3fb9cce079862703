// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/path.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "device/open.h"
#include "model/answer.h"
#include "model/describe.h"
#include "model/messages.h"
#include "pr/change.h"
#include "pr/path_device.h"
#include "pr/path_identify.h"
#include "pr/patience.h"
#include "pr/rule.h"
#include "pr/take_key.h"
#include "pr/unread.h"
#include "pr/victim_host.h"
#include "util/clock.h"

#define OPEN_PAUSE (CLOCK_SECOND / 20)

/* The node is missing, or belongs to another device than the one that was resolved. */
static void node_fail(struct result *result, int err, const char *unsent)
{
	const struct lun *lun = &result->lun;
	const char *node = lun->named ? lun->named : lun->node;

	if (err == ESTALE)
		result_fail(result, FAIL_DISK_REPLACED, major(lun->devno), minor(lun->devno),
			    (unsigned long long)lun->diskseq, unsent);
	else if (err == ENODEV)
		result_fail(result, FAIL_OTHER_NODE, node, major(lun->devno), minor(lun->devno),
			    unsent);
	else
		result_fail(result, FAIL_NO_NODE, node, major(lun->devno), minor(lun->devno),
			    unsent);
}

static void open_fail(const struct request *request, struct result *result, int err)
{
	const char *unsent = request_unsent(request, "; " UNSENT_ALL);

	result->outcome.err = err;
	if (err == EACCES || err == EPERM)
		result_fail(result, FAIL_NO_PRIVILEGE_OPEN, describe_errno(result->arena, err));
	else if (err == ENXIO || err == EIO)
		result_fail(result, FAIL_PATH_OFFLINE, describe_errno(result->arena, err), unsent);
	else if (err == ENOENT || err == ENOTDIR || err == ESTALE || err == ENODEV)
		node_fail(result, err, unsent);
	else
		result_fail(result, FAIL_OPEN, result->lun.node, strerrordesc_np(err),
			    describe_errno(result->arena, err), unsent);
}

void path_read(const struct request *request, struct result *result)
{
	struct patience patience = patience_begin(request, PATIENCE_FOR_EVER);
	int fd;

	if (!path_has_reservations(result)) {
		result_fail(result, FAIL_NOT_A_DISK);
		return;
	}
	/*
	 * Devices that do not respond may have used up the descriptors; one may become free. The
	 * deadline of the parent ends this.
	 */
	while ((fd = device_open(&result->lun, false)) == -EMFILE || fd == -ENFILE)
		clock_sleep(OPEN_PAUSE); /* not reached: it takes a thousand such devices */
	if (fd < 0) {
		open_fail(request, result, -fd);
		return;
	}
	do
		path_state_read(fd, result, &result->device.answer);
	while (result->device.answer.kind == ANSWER_TRANSIENT && patience_wait(&patience, result));
	result->device.fd = fd;
}

void path_reread(struct result *result)
{
	/* The state of another LUN does not count, even if it becomes this LUN again. */
	if (!result->device.is_other_lun)
		path_state_read(result->device.fd, result, &result->device.answer);
	/* It counts only if the device identifies itself after it. */
	result->device.identified = false;
}

void path_operate(const struct request *request, struct result *result)
{
	const struct answer *answer = &result->device.answer;
	/* A user who may not read may still change it; the result is then not verified. */
	bool blind = answer_is_unsent(answer);

	if (result->outcome.status != STATUS_OK)
		return;
	if (answer->kind != ANSWER_DONE && (command_only_reads(request->command) || !blind))
		unread_fail(request, result, STEP_READ, answer);
	else if (!path_identify(request, result))
		return;
	else if (rule_of(request)->read)
		rule_of(request)->read(request, result);
	else if (request->victim_host)
		victim_host_change(request, result, change);
	else if (request->take_key)
		take_key_change(request, result, change);
	else
		change(request, result);
}
