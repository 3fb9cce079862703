// SPDX-License-Identifier: GPL-2.0-or-later
/* release: give the reservation up. */
#include "command.h"
#include "model/messages.h"
#include "options.h"

static const struct argp_option options[] = {
	{ "key", OPTION_KEY, "OWN", 0, "this host's registered key", 1 },
	{ "type", OPTION_TYPE, "TYPE", 0, "the type that is held, if it must be this one", 1 },
	{ 0 },
};

static const char *check(const struct request *request)
{
	return request->key ? NULL : USAGE_NO_OWN_KEY;
}

const struct command command_release = {
	.id = COMMAND_RELEASE,
	.name = "release",
	.summary = "give the reservation up",
	.doc = "Gives up the reservation of each DEVICE that this host holds; the keys stay registered.",
	.example = "prctl release --key 0xa /dev/sdb",
	.options = options,
	.families = options_change,
	.check = check,
};
