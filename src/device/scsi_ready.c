// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/scsi_ready.h"

#include "device/sg_io.h"
#include "model/describe.h"
#include "model/handover.h"

void scsi_ready_ask(int fd, struct result *result, struct answer *answer)
{
	uint8_t cdb[6] = { 0 }; /* TEST UNIT READY is all zeros */
	struct sg_io_hdr io = {
		.dxfer_direction = SG_DXFER_NONE,
		.cmd_len = sizeof(cdb),
		.cmdp = cdb,
	};
	struct answer ready;

	if (!sg_io_send(fd, &io, &ready))
		return;
	if (ready.kind != ANSWER_TRANSIENT)
		ready.kind = ready.raw ? ANSWER_CHECK : ANSWER_DONE;
	result_beat(result);
	result_trace(result, "TEST UNIT READY by SG_IO: %s",
		     describe_answer(result->arena, &ready));
	if (ready.kind == ANSWER_TRANSIENT)
		*answer = ready;
}
