/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of a device's capabilities, in tables: the bits of REPORT CAPABILITIES (SPC-4 6.15.4)
 * and of NVMe's RESCAP, and the meanings of ALLOW COMMANDS.
 */
#ifndef CAPABILITIES_H
#define CAPABILITIES_H

#include "model/result.h"

/* A bit that a device reports. */
struct capability {
	const char *name; /* its name in the standard: "CRH" */
	const char *word; /* its name in JSON */
	const char *summary; /* a few words, which "yes" or "no" follow */
	size_t offset; /* offset of its enum tri in struct capabilities */
	enum transport transport; /* the transport that has it; TRANSPORT_NONE: both */
};

#define CAPABILITY_COUNT 8

extern const struct capability capability_list[CAPABILITY_COUNT];

enum tri capability_of(const struct capabilities *capabilities,
		       const struct capability *capability);

/*
 * Which commands are still carried out for hosts that a reservation shuts out: ALLOW COMMANDS
 * (SPC-4, table 210) in words, including the codes that the standard reserves. NULL if unknown.
 */
const char *capability_allowed(struct arena *arena, const struct capabilities *capabilities);

#endif
