/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SCSI commands by SG_IO, which needs CAP_SYS_RAWIO for most of them. */
#ifndef SG_IO_H
#define SG_IO_H

#include <scsi/sg.h>

#include "model/reply.h"
#include "model/result.h"

/*
 * Sends the command of @io once. The caller has set its CDB, its data and their direction; this
 * sets the rest. Always sets *@answer. Returns false if the ioctl has failed, so that nothing came
 * back.
 */
bool sg_io_send(int fd, struct sg_io_hdr *io, struct answer *answer);

/* A command that only reads, and the room for its reply. */
struct scsi_query {
	enum reply_command command;
	uint8_t *cdb;
	uint8_t cdb_size; /* bytes */
	uint8_t *reply;
	uint16_t size; /* bytes of room, which are the ALLOCATION LENGTH of @cdb */
};

/*
 * Sends @query, and repeats it after a UNIT ATTENTION, which a target reports once to each nexus; a
 * recording is replayed. The command is traced in @result, and its reply kept there if @result
 * keeps replies. Returns how many bytes were received; @answer says how the last try ended.
 */
size_t sg_io_receive(int fd, struct result *result, const struct scsi_query *query,
		     struct answer *answer);

/*
 * Sends PERSISTENT RESERVE OUT for @action, and repeats it after a UNIT ATTENTION, as the kernel
 * does for its ioctl: such a command was not carried out. Always sets *@answer.
 */
void sg_io_action_send(int fd, const struct action *action, struct answer *answer);

#endif
