// SPDX-License-Identifier: GPL-2.0-or-later
/* check: is this host registered with its key on every path, and is the type held? */
#include "command.h"
#include "model/messages.h"
#include "options.h"

static const struct argp_option options[] = {
	{ "key", OPTION_KEY, "OWN", 0, "the key that this host must have registered", 1 },
	{ "type", OPTION_TYPE, "TYPE", 0, "also require this reservation type, held by any host",
	  1 },
	{ 0 },
};

static const char *options_check(const struct request *request)
{
	return request->key ? NULL : USAGE_NO_OWN_KEY;
}

const struct command command_check = {
	.id = COMMAND_CHECK,
	.name = "check",
	.summary = "check whether this host is registered (for watchdogs)",
	.doc = "Exits 0 if this host has registered its key on every path of each DEVICE. Exits 3 "
	       "if no path has it: this host may have been fenced. Exits 6 if only some paths "
	       "have it, and 7 if the device does not say. Nothing is written or changed.",
	.example = "prctl check --quiet --key 0xa /dev/sdb",
	.options = options,
	.families = options_read_only,
	.options_check = options_check,
};
