// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/path_device.h"

#include <unistd.h>

#include "device/open.h"
#include "device/pr_ioctl.h"
#include "device/pr_nvme.h"
#include "device/pr_scsi.h"
#include "device/scsi_ready.h"
#include "model/answer.h"
#include "model/describe.h"
#include "model/handover.h"

/* The functions for each kind of device. A row without functions has no reservations. */
static const struct {
	void (*state_read)(int fd, struct result *result, struct resv_state *state,
			   struct answer *answer);
	void (*capabilities_read)(int fd, struct result *result);
	const char *(*action_send)(int fd, const struct action *action, struct answer *answer);
} transports[TRANSPORT_COUNT] = {
	[TRANSPORT_SCSI] = { scsi_state_read, scsi_capabilities_read, scsi_action_send },
	[TRANSPORT_NVME] = { nvme_state_read, nvme_capabilities_read, nvme_action_send },
};

void path_state_read(int fd, struct result *result, struct answer *answer)
{
	transports[result->lun.transport].state_read(fd, result, &result->state, answer);
	/* Next the kernel's own ioctl: since 7.0 it needs only read permission on the node. */
	if (!result->lun.recording && answer_is_unsent(answer))
		ioctl_state_read(fd, result, &result->state, answer);
	else
		return;
	if (answer->kind == ANSWER_CHECK && result->lun.transport == TRANSPORT_SCSI)
		scsi_ready_ask(fd, result, answer);
}

/* Sends @action, and traces it; @how follows the name of the interface there. */
static void send_once(int fd, const char *how, struct result *result, const struct action *action,
		      struct answer *answer)
{
	const char *interface =
		transports[result->lun.transport].action_send(fd, action, answer);

	result_beat(result);
	result_trace(result, "%s by %s%s: %s", describe_action(result->arena, action), interface,
		     how, describe_answer(result->arena, answer));
}

/*
 * Sends through @fd, which is open only for reading: that is all that a privileged user needs, and
 * closing a descriptor that is open for writing makes udev drop the disk's partitions and add them
 * again. If the kernel refuses, opens the device for writing and sends again.
 */
void path_send(int fd, struct result *result, const struct action *action, struct answer *answer)
{
	send_once(fd, "", result, action, answer);
	if (answer->kind != ANSWER_NO_PRIVILEGE)
		return;
	if (!result->device.fd_to_write) {
		int writable = device_open(&result->lun, true);

		if (writable < 0) {
			result_trace(result, "opening it for writing: %s",
				     describe_errno(result->arena, -writable));
			return;
		}
		result->device.fd_to_write = writable;
	}
	send_once(result->device.fd_to_write, ", opened for writing", result, action, answer);
}

void path_capabilities_read(struct result *result)
{
	transports[result->lun.transport].capabilities_read(result->device.fd, result);
}

void path_close(struct result *result)
{
	if (result->device.fd >= 0)
		close(result->device.fd);
	if (result->device.fd_to_write)
		close(result->device.fd_to_write);
}

bool path_has_reservations(const struct result *result)
{
	return transports[result->lun.transport].state_read;
}
