// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/operate.h"

#include "pr/map.h"
#include "pr/memory.h"
#include "pr/path.h"
#include "pr/siblings.h"

void operate(const struct request *request, struct result *result)
{
	if (request->resolve_only)
		return;
	if (result->lun.transport == TRANSPORT_SCSI)
		memory_recall_sharing(result);
	if (result->paths) {
		map_operate(request, result);
		return;
	}
	path_read(request, result);
	path_operate(request, result);
	siblings_judge(request, result);
}

void operate_close(struct result *result)
{
	if (result->paths)
		map_close(result);
	else
		path_close(result);
}
