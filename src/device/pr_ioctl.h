/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's IOC_PR_* ioctls: every change goes through them; the READ ones (kernel 7.0 and
 * later) tell an unprivileged user what SG_IO does not.
 */
#ifndef PR_IOCTL_H
#define PR_IOCTL_H

#include "model/result.h"

/* Makes the call that @action is; returns what the ioctl returns, and leaves errno. */
int ioctl_action_call(int fd, const struct action *action);

/* Sends @action to the SCSI disk of @fd. @answer is always set; no retry is made here. */
void ioctl_action_send(int fd, const struct action *action, struct answer *answer);

/*
 * What an IOC_PR_* call on a SCSI disk returned means: @ret the ioctl's, @err errno if that is -1.
 * One decoder for the raw results of kernels before 6.4 and for enum pr_status: the bits agree.
 */
void ioctl_scsi_decode(int ret, int err, struct answer *answer);

/*
 * The same for an NVMe namespace, for which enum pr_status and the raw statuses of kernels before
 * 6.4 share numbers: what is not clear is ANSWER_CHECK, and the state decides.
 */
void ioctl_nvme_decode(int ret, int err, struct answer *answer);

/*
 * Whether the kernel itself would repeat a filesystem's command that ended with the host byte @host
 * (scsi_status.h).
 */
bool ioctl_host_is_transient(unsigned int host);

/* What the errno @err of an ioctl that passes a command through (SG_IO, NVMe) means. */
void ioctl_errno_decode(int err, struct answer *answer);

/* As scsi_state_read(); no nexus is known in what it reads. */
void ioctl_state_read(int fd, struct result *result, struct resv_state *state,
		      struct answer *answer);

#endif
