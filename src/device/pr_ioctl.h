/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's IOC_PR_* ioctls. Every change that they can express goes through them. The READ
 * ioctls (kernel 7.0 and later) work for an unprivileged user, for whom SG_IO does not.
 */
#ifndef PR_IOCTL_H
#define PR_IOCTL_H

#include "model/result.h"

/* Makes the ioctl call for @action. Returns what the ioctl returns, and leaves errno. */
int ioctl_action_call(int fd, const struct action *action);

/* Sends @action to the SCSI disk of @fd, once. Always sets @answer. */
void ioctl_action_send(int fd, const struct action *action, struct answer *answer);

/*
 * Decodes the result of an IOC_PR_* call on a SCSI disk: @ret is what the ioctl returned, @err is
 * errno if that is -1. The same decoder serves the raw results of kernels before 6.4 and enum
 * pr_status, because the bits agree.
 */
void ioctl_scsi_decode(int ret, int err, struct answer *answer);

/*
 * The same for an NVMe namespace. There enum pr_status and the raw statuses of kernels before 6.4
 * use the same numbers: what is ambiguous becomes ANSWER_CHECK, and the state decides.
 */
void ioctl_nvme_decode(int ret, int err, struct answer *answer);

/*
 * Whether the kernel itself would repeat a file system's command that ended with the host byte
 * @host (scsi_status.h).
 */
bool ioctl_host_is_transient(unsigned int host);

/* Decodes the errno @err of a passthrough ioctl (SG_IO, NVMe). */
void ioctl_errno_decode(int err, struct answer *answer);

/* Like scsi_state_read(), but the state has no nexuses. */
void ioctl_state_read(int fd, struct result *result, struct resv_state *state,
		      struct answer *answer);

#endif
