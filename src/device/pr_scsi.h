/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PERSISTENT RESERVE IN through SG_IO: on SCSI the only interface that names each nexus, and the
 * only one at all on kernels before 7.0. It needs CAP_SYS_RAWIO. Changes go through pr_ioctl.c.
 */
#ifndef PR_SCSI_H
#define PR_SCSI_H

#include "model/reply.h"
#include "model/result.h"

/* A command that only reads, and the room for its reply. */
struct scsi_query {
	enum reply_command command;
	uint8_t *cdb;
	uint8_t cdb_size; /* bytes */
	uint8_t *reply;
	uint16_t size; /* bytes of room, which are the ALLOCATION LENGTH of @cdb */
};

/*
 * Sends @query by SG_IO, and repeats it after an answer that a target gives once to each nexus, or
 * while it is busy; a recording is replayed. The command is traced in @result, and its reply kept
 * there if @result keeps replies. Returns how many bytes were received; @answer says how the last
 * try ended.
 */
size_t scsi_receive(int fd, struct result *result, const struct scsi_query *query,
		    struct answer *answer);

/*
 * Reads the state of the LUN of @fd into @state (in @result's arena), with READ FULL STATUS or, if
 * the device does not support that, with READ KEYS and READ RESERVATION. @answer says how the last
 * command ended; unless it is ANSWER_DONE, @state->source is SOURCE_NONE. Each command is traced in
 * @result.
 */
void scsi_state_read(int fd, struct result *result, struct resv_state *state,
		     struct answer *answer);

/*
 * Sends REPORT CAPABILITIES, which is optional; leaves @result->capabilities unknown if that fails.
 */
void scsi_capabilities_read(int fd, struct result *result);

/*
 * Like ioctl_action_send(), except that an action with .all_ports or .is_volatile is sent by SG_IO,
 * which needs CAP_SYS_RAWIO: the kernel's ioctl always uses ALL_TG_PT=0 and APTPL=1.
 */
void scsi_action_send(int fd, const struct action *action, struct answer *answer);

#endif
