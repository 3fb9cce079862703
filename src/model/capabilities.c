// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/capabilities.h"

#include <stddef.h>

#define FIELD(member) offsetof(struct capabilities, member)

const struct capability capability_list[CAPABILITY_COUNT] = {
	{ "PTPL_C", "power_loss_capable", "persistence through power loss, possible",
	  FIELD(power_loss_capable), TRANSPORT_NONE },
	{ "PTPL_A", "power_loss_active", "persistence through power loss, active",
	  FIELD(power_loss_active), TRANSPORT_NONE },
	{ "CRH", "compatible_reserve", "RESERVE and RELEASE by registered hosts",
	  FIELD(compatible_reserve), TRANSPORT_SCSI },
	{ "SIP_C", "specify_initiators", "registration of other initiators",
	  FIELD(specify_initiators), TRANSPORT_SCSI },
	{ "ATP_C", "all_target_ports", "registration for all ports at once",
	  FIELD(all_target_ports), TRANSPORT_SCSI },
	{ "RLR_C", "replace_lost", "replacement of a lost reservation", FIELD(replace_lost),
	  TRANSPORT_SCSI },
	{ "TMV", "types_listed", "a list of types", FIELD(types_listed), TRANSPORT_SCSI },
	{ "IEKEY", "ignore_key", "existing keys ignored as in NVMe 1.3", FIELD(ignore_key),
	  TRANSPORT_NVME },
};

enum tri capability_of(const struct capabilities *capabilities,
		       const struct capability *capability)
{
	return *(const enum tri *)((const char *)capabilities + capability->offset);
}

#define WITH_OTHERS "under write-exclusive types also MODE SENSE, READ BUFFER and the like"

/* Indexed by the code. */
static const char *const allowed[] = {
	"not stated",
	"TEST UNIT READY; others are not stated",
	"TEST UNIT READY; not MODE SENSE, READ BUFFER and the like, nor RECEIVE COPY RESULTS",
	("TEST UNIT READY; " WITH_OTHERS "; not RECEIVE COPY RESULTS"),
	("TEST UNIT READY and RECEIVE COPY RESULTS; " WITH_OTHERS),
};

const char *capability_allowed(struct arena *arena, const struct capabilities *capabilities)
{
	int code = capabilities->allow_commands;

	if (!capabilities->known || code < 0)
		return NULL;
	if ((size_t)code < sizeof(allowed) / sizeof(allowed[0]))
		return allowed[code];
	return arena_printf(arena, "the reserved code %d", code);
}
