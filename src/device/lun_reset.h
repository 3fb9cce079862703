/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LOGICAL UNIT RESET (SAM-5 7.7), with the kernel's SG_SCSI_RESET. The target answers it after the
 * commands of every initiator on the LUN have ended. Only some drivers send it and wait for that
 * answer; with other drivers, success proves nothing.
 */
#ifndef LUN_RESET_H
#define LUN_RESET_H

#include <stdbool.h>

#include "model/result.h"
#include "util/arena.h"

/* The host adapter through which a SCSI disk is reached. */
struct lun_reset_host {
	const char *directory; /* in sysfs, in the arena; NULL if sysfs does not show it */
	const char *driver; /* "iscsi_tcp", in the arena; NULL if unknown */
};

/* Looks up the host adapter of @lun in sysfs. No command is sent. */
struct lun_reset_host lun_reset_host(struct arena *arena, const struct lun *lun);

/*
 * Whether the success of a device reset by @driver is the target's own answer to LOGICAL UNIT
 * RESET. NULL: no driver, false.
 */
bool lun_reset_is_known(const char *driver);

/*
 * Waits until no other thread or process of prctl resets a LUN through this adapter, because an
 * adapter sends no command to any of its LUNs during a reset. Sets *@waited if it had to wait.
 * Returns a descriptor that holds the lock until it is closed, or a negative errno.
 */
int lun_reset_lock(const struct lun_reset_host *host, bool *waited);

/*
 * Resets the LUN of @fd, and nothing else if that fails. Waits for the target, or for the
 * transport's own time limit. Returns 0 if the target has done it, or a negative errno: -EAGAIN if
 * nothing was sent because the adapter is in error recovery, -EACCES without CAP_SYS_ADMIN and
 * CAP_SYS_RAWIO, -EIO if the driver reports a failure.
 */
int lun_reset_send(int fd);

#endif
