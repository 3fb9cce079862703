/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PERSISTENT RESERVE IN through SG_IO: the only way on SCSI that names each nexus, and the only one
 * on kernels before 7.0. It needs CAP_SYS_RAWIO. Changes go through pr_ioctl.c.
 */
#ifndef PR_SCSI_H
#define PR_SCSI_H

#include "model/reply.h"
#include "model/result.h"

/*
 * Sends @cdb by SG_IO, and again what a target reports once to each nexus, or while it is busy; a
 * recording is played. Traced in @result, and kept there if it keeps replies. Returns how many
 * bytes of @reply, which has room for @size, were received; @answer says how the last try ended.
 */
size_t scsi_receive(int fd, struct result *result, enum reply_command command, uint8_t *cdb,
		    uint8_t cdb_size, uint8_t *reply, uint16_t size, struct answer *answer);

/*
 * Reads what the LUN of @fd holds into @state (in @result's arena), by READ FULL STATUS, or by READ
 * KEYS and READ RESERVATION if the device does not know that. @answer says how the last command
 * ended; @state->source is SOURCE_NONE unless that is ANSWER_DONE. Each command is traced in
 * @result.
 */
void scsi_state_read(int fd, struct result *result, struct resv_state *state,
		     struct answer *answer);

/*
 * REPORT CAPABILITIES, which is optional: leaves @result->capabilities unknown if it is not
 * answered.
 */
void scsi_capabilities_read(int fd, struct result *result);

/*
 * As ioctl_action_send(); but an action with .all_ports or .is_volatile goes by SG_IO, because the
 * kernel's ioctl always sends ALL_TG_PT=0 and APTPL=1. That takes CAP_SYS_RAWIO.
 */
void scsi_action_send(int fd, const struct action *action, struct answer *answer);

#endif
