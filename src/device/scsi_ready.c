// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/scsi_ready.h"

#include <scsi/sg.h>
#include <sys/ioctl.h>

#include "device/pr_ioctl.h"
#include "model/describe.h"
#include "model/handover.h"
#include "wire/scsi.h"

#define TIMEOUT_MS 30000 /* as the kernel's own */

void scsi_ready_ask(int fd, struct result *result, struct answer *answer)
{
	uint8_t cdb[6] = { 0 }, sense[64] = { 0 }; /* TEST UNIT READY is all zeros */
	struct sg_io_hdr io = {
		.interface_id = 'S',
		.dxfer_direction = SG_DXFER_NONE,
		.cmd_len = sizeof(cdb),
		.mx_sb_len = sizeof(sense),
		.cmdp = cdb,
		.sbp = sense,
		.timeout = TIMEOUT_MS,
	};
	struct answer ready = { .kind = ANSWER_CHECK };

	if (ioctl(fd, SG_IO, &io) < 0)
		return;
	ready.raw = io.status | (long)io.host_status << 16;
	scsi_sense_decode(sense, io.sb_len_wr < sizeof(sense) ? io.sb_len_wr : sizeof(sense),
			  &ready);
	if (io.host_status ? ioctl_host_is_transient(io.host_status)
			   : scsi_is_transient(io.status, &ready))
		ready.kind = ANSWER_TRANSIENT;
	else if (!ready.raw)
		ready.kind = ANSWER_DONE;
	result_beat(result);
	result_trace(result, "TEST UNIT READY by SG_IO: %s",
		     describe_answer(result->arena, &ready));
	if (ready.kind == ANSWER_TRANSIENT)
		*answer = ready;
}
