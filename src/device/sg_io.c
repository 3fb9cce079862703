// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/sg_io.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "device/pr_ioctl.h"
#include "model/describe.h"
#include "model/handover.h"
#include "wire/scsi.h"
#include "wire/sense.h"

/* as in the kernel; a shorter one starts error recovery, which resets the LUN */
#define TIMEOUT_MS 30000
#define TRIES 10

static const char *const names[] = {
	[REPLY_READ_KEYS] = "READ KEYS",
	[REPLY_READ_RESERVATION] = "READ RESERVATION",
	[REPLY_CAPABILITIES] = "REPORT CAPABILITIES",
	[REPLY_FULL_STATUS] = "READ FULL STATUS",
	[REPLY_INQUIRY] = "INQUIRY",
	[REPLY_PAGE83] = "INQUIRY, VPD page 83h,",
};

/* The outcome of one SG_IO that the kernel has carried out: @answer except for its kind. */
static enum answer_kind answer_kind_of(const struct answer *answer)
{
	unsigned int host = (unsigned int)(answer->raw >> 16) & 0xffff;
	uint8_t status = (uint8_t)(answer->raw & 0xff);

	if (host)
		return ioctl_host_is_transient(host) ? ANSWER_TRANSIENT : ANSWER_PATH;
	if (scsi_is_transient(status, answer))
		return ANSWER_TRANSIENT;
	switch (status) {
	case SAM_GOOD:
		return ANSWER_DONE;
	case SAM_CONFLICT:
		return ANSWER_CONFLICT;
	case SAM_CHECK:
		/* carried out, if with difficulty: SPC-4 table 49 */
		if (answer->sense_key == SENSE_RECOVERED_ERROR)
			return ANSWER_DONE;
		if (answer->sense_key != SENSE_ILLEGAL_REQUEST)
			return ANSWER_CHECK;
		if (answer->asc == ASC_NO_LUN)
			return ANSWER_NO_LUN;
		return answer->asc == ASC_INVALID_OPCODE ? ANSWER_NO_COMMAND : ANSWER_INVALID;
	default:
		return ANSWER_CHECK;
	}
}

bool sg_io_send(int fd, struct sg_io_hdr *io, struct answer *answer)
{
	uint8_t sense[64] = { 0 };

	io->interface_id = 'S';
	io->mx_sb_len = sizeof(sense);
	io->sbp = sense;
	io->timeout = TIMEOUT_MS;
	memset(answer, 0, sizeof(*answer));
	if (ioctl(fd, SG_IO, io) < 0) {
		ioctl_errno_decode(errno, answer);
		return false;
	}
	answer->raw = io->status | (long)io->host_status << 16;
	scsi_sense_decode(sense, io->sb_len_wr < sizeof(sense) ? io->sb_len_wr : sizeof(sense),
			  answer);
	answer->kind = answer_kind_of(answer);
	return true;
}

/* Sends @query once. Returns the number of bytes received. */
static size_t receive_once(int fd, const struct scsi_query *query, struct answer *answer)
{
	struct sg_io_hdr io = {
		.dxfer_direction = SG_DXFER_FROM_DEV,
		.cmd_len = query->cdb_size,
		.dxfer_len = query->size,
		.dxferp = query->reply,
		.cmdp = query->cdb,
	};

	/*
	 * LIO ORs its answer into the buffer, and the length that it reports as received may be
	 * wrong, so what was not received must be 0.
	 */
	memset(query->reply, 0, query->size);
	if (!sg_io_send(fd, &io, answer))
		return 0;
	if (io.resid < 0 || io.resid > query->size)
		return query->size;
	return (size_t)(query->size - io.resid);
}

/*
 * The same from @recording. READ FULL STATUS is optional: if a recording has only the other
 * commands, the device refused it.
 */
static size_t receive_recorded(const struct recording *recording, const struct scsi_query *query,
			       struct answer *answer)
{
	const struct reply *reply = reply_find(recording->first, query->command);
	size_t received = reply_play(reply, query->reply, query->size, answer);

	if (!reply)
		answer->kind = query->command == REPLY_FULL_STATUS ? ANSWER_NO_COMMAND
								   : ANSWER_REPLY;
	else if (answer->err)
		ioctl_errno_decode(answer->err, answer);
	else
		answer->kind = answer_kind_of(answer);
	return received;
}

/*
 * SG_IO repeats nothing. So this repeats the command after a unit attention, which the target
 * reports once to each nexus after a reset or after another host's change. For an answer that lasts
 * longer, the caller repeats it (pr/patience.h). If the target reports that its LUNs have changed,
 * the device must identify itself again, because nobody else will see that.
 */
size_t sg_io_receive(int fd, struct result *result, const struct scsi_query *query,
		     struct answer *answer)
{
	size_t received = 0;

	for (int tries = 0; tries < TRIES; tries++) {
		received = result->lun.recording ?
				   receive_recorded(result->lun.recording, query, answer) :
				   receive_once(fd, query, answer);
		result_beat(result);
		result_trace(result, "%s by SG_IO: %s, %zu bytes", names[query->command],
			     describe_answer(result->arena, answer), received);
		if (answer->kind != ANSWER_TRANSIENT || answer->sense_key != SENSE_UNIT_ATTENTION)
			break;
		if (answer->asc == ASC_CHANGED)
			result->device.identified = false;
	}
	reply_keep(result, query->command, answer, query->reply,
		   answer->kind == ANSWER_DONE ? received : 0);
	return received;
}

/* Sends PERSISTENT RESERVE OUT once. */
static void pr_out_once(int fd, const struct action *action, struct answer *answer)
{
	uint8_t cdb[SCSI_PR_OUT_CDB_SIZE],
		parameters[SCSI_PR_OUT_SIZE] __attribute__((aligned(64)));
	struct sg_io_hdr io = {
		.dxfer_direction = SG_DXFER_TO_DEV,
		.cmd_len = sizeof(cdb),
		.dxfer_len = sizeof(parameters),
		.dxferp = parameters,
		.cmdp = cdb,
	};

	scsi_pr_out_encode(action, cdb, parameters);
	(void)sg_io_send(fd, &io, answer);
}

/*
 * Repeats after a unit attention, too, except after a report that LUNs have changed: first the
 * device must identify itself again, and the caller sees to that.
 */
void sg_io_action_send(int fd, const struct action *action, struct answer *answer)
{
	for (int tries = 0; tries < TRIES; tries++) {
		pr_out_once(fd, action, answer);
		if (answer->kind != ANSWER_TRANSIENT ||
		    answer->sense_key != SENSE_UNIT_ATTENTION || answer->asc == ASC_CHANGED)
			return;
	}
}
