/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LOGICAL UNIT RESET (SAM-5 7.7), by the kernel's SG_SCSI_RESET. The target answers it after the
 * commands of every initiator on the LUN have ended. Only some drivers send it, and wait for that
 * answer: the others are not believed.
 */
#ifndef LUN_RESET_H
#define LUN_RESET_H

#include <stdbool.h>

#include "model/result.h"
#include "util/arena.h"

/* The host adapter that a SCSI disk is reached through. */
struct lun_reset_host {
	const char *directory; /* in sysfs, in the arena; NULL: sysfs does not show it */
	const char *driver; /* "iscsi_tcp", in the arena; NULL: unknown */
};

/* Looks up the host adapter of @lun in sysfs. No command is sent. */
struct lun_reset_host lun_reset_host(struct arena *arena, const struct lun *lun);

/*
 * Whether success of a device reset by @driver is the target's own answer to LOGICAL UNIT RESET.
 * NULL: no.
 */
bool lun_reset_is_known(const char *driver);

/*
 * Waits until no other thread or process of prctl resets a LUN through this adapter, for the
 * adapter sends no command to any of its LUNs meanwhile. Sets *@waited if one did. A descriptor,
 * which holds the lock until it is closed, or a negative errno.
 */
int lun_reset_lock(const struct lun_reset_host *host, bool *waited);

/*
 * Resets the LUN of @fd, and nothing else if that fails. It waits for the target, or for the
 * transport's own time limit. 0: the target has done it; or a negative errno: -EAGAIN if the
 * adapter is in error recovery, so that nothing was sent, -EACCES without CAP_SYS_ADMIN and
 * CAP_SYS_RAWIO, -EIO if the driver reports a failure.
 */
int lun_reset_send(int fd);

#endif
