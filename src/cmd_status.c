// SPDX-License-Identifier: GPL-2.0-or-later
/* status: who is registered, and who holds. */
#include "command.h"
#include "options.h"

const struct command command_status = {
	.id = COMMAND_STATUS,
	.name = "status",
	.summary = "show who is registered and who holds the reservation",
	.doc = "Shows the registrants and the reservation of each DEVICE; without DEVICE, of every SCSI disk and NVMe namespace "
	       "of this host that has them. Nothing is changed.\v"
	       "Example: prctl status /dev/sdb",
	.families = options_common,
	.devices_optional = true,
};
