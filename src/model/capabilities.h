/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of what a device can do, each in one table: the bits of REPORT CAPABILITIES (SPC-4
 * 6.15.4) and of NVMe's RESCAP, and what ALLOW COMMANDS means.
 */
#ifndef CAPABILITIES_H
#define CAPABILITIES_H

#include "model/result.h"

/* A bit that a device reports. */
struct capability {
	const char *name; /* of the standard: "CRH" */
	const char *word; /* of JSON */
	const char *summary; /* in a few words, that "yes" or "no" follow */
	size_t offset; /* of its enum tri in struct capabilities */
	enum transport transport; /* that has it; TRANSPORT_NONE: each */
};

#define CAPABILITY_COUNT 8

extern const struct capability capability_list[CAPABILITY_COUNT];

enum tri capability_of(const struct capabilities *capabilities,
		       const struct capability *capability);

/*
 * Which commands of hosts that a reservation shuts out are still carried out: ALLOW COMMANDS
 * (SPC-4, table 210) in words; a code that the standard reserves is named. NULL: it is not known.
 */
const char *capability_allowed(struct arena *arena, const struct capabilities *capabilities);

#endif
