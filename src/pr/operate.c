// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/operate.h"

#include "model/reply.h"
#include "pr/map.h"
#include "pr/memory.h"
#include "pr/path.h"
#include "pr/path_device.h"
#include "pr/same_lun.h"

/* status --raw: the page cached by the kernel is listed, because the identity depends on it. */
static void replies_begin(struct result *result)
{
	const struct answer good = { .kind = ANSWER_DONE };

	result->keeps_replies = true;
	if (result->lun.page83)
		reply_keep(result, REPLY_PAGE83_KEPT, &good, result->lun.page83,
			   result->lun.page83_length);
}

void operate(const struct request *request, struct result *result)
{
	if (request->resolve_only)
		return;
	if (request->raw && !result->paths)
		replies_begin(result);
	for (struct result *path = request->raw ? result->paths : NULL; path; path = path->next)
		replies_begin(path);
	/* Records of this node do not apply to the host that made a recording. */
	if (result->lun.transport == TRANSPORT_SCSI && !result->lun.recording)
		memory_recall_sharing(result);
	if (result->paths) {
		map_operate(request, result);
		return;
	}
	path_read(request, result);
	path_operate(request, result);
	same_lun_judge(request, result);
}

void operate_close(struct result *result)
{
	if (result->paths)
		map_close(result);
	else
		path_close(result);
}
