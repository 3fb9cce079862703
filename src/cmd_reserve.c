// SPDX-License-Identifier: GPL-2.0-or-later
/* reserve: take the reservation. */
#include "command.h"
#include "model/messages.h"
#include "options.h"

static const struct argp_option options[] = {
	{ "key", OPTION_KEY, "OWN", 0, "this host's registered key", 1 },
	{ "type", OPTION_TYPE, "TYPE", 0, "the type of the reservation, see below", 1 },
	{ "ignore-key", OPTION_IGNORE_KEY, NULL, 0,
	  "ask the device to ignore the key (rarely supported)", 1 },
	{ 0 },
};

static const char *options_check(const struct request *request)
{
	if (!request->key)
		return USAGE_NO_OWN_KEY;
	if (!request->type)
		return USAGE_NO_TYPE;
	return NULL;
}

const struct command command_reserve = {
	.id = COMMAND_RESERVE,
	.name = "reserve",
	.summary = "take the reservation",
	.doc = "Takes the reservation of each DEVICE for this host, which must be registered.",
	.example = "prctl reserve --key 0xa --type write-exclusive-reg-only /dev/sdb",
	.options = options,
	.families = options_change,
	.options_check = options_check,
};
