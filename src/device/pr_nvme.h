/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NVMe namespaces, native multipath heads included: the Reservation Report by passthrough, which
 * alone names each host and is known to every kernel; changes by IOC_PR_*, but for the one that the
 * kernel never sends.
 */
#ifndef PR_NVME_H
#define PR_NVME_H

#include "model/result.h"

/*
 * As scsi_state_read(), by a Reservation Report. Asks for this host's identifier first if @result's
 * LUN has none from sysfs. ANSWER_NO_COMMAND: the namespace has no reservations.
 */
void nvme_state_read(int fd, struct result *result, struct resv_state *state,
		     struct answer *answer);

/* CNS of Identify: NVMe 1.4, 5.15.1. */
enum nvme_cns {
	NVME_CNS_NAMESPACE = 0x00,
	NVME_CNS_CONTROLLER = 0x01,
	NVME_CNS_DESCRIPTORS = 0x03,
};

/*
 * Identify of the namespace of @fd into @data, of NVME_IDENTIFY_SIZE bytes; true: @answer is
 * ANSWER_DONE.
 */
bool nvme_identify(int fd, struct result *result, enum nvme_cns cns, uint8_t *data,
		   struct answer *answer);

/*
 * What Identify says of reservations; leaves @result->capabilities unknown if it is not answered.
 */
void nvme_capabilities_read(int fd, struct result *result);

/* As ioctl_action_send(). */
void nvme_action_send(int fd, const struct action *action, struct answer *answer);

#endif
