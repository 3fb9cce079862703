/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SCSI disks. They are read with PERSISTENT RESERVE IN by SG_IO: the only interface that names each
 * nexus, and the only one at all on kernels before 7.0. They are changed with IOC_PR_*, except for
 * what that cannot express.
 */
#ifndef PR_SCSI_H
#define PR_SCSI_H

#include "model/result.h"

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
 * which needs CAP_SYS_RAWIO: the kernel's ioctl always uses ALL_TG_PT=0 and APTPL=1. Returns the
 * interface that it has used last, as --verbose names it.
 */
const char *scsi_action_send(int fd, const struct action *action, struct answer *answer);

#endif
