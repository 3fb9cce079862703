/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NVMe namespaces, including native multipath heads. They are read with the Reservation Report by
 * passthrough, which every kernel supports, and which is the only interface that names each host.
 * They are changed with IOC_PR_*, except for the registrations that the kernel never
 * sends.
 */
#ifndef PR_NVME_H
#define PR_NVME_H

#include "model/result.h"

/*
 * Like scsi_state_read(), with a Reservation Report. First asks the controller for this host's
 * identifier if @result's LUN has none from sysfs. ANSWER_NO_COMMAND: the namespace has no
 * reservations.
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
 * Reads Identify of the namespace of @fd into @data, of NVME_IDENTIFY_SIZE bytes. Returns whether
 * @answer is ANSWER_DONE.
 */
bool nvme_identify(int fd, struct result *result, enum nvme_cns cns, uint8_t *data,
		   struct answer *answer);

/*
 * Reads the reservation capabilities from Identify; leaves @result->capabilities unknown if that
 * fails.
 */
void nvme_capabilities_read(int fd, struct result *result);

/* Like ioctl_action_send(). Returns the interface that it has used, as --verbose names it. */
const char *nvme_action_send(int fd, const struct action *action, struct answer *answer);

#endif
